/** One stay under test: given an admission and what was done, when something is done or time passes, then what has become of it. */
import { loadAgreements, processRulesOf } from '../../../src/agreements/load.js';
import type { ProcessRules } from '../../../src/domain/agreement.js';
import { type Instant, toIso } from '../../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../../src/domain/ids.js';
import { readTime } from '../../../src/domain/local-time.js';
import type { ActionName } from '../../../src/domain/stay/actions.js';
import { deadlinesOf, openDeadlines } from '../../../src/domain/stay/deadlines.js';
import { decide, type Options, type Verdict } from '../../../src/domain/stay/decide.js';
import { elapse } from '../../../src/domain/stay/elapse.js';
import { episodeOf } from '../../../src/domain/stay/episode.js';
import { admit, evolve, initialStay } from '../../../src/domain/stay/evolve.js';
import { noticesOf } from '../../../src/domain/stay/notices.js';
import { phaseOf } from '../../../src/domain/stay/parties.js';
import type { Admission, Deadline, Deviation, Notice, Stay, StayEvent } from '../../../src/domain/stay/state.js';
import { viewOf } from '../../../src/domain/stay/view.js';

export type AgreementId = 'jonkoping-2018' | 'vastmanland-2022' | 'lag-2017-612';

/** An instant from local time in Stockholm, or ISO with an offset. */
export function t(text: string): Instant {
  const instant = readTime(text.includes('T') ? text : `${text}T00:00`);
  if (typeof instant !== 'number') throw new Error(`${text} is no time`);
  return instant;
}

export const ADMITTED = '2019-03-04T08:00';
export const WARD = { hsaId: 'SE-AVD-31', name: 'Medicinavdelning 31' };
export const OTHER_WARD = { hsaId: 'SE-AVD-62', name: 'Kirurgavdelning 62' };
export const VARDCENTRAL = { hsaId: 'SE-VC-1', name: 'Bankeryds vårdcentral' };

export const ADMISSION: Admission = {
  region: 'jonkoping',
  admittedAt: t(ADMITTED),
  ward: WARD,
  careForm: 'somatisk',
  legalForm: 'HSL',
  kommun: '0680',
  vardcentral: VARDCENTRAL,
  patient: { personnummer: '189001019802', name: 'Alva Lind', folkbokforingsadress: 'Storgatan 1, Jönköping' },
};

const actor = (party: Actor['party'], unit: string, role?: string): Actor => ({ party, unit, ...(role ? { role } : {}) });
export const NURSE = actor('slutenvard', WARD.hsaId, 'sjukskoterska');
export const DOCTOR = actor('slutenvard', WARD.hsaId, 'lakare');
export const COORDINATOR = actor('vardcentral', VARDCENTRAL.hsaId, 'vardsamordnare');
export const MANAGER = actor('vardcentral', VARDCENTRAL.hsaId, 'verksamhetschef');
export const CASEWORKER = actor('kommun', '0680', 'handlaggare');
export const KOMMUN_NURSE = actor('kommun', '0680', 'sjukskoterska');
export const ECONOMIST = actor('kommun', '0680', 'ekonom');
export const PROCESS_LEADER = actor('region', 'jonkoping', 'processledare');
export const SYSTEM = actor('system', 'adt');
export const ofKommun = (kommun: string, role = 'handlaggare'): Actor => actor('kommun', kommun, role);

const loaded = loadAgreements();

export function rulesOf(id: AgreementId = 'jonkoping-2018', admittedAt: Instant = ADMISSION.admittedAt): ProcessRules {
  const found = loaded.ok ? loaded.agreements.find((one) => one.id === id) : undefined;
  if (!found) throw new Error(`no agreement ${id}`);
  return processRulesOf(found, admittedAt, found.region ?? 'jonkoping');
}

export interface Doing {
  /** When it happened, as told; default: when it is sent. */
  at?: string;
  id?: string;
  imported?: boolean;
  via?: 'update' | 'signal';
  options?: Options;
}

export interface Case {
  rules: ProcessRules;
  stay: () => Stay;
  events: StayEvent[];
  notices: Notice[];
  /** Somebody does something at a time of Stockholm. Time is judged up to then first. */
  does: (now: string, action: string, by: Actor, data?: JsonObject, doing?: Doing) => Verdict;
  /** The same, which has to be accepted. */
  do: (now: string, action: string, by: Actor, data?: JsonObject, doing?: Doing) => Case;
  /** A message as it comes, well formed or not. */
  sends: (now: string, action: string, envelope: unknown, options?: Options) => Verdict;
  /** Time passes. */
  until: (now: string) => Case;
  phase: () => string;
  deadline: (id: string, unit?: string) => Deadline | undefined;
  open: () => string[];
  deviation: (type: string) => Deviation | undefined;
  /** `type:status` of every deviation. */
  deviations: () => string[];
  /** To whom notices of that type went, `party/unit`. */
  told: (type: string) => string[];
  episode: () => ReturnType<typeof episodeOf>;
  missing: (now: string) => string[];
}

