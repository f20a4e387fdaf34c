/** What is known of a stay: a fold over its log, so that what is registered late or corrected falls into its right place. */
import type { CareForm, LegalForm } from '../agreement.js';
import { endOfDay, type Instant, localDateOf, parseInstant, parseLocalDate } from '../calendar.js';
import type { Actor, JsonObject, UnitRef } from '../ids.js';
import type { ActionName } from './actions.js';
import { last } from './lists.js';
import type { DataOf } from './schemas.js';
import type { Estimate, LogEntry, Named, Patient, Stay } from './state.js';

export interface Happened {
  id: string;
  at: Instant;
}
export interface PartProfession {
  part: string;
  profession: string;
}
export interface Call extends Happened {
  tid: Instant;
  plats: string;
  typ: string;
  kallade: (PartProfession & { iSystemet: boolean; namn?: string })[];
}
export interface VardplanPart {
  party: string;
  unit: string;
  profession: string;
  insatser: string;
  ansvar: string;
  kontakt: JsonObject;
  writtenAt: Instant;
  signedAt: Instant | null;
}
export interface ReadyInterval extends Happened {
  bedomd: Instant;
  until: Instant | null;
  endedBy: 'aterkallad' | 'utskriven' | null;
}
export interface Sip extends Happened {
  data: JsonObject;
  waiting: { part: string; senast: string; decidedAt: Instant | null; beslut?: string }[];
  signedAt: Instant | null;
  delivered: { at: Instant; till: string[] }[];
}

export interface Facts {
  careForm: CareForm;
  legalForm: LegalForm;
  ward: Named;
  wards: { ward: Named; from: Instant }[];
  vardcentral: Named;
  /** Since when it is this one: an earlier one's duties are not inherited backwards. */
  vardcentralSince: Instant;
  patient: Patient;
  /** Who is responsible, by time; the last is the present one. `placerande` pays instead of `kommun`. */
  kommuner: { id: string; kommun: string; placerande?: string; from: Instant }[];
  assessments: (Happened & { inScope: boolean; harInsatser: boolean; nyttBehov: boolean; outsideOnly: boolean })[];
  /** Sent while in scope, so to kommun and vårdcentral. The first counts. */
  inskrivning: Happened | null;
  /** Sent to the vårdcentral, also when only region open care is needed (LUS 2:1). */
  inskrivningVardcentral: Happened | null;
  inskrivningsorsak: boolean;
  estimates: Estimate[];
  answers: (Happened & { party: string; unit: string; svar: string; rattKommun?: string })[];
  /** When a rejection was corrected or overruled. */
  kommunCorrections: (Happened & { kommun: string; same: boolean })[];
  fastVardkontakt: (Happened & { namn: string; telefon: string }) | null;
  initiated: (Happened & { kontaktOnskasMed: PartProfession[] }) | null;
  declined: (Happened & { skal: string }) | null;
  /** Every decline, those that were lifted again too. */
  declines: Happened[];
  postponements: (Happened & { datum: string })[];
  proposals: (Happened & { tid: Instant; plats: string })[];
  calls: Call[];
  acknowledgements: (Happened & UnitRef)[];
  staffing: (Happened & UnitRef & { personer: JsonObject[] })[];
  vardplan: VardplanPart[];
  vardplanApproved: Happened | null;
  ready: ReadyInterval[];
  utskrivningsmeddelanden: (Happened & { utskrivning: Instant; withdrawnAt: Instant | null })[];
  checklists: Record<string, Record<string, string>>;
  hemkomst: (Happened & { unit: string; kanTaEmot: boolean })[];
  oppenvard: (Happened & { lage: string })[];
  discharge: (Happened & { till: string }) | null;
  overforing: Happened | null;
  held: (Happened & { plats: string; absent: PartProfession[] })[];
  sip: Sip | null;
  followUps: (Happened & { resultat: string })[];
  closed: (Happened & UnitRef)[];
  leave: { from: Instant; until: Instant | null }[];
  death: Happened | null;
  annulled: (Happened & { skal: string }) | null;
}

const instantOf = (text: string, fallback: Instant): Instant => parseInstant(text) ?? fallback;

