/** Rules under which each stay is paid for by itself: from which calendar day the kommun pays, and which days those are. */
import type { CareForm, PaymentRule } from '../agreement.js';
import { addDays, daysBetween, type Instant, type LocalDate, localDateOf, localTimeOf } from '../calendar.js';
import { blockedWithin } from './days.js';
import type { Episode, Interval } from './episode.js';
import { addVardagar } from './holidays.js';

export type IndividualRule = Exclude<PaymentRule, { kind: 'average' }>;

/** Calendar days, `until` exclusive. */
export interface Dates {
  from: LocalDate;
  until: LocalDate;
}

/**
 * The first day that the kommun pays for, when the clock starts at `start`; null when what the rule waits for never happened.
 * `earliest`: nothing that the rule reckons from counts as earlier than this.
 */
export function payableFrom(rule: IndividualRule, episode: Episode, start: Instant, earliest: Instant): LocalDate | null {
  switch (rule.kind) {
    case 'individual-calendar':
      return statutoryStart(start, rule);
    case 'individual-30':
      return addDays(localDateOf(start), rule.fromCalendarDay);
    case 'lag-1990':
      return startOf1990(rule, episode, start, earliest);
  }
}

/**
 * Three days after the day on which the notice of utskrivningsklar was sent, four if it was sent after 12.00.
 *
 * @source LUS 5:4
 */
export function statutoryStart(sentAt: Instant, rule: IndividualRule & { kind: 'individual-calendar' }): LocalDate {
  // "efter klockan 12.00": noon itself is not after noon.
  const isAfterCutoff = localTimeOf(sentAt) > `${rule.cutoff}.000`;
  return addDays(localDateOf(sentAt), isAfterCutoff ? rule.daysAfterCutoff : rule.daysAfterNotice);
}

/**
 * The later of the day after the patient is utskrivningsklar with the vårdplan signed by all, and the day after five weekdays (psychiatric
 * care: thirty) from the call being received. The day of the call itself is not one of them.
 *
 * @source lag 1990:1404
 */
function startOf1990(rule: IndividualRule & { kind: 'lag-1990' }, episode: Episode, start: Instant, earliest: Instant): LocalDate | null {
  if (episode.vardplanAt === null || episode.kallelseMottagenAt === null) return null;
  const planned = addDays(localDateOf(Math.max(start, episode.vardplanAt)), 1);
  const received = localDateOf(Math.max(episode.kallelseMottagenAt, earliest));
  const called = addDays(addVardagar(received, weekdaysFor(rule, episode.careForm)), 1);
  // Dates are text: compared, never given to Math.max.
  if (planned > called) return planned;
  return called;
}

function weekdaysFor(rule: IndividualRule & { kind: 'lag-1990' }, careForm: CareForm): number {
  return careForm === 'psykiatrisk' ? rule.weekdaysPsychiatric : rule.weekdaysSomatic;
}

/**
 * The days that the kommun pays for in one interval: from the first payable day to the day before the interval ended by discharge or
 * withdrawal. `before`: only days before this date, under a rule that was replaced on it.
 *
 * @source LUS 5:4, 5:6
 * @interpretation A calendar day on which the region's open care was unavailable or unclear at any hour is not paid for (LUS 5:5): a day
 * is paid for as a whole or not at all.
 */
export function payableDates(
  rule: IndividualRule,
  episode: Episode,
  interval: Interval,
  earliest: Instant,
  before: LocalDate | null,
): Dates[] {
  const endedAt = intervalEnd(episode, interval);
  const start = Math.max(interval.from, earliest);
  if (endedAt === null || endedAt <= start) return [];
  const from = payableFrom(rule, episode, start, earliest);
  if (from === null) return [];
  const dates = { from, until: earlier(localDateOf(endedAt), before) };
  const blocked = blockedWithin(episode, interval.from, endedAt).map((part) => ({
    from: localDateOf(part.from),
    until: addDays(localDateOf(part.until - 1), 1),
  }));
  return without(dates, blocked);
}

/** Calendar days from the notice's date to the discharge's, or to the withdrawal's; 0 while it lasts. */
export function calendarDays(episode: Episode, interval: Interval, earliest: Instant, before: LocalDate | null): number {
  const endedAt = intervalEnd(episode, interval);
  if (endedAt === null) return 0;
  return Math.max(0, daysBetween(localDateOf(Math.max(interval.from, earliest)), earlier(localDateOf(endedAt), before)));
}

/** How many of the days fall in each year. */
export function daysByYear(ranges: readonly Dates[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const range of ranges) {
    for (let from = range.from; from < range.until; ) {
      const year = from.slice(0, 4);
      const until = earlier(range.until, `${String(Number(year) + 1).padStart(4, '0')}-01-01`);
      counts[year] = (counts[year] ?? 0) + daysBetween(from, until);
      from = until;
    }
  }
  return counts;
}

function intervalEnd(episode: Episode, interval: Interval): Instant | null {
  if (episode.dischargedAt === null) return interval.until;
  return Math.min(interval.until ?? episode.dischargedAt, episode.dischargedAt);
}

const earlier = (date: LocalDate, other: LocalDate | null): LocalDate => (other !== null && other < date ? other : date);

/** The days that are left of a range when others are taken out; `holes` are in order and do not overlap in time. */
function without(range: Dates, holes: readonly Dates[]): Dates[] {
  const left: Dates[] = [];
  let from = range.from;
  for (const hole of holes) {
    if (hole.from > from) left.push({ from, until: earlier(range.until, hole.from) });
    if (hole.until > from) from = hole.until;
  }
  left.push({ from, until: range.until });
  return left.filter((part) => part.from < part.until);
}
