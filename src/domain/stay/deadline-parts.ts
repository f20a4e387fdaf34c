/** What deadlines are made of: a draft, what ends it, and how its due time is reckoned. */
import type { DeadlineId, DeadlineRule, ProcessRules } from '../agreement.js';
import { addDays, addMonths, endOfDay, HOUR, type Instant, localDateOf, startOfDay } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import type { Facts } from './facts.js';
import { last } from './lists.js';
import type { Deadline, Stay } from './state.js';

/** A deadline before its reminder is reckoned. */
export type Draft = Omit<Deadline, 'reminderAt'>;
export type Ending = { at: Instant; how: 'uppfylld' | 'bortfallen' };
export type Find = (f: Facts, rule: DeadlineRule, rules: ProcessRules, stay: Stay) => Draft[];

export const first = <T extends { at: Instant }>(list: T[], after: Instant): T | undefined => list.find((x) => x.at >= after);
/** By what it asks for. */
export const met = (event: { at: Instant } | null | undefined): Ending | undefined =>
  event ? { at: event.at, how: 'uppfylld' } : undefined;
/** It no longer applies. */
export const dropped = (event: { at: Instant } | null | undefined): Ending | undefined =>
  event ? { at: event.at, how: 'bortfallen' } : undefined;
export const soonest = (...endings: (Ending | undefined)[]): Ending | undefined =>
  endings.filter((e) => e !== undefined).sort((a, b) => a.at - b.at)[0];

/** An ordinary deadline: an exact time, or the end of a calendar day, after its start. */
export function dueAfter(start: Instant, rule: DeadlineRule): Instant {
  if (rule.months !== undefined) return endOfDay(addMonths(localDateOf(start), rule.months));
  if (rule.calendarDays !== undefined) return endOfDay(addDays(localDateOf(start), rule.calendarDays));
  return start + (rule.hours ?? 24) * HOUR;
}

/** The due time in force: a change moves it only if it was made before it had passed. A breach is not undone by a later estimate. */
export function inForce(due: Instant, changes: { madeAt: Instant; due: Instant }[]): Instant {
  return changes.reduce((now, c) => (c.madeAt < now ? c.due : now), due);
}

/**
 * A due time set by the expected discharge, which re-estimates move.
 *
 * @interpretation never sooner than an hour after the start, as for `vardtidsbedomning`: an estimate that has come true already leaves time to act
 */
export function byExpectedDischarge(f: Facts, start: Instant, rule: DeadlineRule): Instant {
  const due = f.estimates.map((e) => {
    const wanted = rule.expectedDischarge === 'start-of-day' && startOfDay(e.date) > start ? startOfDay(e.date) : e.expected;
    return { madeAt: e.madeAt, due: Math.max(wanted, start + HOUR) };
  });
  const known = due.filter((d) => d.madeAt <= start);
  return inForce((last(known) ?? due[0])?.due ?? start + 24 * HOUR, due.slice(Math.max(known.length, 1)));
}

/** Whose it is, in a key: the ward that takes over takes over the deadline too. */
export const placeOf = (owner: UnitRef): string => (owner.party === 'slutenvard' ? owner.party : owner.unit);

export const draft = (id: DeadlineId, key: string, owner: UnitRef, startedAt: Instant, dueAt: Instant, ended?: Ending): Draft => ({
  key: `${id}:${key}`,
  id,
  owner,
  startedAt,
  dueAt,
  ...(ended ? { ended } : {}),
});
