/** What hospitals' systems have sent and what became of it, for those who see to it that it arrives. No content, no identity. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toIso } from '../../domain/calendar.js';
import type { MessageRow } from '../../ledger/messages/list-messages.js';
import { MESSAGE_STATES } from '../../ledger/messages/tables.js';
import { parseWith } from '../field-errors.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { bodyOf } from './json-body.js';
import { noteSeen } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { casesQuerySchema, idempotencyHeaders, problems } from './schemas.js';

const instant = z.string().meta({ format: 'date-time' });
const messageSchema = z
  .object({
    id: z.string(),
    source: z.string().describe('the sending system, by its name in the mapping; `okand` when it is none of those'),
    messageId: z.string().describe("the sender's own id of it (MSH-10)"),
    trigger: z.string().describe('the event (A01)'),
    region: z.string().optional(),
    stayId: z.string().optional(),
    state: z.enum(MESSAGE_STATES),
    reason: z.string().optional().describe('why it is parked, refused or ignored'),
    ack: z.enum(['AA', 'AE']).describe('what its sender was answered'),
    times: z.int().describe('how often it has come'),
    occurredAt: instant.optional(),
    registeredAt: instant.optional(),
    receivedAt: instant,
    settledAt: instant.optional().describe('when its stay was last told'),
    waitUntil: instant.optional(),
    droppedAt: instant.optional(),
  })
  .meta({ id: 'HospitalMessage' });
const countsSchema = z.object(
  Object.fromEntries(MESSAGE_STATES.map((state) => [state, z.int()])) as Record<(typeof MESSAGE_STATES)[number], z.ZodInt>,
);
const pageSchema = z
  .object({ items: z.array(messageSchema), next: z.string().nullable(), counts: countsSchema })
  .meta({ id: 'HospitalMessagePage' });
const querySchema = z.strictObject({
  state: z.enum(MESSAGE_STATES).optional(),
  source: z.string().min(1).max(100).optional(),
  limit: casesQuerySchema.shape.limit,
  after: casesQuerySchema.shape.after,
});
const dropSchema = z.strictObject({ reason: z.string().trim().min(1).max(500).describe('why; no identity in it') });
const params = z.object({ message: z.string().min(1).max(100).describe('its `id` in the list') });

export function messageRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { ledger, clock } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  /** Its own region's; without authorisation every region's. */
  const found = async (request: FastifyRequest, id: string): Promise<MessageRow> => {
    const row = await ledger.readMessage(id);
    const region = regionOf(request);
    if (row === undefined || (region !== undefined && row.region !== region)) throw problemError('no-such-message');
    return row;
  };

  routes.get('/v1/messages', {
    schema: {
      tags: ['messages'],
      summary: "List what hospitals' systems have sent",
      operationId: 'listMessages',
      description: [
        'HL7 v2 messages in the order in which they came, with how many there are in each state.',
        '`mottagen`: kept, and soon applied. `tillampad`: its stay says so. `parkerad`: waits for its stay; told to the region after a day. `vantar`: for its time. `avvisad`: not understood, or refused by the stay. `ignorerad`: none of ours, a hint, or details of a stay that is over.',
      ].join('\n\n'),
      querystring: querySchema,
      response: { 200: pageSchema, ...problems(401, 403, 422, 429, 503) },
    },
    handler: async (request) => {
      const { state, source, after, limit } = request.query;
      const region = regionOf(request);
      const page = await ledger.listMessages({ region, state, source, after, limit: limit === undefined ? undefined : Number(limit) });
      if (page === undefined)
        throw problemError('ogiltig-data', undefined, [{ path: 'after', message: 'not the `next` of a page before' }]);
      const stays = page.items.flatMap(({ stayId }) => stayId ?? []);
      await noteSeen(request, deps, 'listMessages', [...new Set(stays)]);
      const counts = { ...NONE, ...(await ledger.countMessages({ region, source })) };
      return { items: page.items.map(shown), next: page.next, counts };
    },
  });

  routes.get('/v1/messages/:message', {
    schema: {
      tags: ['messages'],
      summary: 'Read what became of a message',
      operationId: 'readMessage',
      params,
      response: { 200: messageSchema, ...problems(401, 403, 404, 422, 429, 503) },
    },
    handler: async (request) => {
      const row = await found(request, request.params.message);
      await noteSeen(request, deps, 'readMessage', row.stayId === null ? [] : [row.stayId]);
      return shown(row);
    },
  });

  routes.post('/v1/messages/:message/drop', {
    schema: {
      tags: ['messages'],
      summary: 'Give a parked message up',
      operationId: 'dropMessage',
      description: 'It will never be applied, also when its stay comes. Who did it, and why, is kept.',
      params,
      headers: idempotencyHeaders,
      body: dropSchema.meta({ examples: [{ reason: 'Testmeddelande från journalsystemet' }] }),
      response: { 200: messageSchema, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request) => {
      const id = request.params.message;
      const row = await found(request, id);
      const checked = parseWith(dropSchema, bodyOf(request));
      if ('errors' in checked) throw problemError('ogiltig-data', undefined, checked.errors);
      const { reason } = checked.value;
      // The same once more is done already.
      if (row.droppedAt !== null && row.reason === reason) return shown(row);
      const by = callerOf(request)?.subject ?? null;
      if (!(await ledger.dropMessage({ id, reason, by, at: clock.now() }))) throw problemError('inte-parkerad');
      const { party, unit } = callerOf(request) ?? {};
      request.log.warn({ message: id, stayId: row.stayId, party, unit }, 'HL7: a parked message was given up');
      return shown(await found(request, id));
    },
  });
}

/** A region's own id; of a system the part before its own name. */
const regionOf = (request: FastifyRequest): string | undefined => callerOf(request)?.unit.split('/')[0];

const NONE = Object.fromEntries(MESSAGE_STATES.map((state) => [state, 0])) as Record<(typeof MESSAGE_STATES)[number], number>;

function shown(row: MessageRow): z.infer<typeof messageSchema> {
  const { id, source, messageId, trigger, region, stayId, state, reason, ack, times, receivedAt } = row;
  const { occurredAt, registeredAt, settledAt, waitUntil, droppedAt } = row;
  const at = <N extends string>(name: N, value: number | null) => (value === null ? {} : { [name]: toIso(value) });
  return {
    id,
    source,
    messageId,
    trigger,
    ...(region === null ? {} : { region }),
    ...(stayId === null ? {} : { stayId }),
    state,
    ...(reason === null ? {} : { reason }),
    ack,
    times,
    ...at('occurredAt', occurredAt),
    ...at('registeredAt', registeredAt),
    receivedAt: toIso(receivedAt),
    ...at('settledAt', settledAt),
    ...at('waitUntil', waitUntil),
    ...at('droppedAt', droppedAt),
  };
}