/** A stay that has just been admitted. */
export function admitted(
  change: Partial<Admission> = {},
  agreement: AgreementId = 'jonkoping-2018',
  changeRules: Partial<ProcessRules> = {},
): Case {
  const admission: Admission = { ...ADMISSION, ...change };
  const rules = { ...rulesOf(agreement, admission.admittedAt), ...changeRules };
  let stay = evolve(initialStay('S-1', admission), admit(admission, admission.admittedAt));
  let count = 0;
  const c: Case = {
    rules,
    stay: () => stay,
    events: [],
    notices: [],
    sends(now, action, envelope, options) {
      apply(elapse(stay, rules, t(now)));
      const verdict = decide(stay, rules, { action, envelope }, t(now), options);
      apply(verdict.events);
      apply(elapse(stay, rules, t(now)));
      return verdict;
    },
    does(now, action, by, data, doing = {}) {
      count++;
      const envelope = {
        id: doing.id ?? `${action}-${count}`,
        by,
        ...(doing.at ? { at: toIso(t(doing.at)) } : {}),
        ...(data ? { data } : {}),
        ...(doing.imported ? { imported: true } : {}),
      };
      return c.sends(now, action, envelope, { ...doing.options, ...(doing.via ? { via: doing.via } : {}) });
    },
    do(now, action, by, data, doing) {
      const verdict = c.does(now, action, by, data, doing);
      if (!verdict.accepted)
        throw new Error(`${action} at ${now} was refused: ${verdict.code} ${JSON.stringify(verdict.errors ?? verdict.need)}`);
      return c;
    },
    until(now) {
      apply(elapse(stay, rules, t(now)));
      return c;
    },
    phase: () => phaseOf(stay),
    deadline: (id, unit) => deadlinesOf(stay, rules).find((d) => d.id === id && (unit === undefined || d.owner.unit === unit)),
    open: () => [...new Set(openDeadlines(stay, rules).map((d) => d.id))],
    deviation: (type) => stay.deviations.find((d) => d.type === type),
    deviations: () => stay.deviations.map((d) => `${d.type}:${d.status}`),
    told: (type) => c.notices.filter((n) => n.type === type).map((n) => `${n.to.party}/${n.to.unit}`),
    episode: () => episodeOf(stay, rules),
    missing: (now) => viewOf(stay, rules, t(now)).episode.missing,
  };
  function apply(events: StayEvent[]): void {
    for (const event of events) {
      const before = stay;
      stay = evolve(stay, event);
      c.events.push(event);
      c.notices.push(...noticesOf(event, stay.seq, before, stay, rules));
    }
  }
  return c;
}

const kallade: JsonObject[] = [
  { part: 'slutenvard', profession: 'sjukskoterska', iSystemet: true },
  { part: 'kommun', profession: 'handlaggare', iSystemet: true },
  { part: 'vardcentral', profession: 'vardsamordnare', iSystemet: true },
  { part: 'annan', profession: 'god man', namn: 'Bo Ek', iSystemet: false },
];
const kontakt: JsonObject = { namn: 'Eva Dahl', telefon: '036-10 00 00' };

