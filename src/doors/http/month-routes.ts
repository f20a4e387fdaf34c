/** A region's month, running or frozen: the whole, or one kommun's own part. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { billingMonthSchema } from './cycle-answers.js';
import type { AppDeps } from './deps.js';
import { problemError } from './problem-reply.js';
import { problems } from './schemas.js';

const params = z.object({ region: z.string(), month: z.string().describe('YYYY-MM') });
const query = z.strictObject({
  payer: z
    .string()
    .regex(/^\d{4}$/, 'a kommunkod')
    .optional()
    .describe("one kommun's own part"),
});

export function monthRoutes(app: FastifyInstance, { readMonth }: AppDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get('/v1/billing/:region/:month', {
    schema: {
      tags: ['billing'],
      summary: "Read a region's month",
      operationId: 'readMonth',
      description:
        'In the shape of the billing preview, with state, objections, documents and invoices. Once frozen the figures are those that were frozen. Kronor are null while the year has no vårdpris.',
      params,
      querystring: query,
      response: { 200: billingMonthSchema, ...problems(404, 422, 429, 503) },
    },
    handler: async ({ params: { region, month }, query: { payer } }) => {
      const found = /^[a-z][a-z-]{1,39}$/.test(region) ? await readMonth(region, month, payer) : undefined;
      if (found === undefined)
        throw problemError('no-such-month', `no month ${month} of ${region}${payer === undefined ? '' : ` with the payer ${payer}`}`);
      return found as z.infer<typeof billingMonthSchema>;
    },
  });
}
