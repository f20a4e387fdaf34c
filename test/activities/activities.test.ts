import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caughtUpActivity } from '../../activities/caught-up.js';
import { type ActivityDeps, createActivities } from '../../activities/index.js';
import { monthReader } from '../../activities/read-month.js';
import { settledActivity } from '../../activities/settled.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { ADMITTED, admission, numbered, rules, story, t } from '../ledger/sample.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const agreements = loadAgreements();
if (!agreements.ok) throw new Error('the shipped agreements cannot be read');
const region = 'jonkoping';
const month = { region, month: '2019-03' };

let ledger: Ledger;
let now = t('2019-04-01T03:00:00Z');
const dataDir = mkdtempSync(join(tmpdir(), 'hemgang-activities-'));
const deps = (over: Partial<ActivityDeps> = {}): ActivityDeps => ({
  ledger,
  agreements,
  dataDir,
  clock: { now: () => now },
  log: silent,
  ...over,
});
const run = <A extends unknown[], R>(activity: (...args: A) => Promise<R>, ...args: A): Promise<R> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(activity, ...args);

beforeAll(async () => {
  ledger = await openLedger({});
});
afterAll(async () => {
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('record', () => {
  test('run again it changes nothing', async () => {
    const { record } = createActivities(deps());
    const batch = { stayId: 's1', region, rules: rules(), events: numbered(story()) };
    expect(await run(record, batch)).toEqual({ appended: 6, seq: 6 });
    expect(await run(record, batch)).toEqual({ appended: 0, seq: 6 });
  });

  test('a gap fails for good, with a stable type, in Swedish and without identity', async () => {
    const { record } = createActivities(deps());
    const batch = { stayId: 's2', region, rules: rules(), events: numbered(story()).slice(1) };
    await expect(run(record, batch)).rejects.toMatchObject({
      type: 'lucka-i-handelser',
      nonRetryable: true,
      message: 'Liggaren väntar händelse 1 men fick 2.',
    });
  });

  test('a database that is away is tried again, and its own words are not passed on', async () => {
    const away = {
      ...ledger,
      record: () => Promise.reject(Object.assign(new Error('Key (personnummer)=(189001019802)'), { code: '57P01' })),
    };
    const failure = run(createActivities(deps({ ledger: away })).record, { stayId: 's3', region, events: numbered(story()) });
    await expect(failure).rejects.toMatchObject({ type: 'liggaren-svarar-inte', nonRetryable: false });
    await expect(failure).rejects.not.toThrow('1890');
  });

  test('what no database can keep fails for good', async () => {
    const bad = { ...ledger, record: () => Promise.reject(Object.assign(new Error('x'), { code: '22P05' })) };
    await expect(
      run(createActivities(deps({ ledger: bad })).record, { stayId: 's4', region, events: numbered(story()) }),
    ).rejects.toMatchObject({
      type: 'felaktiga-data',
      nonRetryable: true,
    });
  });
});

test('notify puts notices into the inbox of the unit, once', async () => {
  const { notify } = createActivities(deps());
  const to = { party: 'kommun', unit: '0680' } as const;
  const request = {
    stayId: 's1',
    region,
    to,
    notices: [
      {
        noticeId: 's1#3/kommun/0680',
        to,
        type: 'skicka-inskrivningsmeddelande',
        stayId: 's1',
        occurredAt: ADMITTED,
        text: 'Inskrivningsmeddelande.',
      },
    ],
  };
  expect(await run(notify, request)).toEqual({ delivered: 1 });
  expect(await run(notify, request)).toEqual({ delivered: 0 });
  expect((await ledger.inbox({ unit: '0680' }))?.items.map((n) => n.noticeId)).toEqual(['s1#3/kommun/0680']);
});

describe('settled', () => {
  const until = 1_000;
  test('is answered at once when no feed is played', async () => {
    expect(await run(createActivities(deps()).settled, { until })).toBe(until);
  });

  test('waits for the feed, and says how far it has come', async () => {
    await ledger.renewFeed({ feedId: 'f', watermark: 500, realNow: Date.now() });
    const asked = run(createActivities(deps()).settled, { until });
    setTimeout(() => void ledger.renewFeed({ feedId: 'f', watermark: 1_200, realNow: Date.now() }), 150);
    expect(await asked).toBe(1_200);
  });

  test('gives up after a while, with how far it came', async () => {
    await ledger.renewFeed({ feedId: 'f', watermark: 700, realNow: Date.now() });
    expect(await run(settledActivity({ ledger, log: silent, giveUpAfterMs: 300 }), { until })).toBe(700);
    await ledger.renewFeed({ feedId: 'f', watermark: null, realNow: Date.now() });
  });

  test('many that ask at the same time share one look', async () => {
    let looks = 0;
    const counted = { watermark: () => Promise.resolve(++looks < 3 ? 0 : null) };
    const settled = settledActivity({ ledger: counted, log: silent });
    expect(await Promise.all(Array.from({ length: 50 }, () => run(settled, { until })))).toEqual(Array(50).fill(until));
    expect(looks).toBe(3);
  });

  test('a worker that stops does not wait for it', async () => {
    const env = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const asked = env.run(settledActivity({ ledger: { watermark: async () => 3 }, log: silent }), { until });
    setTimeout(() => env.cancel(), 50);
    expect(await asked).toBe(3);
  });
});

describe('a month', () => {
  const read = () => monthReader(deps())(region, '2019-03');
  beforeAll(async () => {
    // s1 has five days and is recorded above; one more of a day, in another kommun.
    await ledger.record({ stayId: 's5', region, rules: rules(), events: numbered(story({ kommun: '0682' })) });
  });

  test('is shown as it stands while it runs', async () => {
    now = t('2019-03-20T00:00:00Z');
    const totals = await run(createActivities(deps()).computeMonth, month);
    expect(totals).toMatchObject({ region, month: '2019-03', agreement: 'jonkoping-2018', stays: 2, vardprisOre: 780_000 });
    expect(totals.kommuner).toHaveLength(13);
    expect(await read()).toMatchObject({ state: 'lopande', agreement: 'jonkoping-2018', objections: [] });
    expect(await monthReader(deps())('ingenstans', '2019-03')).toBeUndefined();
  });

  test('is not frozen before it is over', async () => {
    now = t('2019-03-31T21:59:59Z');
    await expect(run(createActivities(deps()).freezeMonth, month)).rejects.toMatchObject({ type: 'manaden-pagar', nonRetryable: true });
    await expect(run(createActivities(deps()).writeBasis, month)).rejects.toMatchObject({ type: 'manaden-inte-last' });
  });

  test('is frozen once and written once: again, and later, the same bytes', async () => {
    now = t('2019-03-31T22:00:00Z');
    const activities = createActivities(deps());
    const frozen = await run(activities.freezeMonth, month);
    expect(frozen).toMatchObject({ state: 'last', fresh: true, stays: 2, frozenAt: now });
    const written = await run(activities.writeBasis, month);
    expect(written.folder).toBe(join(dataDir, 'billing', region, '2019-03'));
    const bytes = () =>
      readdirSync(written.folder)
        .sort()
        .map((name) => [name, readFileSync(join(written.folder, name), 'utf8')]);
    const before = bytes();
    expect(before).toHaveLength(2 + 13 * 2);

    now = t('2020-04-01T00:00:00Z');
    await ledger.record({ stayId: 'late', region, rules: rules(), events: numbered(story()) });
    expect(await run(activities.freezeMonth, month)).toEqual({ ...frozen, fresh: false });
    expect(await run(activities.writeBasis, month)).toEqual(written);
    expect(bytes()).toEqual(before);
    expect(statSync(join(written.folder, 'underlag.json')).size).toBeGreaterThan(1_000);
    expect(await read()).toMatchObject({ state: 'last', hash: frozen.hash, amountOre: frozen.amountOre });
  });

  test('each kommun has its own part, and only that', () => {
    const folder = join(dataDir, 'billing', region, '2019-03');
    const own = readFileSync(join(folder, '0680.csv'), 'utf8');
    expect(own.split('\r\n')[0]).toMatch(/^\ufeffKommunkod;Kommun;Rad;Vårdtillfälle;/);
    expect(
      own
        .split('\r\n')
        .slice(1, -1)
        .map((row) => row.split(';').slice(0, 4).join(';')),
    ).toEqual(['0680;Jönköping;vårdtillfälle;s1', '0680;Jönköping;summa;']);
    expect(own).toContain('2019-03-10 13.00');
    const json = JSON.parse(readFileSync(join(folder, '0682.json'), 'utf8'));
    expect(json).toMatchObject({
      month: '2019-03',
      kommun: { payer: '0682', stays: 1 },
      stays: [{ stayId: 's5' }],
      episodes: [{ stayId: 's5' }],
    });
    // A kommun with nothing to pay has its basis too.
    expect(JSON.parse(readFileSync(join(folder, '0604.json'), 'utf8'))).toMatchObject({
      kommun: { payer: '0604', stays: 0, amountOre: 0 },
    });
    expect(readFileSync(join(folder, 'underlag.json'), 'utf8') + own).not.toMatch(/1890|Testsson/);
  });

  test('without a vårdpris it is not frozen, and says which year', async () => {
    now = t('2019-05-01T00:00:00Z');
    const without = createActivities(deps({ agreements: { ...agreements, vardpriser: {} } }));
    await expect(run(without.freezeMonth, { region, month: '2019-04' })).rejects.toMatchObject({
      type: 'vardpris-saknas',
      nonRetryable: true,
      message: 'Vårdpriset för 2019 saknas.',
    });
    expect(await ledger.readMonth({ region, month: '2019-04' })).toBeUndefined();
  });
});

describe('caughtUp', () => {
  test('waits until every open stay has said that the ledger has all of it, and asks none again that has', async () => {
    const behind = new Map([
      ['a', 2],
      ['b', 0],
      ['c', 1],
    ]);
    const asked: string[] = [];
    const caughtUp = caughtUpActivity({
      ledger: { openStays: async () => [...behind.keys()] },
      log: silent,
      unrecorded: async (_region, stayId) => {
        asked.push(stayId);
        const left = behind.get(stayId) ?? 0;
        behind.set(stayId, Math.max(0, left - 1));
        return left;
      },
    });
    expect(await run(caughtUp, { region })).toBe(3);
    expect(asked.sort()).toEqual(['a', 'a', 'a', 'b', 'c', 'c']);
  });

  test('a stay that never answers is named in the log, and does not hold up the month for ever', async () => {
    const errors: object[] = [];
    const caughtUp = caughtUpActivity({
      ledger: { openStays: async () => ['a', 'broken'] },
      log: { ...silent, error: (fields) => errors.push(fields) },
      unrecorded: async (_region, stayId) => (stayId === 'broken' ? 'silent' : 0),
      giveUpAfterMs: 600,
    });
    expect(await run(caughtUp, { region })).toBe(2);
    expect(errors).toEqual([{ region, stays: ['broken'], count: 1 }]);
  });

  test('a stay that nothing is recorded of yet is waited for, an ended one is not', async () => {
    const stays = await openLedger({});
    await stays.claimStay('not-recorded', admission());
    await stays.record({ stayId: 'open', region, rules: rules(), events: numbered(story()) });
    expect(await stays.openStays(region)).toEqual(['not-recorded', 'open']);
    expect(await stays.openStays('vastmanland')).toEqual([]);
    await stays.close();
  });
});
