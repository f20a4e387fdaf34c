/** The month's cycle on the calendar: when the basis is preliminary, until when it can be objected to, when it is frozen. */
import type { Agreement } from '../agreement.js';
import { addDays, addMonths, addWallClock, endOfDay, HOUR, type Instant, type LocalDate, localDateOf, startOfDay } from '../calendar.js';
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
  return {
    preliminaryAt: stepOn(day(cycle.preliminaryDay)),
    objectUntil: endOfDay(day(cycle.objectionsUntilDay)),
    freezeAt: stepOn(day(cycle.frozenDay)),
  };
}

/** Until when a stay that was sent then can be objected to: the month's day, and at least the agreement's number of days. */
export function objectUntilFor(sentAt: Instant, plan: CyclePlan, cycle: Agreement['cycle']): Instant {
  return Math.max(plan.objectUntil, daysFrom(sentAt, cycle.objectWithinDays));
}

/**
 * When a month that was first sent at `sentAt` is frozen: on the agreement's day, or, where the basis was sent late, when the time to object to
 * it has passed. A month that is billed afterwards gives the kommuner as long as any other.
 *
 * @interpretation The agreements say nothing of a basis that is sent late.
 */
export function freezeAtFor(sentAt: Instant, plan: CyclePlan, cycle: Agreement['cycle']): Instant {
  return Math.max(plan.freezeAt, stepFrom(objectUntilFor(sentAt, plan, cycle)));
}

/** The first daily step at an instant or after it. */
export function stepFrom(at: Instant): Instant {
  const today = stepOn(localDateOf(at));
  return today >= at ? today : stepOn(addDays(localDateOf(at), 1));
}

/** The first daily step after an instant. */
export function stepAfter(at: Instant): Instant {
  return stepFrom(at + 1);
}

const stepOn = (date: LocalDate): Instant => addWallClock(startOfDay(date), BILLING_HOUR * HOUR);
