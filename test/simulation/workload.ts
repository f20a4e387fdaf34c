/** A random workload: what wards, vårdcentraler, kommuner and systems send about one stay, in order and out of it, right and wrong. */
import { addDays, DAY, HOUR, type Instant, localDateOf, MINUTE, toIso } from '../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import { ACTION_NAMES, type ActionName } from '../../src/domain/stay/actions.js';
import {
  CASEWORKER,
  COORDINATOR,
  DATA,
  DOCTOR,
  KOMMUN_NURSE,
  MANAGER,
  NURSE,
  OTHER_WARD,
  ofKommun,
  PROCESS_LEADER,
  STORY,
  SYSTEM,
  WARD,
} from '../domain/stay/case.js';

export interface Random {
  /** 0 ≤ x < 1. */
  next: () => number;
  below: (n: number) => number;
  chance: (share: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
}

/** Numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[below(list.length)] as T;
    },
  };
}

export interface Sent {
  action: ActionName;
  envelope: { id: string; at?: string; by: Actor; data: JsonObject; imported?: true };
}

const ACTORS: readonly Actor[] = [
  NURSE,
  DOCTOR,
  COORDINATOR,
  MANAGER,
  CASEWORKER,
  KOMMUN_NURSE,
  SYSTEM,
  PROCESS_LEADER,
  ofKommun('0682'),
  ofKommun('0683'),
];
const BY: Partial<Record<ActionName, readonly Actor[]>> = {
  'skriv-vardplan': [NURSE, COORDINATOR, CASEWORKER],
  'signera-vardplan': [NURSE, COORDINATOR, CASEWORKER],
  'kvittera-kallelse': [NURSE, CASEWORKER, ofKommun('0682')],
  'svara-inskrivning': [CASEWORKER, CASEWORKER, COORDINATOR, ofKommun('0682')],
  bemanna: [COORDINATOR, CASEWORKER, ofKommun('0682')],
  'avsluta-arende': [NURSE, COORDINATOR, CASEWORKER, ofKommun('0682')],
  'meddela-hemkomst': [CASEWORKER],
  'lamna-beslut': [CASEWORKER],
  'ratta-uppgift': [NURSE, COORDINATOR, CASEWORKER],
};
for (const [, , action, by] of STORY) BY[action] ??= [by];

/** What ends a stay early, or undoes much, comes seldom. */
const SELDOM: readonly ActionName[] = ['annullera', 'anmal-dodsfall'];

/** Something that somebody sends at a time; what has been accepted steers it towards what comes next in a real stay. */
export function send(
  random: Random,
  now: Instant,
  admittedAt: Instant,
  accepted: readonly { id: string; action: string; at: Instant }[],
  n: number,
): Sent {
  const done = new Set(accepted.map((a) => a.action));
  const ahead = STORY.filter(([, , action]) => !done.has(action));
  const action = random.chance(0.65) && ahead.length > 0 ? random.pick(ahead.slice(0, 4))[2] : anything(random);
  const at = timeOf(random, now, admittedAt);
  const by = random.chance(0.04) ? random.pick(ACTORS) : random.pick(BY[action] ?? actorsFor(action));
  const when = at ?? now;
  const data = dataOf(random, action, when, accepted);
  const imported = at !== undefined && random.chance(0.35);
  return {
    action,
    envelope: {
      id: `${action}-${n}`,
      by,
      data,
      ...(at === undefined ? {} : { at: toIso(at) }),
      ...(imported ? { imported: true as const } : {}),
    },
  };
}

function anything(random: Random): ActionName {
  const action = random.pick(ACTION_NAMES);
  return SELDOM.includes(action) && random.chance(0.9) ? 'kommentera' : action;
}

const actorsFor = (action: ActionName): readonly Actor[] =>
  action === 'kryssa-checklista' ||
  action === 'flytta' ||
  action === 'andra-uppgifter' ||
  action === 'angra-utskrivning' ||
  action === 'permission' ||
  action === 'annullera'
    ? [NURSE, { ...NURSE, unit: OTHER_WARD.hsaId }]
    : action === 'aterkalla-utskrivningsklar'
      ? [DOCTOR]
      : [NURSE, COORDINATOR, CASEWORKER, DOCTOR];

/** Mostly now; sometimes told afterwards, soon or late. Odd milliseconds keep two things from happening at once. */
function timeOf(random: Random, now: Instant, admittedAt: Instant): Instant | undefined {
  if (random.chance(0.6)) return undefined;
  const ago = random.chance(0.5) ? random.below(HOUR) : random.below(40 * HOUR);
  return Math.max(admittedAt + 1, now - ago);
}

function dataOf(
  random: Random,
  action: ActionName,
  at: Instant,
  accepted: readonly { id: string; action: string; at: Instant }[],
): JsonObject {
  const day = (n: number): string => addDays(localDateOf(at), n);
  switch (action) {
    case 'bedom-behov':
      return { harInsatser: random.chance(0.8), nyttBehov: random.chance(0.7), endastRegionensOppenvard: random.chance(0.06) };
    case 'skicka-inskrivningsmeddelande':
    case 'bedom-vardtid':
      return { ...DATA[action], inskrivningsorsak: 'Fall', beraknadUtskrivning: day(random.below(7)) };
    case 'svara-inskrivning':
      return random.chance(0.12) ? { svar: 'avvisad', skal: 'ej-folkbokford', rattKommun: '0682' } : DATA[action];
    case 'ratta-kommun':
      return { kommun: random.pick(['0680', '0680', '0682', '0683']), ...(random.chance(0.2) ? { placerandeKommun: '0684' } : {}) };
    case 'skjut-upp-svpl':
      return { datum: day(random.below(25)), skal: 'Efter hemkomst' };
    case 'kalla-till-svpl':
      return { ...DATA[action], tid: toIso(at + random.below(14 * DAY)) };
    case 'meddela-utskrivningsklar':
      return { bedomd: toIso(at) };
    case 'skicka-utskrivningsmeddelande':
      return { utskrivning: toIso(at + random.below(23 * HOUR)) };
    case 'meddela-hemkomst':
      return { kanTaEmot: random.chance(0.7) };
    case 'meddela-oppenvard':
      return { lage: random.pick(['tillganglig', 'ej-tillganglig', 'oklart']), insats: 'Hemsjukvård' };
    case 'skriv-ut':
      return { tidpunkt: toIso(at), till: random.chance(0.05) ? 'avliden' : 'hem' };
    case 'hall-svpl':
      return { ...DATA[action], tidpunkt: toIso(at) };
    case 'uppratta-sip':
      return {
        ...DATA[action],
        uppfoljning: day(20),
        vantarPaBeslut: random.chance(0.5) ? [{ part: 'kommun', senast: day(random.below(10)) }] : [],
      };
    case 'folj-upp':
      return { resultat: random.pick(['avslutad', 'avslutad', 'sip-revideras', 'nytt-mote']), kontaktMedPatient: toIso(at) };
    case 'flytta':
      return { avdelning: random.pick([OTHER_WARD, WARD]), tidpunkt: toIso(at) };
    case 'andra-uppgifter':
      return random.pick<JsonObject>([
        { patient: { name: 'Alva Lindh' } },
        { legalForm: 'LPT' },
        { legalForm: 'HSL' },
        { legalForm: 'HSL' },
        { careForm: 'somatisk' },
      ]);
    case 'anmal-dodsfall':
      return { tidpunkt: toIso(at) };
    case 'kryssa-checklista':
      return { lista: 'sjukskoterska', punkt: 'transport-och-tid', svar: 'klar' };
    case 'ratta-uppgift': {
      const of = accepted.length > 0 ? random.pick(accepted) : { id: 'none', at };
      return { actionId: of.id, at: toIso(of.at + random.below(20 * HOUR) - 10 * HOUR), skal: 'Fel klockslag' };
    }
    default:
      return DATA[action];
  }
}

/** How long until something more happens: minutes in a busy hour, a day or a fortnight when it is quiet. */
export function pause(random: Random): number {
  return random.pick([MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, 20 * HOUR, 50 * HOUR, 9 * DAY]) + random.below(HOUR) + 1;
}

/** The same message spoiled: a field gone, of another type, unknown, or too long. */
export function spoil(random: Random, envelope: Sent['envelope']): unknown {
  const copy = structuredClone(envelope) as unknown as Record<string, unknown>;
  const part = random.chance(0.5) ? copy : ((random.chance(0.7) ? copy['data'] : copy['by']) as Record<string, unknown>);
  const key = random.pick([...Object.keys(part), 'okant']);
  const wrong = random.pick<unknown>([null, 7, '', {}, [], 'x'.repeat(4001), '2019-02-30', true, { $ref: '#' }, Number.NaN]);
  if (random.chance(0.3)) delete part[key];
  else part[key] = wrong;
  return random.chance(0.05) ? random.pick<unknown>([undefined, null, 'text', 3, [], [copy]]) : copy;
}
