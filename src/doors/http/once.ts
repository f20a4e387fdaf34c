/** A write with an `Idempotency-Key` is made once: the same again gets the first answer, other content for the key is refused. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonical } from '../../domain/canonical.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { problemError } from './problem-reply.js';

/**
 * Makes the write, or answers what it answered the first time. A key belongs to whoever used it and to the address that it was
 * used on; `content` is the body once it has been found right. A write that was refused may be sent again with its key.
 *
 * @source contract.md, HTTP API: "Every write takes an `Idempotency-Key` or the action's `id`"
 */
export async function once<T>(
  request: FastifyRequest,
  { ledger, clock }: Pick<AppDeps, 'ledger' | 'clock'>,
  content: unknown,
  write: () => Promise<T>,
): Promise<T> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return write();
  const caller = callerOf(request);
  const scope = JSON.stringify([request.method, request.url.split('?')[0], ...(caller === undefined ? [] : [caller.party, caller.unit])]);
  const digest = createHash('sha256').update(canonical(content)).digest('base64url');
  const claim = await ledger.claimKey({ scope, key, digest, at: clock.now() });
  if (claim.outcome === 'other') throw problemError('id-anvant', 'the Idempotency-Key was used before, with other content');
  if (claim.outcome === 'same' && claim.answer !== undefined) return claim.answer as T;
  const answer = await write();
  await ledger.keepAnswer({ scope, key, answer });
  return answer;
}