/** A valid example of each action's data. */
export const DATA: Record<ActionName, JsonObject> = {
  'bedom-behov': { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false },
  'skicka-inskrivningsmeddelande': { samtycke: 'ja', beraknadUtskrivning: '2019-03-09', inskrivningsorsak: 'Lunginflammation' },
  'svara-inskrivning': { svar: 'kand', adl: 'Behöver hjälp', insatser: { sol: ['Hemtjänst'], hsl: ['Läkemedel'] } },
  'ratta-kommun': { kommun: '0682' },
  'utse-fast-vardkontakt': { namn: 'Karin Ek', telefon: '036-32 00 00' },
  'avboka-besok': { besok: ['Sårvård 2019-03-06'], ombokat: ['Sårvård 2019-03-20'] },
  'bedom-vardtid': { beraknadUtskrivning: '2019-03-10' },
  'initiera-svpl': {
    samtycke: 'ja',
    kontaktOnskasMed: [
      { part: 'kommun', profession: 'handlaggare' },
      { part: 'vardcentral', profession: 'vardsamordnare' },
    ],
    adl: 'Behöver stöd',
    kommunikation: 'Hör dåligt',
    hjalpmedel: ['Rollator'],
  },
  'avsta-svpl': { skal: 'inga-nya-behov', text: 'Som före inskrivningen' },
  'skjut-upp-svpl': { datum: '2019-03-29', skal: 'Tre veckor efter hemkomst' },
  bemanna: { personer: [{ profession: 'handlaggare', namn: 'Per Berg', telefon: '036-10 50 00' }] },
  'foresla-tid': { tid: '2019-03-11T10:00:00+01:00', plats: 'bostad' },
  'kalla-till-svpl': { typ: 'svpl', tid: '2019-03-11T10:00:00+01:00', plats: 'bostad', kallade },
  'kvittera-kallelse': {},
  'papeka-saknad-profession': { profession: 'arbetsterapeut', skal: 'Hjälpmedel behövs' },
  'skriv-vardplan': { insatser: 'Hemtjänst', ansvar: 'Kommunen', kontakt },
  'signera-vardplan': {},
  'godkann-vardplan': {},
  'skriv-ut-vardplan': {},
  'meddela-utskrivningsklar': { bedomd: '2019-03-08T09:30:00+01:00' },
  'aterkalla-utskrivningsklar': { skal: 'Feber igen' },
  'kryssa-checklista': { lista: 'sjukskoterska', punkt: 'transport-och-tid', svar: 'klar' },
  'skicka-utskrivningsmeddelande': { utskrivning: '2019-03-09T10:00:00+01:00' },
  'meddela-hemkomst': { kanTaEmot: true, tid: '2019-03-09T12:00:00+01:00' },
  'meddela-oppenvard': { lage: 'tillganglig', insats: 'Hemsjukvård' },
  'skriv-ut': { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' },
  'overfor-information': { vad: ['medicinsk-epikris', 'lakemedelslista'] },
  'hall-svpl': {
    tidpunkt: '2019-03-11T10:00:00+01:00',
    plats: 'bostad',
    narvarande: [
      { part: 'patient' },
      { part: 'slutenvard' },
      { part: 'kommun', profession: 'handlaggare' },
      { part: 'vardcentral', profession: 'vardsamordnare' },
    ],
  },
  'uppratta-sip': {
    samtycke: 'ja',
    viktigtForMig: 'Att bo kvar hemma',
    mal: ['Gå till brevlådan'],
    insatser: [{ vad: 'Hemtjänst', huvudman: 'Kommunen', ansvarig: 'Per Berg', kontakt }],
    huvudansvar: 'Vårdcentralen',
    uppfoljning: '2019-04-08',
    vantarPaBeslut: [{ part: 'kommun', senast: '2019-03-15' }],
  },
  'lamna-beslut': { beslut: 'Hemtjänst beviljad' },
  'signera-sip': {},
  'delge-sip': { till: ['patient', 'handlaggare'] },
  'folj-upp-del': { resultat: 'Fungerar', text: 'Trivs' },
  'folj-upp': { resultat: 'avslutad', kontaktMedPatient: '2019-04-05T09:00:00+02:00' },
  kommentera: { text: 'Anhörig är informerad' },
  'rapportera-avvikelse': { typ: 'lakemedel', text: 'Dosett saknades' },
  'avsluta-arende': {},
  flytta: { avdelning: OTHER_WARD, tidpunkt: '2019-03-05T12:00:00+01:00' },
  permission: { from: '2019-03-06T10:00:00+01:00', until: '2019-03-06T18:00:00+01:00' },
  'andra-uppgifter': { patient: { name: 'Alva Lindh' } },
  'angra-utskrivning': { skal: 'Fel patient skrevs ut' },
  'ratta-uppgift': { actionId: 'skriv-ut', at: '2019-03-09T09:00:00+01:00', skal: 'Fel klockslag' },
  'anmal-dodsfall': { tidpunkt: '2019-03-09T10:00:00+01:00' },
  annullera: { skal: 'fel-patient' },
};

type Step = readonly [key: string, at: string, action: ActionName, by: Actor];

/** The story's steps that have to do with an SVPL, up to the approved plan: left out where none is to be held. */
export const SVPL_STEPS: string[] = [
  'initierad',
  'bemannad-vc',
  'bemannad-k',
  'forslag',
  'kallelse',
  'kvitterad-s',
  'kvitterad-k',
  'plan-s',
  'plan-k',
  'plan-vc',
  'signerad-s',
  'signerad-k',
  'signerad-vc',
  'godkand',
];

/** A whole stay in which everybody does what they should, in time. The action's id is the step's key. */
export const STORY: readonly Step[] = [
  ['behov', '2019-03-04T09:00', 'bedom-behov', DOCTOR],
  ['inskrivning', '2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE],
  ['svar', '2019-03-04T11:00', 'svara-inskrivning', CASEWORKER],
  ['kontakt', '2019-03-04T12:00', 'utse-fast-vardkontakt', MANAGER],
  ['initierad', '2019-03-05T09:00', 'initiera-svpl', NURSE],
  ['bemannad-vc', '2019-03-05T10:00', 'bemanna', COORDINATOR],
  ['bemannad-k', '2019-03-05T11:00', 'bemanna', CASEWORKER],
  ['forslag', '2019-03-05T12:00', 'foresla-tid', COORDINATOR],
  ['kallelse', '2019-03-06T09:00', 'kalla-till-svpl', COORDINATOR],
  ['kvitterad-s', '2019-03-06T10:00', 'kvittera-kallelse', NURSE],
  ['kvitterad-k', '2019-03-06T11:00', 'kvittera-kallelse', CASEWORKER],
  ['plan-s', '2019-03-07T09:00', 'skriv-vardplan', NURSE],
  ['plan-k', '2019-03-07T10:00', 'skriv-vardplan', CASEWORKER],
  ['plan-vc', '2019-03-07T11:00', 'skriv-vardplan', COORDINATOR],
  ['signerad-s', '2019-03-07T12:00', 'signera-vardplan', NURSE],
  ['signerad-k', '2019-03-07T13:00', 'signera-vardplan', CASEWORKER],
  ['signerad-vc', '2019-03-07T14:00', 'signera-vardplan', COORDINATOR],
  ['godkand', '2019-03-07T15:00', 'godkann-vardplan', NURSE],
  ['klar', '2019-03-08T10:00', 'meddela-utskrivningsklar', DOCTOR],
  ['utskrivningsmeddelande', '2019-03-08T11:00', 'skicka-utskrivningsmeddelande', NURSE],
  ['hemkomst', '2019-03-08T12:00', 'meddela-hemkomst', CASEWORKER],
  ['skriv-ut', '2019-03-09T10:00', 'skriv-ut', NURSE],
  ['overfort', '2019-03-09T11:00', 'overfor-information', NURSE],
  ['mote', '2019-03-11T10:00', 'hall-svpl', COORDINATOR],
  ['sip', '2019-03-11T11:00', 'uppratta-sip', COORDINATOR],
  ['beslut', '2019-03-14T10:00', 'lamna-beslut', CASEWORKER],
  ['sip-signerad', '2019-03-14T11:00', 'signera-sip', COORDINATOR],
  ['sip-delgiven', '2019-03-14T12:00', 'delge-sip', COORDINATOR],
  ['stangd-s', '2019-03-10T08:00', 'avsluta-arende', NURSE],
  ['uppfoljd', '2019-04-05T10:00', 'folj-upp', COORDINATOR],
  ['stangd-vc', '2019-04-05T11:00', 'avsluta-arende', COORDINATOR],
  ['stangd-k', '2019-04-05T12:00', 'avsluta-arende', CASEWORKER],
];

const DAY_FIELDS: readonly string[] = ['tidpunkt'];

/** The story up to and with a step, some steps left out, some at other times. Times in the data follow the step's. */
export function upTo(
  c: Case,
  last: string,
  change: { without?: string[]; at?: Record<string, string>; data?: Record<string, JsonObject>; by?: Record<string, Actor> } = {},
): Case {
  const end = STORY.findIndex(([key]) => key === last);
  if (end < 0) throw new Error(`no step ${last}`);
  const steps = STORY.slice(0, end + 1)
    .filter(([key]) => !change.without?.includes(key))
    .map(([key, at, action, by]) => ({ key, at: change.at?.[key] ?? at, action, by: change.by?.[key] ?? by }))
    .sort((a, b) => t(a.at) - t(b.at));
  for (const { key, at, action, by } of steps) {
    const data: JsonObject = { ...DATA[action], ...change.data?.[key] };
    for (const field of DAY_FIELDS) if (field in data && !change.data?.[key]?.[field]) data[field] = toIso(t(at));
    if (action === 'skicka-utskrivningsmeddelande' && !change.data?.[key]) data['utskrivning'] = toIso(t(at) + 3_600_000);
    if (action === 'meddela-utskrivningsklar' && !change.data?.[key]) data['bedomd'] = toIso(t(at));
    if (action === 'folj-upp' && !change.data?.[key]) data['kontaktMedPatient'] = toIso(t(at));
    c.do(at, action, by, data, { id: key });
  }
  return c;
}
