/** Calendar rules: every instant is UTC epoch milliseconds, every calendar rule is local time in Europe/Stockholm. */
import { Temporal } from 'temporal-polyfill';

/** Milliseconds since 1970-01-01T00:00Z. Plain number, so that state stays JSON. */
export type Instant = number;
/** `YYYY-MM-DD`, a calendar date in Europe/Stockholm. */
export type LocalDate = string;

export const ZONE = 'Europe/Stockholm';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const zoned = (at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE);
const midnight = (date: Temporal.PlainDate): Instant => date.toZonedDateTime(ZONE).epochMilliseconds;

/** A year's offsets from UTC: the one that it begins with, and those that clocks are changed to in it. */
type Offsets = { at: Instant; offsetMs: number }[];
const offsetsOfYears = new Map<number, Offsets>();

/**
 * How far the clocks in Stockholm are before UTC. Judging a stay asks this some fifty times, and the time zone's own arithmetic is what that
 * costs: so each year's changes are asked for once.
 */
function offsetAt(at: Instant): number {
  const year = new Date(at).getUTCFullYear();
  let offsets = offsetsOfYears.get(year);
  if (offsets === undefined) {
    offsets = offsetsOf(year);
    offsetsOfYears.set(year, offsets);
  }
  let found = 0;
  for (const change of offsets) if (change.at <= at) found = change.offsetMs;
  return found;
}

function offsetsOf(year: number): Offsets {
  const offsets: Offsets = [];
  const begin = Date.UTC(year, 0, 1);
  for (let z: Temporal.ZonedDateTime | null = zoned(begin); z !== null; z = z.getTimeZoneTransition('next')) {
    if (z.epochMilliseconds >= Date.UTC(year + 1, 0, 1)) break;
    offsets.push({ at: z.epochMilliseconds, offsetMs: z.offsetNanoseconds / 1_000_000 });
  }
  return offsets;
}

const DATE_LENGTH = 10;
/** Years that are written with four digits and reckoned with by whoever is in care now; others go the long way. */
const isUsual = (at: Instant): boolean => at >= Date.UTC(1900, 0, 2) && at < Date.UTC(2200, 0, 1);

/** The local calendar date of an instant. */
export function localDateOf(at: Instant): LocalDate {
  return isUsual(at) ? new Date(at + offsetAt(at)).toISOString().slice(0, DATE_LENGTH) : zoned(at).toPlainDate().toString();
}

/** The local month `YYYY-MM` of an instant. */
export function localMonthOf(at: Instant): string {
  return localDateOf(at).slice(0, 7);
}

/** The local wall clock of an instant as milliseconds, so that two of them can be subtracted without clock changes. */
export function wallClockMs(at: Instant): number {
  return at + (isUsual(at) ? offsetAt(at) : zoned(at).offsetNanoseconds / 1_000_000);
}

/** The instant at which the wall clock in Stockholm shows this much more than at `at`; in a gap the later reading. */
export function addWallClock(at: Instant, ms: number): Instant {
  return zoned(at).toPlainDateTime().add({ milliseconds: ms }).toZonedDateTime(ZONE).epochMilliseconds;
}

/** Local time of day `HH:MM:SS.mmm` of an instant. */
export function localTimeOf(at: Instant): string {
  return zoned(at).toPlainTime().toString({ smallestUnit: 'millisecond' });
}

/** The first instant of a local date. */
export function startOfDay(date: LocalDate): Instant {
  const inUtc = Date.parse(date);
  if (isUsual(inUtc)) {
    const begin = inUtc - offsetAt(inUtc);
    // Clocks are changed at night, and not at midnight: then both agree.
    if (offsetAt(begin) === offsetAt(inUtc)) return begin;
  }
  return midnight(Temporal.PlainDate.from(date));
}

/** The end of a local date: the next midnight, exclusive. */
export function endOfDay(date: LocalDate): Instant {
  return startOfDay(addDays(date, 1));
}

/** A local date some days later (or earlier, when negative). */
export function addDays(date: LocalDate, days: number): LocalDate {
  const at = Date.parse(date) + days * DAY;
  return isUsual(at) ? new Date(at).toISOString().slice(0, DATE_LENGTH) : Temporal.PlainDate.from(date).add({ days }).toString();
}

/** A local date some months later; the day is clamped to the month's last, so 31 January + 1 is 28 or 29 February. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  return Temporal.PlainDate.from(date).add({ months }, { overflow: 'constrain' }).toString();
}

/** Whole calendar days from one local date to another. */
export function daysBetween(from: LocalDate, until: LocalDate): number {
  const [first, last] = [Date.parse(from), Date.parse(until)];
  if (isUsual(first) && isUsual(last)) return (last - first) / DAY;
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until), { largestUnit: 'days' }).days;
}

/** Monday is 1, Sunday 7. */
export function weekdayOf(date: LocalDate): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

/** Reads ISO 8601 with an offset (or Z); undefined for anything else, local times among it. */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  try {
    return Temporal.Instant.from(text.replace(/(\.\d{9})\d+/, '$1')).epochMilliseconds;
  } catch {
    return undefined;
  }
}

/** The instant of a text that has passed its schema already. */
export function instantOf(text: string): Instant {
  return parseInstant(text) ?? Number.NaN;
}

/** Reads a calendar date `YYYY-MM-DD` that exists; undefined for anything else. */
export function parseLocalDate(text: string): LocalDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}

/** ISO 8601 in UTC, without milliseconds when they are zero: what the API shows. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** `2019-03-05 12.00`, local time, as people in Sweden read it. */
export function toSwedish(at: Instant): string {
  const z = zoned(at);
  return `${z.toPlainDate().toString()} ${String(z.hour).padStart(2, '0')}.${String(z.minute).padStart(2, '0')}`;
}

/** A due time as people say it: the end of a day is its `24.00`, not the midnight of the next. */
export function toSwedishDue(at: Instant): string {
  const day = localDateOf(at - 1);
  return day === localDateOf(at) ? toSwedish(at) : `${day} 24.00`;
}

const MONTHS = 'januari februari mars april maj juni juli augusti september oktober november december'.split(' ');

/** `mars 2019`: a month `YYYY-MM` in running text. */
export function monthInWords(month: string): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`;
}
