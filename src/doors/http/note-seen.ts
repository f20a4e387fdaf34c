/** Notes what a request shows of stays to an identified caller, or does to them, before it is answered. */
import type { FastifyRequest } from 'fastify';
import type { AccessOutcome } from '../../ledger/access/access-ledger.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';

export async function noteAccess(
  request: FastifyRequest,
  { accesses }: Pick<AppDeps, 'accesses'>,
  operation: string,
  outcome: AccessOutcome,
  stayIds: readonly string[],
): Promise<void> {
  const caller = callerOf(request);
  if (caller !== undefined) await accesses?.note(caller, operation, outcome, stayIds);
}

export const noteSeen = (request: FastifyRequest, deps: Pick<AppDeps, 'accesses'>, operation: string, stayIds: readonly string[]) =>
  noteAccess(request, deps, operation, 'seen', stayIds);

/** A stream of events as it goes out: each is noted before it is sent. */
export async function* notingEvents(
  events: AsyncIterable<string>,
  note: (stayIds: readonly string[]) => Promise<void>,
): AsyncGenerator<string> {
  for await (const event of events) {
    await note([...event.matchAll(/"stayId":"([A-Za-z0-9._-]{1,64})"/g)].map(([, stayId]) => stayId as string));
    yield event;
  }
}
