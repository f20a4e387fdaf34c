/** Where a payer's running month is heading: as it is, had everybody who is utskrivningsklar gone home today, and if they stay the month out. */
import type { Agreement, Vardpriser } from '../agreement.js';
import { addDays, addWallClock, DAY, endOfDay, type Instant, localDateOf, localMonthOf, startOfDay, wallClockMs } from '../calendar.js';
import { blockedWithin, isBlockedAt, standingNotice } from './days.js';
import type { Episode, ExclusionReason } from './episode.js';
import { type Judgement, judge } from './judge.js';
import { type KommunSum, kommunSum, type Tally, tallyOf } from './kommun-month.js';
import { payableFrom } from './payable-days.js';
import { missingOf } from './preconditions.js';
import { clockOf, daysKnownBy, ruleOf } from './reckoning.js';
import { endOfMonth } from './region-month.js';

/** By which prices a month is reckoned. */
export interface MonthPrices {
  /** `YYYY-MM` */
  month: string;
  vardpriser: Vardpriser;
}

/** Somebody who is utskrivningsklar now. */
export interface ForecastStay {
  stayId: string;
  readyAt: Instant;
  /** Days had the patient gone home now; under individual rules calendar days since the notice. */
  daysNow: number;
  /** Days had the patient gone home at the month's last moment. */
  daysAtMonthEnd: number;
  /** When the stay leaves the average and is paid for by itself, or, under individual rules, when payment begins; null where that never comes. */
  becomesIndividualAt: Instant | null;
  /** Under an average rule; else it is paid for by itself from the beginning. */
  isInAverage: boolean;
  /** Why it will not be paid for as things stand now: a precondition that has failed already. */
  reason: ExclusionReason | null;
}

/** Sums that all belong to one payer. Where the month is not the running one they are the same, and nobody is listed. */
export interface Forecast {
  /** The discharges so far. */
  now: KommunSum;
  /** With all who are utskrivningsklara discharged now. */
  ifHomeToday: KommunSum;
  /** With all of them discharged as tomorrow ends. */
  ifHomeTomorrow: KommunSum;
  /** With all of them discharged at the month's last moment. */
  ifStaying: KommunSum;
  /** Longest ready first. */
  ready: ForecastStay[];
}

/**
 * The forecast of one payer's month. `ready`: episodes without a discharge whose notice of utskrivningsklar stands; those of other payers and
 * those that the payer cannot see are left out.
 *
 * @source domain.md §5, The month's cycle, step 1
 * @interpretation What is not due yet counts as met: a message that is still to come does come, unless its time has run out. Open care that is
 * away now is taken to stay away, so that the kommun is not foretold a bill for what the region owes.
 */
export function forecastOf(tally: Tally, ready: readonly Episode[], agreement: Agreement, by: MonthPrices, now: Instant): Forecast {
  const monthEnd = endOfMonth(by.month) - 1;
  const own = localMonthOf(now) === by.month ? ready.filter((episode) => isReadyFor(tally.payer, episode, now)) : [];
  const tomorrow = Math.min(endOfDay(addDays(localDateOf(now), 1)) - 1, monthEnd);
  const sumAt = (home: Instant): KommunSum => {
    const judged = own.map((episode) => judge(asIfHome(episode, agreement, home, now), agreement));
    return kommunSum(plus(tally, tallyOf(tally.payer, judged)), agreement, by);
  };
  return {
    now: kommunSum(tally, agreement, by),
    ifHomeToday: sumAt(now),
    ifHomeTomorrow: sumAt(tomorrow),
    ifStaying: sumAt(monthEnd),
    ready: own.map((episode) => forecastStay(episode, agreement, now, monthEnd)).sort(longestFirst),
  };
}

/** The tally that a sum was reckoned from. */
export function tallyOfSum({ payer, stays, averageStays, averageDaysTotal, billableByYear }: KommunSum): Tally {
  return { payer, stays, averageStays: averageStays ?? 0, averageDays: averageDaysTotal ?? 0, billableByYear };
}

