/** The board's routes: pages for economists, their forms, and one style sheet. Nothing in them needs a script. */
import formbody from '@fastify/formbody';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { STAY_ID } from '../../domain/ids.js';
import type { PayerRef } from '../../ledger/billing/billing-ledger.js';
import { callerOf } from '../http/caller.js';
import { isDisputed } from '../http/document-routes.js';
import { noteAccess } from '../http/note-seen.js';
import { problemBehind } from '../http/problem-reply.js';
import { knownMonth } from '../month-view.js';
import { PROBLEMS } from '../problems.js';
import { type DeedOutcome, doDeed } from './deeds.js';
import type { BoardDeps } from './deps.js';
import { type ErrorKind, errorPage } from './error-page.js';
import { homeOf, notingLedger } from './for-caller.js';
import { kommunPage, partiesOf } from './kommun-page.js';
import { monthPage } from './month-page.js';
import { BOARD, kommunPath, stayPath } from './places.js';
import { regionPage } from './region-page.js';
import { regionsPage } from './regions-page.js';
import { rulesPage } from './rules-page.js';
import { isFromHere } from './same-origin.js';
import { stayPage } from './stay-page.js';
import { STYLES, STYLES_PATH } from './styles.js';

/** No script runs, nothing is loaded from elsewhere, forms go home, and nobody frames a page. */
const CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FORM_LIMIT = 64 * 1024;
/** Pages are for people: the API's documentation leaves them out. */
const HIDDEN = { schema: { hide: true } as never };

type Params = PayerRef & { stayId: string };
type Query = Record<string, string | string[] | undefined>;

/** A plugin of its own, so that forms are taken here and nowhere else, and what goes wrong is told as a page. */
export function boardRoutes(deps: BoardDeps): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.get('/', HIDDEN, (_request, reply) => reply.redirect(BOARD, 302));
    await app.register(pages(deps), { prefix: BOARD });
  };
}

function pages(deps: BoardDeps): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    await app.register(formbody, { bodyLimit: FORM_LIMIT });
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', CSP);
      // Without its origin a form could not show that it was sent from here.
      reply.header('referrer-policy', 'same-origin');
    });
    app.setErrorHandler((error: FastifyError, request, reply) => failed(deps, error, request, reply));
    app.setNotFoundHandler((_request, reply) => sendError(deps, reply, 'saknas'));
    const show = (
      path: string,
      make: (params: Params, query: Record<string, string | undefined>, own: BoardDeps) => Promise<string | undefined>,
    ) => {
      app.get<{ Params: Params; Querystring: Query }>(path, HIDDEN, async (request, reply) => {
        const { params, query } = request;
        const { ledger, seen } = notingLedger(deps.ledger);
        const isOwn = await mayOpen(deps, request);
        const text = isOwn ? await make(params, single(query), { ...deps, ledger }) : undefined;
        const about = params.stayId === undefined ? [] : [params.stayId];
        await (text === undefined
          ? noteAccess(request, deps, `tavla${path}`, 'hidden', about)
          : noteAccess(request, deps, `tavla${path}`, 'seen', [...seen]));
        return text === undefined ? sendError(deps, reply, 'saknas') : sendPage(reply, text);
      });
    };

    app.get(STYLES_PATH.slice(BOARD.length), HIDDEN, (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=31536000, immutable').serializer(String).send(STYLES),
    );
    // Whoever is something to one region only is led there: the others' figures are not theirs.
    app.get('/', HIDDEN, async (request, reply) => {
      const caller = callerOf(request);
      if (caller === undefined) return sendPage(reply, await regionsPage(deps));
      const home = homeOf(deps, caller);
      return home === undefined ? sendError(deps, reply, 'behorighet') : reply.redirect(home, 302);
    });
    show('/:region', ({ region }, { fore }, own) => regionPage(own, region, fore));
    show('/:region/sa-raknas-det', ({ region }, _query, own) => rulesPage(own, region));
    show('/:region/:month', ({ region, month }, _query, own) => monthPage(own, { region, month }));
    show('/:region/:month/:payer', (ref, query, own) => kommunPage(own, ref, query));
    show('/:region/:month/:payer/:stayId', async (ref, query, own) => (STAY_ID.test(ref.stayId) ? stayPage(own, ref, query) : undefined));

    const take = (
      path: string,
      pathOf: (ref: Params) => string,
      again: (ref: Params, outcome: DeedOutcome & { ok: false }, own: BoardDeps) => Promise<string | undefined>,
    ) => {
      app.post<{ Params: Params; Body: unknown }>(path, { ...HIDDEN, bodyLimit: FORM_LIMIT }, async (request, reply) => {
        if (!isFromHere(request.headers)) return sendError(deps, reply, 'annanstans');
        const { params: ref } = request;
        const sums = await knownMonth(deps, ref.region, ref.month);
        if (sums === undefined || ![...sums.kommuner, ...sums.others].some(({ payer }) => payer === ref.payer))
          return sendError(deps, reply, 'saknas');
        const { region, month, payer } = ref;
        if (!(await mayOpen(deps, request))) return sendError(deps, reply, 'saknas');
        const outcome = await doDeed(deps.invoices, { region, month, payer }, partiesOf(ref, sums), request.body, callerOf(request));
        if (outcome === undefined) return sendError(deps, reply, 'formular');
        if (outcome === 'not-theirs') return sendError(deps, reply, 'behorighet');
        const { ledger, seen } = notingLedger(deps.ledger);
        if (outcome.ok) {
          await noteAccess(request, deps, `tavla:${outcome.deed}`, 'done', outcome.stayId === undefined ? [] : [outcome.stayId]);
          const anchor = outcome.objectionId === undefined ? '' : `#invandning-${outcome.objectionId}`;
          return reply.redirect(`${pathOf(ref)}?klart=${outcome.deed}${anchor}`, 303);
        }
        const text = await again(ref, outcome, { ...deps, ledger });
        await noteAccess(request, deps, `tavla${path}`, 'seen', [...seen]);
        return text === undefined ? sendError(deps, reply, 'saknas') : sendPage(reply.code(outcome.status), text);
      });
    };
    take('/:region/:month/:payer', kommunPath, (ref, { rejected }, own) => kommunPage(own, ref, {}, rejected));
    take('/:region/:month/:payer/:stayId', stayPath, (ref, { rejected }, own) => stayPage(own, ref, {}, rejected));
  };
}

/** A figure may change at any time: a page is never taken from a cache. */
function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').serializer(String).send(text);
}

function sendError(deps: BoardDeps, reply: FastifyReply, kind: ErrorKind): FastifyReply {
  const { status, text } = errorPage(deps, kind);
  return sendPage(reply.code(status), text);
}

/** What goes wrong is told as a page, with the status that the API would give it. */
function failed(deps: BoardDeps, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status } = PROBLEMS[problemBehind(error, request).code];
  if (status === 503) reply.header('retry-after', '5');
  return sendError(deps, reply, KINDS[status] ?? (status < 500 ? 'formular' : 'fel'));
}

const KINDS: Record<number, ErrorKind> = { 401: 'inloggning', 403: 'behorighet', 404: 'saknas', 503: 'upptagen' };

/** Who interprets an agreement opens what is, or was, disputed. */
async function mayOpen({ ledger }: BoardDeps, request: FastifyRequest): Promise<boolean> {
  return callerOf(request)?.party !== 'tolkningsinstans' || !('stayId' in (request.params as object))
    ? true
    : isDisputed(ledger, request.params as Params);
}

/** Of a field that is given twice the first holds. */
function single(query: Query): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}
