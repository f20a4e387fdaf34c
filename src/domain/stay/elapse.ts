/** What time makes of a stay: reminders, breaches, deviations closed and withdrawn, closing by the system, the end. */
import type { ProcessRules } from '../agreement.js';
import { DEADLINE_IDS } from '../agreement.js';
import { DAY, type Instant } from '../calendar.js';
import { deadlinesOf } from './deadlines.js';
import { evolve } from './evolve.js';
import { factsOf } from './facts.js';
import { cut, namesOf } from './owner-names.js';
import { allUnits, closedAt, inScope, isOutside, mayCloseFrom, sinceOf } from './parties.js';
import type { Deadline, Deviation, Stay, StayEvent, Wake } from './state.js';
import { timerLabel } from './words.js';

/**
 * The events that are due when everything up to `judgedUntil` is known. What has ended is judged by the time that ended it, whenever that is;
 * what is open only when its due time is not after `judgedUntil`. Each event bears the time it is about, never the time it was noticed.
 */
export function elapse(stay: Stay, rules: ProcessRules, judgedUntil: Instant): StayEvent[] {
  if (stay.ended) return [];
  const events: StayEvent[] = judge(stay, rules, judgedUntil).sort((a, b) => a.at - b.at);
  let now = events.reduce<Stay>(evolve, stay);
  const closings = closingsBySystem(now, rules, judgedUntil);
  now = closings.reduce<Stay>(evolve, now);
  const end = endOf(now, rules);
  return [...events, ...closings, ...(end ? [end] : [])];
}

/** Whether a deadline has been missed, as far as is known. */
function isMissed(d: Deadline, judgedUntil: Instant): boolean {
  return d.ended ? d.ended.at >= d.dueAt : d.dueAt <= judgedUntil;
}

function judge(stay: Stay, rules: ProcessRules, judgedUntil: Instant): StayEvent[] {
  const { annulled } = factsOf(stay);
  if (annulled) return reversed(stay, annulled.at);
  const events: StayEvent[] = [];
  const deadlines = deadlinesOf(stay, rules);
  for (const d of deadlines) {
    const deviation = stay.deviations.find((v) => v.id === d.key);
    if (!d.soft && isMissed(d, judgedUntil)) {
      const owner = d.ownerAtDue ?? d.owner;
      const done = d.ended?.how === 'uppfylld' ? d.ended : undefined;
      const anew = !deviation || deviation.status === 'sen-registrering';
      // Judged before, and told to those it concerns; an undone or corrected fact has moved it, or taken away what closed it.
      const changed = !anew && (deviation.at !== d.dueAt || (deviation.status === 'avslutad' && !done));
      if (anew) events.push({ type: 'breached', at: d.dueAt, deadline: d.key, id: d.id, owner, dueAt: d.dueAt });
      if (changed)
        events.push({ type: 'deviation-noted', at: d.dueAt, deviation: { id: d.key, type: d.id, at: d.dueAt, status: 'oppen', owner } });
      if (done && (changed || deviation?.status !== 'avslutad'))
        events.push({ type: 'deviation-closed', at: done.at, deviation: d.key, status: 'avslutad' });
      continue;
    }
    if (deviation && deviation.status !== 'sen-registrering' && (d.ended || d.dueAt > deviation.at)) {
      events.push({
        type: 'deviation-closed',
        at: Math.max(deviation.at, d.ended?.at ?? deviation.at),
        deviation: d.key,
        status: 'sen-registrering',
      });
    }
    // What is only reminded of is reminded of late rather than never.
    const remindable = d.reminderAt <= judgedUntil && (d.soft || d.dueAt > judgedUntil);
    if (!d.ended && remindable && stay.reminded[d.key] !== d.reminderAt) {
      events.push({
        type: 'reminded',
        at: d.reminderAt,
        deadline: d.key,
        id: d.id,
        owner: d.owner,
        dueAt: d.dueAt,
        reminderAt: d.reminderAt,
      });
    }
  }
  for (const v of stay.deviations.filter((v) => v.status === 'oppen' && isOfDeadline(v) && !deadlines.some((d) => d.key === v.id))) {
    // The deadline itself is gone: another kommun, another assessment, a corrected fact.
    events.push({ type: 'deviation-closed', at: v.at, deviation: v.id, status: 'avslutad' });
  }
  return events;
}