/** Reads an expected discharge: an instant, or a date alone, which means the end of that day. */
export function readExpected(text: string): Instant | undefined {
  const date = parseLocalDate(text);
  return date ? endOfDay(date) : parseInstant(text);
}

const memo = new WeakMap<LogEntry[], Facts>();

/** The facts of a stay, from its admission and its log. Remembered per log, since a log never changes. */
export function factsOf(stay: Stay): Facts {
  const known = memo.get(stay.log);
  if (known) return known;
  const { admission } = stay;
  const facts: Facts = {
    careForm: admission.careForm,
    legalForm: admission.legalForm,
    ward: admission.ward,
    wards: [{ ward: admission.ward, from: admission.admittedAt }],
    vardcentral: admission.vardcentral,
    vardcentralSince: admission.admittedAt,
    patient: admission.patient,
    kommuner: [
      {
        id: '',
        kommun: admission.kommun,
        ...(admission.placerandeKommun ? { placerande: admission.placerandeKommun } : {}),
        from: admission.admittedAt,
      },
    ],
    assessments: [],
    inskrivning: null,
    inskrivningVardcentral: null,
    inskrivningsorsak: false,
    estimates: [],
    answers: [],
    kommunCorrections: [],
    fastVardkontakt: null,
    initiated: null,
    declined: null,
    declines: [],
    postponements: [],
    proposals: [],
    calls: [],
    acknowledgements: [],
    staffing: [],
    vardplan: [],
    vardplanApproved: null,
    ready: [],
    utskrivningsmeddelanden: [],
    checklists: {},
    hemkomst: [],
    oppenvard: [],
    discharge: null,
    overforing: null,
    held: [],
    sip: null,
    followUps: [],
    closed: [],
    leave: [],
    death: null,
    annulled: null,
  };
  for (const entry of stay.log) fold(facts, entry);
  memo.set(stay.log, facts);
  return facts;
}

/** Who is responsible now: there is always somebody, from the admission on. */
export const presentKommun = (f: Facts): Facts['kommuner'][number] => f.kommuner[f.kommuner.length - 1] as Facts['kommuner'][number];

/** What was accepted had been checked against its action's schema. */
function fold(facts: Facts, entry: LogEntry): void {
  const apply = FOLD[entry.action as ActionName] as (f: Facts, data: JsonObject, when: Happened, by: Actor) => void;
  apply(facts, entry.data, { id: entry.id, at: entry.countsFrom }, entry.by);
}

const nothing = () => {};

