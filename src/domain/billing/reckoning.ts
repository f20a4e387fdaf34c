/** What one discharged stay comes to under its agreement: days for the average, days billed by themselves, or neither. */
import type { Agreement, PaymentPeriod, PaymentRule } from '../agreement.js';
import { paymentPeriodsOf } from '../agreement-in-force.js';
import { type Instant, localDateOf, startOfDay } from '../calendar.js';
import { daysOf, noticesOf, standingNotice } from './days.js';
import type { Episode, Interval } from './episode.js';
import { calendarDays, daysByYear, payableDates } from './payable-days.js';
import { callDueAt, EVERYTHING_DUE } from './preconditions.js';

export interface Reckoning {
  /** Days that the stay brings to its kommun's average; null when it is in neither n nor average. */
  averageDays: number | null;
  /** Days billed by themselves: those of the stay, and those paid for by the year they fall in; null when there are none. */
  individual: { days: number; billableDays: number; byYear: Record<string, number> } | null;
}

type AverageRule = Extract<PaymentRule, { kind: 'average' }>;
const NO_EARLIEST: Instant = Number.NEGATIVE_INFINITY;

/** The rule that the stay is paid under: that of its discharge date and care form; undefined before the discharge and where the agreement has none. */
export function ruleOf(episode: Episode, agreement: Agreement): PaymentRule | undefined {
  return periodsUntil(episode, agreement).at(-1)?.rule;
}

/** The same, and the instant before which its clock does not start: midnight of the change, for a stay that straddles a change of rule. */
export function clockOf(episode: Episode, agreement: Agreement): { rule: PaymentRule; earliest: Instant } | undefined {
  const periods = periodsUntil(episode, agreement);
  const last = periods.at(-1);
  return last && { rule: last.rule, earliest: periods.length === 1 ? NO_EARLIEST : startOfDay(last.from) };
}

/**
 * What the stay comes to, had every precondition been met. `asOf`: a call that is not due by then is taken as made.
 *
 * A stay that straddles a change of rule: the days before the change by the old rule; for the new one the clock starts at the earliest at
 * midnight of the change.
 *
 * @source domain.md §4, §5
 * @interpretation The agreement's own beginning is no change of rule, since nothing says what held before it. An average applies to those
 * discharged under it, so that days before a change away from one count only for its individual part.
 */
export function reckon(episode: Episode, agreement: Agreement, asOf: Instant = EVERYTHING_DUE): Reckoning {
  const periods = periodsUntil(episode, agreement);
  const parts = periods.map((period, index) => {
    const isLast = index === periods.length - 1;
    const intervals = intervalsPaid(episode, agreement, asOf);
    return partOf(episode, intervals, period, index === 0 ? NO_EARLIEST : startOfDay(period.from), isLast);
  });
  return {
    averageDays: parts.at(-1)?.averageDays ?? null,
    individual: parts.map((part) => part.individual).reduce(added, null),
  };
}

/** The days by which a discharged stay is known: those of its average, else of its own reckoning; calendar days under individual rules. Null where no notice stood. */
export function daysKnownBy(episode: Episode, agreement: Agreement): number | null {
  if (episode.dischargedAt === null) return null;
  const { averageDays, individual } = reckon(episode, agreement);
  const notice = standingNotice(episode);
  if (notice === undefined && individual === null) return null;
  return averageDays ?? individual?.days ?? (notice === undefined ? null : calendarDays(episode, notice, NO_EARLIEST, null));
}

/** The rules under which the stay went on, oldest first; the last is that of its discharge. Neighbours that say the same are one. */
function periodsUntil(episode: Episode, agreement: Agreement): PaymentPeriod[] {
  if (episode.dischargedAt === null) return [];
  const date = localDateOf(episode.dischargedAt);
  const distinct: PaymentPeriod[] = [];
  for (const period of paymentPeriodsOf(agreement, episode.careForm)) {
    if (period.from > date) break;
    const last = distinct.at(-1);
    if (last !== undefined && isSameRule(last.rule, period.rule)) distinct[distinct.length - 1] = { ...last, until: period.until };
    else distinct.push(period);
  }
  const last = distinct.at(-1);
  return last !== undefined && (last.until === null || date < last.until) ? distinct : [];
}

function isSameRule(a: PaymentRule, b: PaymentRule): boolean {
  const text = (rule: PaymentRule): string => JSON.stringify(Object.entries(rule).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}

function partOf(episode: Episode, intervals: readonly Interval[], period: PaymentPeriod, earliest: Instant, isLast: boolean): Reckoning {
  const before = isLast ? null : period.until;
  if (period.rule.kind !== 'average') {
    const { rule } = period;
    const byYear = daysByYear(intervals.flatMap((interval) => payableDates(rule, episode, interval, earliest, before)));
    const billableDays = Object.values(byYear).reduce((sum, days) => sum + days, 0);
    const days = intervals.reduce((sum, interval) => sum + calendarDays(episode, interval, earliest, before), 0);
    return { averageDays: null, individual: billableDays === 0 ? null : { days, billableDays, byYear } };
  }
  const ended = before === null ? episode : { ...episode, dischargedAt: startOfDay(before) };
  return averageOrIndividual(daysOf(ended, earliest), period.rule, localDateOf(episode.dischargedAt ?? 0).slice(0, 4), isLast);
}

/**
 * Eight days or more are billed individually, less the first three; fewer go into the average.
 *
 * @source J bilaga 2, Individuell beräkning
 */
function averageOrIndividual(days: number | null, rule: AverageRule, year: string, isLast: boolean): Reckoning {
  if (days !== null && rule.individual !== null && days >= rule.individual.fromDays) {
    const billableDays = days - rule.individual.freeDays;
    return { averageDays: null, individual: { days, billableDays, byYear: { [year]: billableDays } } };
  }
  return { averageDays: isLast ? (days ?? 0) : null, individual: null };
}

/**
 * The intervals paid for: the last, or each by itself. `asOf`: a call that is not due by then is taken as made.
 *
 * @interpretation Where each interval is by itself, so is its call: one whose three days ran out before the call was made is not paid for.
 */
export function intervalsPaid(episode: Episode, agreement: Agreement, asOf: Instant): Interval[] {
  const demands = agreement.preconditions;
  if (demands.intervals === 'last') return [standingNotice(episode)].filter((notice) => notice !== undefined);
  return noticesOf(episode).filter((interval) => {
    const due = callDueAt(interval.from, demands);
    return !episode.svplRequired || due === null || (episode.svplKallelseAt ?? asOf) < due;
  });
}

function added(sum: Reckoning['individual'], part: Reckoning['individual']): Reckoning['individual'] {
  if (sum === null || part === null) return sum ?? part;
  const byYear = { ...sum.byYear };
  for (const [year, days] of Object.entries(part.byYear)) byYear[year] = (byYear[year] ?? 0) + days;
  return { days: sum.days + part.days, billableDays: sum.billableDays + part.billableDays, byYear };
}
