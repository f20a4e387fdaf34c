/** When an action takes effect. */
import { type Instant, instantOf } from '../calendar.js';
import type { JsonObject } from '../ids.js';
import type { ActionName } from './actions.js';

/** Actions whose `tidpunkt` tells of what has happened. */
export const TELLS_WHEN: readonly ActionName[] = ['skriv-ut', 'hall-svpl', 'flytta', 'anmal-dodsfall'];

/** At the time an action tells of, where it tells of one; else at its own. */
export function effectiveAt(action: ActionName, data: JsonObject, at: Instant): Instant {
  const told = TELLS_WHEN.includes(action) ? data.tidpunkt : undefined;
  return typeof told === 'string' ? instantOf(told) : at;
}
