/** What the parties of a month's cycle do: object, answer, dispute, decide; hold, release and approve an invoice. */
import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, CYCLE_ACTIONS, type CycleAction, isSameUnit } from '../../domain/billing/cycle-actions.js';
import type { CycleParties } from '../../domain/billing/open-objections.js';
import type { Actor } from '../../domain/ids.js';
import type { ObjectionAnswer, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { isCaller } from '../access/by.js';
import { CYCLE_SCHEMAS, OBJECTION_ID } from '../cycle-schemas.js';
import { parseWith } from '../field-errors.js';
import { knownMonth, kommunStateView, objectionView } from '../month-view.js';
import { callerOf } from './caller.js';
import { invoicingSchema, objectionListSchema, objectionSchema } from './cycle-answers.js';
import type { AppDeps } from './deps.js';
import { CYCLE_EXAMPLES } from './examples.js';
import { bodyOf, optionalBodyOf } from './json-body.js';
import { noteAccess, noteSeen } from './note-seen.js';
import { once } from './once.js';
import { problemError } from './problem-reply.js';
import { idempotencyHeaders, problems, WRITE_PROBLEMS } from './schemas.js';

const params = z.object({ region: z.string(), month: z.string().describe('YYYY-MM'), payer: z.string().describe('kommunkod') });
const objectionParams = params.extend({ objectionId: z.string().regex(OBJECTION_ID) });
const BASE = '/v1/billing/:region/:month/:payer';

/** Who did it may be left out: then it is the party whose act it is. */
const bodies = {
  objection: CYCLE_SCHEMAS.objection.partial({ objectionId: true, by: true }),
  answer: CYCLE_SCHEMAS.answer.omit({ objectionId: true }).partial({ by: true }),
  dispute: CYCLE_SCHEMAS.dispute.omit({ objectionId: true }).partial({ by: true }),
  decision: CYCLE_SCHEMAS.decision.omit({ objectionId: true }).partial({ by: true }),
  hold: CYCLE_SCHEMAS.hold.partial({ by: true }),
  release: CYCLE_SCHEMAS.release.partial({ text: true, by: true }),
  approve: CYCLE_SCHEMAS.approve.partial({ by: true }),
};

type Params = z.infer<typeof params>;
type Checked<A extends CycleAction> = z.output<(typeof bodies)[A]> & { by: Actor };
type ObjectionRef = PayerRef & { objectionId: string };

export function cycleRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { invoices, ledger } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const found = new WeakMap<FastifyRequest, CycleParties>();

  /** Before the body is judged: whether there is such a month, and such a payer in it. */
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    const { region, month, payer } = request.params as Params;
    const sums = await knownMonth(deps, region, month);
    if (sums === undefined) throw problemError('no-such-month', `no month ${month} of ${region}`);
    if (![...sums.kommuner, ...sums.others].some((kommun) => kommun.payer === payer))
      throw problemError('no-such-payer', `${payer} does not pay in ${month} of ${region}`);
    const { tolkningsinstans, cycle } = sums.rules.agreement;
    found.set(request, { region, payer, tolkningsinstans, cycle });
  };
  const partiesOf = (request: FastifyRequest): CycleParties => {
    const parties = found.get(request);
    if (parties === undefined) throw new Error('a route without its hook');
    return parties;
  };
  const refOf = (request: FastifyRequest): PayerRef => {
    const { region, month, payer } = request.params as Params;
    return { region, month, payer };
  };

  /** The checked body, and whose act it is. */
  const checked = <A extends CycleAction>(action: A, request: FastifyRequest, body: unknown): Checked<A> => {
    const result = parseWith<{ by?: Actor | undefined; accepted?: boolean | undefined }>(bodies[action], body);
    if ('errors' in result) throw problemError('ogiltig-data', undefined, result.errors);
    const owner = actorOf(action, partiesOf(request), result.value.accepted);
    const by = result.value.by ?? ownerOrCaller(owner, request);
    const caller = callerOf(request);
    if (caller !== undefined && !isCaller(by, caller)) throw problemError('by-disagrees');
    if (!isSameUnit(by, owner)) throw problemError('fel-enhet', `Det är ${owner.party} ${owner.unit} som kan göra det.`);
    if (caller !== undefined && owner.role !== undefined && by.role !== owner.role) throw problemError('ej-behorig');
    return { ...result.value, by } as Checked<A>;
  };
  const objectionOf = (request: FastifyRequest, answer: ObjectionAnswer) => {
    if (!answer.ok) throw problemError(answer.code, answer.need);
    return objectionView(answer.objection, partiesOf(request).cycle);
  };
  const schema = (action: CycleAction, summary: string, description: string) => ({
    tags: ['billing'],
    summary,
    operationId: `${action}Invoice`,
    description: `${description} ${CYCLE_ACTIONS[action].beskrivning}`,
    headers: idempotencyHeaders,
    body: bodies[action].meta({ examples: [CYCLE_EXAMPLES[action]] }),
  });

  routes.post(`${BASE}/objections`, {
    onRequest,
    schema: {
      ...schema('objection', 'Object to a stay', 'Received always; what comes too late changes nothing before it is accepted.'),
      params,
      response: { 201: objectionSchema, ...WRITE_PROBLEMS },
    },
    handler: async (request, reply) => {
      const given = checked('objection', request, bodyOf(request));
      const { objectionId = idOf(refOf(request), request.headers['idempotency-key']), ...rest } = given;
      const objection = await once(request, deps, given, async () =>
        objectionOf(request, await invoices.object({ ...refOf(request), ...rest, objectionId })),
      ).catch(async (error: unknown) => {
        await noteAccess(request, deps, 'objection', 'not-done', [given.stayId]);
        throw error;
      });
      await noteAccess(request, deps, 'objection', 'done', [objection.stayId]);
      reply.code(201).header('location', `${request.url.split('?')[0]}/${objectionId}`);
      return objection;
    },
  });

  routes.get(`${BASE}/objections`, {
    onRequest,
    schema: {
      tags: ['billing'],
      summary: "Read a kommun's objections",
      operationId: 'readObjections',
      description: 'Oldest first.',
      params,
      response: { 200: objectionListSchema, ...problems(401, 403, 404, 429, 503) },
    },
    handler: async (request) => {
      const all = await ledger.objections({ ...refOf(request), limit: OBJECTIONS_MAX });
      // Who interprets an agreement sees what comes, or has come, before it.
      const items = callerOf(request)?.party === 'tolkningsinstans' ? all.filter(({ dispute }) => dispute !== null) : all;
      await noteSeen(
        request,
        deps,
        'readObjections',
        items.map(({ stayId }) => stayId),
      );
      return { items: items.map((objection) => objectionView(objection, partiesOf(request).cycle)) };
    },
  });

  const answers = {
    answer: ['Answer an objection', 'Accepted, the stay leaves the base, or, with `rattad`, its corrected facts decide.'],
    dispute: ['Dispute a rejection', 'Within as many days as the region has to answer.'],
    decision: ['Decide a disputed objection', 'It binds.'],
  } as const;
  const say = {
    answer: (ref: ObjectionRef, given: Checked<'answer'>) => invoices.answer({ ...ref, ...given }),
    dispute: (ref: ObjectionRef, given: Checked<'dispute'>) => invoices.dispute({ ...ref, ...given }),
    decision: (ref: ObjectionRef, given: Checked<'decision'>) => invoices.decide({ ...ref, ...given }),
  };
  for (const action of ['answer', 'dispute', 'decision'] as const) {
    routes.post(`${BASE}/objections/:objectionId/${action}`, {
      onRequest,
      schema: {
        ...schema(action, answers[action][0], answers[action][1]),
        params: objectionParams,
        response: { 200: objectionSchema, ...WRITE_PROBLEMS },
      },
      handler: async (request) => {
        const ref = { ...refOf(request), objectionId: request.params.objectionId };
        const given = checked(action, request, bodyOf(request));
        const objection = await once(request, deps, given, async () => objectionOf(request, await say[action](ref, given as never)));
        await noteAccess(request, deps, action, 'done', [objection.stayId]);
        return objection;
      },
    });
  }

  const economist = {
    hold: ["Hold a kommun's invoice", 'Nothing is invoiced until it is released.'],
    release: ['Release an invoice that was held', 'What is owed is invoiced at once, when the month is frozen.'],
    approve: ["Approve a kommun's invoice", 'Where the agreement has invoices approved.'],
  } as const;
  const steer = {
    hold: (ref: PayerRef, given: Checked<'hold'>) => invoices.hold({ ...ref, ...given, held: true }),
    release: (ref: PayerRef, { text = '', by }: Checked<'release'>) => invoices.hold({ ...ref, text, by, held: false }),
    approve: (ref: PayerRef, given: Checked<'approve'>) => invoices.approve({ ...ref, ...given }),
  };
  for (const action of ['hold', 'release', 'approve'] as const) {
    routes.post(`${BASE}/${action}`, {
      onRequest,
      schema: {
        ...schema(action, economist[action][0], economist[action][1]),
        params,
        response: { 200: invoicingSchema, ...WRITE_PROBLEMS },
      },
      handler: async (request) => {
        // Without a body it is the region's economist, who says nothing more.
        const given = checked(action, request, action === 'hold' ? bodyOf(request) : optionalBodyOf(request));
        return once(request, deps, given, async () => kommunStateView(await steer[action](refOf(request), given as never)));
      },
    });
  }
}

/** Left out, it is the party whose act it is; with a token whoever shows it, in the role that may, where they have it. */
function ownerOrCaller(owner: Actor, request: FastifyRequest): Actor {
  const caller = callerOf(request);
  if (caller === undefined) return owner;
  const { party, unit, roles, name } = caller;
  const role = roles.find((one) => one === owner.role) ?? roles[0];
  return { party, unit, ...(role === undefined ? {} : { role }), ...(name === undefined ? {} : { name }) };
}

const OBJECTIONS_MAX = 1_000;

/** The same key of the same kommun's month is the same objection; without one each is a new one. */
function idOf({ region, month, payer }: PayerRef, key: unknown): string {
  if (typeof key !== 'string') return randomUUID();
  return createHash('sha256')
    .update(JSON.stringify([region, month, payer, key]))
    .digest('hex')
    .slice(0, 32);
}
