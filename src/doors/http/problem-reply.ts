/** How a problem leaves: RFC 9457, with a stable code, whatever went wrong and wherever it was noticed. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { STAY_ID } from '../../domain/ids.js';
import { AccessesUnavailable } from '../access/access-log.js';
import { TemporalUnavailable } from '../gateway.js';
import { PROBLEMS, type Problem, type ProblemCode } from '../problems.js';

export const problemSchema = z
  .object({
    type: z.string().describe('`urn:hemgang:problem:` and the code'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('stable; see the list of codes'),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem Details, RFC 9457' });

/** Thrown inside a route: the error handler makes the answer of it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.code);
  }
}

export const problemError = (code: ProblemCode, detail?: string, errors?: Problem['errors']): ProblemError =>
  new ProblemError({ code, detail, errors });

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail, errors, retryAfterSeconds }: Problem,
): FastifyReply {
  const { status, title } = PROBLEMS[code];
  const seconds = retryAfterSeconds ?? (status === 503 ? 2 : undefined);
  if (seconds !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', String(Math.max(1, Math.ceil(seconds))));
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `urn:hemgang:problem:${code}`,
      title,
      status,
      code,
      detail,
      instance: request.url.split('?')[0],
      ...(errors === undefined ? {} : { errors }),
    });
}

export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, problemBehind(error, request));
}

/** The problem behind whatever was thrown; what nobody foresaw is `internal`, logged, and says nothing. */
export function problemBehind(error: FastifyError, request: FastifyRequest): Problem {
  const problem = problemOf(error, request);
  if (PROBLEMS[problem.code].status >= 500)
    request.log.error(
      { err: error, code: problem.code, method: request.method, route: request.routeOptions.url, stayId: stayIdOf(request) },
      'a request could not be answered',
    );
  return problem;
}

/** Never a whole address: what a stranger writes into it may be an identity. */
function stayIdOf({ params }: FastifyRequest): string | undefined {
  const { stayId } = (params ?? {}) as { stayId?: string };
  return stayId !== undefined && STAY_ID.test(stayId) ? stayId : undefined;
}

function problemOf(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof TemporalUnavailable)
    return { code: 'temporal-unavailable', detail: error.message, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof AccessesUnavailable) return { code: 'accesses-unavailable' };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap(({ params, instancePath, message = 'wrong' }) => {
      const path = instancePath.slice(1).replaceAll('/', '.');
      const { keys } = params as { keys?: unknown };
      if (!Array.isArray(keys)) return [{ path, message }];
      return keys.map((key) => ({ path: path === '' ? String(key) : `${path}.${key}`, message: 'unknown field' }));
    });
    return error.validationContext === 'params'
      ? { code: 'no-such-route', detail: `${request.method} ${request.url}` }
      : { code: 'ogiltig-data', errors };
  }
  if (isDatabaseAway(error)) return { code: 'ledger-unavailable' };
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'too-large' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'not-json-type' };
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { code: 'not-json', detail: 'the body is not as long as content-length says' };
    case 'FST_UNDER_PRESSURE':
      return { code: 'overloaded' };
  }
  if (error.statusCode === 429) return { code: 'too-many-requests' };
  if (error.statusCode === 415) return { code: 'not-json-type' };
  if (error.statusCode === 413) return { code: 'too-large' };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return { code: error.statusCode === 404 ? 'no-such-route' : 'not-json', detail: error.message };
  return { code: 'internal' };
}

/** Errors of a PostgreSQL that is away, starting, stopping or full of connections: trying again may help. */
function isDatabaseAway(error: { code?: unknown; message: string }): boolean {
  const code = typeof error.code === 'string' ? error.code : '';
  return (
    /^(08|57P|53)[0-9A-Z]+$/.test(code) ||
    code === 'ECONNREFUSED' ||
    code === 'ECONNRESET' ||
    /^(timeout exceeded when trying to connect|Connection terminated)/.test(error.message)
  );
}
