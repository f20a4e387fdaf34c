/** Who has looked at what: of a stay, for the patient who asks; of a unit, for those who check its people from time to time. */
import { stringify } from 'csv-stringify/sync';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { endOfDay, type Instant, parseInstant, parseLocalDate, startOfDay, toIso } from '../../domain/calendar.js';
import { PARTIES } from '../../domain/ids.js';
import { ACCESS_OUTCOMES, type KeptAccess } from '../../ledger/access/access-ledger.js';
import type { Page } from '../../ledger/page.js';
import { LOGGRANSKARE } from '../access/claims.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { noteAccess, noteSeen } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { noticesQuerySchema, problems } from './schemas.js';

const instant = z.string().meta({ format: 'date-time' });
const accessSchema = z
  .object({
    at: instant.describe('real time'),
    domainAt: instant.describe('the same, unless the clock is simulated'),
    subject: z.string().describe("the token's `sub`"),
    name: z.string().optional(),
    party: z.enum(PARTIES),
    unit: z.string(),
    roles: z.array(z.string()),
    operation: z.string().describe('the action, or what was read'),
    outcome: z
      .enum(ACCESS_OUTCOMES)
      .describe(
        '`seen`; `done`; `not-done`: refused by a rule; `forbidden`: not for that role; `hidden`: asked for by somebody who may not know of the stay, and answered as if there were none',
      ),
    region: z.string(),
    stayIds: z.array(z.string()),
  })
  .meta({ id: 'Access' });
const accessPageSchema = z
  .object({ items: z.array(accessSchema), next: z.string().nullable().describe('`after` of the next page; null at the end') })
  .meta({ id: 'AccessPage' });
type AccessView = z.infer<typeof accessSchema>;

const day = z.string().min(1).max(40).optional();
const unitQuery = noticesQuerySchema.extend({
  from: day.describe('a date, or an instant'),
  to: day.describe('a date, that day included, or an instant'),
});

const RESPONSE = {
  200: {
    description: 'The accesses, oldest first',
    content: { 'application/json': { schema: accessPageSchema }, 'text/csv': { schema: z.string() } },
  },
};

export function accessRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { submit, ledger } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get('/v1/stays/:stayId/accesses', {
    schema: {
      tags: ['accesses'],
      summary: 'Who has looked at a stay',
      operationId: 'listStayAccesses',
      description:
        "For the patient's own request: every read and every write by somebody with a token, and every attempt. Kept for five years. With `Accept: text/csv` as CSV. Reading it is logged too.",
      params: z.object({ stayId: z.string() }),
      querystring: noticesQuerySchema,
      response: { ...RESPONSE, ...problems(401, 403, 404, 422, 429, 503) },
    },
    onRequest: async (request) => {
      const { stayId } = request.params as { stayId: string };
      const caller = callerOf(request);
      if (!(await submit.knows(stayId, caller, 'listStayAccesses'))) throw problemError('no-such-stay');
      if (caller === undefined) return;
      if (caller.party === 'region' && caller.roles.some((role) => ['processledare', LOGGRANSKARE].includes(role))) return;
      await noteAccess(request, deps, 'listStayAccesses', 'forbidden', [stayId]);
      throw problemError('not-allowed');
    },
    handler: async (request, reply) => {
      const { stayId } = request.params;
      const page = await ledger.listAccesses({ stayId, ...pageOf(request.query) });
      await noteSeen(request, deps, 'listStayAccesses', [stayId]);
      // Other patients' stays that the same page showed are none of this one's business.
      return answer(request, reply, page, (access) => ({ ...viewOf(access), stayIds: [stayId] }));
    },
  });

  routes.get('/v1/units/:unit/accesses', {
    schema: {
      tags: ['accesses'],
      summary: "What a unit's people have looked at",
      operationId: 'listUnitAccesses',
      description:
        'For recurring checks. To a region only what concerns its own stays. Kept for five years. With `Accept: text/csv` as CSV. Reading it is logged too.',
      params: z.object({ unit: z.string().min(1).max(200) }),
      querystring: unitQuery,
      response: { ...RESPONSE, ...problems(401, 403, 404, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request);
      const { from, to } = request.query;
      const isRegion = caller?.party === 'region';
      const page = await ledger.listAccesses({
        unit: request.params.unit,
        party: isRegion ? undefined : caller?.party,
        region: isRegion ? caller.unit : undefined,
        from: readTime('from', from, startOfDay),
        until: readTime('to', to, endOfDay),
        ...pageOf(request.query),
      });
      await noteSeen(request, deps, 'listUnitAccesses', page?.items.flatMap(({ stayIds }) => stayIds) ?? []);
      return answer(request, reply, page, viewOf);
    },
  });
}

function pageOf({ limit, after }: { limit?: string | undefined; after?: string | undefined }) {
  return { after, limit: limit === undefined ? undefined : Number(limit) };
}

function readTime(path: string, text: string | undefined, ofDay: (date: string) => Instant): Instant | undefined {
  if (text === undefined) return undefined;
  const date = parseLocalDate(text);
  const time = date === undefined ? parseInstant(text) : ofDay(date);
  if (time === undefined) throw problemError('ogiltig-data', undefined, [{ path, message: 'neither a date nor an instant' }]);
  return time;
}

function viewOf({ at, domainAt, subject, name, party, unit, roles, operation, outcome, region, stayIds }: KeptAccess): AccessView {
  return {
    at: toIso(at),
    domainAt: toIso(domainAt),
    subject,
    ...(name === undefined ? {} : { name }),
    party,
    unit,
    roles: [...roles],
    operation,
    outcome,
    region,
    stayIds: [...stayIds],
  };
}

const COLUMNS = ['at', 'domainAt', 'subject', 'name', 'party', 'unit', 'roles', 'operation', 'outcome', 'region', 'stayIds'] as const;

/** As JSON, or as CSV with the next page in a `Link`. */
function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page<KeptAccess> | undefined,
  view: (access: KeptAccess) => AccessView,
) {
  if (page === undefined) throw problemError('ogiltig-data', undefined, [{ path: 'after', message: 'not the `next` of a page before' }]);
  const items = page.items.map(view);
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (!/\btext\/csv\b/i.test(request.headers.accept ?? '')) return { items, next: page.next };
  if (page.next !== null) {
    const next = new URL(request.url, 'http://here');
    next.searchParams.set('after', page.next);
    reply.header('link', `<${next.pathname}${next.search}>; rel="next"`);
  }
  const rows = items.map(({ roles, stayIds, ...rest }) => ({ ...rest, roles: roles.join(' '), stayIds: stayIds.join(' ') }));
  // Names come from outside: what a spreadsheet would take for a formula is text.
  const csv = stringify(rows, { header: true, columns: [...COLUMNS], escape_formulas: true, record_delimiter: '\r\n' });
  return reply.type('text/csv; charset=utf-8').serializer(String).send(csv) as never;
}
