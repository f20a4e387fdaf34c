/** A region's month, running or frozen. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AppDeps } from './deps.js';
import { problemError } from './problem-reply.js';
import { billingMonthSchema, problems } from './schemas.js';

export function monthRoutes(app: FastifyInstance, { readMonth }: AppDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get('/v1/billing/:region/:month', {
    schema: {
      tags: ['billing'],
      summary: "Read a region's month",
      operationId: 'readMonth',
      description:
        'In the shape of the billing preview, with state, objections and documents. Kronor are null while the year has no vårdpris.',
      params: z.object({ region: z.string(), month: z.string().describe('YYYY-MM') }),
      response: { 200: billingMonthSchema, ...problems(404, 429, 503) },
    },
    handler: async ({ params: { region, month } }) => {
      const found =
        /^[a-z][a-z-]{1,39}$/.test(region) && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? await readMonth(region, month) : undefined;
      if (found === undefined) throw problemError('no-such-month', `no month ${month} of ${region}`);
      return found as z.infer<typeof billingMonthSchema>;
    },
  });
}
