/** An example of everything that is sent, for the API's documentation. People are made up; the personnummer is of the tax agency's test series. */

import type { CycleAction } from '../../domain/billing/cycle-actions.js';
import type { JsonObject } from '../../domain/ids.js';
import { ACTIONS, type ActionName } from '../../domain/stay/actions.js';

export const ADMISSION_EXAMPLE = {
  region: 'jonkoping',
  admittedAt: '2019-03-01T09:30:00+01:00',
  ward: { hsaId: 'SE2321000057-AVD1', name: 'Medicinavdelning A' },
  careForm: 'somatisk',
  legalForm: 'HSL',
  kommun: '0680',
  vardcentral: { hsaId: 'SE2321000057-VC01', name: 'Rosenlunds vårdcentral' },
  patient: { personnummer: '189001019802', name: 'Anna Exempel', folkbokforingsadress: 'Storgatan 1, 553 18 Jönköping' },
} as const;

const kontakt = { namn: 'Eva Exempel', telefon: '010-123 45 67' };
const kallade: JsonObject[] = [
  { part: 'kommun', profession: 'handlaggare', namn: 'Eva Exempel', iSystemet: true },
  { part: 'annan', profession: 'god man', iSystemet: false },
];

const DATA: Record<ActionName, JsonObject> = {
  'bedom-behov': { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false },
  'skicka-inskrivningsmeddelande': { samtycke: 'ja', beraknadUtskrivning: '2019-03-06', inskrivningsorsak: 'Fallolycka' },
  'svara-inskrivning': {
    svar: 'kand',
    adl: 'Hjälp vid förflyttning',
    boendeform: 'Ordinärt boende',
    insatser: { sol: ['Hemtjänst'], hsl: ['Läkemedelsöverlämnande'] },
  },
  'ratta-kommun': { kommun: '0682' },
  'utse-fast-vardkontakt': { namn: 'Eva Exempel', telefon: '010-123 45 67' },
  'avboka-besok': { besok: ['Fotvård 2019-03-04'], ombokat: ['Fotvård 2019-03-18'] },
  'bedom-vardtid': { beraknadUtskrivning: '2019-03-07', inskrivningsorsak: 'Fallolycka' },
  'initiera-svpl': {
    samtycke: 'ja',
    kontaktOnskasMed: [{ part: 'kommun', profession: 'handlaggare' }],
    adl: 'Behöver hjälp med personlig omvårdnad',
    kommunikation: 'Hör dåligt',
    hjalpmedel: ['Rollator'],
  },
  'avsta-svpl': { skal: 'inga-nya-behov', text: 'Patienten går hem till samma insatser som förut.' },
  'skjut-upp-svpl': { datum: '2019-03-27', skal: 'SIP planeras tre veckor efter hemkomst.' },
  bemanna: { personer: [{ profession: 'handlaggare', ...kontakt }] },
  'foresla-tid': { tid: '2019-03-08T10:00:00+01:00', plats: 'video' },
  'kalla-till-svpl': { typ: 'svpl', tid: '2019-03-08T10:00:00+01:00', plats: 'video', kallade },
  'kvittera-kallelse': {},
  'papeka-saknad-profession': { profession: 'arbetsterapeut', skal: 'Bostadsanpassning behöver bedömas.' },
  'skriv-vardplan': { insatser: 'Hemtjänst tre gånger om dagen', ansvar: 'Kommunens hemtjänst', kontakt },
  'signera-vardplan': {},
  'godkann-vardplan': {},
  'skriv-ut-vardplan': {},
  'meddela-utskrivningsklar': { bedomd: '2019-03-05T10:00:00+01:00' },
  'aterkalla-utskrivningsklar': { skal: 'Feber under natten.' },
  'kryssa-checklista': { lista: 'sjukskoterska', punkt: 'transport-och-tid', svar: 'klar' },
  'skicka-utskrivningsmeddelande': { utskrivning: '2019-03-06T10:00:00+01:00' },
  'meddela-hemkomst': { kanTaEmot: true, tid: '2019-03-06T14:00:00+01:00' },
  'meddela-oppenvard': { lage: 'ej-tillganglig', insats: 'Hemsjukvård', skal: 'Väntar på läkarbesök i hemmet.' },
  'skriv-ut': { tidpunkt: '2019-03-06T13:00:00+01:00', till: 'hem' },
  'overfor-information': { vad: ['medicinsk-epikris', 'omvardnadsepikris', 'lakemedelslista'] },
  'hall-svpl': {
    tidpunkt: '2019-03-08T10:00:00+01:00',
    plats: 'video',
    narvarande: [{ part: 'patient' }, { part: 'kommun', profession: 'handlaggare' }],
  },
  'uppratta-sip': {
    samtycke: 'ja',
    viktigtForMig: 'Att kunna bo kvar hemma.',
    mal: ['Gå till affären själv'],
    insatser: [{ vad: 'Hemtjänst', huvudman: 'Kommunen', ansvarig: 'Eva Exempel', kontakt }],
    huvudansvar: 'Vårdcentralen',
    uppfoljning: '2019-04-05',
    vantarPaBeslut: [{ part: 'kommun', senast: '2019-03-15' }],
  },
  'lamna-beslut': { beslut: 'Trygghetslarm beviljat.' },
  'signera-sip': {},
  'delge-sip': { till: ['patient', 'handlaggare'] },
  'folj-upp-del': { resultat: 'Insatserna fungerar.' },
  'folj-upp': { resultat: 'avslutad', kontaktMedPatient: '2019-04-04T09:00:00+02:00' },
  kommentera: { text: 'Nycklarna finns hos grannen.' },
  'rapportera-avvikelse': { typ: 'transport', text: 'Transporten kom två timmar för sent.' },
  'avsluta-arende': {},
  flytta: { avdelning: { hsaId: 'SE2321000057-AVD2', name: 'Rehabavdelning' }, tidpunkt: '2019-03-03T11:00:00+01:00' },
  permission: { from: '2019-03-02T10:00:00+01:00', until: '2019-03-03T18:00:00+01:00' },
  'andra-uppgifter': { legalForm: 'HSL' },
  'angra-utskrivning': { skal: 'Utskriven av misstag.' },
  'ratta-uppgift': { actionId: 'skriv-ut-1', data: { tidpunkt: '2019-03-06T12:00:00+01:00', till: 'hem' }, skal: 'Fel tid angiven.' },
  'anmal-dodsfall': { tidpunkt: '2019-03-20T04:00:00+01:00' },
  annullera: { skal: 'feldokumenterat' },
};

