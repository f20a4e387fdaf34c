/** Whether a form was sent from one of the board's own pages, and not by a page elsewhere in somebody's name. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Browsers say where a request comes from: by `Sec-Fetch-Site`, and for forms by `Origin`. A caller that says neither is none of them, and has
 * the API instead.
 */
export function isFromHere({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  // `none`: the person did it themselves, by sending a page again.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined || host === undefined) return false;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
