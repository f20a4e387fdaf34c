/** What process owners see of a stay in the Temporal UI: search attributes in lists, current details on its page. */
import { log, setCurrentDetails } from '@temporalio/workflow';
import type { OwnerAttributes } from '../src/domain/stay/owner.js';
import { attributePairs } from '../src/temporal/search-attributes.js';
import { publishPairs } from './publish-pairs.js';

const DETAILS_MAX = 15_000;

/** Once per turn: one upsert of what differs from what the server has, or none. */
export function publishAttributes(attributes: OwnerAttributes): void {
  publishPairs(attributePairs(attributes));
}

/**
 * Once per turn, and before anything else in a run: a new run begins without its details, and has no static summary. Costs no history.
 * Telling must never stop the stay.
 */
export function publishDetails(details: () => string): void {
  try {
    setCurrentDetails(details().slice(0, DETAILS_MAX));
  } catch (error) {
    log.warn('Current details could not be made', { error: error instanceof Error ? error.name : 'unknown' });
  }
}
