/** What goes in and out of a region's month: its input, its result, its query. Types only, so that clients can share them. */
import type { createActivities } from '../activities/index.js';
import type { Instant } from '../src/domain/calendar.js';
import type { DomainClock } from './clock.js';

export interface MonthlyBillingInput {
  region: string;
  /** `YYYY-MM` */
  month: string;
  /** Left out: real time, as when it is started by hand. */
  clock?: DomainClock | undefined;
}

export interface StartMonthlyBillingInput {
  region: string;
  clock?: DomainClock | undefined;
}

type Activities = ReturnType<typeof createActivities>;
export type SentMonth = Awaited<ReturnType<Activities['sendBasis']>>;
export type FrozenTotals = Awaited<ReturnType<Activities['freezeMonth']>>;
export type MonthProgress = Awaited<ReturnType<Activities['monthProgress']>>;

export interface MonthlyBillingResult extends FrozenTotals {
  /** Where the month's documents are. */
  folder: string;
  /** Numbers of the invoices. */
  invoices: string[];
}

/** Where a month is in its cycle. */
export interface MonthStage {
  state: 'lopande' | 'preliminar' | 'last' | 'fakturerad';
  /** Swedish: what it waits for, or does just now. */
  text: string;
  /** True while it works, and waits for nobody. */
  busy: boolean;
  /** Until when it waits; null where no time is known. */
  until: Instant | null;
}
