/** A unit's inbox: in pages for systems that poll, as a stream of events for those that listen. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toIso } from '../../domain/calendar.js';
import type { InboxNotice } from '../../ledger/inbox.js';
import type { AppDeps } from './deps.js';
import { noticeEvents, readEventId } from './event-stream.js';
import { problemError } from './problem-reply.js';
import { idempotencyHeaders, noticePageSchema, type noticeSchema, noticesQuerySchema, problems } from './schemas.js';

type Notice = z.infer<typeof noticeSchema>;
const POLL_MS = 1_000;
const params = z.object({ unit: z.string().min(1).max(200).describe('HSA-id, kommunkod, region id or the id of another party') });

export function noticeRoutes(app: FastifyInstance, { ledger, clock, pollMs = POLL_MS }: AppDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  routes.get('/v1/units/:unit/notices', {
    // A stream has no head.
    exposeHeadRoute: false,
    schema: {
      tags: ['notices'],
      summary: "Read a unit's inbox",
      operationId: 'readNotices',
      description:
        'Oldest first. With `Accept: text/event-stream` the same notices come as events, and new ones as they arrive; go on where you were with `after` or `Last-Event-ID`.',
      params,
      querystring: noticesQuerySchema,
      headers: z.looseObject({ 'last-event-id': z.string().max(1_000).optional().describe('`id` of the last event seen') }),
      response: {
        200: {
          description: 'The notices',
          content: { 'application/json': { schema: noticePageSchema }, 'text/event-stream': { schema: z.string() } },
        },
        ...problems(404, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { unit } = request.params;
      const listens = /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
      const lastSeen = request.headers['last-event-id'];
      const after = request.query.after ?? (listens && typeof lastSeen === 'string' ? readEventId(lastSeen) : undefined);
      const read = async (from: string | undefined, limit?: number): Promise<{ items: Notice[]; next: string | null } | undefined> => {
        const page = await ledger.inbox({ unit, after: from, limit });
        return page && { items: page.items.map(noticeOf), next: page.next };
      };
      const page = await read(after, request.query.limit === undefined ? undefined : Number(request.query.limit));
      if (page === undefined)
        throw problemError('ogiltig-data', undefined, [
          { path: 'after', message: 'not the `next` of a page before, nor a notice of this inbox' },
        ]);
      if (!listens) return page;
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8');
      const events = noticeEvents({ read, after, pollMs, signal: AbortSignal.any([closing.signal, gone.signal]) });
      return reply.send(Readable.from(events, { objectMode: false }) as never);
    },
  });

  routes.post('/v1/units/:unit/notices/:noticeId/ack', {
    schema: {
      tags: ['notices'],
      summary: 'Acknowledge a notice',
      operationId: 'acknowledgeNotice',
      description: 'The first acknowledgement stands; again changes nothing. The notice id is percent-encoded in the path.',
      params: params.extend({ noticeId: z.string().min(1).max(1_000) }),
      headers: idempotencyHeaders,
      response: { 204: z.undefined().describe('Acknowledged'), ...problems(404, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const { unit, noticeId } = request.params;
      if (!(await ledger.acknowledge({ unit, noticeId, at: clock.now() }))) throw problemError('no-such-notice');
      return reply.code(204).send(undefined);
    },
  });
}

function noticeOf(row: InboxNotice): Notice {
  return {
    noticeId: row.noticeId,
    type: row.type,
    ...(row.stayId === null ? {} : { stayId: row.stayId }),
    ...(row.reference === null ? {} : { reference: row.reference }),
    occurredAt: toIso(row.occurredAt),
    text: row.text,
    ...(row.deadline === null ? {} : { deadline: { id: row.deadline.id, dueAt: toIso(row.deadline.dueAt) } }),
    ...(row.acknowledgedAt === null ? {} : { acknowledgedAt: toIso(row.acknowledgedAt) }),
  };
}
