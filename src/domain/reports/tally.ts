/** What the stays of a unit and a month add up to: whole numbers only, so that months, kommuner and regions are sums of sums. */
import type { Instant } from '../calendar.js';
import { isOwnDeviationType } from '../stay/words.js';
import type { Duty, StayIndicators } from './stay-indicators.js';

/** Of those to whom something applies: how many, how many it came true for, and how many cannot be judged yet. */
export interface Share {
  met: number;
  owed: number;
  waits: number;
}

export const SHARES = ['inskrivning', 'vardtid', 'kallelse', 'uppfoljning', 'aterinskrivning'] as const;
export type ShareId = (typeof SHARES)[number];

export interface Tally extends Record<ShareId, Share> {
  /** Discharges of the target group. */
  stays: number;
  /** How many stays had 0, 1, 2 … whole days as utskrivningsklar. */
  readyDays: number[];
  lateStays: number;
  correctedStays: number;
  deviatingStays: number;
  /** By type: how many deviations. */
  deviations: Record<string, number>;
}

/** A tally of one month, one payer and one vårdcentral. */
export interface UnitTally extends Tally {
  month: string;
  /** Kommunkod; null where no kommun has the stays in sight. */
  payer: string | null;
  /** HSA-id. */
  vardcentral: string;
  vardcentralName: string;
}

export function emptyTally(): Tally {
  const share = (): Share => ({ met: 0, owed: 0, waits: 0 });
  return {
    stays: 0,
    inskrivning: share(),
    vardtid: share(),
    kallelse: share(),
    uppfoljning: share(),
    aterinskrivning: share(),
    readyDays: [],
    lateStays: 0,
    correctedStays: 0,
    deviatingStays: 0,
    deviations: {},
  };
}

/** The sum of tallies. */
export function sumOfTallies(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    sum.stays += tally.stays;
    for (const id of SHARES) {
      sum[id].met += tally[id].met;
      sum[id].owed += tally[id].owed;
      sum[id].waits += tally[id].waits;
    }
    // The longest stay of all leaves no holes behind.
    while (sum.readyDays.length < tally.readyDays.length) sum.readyDays.push(0);
    for (let days = 0; days < tally.readyDays.length; days++)
      sum.readyDays[days] = (sum.readyDays[days] ?? 0) + (tally.readyDays[days] ?? 0);
    sum.lateStays += tally.lateStays;
    sum.correctedStays += tally.correctedStays;
    sum.deviatingStays += tally.deviatingStays;
    for (const type in tally.deviations) sum.deviations[type] = (sum.deviations[type] ?? 0) + (tally.deviations[type] ?? 0);
  }
  return sum;
}

/** A deviation's type as reports show it, one of ours: what was written in words of somebody's own is not repeated. */
export const shownType = (type: string): string => (isOwnDeviationType(type) ? type : OTHER_DEVIATION);
export const OTHER_DEVIATION = 'ovrigt';

/** One stay alone, at that time. `readmittedAt`: the person's next admission; null when there is none. */
export function tallyOfStay(stay: StayIndicators, readmittedAt: Instant | null, now: Instant): Tally {
  const deviations: Record<string, number> = {};
  for (const { type } of stay.deviations) deviations[shownType(type)] = (deviations[shownType(type)] ?? 0) + 1;
  const until = stay.readmissionUntil;
  return {
    stays: 1,
    inskrivning: decided(stay.inskrivning),
    vardtid: decided(stay.vardtid),
    kallelse: dueBy(stay.kallelse, now),
    uppfoljning: dueBy(stay.uppfoljning, now),
    aterinskrivning: dueBy(until === null ? null : { met: readmittedAt !== null && readmittedAt < until, dueAt: until }, now),
    readyDays: stay.readyDays === null ? [] : [...Array<number>(stay.readyDays).fill(0), 1],
    lateStays: stay.late > 0 ? 1 : 0,
    correctedStays: stay.corrections > 0 ? 1 : 0,
    deviatingStays: stay.deviations.length > 0 ? 1 : 0,
    deviations,
  };
}

const decided = (met: boolean | null): Share => (met === null ? { met: 0, owed: 0, waits: 0 } : { met: met ? 1 : 0, owed: 1, waits: 0 });

/** Nobody is counted before the time is out: those who are early would make the share too good. */
function dueBy(duty: Duty | null, now: Instant): Share {
  if (duty === null) return { met: 0, owed: 0, waits: 0 };
  return duty.dueAt <= now ? decided(duty.met) : { met: 0, owed: 0, waits: 1 };
}