const UNITS: Record<string, string> = { slutenvard: 'SE2321000057-AVD1', vardcentral: 'SE2321000057-VC01', kommun: '0680' };
/** Where an action may be done by every role of a party. */
const ROLES: Record<string, string> = { slutenvard: 'sjukskoterska', vardcentral: 'vardsamordnare', kommun: 'handlaggare' };

/** When and by whom, where it is not the assessment's day and the first who may. */
const AT: Partial<Record<ActionName, string>> = {
  'skriv-ut': '2019-03-06T13:10:00+01:00',
  'angra-utskrivning': '2019-03-06T13:30:00+01:00',
  'ratta-uppgift': '2019-03-06T13:30:00+01:00',
  'avsluta-arende': '2019-03-06T14:30:00+01:00',
  'hall-svpl': '2019-03-08T11:30:00+01:00',
  'uppratta-sip': '2019-03-08T11:45:00+01:00',
  'lamna-beslut': '2019-03-12T09:00:00+01:00',
  'signera-sip': '2019-03-12T10:00:00+01:00',
  'delge-sip': '2019-03-12T11:00:00+01:00',
  'anmal-dodsfall': '2019-03-20T08:00:00+01:00',
  'folj-upp-del': '2019-04-04T09:30:00+02:00',
  'folj-upp': '2019-04-04T09:30:00+02:00',
};
const BY: Partial<Record<ActionName, string>> = { 'lamna-beslut': 'kommun/handlaggare' };

/** A whole envelope of the action, by the first who may perform it. */
export function exampleOf(action: ActionName) {
  const [party = '', role] = (BY[action] ?? ACTIONS[action].by[0] ?? '').split('/');
  return {
    id: `${action}-1`,
    at: AT[action] ?? '2019-03-05T10:30:00+01:00',
    by: { party, unit: UNITS[party] ?? party, role: role ?? ROLES[party] ?? '' },
    data: DATA[action],
  };
}

/** What the parties of a month's cycle send. */
export const CYCLE_EXAMPLES: Record<CycleAction, JsonObject> = {
  objection: {
    objectionId: 'invandning-1',
    stayId: '0680-01',
    code: 'kallelse-saknas',
    text: 'Vi har inte fått någon kallelse till SVPL.',
  },
  answer: { accepted: false, text: 'Kallelsen sändes 6 mars 2019 kl. 10.15 och kvitterades samma dag.' },
  dispute: { text: 'Kallelsen gällde ett annat vårdtillfälle.' },
  decision: { accepted: true, text: 'Kallelsen avsåg inte patientens vårdtillfälle. Kommunen betalar inte.' },
  hold: { text: 'Väntar på besked om adressen för fakturan.' },
  release: { text: 'Adressen är klar.' },
  approve: { by: { party: 'region', unit: 'jonkoping', role: 'ekonom' } },
};

/** What stands in paths and queries, by the parameter's name. */
export const PARAMETER_EXAMPLES: Record<string, string | number | boolean> = {
  stayId: 'vtf-2019-0312',
  unit: '0680',
  noticeId: 'vtf-2019-0312~3~skicka-inskrivningsmeddelande~0680',
  region: 'jonkoping',
  month: '2019-03',
  payer: '0680',
  objectionId: 'invandning-1',
  feedId: 'sample-2019-03',
  deliveryId: '17',
  message: '0195518c-6f2e-7a41-9d0b-3f6f3c1f2a01',
  endpoint: 'webhook:jonkoping-vard',
  kind: 'vardcentraler',
  from: '2019-03',
  to: '2019-03',
};
/** A stay of the sample month, which has been judged. */
export const PROOF_STAY_EXAMPLE = '0680-01';
export const FEED_EXAMPLES = [{ watermark: '2019-03-01T08:00:00Z' }, { watermark: null }] as const;
