/** How many days a stay went on after the notice of utskrivningsklar, by the wall clock. */
import { DAY, type Instant, wallClockMs } from '../calendar.js';
import type { Episode, Interval } from './episode.js';

/**
 * Whole 24-hour blocks from the standing notice of utskrivningsklar to the discharge, both as date and time of day in Stockholm; 0–24 h is day 0,
 * exactly 24 h is 1. Time during which the region's open care was unavailable or unclear is taken out. Never below 0; null before the
 * discharge, and when no notice stood then.
 *
 * `clockFrom`: an instant before which the clock does not start.
 *
 * @source J bilaga 2, Beräkning av dagar; LUS 5:5
 */
export function daysOf(episode: Episode, clockFrom: Instant = Number.NEGATIVE_INFINITY): number | null {
  const notice = standingNotice(episode);
  if (notice === undefined || episode.dischargedAt === null) return null;
  const from = Math.max(notice.from, clockFrom);
  const until = episode.dischargedAt;
  if (until <= from) return 0;
  const blockedMs = blockedWithin(episode, from, until).reduce((sum, part) => sum + wallClockBetween(part.from, part.until), 0);
  return Math.max(0, Math.floor((wallClockBetween(from, until) - blockedMs) / DAY));
}

/** The notice of utskrivningsklar that stands at the discharge, or now when the patient is not discharged: the last, unless it was withdrawn. */
export function standingNotice(episode: Episode): Interval | undefined {
  const last = noticesOf(episode).at(-1);
  if (last === undefined || last.until === null) return last;
  return episode.dischargedAt !== null && last.until >= episode.dischargedAt ? last : undefined;
}

/** The notices given before the discharge, oldest first. One that reached the payer only after it counts for nothing. */
export function noticesOf(episode: Episode): Interval[] {
  const { dischargedAt } = episode;
  return dischargedAt === null ? episode.intervals : episode.intervals.filter((interval) => interval.from <= dischargedAt);
}

/** Whether the region's open care is unavailable or unclear at that moment. @source LUS 5:5 */
export function isBlockedAt(episode: Episode, at: Instant): boolean {
  return episode.blocked.some((part) => part.from <= at && (part.until === null || at < part.until));
}

/** The blocked time between two instants, overlaps joined, oldest first. */
export function blockedWithin(episode: Episode, from: Instant, until: Instant): { from: Instant; until: Instant }[] {
  const parts = episode.blocked
    .map((part) => ({ from: Math.max(part.from, from), until: Math.min(part.until ?? until, until) }))
    .filter((part) => part.from < part.until)
    .sort((a, b) => a.from - b.from);
  const joined: { from: Instant; until: Instant }[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && part.from <= last.until) last.until = Math.max(last.until, part.until);
    else joined.push(part);
  }
  return joined;
}

/** Milliseconds by the wall clock; in the doubled hour of October it can stand still, but never run backwards. */
function wallClockBetween(from: Instant, until: Instant): number {
  return Math.max(0, wallClockMs(until) - wallClockMs(from));
}
