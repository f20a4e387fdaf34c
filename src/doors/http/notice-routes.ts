/** A unit's inbox: in pages for systems that poll, as a stream of events for those that listen. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toIso } from '../../domain/calendar.js';
import type { InboxNotice } from '../../ledger/inbox.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { noticeStreams, readEventId, STREAMS_PER_UNIT } from './event-stream.js';
import { noteSeen, notingEvents } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { idempotencyHeaders, noticePageSchema, type noticeSchema, noticesQuerySchema, problems } from './schemas.js';

type Notice = z.infer<typeof noticeSchema>;
const POLL_MS = 1_000;
/** A listener whose connection has taken nothing for so long is let go. */
const UNREAD_MS = 60_000;
const params = z.object({ unit: z.string().min(1).max(200).describe('HSA-id, kommunkod, region id or the id of another party') });

export function noticeRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { ledger, clock, pollMs = POLL_MS, streamsPerUnit, longestStreamMs } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const read = async (unit: string, after: string | undefined, limit?: number) => {
    const page = await ledger.inbox({ unit, after, limit });
    return page && { items: page.items.map(noticeOf), next: page.next };
  };
  const streams = noticeStreams<Notice>({
    read,
    pollMs,
    perUnit: streamsPerUnit,
    longestMs: longestStreamMs,
    onError: (err) => app.log.warn({ err }, 'an inbox that is listened to could not be looked at'),
  });
  const listening = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const listener of listening) listener.abort();
  });
  /** The stream's own end: the client has gone, has stopped reading, or the service stops. */
  const listenerOf = (request: FastifyRequest, reply: FastifyReply): AbortController => {
    const gone = new AbortController();
    listening.add(gone);
    const { socket } = request.raw;
    // Heartbeats move bytes: where none move, nobody reads.
    const stuck = (): unknown => socket.destroy();
    socket.setTimeout?.(UNREAD_MS, stuck);
    reply.raw.on('close', () => {
      socket.removeListener?.('timeout', stuck);
      listening.delete(gone);
      gone.abort();
    });
    return gone;
  };

  routes.get('/v1/units/:unit/notices', {
    // A stream has no head.
    exposeHeadRoute: false,
    schema: {
      tags: ['notices'],
      summary: "Read a unit's inbox",
      operationId: 'readNotices',
      description: [
        'Oldest first, in the order in which they came into the inbox: pages never repeat or lose one.',
        `With \`Accept: text/event-stream\` the same notices come as events, and new ones as they arrive; go on where you were with \`after\` or \`Last-Event-ID\`. A quiet stream holds a comment every 15 s, and ends after half an hour: connect again with the last \`id\`. At most ${STREAMS_PER_UNIT} streams of one unit at once, then 429.`,
      ].join('\n\n'),
      params,
      querystring: noticesQuerySchema,
      headers: z.looseObject({ 'last-event-id': z.string().max(1_000).optional().describe('`id` of the last event seen') }),
      response: {
        200: {
          description: 'The notices',
          content: { 'application/json': { schema: noticePageSchema }, 'text/event-stream': { schema: z.string() } },
        },
        ...problems(401, 403, 404, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { unit } = request.params;
      const listens = /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
      const lastSeen = request.headers['last-event-id'];
      const after = request.query.after ?? (listens && typeof lastSeen === 'string' ? readEventId(lastSeen) : undefined);
      const limit = request.query.limit === undefined ? undefined : Number(request.query.limit);
      const page = await read(unit, after, listens ? 1 : limit);
      if (page === undefined)
        throw problemError('ogiltig-data', undefined, [
          { path: 'after', message: 'not the `next` of a page before, nor a notice of this inbox' },
        ]);
      const note = (stayIds: readonly string[]) => noteSeen(request, deps, 'readNotices', stayIds);
      if (!listens) {
        await note(page.items.flatMap(({ stayId }) => stayId ?? []));
        return page;
      }
      const listener = listenerOf(request, reply);
      const events = streams.listen(unit, after, listener.signal);
      if (events === undefined) {
        listener.abort();
        throw problemError('too-many-streams', `at most ${streamsPerUnit ?? STREAMS_PER_UNIT} of one unit at once`);
      }
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8');
      return reply.send(
        Readable.from(callerOf(request) === undefined ? events : notingEvents(events, note), { objectMode: false }) as never,
      );
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
      response: { 204: z.undefined().describe('Acknowledged'), ...problems(401, 403, 404, 422, 429, 503) },
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
