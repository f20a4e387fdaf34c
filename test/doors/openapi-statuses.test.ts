/** Every status of the OpenAPI document can be had, and none that it does not have: each route is asked in every way that it can refuse. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTION_NAMES } from '../../src/domain/stay/actions.js';
import type { Caller } from '../../src/doors/access/caller.js';
import { TemporalUnavailable } from '../../src/doors/gateway.js';
import type { AppDeps } from '../../src/doors/http/deps.js';
import { bodiesOf, exampleRequest, type Json, type Operation, operationsOf, readDocument } from './example-answers.js';
import { type Scenes, scenes } from './example-scenes.js';

type Asked = InjectOptions & { url: string; method: string };
interface Seen {
  status: number;
  code: string | undefined;
}

/** Every function of it fails so. */
const failing = (error: () => Error): never => new Proxy({}, { get: () => () => Promise.reject(error()) }) as never;
const failed = (temporal: () => Error, ledger: () => Error): Partial<AppDeps> => ({
  submit: failing(temporal),
  invoices: failing(temporal),
  pingTemporal: () => Promise.reject(temporal()),
  ledger: failing(ledger),
  readMonth: () => Promise.reject(ledger()),
  documents: failing(ledger),
  reports: failing(ledger),
  deliveries: failing(ledger),
});
const stopped = (): never => {
  throw new Error('broken');
};
const brokenError = () => new Error('broken');
const databaseAway = () => Object.assign(new Error('the database starts'), { code: '57P03' });
const refused = (code: 'no-token' | 'token-claims' | 'issuer-unavailable') => ({
  identify: async () => ({ ok: false, problem: { code } }) as const,
});
const auth = (caller: Caller) => ({ identify: async () => ({ ok: true, value: caller }) as const });
const stranger: Caller = { party: 'annan', unit: 'ingen', roles: [], subject: 's' };
/** Knows the stay, and may do hardly anything. */
const reader: Caller = { party: 'tolkningsinstans', unit: 'reko', roles: ['ledamot'], subject: 's' };

const worlds: Record<string, Scenes> = {
  plain: scenes(),
  noStreams: scenes(() => ({ streamsPerUnit: 0 })),
  counted: scenes(() => ({ requestsPerMinute: 0 })),
  broken: scenes((deps) => ({ ...failed(brokenError, brokenError), clock: { ...deps.clock, now: stopped } })),
  away: scenes(() => failed(() => new TemporalUnavailable(), databaseAway)),
  noToken: scenes(() => ({ auth: refused('no-token') })),
  noClaims: scenes(() => ({ auth: refused('token-claims') })),
  noIssuer: scenes(() => ({ auth: refused('issuer-unavailable') })),
  stranger: scenes(() => ({ auth: auth(stranger) })),
  reader: scenes(() => ({ auth: auth(reader) })),
};

const actions: ReadonlySet<string> = new Set(ACTION_NAMES);
const CHOSEN: ReadonlySet<string> = new Set(['bedom-behov', 'kommentera', 'skriv-ut', 'ratta-uppgift']);
/** What the machine itself must be in want of. */
const RARE: ReadonlySet<string> = new Set(['healthz 503']);

let operations: Operation[];
beforeAll(async () => {
  operations = operationsOf(await readDocument());
});
afterAll(async () => {
  for (const world of Object.values(worlds)) await world.close();
});

