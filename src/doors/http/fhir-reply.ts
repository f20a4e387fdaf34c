/** How FHIR is answered: its content types, its errors as OperationOutcomes, and what a client prefers to get back. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { error, FhirError, issuesOf, type OperationOutcome, operationOutcome } from '../fhir/outcome.js';
import { PROBLEMS } from '../problems.js';
import { problemBehind } from './problem-reply.js';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';
const DEFAULT_RETRY_SECONDS = 2;

export function sendFhir(request: FastifyRequest, reply: FastifyReply, status: number, resource: unknown): FastifyReply {
  reply.code(status);
  if (resource === undefined) return reply.send();
  const { _pretty } = request.query as { _pretty?: unknown };
  const space = _pretty === 'true' ? 2 : undefined;
  return reply
    .type(FHIR_JSON)
    .serializer((value: unknown) => JSON.stringify(value, null, space))
    .send(resource);
}

/** Whatever went wrong, and wherever it was noticed. */
export function handleFhirError(failure: FastifyError | FhirError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (failure instanceof FhirError) return sendFhir(request, reply, failure.status, operationOutcome(failure.issues));
  const problem = problemBehind(failure, request);
  const { status } = PROBLEMS[problem.code];
  const seconds = problem.retryAfterSeconds ?? (status === 503 ? DEFAULT_RETRY_SECONDS : undefined);
  if (seconds !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', String(Math.max(1, Math.ceil(seconds))));
  return sendFhir(request, reply, status, operationOutcome(issuesOf(problem, ({ path }) => (path === '' ? undefined : `http.${path}`))));
}

/** JSON in UTF-8 is what is spoken; XML is refused in words, before anything is read. */
export async function speaksJson(request: FastifyRequest): Promise<void> {
  const { accept, 'content-type': type = '' } = request.headers;
  const { _format } = request.query as { _format?: unknown };
  if (typeof _format === 'string' && /xml|turtle|ttl/i.test(_format)) throw new FhirError(406, [ONLY_JSON]);
  if (_format === undefined && accept !== undefined && accept !== '' && !/json|\*\/\*|application\/\*/i.test(accept))
    throw new FhirError(406, [ONLY_JSON]);
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (/xml/i.test(type) || !/^utf-?8$/i.test(charset)) throw new FhirError(415, [ONLY_JSON]);
}
const ONLY_JSON = error('not-supported', undefined, 'only JSON (application/fhir+json, UTF-8) is spoken here, no XML');

/** What a client asks to get back of what it wrote. @source FHIR R4, RESTful API: Managing Return Content */
export function preferred<T>(
  request: FastifyRequest,
  outcome: OperationOutcome,
  resource: T | undefined,
): OperationOutcome | T | undefined {
  const wish = /return\s*=\s*"?(minimal|representation|OperationOutcome)/.exec(String(request.headers['prefer'] ?? ''))?.[1];
  if (wish === 'minimal') return undefined;
  return wish === 'representation' && resource !== undefined ? resource : outcome;
}
