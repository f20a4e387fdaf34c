/** A typical stay with an SVPL, as the actions of its staff: what every figure of the bench is about. */
import type { Actor, Json, JsonObject } from '../src/domain/ids.js';
import type { ActionName } from '../src/domain/stay/actions.js';
import type { Admission } from '../src/domain/stay/state.js';

const SJUKSKOTERSKA: Actor = { party: 'slutenvard', unit: 'SE2321000131-BENCHAVD', role: 'sjukskoterska' };
const LAKARE: Actor = { ...SJUKSKOTERSKA, role: 'lakare' };
const VARDSAMORDNARE: Actor = { party: 'vardcentral', unit: 'SE2321000131-BENCHVC', role: 'vardsamordnare' };
const HANDLAGGARE: Actor = { party: 'kommun', unit: '0680', role: 'handlaggare' };

export const ADMITTED_BEFORE_MS = 60_000;

export function admission(now: number): Admission {
  return {
    region: 'jonkoping',
    admittedAt: now - ADMITTED_BEFORE_MS,
    ward: { hsaId: SJUKSKOTERSKA.unit, name: 'Medicinavdelningen' },
    careForm: 'somatisk',
    legalForm: 'HSL',
    kommun: HANDLAGGARE.unit,
    vardcentral: { hsaId: VARDSAMORDNARE.unit, name: 'Vårdcentralen' },
    patient: { personnummer: '189001019802', name: 'Tyra Testsson', folkbokforingsadress: 'Provgatan 1, 553 16 Jönköping' },
  };
}

/** In order; the times they tell of are the moment itself. */
export function actions(now: () => number): { action: ActionName; by: Actor; data: () => JsonObject }[] {
  const iso = () => new Date(now()).toISOString();
  const inDays = (days: number) => new Date(now() + days * 86_400_000).toISOString();
  const kontakt = { namn: 'Karin Kontakt', telefon: '036-00 00 00' };
  const act = (action: ActionName, by: Actor, data: () => JsonObject = () => ({})) => ({ action, by, data });
  return [
    act('bedom-behov', LAKARE, () => ({ harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false })),
    act('skicka-inskrivningsmeddelande', SJUKSKOTERSKA, () => ({
      samtycke: 'ja',
      beraknadUtskrivning: inDays(3),
      inskrivningsorsak: 'Fall i hemmet',
    })),
    act('svara-inskrivning', HANDLAGGARE, () => ({ svar: 'kand', boendeform: 'ordinärt boende', insatser: { sol: ['hemtjänst'] } })),
    act('utse-fast-vardkontakt', VARDSAMORDNARE, () => kontakt),
    act('bedom-vardtid', LAKARE, () => ({ beraknadUtskrivning: inDays(2) })),
    act('initiera-svpl', SJUKSKOTERSKA, () => ({
      samtycke: 'ja',
      kontaktOnskasMed: [{ part: 'kommun', profession: 'handlaggare' }],
      adl: 'Behöver stöd vid förflyttning',
      kommunikation: 'God',
      hjalpmedel: ['rollator'],
    })),
    act('bemanna', VARDSAMORDNARE, () => ({ personer: [{ profession: 'vardsamordnare', ...kontakt }] })),
    act('bemanna', HANDLAGGARE, () => ({ personer: [{ profession: 'handlaggare', ...kontakt }] })),
    act('kalla-till-svpl', VARDSAMORDNARE, () => ({
      typ: 'svpl',
      tid: inDays(3),
      plats: 'bostad',
      kallade: [{ part: 'kommun', profession: 'handlaggare', iSystemet: true }],
    })),
    act('kvittera-kallelse', HANDLAGGARE),
    act('skriv-vardplan', HANDLAGGARE, () => ({ insatser: 'Hemtjänst tre gånger om dagen', ansvar: 'Hemtjänsten', kontakt })),
    act('signera-vardplan', HANDLAGGARE),
    act('godkann-vardplan', SJUKSKOTERSKA),
    act('meddela-utskrivningsklar', LAKARE, () => ({ bedomd: iso() })),
    act('skicka-utskrivningsmeddelande', SJUKSKOTERSKA, () => ({ utskrivning: iso() })),
    act('meddela-hemkomst', HANDLAGGARE, () => ({ kanTaEmot: true })),
    act('skriv-ut', SJUKSKOTERSKA, () => ({ tidpunkt: iso(), till: 'hem' })),
    act('overfor-information', SJUKSKOTERSKA, () => ({ vad: ['medicinsk-epikris', 'lakemedelslista'] })),
    act('hall-svpl', VARDSAMORDNARE, () => ({
      tidpunkt: iso(),
      plats: 'bostad',
      narvarande: [{ part: 'kommun', profession: 'handlaggare' }, { part: 'patient' }] as Json[],
    })),
    act('uppratta-sip', VARDSAMORDNARE, () => ({
      samtycke: 'ja',
      viktigtForMig: 'Att klara mig hemma',
      mal: ['gå ut varje dag'],
      insatser: [{ vad: 'hemtjänst', huvudman: 'kommunen', ansvarig: 'hemtjänsten', kontakt }],
      huvudansvar: 'vårdcentralen',
      uppfoljning: inDays(14).slice(0, 10),
    })),
    act('signera-sip', VARDSAMORDNARE),
    act('delge-sip', VARDSAMORDNARE, () => ({ till: ['patient', 'handlaggare'] })),
    act('folj-upp', VARDSAMORDNARE, () => ({ resultat: 'avslutad', kontaktMedPatient: iso() })),
    act('avsluta-arende', SJUKSKOTERSKA),
    act('avsluta-arende', VARDSAMORDNARE),
    act('avsluta-arende', HANDLAGGARE),
  ];
}
