/** `(stay, action, now) → events | refusal`: the one way into a stay, for update, signal, feed and API alike. */
import type { DeadlineId, ProcessRules } from '../agreement.js';
import { HOUR, type Instant, instantOf, MINUTE, toSwedish } from '../calendar.js';
import type { Actor, JsonObject } from '../ids.js';
import { type ActionName, isActionName, isMessage } from './actions.js';
import { byteLength } from './byte-length.js';
import { checkEnvelope, type SchemaError } from './check.js';
import { correction } from './correct.js';
import { crossField } from './cross-field.js';
import { effectiveAt, TELLS_WHEN } from './effective.js';
import { elapse } from './elapse.js';
import { evolve } from './evolve.js';
import { factsOf } from './facts.js';
import { contentHash } from './hash.js';
import { type Asked, general, openChecklistItems, ownNeed, standing, type Unmet } from './needs.js';
import { REFUSALS, type RefusalCode } from './refusals.js';
import type { DataOf } from './schemas.js';
import type { LogEntry, Stay, StayEvent } from './state.js';
import { DEADLINE_NAMES } from './words.js';

export interface Options {
  via?: 'update' | 'signal';
  /** How far in the future an `at` may lie. Default one minute. */
  futureToleranceMs?: number;
  /** After how long a message counts from its receipt. Default one hour. */
  lateToleranceMs?: number;
}

export type Verdict =
  | { accepted: true; events: StayEvent[]; warnings: string[]; repeated?: true }
  | { accepted: false; code: RefusalCode /** In Swedish. */; need: string; errors?: SchemaError[]; events: StayEvent[]; repeated?: true };

/** One action's JSON at the most, and one stay's log: both well inside what Temporal carries. */
const ACTION_BUDGET = 64 * 1024;
const STAY_BUDGET = 600 * 1024;

/**
 * Decides on an action. Accepted: the events that it brings, its own breaches and the end among them. Refused: a code and a Swedish sentence.
 * The same id with the same content gives the first verdict again and no events. Never throws on bad input.
 *
 * @source domain.md §3 Envelope, "A refused action changes nothing and says which need is missing"
 */
export function decide(
  stay: Stay,
  rules: ProcessRules,
  message: { action: string; envelope: unknown },
  now: Instant,
  options: Options = {},
): Verdict {
  const via = options.via ?? 'update';
  const { action } = message;
  const envelope = withoutUndefined(message.envelope);
  const id = idOf(envelope);
  const refuse = (code: RefusalCode, extra: { what?: string; errors?: SchemaError[] } = {}, hash?: string): Verdict => {
    const need = extra.what ? `${REFUSALS[code].sv} (${extra.what})` : REFUSALS[code].sv;
    const by = actorOf(envelope);
    const refusal = { action: action.slice(0, 100), at: now, code, need, ...(id !== undefined ? { id } : {}), ...(by ? { by } : {}) };
    const kept = via === 'signal' || hash !== undefined;
    return {
      accepted: false,
      code,
      need,
      ...(extra.errors ? { errors: extra.errors } : {}),
      events: kept ? [{ type: 'refused', at: now, via, refusal, ...(hash ? { hash } : {}) }] : [],
    };
  };

  if (!isActionName(action)) return refuse('okand-atgard');
  const size = byteLength(JSON.stringify(envelope) ?? '');
  if (size > ACTION_BUDGET) return refuse('for-stor');
  const errors = checkEnvelope(action, envelope);
  if (errors.length > 0) return refuse('ogiltig-data', { errors });
  const valid = envelope as { id: string; at?: string; by: Actor; data?: JsonObject; imported?: boolean };

  const hash = contentHash(action, valid);
  const known = stay.verdicts.find(([key]) => key === valid.id)?.[1];
  if (known) {
    if (known.hash !== hash) return refuse('id-anvant');
    if (known.code === null) return { accepted: true, events: [], warnings: [], repeated: true };
    return {
      accepted: false,
      code: known.code as RefusalCode,
      need: known.need ?? REFUSALS[known.code as RefusalCode].sv,
      events: [],
      repeated: true,
    };
  }

  const data = valid.data ?? {};
  const wrong = crossField(action, data, valid.by);
  if (wrong.length > 0) return refuse('ogiltig-data', { errors: wrong });
  const at = valid.at === undefined ? now : instantOf(valid.at);
  const bounds = outOfBounds(stay, action, data, valid.at === undefined ? undefined : at, now + (options.futureToleranceMs ?? MINUTE));
  if (bounds) return refuse(bounds.code, { errors: bounds.errors });

  const asked: Asked = { action, by: valid.by, at: effectiveAt(action, data, at), data, imported: valid.imported === true };
  const unmet = unmetNeed(stay, rules, asked, size);
  if (unmet) return refuse(unmet.code, unmet, hash);

  const late = isMessage(action) && !asked.imported && now - at > (options.lateToleranceMs ?? HOUR);
  const entry: LogEntry = {
    id: valid.id,
    action,
    at,
    receivedAt: now,
    countsFrom: late ? now : asked.at,
    by: valid.by,
    data,
    ...(asked.imported ? { imported: true as const } : {}),
  };
  // What is wrong in itself has no verdict, and may be sent again, mended.
  return accept(stay, rules, entry, hash, (refused) => refuse(refused.code, refused, refused.errors ? undefined : hash));
}

