/** What somebody is to a stay: takes part, took part, oversees it, or is a stranger who may not know of it. */
import type { ProcessRules } from '../agreement.js';
import type { JsonObject, UnitRef } from '../ids.js';
import { type Facts, factsOf } from './facts.js';
import { kommunUnits, rejectionBy } from './parties.js';
import type { LogEntry, Stay } from './state.js';

/** Somebody who reads: a unit, and all the roles that the person or system has there. */
export interface Viewer extends UnitRef {
  roles: readonly string[];
  /** Of a tolkningsinstans: the agreements that it interprets. */
  agreements?: readonly string[];
}

/**
 * `part`: takes part now, and has been told. `former`: keeps its own log of it and sees nothing further. `region`, `system`: of the stay's
 * region. `tolkningsinstans`: of the stay's agreement. `stranger`: may not know that there is such a stay.
 */
export const RELATIONS = ['part', 'former', 'region', 'tolkningsinstans', 'system', 'stranger'] as const;
export type Relation = (typeof RELATIONS)[number];

/**
 * A kommun is a stranger until the inskrivningsmeddelande has been sent to it, a vårdcentral until it has been told. What once may be known
 * stays known: who has left, was corrected away or replaced is `former`, and so is a kommun while its rejection stands.
 *
 * @source domain.md §2; contract.md, HTTP API, Status
 */
export function relationOf(stay: Stay, rules: ProcessRules, viewer: Viewer): Relation {
  const f = factsOf(stay);
  switch (viewer.party) {
    case 'slutenvard':
      return f.ward.hsaId === viewer.unit ? 'part' : hasBeenWard(stay, f, viewer.unit) ? 'former' : 'stranger';
    case 'vardcentral':
      return relationOfVardcentral(stay, f, viewer.unit);
    case 'kommun':
      return relationOfKommun(stay, f, viewer.unit);
    case 'region':
      return viewer.unit === stay.admission.region ? 'region' : 'stranger';
    case 'system':
      return regionOfSystem(viewer.unit) === stay.admission.region ? 'system' : 'stranger';
    case 'tolkningsinstans':
      return viewer.agreements?.includes(rules.agreementId) === true ? 'tolkningsinstans' : 'stranger';
    case 'annan':
      return 'stranger';
  }
}

/** `jonkoping/journal` transports the stays of `jonkoping`. */
export const regionOfSystem = (unit: string): string => unit.split('/')[0] ?? unit;

/** Whether a party's unit has done something in the stay: then it was told, however things were put right since. */
const hasActed = (stay: Stay, party: string, unit: string): boolean => stay.log.some(({ by }) => by.party === party && by.unit === unit);

/** What an action said, and what it had said before it was corrected. */
const saidIn = (entry: LogEntry): JsonObject[] => [entry.data, ...(entry.corrections ?? []).map(({ was }) => was.data)];
const said = (stay: Stay, action: string): JsonObject[] => stay.log.filter((entry) => entry.action === action).flatMap(saidIn);
const hsaIdOf = (named: unknown): unknown => (named as { hsaId?: unknown } | undefined)?.hsaId;

function hasBeenWard(stay: Stay, f: Facts, unit: string): boolean {
  return (
    f.wards.some(({ ward }) => ward.hsaId === unit) ||
    hasActed(stay, 'slutenvard', unit) ||
    said(stay, 'flytta').some(({ avdelning }) => hsaIdOf(avdelning) === unit)
  );
}

function relationOfVardcentral(stay: Stay, f: Facts, unit: string): Relation {
  const told = f.inskrivningVardcentral;
  if (told !== null && f.vardcentral.hsaId === unit) return 'part';
  if (hasActed(stay, 'vardcentral', unit)) return 'former';
  if (told === null) return 'stranger';
  // In order of time: whoever was the stay's vårdcentral when the message was sent, or after it, has been told.
  let present: unknown = stay.admission.vardcentral.hsaId;
  for (const entry of stay.log) {
    if (entry.action !== 'andra-uppgifter' || entry.data['vardcentral'] === undefined) continue;
    if (present === unit && entry.countsFrom > told.at) return 'former';
    present = hsaIdOf(entry.data['vardcentral']);
    if (saidIn(entry).some(({ vardcentral }, index) => index > 0 && hsaIdOf(vardcentral) === unit)) return 'former';
  }
  return 'stranger';
}

function relationOfKommun(stay: Stay, f: Facts, unit: string): Relation {
  const told = f.inskrivning;
  if (told !== null && kommunUnits(f).includes(unit)) return rejectionBy(f, unit) === undefined ? 'part' : 'former';
  if (hasActed(stay, 'kommun', unit)) return 'former';
  if (told === null) return 'stranger';
  const wasTold = f.kommuner.some(
    ({ kommun, placerande }, index) =>
      (kommun === unit || placerande === unit) && (f.kommuner[index + 1]?.from ?? Number.POSITIVE_INFINITY) > told.at,
  );
  const wasCorrected = said(stay, 'ratta-kommun').some(({ kommun, placerandeKommun }) => kommun === unit || placerandeKommun === unit);
  return wasTold || wasCorrected ? 'former' : 'stranger';
}
