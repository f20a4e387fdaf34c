/** Reads times as people write them in files: with an offset, or as the wall clock in Stockholm shows them. */
import { Temporal } from 'temporal-polyfill';
import { type Instant, parseInstant, ZONE } from './calendar.js';

const LOCAL = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const WITH_OFFSET = /^(\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?)(Z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)$/;

/**
 * ISO 8601 with an offset, or local time `YYYY-MM-DDTHH:MM[:SS]` in Stockholm. In the doubled hour of October the first; `skipped` for a
 * time that the clock in March never shows; undefined for anything else.
 *
 * @source contract.md, Billing preview
 */
export function readTime(text: string): Instant | 'skipped' | undefined {
  if (WITH_OFFSET.test(text)) return parseInstant(/[+-]\d{2}$/.test(text) ? `${text}:00` : text);
  if (!LOCAL.test(text)) return undefined;
  try {
    const local = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    const first = local.toZonedDateTime(ZONE, { disambiguation: 'earlier' });
    return first.toPlainDateTime().equals(local) ? first.epochMilliseconds : 'skipped';
  } catch {
    return undefined;
  }
}
