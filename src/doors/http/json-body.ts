/** Bodies: JSON as UTF-8, at most 1 MiB. Their size is judged before their type, their type before their content. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { problemError } from './problem-reply.js';

export const BODY_LIMIT = 1024 * 1024;

/** An empty body is left undefined: whether a route needs one is the route's to say. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    async (request: { headers: { 'content-type'?: string | undefined } }, body: Buffer) => {
      if (body.length === 0) return undefined;
      if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) throw problemError('not-json-type');
      try {
        return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
      } catch (error) {
        throw problemError('not-json', error instanceof SyntaxError ? withoutContent(error.message) : 'not UTF-8');
      }
    },
  );
}

/** Where the text breaks off, but nothing of it: bodies hold patients. */
function withoutContent(message: string): string {
  return /at position \d+/.exec(message)?.[0] ?? 'it ends too early, or is no JSON at all';
}

/** The body of a route that needs one. */
export function bodyOf(request: WithBody): unknown {
  if (isEmpty(request)) throw problemError('not-json', 'the body is empty');
  return request.body;
}

/** The body of a route that may do without; then it is as if nothing were said in it. */
export const optionalBodyOf = (request: WithBody): unknown => (isEmpty(request) ? {} : request.body);

interface WithBody {
  body: unknown;
  headers: IncomingHttpHeaders;
}

/** Fastify shows no body as null, as it does the JSON `null`. */
function isEmpty({ body, headers }: WithBody): boolean {
  return (
    body === undefined || (body === null && headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0)
  );
}