/** The request of the documentation, and everything that can be wrong with it. */
function requestsOf(operation: Operation): [world: string, asked: Asked][] {
  const [body] = bodiesOf(operation);
  const good = exampleRequest(operation, 'application/json', body) as Asked;
  const json = { 'content-type': 'application/json' };
  const asked: [string, Asked][] = [
    ['plain', good],
    ['plain', good],
    ['plain', { ...good, headers: { 'if-none-match': '*' } }],
    ['counted', good],
    ['broken', good],
    ['away', good],
    ['noToken', good],
    ['noClaims', good],
    ['noIssuer', good],
    ['stranger', good],
    ['reader', good],
    ['plain', { ...good, url: `${good.url}${good.url.includes('?') ? '&' : '?'}finns=inte` }],
    ['plain', { ...good, headers: { 'idempotency-key': 'k'.repeat(129) } }],
    ['noStreams', { ...good, headers: { accept: 'text/event-stream' } }],
    ['plain', { ...good, url: `${good.url}${good.url.includes('?') ? '&' : '?'}after=x` }],
  ];
  for (const { name } of (operation.operation.parameters ?? []).filter((one: Json) => one.in === 'path')) {
    const parameters = operation.operation.parameters.map((one: Json) =>
      one.name === name ? { ...one, example: OTHER[name] ?? 'finns-inte' } : one,
    );
    asked.push(['plain', exampleRequest({ ...operation, operation: { ...operation.operation, parameters } }, '', body) as Asked]);
    const long = operation.operation.parameters.map((one: Json) => (one.name === name ? { ...one, example: 'x'.repeat(1_001) } : one));
    asked.push(['plain', exampleRequest({ ...operation, operation: { ...operation.operation, parameters: long } }, '', body) as Asked]);
  }
  if (body !== undefined) {
    asked.push(['plain', { ...good, headers: json, payload: '{' }]);
    asked.push(['plain', { ...good, headers: { 'content-type': 'text/plain' }, payload: 'x' }]);
    asked.push(['plain', { ...good, headers: json, payload: `"${'x'.repeat(1_100_000)}"` }]);
    asked.push(['plain', { ...good, headers: json, payload: '{"finns":"inte"}' }]);
    const others = { party: 'kommun', unit: '9999', role: 'ekonom' };
    asked.push(['plain', { ...good, payload: { ...(body as object), by: others } }]);
    asked.push(['plain', { ...good, payload: changed(body) as object, headers: { 'idempotency-key': 'k1' } }]);
  }
  return asked;
}

const OTHER: Record<string, string> = {
  month: '2017-03',
  region: 'ingenstans',
  payer: '9999',
  endpoint: 'webhook:finns-inte',
  deliveryId: '18',
  message: '0195518c-6f2e-7a41-9d0b-3f6f3c1f2a02',
};

/** Right, but not the same. */
function changed(body: Json): Json {
  if (typeof body.text === 'string') return { ...body, text: `${body.text} Och mer.` };
  if (body.by !== undefined) return { ...body, by: { ...body.by, name: 'Någon annan' } };
  if (body.watermark !== undefined) return { watermark: '2019-03-01T09:00:00Z' };
  if (body.csv !== undefined) return { csv: body.csv.replace('10000', '10001') };
  return { ...body, kommun: '0682' };
}

async function seenOf(operation: Operation): Promise<(Seen & { type: string })[]> {
  const seen: (Seen & { type: string })[] = [];
  const apps = new Map<string, FastifyInstance>();
  for (const [world, asked] of requestsOf(operation)) {
    // Where nobody gets as far as the month, any service will do.
    const isOwn =
      world === 'plain' || operation.operationId === 'renewFeed' || (world === 'reader' && operation.path.startsWith('/v1/stays'));
    const [id, path] = isOwn ? [operation.operationId, operation.path] : ['readClock', '/v1/clock'];
    const app = apps.get(world) ?? (await (worlds[world] as Scenes).of(id, path)).app;
    apps.set(world, app);
    // What comes with the key again is something else.
    if (asked.headers?.['idempotency-key'] === 'k1') await app.inject({ ...asked, payload: bodiesOf(operation)[0] as object });
    const answer = await app.inject(asked);
    const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    seen.push({ status: answer.statusCode, code: type === 'application/problem+json' ? answer.json().code : undefined, type });
    if (asked.headers?.['if-none-match'] !== undefined && answer.headers.etag !== undefined) {
      const again = await app.inject({ ...asked, headers: { 'if-none-match': String(answer.headers.etag) } });
      seen.push({ status: again.statusCode, code: undefined, type: '' });
    }
  }
  return seen;
}

describe('every route answers as documented, whatever is asked', () => {
  test('no status, no kind of answer and no code is left out, and no status is there for nothing', async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const { responses } = operation.operation;
      // The actions' routes are one loop: some of them stand for all.
      if (actions.has(operation.operationId) && !CHOSEN.has(operation.operationId)) continue;
      const seen = await seenOf(operation);
      for (const { status, code, type } of seen) {
        const media = responses[String(status)]?.content ?? {};
        if (responses[String(status)] === undefined) wrong.push(`${operation.operationId}: ${status} ${code ?? ''} is not documented`);
        else if (type !== '' && media[type] === undefined) wrong.push(`${operation.operationId}: ${status} as ${type} is not documented`);
        else if (code !== undefined && media[type].examples[code] === undefined)
          wrong.push(`${operation.operationId}: ${status} ${code} is not documented`);
      }
      const had = new Set(seen.map(({ status }) => String(status)));
      for (const status of Object.keys(responses))
        if (!had.has(status) && !RARE.has(`${operation.operationId} ${status}`))
          wrong.push(`${operation.operationId}: ${status} never comes`);
    }
    expect([...new Set(wrong)]).toEqual([]);
  }, 120_000);
});
