/** When a month's billing begins: on the first of the next month at 05:00 in Stockholm. */
import { addMonths, addWallClock, HOUR, type Instant, localMonthOf, startOfDay } from '../src/domain/calendar.js';

/** Hour of the day, local time: after the night in which clocks may change. */
export const BILLING_HOUR = 5;

/** `YYYY-MM`, and a month that exists. */
export function isMonth(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** The instant from which a month can be billed. */
export function billableFrom(month: string): Instant {
  return addWallClock(startOfDay(addMonths(`${month}-01`, 1)), BILLING_HOUR * HOUR);
}

/** The local month before the one that an instant lies in. */
export function monthBefore(at: Instant): string {
  return addMonths(`${localMonthOf(at)}-01`, -1).slice(0, 7);
}
