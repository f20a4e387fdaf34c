/** Random episodes for a month's billing: most as they should be, some with everything that can be missing, late, withdrawn or away. */
import type { Agreement } from '../../src/domain/agreement.js';
import { type Episode, EXCLUSION_REASONS, type Interval } from '../../src/domain/billing/episode.js';
import { addDays, DAY, HOUR, type Instant, localDateOf, MINUTE, startOfDay } from '../../src/domain/calendar.js';
import type { Random } from './workload.js';

/** Kommuner beside the agreement's: of another region. */
const STRANGERS = ['1480', '0114'];

/** A random episode of which most are discharged in the month `YYYY-MM`. */
export function randomEpisode(random: Random, stayId: string, month: string, agreement: Agreement): Episode {
  const first = startOfDay(`${month}-01`);
  const dischargedAt = random.chance(0.04)
    ? null
    : first + (random.chance(0.95) ? random.below(30 * DAY) : random.below(70 * DAY) - 20 * DAY);
  const end = dischargedAt ?? first + 31 * DAY;
  const ready = onTheHour(random, end - lengthOf(random));
  const admittedAt = ready - HOUR - random.below(6 * DAY);
  const message = (at: Instant): Instant | null => (random.chance(0.04) ? null : random.chance(0.03) ? end + random.below(DAY) : at);
  const behovBedomtAt = random.chance(0.7) ? null : admittedAt + edgeOr(random, DAY, 50 * HOUR);
  const sentAt = random.chance(0.2)
    ? (behovBedomtAt ?? admittedAt) + edgeOr(random, DAY, 2 * DAY)
    : admittedAt + random.below(random.chance(0.9) ? 20 * HOUR : 40 * HOUR);
  return {
    stayId,
    payer: payerOf(random, agreement, month),
    careForm: random.chance(0.2) ? 'psykiatrisk' : 'somatisk',
    admittedAt: random.chance(0.98) ? admittedAt : null,
    behovBedomtAt,
    inskrivningsmeddelandeAt: message(sentAt),
    vardtidAt: message(sentAt + random.below(HOUR)),
    utskrivningsmeddelandeAt: message(ready + random.below(Math.max(1, end - ready))),
    svplRequired: random.chance(0.5),
    svplKallelseAt: random.chance(0.9) ? calledAt(random, ready) : null,
    vardplanAt: random.chance(0.85) ? ready - random.below(3 * DAY) : null,
    kallelseMottagenAt: random.chance(0.85) ? ready - random.below(12 * DAY) : null,
    intervals: intervalsOf(random, ready, dischargedAt),
    blocked: random.chance(0.85) ? [] : blockedOf(random, ready, end),
    dischargedAt,
    deceased: random.chance(0.03),
    excluded: random.chance(0.03) ? random.pick(EXCLUSION_REASONS) : null,
    outOfSight: random.chance(0.03),
  };
}

/** Any time up to `most`, and every third time the edge itself, or next to it. */
function edgeOr(random: Random, edge: number, most: number): number {
  return random.chance(0.35) ? edge + random.pick([-MINUTE, -1, 0, 1, 30 * MINUTE]) : random.below(most);
}

/** Mostly in time; every fifth at the end of the third day, or next to it. */
function calledAt(random: Random, ready: Instant): Instant {
  if (random.chance(0.2)) return startOfDay(addDays(localDateOf(ready), 4)) + random.pick([-MINUTE, -1, 0, 1, 30 * MINUTE]);
  return ready - 2 * DAY + random.below(random.chance(0.9) ? 5 * DAY : 9 * DAY);
}

/** So many of them, each with an id of its own. */
export function randomEpisodes(random: Random, count: number, month: string, agreement: Agreement): Episode[] {
  return Array.from({ length: count }, (_, n) => randomEpisode(random, `s${String(n).padStart(4, '0')}`, month, agreement));
}

/** The same stay with something corrected: a time, a message that had been sent after all, the payer, what is known of open care. */
export function corrected(random: Random, episode: Episode, month: string, agreement: Agreement): Episode {
  const fresh = randomEpisode(random, episode.stayId, month, agreement);
  const parts: readonly (keyof Episode)[][] = [
    ['inskrivningsmeddelandeAt'],
    ['vardtidAt'],
    ['utskrivningsmeddelandeAt'],
    ['svplRequired', 'svplKallelseAt'],
    ['payer'],
    ['excluded'],
    ['blocked'],
    ['intervals', 'dischargedAt'],
    ['deceased', 'outOfSight'],
  ];
  return { ...episode, ...Object.fromEntries(random.pick(parts).map((part) => [part, fresh[part]])) };
}

/** Mostly a few hours or days, so that the averages come near their thresholds; some long, some exact. */
function lengthOf(random: Random): number {
  if (random.chance(0.1)) return random.below(12) * DAY;
  if (random.chance(0.12)) return random.below(45 * DAY);
  return random.below(6 * DAY);
}

/** Round times are where rules have their edges. */
function onTheHour(random: Random, at: Instant): Instant {
  if (random.chance(0.7)) return at;
  const date = localDateOf(at);
  const hour = random.pick([0, 2, 3, 12, 12, 23]);
  return startOfDay(date) + hour * HOUR + random.pick([0, 0, 1, MINUTE]);
}

function payerOf(random: Random, agreement: Agreement, month: string): string | null {
  if (random.chance(0.03)) return null;
  if (random.chance(0.05)) return random.pick(STRANGERS);
  const own = agreement.kommuner.filter(({ from, until }) => from <= `${month}-31` && (until === null || until > `${month}-01`));
  // A few kommuner, so that each has stays enough for an average.
  return own.length === 0 ? random.pick(['0680', '1980', ...STRANGERS]) : random.pick(own.slice(0, 4)).code;
}

function intervalsOf(random: Random, ready: Instant, dischargedAt: Instant | null): Interval[] {
  if (random.chance(0.04)) return [];
  const withdrawn: Interval[] = [];
  for (let left = random.chance(0.85) ? 0 : 1 + random.below(2), until = ready - random.below(DAY); left > 0; left--) {
    const from = until - HOUR - random.below(8 * DAY);
    withdrawn.unshift({ from, until });
    until = from - random.below(2 * DAY);
  }
  const standing = random.chance(0.96);
  const end = dischargedAt ?? ready + DAY;
  const last = { from: ready, until: standing ? dischargedAt : ready + random.below(Math.max(1, end - ready)) };
  return dischargedAt !== null && ready > dischargedAt ? withdrawn : [...withdrawn, last];
}

function blockedOf(random: Random, ready: Instant, end: Instant): Interval[] {
  return Array.from({ length: 1 + random.below(2) }, () => {
    const from = ready - DAY + random.below(Math.max(1, end - ready) + DAY);
    return { from, until: random.chance(0.1) ? null : from + random.below(3 * DAY) };
  }).sort((a, b) => a.from - b.from);
}

/** Months of one year and the next, for tables of tests. */
export const monthsFrom = (month: string, count: number): string[] => Array.from({ length: count }, (_, n) => addMonthsTo(month, n));

function addMonthsTo(month: string, n: number): string {
  let found = month;
  for (let left = n; left > 0; left--) found = addDays(`${found}-28`, 5).slice(0, 7);
  return found;
}
