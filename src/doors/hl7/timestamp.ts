/** Times of HL7 v2 (TS, DTM): of every precision, with an offset or as the clock in Stockholm shows them. */
import { Temporal } from 'temporal-polyfill';
import { type Instant, ZONE } from '../../domain/calendar.js';

const PATTERN = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,4}))?)?)?)?)?)?([+-]\d{4})?$/;

export interface Hl7Time {
  /** The beginning of what is named: of the day, where only a day is. */
  at: Instant;
  precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
}

/**
 * `YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]`; undefined for anything else. Without an offset it is local time in Stockholm: in the
 * doubled hour of October the first; a time that the clock in March leaps over counts by the offset before the leap, 02.30 as 03.30.
 *
 * @source HL7 v2.5 chapter 2.A.22 DTM
 */
export function readHl7Time(text: string): Hl7Time | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset] = found;
  const precision = second ? 'second' : minute ? 'minute' : hour ? 'hour' : day ? 'day' : month ? 'month' : 'year';
  const local = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  try {
    const time = Temporal.PlainDateTime.from(local, { overflow: 'reject' });
    if (time.year < 1800 || second === '60') return undefined;
    const at =
      offset === undefined
        ? time.toZonedDateTime(ZONE, { disambiguation: 'compatible' }).epochMilliseconds
        : Temporal.Instant.from(`${local}${offset.slice(0, 3)}:${offset.slice(3)}`).epochMilliseconds;
    return { at, precision };
  } catch {
    return undefined;
  }
}

/** Local time in Stockholm with its offset, to the second. */
export function writeHl7Time(at: Instant): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE);
  const digits = local.toPlainDateTime().toString({ smallestUnit: 'second' }).replace(/[-:T]/g, '');
  return digits + local.offset.replace(':', '');
}
