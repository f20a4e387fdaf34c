/** Which month is meant: the text that names one, and the one that is over. */
import { addMonths, type Instant, localMonthOf } from '../src/domain/calendar.js';

/** `YYYY-MM`, and a month that exists. */
export function isMonth(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** The local month before the one that an instant lies in. */
export function monthBefore(at: Instant): string {
  return addMonths(`${localMonthOf(at)}-01`, -1).slice(0, 7);
}
