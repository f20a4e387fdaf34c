/** Search attributes of a workflow: written when they differ from what the server has, and only then. */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

const known = (pair: SearchAttributeUpdatePair): unknown => workflowInfo().typedSearchAttributes.get(pair.key as never) ?? null;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** One upsert of what differs, or none; null: without value. */
export function publishPairs(pairs: readonly SearchAttributeUpdatePair[]): void {
  const changed = pairs.filter((pair) => !same(pair.value, known(pair)));
  if (changed.length > 0) upsertSearchAttributes(changed);
}
