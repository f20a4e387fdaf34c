/** A month's cycle through the HTTP door: what is read, what is taken, and what is refused with which code. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OBJECTION_CODES } from '../../src/domain/billing/objections.js';
import { DAY } from '../../src/domain/calendar.js';
import { TemporalUnavailable } from '../../src/doors/gateway.js';
import { CYCLE_EXAMPLES } from '../../src/doors/http/examples.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { type MemoryService, memoryService } from './memory-service.js';

const APRIL_2 = Date.parse('2019-04-02T12:00:00+02:00');
const MONTH = { region: 'jonkoping', month: '2019-03' };
const BASE = '/v1/billing/jonkoping/2019-03';
const OWN = `${BASE}/0680`;

let service: MemoryService;
let billing: FakeBilling;
let app: FastifyInstance;

beforeEach(async () => {
  billing = fakeBillingLedger({
    until: 0,
    episodes: [
      plainStay('s1', '0680', '2019-03-04', 5),
      plainStay('s2', '0680', '2019-03-05', 9),
      plainStay('s3', '0682', '2019-03-06', 3, { svplKallelseAt: null }),
      plainStay('s4', null, '2019-03-06', 3),
      plainStay('s5', '0580', '2019-03-07', 6),
    ],
  });
  service = memoryService(APRIL_2, billing);
  app = await service.app();
});
afterEach(() => app.close());

const post = async (path: string, body: unknown = {}, headers: Record<string, string> = {}) => {
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
};
const get = async (path: string) => (await app.inject(path)).json();
const objection = { stayId: 's1', code: 'kallelse-saknas', text: 'Vi har inte fått någon kallelse.' };
const sent = () => billing.sendBasis(MONTH, APRIL_2 - DAY);

describe('the month', () => {
  test('is read whole: sums, what is out, what is paid for by itself, those of other regions, those whom nobody pays', async () => {
    const month = await get(BASE);
    expect(month).toMatchObject({
      ...MONTH,
      state: 'lopande',
      agreement: 'jonkoping-2018',
      vardprisOre: 780_000,
      hash: null,
      frozenAt: null,
    });
    expect(month.kommuner).toHaveLength(13);
    expect(month.kommuner.find(({ payer }: { payer: string }) => payer === '0680')).toEqual({
      payer: '0680',
      stays: 2,
      excluded: [],
      averageStays: 1,
      averageDaysTotal: 5,
      threshold: '2.0',
      average: '5.0',
      averageBillableDays: '3.0',
      averageAmountOre: 2_340_000,
      individual: [{ stayId: 's2', days: 9, billableDays: 6, amountOre: 4_680_000 }],
      individualAmountOre: 4_680_000,
      amountOre: 7_020_000,
    });
    expect(month.kommuner.find(({ payer }: { payer: string }) => payer === '0682').excluded).toEqual([
      { stayId: 's3', reason: 'svpl-kallelse-saknas' },
    ]);
    expect(month.andraRegioner).toMatchObject({ agreement: 'lag-2017-612', kommuner: [{ payer: '0580', stays: 1 }] });
    expect(month.utanBetalare).toEqual([{ stayId: 's4', days: 3 }]);
  });

  test("one kommun's own part holds nothing of the others", async () => {
    await sent();
    await post(`${BASE}/0682/objections`, { stayId: 's3', code: 'annat', text: 'Fel.' });
    const own = await get(`${BASE}?payer=0680`);
    expect(own).toMatchObject({ state: 'preliminar', amountOre: 7_020_000, objections: [], andraRegioner: null });
    expect(own.kommuner.map(({ payer }: { payer: string }) => payer)).toEqual(['0680']);
    expect(own.sent).toEqual([{ no: 1, at: '2019-04-01T10:00:00Z', objectUntil: '2019-04-12T22:00:00Z', changed: 2 }]);
    expect(own.invoicing).toEqual({ held: null, approved: null });
    expect(JSON.stringify(own)).not.toMatch(/s3|s4|s5|0682|0580/);
  });

  test('frozen and invoiced it has its hash, its invoices and the addresses of its documents', async () => {
    await sent();
    await billing.freezeMonth(MONTH, APRIL_2);
    await billing.settle({ ...MONTH, payer: '0680' }, APRIL_2);
    await billing.saveDocument({ ...MONTH, payer: '0680', n: 1, kind: 'underlag.pdf', bytes: Buffer.from('x'), at: APRIL_2 });
    await billing.saveDocument({ ...MONTH, payer: '0680', n: 2, kind: 'faktura.xml', bytes: Buffer.from('x'), at: APRIL_2 });
    const month = await get(BASE);
    expect(month).toMatchObject({ state: 'last', hash: expect.stringMatching(/^[0-9a-f]{64}$/), frozenAt: '2019-04-02T10:00:00Z' });
    expect(month.invoices).toMatchObject([{ number: 'jonkoping-2019-03-0680-1', kind: 'faktura', amountOre: 7_020_000, refersTo: null }]);
    expect(month.documents.map(({ href }: { href: string }) => href)).toEqual([`${OWN}/basis.pdf`, `${OWN}/invoice.xml?n=2`]);
  });

  test.each([
    [`/v1/billing/jonkoping/2019-13`, 404, 'no-such-month'],
    [`/v1/billing/ingenstans/2019-03`, 404, 'no-such-month'],
    [`${BASE}?payer=9999`, 404, 'no-such-month'],
    [`${BASE}?payer=abc`, 422, 'ogiltig-data'],
    [`${BASE}?kommun=0680`, 422, 'ogiltig-data'],
  ])('%s is %i %s', async (path, status, code) => {
    const answer = await app.inject(path);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});

describe('an objection', () => {
  test.each(OBJECTION_CODES)('with the code %s is taken', async (code) => {
    await sent();
    expect(await post(`${OWN}/objections`, { ...objection, code })).toMatchObject({ status: 201, body: { code, state: 'obesvarad' } });
  });

  test('goes from the kommun to the region to REKO, and everybody sees it', async () => {
    await sent();
    const made = await post(`${OWN}/objections`, { ...objection, objectionId: 'inv-1' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        objectionId: 'inv-1',
        state: 'obesvarad',
        inTime: true,
        by: { party: 'kommun', unit: '0680', role: 'ekonom' },
        at: '2019-04-02T10:00:00Z',
        answerDueAt: '2019-04-12T22:00:00Z',
      },
    });
    expect(made.headers['location']).toBe(`${OWN}/objections/inv-1`);
    const one = `${OWN}/objections/inv-1`;
    expect(await post(`${one}/answer`, { accepted: false, text: 'Kallelsen sändes den 6 mars.' })).toMatchObject({
      status: 200,
      body: {
        state: 'avvisad',
        disputeUntil: '2019-04-12T22:00:00Z',
        answer: { by: { party: 'region', unit: 'jonkoping', role: 'ekonom' } },
      },
    });
    expect(await post(`${one}/dispute`, { text: 'Den gällde någon annan.' })).toMatchObject({ status: 200, body: { state: 'bestridd' } });
    expect(await post(`${one}/decision`, { accepted: true, text: 'Kommunen har rätt.' })).toMatchObject({
      status: 200,
      body: { state: 'bifallen', decision: { by: { party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' } } },
    });
    expect((await get(`${OWN}/objections`)).items).toMatchObject([{ objectionId: 'inv-1', state: 'bifallen' }]);
    expect((await get(BASE)).objections).toHaveLength(1);
  });

  test('is made once for each Idempotency-Key of a kommun, whatever the key looks like', async () => {
    await sent();
    const key = { 'idempotency-key': 'ekonomi 7/2019 #1' };
    const first = await post(`${OWN}/objections`, objection, key);
    const again = await post(`${OWN}/objections`, objection, key);
    expect([first.status, again.body]).toEqual([201, first.body]);
    expect((await get(`${OWN}/objections`)).items).toHaveLength(1);
    const other = await post(`${BASE}/0682/objections`, { ...objection, stayId: 's3' }, key);
    expect(other.status).toBe(201);
    expect(other.body.objectionId).not.toBe(first.body.objectionId);
  });

  test('is answered by nobody but its party: 403', async () => {
    await sent();
    const by = { party: 'kommun', unit: '0682', role: 'ekonom' };
    expect(await post(`${OWN}/objections`, { ...objection, by })).toMatchObject({ status: 403, body: { code: 'fel-enhet' } });
    await post(`${OWN}/objections`, { ...objection, objectionId: 'inv-1' });
    for (const [what, wrong] of [
      ['answer', { party: 'kommun', unit: '0680' }],
      ['answer', { party: 'region', unit: 'vastmanland' }],
      ['decision', { party: 'region', unit: 'jonkoping' }],
    ] as const) {
      const answer = await post(`${OWN}/objections/inv-1/${what}`, { accepted: true, text: 'x', by: wrong });
      expect([answer.status, answer.body.code], what).toEqual([403, 'fel-enhet']);
    }
    expect(await post(`${OWN}/hold`, { text: 'x', by: { party: 'kommun', unit: '0680' } })).toMatchObject({ status: 403 });
  });

  test('is refused with the code that says why', async () => {
    expect(await post(`${OWN}/objections`, objection)).toMatchObject({ status: 409, body: { code: 'manaden-inte-sand' } });
    await sent();
    expect(await post(`${OWN}/objections`, { ...objection, stayId: 's3' })).toMatchObject({
      status: 409,
      body: { code: 'vardtillfallet-ej-i-underlaget', title: 'Vårdtillfället finns inte i kommunens underlag.' },
    });
    await post(`${OWN}/objections`, { ...objection, objectionId: 'inv-1' });
    const one = `${OWN}/objections/inv-1`;
    expect(await post(`${OWN}/objections`, objection)).toMatchObject({ status: 409, body: { code: 'invandning-finns' } });
    expect(await post(`${OWN}/objections/finns-inte/answer`, CYCLE_EXAMPLES.answer)).toMatchObject({
      status: 404,
      body: { code: 'okand-invandning' },
    });
    expect(await post(`${one}/dispute`, { text: 'x' })).toMatchObject({ status: 409, body: { code: 'inte-avvisad' } });
    expect(await post(`${one}/answer`, { accepted: true, rattad: true, text: 'x' })).toMatchObject({ body: { code: 'inte-rattad' } });
    await post(`${one}/answer`, { accepted: true, text: 'x' });
    expect(await post(`${one}/answer`, { accepted: false, text: 'x' })).toMatchObject({ status: 409, body: { code: 'redan-besvarad' } });
  });

  test.each([
    [{ ...objection, code: 'vet-inte' }, 'code'],
    [{ ...objection, text: '' }, 'text'],
    [{ stayId: 's1', code: 'annat' }, 'text'],
    [{ ...objection, stayId: 'vård/1' }, 'stayId'],
    [{ ...objection, objectionId: '..' }, 'objectionId'],
    [{ ...objection, personnummer: 'x' }, 'personnummer'],
    [{ ...objection, by: { party: 'granne', unit: '0680' } }, 'by.party'],
    [{ ...objection, text: 'a\u0000b' }, 'text'],
  ])('%j is 422 and names %s', async (body, path) => {
    const answer = await post(`${OWN}/objections`, body);
    expect([answer.status, answer.body.errors.map((error: { path: string }) => error.path)]).toEqual([422, [path]]);
  });

  test('a month or a payer that is not there is 404 before the body is judged', async () => {
    for (const [path, code] of [
      ['/v1/billing/jonkoping/2019-13/0680/objections', 'no-such-month'],
      ['/v1/billing/ingenstans/2019-03/0680/hold', 'no-such-month'],
      [`${BASE}/9999/objections`, 'no-such-payer'],
    ] as const)
      expect(await post(path, 'inte ett objekt'), path).toMatchObject({ status: 404, body: { code } });
    expect(
      (await app.inject({ method: 'POST', url: `${OWN}/objections`, headers: { 'content-type': 'application/json' }, payload: '{' }))
        .statusCode,
    ).toBe(400);
  });

  test('is 503 while whoever carries it cannot be reached', async () => {
    const away = await service.app({
      invoices: { ...billing.gateway(() => APRIL_2), object: () => Promise.reject(new TemporalUnavailable()) },
    });
    const answer = await away.inject({
      method: 'POST',
      url: `${OWN}/objections`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(objection),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'temporal-unavailable']);
    await away.close();
  });
});

describe("a kommun's invoice", () => {
  test('is held, released and approved', async () => {
    expect(await post(`${OWN}/hold`, CYCLE_EXAMPLES.hold)).toMatchObject({
      status: 200,
      body: { held: { text: CYCLE_EXAMPLES.hold['text'], by: { party: 'region', unit: 'jonkoping' } }, approved: null },
    });
    expect((await get(`${BASE}?payer=0680`)).invoicing.held).not.toBeNull();
    expect(await post(`${OWN}/release`)).toMatchObject({ status: 200, body: { held: null } });
    expect(await post(`${OWN}/approve`)).toMatchObject({ status: 200, body: { approved: { by: { party: 'region' } } } });
    expect(await post(`${OWN}/hold`)).toMatchObject({ status: 422, body: { errors: [{ path: 'text', message: 'missing' }] } });
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'ekonomi 1' };

  test('a hold that is sent again after the release holds nothing', async () => {
    const held = await post(`${OWN}/hold`, CYCLE_EXAMPLES.hold, key);
    expect((await post(`${OWN}/release`)).body.held).toBeNull();
    expect(await post(`${OWN}/hold`, CYCLE_EXAMPLES.hold, key)).toMatchObject({ status: 200, body: held.body });
    expect((await get(`${BASE}?payer=0680`)).invoicing.held).toBeNull();
    expect(await post(`${OWN}/hold`, { text: 'Annat' }, key)).toMatchObject({ status: 409, body: { code: 'id-anvant' } });
    // It belongs to what it was used on.
    expect(await post(`${BASE}/0682/hold`, { text: 'Annat' }, key)).toMatchObject({ status: 200 });
  });

  test('an approval that is sent again is answered as the first time', async () => {
    const first = await post(`${OWN}/approve`, CYCLE_EXAMPLES.approve, key);
    service.now += 60_000;
    expect((await post(`${OWN}/approve`, CYCLE_EXAMPLES.approve, key)).body).toEqual(first.body);
    const by = { party: 'region', unit: 'jonkoping', role: 'ekonom', name: 'Någon annan' };
    expect(await post(`${OWN}/approve`, { by }, key)).toMatchObject({ status: 409, body: { code: 'id-anvant' } });
  });

  test('an answer, a dispute and a decision: the same again is answered, other content is refused', async () => {
    await sent();
    const one = `${OWN}/objections/inv-1`;
    await post(`${OWN}/objections`, { ...objection, objectionId: 'inv-1' });
    for (const [what, body] of [
      ['answer', { accepted: false, text: 'Nej.' }],
      ['dispute', { text: 'Jo.' }],
      ['decision', { accepted: true, text: 'Jo.' }],
    ] as const) {
      const first = await post(`${one}/${what}`, body, key);
      expect(first.status, what).toBe(200);
      expect(await post(`${one}/${what}`, body, key)).toMatchObject({ status: 200, body: first.body });
      expect(await post(`${one}/${what}`, { ...body, text: 'Annat' }, key)).toMatchObject({ status: 409, body: { code: 'id-anvant' } });
    }
  });

  test('an objection with the key of another is refused', async () => {
    await sent();
    await post(`${OWN}/objections`, objection, key);
    expect(await post(`${OWN}/objections`, { ...objection, text: 'Annat' }, key)).toMatchObject({
      status: 409,
      body: { code: 'id-anvant' },
    });
  });

  test('what was wrong takes no key', async () => {
    expect((await post(`${OWN}/hold`, { text: '' }, key)).status).toBe(422);
    expect((await post(`${OWN}/hold`, CYCLE_EXAMPLES.hold, key)).status).toBe(200);
  });
});

test('the notices of a month have no stay, and say where the rest is read', async () => {
  service.inbox.push({
    noticeId: 'jonkoping-2019-03-0680~underlag-1~underlag-preliminart~0680',
    to: { party: 'kommun', unit: '0680' },
    type: 'underlag-preliminart',
    stayId: null,
    reference: `${BASE}?payer=0680`,
    occurredAt: APRIL_2,
    text: 'Preliminärt underlag.',
  } as never);
  const [notice] = (await get('/v1/units/0680/notices')).items;
  expect(notice).toMatchObject({ type: 'underlag-preliminart', reference: `${BASE}?payer=0680` });
  expect(notice).not.toHaveProperty('stayId');
});
