/** A region's month, running or frozen: the whole, or one kommun's own part. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from './caller.js';
import { billingMonthSchema } from './cycle-answers.js';
import type { AppDeps } from './deps.js';
import { noteSeen } from './note-seen.js';
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

export function monthRoutes(app: FastifyInstance, deps: AppDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get('/v1/billing/:region/:month', {
    schema: {
      tags: ['billing'],
      summary: "Read a region's month",
      operationId: 'readMonth',
      description:
        'In the shape of the billing preview, with state, objections, documents and invoices. Once frozen the figures are those that were frozen. Kronor are null while the year has no vårdpris.',
      params,
      querystring: query,
      response: { 200: billingMonthSchema, ...problems(401, 403, 404, 422, 429, 503) },
    },
    handler: async (request) => {
      const { region, month } = request.params;
      const caller = callerOf(request);
      // A kommun sees its own part, whether it says so or not.
      const payer = caller?.party === 'kommun' ? caller.unit : request.query.payer;
      const found = /^[a-z][a-z-]{1,39}$/.test(region) ? await deps.readMonth(region, month, payer) : undefined;
      if (found === undefined)
        throw problemError('no-such-month', `no month ${month} of ${region}${payer === undefined ? '' : ` with the payer ${payer}`}`);
      await noteSeen(request, deps, 'readMonth', staysIn(found as Shown));
      return found as z.infer<typeof billingMonthSchema>;
    },
  });
}

type Shown = z.infer<typeof billingMonthSchema> & { utanBetalare?: { stayId: string }[] };

/** Every stay that the month names. */
function staysIn({ kommuner, andraRegioner, vantar, objections, utanBetalare = [] }: Shown): string[] {
  const listed = [...kommuner, ...(andraRegioner?.kommuner ?? [])].flatMap(({ excluded, individual }) => [...excluded, ...individual]);
  return [...vantar, ...[...listed, ...objections, ...utanBetalare].map(({ stayId }) => stayId)];
}
