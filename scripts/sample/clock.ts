/** When things happen in the sample month: local times, and moments between two others, by day where there is daytime. */
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  HOUR,
  type Instant,
  type LocalDate,
  localDateOf,
  localTimeOf,
  MINUTE,
  wallClockMs,
  ZONE,
} from '../../src/domain/calendar.js';

/** The instant of a local time `2019-03-05 12:00`. */
export function local(text: string): Instant {
  return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime(ZONE).epochMilliseconds;
}

/** The instant at which the clock in Stockholm shows `HH:MM` on a date. */
export function onDay(date: LocalDate, time: string): Instant {
  return local(`${date} ${time}`);
}

/** ISO 8601 with the offset of Stockholm, as the sending systems write it. */
export function isoLocal(at: Instant): string {
  const offset = Math.round((wallClockMs(at) - at) / HOUR);
  return `${new Date(wallClockMs(at)).toISOString().slice(0, 19)}+${String(offset).padStart(2, '0')}:00`;
}

/** Numbers from 0 to 1 that are the same every time for the same seed (mulberry32 over a hash of it). */
export function dice(seed: string): () => number {
  let state = 2166136261;
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const isDaytime = (at: Instant) => localTimeOf(at) >= '07:30' && localTimeOf(at) < '17:00';

/**
 * A whole minute strictly between two instants, about `share` (0–1) of the way, moved into working hours where the interval has any.
 * Throws when there is no minute between them: the story is impossible.
 */
export function between(from: Instant, until: Instant, share: number, roll: () => number): Instant {
  const wanted = minute(from + share * (until - from));
  const day = localDateOf(wanted);
  const candidates = [
    wanted,
    onDay(addDays(day, localTimeOf(wanted) >= '17:00' ? 1 : 0), '07:45') + Math.floor(roll() * 100) * MINUTE,
    onDay(addDays(day, localTimeOf(wanted) >= '17:00' ? 0 : -1), '14:45') + Math.floor(roll() * 100) * MINUTE,
  ];
  const found =
    candidates.find((at) => at > from && at < until && isDaytime(at)) ??
    candidates.find((at) => at > from && at < until) ??
    minute(from) + MINUTE;
  if (found <= from || found >= until) throw new Error(`no time between ${isoLocal(from)} and ${isoLocal(until)}`);
  return found;
}

/**
 * So many whole minutes in order strictly between two instants, spread over the first two working days there are;
 * over the whole time, nights too, where the working hours do not suffice. Throws when there are not enough minutes at all.
 */
export function spread(from: Instant, until: Instant, count: number, roll: () => number): Instant[] {
  const all: Instant[] = [];
  for (let at = minute(from) + MINUTE; at < until && all.length < 6000; at += MINUTE) all.push(at);
  const daytime = all.filter(isDaytime).slice(0, 2 * 570);
  const pool = daytime.length >= count * 4 ? daytime : all;
  const step = Math.floor(pool.length / count);
  if (step < 1) throw new Error(`no ${count} minutes between ${isoLocal(from)} and ${isoLocal(until)}`);
  return Array.from({ length: count }, (_, i) => pool[i * step + Math.floor(roll() * step)] ?? from);
}

const minute = (at: Instant): Instant => Math.floor(at / MINUTE) * MINUTE;
