/** How much one caller may ask for, and what becomes of requests that never get as far as a route. */
import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PROBLEMS, type ProblemCode } from '../problems.js';
import { callerOf } from './caller.js';
import { ProblemError } from './problem-reply.js';

export const REQUESTS_PER_MINUTE = 60_000;

/**
 * Counts requests by the minute: of a caller when there is one, else of an address. Asked before anything is looked up; to be registered
 * after the hook that says who calls. Health and metrics (`rateLimit: false`) are not counted.
 */
export async function limitRequests(app: FastifyInstance, max = REQUESTS_PER_MINUTE): Promise<void> {
  await app.register(rateLimit, { global: false, max, timeWindow: '1 minute', keyGenerator: whoAsks });
  const count = app.createRateLimit();
  app.addHook('onRequest', async (request, reply) => {
    if ((request.routeOptions.config as { rateLimit?: unknown }).rateLimit === false) return;
    const counted = await count(request);
    if (counted.isAllowed) return;
    reply
      .header('ratelimit-limit', counted.max)
      .header('ratelimit-remaining', counted.remaining)
      .header('ratelimit-reset', counted.ttlInSeconds);
    if (counted.isExceeded) throw new ProblemError({ code: 'too-many-requests', retryAfterSeconds: counted.ttlInSeconds });
  });
}

function whoAsks(request: FastifyRequest): string {
  const caller = callerOf(request);
  // Of an address that is gone already nothing is known any more.
  if (caller === undefined) return `address ${(request.ip as string | undefined) ?? 'gone'}`;
  return `caller ${JSON.stringify([caller.party, caller.unit, caller.subject])}`;
}

/** What was no request, or not in time: answered on the bare connection, which is then closed. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = BROKEN[error.code ?? ''] ?? 'not-http';
  const { status, title } = PROBLEMS[code];
  const body = JSON.stringify({ type: `urn:hemgang:problem:${code}`, title, status, code });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const BROKEN: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
};
