/** What a month is reckoned from, to reckon it anew elsewhere: its episodes, one to a line, and the rules that it is reckoned by. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Episode } from '../../domain/billing/episode.js';
import { toIso } from '../../domain/calendar.js';
import type { BillingLedger, MonthStay, MonthStaysQuery, MonthSums } from '../../ledger/billing/billing-ledger.js';
import { episodeLine } from '../jsonl/episode-lines.js';
import { knownMonth } from '../month-view.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { noteSeen } from './note-seen.js';
import { problemError } from './problem-reply.js';
import { problems } from './schemas.js';

const PAGE = 500;

const params = z.object({ region: z.string(), month: z.string().describe('YYYY-MM') });
const query = z.strictObject({
  as: z.enum(['current', 'frozen']).optional().describe('of a frozen month: the facts as they are now (default), or as they were frozen'),
});

const rulesSchema = z
  .object({
    region: z.string(),
    month: z.string(),
    state: z.enum(['lopande', 'preliminar', 'last', 'fakturerad']),
    frozenAt: z.string().meta({ format: 'date-time' }).nullable(),
    hash: z.string().nullable(),
    agreement: z.looseObject({ id: z.string(), version: z.string() }),
    fallback: z.looseObject({ id: z.string(), version: z.string() }).nullable().describe('the law, for payers of other regions'),
    vardpriser: z.record(z.string(), z.int()).describe('öre per day, by year'),
  })
  .meta({ id: 'MonthRules' });

export function episodesRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { ledger, agreements, clock } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const monthOf = async (region: string, month: string): Promise<MonthSums> => {
    const found = await knownMonth({ ledger, agreements, clock }, region, month);
    if (found === undefined) throw problemError('no-such-month', `no month ${month} of ${region}`);
    return found;
  };

  routes.get('/v1/billing/:region/:month/episodes.jsonl', {
    schema: {
      tags: ['billing'],
      summary: "Read a month's episodes",
      operationId: 'readEpisodes',
      description:
        'One episode to a line, as JSON, in order of stayId; times in milliseconds since 1970-01-01T00:00Z. What `hemgang billing preview --region` computes from. A stay that an objection took out of the base has its reason in `excluded`.',
      params,
      querystring: query,
      response: {
        200: { description: 'The episodes', content: { 'application/x-ndjson': { schema: z.string() } } },
        ...problems(401, 403, 404, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { region, month } = request.params;
      await monthOf(region, month);
      const caller = callerOf(request);
      const payer = caller?.party === 'kommun' ? caller.unit : undefined;
      const lines = linesOf(
        ledger,
        { region, month, payer, as: request.query.as ?? 'current', limit: PAGE },
        () => clock.now(),
        (stayIds) => noteSeen(request, deps, 'readEpisodes', stayIds),
      );
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(lines) as never);
    },
  });

  routes.get('/v1/billing/:region/:month/rules', {
    schema: {
      tags: ['billing'],
      summary: 'Read the rules that a month is reckoned by',
      operationId: 'readMonthRules',
      description: 'Once frozen those that it was frozen under, whatever the agreement says today.',
      params,
      response: { 200: rulesSchema, ...problems(401, 403, 404, 429, 503) },
    },
    handler: async ({ params: { region, month } }) => {
      const { state, frozenAt, hash, rules } = await monthOf(region, month);
      return {
        region,
        month,
        state,
        frozenAt: frozenAt === null ? null : toIso(frozenAt),
        hash,
        agreement: { ...rules.agreement },
        fallback: rules.fallback === undefined ? null : { ...rules.fallback },
        vardpriser: rules.vardpriser,
      };
    },
  });
}

/** Page by page, so that a month of any size takes the memory of a page. */
async function* linesOf(
  ledger: Pick<BillingLedger, 'monthStays'>,
  of: MonthStaysQuery,
  now: () => number,
  noteAll: (stayIds: string[]) => Promise<void>,
): AsyncGenerator<string> {
  for (let after: string | undefined | null; after !== null; ) {
    const page: { items: MonthStay[]; next: string | null } = await ledger.monthStays({ ...of, after }, now());
    await noteAll(page.items.map(({ stayId }) => stayId));
    if (page.items.length > 0) yield page.items.map((stay) => episodeLine(episodeOf(stay))).join('');
    after = page.next;
  }
}

/** With what an objection decided, which no fact tells. */
function episodeOf({ episode, objectionId, judgement }: MonthStay): Episode {
  return objectionId === null || judgement.reason === null ? episode : { ...episode, excluded: judgement.reason };
}
