/** A made-up stay and those who take part in it, with the data that each action needs. */
import { loadAgreements, processRulesOf } from '../../src/agreements/load.js';
import type { ProcessRules } from '../../src/domain/agreement.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import type { Admission } from '../../src/domain/stay/state.js';

export const t = (iso: string): number => {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) throw new Error(`no time: ${iso}`);
  return at;
};

export const WARD = 'SE2321000057-AVD1';
export const VARDCENTRAL = 'SE2321000057-VC1';
export const KOMMUN = '0680';

export const nurse: Actor = { party: 'slutenvard', unit: WARD, role: 'sjukskoterska' };
export const doctor: Actor = { party: 'slutenvard', unit: WARD, role: 'lakare' };
export const coordinator: Actor = { party: 'vardcentral', unit: VARDCENTRAL, role: 'vardsamordnare' };
export const handler: Actor = { party: 'kommun', unit: KOMMUN, role: 'handlaggare' };

export function admission(admittedAt: number, over: Partial<Admission> = {}): Admission {
  return {
    region: 'jonkoping',
    admittedAt,
    ward: { hsaId: WARD, name: 'Medicin A' },
    careForm: 'somatisk',
    legalForm: 'HSL',
    kommun: KOMMUN,
    vardcentral: { hsaId: VARDCENTRAL, name: 'Vårdcentralen Öster' },
    patient: { personnummer: '189001019802', name: 'Test Testsson', folkbokforingsadress: 'Provgatan 1' },
    ...over,
  };
}

export function rulesOf(agreementId: string, admittedAt: number, region = 'jonkoping'): ProcessRules {
  const loaded = loadAgreements();
  const agreement = loaded.ok ? loaded.agreements.find(({ id }) => id === agreementId) : undefined;
  if (!agreement) throw new Error(`${agreementId} cannot be read`);
  return processRulesOf(agreement, admittedAt, region);
}

/** One thing that somebody does, at a time of the stay's own clock. */
export interface Act {
  at: string;
  action: ActionName;
  by: Actor;
  data: JsonObject;
}

type Make = (at: string, over?: JsonObject) => Act;
const act =
  (action: ActionName, by: Actor, data: (at: string) => JsonObject = () => ({})): Make =>
  (at, over = {}) => ({ at, action, by, data: { ...data(at), ...over } });

const kontakt = { namn: 'Kim Kontakt', telefon: '036-10 00 00' };
const PROFESSION = { part: 'kommun', profession: 'handlaggare' };

export const assess = act('bedom-behov', doctor, () => ({ harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false }));
export const assessWithoutSvpl: Make = (at) => assess(at, { nyttBehov: false });
export const notify = act('skicka-inskrivningsmeddelande', nurse, () => ({
  samtycke: 'ja',
  beraknadUtskrivning: '2019-03-08',
  inskrivningsorsak: 'Fall i hemmet',
}));
export const answerKnown = act('svara-inskrivning', handler, () => ({
  svar: 'kand',
  adl: 'självständig',
  kommunikation: 'god',
  boendeform: 'eget',
  tillganglighet: 'hiss',
  insatser: { sol: ['hemtjänst'] },
}));
export const reject = act('svara-inskrivning', handler, () => ({ svar: 'avvisad', skal: 'ej-folkbokford' }));
export const nameContact = act('utse-fast-vardkontakt', coordinator, () => kontakt);
export const initiate = act('initiera-svpl', nurse, () => ({
  samtycke: 'ja',
  kontaktOnskasMed: [PROFESSION],
  adl: 'behöver stöd',
  kommunikation: 'god',
  hjalpmedel: ['rollator'],
}));
export const staff = act('bemanna', handler, () => ({ personer: [{ profession: 'handlaggare', ...kontakt }] }));
export const staffVardcentral = act('bemanna', coordinator, () => ({ personer: [{ profession: 'vardsamordnare', ...kontakt }] }));
export const call = act('kalla-till-svpl', coordinator, () => ({
  typ: 'svpl',
  tid: '2019-03-06T10:00:00+01:00',
  plats: 'bostad',
  kallade: [{ ...PROFESSION, iSystemet: true }],
}));
export const acknowledge = act('kvittera-kallelse', handler);
export const ready = act('meddela-utskrivningsklar', doctor, (at) => ({ bedomd: at }));
export const withdraw = act('aterkalla-utskrivningsklar', doctor, () => ({ skal: 'feber' }));
export const dischargeNotice = act('skicka-utskrivningsmeddelande', nurse, (at) => ({ utskrivning: at }));
export const discharge = act('skriv-ut', nurse, (at) => ({ tidpunkt: at, till: 'hem' }));
export const hand = act('overfor-information', nurse, () => ({ vad: ['medicinsk-epikris'] }));
export const hold = act('hall-svpl', coordinator, (at) => ({
  tidpunkt: at,
  plats: 'bostad',
  narvarande: [{ part: 'patient' }, PROFESSION],
}));
export const makeSip = act('uppratta-sip', coordinator, () => ({
  samtycke: 'ja',
  viktigtForMig: 'bo hemma',
  mal: ['gå själv'],
  insatser: [],
  huvudansvar: 'vardcentral',
  uppfoljning: '2019-04-01',
}));
export const followUp = act('folj-upp', coordinator, (at) => ({ resultat: 'avslutad', kontaktMedPatient: at }));
export const close = (by: Actor): Make => act('avsluta-arende', by);
export const comment = act('kommentera', nurse, () => ({ text: 'Patienten mår bra.' }));
export const annul = act('annullera', nurse, () => ({ skal: 'feldokumenterat' }));
