/** What one discharged stay says for the reports: each duty kept, broken, still running or never owed, as the deadlines themselves have it. */
import type { ProcessRules } from '../agreement.js';
import { daysOf } from '../billing/days.js';
import { addDays, endOfDay, HOUR, type Instant, localDateOf, localMonthOf } from '../calendar.js';
import { type ActionName, isMessage } from '../stay/actions.js';
import { deadlinesOf } from '../stay/deadlines.js';
import { effectiveAt } from '../stay/effective.js';
import { episodeOf } from '../stay/episode.js';
import { type Facts, factsOf } from '../stay/facts.js';
import { inScope } from '../stay/parties.js';
import type { Deadline, LogEntry, Named, Stay } from '../stay/state.js';

/** A duty whose time may run out after the discharge: judged for everybody at the same moment, when it has. */
export interface Duty {
  /** Done in time, as far as is known. */
  met: boolean;
  dueAt: Instant;
}

export interface StayIndicators {
  /** `YYYY-MM` of the discharge. */
  month: string;
  /** Kommunkod; null where no kommun has the stay in sight. */
  payer: string | null;
  /** The vårdcentral at the end. */
  vardcentral: Named;
  dischargedAt: Instant;
  /** Null: not owed. */
  inskrivning: boolean | null;
  vardtid: boolean | null;
  kallelse: Duty | null;
  uppfoljning: Duty | null;
  /** Whole days as utskrivningsklar; null where no notice stood at the discharge. */
  readyDays: number | null;
  /** Until when a new admission counts as a re-admission, exclusive; null where none can follow: to another clinic, or deceased. */
  readmissionUntil: Instant | null;
  /** Entries that the basis rests on and that were registered late. */
  late: number;
  /** Corrections of such entries. */
  corrections: number;
  /** By type; those that late registration explained are left out. */
  deviations: { id: string; type: string }[];
}

/** How long a new admission counts as a re-admission. @source domain.md §5 Reports */
export const READMISSION_DAYS = 30;

/** What the basis rests on. @source domain.md §5, Preconditions and Days of a stay */
const BASIS_ACTIONS: readonly ActionName[] = [
  'bedom-behov',
  'skicka-inskrivningsmeddelande',
  'svara-inskrivning',
  'ratta-kommun',
  'bedom-vardtid',
  'initiera-svpl',
  'avsta-svpl',
  'skjut-upp-svpl',
  'kalla-till-svpl',
  'meddela-utskrivningsklar',
  'aterkalla-utskrivningsklar',
  'skicka-utskrivningsmeddelande',
  'meddela-oppenvard',
  'skriv-ut',
];

/**
 * The stay's part in the reports; null for one that is in none: not discharged, annulled, or not of the target group.
 *
 * @source J Uppföljning och utveckling; domain.md §5 Reports
 */
export function indicatorsOf(stay: Stay, rules: ProcessRules): StayIndicators | null {
  const f = factsOf(stay);
  if (f.discharge === null || f.annulled !== null || !inScope(f)) return null;
  const deadlines = deadlinesOf(stay, rules);
  const of = (id: Deadline['id']) => deadlines.filter((d) => d.id === id);
  const episode = episodeOf(stay, rules);
  const entries = stay.log.filter((entry) => (BASIS_ACTIONS as readonly string[]).includes(entry.action));
  const followed = f.discharge.till !== 'annan-klinik' && f.discharge.till !== 'avliden';
  return {
    month: localMonthOf(f.discharge.at),
    payer: episode.outOfSight ? null : episode.payer,
    vardcentral: f.vardcentral,
    dischargedAt: f.discharge.at,
    inskrivning: keptOf(of('inskrivningsmeddelande').at(-1)),
    vardtid: keptOf(of('vardtidsbedomning').at(-1)),
    kallelse: calledOf(of('svpl-kallelse'), f, rules),
    uppfoljning: dutyOf(of('uppfoljning').find((d) => !fellAway(d))),
    readyDays: daysOf(episode),
    readmissionUntil: followed ? endOfDay(addDays(localDateOf(f.discharge.at), READMISSION_DAYS)) : null,
    late: entries.filter(isLate).length,
    corrections: entries.reduce((sum, entry) => sum + (entry.corrections?.length ?? 0), 0),
    deviations: stay.deviations.filter((d) => d.status !== 'sen-registrering').map(({ id, type }) => ({ id, type })),
  };
}

/** It ceased to apply before it was due: nobody owed it. */
const fellAway = (d: Deadline): boolean => d.ended?.how === 'bortfallen' && d.ended.at < d.dueAt;
const isMet = (d: Deadline): boolean => d.ended?.how === 'uppfylld' && d.ended.at < d.dueAt;

const dutyOf = (d: Deadline | undefined): Duty | null => (d === undefined || fellAway(d) ? null : { met: isMet(d), dueAt: d.dueAt });
const keptOf = (d: Deadline | undefined): boolean | null => dutyOf(d)?.met ?? null;

/**
 * The call for the last notice of utskrivningsklar for which one was owed. Where the notice was withdrawn, or the meeting documented as not
 * needed, before the time was out, the deadline is met without a call: then none was owed.
 *
 * @source LUS 4:3; V, "Inom tre dagar efter utskrivningsklar"
 */
function calledOf(deadlines: Deadline[], f: Facts, rules: ProcessRules): Duty | null {
  const calls = [f.calls[0]?.at, ...(rules.postponementCountsAsCall ? f.postponements.map((p) => p.at) : [])];
  return dutyOf(deadlines.filter((d) => !isMet(d) || calls.includes(d.ended?.at)).at(-1));
}

/** A message that counts from its receipt, or a fact registered more than an hour after it happened. What a feed transported was sent when it says. */
function isLate(entry: LogEntry): boolean {
  if (entry.imported) return false;
  const first = entry.corrections?.[0]?.was ?? entry;
  const happened = effectiveAt(entry.action as ActionName, first.data, first.at);
  return isMessage(entry.action) ? first.countsFrom > happened : entry.receivedAt - happened > HOUR;
}
