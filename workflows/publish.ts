/** What process owners see of a stay in the Temporal UI: search attributes in lists, current details on its page. */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { OwnerAttributes } from '../src/domain/stay/owner.js';
import { attributePairs } from '../src/temporal/search-attributes.js';

const DETAILS_MAX = 15_000;

const known = (pair: SearchAttributeUpdatePair): unknown => workflowInfo().typedSearchAttributes.get(pair.key as never) ?? null;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Once per turn: one upsert of what differs from what the server has, or none. */
export function publishAttributes(attributes: OwnerAttributes): void {
  const changed = attributePairs(attributes).filter((pair) => !same(pair.value, known(pair)));
  if (changed.length > 0) upsertSearchAttributes(changed);
}

/** Once per turn; costs no history. Telling must never stop the stay. */
export function publishDetails(details: () => string): void {
  try {
    setCurrentDetails(details().slice(0, DETAILS_MAX));
  } catch (error) {
    log.warn('Current details could not be made', { error: error instanceof Error ? error.name : 'unknown' });
  }
}