/** Two tallies of one payer together; `sign` −1 takes the second out of the first. */
export function plus(tally: Tally, more: Tally, sign: 1 | -1 = 1): Tally {
  const byYear = { ...tally.billableByYear };
  for (const [year, days] of Object.entries(more.billableByYear)) byYear[year] = (byYear[year] ?? 0) + sign * days;
  return {
    payer: tally.payer,
    stays: tally.stays + sign * more.stays,
    averageStays: tally.averageStays + sign * more.averageStays,
    averageDays: tally.averageDays + sign * more.averageDays,
    // A year without days needs no price.
    billableByYear: Object.fromEntries(Object.entries(byYear).filter(([, days]) => days !== 0)),
  };
}

/** The episode as it would be had the patient gone home at `home`. */
export function asIfHome(episode: Episode, agreement: Agreement, home: Instant, now: Instant): Episode {
  const failed = missingOf(episode, agreement.preconditions, now);
  const unless = (reason: ExclusionReason, at: Instant | null): Instant | null => at ?? (failed.includes(reason) ? null : now);
  return {
    ...episode,
    dischargedAt: home,
    intervals: episode.intervals.map((interval) => (interval.until === null ? { ...interval, until: home } : interval)),
    inskrivningsmeddelandeAt: unless('inskrivningsmeddelande-sen', episode.inskrivningsmeddelandeAt),
    vardtidAt: episode.vardtidAt ?? now,
    utskrivningsmeddelandeAt: episode.utskrivningsmeddelandeAt ?? now,
    svplKallelseAt: unless('svpl-kallelse-saknas', episode.svplKallelseAt),
  };
}

function isReadyFor(payer: string, episode: Episode, now: Instant): boolean {
  const notice = standingNotice(episode);
  return episode.payer === payer && !episode.outOfSight && episode.dischargedAt === null && notice?.until === null && notice.from <= now;
}

function forecastStay(episode: Episode, agreement: Agreement, now: Instant, monthEnd: Instant): ForecastStay {
  const today = asIfHome(episode, agreement, now, now);
  const last = asIfHome(episode, agreement, monthEnd, now);
  // Open care that is away now is no reason yet: it may come before the patient leaves.
  const { reason }: Judgement = judge({ ...last, blocked: [] }, agreement);
  return {
    stayId: episode.stayId,
    readyAt: standingNotice(episode)?.from ?? now,
    daysNow: daysKnownBy(today, agreement) ?? 0,
    daysAtMonthEnd: daysKnownBy(last, agreement) ?? 0,
    isInAverage: ruleOf(last, agreement)?.kind === 'average',
    becomesIndividualAt: reason === null ? individualFrom(episode, last, agreement, now) : null,
    reason,
  };
}

/**
 * The moment from which the stay is paid for by itself, should it last that long.
 *
 * @interpretation While the region's open care is away the clock stands still, and nobody knows when it goes on: null.
 */
function individualFrom(episode: Episode, last: Episode, agreement: Agreement, now: Instant): Instant | null {
  const clock = clockOf(last, agreement);
  const notice = standingNotice(episode);
  if (clock === undefined || notice === undefined || isBlockedAt(episode, now)) return null;
  const start = Math.max(notice.from, clock.earliest);
  if (clock.rule.kind !== 'average') {
    const from = payableFrom(clock.rule, last, start, clock.earliest);
    return from === null ? null : startOfDay(from);
  }
  if (clock.rule.individual === null) return null;
  const blocked = blockedWithin(episode, start, now).reduce((ms, part) => ms + wallClockMs(part.until) - wallClockMs(part.from), 0);
  return addWallClock(start, clock.rule.individual.fromDays * DAY + blocked);
}

const longestFirst = (a: ForecastStay, b: ForecastStay): number => a.readyAt - b.readyAt || (a.stayId < b.stayId ? -1 : 1);