const REOPENS: readonly ActionName[] = ['ratta-uppgift', 'angra-utskrivning', 'annullera'];

/**
 * What takes an ended stay up again: a correction, the undoing of what ended it or of the whole, and what was done before the
 * end and is transported afterwards.
 *
 * @source domain.md §3 Corrections: `angra-utskrivning` "the stay goes on as before", `annullera` "undo across the parties"
 * @interpretation A patient who came and went while the service was away has ended by the hospital's messages before anything written on paper is played in
 */
const reopens = (endedAt: Instant, { action, imported, at }: Asked): boolean => REOPENS.includes(action) || (imported && at <= endedAt);

/** The needs, in order: the stay goes on, the role, the unit, the step, the action's own. */
function unmetNeed(stay: Stay, rules: ProcessRules, asked: Asked, size: number): Unmet {
  const f = factsOf(stay);
  if (f.annulled) return { code: 'annullerad' };
  if (stay.ended && !reopens(stay.ended.at, asked)) return { code: 'avslutad' };
  if (stay.size + size > STAY_BUDGET) return { code: 'arendet-fullt' };
  return standing(f, rules, asked) ?? general(f, asked) ?? ownNeed(f, asked, stay, rules);
}

type Refused = { code: RefusalCode; errors?: SchemaError[] };

function accept(stay: Stay, rules: ProcessRules, asked: LogEntry, hash: string, refuse: (u: Refused) => Verdict): Verdict {
  let entry = asked;
  if (entry.action === 'ratta-uppgift') {
    const corrected = correction(stay, entry);
    if ('code' in corrected) return refuse(corrected);
    entry = { ...entry, data: { ...entry.data, corrected: corrected.becomes as unknown as JsonObject } };
  }
  const events: StayEvent[] = stay.ended ? [{ type: 'reopened', at: entry.receivedAt }] : [];
  events.push({ type: 'accepted', at: entry.countsFrom, entry, hash });
  const warnings = noteDeviations(stay, entry, events);
  // What the action ends is judged at once, by the action's own time: a breach first, then its closing.
  const after = events.reduce<Stay>(evolve, stay);
  const judged = elapse(after, rules, 0);
  return { accepted: true, events: [...events, ...judged], warnings: [...warnings, ...judgedAnew(after, judged)] };
}

