/** What a month is reckoned from, through the HTTP door: reckoned anew from it, it comes to the same. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Episode } from '../../src/domain/billing/episode.js';
import { computeMonth } from '../../src/domain/billing/month.js';
import { DAY, HOUR } from '../../src/domain/calendar.js';
import { readEpisodeLines } from '../../src/doors/jsonl/episode-lines.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { memoryService } from './memory-service.js';

const APRIL_2 = Date.parse('2019-04-02T12:00:00+02:00');
const APRIL_13 = Date.parse('2019-04-13T05:00:00+02:00');
const MONTH = { region: 'jonkoping', month: '2019-03' };
const BASE = '/v1/billing/jonkoping/2019-03';

let billing: FakeBilling;
let app: FastifyInstance;
const stays = [
  plainStay('s1', '0680', '2019-03-04', 5),
  plainStay('s2', '0680', '2019-03-05', 9),
  plainStay('s3', '0682', '2019-03-06', 3, { svplKallelseAt: null }),
  plainStay('s4', null, '2019-03-06', 3),
  plainStay('s5', '0580', '2019-03-07', 6),
  plainStay('s6', '0680', '2019-04-02', 1),
];

beforeEach(async () => {
  billing = fakeBillingLedger({ until: 0, episodes: stays });
  app = await memoryService(APRIL_13 + HOUR, billing).app();
});
afterEach(() => app.close());

const lines = async (query = ''): Promise<Episode[]> => {
  const answer = await app.inject(`${BASE}/episodes.jsonl${query}`);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
  const read = readEpisodeLines(answer.rawPayload);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read.episodes;
};
const rules = async (path = BASE) => (await app.inject(`${path}/rules`)).json();

describe("a month's episodes", () => {
  test('are one to a line, of the month alone, as the ledger has them', async () => {
    expect(await lines()).toEqual(stays.slice(0, 5));
  });

  test('reckoned anew under the rules that go with them they come to what the month says', async () => {
    const { agreement, fallback, vardpriser } = await rules();
    const month = (await app.inject(BASE)).json();
    const result = computeMonth({ agreement, fallback, vardpriser, month: '2019-03', episodes: await lines() });
    expect(result.kommuner).toEqual(month.kommuner);
    expect(result.andraRegioner?.kommuner).toEqual(month.andraRegioner.kommuner);
    expect(result.amountOre).toBe(month.amountOre);
  });

  test('are pages put together, however many there are', async () => {
    for (let n = 0; n < 1_203; n++) billing.episodes.set(`x${n}`, plainStay(`x${n}`, '0680', '2019-03-04', 1));
    expect(await lines()).toHaveLength(1_208);
  });

  test('carry what an objection decided, which no fact tells', async () => {
    const by = { party: 'kommun', unit: '0680', role: 'ekonom' } as const;
    const objection = { ...MONTH, payer: '0680', objectionId: 'o1' };
    await billing.sendBasis(MONTH, APRIL_2 - DAY);
    await billing.addObjection({ ...objection, stayId: 's2', code: 'kallelse-saknas', text: 'Ingen kallelse', by, at: APRIL_2 });
    await billing.answerObjection({ ...objection, accepted: true, text: 'Det stämmer', by, at: APRIL_2 + HOUR });
    expect((await lines()).map(({ stayId, excluded }) => [stayId, excluded])).toContainEqual(['s2', 'svpl-kallelse-saknas']);
  });

  test('of a frozen month are as they are now, or as they were frozen', async () => {
    await billing.sendBasis(MONTH, APRIL_2 - DAY);
    await billing.freezeMonth(MONTH, APRIL_13);
    billing.episodes.set('s1', plainStay('s1', '0680', '2019-03-04', 7));
    expect((await lines()).find(({ stayId }) => stayId === 's1')).toEqual(plainStay('s1', '0680', '2019-03-04', 7));
    expect(await lines('?as=frozen')).toEqual(stays.slice(0, 5));
  });

  test.each([
    ['/v1/billing/jonkoping/2019-13/episodes.jsonl', 404, 'no-such-month'],
    ['/v1/billing/blekinge/2019-03/episodes.jsonl', 404, 'no-such-month'],
    ['/v1/billing/blekinge/2019-03/rules', 404, 'no-such-month'],
    ['/v1/billing/jonkoping/1980-12/rules', 404, 'no-such-month'],
    [`${BASE}/episodes.jsonl?as=then`, 422, 'ogiltig-data'],
  ])('%s is %i', async (path, status, code) => {
    const answer = await app.inject(path);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});

describe('the rules of a month', () => {
  test('are those in force, with all that is needed to reckon by them', async () => {
    expect(await rules()).toMatchObject({
      ...MONTH,
      state: 'lopande',
      frozenAt: null,
      agreement: { id: 'jonkoping-2018' },
      fallback: { id: 'lag-2017-612' },
      vardpriser: { '2019': 780_000 },
    });
  });

  test('say since when they are frozen', async () => {
    await billing.sendBasis(MONTH, APRIL_2 - DAY);
    await billing.freezeMonth(MONTH, APRIL_13);
    expect(await rules()).toMatchObject({ state: 'last', frozenAt: '2019-04-13T03:00:00Z', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