/** One line of the fold per action: the fact that it adds. */
const FOLD: { [A in ActionName]: (f: Facts, data: DataOf<A>, when: Happened, by: Actor) => void } = {
  'bedom-behov': (f, d, when) => {
    const need = d.harInsatser || d.nyttBehov;
    f.assessments.push({
      ...when,
      inScope: need && !d.endastRegionensOppenvard,
      harInsatser: d.harInsatser,
      nyttBehov: d.nyttBehov,
      outsideOnly: need && d.endastRegionensOppenvard,
    });
  },
  'skicka-inskrivningsmeddelande': (f, d, when) => {
    if (last(f.assessments)?.inScope) f.inskrivning ??= when;
    f.inskrivningVardcentral ??= when;
    if (d.inskrivningsorsak) f.inskrivningsorsak = true;
    addEstimate(f, d.beraknadUtskrivning, when);
  },
  'svara-inskrivning': (f, d, when, by) =>
    f.answers.push({ ...when, party: by.party, unit: by.unit, svar: d.svar, ...(d.rattKommun ? { rattKommun: d.rattKommun } : {}) }),
  'ratta-kommun': (f, d, when) => {
    const present = presentKommun(f);
    const same = present.kommun === d.kommun && (d.placerandeKommun ?? present.placerande) === present.placerande;
    f.kommunCorrections.push({ ...when, kommun: d.kommun, same });
    if (!same)
      f.kommuner.push({ id: when.id, kommun: d.kommun, ...(d.placerandeKommun ? { placerande: d.placerandeKommun } : {}), from: when.at });
  },
  'utse-fast-vardkontakt': (f, d, when) => {
    f.fastVardkontakt = { id: when.id, at: f.fastVardkontakt?.at ?? when.at, namn: d.namn, telefon: d.telefon };
  },
  'avboka-besok': nothing,
  'bedom-vardtid': (f, d, when) => {
    if (d.inskrivningsorsak) f.inskrivningsorsak = true;
    addEstimate(f, d.beraknadUtskrivning, when);
  },
  'initiera-svpl': (f, d, when) => {
    f.initiated = { ...when, kontaktOnskasMed: d.kontaktOnskasMed };
    f.declined = null;
  },
  'avsta-svpl': (f, d, when) => {
    f.declined = { ...when, skal: d.skal };
    f.declines.push(when);
  },
  'skjut-upp-svpl': (f, d, when) => f.postponements.push({ ...when, datum: d.datum }),
  bemanna: (f, d, when, by) => f.staffing.push({ ...when, party: by.party, unit: by.unit, personer: d.personer }),
  'foresla-tid': (f, d, when) => f.proposals.push({ ...when, tid: instantOf(d.tid, when.at), plats: d.plats }),
  'kalla-till-svpl': (f, d, when) =>
    f.calls.push({ ...when, tid: instantOf(d.tid, when.at), plats: d.plats, typ: d.typ, kallade: d.kallade }),
  'kvittera-kallelse': (f, _d, when, by) => f.acknowledgements.push({ ...when, party: by.party, unit: by.unit }),
  'papeka-saknad-profession': nothing,
  'skriv-vardplan': (f, d, when, by) => {
    f.vardplan = f.vardplan.filter((p) => !samePart(p, by));
    f.vardplan.push({
      party: by.party,
      unit: by.unit,
      profession: by.role ?? '',
      insatser: d.insatser,
      ansvar: d.ansvar,
      kontakt: d.kontakt,
      writtenAt: when.at,
      signedAt: null,
    });
    f.vardplanApproved = null;
  },
  'signera-vardplan': (f, _d, when, by) => {
    f.vardplan = f.vardplan.map((p) => (samePart(p, by) ? { ...p, signedAt: when.at } : p));
  },
  'godkann-vardplan': (f, _d, when) => {
    f.vardplanApproved = when;
  },
  'skriv-ut-vardplan': nothing,
  'meddela-utskrivningsklar': (f, d, when) => openInterval(f, when, instantOf(d.bedomd, when.at)),
  'aterkalla-utskrivningsklar': (f, _d, when) => {
    f.ready = f.ready.map((i) => (i.until === null ? { ...i, until: when.at, endedBy: 'aterkallad' } : i));
    f.utskrivningsmeddelanden = f.utskrivningsmeddelanden.map((m) => (m.withdrawnAt === null ? { ...m, withdrawnAt: when.at } : m));
  },
  'kryssa-checklista': (f, d) => {
    f.checklists[d.lista] = { ...f.checklists[d.lista], [d.punkt]: d.svar };
  },
  'skicka-utskrivningsmeddelande': (f, d, when) => {
    openInterval(f, when, d.bedomd ? instantOf(d.bedomd, when.at) : when.at);
    f.utskrivningsmeddelanden.push({ ...when, utskrivning: instantOf(d.utskrivning, when.at), withdrawnAt: null });
  },
  'meddela-hemkomst': (f, d, when, by) => f.hemkomst.push({ ...when, unit: by.unit, kanTaEmot: d.kanTaEmot }),
  'meddela-oppenvard': (f, d, when) => f.oppenvard.push({ ...when, lage: d.lage }),
  'skriv-ut': (f, d, when) => discharged(f, when, d.till),
  'overfor-information': (f, _d, when) => {
    f.overforing ??= when;
  },
  'hall-svpl': (f, d, when) => {
    const present = d.narvarande as { part: string; profession?: string }[];
    const called = last(f.calls)?.kallade.filter((k) => k.iSystemet) ?? [];
    const absent = called.filter(
      (k) => !present.some((p) => p.part === k.part && (p.profession === undefined || p.profession === k.profession)),
    );
    f.held.push({ ...when, plats: d.plats, absent: absent.map(({ part, profession }) => ({ part, profession })) });
  },
  'uppratta-sip': (f, d, when) => {
    const waiting = ((d.vantarPaBeslut ?? []) as { part: string; senast: string }[]).map((w) => ({ ...w, decidedAt: null }));
    f.sip = { ...when, data: d, waiting, signedAt: null, delivered: [] };
  },
  'lamna-beslut': (f, d, when, by) => {
    if (!f.sip) return;
    f.sip = {
      ...f.sip,
      waiting: f.sip.waiting.map((w) =>
        decides(by.party, w.part) && w.decidedAt === null ? { ...w, decidedAt: when.at, beslut: d.beslut } : w,
      ),
    };
  },
  'signera-sip': (f, _d, when) => {
    if (f.sip) f.sip = { ...f.sip, signedAt: when.at };
  },
  'delge-sip': (f, d, when) => {
    if (f.sip) f.sip = { ...f.sip, delivered: [...f.sip.delivered, { at: when.at, till: d.till }] };
  },
  'folj-upp-del': nothing,
  'folj-upp': (f, d, when) => f.followUps.push({ ...when, resultat: d.resultat }),
  kommentera: nothing,
  'rapportera-avvikelse': nothing,
  'avsluta-arende': (f, _d, when, by) => f.closed.push({ ...when, party: by.party, unit: by.unit }),
  flytta: (f, d, when) => {
    f.ward = d.avdelning;
    f.wards.push({ ward: d.avdelning, from: when.at });
    if (d.careForm) f.careForm = d.careForm;
  },
  permission: (f, d, when) => f.leave.push({ from: instantOf(d.from, when.at), until: d.until ? instantOf(d.until, when.at) : null }),
  'andra-uppgifter': (f, d, when) => {
    if (d.patient) f.patient = { ...f.patient, ...d.patient };
    if (d.vardcentral) {
      if (d.vardcentral.hsaId !== f.vardcentral.hsaId) f.vardcentralSince = when.at;
      f.vardcentral = d.vardcentral;
    }
    if (d.legalForm) f.legalForm = d.legalForm;
    if (d.careForm) f.careForm = d.careForm;
  },
  'angra-utskrivning': (f) => {
    f.discharge = null;
    // What was handed over belonged to the discharge that is undone.
    f.overforing = null;
    f.closed = [];
    f.ready = f.ready.map((i) => (i.endedBy === 'utskriven' ? { ...i, until: null, endedBy: null } : i));
  },
  'ratta-uppgift': nothing,
  'anmal-dodsfall': (f, _d, when) => {
    f.death = when;
    if (!f.discharge) discharged(f, when, 'avliden');
  },
  annullera: (f, d, when) => {
    f.annulled = { ...when, skal: d.skal };
  },
};

