/** An example of every staff action, as a process owner sends it in an emergency: made-up units, one moment that all of them share. */
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import type { Admission } from '../../src/domain/stay/state.js';

/** When all of it is sent. A reader puts the times in their place. */
export const NOW = '2026-11-09T10:00:00+01:00';
export const REGION = 'jonkoping';
export const STAY_ID = 'PROV-1';

const WARD = { hsaId: 'SE2321000131-T00000000101', name: 'Medicinavdelning Björken' };
const OTHER_WARD = { hsaId: 'SE2321000131-T00000000102', name: 'Kirurgavdelning Linden' };
const VARDCENTRAL = { hsaId: 'SE2321000131-T00000000680', name: 'Vårdcentralen Provet' };

/** The made-up stay: admitted three days before, so that much has fallen due. */
export const ADMISSION: Omit<Admission, 'admittedAt'> = {
  region: REGION,
  ward: WARD,
  careForm: 'somatisk',
  legalForm: 'HSL',
  kommun: '0680',
  vardcentral: VARDCENTRAL,
  patient: { personnummer: '189001019802', name: 'Test Testsson', folkbokforingsadress: 'Provgatan 1' },
};
export const ADMITTED_AT = '2026-11-06T10:00:00+01:00';

/** Who entered it is told where the name stands. */
const name = 'Inlagt av processledare Kim Prov';
const DOCTOR: Actor = { party: 'slutenvard', unit: WARD.hsaId, role: 'lakare', name };
const NURSE: Actor = { party: 'slutenvard', unit: WARD.hsaId, role: 'sjukskoterska', name };
const COORDINATOR: Actor = { party: 'vardcentral', unit: VARDCENTRAL.hsaId, role: 'vardsamordnare', name };
const CASEWORKER: Actor = { party: 'kommun', unit: '0680', role: 'handlaggare', name };
const PROCESS_LEADER: Actor = { party: 'region', unit: REGION, role: 'processledare', name };

const kontakt = { namn: 'Kim Kontakt', telefon: '036-10 00 00' };
const PROFESSION = { part: 'kommun', profession: 'handlaggare' };

