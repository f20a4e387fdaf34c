/** Mean, median and ninetieth percentile of whole days, exact, from how many stays had 0, 1, 2 … of them. */
import { decimalText, roundHalfUp } from '../money.js';

/** `histogram[d]` stays had d days. */
export type Histogram = readonly number[];

export const countIn = (histogram: Histogram): number => histogram.reduce((sum, stays) => sum + stays, 0);
export const daysIn = (histogram: Histogram): number => histogram.reduce((sum, stays, days) => sum + stays * days, 0);

/** Half up to one decimal; null for no stays. */
export function meanOf(histogram: Histogram): string | null {
  const count = countIn(histogram);
  return count === 0 ? null : decimalText(roundHalfUp(daysIn(histogram), count, 10), 1);
}

/** The same stays without those of day 0. */
export const withoutDayZero = (histogram: Histogram): Histogram => histogram.map((stays, days) => (days === 0 ? 0 : stays));

/** The middle one; of an even number the mean of the two in the middle. Null for no stays. */
export function medianOf(histogram: Histogram): string | null {
  const count = countIn(histogram);
  if (count === 0) return null;
  const lower = dayOfRank(histogram, Math.ceil(count / 2));
  const upper = dayOfRank(histogram, Math.floor(count / 2) + 1);
  return decimalText((lower + upper) * 5, 1);
}

/** The fewest days that at least nine stays of ten kept within. Null for no stays. */
export function p90Of(histogram: Histogram): string | null {
  const count = countIn(histogram);
  return count === 0 ? null : decimalText(dayOfRank(histogram, Math.ceil((count * 9) / 10)) * 10, 1);
}

/** The days of the n-th stay, counted from 1, from the shortest to the longest. */
function dayOfRank(histogram: Histogram, rank: number): number {
  let seen = 0;
  for (const [days, stays] of histogram.entries()) {
    seen += stays;
    if (seen >= rank) return days;
  }
  return Math.max(0, histogram.length - 1);
}
