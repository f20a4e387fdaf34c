/** Routes about the service itself: its clock, the feeds that hold the clock back, its health. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseInstant, toIso } from '../../domain/calendar.js';
import { parseWith } from '../field-errors.js';
import type { AppDeps } from './deps.js';
import { bodyOf } from './json-body.js';
import { once } from './once.js';
import { ProblemError, problemError } from './problem-reply.js';
import { clockSchema, feedSchema, idempotencyHeaders, problems } from './schemas.js';

const feedParams = z.object({
  feedId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/)
    .describe("the feed's own id, such as the SHA-256 of its file"),
});

export function serviceRoutes(app: FastifyInstance, { ledger, clock, pingTemporal, metrics }: AppDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const clockNow = () => ({ now: toIso(clock.now()), scale: clock.scale });

  routes.get('/v1/clock', {
    schema: {
      tags: ['service'],
      summary: 'Domain time',
      operationId: 'readClock',
      description: 'For clients that must speak in simulated time.',
      response: { 200: clockSchema, ...problems(401, 429) },
    },
    handler: async () => clockNow(),
  });

  routes.put('/v1/clock/feeds/:feedId', {
    schema: {
      tags: ['service'],
      summary: 'Say how far a recorded feed has been answered',
      operationId: 'renewFeed',
      description:
        'While a feed is played, no deadline is judged past its watermark. Renew it within a minute, in real time, or it lapses. 409 unless the clock is simulated.',
      params: feedParams,
      headers: idempotencyHeaders,
      body: feedSchema,
      response: { 200: clockSchema, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503) },
    },
    handler: async (request) => {
      const checked = parseWith(feedSchema, bodyOf(request));
      if ('errors' in checked) throw problemError('ogiltig-data', undefined, checked.errors);
      const text = checked.value.watermark;
      const watermark = text === null ? null : parseInstant(text);
      if (watermark === undefined)
        throw problemError('ogiltig-data', undefined, [{ path: 'watermark', message: 'not an instant: ISO 8601 with offset' }]);
      if (clock.scale === 1) throw problemError('clock-not-simulated');
      return once(request, { ledger, clock }, checked.value, async () => {
        await ledger.renewFeed({ feedId: request.params.feedId, watermark, realNow: Date.now() });
        return clockNow();
      });
    },
  });

  if (metrics !== undefined)
    routes.get('/metrics', {
      config: { rateLimit: false },
      schema: {
        tags: ['service'],
        summary: 'Metrics, for Prometheus',
        operationId: 'readMetrics',
        description: 'Each is in docs/metrics.md. Nothing in them is about a patient. `METRICS_PORT` serves the same without a token.',
        response: {
          200: { description: 'The text format 0.0.4', content: { 'text/plain': { schema: z.string() } } },
          ...problems(401, 403),
        },
      },
      handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    });

  routes.get('/healthz', {
    config: { rateLimit: false },
    schema: { tags: ['service'], summary: 'Liveness', operationId: 'healthz', response: { 200: z.object({ status: z.literal('ok') }) } },
    handler: async () => ({ status: 'ok' as const }),
  });

  routes.get('/readyz', {
    config: { rateLimit: false },
    schema: {
      tags: ['service'],
      summary: 'Readiness: Temporal and the ledger can be reached',
      operationId: 'readyz',
      response: { 200: z.object({ status: z.literal('ready') }), ...problems(503) },
    },
    handler: async () => {
      await ledger.ping().catch(() => {
        throw new ProblemError({ code: 'ledger-unavailable' });
      });
      await pingTemporal().catch(() => {
        throw new ProblemError({ code: 'temporal-unavailable' });
      });
      return { status: 'ready' as const };
    },
  });
}
