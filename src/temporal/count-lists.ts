/** How many workflows a visibility query finds. */
import type { Client } from '@temporalio/client';
import { answered } from './calls.js';

/** Whoever opens a page does not wait for long. */
const COUNTED_WITHIN_MS = 2_000;

/** Throws when Temporal does not answer in time. */
export function listCounter(client: Client, timeoutMs = COUNTED_WITHIN_MS): (query: string) => Promise<number> {
  return async (query) => (await answered(client, timeoutMs, () => client.workflow.count(query))).count;
}
