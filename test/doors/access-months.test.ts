/** Months, objections and the board by who calls: each sees and does its own, and what it was shown is noted. */
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import type { AccessLog } from '../../src/doors/access/access-log.js';
import { tokenAuth } from '../../src/doors/access/tokens.js';
import { PEOPLE, type Person } from './access-scene.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { AUDIENCE, startIssuer, type TestIssuer } from './issuer.js';
import { memoryService } from './memory-service.js';

const APRIL_2 = Date.parse('2019-04-02T12:00:00+02:00');
const MONTH = { region: 'jonkoping', month: '2019-03' };
const BASE = '/v1/billing/jonkoping/2019-03';
const OWN = `${BASE}/0680`;

let issuer: TestIssuer;
let billing: FakeBilling;
let app: FastifyInstance;
let noted: [operation: string, outcome: string, stays: string][];
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  billing = fakeBillingLedger({
    until: 0,
    episodes: [
      plainStay('s1', '0680', '2019-03-04', 5),
      plainStay('s2', '0680', '2019-03-05', 9),
      plainStay('s3', '0682', '2019-03-06', 3, { svplKallelseAt: null }),
      plainStay('s4', null, '2019-03-06', 3),
    ],
  });
  noted = [];
  const accesses: AccessLog = {
    note: async (_caller, operation, outcome, stayIds) =>
      void (stayIds.length > 0 && noted.push([operation, outcome, [...new Set(stayIds)].sort().join()])),
  };
  app = await memoryService(APRIL_2, billing).app({ auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE }), accesses });
  await billing.sendBasis(MONTH, APRIL_2 - DAY);
});
afterEach(() => app.close());

const ask = async (person: Person, method: 'GET' | 'POST', url: string, payload?: object, headers: object = {}) => {
  const token = await issuer.token({ ...PEOPLE[person], sub: person } as never);
  return app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
};
const objection = { objectionId: 'i-1', stayId: 's1', code: 'kallelse-saknas', text: 'Vi har inte fått någon kallelse.' };
const codeOf = async (...asked: Parameters<typeof ask>) => {
  const answer = await ask(...asked);
  return answer.statusCode < 300 ? answer.statusCode : answer.json().code;
};

test('a kommun that asks for the month gets its own part, and no other', async () => {
  const own = await ask('kommun ekonom', 'GET', BASE);
  expect(own.json().kommuner.map(({ payer }: { payer: string }) => payer)).toEqual(['0680']);
  expect(own.body).not.toMatch(/s3|s4|0682/);
  expect(noted).toEqual([['readMonth', 'seen', 's2']]);
  expect(await codeOf('kommun ekonom', 'GET', `${BASE}?payer=0682`)).toBe('not-allowed');
  const whole = (await ask('region ekonom', 'GET', BASE)).json();
  expect(whole.kommuner).toHaveLength(13);
  expect(noted.at(-1)).toEqual(['readMonth', 'seen', 's2,s3,s4']);
  expect(await codeOf('other region', 'GET', BASE)).toBe('not-allowed');
});

test('and so with its episodes', async () => {
  const ids = async (person: Person) => (await ask(person, 'GET', `${BASE}/episodes.jsonl`)).body.match(/"s\d"/g);
  expect(await ids('kommun ekonom')).toEqual(['"s1"', '"s2"']);
  expect(noted).toEqual([['readEpisodes', 'seen', 's1,s2']]);
  expect(await ids('region ekonom')).toEqual(['"s1"', '"s2"', '"s3"', '"s4"']);
});

