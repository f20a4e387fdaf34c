/** How long a receiver that failed is left alone: twice as long each time, up to a limit, and never all at the same moment. */

/**
 * @param failures how many times in a row it has failed, the last one counted
 * @param random 0–1
 */
export function backOffMs(failures: number, limits: { firstMs: number; longestMs: number }, random: number): number {
  const full = Math.min(limits.firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30), limits.longestMs);
  return Math.round(full * (0.5 + random / 2));
}