type Side = { party: string; unit: string };
/** The same party at the same unit; the ward that has taken over stands in the place of the one before it. @source domain.md §3 `flytta` */
export const isSameSide = (a: Side, b: Side): boolean => a.party === b.party && (a.party === 'slutenvard' || a.unit === b.unit);

/** Whether a party gives the decision that is awaited from `part`; those outside the system answer through the vårdsamordnare. @source J Steg 5 */
export const decides = (party: string, part: string): boolean =>
  party === part || (party === 'vardcentral' && !['slutenvard', 'kommun'].includes(part));

const samePart = (part: VardplanPart, by: Actor) => isSameSide(part, by) && part.profession === (by.role ?? '');

function addEstimate(f: Facts, text: string, when: Happened): void {
  const expected = readExpected(text) ?? when.at;
  f.estimates.push({ id: when.id, madeAt: when.at, expected, date: parseLocalDate(text) ?? localDateOf(expected) });
}

function openInterval(f: Facts, when: Happened, bedomd: Instant): void {
  if (last(f.ready)?.until !== null) f.ready.push({ ...when, bedomd, until: null, endedBy: null });
}

function discharged(f: Facts, when: Happened, till: string): void {
  f.discharge = { ...when, till };
  if (till === 'avliden') f.death ??= when;
  f.ready = f.ready.map((i) => (i.until === null ? { ...i, until: when.at, endedBy: 'utskriven' } : i));
}