/** What registering it afterwards has changed, said to whoever registers it. @source domain.md §3 Deadlines, `sen-registrering` */
function judgedAnew(stay: Stay, events: readonly StayEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'deviation-closed' || event.status !== 'sen-registrering') return [];
    const deviation = stay.deviations.find(({ id }) => id === event.deviation);
    const name = DEADLINE_NAMES[deviation?.type as DeadlineId] ?? deviation?.type;
    return deviation ? [`Bedömd på nytt: fristen hölls – ${name}, ${toSwedish(deviation.at)}`] : [];
  });
}

/** Deviations that an action itself brings, and those it makes good. */
function noteDeviations(stay: Stay, entry: LogEntry, events: StayEvent[]): string[] {
  const note = (type: string, text: string) =>
    events.push({
      type: 'deviation-noted',
      at: entry.countsFrom,
      deviation: {
        // What was reported is text that somebody wrote, and has no place in an id.
        id: `noterad:${entry.action === 'rapportera-avvikelse' ? 'rapporterad' : type}:${entry.id}`,
        type,
        at: entry.countsFrom,
        status: 'oppen',
        text,
        owner: { party: entry.by.party, unit: entry.by.unit },
      },
    });
  const after = factsOf(events.reduce<Stay>(evolve, stay));
  if (entry.action === 'rapportera-avvikelse')
    note((entry.data as DataOf<'rapportera-avvikelse'>).typ, (entry.data as DataOf<'rapportera-avvikelse'>).text);
  if (entry.action === 'hall-svpl') {
    const absent = after.held.find((h) => h.id === entry.id)?.absent ?? [];
    if (absent.length > 0) note('franvaro', absent.map((a) => `${a.part}/${a.profession}`).join(', '));
  }
  const open = openChecklistItems(after);
  if (entry.action === 'kryssa-checklista' && open.length === 0) {
    for (const d of stay.deviations)
      if (d.type === 'checklista' && d.status === 'oppen')
        events.push({ type: 'deviation-closed', at: entry.countsFrom, deviation: d.id, status: 'avslutad' });
  }
  if (entry.action !== 'skicka-utskrivningsmeddelande' || open.length === 0) return [];
  note('checklista', open.join(', '));
  return open.map((item) => `Punkt på checklistan är inte klar – ${item}`);
}

/** Times that tell of what has happened: never before admission, never in the future. */
function outOfBounds(
  stay: Stay,
  action: ActionName,
  data: JsonObject,
  at: Instant | undefined,
  latest: Instant,
): { code: RefusalCode; errors: SchemaError[] } | undefined {
  const past = [
    ...(at === undefined ? [] : [{ path: 'at', time: at }]),
    ...['bedomd', 'kontaktMedPatient', ...(TELLS_WHEN.includes(action) ? ['tidpunkt'] : [])].flatMap((field) =>
      typeof data[field] === 'string' ? [{ path: `data.${field}`, time: instantOf(data[field] as string) }] : [],
    ),
  ];
  const wrong = past.flatMap(({ path, time }): { path: string; code: RefusalCode }[] => {
    if (time > latest) return [{ path, code: 'tidpunkt-i-framtiden' }];
    return time < stay.admission.admittedAt ? [{ path, code: 'tidpunkt-fore-inskrivning' }] : [];
  });
  const [first] = wrong;
  return first && { code: first.code, errors: wrong.map(({ path, code }) => ({ path, message: REFUSALS[code].sv })) };
}

function idOf(envelope: unknown): string | undefined {
  const id = typeof envelope === 'object' && envelope !== null ? (envelope as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id.length >= 1 && id.length <= 128 ? id : undefined;
}

function actorOf(envelope: unknown): Actor | undefined {
  const by =
    typeof envelope === 'object' && envelope !== null
      ? (envelope as { by?: { party?: unknown; unit?: unknown; role?: unknown } | null }).by
      : undefined;
  if (typeof by?.party !== 'string' || typeof by?.unit !== 'string' || by.unit.length > 200 || by.party.length > 30) return undefined;
  return { party: by.party as Actor['party'], unit: by.unit, ...(typeof by.role === 'string' ? { role: by.role.slice(0, 200) } : {}) };
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