describe('an objection', () => {
  test('is the kommun’s ekonom’s to make, the region’s to answer, and is by whoever shows the token', async () => {
    expect(await codeOf('handlaggare', 'POST', `${OWN}/objections`, objection)).toBe('not-allowed');
    const made = await ask('kommun ekonom', 'POST', `${OWN}/objections`, objection);
    expect([made.statusCode, made.json().by]).toEqual([201, { party: 'kommun', unit: '0680', role: 'ekonom' }]);
    expect(noted).toEqual([['objection', 'done', 's1']]);
    const by = { party: 'kommun', unit: '0682', role: 'ekonom' };
    expect(await codeOf('kommun ekonom', 'POST', `${OWN}/objections`, { ...objection, objectionId: 'i-2', by })).toBe('by-disagrees');
    expect(await codeOf('kommun ekonom', 'POST', `${BASE}/0682/objections`, { ...objection, stayId: 's3' })).toBe('not-allowed');
    const answer = { accepted: false, text: 'Kallelsen sändes.' };
    expect(await codeOf('kommun ekonom', 'POST', `${OWN}/objections/i-1/answer`, answer)).toBe('not-allowed');
    expect(await codeOf('processledare', 'POST', `${OWN}/objections/i-1/answer`, answer)).toBe('not-allowed');
    expect(await codeOf('region ekonom', 'POST', `${OWN}/objections/i-1/answer`, answer)).toBe(200);
  });

  test('to a stay that is not the kommun’s is refused as one to a stay that does not exist', async () => {
    const refused = async (stayId: string) =>
      (await ask('kommun ekonom', 'POST', `${OWN}/objections`, { ...objection, stayId })).body.replaceAll(stayId, 'X');
    expect(await refused('s3')).toBe(await refused('finns-inte'));
    expect(noted.map(([operation, outcome]) => [operation, outcome])).toEqual([
      ['objection', 'not-done'],
      ['objection', 'not-done'],
    ]);
  });

  test('is seen by the tolkningsinstans when it is disputed, which then decides', async () => {
    const seen = async () => (await ask('reko', 'GET', `${OWN}/objections`)).json().items.length;
    await ask('kommun ekonom', 'POST', `${OWN}/objections`, objection);
    await ask('region ekonom', 'POST', `${OWN}/objections/i-1/answer`, { accepted: false, text: 'Sändes.' });
    expect(await seen()).toBe(0);
    expect(await codeOf('reko', 'GET', `${OWN}/stays/s1/proof`)).toBe('no-such-stay');
    await ask('kommun ekonom', 'POST', `${OWN}/objections/i-1/dispute`, { text: 'Nej.' });
    expect(await seen()).toBe(1);
    const decision = { accepted: true, text: 'Kommunen får rätt.' };
    expect(await codeOf('region ekonom', 'POST', `${OWN}/objections/i-1/decision`, decision)).toBe('fel-enhet');
    expect(await codeOf('kommun ekonom', 'POST', `${OWN}/objections/i-1/decision`, decision)).toBe('fel-enhet');
    const decided = await ask('reko', 'POST', `${OWN}/objections/i-1/decision`, decision);
    expect(decided.json().decision.by).toEqual({ party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' });
  });
});

describe('the board', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const send = async (person: Person, fields: Record<string, string>) =>
    (await ask(person, 'POST', '/tavla/jonkoping/2019-03/0680', new URLSearchParams(fields).toString() as never, form)).statusCode;

  test('leads each to its own', async () => {
    const home = async (person: Person) => (await ask(person, 'GET', '/tavla')).headers.location;
    expect([await home('region ekonom'), await home('kommun ekonom')]).toEqual(['/tavla/jonkoping', '/tavla/jonkoping/2019-04/0680']);
  });

  test('notes the stays that a page was made from', async () => {
    expect((await ask('kommun ekonom', 'GET', '/tavla/jonkoping/2019-03/0680')).statusCode).toBe(200);
    expect(noted).toEqual([['tavla/:region/:month/:payer', 'seen', 's1,s2']]);
    expect((await ask('kommun ekonom', 'GET', '/tavla/jonkoping/2019-03/0680/s3')).statusCode).toBe(404);
    expect(noted.at(-1)).toEqual(['tavla/:region/:month/:payer/:stayId', 'hidden', 's3']);
    const refused = await ask('kommun ekonom', 'GET', '/tavla/jonkoping/2019-03/0682');
    expect([refused.statusCode, refused.body.includes('Inte för din roll')]).toEqual([403, true]);
  });

  test('takes a form from whose act it is', async () => {
    const invand = { gor: 'invand', objectionId: 'i-9', stayId: 's1', code: 'annat', text: 'Fel.' };
    expect(await send('region ekonom', invand)).toBe(403);
    expect(await send('handlaggare', invand)).toBe(403);
    expect(await send('kommun ekonom', invand)).toBe(303);
    expect(noted.at(-1)).toEqual(['tavla:invand', 'done', 's1']);
    expect(await send('kommun ekonom', { gor: 'svara', objectionId: 'i-9', utfall: 'godta', text: 'Ja.' })).toBe(403);
    expect(await send('region ekonom', { gor: 'svara', objectionId: 'i-9', utfall: 'avvisa', text: 'Nej.' })).toBe(303);
  });
});
