/** Events of a stay as the workflow would send them, made by hand. */

import { loadAgreements, processRulesOf } from '../../src/agreements/load.js';
import type { ProcessRules } from '../../src/domain/agreement.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import type { Admission, StayEvent } from '../../src/domain/stay/state.js';

export const t = (text: string): number => Date.parse(text);

export const WARD = 'SE2321000057-AVD1';
export const VARDCENTRAL = 'SE2321000057-VC1';
export const ADMITTED = t('2019-03-04T08:00:00Z');

export const nurse: Actor = { party: 'slutenvard', unit: WARD, role: 'sjukskoterska' };
export const doctor: Actor = { party: 'slutenvard', unit: WARD, role: 'lakare' };

export const admission = (over: Partial<Admission> = {}): Admission => ({
  region: 'jonkoping',
  admittedAt: ADMITTED,
  ward: { hsaId: WARD, name: 'Medicin A' },
  careForm: 'somatisk',
  legalForm: 'HSL',
  kommun: '0680',
  vardcentral: { hsaId: VARDCENTRAL, name: 'Vårdcentralen Öster' },
  patient: { personnummer: '189001019802', name: 'Test Testsson', folkbokforingsadress: 'Provgatan 1' },
  ...over,
});

export function rules(): ProcessRules {
  const loaded = loadAgreements();
  const agreement = loaded.ok ? loaded.agreements.find((a) => a.id === 'jonkoping-2018') : undefined;
  if (agreement === undefined) throw new Error('the shipped agreement cannot be read');
  return processRulesOf(agreement, ADMITTED);
}

export function accepted(action: string, at: string, data: JsonObject = {}, by: Actor = nurse): StayEvent {
  const instant = t(at);
  return {
    type: 'accepted',
    at: instant,
    hash: 'h',
    entry: { id: `${action}@${at}`, action, at: instant, receivedAt: instant, countsFrom: instant, by, data },
  };
}

export const admitted = (over: Partial<Admission> = {}): StayEvent => ({
  type: 'admitted',
  at: over.admittedAt ?? ADMITTED,
  admission: admission(over),
});

/** From admission to a discharge that the kommun has to answer for: 5 March 12.00 to 10 March 13.00 local time, five days. */
export const story = (over: Partial<Admission> = {}): StayEvent[] => [
  admitted(over),
  accepted('bedom-behov', '2019-03-04T09:00:00Z', { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false }, doctor),
  accepted('skicka-inskrivningsmeddelande', '2019-03-04T10:00:00Z', {
    samtycke: 'ja',
    beraknadUtskrivning: '2019-03-08',
    inskrivningsorsak: 'Fall',
  }),
  accepted('meddela-utskrivningsklar', '2019-03-05T11:00:00Z', { bedomd: '2019-03-05T11:00:00Z' }, doctor),
  accepted('skicka-utskrivningsmeddelande', '2019-03-09T11:00:00Z', { utskrivning: '2019-03-10T11:00:00Z' }),
  accepted('skriv-ut', '2019-03-10T12:00:00Z', { tidpunkt: '2019-03-10T12:00:00Z', till: 'hem' }),
];

export const numbered = (events: StayEvent[], from = 1) => events.map((event, i) => ({ seq: from + i, event }));