/** Annulled, nothing was owed: what was missed stays as a trace, and is open no more. @source domain.md §3 `annullera` */
function reversed(stay: Stay, at: Instant): StayEvent[] {
  return stay.deviations
    .filter((v) => v.status === 'oppen' && isOfDeadline(v))
    .map((v) => ({ type: 'deviation-closed', at, deviation: v.id, status: 'avslutad' }));
}

const isOfDeadline = (v: Deviation): boolean => (DEADLINE_IDS as readonly string[]).includes(v.type) && v.id.startsWith(`${v.type}:`);

function closingsBySystem(stay: Stay, rules: ProcessRules, judgedUntil: Instant): StayEvent[] {
  return systemClosings(stay, rules)
    .filter((c) => c.at <= judgedUntil)
    .map((c) => ({ type: 'closed-by-system', at: c.at, unit: c.unit }));
}

/** When the system closes what a party has left open. @source domain.md §3 Closing */
function systemClosings(stay: Stay, rules: ProcessRules) {
  const f = factsOf(stay);
  if (!inScope(f)) return [];
  return allUnits(f).flatMap((unit) => {
    const from = mayCloseFrom(f, unit.party);
    if (from === null || closedAt(stay, unit) !== null) return [];
    // A kommun that became a party later could not close before that.
    const could = unit.party === 'kommun' ? Math.max(from, sinceOf(f, unit.unit) ?? from) : from;
    return [{ unit, at: could + rules.systemClosesAfterDays * DAY }];
  });
}

/** The end of a stay, if it has come. @source domain.md §3 The end */
function endOf(stay: Stay, rules: ProcessRules): StayEvent | null {
  const f = factsOf(stay);
  const at = Math.max(...stay.log.map((e) => e.countsFrom), ...stay.closedBySystem.map((c) => c.at), stay.admission.admittedAt);
  if (f.annulled) return { type: 'ended', at, reason: 'annullerad' };
  if (f.death) return { type: 'ended', at, reason: 'avliden' };
  if (!f.discharge) return null;
  if (f.assessments.length === 0 || isOutside(f)) return { type: 'ended', at, reason: 'utskriven-utan-behov' };
  const closed = allUnits(f).every((unit) => closedAt(stay, unit) !== null);
  const owed = deadlinesOf(stay, rules).some((d) => !d.ended && !d.soft);
  return closed && !owed ? { type: 'ended', at, reason: 'avslutad' } : null;
}

/** A timer's line has no room for more of its owner's name. */
const OWNER_MAX = 40;

/** What durable timers are to wait for: of each open deadline its reminder, then its due time; and the first closing by the system. */
export function wakesOf(stay: Stay, rules: ProcessRules): Wake[] {
  if (stay.ended) return [];
  const wakes: Wake[] = [];
  const name = namesOf(factsOf(stay), rules);
  const label = (kind: 'paminnelse' | 'frist', { id, owner, dueAt }: Deadline) => timerLabel(kind, id, cut(name(owner), OWNER_MAX), dueAt);
  for (const d of deadlinesOf(stay, rules)) {
    if (d.ended || stay.deviations.some((v) => v.id === d.key && v.status === 'oppen')) continue;
    const reminded = stay.reminded[d.key] === d.reminderAt;
    if (!reminded) wakes.push({ id: d.key, at: d.reminderAt, label: label('paminnelse', d) });
    else if (!d.soft) wakes.push({ id: d.key, at: d.dueAt, label: label('frist', d) });
  }
  const next = systemClosings(stay, rules).sort((a, b) => a.at - b.at)[0];
  if (next) wakes.push({ id: 'system-stangning', at: next.at, label: `Systemet avslutar ärendet för ${cut(name(next.unit), OWNER_MAX)}` });
  return wakes;
}
