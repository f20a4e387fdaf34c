/** The month's cycle on the calendar: when the basis is preliminary, until when it can be objected to, when it is frozen. */
import type { Agreement } from '../agreement.js';
import { addDays, addMonths, addWallClock, endOfDay, HOUR, type Instant, startOfDay } from '../calendar.js';
import { daysFrom } from './objections.js';

/** Hour of the day, local time, at which a day's step is taken: after the night in which clocks may change. */
export const BILLING_HOUR = 5;

export interface CyclePlan {
  preliminaryAt: Instant;
  /** Exclusive: the end of the last day. */
  objectUntil: Instant;
  freezeAt: Instant;
}

/** The days of the month after `month`, `YYYY-MM`. @source domain.md §5, The month's cycle */
export function cyclePlan(month: string, cycle: Agreement['cycle']): CyclePlan {
  const next = addMonths(`${month}-01`, 1);
  const day = (number: number) => addDays(next, number - 1);
  const at = (number: number): Instant => addWallClock(startOfDay(day(number)), BILLING_HOUR * HOUR);
  return { preliminaryAt: at(cycle.preliminaryDay), objectUntil: endOfDay(day(cycle.objectionsUntilDay)), freezeAt: at(cycle.frozenDay) };
}

/** Until when a stay that was sent then can be objected to: the month's day, and at least the agreement's number of days. */
export function objectUntilFor(sentAt: Instant, plan: CyclePlan, cycle: Agreement['cycle']): Instant {
  return Math.max(plan.objectUntil, daysFrom(sentAt, cycle.objectWithinDays));
}
