/** A stay as an Encounter, of what its reader may see. Put back unchanged, it changes nothing. */
import { createHash } from 'node:crypto';
import { type Instant, instantOf } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { JsonObject } from '../../domain/ids.js';
import type { Named, Patient } from '../../domain/stay/state.js';
import type { SeenStay } from '../../domain/stay/view.js';
import type { DischargedTo } from '../hospital/message.js';
import { FHIR_CODE_OF } from './dispositions.js';
import type { FhirSettings } from './settings.js';
import {
  ACT_CODE,
  DISPOSITION_SYSTEM,
  EXTENSION,
  FHIR_DISPOSITION_SYSTEM,
  HSA_SYSTEM,
  PERSONNUMMER_SYSTEMS,
  RESERVE_SYSTEM,
  STAY_SYSTEM,
} from './systems.js';

export type EncounterResource = { resourceType: 'Encounter'; id: string; meta: { versionId: string } } & Record<string, unknown>;

/** A leave that is shorter was none: the way in which one is taken back. */
const LEAST_LEAVE_MS = 60_000;

export function encounterOf(view: SeenStay, now: Instant, { staySystems, reserveSystems }: FhirSettings): EncounterResource {
  const moves = dataOf(view, 'flytta') as unknown as { avdelning: Named; tidpunkt: string }[];
  const leaves = (dataOf(view, 'permission') as unknown as { from: string; until?: string }[]).filter(
    ({ from, until }) => until === undefined || instantOf(until) - instantOf(from) >= LEAST_LEAVE_MS,
  );
  const { region, careForm, legalForm, kommun, placerandeKommun, vardcentral, patient, ward, admittedAt } = view;
  const dischargedAt = view.episode?.dischargedAt;
  const discharge = dischargedAt === undefined ? undefined : (dataOf(view, 'skriv-ut').at(-1) as { till?: DischargedTo } | undefined);
  const body = {
    ...(patient === undefined ? {} : { contained: [patientOf(view, patient, reserveSystems[0] ?? RESERVE_SYSTEM)] }),
    extension: [
      ...code(EXTENSION.region, region),
      ...code(EXTENSION.careForm, careForm),
      ...code(EXTENSION.legalForm, legalForm),
      ...(patient === undefined ? code(EXTENSION.kommun, kommun) : []),
      ...code(EXTENSION.placerandeKommun, placerandeKommun),
      ...(vardcentral === undefined ? [] : [{ url: EXTENSION.vardcentral, valueReference: unitOf('Organization', vardcentral) }]),
      ...leaves.map(({ from, until }) => ({
        url: EXTENSION.leavePeriod,
        valuePeriod: { start: from, ...(until === undefined ? {} : { end: until }) },
      })),
    ],
    identifier: [{ system: staySystems[0] ?? STAY_SYSTEM, value: view.stayId }],
    status: statusOf(view, leaves, now),
    class: { system: ACT_CODE, code: 'IMP', display: 'inpatient encounter' },
    ...(patient === undefined ? {} : { subject: { reference: '#patient' } }),
    ...(admittedAt === undefined ? {} : { period: { start: admittedAt, ...(dischargedAt === undefined ? {} : { end: dischargedAt }) } }),
    ...(discharge?.till === undefined ? {} : { hospitalization: { dischargeDisposition: dispositionOf(discharge.till) } }),
    ...(ward === undefined || admittedAt === undefined
      ? {}
      : { location: locationsOf(ward, admittedAt, dischargedAt, moves), serviceProvider: unitOf('Organization', ward) }),
  };
  const versionId = createHash('sha256')
    .update(canonical(body as unknown as JsonObject))
    .digest('hex')
    .slice(0, 16);
  return { resourceType: 'Encounter', id: view.stayId, meta: { versionId }, ...body };
}

const code = (url: string, valueCode: string | undefined) => (valueCode === undefined ? [] : [{ url, valueCode }]);
const unitOf = (type: string, { hsaId, name }: Named) => ({ type, identifier: { system: HSA_SYSTEM, value: hsaId }, display: name });

/** The data of every action of that name that the reader may see, in order. */
const dataOf = ({ log }: SeenStay, action: string): JsonObject[] =>
  log.flatMap((entry) => (entry.action === action && entry.data !== undefined ? [entry.data] : []));

/** `unknown` is what FHIR says where a reader may not know. */
function statusOf({ phase, episode }: SeenStay, leaves: { from: string; until?: string }[], now: Instant): string {
  if (phase === undefined) return 'unknown';
  if (phase === 'annullerad') return 'entered-in-error';
  if (episode?.dischargedAt !== undefined || phase === 'utskriven' || phase === 'uppfoljning' || phase === 'avslutad') return 'finished';
  const isAway = leaves.some(({ from, until }) => instantOf(from) <= now && (until === undefined || now < instantOf(until)));
  return isAway ? 'onleave' : 'in-progress';
}

/** The moves with their times; before the first of them the reader is told nothing, and without any the ward is that of the admission. */
function locationsOf(ward: Named, admittedAt: string, dischargedAt: string | undefined, moves: { avdelning: Named; tidpunkt: string }[]) {
  const sorted = [...moves].sort((a, b) => instantOf(a.tidpunkt) - instantOf(b.tidpunkt));
  const course =
    sorted.at(-1)?.avdelning.hsaId === ward.hsaId
      ? sorted.map(({ avdelning, tidpunkt }) => ({ at: avdelning, from: tidpunkt }))
      : [{ at: ward, from: admittedAt }];
  return course.map(({ at, from }, index) => {
    const end = course[index + 1]?.from ?? dischargedAt;
    return {
      location: unitOf('Location', at),
      status: end === undefined ? 'active' : 'completed',
      period: { start: from, ...(end === undefined ? {} : { end }) },
    };
  });
}

function patientOf({ vardcentral, kommun }: SeenStay, patient: Patient, reserveSystem: string) {
  const { personnummer, reservnummer, name, folkbokforingsadress, skyddad } = patient;
  const extension = [...code(EXTENSION.kommun, kommun), ...(skyddad ? [{ url: EXTENSION.skyddad, valueBoolean: true }] : [])];
  const number =
    personnummer === undefined
      ? { system: reserveSystem, value: reservnummer }
      : { system: numberSystemOf(personnummer), value: personnummer };
  return {
    resourceType: 'Patient',
    id: 'patient',
    ...(extension.length === 0 ? {} : { extension }),
    ...(number.value === undefined ? {} : { identifier: [number] }),
    ...(name === undefined ? {} : { name: [{ use: 'official', text: name }] }),
    ...(folkbokforingsadress === undefined ? {} : { address: [{ use: 'home', text: folkbokforingsadress }] }),
    ...(vardcentral === undefined ? {} : { generalPractitioner: [unitOf('Organization', vardcentral)] }),
  };
}

/** In a samordningsnummer sixty is added to the day. */
const numberSystemOf = (number: string): string =>
  PERSONNUMMER_SYSTEMS[Number(number.replace(/\D/g, '').slice(-6, -4)) > 60 ? 1 : 0] as string;

const dispositionOf = (to: DischargedTo) => ({
  coding: [
    { system: DISPOSITION_SYSTEM, code: to },
    { system: FHIR_DISPOSITION_SYSTEM, code: FHIR_CODE_OF[to] },
  ],
});
