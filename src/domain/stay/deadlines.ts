/** The legal clocks: `(stay, agreement) → deadlines`, a pure function that reads each deadline off the facts. */
import { DEADLINE_IDS, type DeadlineId, type DeadlineRule, type ProcessRules } from '../agreement.js';
import { HOUR, type Instant } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import type { Draft, Find } from './deadline-parts.js';
import { STAY_DEADLINES } from './deadlines-stay.js';
import { SVPL_DEADLINES } from './deadlines-svpl.js';
import { type Facts, factsOf } from './facts.js';
import { last } from './lists.js';
import { inScope } from './parties.js';
import type { Deadline, Stay } from './state.js';

const memo = new WeakMap<Stay, Deadline[]>();

/** Deadlines whose length no agreement sets: the clocks of payment, and the day agreed in the SIP. @source domain.md §3 Deadlines; LUS 5:4 */
const UNSET: Partial<Record<DeadlineId, DeadlineRule>> = {
  'individuell-berakning': { reminderHoursBefore: 24 },
  betalningsansvar: { reminderHoursBefore: 24 },
  'beslut-sip': {},
};

/** Every deadline that the stay has had, open and ended, by key. @source domain.md §3 Deadlines */
export function deadlinesOf(stay: Stay, rules: ProcessRules): Deadline[] {
  const known = memo.get(stay);
  if (known) return known;
  const f = factsOf(stay);
  const found = f.assessments.some((a) => a.inScope)
    ? DEADLINE_IDS.flatMap((id) => {
        const rule = rules.deadlines[id] ?? UNSET[id];
        return rule ? FIND[id](f, rule, rules, stay).map((draft) => withReminder(limit(draft, f), rule)) : [];
      })
    : [];
  memo.set(stay, found);
  return found;
}

/** The open ones, soonest first. */
export function openDeadlines(stay: Stay, rules: ProcessRules): Deadline[] {
  if (stay.ended) return [];
  return deadlinesOf(stay, rules)
    .filter((d) => !d.ended)
    .sort((a, b) => a.dueAt - b.dueAt || (a.key < b.key ? -1 : 1));
}

/** Who has the ball: the owners of the open deadlines, soonest first, each once. */
export function ballOf(stay: Stay, rules: ProcessRules): UnitRef[] {
  const owners = openDeadlines(stay, rules).map((d) => d.owner);
  return owners.filter((o, i) => owners.findIndex((p) => p.party === o.party && p.unit === o.unit) === i);
}

/** Owed after discharge; every other deadline ends with it. @source domain.md §3 "Owed after it are only" */
const OWED_AFTER_DISCHARGE: readonly DeadlineId[] = [
  'informationsoverforing',
  'svpl-kallelse',
  'svpl-mote',
  'beslut-sip',
  'uppfoljning',
  'avsluta-arende',
];

/** Death and annulment end everything, leaving the target group and discharge what is not owed after them. */
function limit(draft: Draft, f: Facts): Draft {
  const stop = (at: Instant | undefined, d: Draft): Draft =>
    at !== undefined && (!d.ended || d.ended.at > at) ? { ...d, ended: { at, how: 'bortfallen' } } : d;
  let d = draft;
  if (f.discharge && !OWED_AFTER_DISCHARGE.includes(d.id)) d = stop(f.discharge.at, d);
  if (!inScope(f)) d = stop(last(f.assessments)?.at, d);
  return stop(f.annulled?.at, stop(f.death?.at, d));
}

function withReminder(d: Draft, rule: DeadlineRule): Deadline {
  const wanted =
    rule.reminderHoursBefore !== undefined
      ? d.dueAt - rule.reminderHoursBefore * HOUR
      : d.startedAt + Math.floor(((d.dueAt - d.startedAt) * (rule.reminderPercent ?? 75)) / 100);
  return { ...d, reminderAt: Math.min(Math.max(wanted, d.startedAt), Math.max(d.dueAt, d.startedAt)) };
}

const FIND: Record<DeadlineId, Find> = { ...STAY_DEADLINES, ...SVPL_DEADLINES };
