/** What became of the notices, for those who see to it that they arrive: dead letters sent again, receivers enabled. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toIso } from '../../domain/calendar.js';
import type { DeliveryRow } from '../../ledger/deliveries/delivery-ledger.js';
import type { ShownEndpoint } from '../delivery-desk.js';
import { channelOf, deliveryOf } from '../stay-deliveries.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { noteSeen } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { deliveriesQuerySchema, deliveryPageSchema, type deliverySchema, endpointSchema, idempotencyHeaders, problems } from './schemas.js';

const idParams = z.object({ deliveryId: z.string().regex(/^\d{1,15}$/, 'a whole number') });
const endpointParams = z.object({ endpoint: z.string().min(1).max(400).describe('as `/v1/endpoints` has it, percent-encoded') });

export function deliveryRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { deliveries } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get('/v1/deliveries', {
    schema: {
      tags: ['notices'],
      summary: 'List deliveries that failed, or that wait',
      operationId: 'listDeliveries',
      description:
        "Notices of the caller's region, by every channel, in the order in which they were told. A failed one was given up: it is sent again by `POST /v1/deliveries/{deliveryId}/retry`.",
      querystring: deliveriesQuerySchema,
      response: { 200: deliveryPageSchema, ...problems(401, 403, 422, 429, 503) },
    },
    handler: async (request) => {
      const { state = 'failed', unit, after, limit } = request.query;
      const region = callerOf(request)?.unit;
      const page = await deliveries.list({ state, unit, region, after, limit: limit === undefined ? undefined : Number(limit) });
      if (page === undefined)
        throw problemError('ogiltig-data', undefined, [{ path: 'after', message: 'not the `next` of a page before' }]);
      await noteSeen(
        request,
        deps,
        'listDeliveries',
        page.items.flatMap(({ stayId }) => (stayId === null ? [] : [stayId])),
      );
      return { items: page.items.map(shown), next: page.next };
    },
  });

  routes.post('/v1/deliveries/:deliveryId/retry', {
    schema: {
      tags: ['notices'],
      summary: 'Send a failed delivery again',
      operationId: 'retryDelivery',
      description:
        'By the same channel, with the same notice id. Where the routing no longer has that receiver, or had no way at all, the notice goes the ways that the routing has for its unit now.',
      params: idParams,
      headers: idempotencyHeaders,
      response: { 204: z.undefined().describe('It is on its way'), ...problems(401, 403, 404, 409, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const retried = await deliveries.retry(Number(request.params.deliveryId), callerOf(request)?.unit);
      if (retried !== 'queued') throw problemError(PROBLEM_OF[retried]);
      return reply.code(204).send(undefined);
    },
  });

  routes.get('/v1/endpoints', {
    schema: {
      tags: ['notices'],
      summary: 'List the receivers and how they are',
      operationId: 'listEndpoints',
      description: 'Every webhook and e-mail address of the routing file that notices of the region may go to. Times are real ones.',
      response: { 200: z.object({ items: z.array(endpointSchema) }).meta({ id: 'EndpointList' }), ...problems(401, 403, 429, 503) },
    },
    handler: async (request) => ({ items: (await deliveries.endpoints(callerOf(request)?.unit)).map(endpointOf) }),
  });

  routes.post('/v1/endpoints/:endpoint/enable', {
    schema: {
      tags: ['notices'],
      summary: 'Send to a receiver again',
      operationId: 'enableEndpoint',
      description:
        'One that answered 410 gets what is told from now on; what was given up meanwhile is sent again delivery by delivery. One that is left alone is tried at once.',
      params: endpointParams,
      headers: idempotencyHeaders,
      response: { 204: z.undefined().describe('Enabled'), ...problems(401, 403, 404, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      if (!(await deliveries.enable(request.params.endpoint, callerOf(request)?.unit))) throw problemError('no-such-endpoint');
      return reply.code(204).send(undefined);
    },
  });
}

const PROBLEM_OF = { 'no-such-delivery': 'no-such-delivery', 'not-failed': 'leverans-inte-misslyckad', 'no-way': 'ingen-vag' } as const;

function shown(row: DeliveryRow): z.infer<typeof deliverySchema> {
  const kind = channelOf(row.channel);
  return {
    id: String(row.id),
    ...deliveryOf(row),
    ...(row.party === null ? {} : { party: row.party }),
    ...(row.stayId === null ? {} : { stayId: row.stayId }),
    ...(kind === 'webhook' || kind === 'epost' ? { endpoint: row.channel } : {}),
    history: row.history.map(({ at, error }) => ({ at: toIso(at), ...(error === null ? {} : { error }) })),
  };
}

function endpointOf(state: ShownEndpoint): z.infer<typeof endpointSchema> {
  const { endpoint, host, failures, waiting, downSince, retryAt, lastSuccessAt, lastFailureAt, lastError } = state;
  return {
    endpoint,
    ...(host === undefined ? {} : { host }),
    state: state.state,
    failures,
    waiting,
    ...(downSince === null ? {} : { downSince: toIso(downSince) }),
    ...(retryAt === null ? {} : { retryAt: toIso(retryAt) }),
    ...(lastSuccessAt === null ? {} : { lastSuccessAt: toIso(lastSuccessAt) }),
    ...(lastFailureAt === null ? {} : { lastFailureAt: toIso(lastFailureAt) }),
    ...(lastError === null ? {} : { lastError }),
  };
}
