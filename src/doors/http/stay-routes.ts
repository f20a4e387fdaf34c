/** Routes of a stay: admission, reading, the list of cases. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toIso } from '../../domain/calendar.js';
import { admissionSchema } from '../../domain/stay/schemas.js';
import type { CaseRow } from '../../ledger/list-stays.js';
import { withDeliveries } from '../stay-deliveries.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { bodyOf } from './json-body.js';
import { noteSeen } from './note-seen.js';
import { ProblemError, problemError } from './problem-reply.js';
import { casePageSchema, casesQuerySchema, idempotencyHeaders, problems, stayViewSchema, WRITE_PROBLEMS } from './schemas.js';

const params = z.object({ stayId: z.string().describe('1–64 of A–Z a–z 0–9 . _ -, unique in the service, never a personnummer') });

export function stayRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { submit, ledger, clock } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.put('/v1/stays/:stayId', {
    schema: {
      tags: ['stays'],
      summary: 'Admit a patient',
      operationId: 'admit',
      description:
        '201 when the stay was started, 200 when this very admission had come before, 409 when the id was used with other content. Answered 503 it has taken the id: send the same again.',
      params,
      headers: idempotencyHeaders,
      body: admissionSchema,
      response: { 200: stayViewSchema, 201: stayViewSchema, ...WRITE_PROBLEMS },
    },
    handler: async (request, reply) => {
      const outcome = await submit.admit(request.params.stayId, bodyOf(request), callerOf(request));
      if (!outcome.ok) throw new ProblemError(outcome.problem);
      reply.code(outcome.value.started ? 201 : 200).header('location', `/v1/stays/${encodeURIComponent(request.params.stayId)}`);
      return outcome.value.stay as unknown as z.infer<typeof stayViewSchema>;
    },
  });

  routes.get('/v1/stays/:stayId', {
    schema: {
      tags: ['stays'],
      summary: 'Read a stay',
      operationId: 'readStay',
      description: 'Phase, facts, open deadlines, who has the ball, deviations and log; every action answered before is in it.',
      params,
      response: { 200: stayViewSchema, ...problems(401, 403, 404, 429, 503) },
    },
    handler: async (request) => {
      const caller = callerOf(request);
      const outcome = await submit.read(request.params.stayId, caller);
      if (!outcome.ok) throw new ProblemError(outcome.problem);
      return (await withDeliveries(outcome.value, deps.deliveries, caller)) as unknown as z.infer<typeof stayViewSchema>;
    },
  });

  routes.get('/v1/stays', {
    schema: {
      tags: ['stays'],
      summary: "List a unit's cases",
      operationId: 'listStays',
      description: [
        'Soonest deadline first; follows the stays within seconds. A case whose soonest deadline does not change comes once; one whose deadline changes while pages are read may come again further on, or be passed by.',
        'To read them all while they change, ask for `order=stayId`: a case that belongs to the list all the while comes exactly once.',
      ].join('\n\n'),
      querystring: casesQuerySchema,
      response: { 200: casePageSchema, ...problems(401, 403, 422, 429, 503) },
    },
    handler: async (request) => {
      const { unit, phase, overdue, order, limit, after } = request.query;
      // An identified caller lists its own cases.
      const own = callerOf(request);
      const page = await ledger.listStays({
        unit: own?.unit ?? unit,
        party: own?.party,
        phase,
        order,
        after,
        now: clock.now(),
        overdue: overdue === undefined ? undefined : overdue === 'true',
        limit: limit === undefined ? undefined : Number(limit),
      });
      if (page === undefined)
        throw problemError('ogiltig-data', undefined, [{ path: 'after', message: 'not the `next` of a page before' }]);
      await noteSeen(
        request,
        deps,
        'listStays',
        page.items.map(({ stayId }) => stayId),
      );
      return { items: page.items.map(caseOf), next: page.next };
    },
  });
}

function caseOf(row: CaseRow): z.infer<typeof casePageSchema>['items'][number] {
  return {
    stayId: row.stayId,
    region: row.region,
    phase: row.phase,
    kommun: row.kommun ?? undefined,
    vardcentral: row.vardcentral ?? undefined,
    ward: row.ward ?? undefined,
    admittedAt: isoOf(row.admittedAt),
    dischargedAt: isoOf(row.dischargedAt),
    endedAt: isoOf(row.endedAt),
    deadline: row.deadline === null ? undefined : { ...row.deadline, dueAt: toIso(row.deadline.dueAt) },
    overdue: row.overdue,
  };
}

const isoOf = (at: number | null): string | undefined => (at === null ? undefined : toIso(at));