const EXAMPLES: Record<ActionName, [by: Actor, data?: JsonObject]> = {
  'bedom-behov': [DOCTOR, { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false }],
  'skicka-inskrivningsmeddelande': [NURSE, { samtycke: 'ja', beraknadUtskrivning: '2026-11-10', inskrivningsorsak: 'Skriv orsaken här' }],
  'svara-inskrivning': [
    CASEWORKER,
    {
      svar: 'kand',
      adl: 'självständig',
      kommunikation: 'god',
      boendeform: 'eget',
      tillganglighet: 'hiss',
      insatser: { sol: ['hemtjänst'] },
    },
  ],
  'ratta-kommun': [NURSE, { kommun: '0682' }],
  'utse-fast-vardkontakt': [COORDINATOR, kontakt],
  'avboka-besok': [CASEWORKER, { besok: ['Hembesök 2026-11-10'], ombokat: ['Hembesök 2026-11-17'] }],
  'bedom-vardtid': [DOCTOR, { beraknadUtskrivning: '2026-11-10', inskrivningsorsak: 'Skriv orsaken här' }],
  'initiera-svpl': [
    NURSE,
    { samtycke: 'ja', kontaktOnskasMed: [PROFESSION], adl: 'behöver stöd', kommunikation: 'god', hjalpmedel: ['rollator'] },
  ],
  'avsta-svpl': [COORDINATOR, { skal: 'fungerande-sip', text: 'SIP från i våras gäller' }],
  'skjut-upp-svpl': [COORDINATOR, { datum: '2026-11-30', skal: 'Tre veckor efter hemkomst' }],
  bemanna: [CASEWORKER, { personer: [{ profession: 'handlaggare', ...kontakt }] }],
  'foresla-tid': [COORDINATOR, { tid: '2026-11-12T10:00:00+01:00', plats: 'bostad' }],
  'kalla-till-svpl': [
    COORDINATOR,
    { typ: 'svpl', tid: '2026-11-12T10:00:00+01:00', plats: 'bostad', kallade: [{ ...PROFESSION, iSystemet: true }] },
  ],
  'kvittera-kallelse': [CASEWORKER],
  'papeka-saknad-profession': [CASEWORKER, { profession: 'arbetsterapeut', skal: 'Hjälpmedel behövs' }],
  'skriv-vardplan': [CASEWORKER, { insatser: 'Hemtjänst', ansvar: 'Kommunen', kontakt }],
  'signera-vardplan': [CASEWORKER],
  'godkann-vardplan': [NURSE],
  'skriv-ut-vardplan': [NURSE],
  'meddela-utskrivningsklar': [DOCTOR, { bedomd: NOW }],
  'aterkalla-utskrivningsklar': [DOCTOR, { skal: 'Feber' }],
  'kryssa-checklista': [NURSE, { lista: 'sjukskoterska', punkt: 'transport-och-tid', svar: 'klar' }],
  'skicka-utskrivningsmeddelande': [NURSE, { utskrivning: '2026-11-09T15:00:00+01:00' }],
  'meddela-hemkomst': [CASEWORKER, { kanTaEmot: true, tid: '2026-11-09T16:00:00+01:00' }],
  'meddela-oppenvard': [COORDINATOR, { lage: 'tillganglig', insats: 'Hemsjukvård' }],
  'skriv-ut': [NURSE, { tidpunkt: NOW, till: 'hem' }],
  'overfor-information': [NURSE, { vad: ['medicinsk-epikris', 'lakemedelslista'] }],
  'hall-svpl': [COORDINATOR, { tidpunkt: NOW, plats: 'bostad', narvarande: [{ part: 'patient' }, PROFESSION] }],
  'uppratta-sip': [
    COORDINATOR,
    {
      samtycke: 'ja',
      viktigtForMig: 'Att bo kvar hemma',
      mal: ['Gå till brevlådan'],
      insatser: [{ vad: 'Hemtjänst', huvudman: 'Kommunen', ansvarig: 'Kim Kontakt', kontakt }],
      huvudansvar: 'Vårdcentralen',
      uppfoljning: '2026-12-07',
      vantarPaBeslut: [{ part: 'kommun', senast: '2026-11-16' }],
    },
  ],
  'lamna-beslut': [CASEWORKER, { beslut: 'Hemtjänst beviljad' }],
  'signera-sip': [COORDINATOR],
  'delge-sip': [COORDINATOR, { till: ['patient', 'handlaggare'] }],
  'folj-upp-del': [CASEWORKER, { resultat: 'Fungerar' }],
  'folj-upp': [COORDINATOR, { resultat: 'avslutad', kontaktMedPatient: NOW }],
  kommentera: [PROCESS_LEADER, { text: 'Åtgärden ovan är inlagd av processledaren' }],
  'rapportera-avvikelse': [PROCESS_LEADER, { typ: 'driftstopp', text: 'Kommunens system låg nere' }],
  'avsluta-arende': [NURSE],
  flytta: [NURSE, { avdelning: OTHER_WARD, tidpunkt: NOW }],
  permission: [NURSE, { from: NOW, until: '2026-11-09T18:00:00+01:00' }],
  'andra-uppgifter': [NURSE, { vardcentral: VARDCENTRAL }],
  'angra-utskrivning': [NURSE, { skal: 'Fel patient skrevs ut' }],
  'ratta-uppgift': [DOCTOR, { actionId: 'nodlage-bedom-behov-1', skal: 'Fel klockslag', at: '2026-11-09T09:00:00+01:00' }],
  'anmal-dodsfall': [NURSE, { tidpunkt: NOW }],
  annullera: [NURSE, { skal: 'feldokumenterat' }],
};

/** The argument of an action's signal and update. */
export function exampleOf(action: ActionName): JsonObject & { id: string } {
  const [by, data] = EXAMPLES[action];
  return { id: `nodlage-${action}-1`, by: by as unknown as JsonObject, ...(data ? { data } : {}) };
}

const ADMITTED: ActionName[] = ['bedom-behov', 'skicka-inskrivningsmeddelande'];

/** Stays in which every example is accepted, one after the other; together they have them all. */
export const STORIES: Record<string, ActionName[]> = {
  'hela vägen': [
    ...ADMITTED,
    'svara-inskrivning',
    'utse-fast-vardkontakt',
    'avboka-besok',
    'bedom-vardtid',
    'initiera-svpl',
    'skjut-upp-svpl',
    'bemanna',
    'foresla-tid',
    'kalla-till-svpl',
    'kvittera-kallelse',
    'papeka-saknad-profession',
    'skriv-vardplan',
    'signera-vardplan',
    'godkann-vardplan',
    'skriv-ut-vardplan',
    'permission',
    'andra-uppgifter',
    'kryssa-checklista',
    'meddela-utskrivningsklar',
    'skicka-utskrivningsmeddelande',
    'meddela-hemkomst',
    'meddela-oppenvard',
    'kommentera',
    'rapportera-avvikelse',
    'ratta-uppgift',
    'skriv-ut',
    'overfor-information',
    'hall-svpl',
    'uppratta-sip',
    'lamna-beslut',
    'signera-sip',
    'delge-sip',
    'folj-upp-del',
    'folj-upp',
    'avsluta-arende',
  ],
  'tillbaka och bort': [...ADMITTED, 'meddela-utskrivningsklar', 'aterkalla-utskrivningsklar', 'ratta-kommun', 'flytta'],
  'utan möte': [...ADMITTED, 'avsta-svpl', 'skriv-ut', 'angra-utskrivning', 'anmal-dodsfall'],
  'fel från början': ['annullera'],
};
