/** Pages of lists: a limit, and a cursor that the page before gave. */

export const PAGE_LIMIT = 100;
export const PAGE_LIMIT_MAX = 1_000;

export interface Page<T> {
  items: T[];
  /** Give it as `after` for the next page; null at the end. */
  next: string | null;
}

export function limitOf(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? PAGE_LIMIT), 1), PAGE_LIMIT_MAX);
}

/** Makes a page of rows that were read with one more than the limit, to see whether there is a next. */
export function pageOf<R, T>(rows: R[], limit: number, itemOf: (row: R) => T, cursorOf: (row: R) => string): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(itemOf), next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
