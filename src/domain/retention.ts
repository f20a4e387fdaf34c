/** How long what was written about a patient is kept, and from when a stay's identity may be destroyed. */
import { addMonths, endOfDay, type Instant, localDateOf, startOfDay } from './calendar.js';

/** A caregiver may keep what it has written for longer, never for shorter. @source patientdatalagen (2008:355) 3:17 */
export const SHORTEST_RETENTION_YEARS = 10;

/**
 * Until when a stay is kept whose last entry was made then: whole years later, to the end of that day.
 *
 * @source patientdatalagen (2008:355) 3:17, "minst tio år efter det att den sista uppgiften fördes in i handlingen"
 */
export function retainedUntil(lastEntryAt: Instant, years: number): Instant {
  return endOfDay(addMonths(localDateOf(lastEntryAt), years * 12));
}

/** Whose last entry was made before this time, exclusive, need not be kept any more. */
export function keptSince(now: Instant, years: number): Instant {
  return startOfDay(addMonths(localDateOf(now), -years * 12));
}
