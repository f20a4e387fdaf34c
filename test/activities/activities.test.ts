import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caughtUpActivity } from '../../activities/caught-up.js';
import { type ActivityDeps, createActivities } from '../../activities/index.js';
import { oneAtATime } from '../../activities/one-at-a-time.js';
import { settledActivity } from '../../activities/settled.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { DAY } from '../../src/domain/calendar.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { ADMITTED, admission, numbered, rules, story, t } from '../ledger/sample.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const agreements = loadAgreements();
if (!agreements.ok) throw new Error('the shipped agreements cannot be read');
const region = 'jonkoping';
const month = { region, month: '2019-03' };

let ledger: Ledger;
const now = t('2019-04-01T03:00:00Z');
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
  ledger = await openLedger({ rules: agreements });
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
  const PRELIMINARY = t('2019-04-01T03:00:00Z');
  const FREEZE = t('2019-04-13T03:00:00Z');
  const inbox = async (unit: string) => (await ledger.inbox({ unit }))?.items.filter((notice) => notice.stayId === null) ?? [];
  beforeAll(async () => {
    // s1 has five days and is recorded above; one more like it, in another kommun.
    await ledger.record({ stayId: 's5', region, rules: rules(), events: numbered(story({ kommun: '0682' })) });
  });

  test('is planned by its agreement', async () => {
    expect(await run(createActivities(deps()).planMonth, { ...month, at: PRELIMINARY })).toEqual({
      agreement: 'jonkoping-2018',
      preliminaryAt: PRELIMINARY,
      freezeAt: FREEZE,
      frozenAt: null,
    });
    await expect(run(createActivities(deps()).planMonth, { region: 'ingenstans', month: '1989-01', at: 0 })).rejects.toMatchObject({
      type: 'galler-inte',
      nonRetryable: true,
    });
  });

  test('is neither sent nor frozen before it is over', async () => {
    const at = t('2019-03-31T21:59:59Z');
    for (const step of ['sendBasis', 'freezeMonth'] as const)
      await expect(run(createActivities(deps())[step] as never, { ...month, at } as never), step).rejects.toMatchObject({
        type: 'manaden-pagar',
        nonRetryable: true,
      });
  });

  test('is sent once, and every kommun and the region are told once, whatever is run again', async () => {
    for (const activities of [createActivities(deps()), createActivities(deps())]) {
      for (let times = 0; times < 2; times++)
        expect(await run(activities.sendBasis, { ...month, at: PRELIMINARY })).toMatchObject({
          payers: expect.arrayContaining(['0604', '0680', '0687']),
          objectUntil: t('2019-04-12T22:00:00Z'),
          freezeAt: FREEZE,
        });
    }
    expect(await inbox('0680')).toMatchObject([{ type: 'underlag-preliminart', reference: '/v1/billing/jonkoping/2019-03?payer=0680' }]);
    expect(await inbox('0604')).toHaveLength(1);
    expect(await inbox('jonkoping')).toMatchObject([{ type: 'underlag-preliminart', reference: '/v1/billing/jonkoping/2019-03' }]);
  });

  test('when something changes, it is sent again to those whom it concerns', async () => {
    await ledger.record({ stayId: 's6', region, rules: rules(), events: numbered(story({ kommun: '0682' })) });
    const sent = await run(createActivities(deps()).sendBasis, { ...month, at: PRELIMINARY + DAY });
    expect(sent).toMatchObject({ news: 1, freezeAt: FREEZE });
    expect((await inbox('0682')).map(({ type }) => type)).toEqual(['underlag-preliminart', 'underlag-andrat']);
    expect(await inbox('0680')).toHaveLength(1);
  });

  test('what is said about it is taken once, checked, and by nobody else than whose it is', async () => {
    const { takeCycleMessage } = createActivities(deps());
    const own = { ...month, payer: '0682' };
    const by = { party: 'kommun', unit: '0682', role: 'ekonom' };
    const data = { objectionId: 'a-1', stayId: 's5', code: 'annat', text: 'Nej.', by };
    const take = (given: unknown, at = PRELIMINARY + 2 * DAY) => run(takeCycleMessage, { ...own, action: 'objection', data: given, at });
    expect(await take(data)).toMatchObject({ accepted: true, objection: { objectionId: 'a-1', inTime: true } });
    expect(await take(data, PRELIMINARY + 3 * DAY)).toMatchObject({ accepted: true, objection: { at: PRELIMINARY + 2 * DAY } });
    expect(await take({ ...data, text: 'Något annat.' })).toMatchObject({ accepted: false, code: 'id-anvant' });
    expect(await take({ ...data, by: { ...by, unit: '0680' } })).toMatchObject({ accepted: false, code: 'fel-enhet' });
    expect(await take({ ...data, code: 'vet-inte' })).toMatchObject({ accepted: false, code: 'ogiltig-data', errors: [{ path: 'code' }] });
    expect(await take(undefined)).toMatchObject({ accepted: false, code: 'ogiltig-data' });
  });

  test('is frozen once: again, and later, the same', async () => {
    const { freezeMonth, finishMonth } = createActivities(deps());
    const frozen = await run(freezeMonth, { ...month, at: FREEZE });
    expect(frozen).toMatchObject({ agreement: 'jonkoping-2018', stays: 3, vardprisOre: 780_000, frozenAt: FREEZE });
    expect(frozen.kommuner).toHaveLength(13);
    const { folder } = await run(finishMonth, { ...month, at: FREEZE });
    expect(folder).toBe(join(dataDir, 'billing', region, '2019-03'));
    const bytes = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    const before = bytes();
    expect(before.map(([name]) => name)).toEqual(['underlag.csv', 'underlag.json']);
    expect(JSON.parse(before[1]?.[1] ?? '')).toMatchObject({
      hash: frozen.hash,
      amountOre: frozen.amountOre,
      frozenAt: '2019-04-13T03:00:00Z',
    });
    expect(JSON.stringify(before)).not.toMatch(/1890|Testsson/);

    await ledger.record({ stayId: 'late', region, rules: rules(), events: numbered(story()) });
    expect(await run(freezeMonth, { ...month, at: FREEZE + 365 * DAY })).toEqual(frozen);
    await run(finishMonth, { ...month, at: FREEZE + 365 * DAY });
    expect(bytes()).toEqual(before);
    expect((await inbox('jonkoping')).map(({ type }) => type)).toEqual(['underlag-preliminart', 'underlag-andrat', 'underlag-last']);
  });

  test('waits for the kommuner that have no documents, and says what each of them waits for', async () => {
    await ledger.holdInvoice({ ...month, payer: '0682', held: true, text: 'x', by: { party: 'region', unit: region }, at: FREEZE });
    const activities = createActivities(deps({ allowExamples: true }));
    const { waiting } = await run(activities.monthProgress, { ...month, at: FREEZE });
    expect(waiting).toHaveLength(13);
    expect(waiting.find(({ payer }) => payer === '0682')).toEqual({ payer: '0682', kommun: 'Nässjö (0682)', waitsFor: 'release' });
    const own = { ...month, payer: '0680' };
    const first = await run(activities.settleKommun, { ...own, at: FREEZE });
    expect(first).toMatchObject({ state: 'fakturerad', kommun: 'Jönköping (0680)', undocumented: [1], settled: false });
    expect((await inbox('0680')).map(({ type }) => type)).toEqual(['underlag-preliminart', 'underlag-last']);
    await run(activities.makeDocuments, { ...own, n: 1, at: FREEZE });
    expect(await run(activities.settleKommun, { ...own, at: FREEZE })).toMatchObject({ undocumented: [], settled: true });
    expect((await inbox('0680')).map(({ type }) => type)).toEqual(['underlag-preliminart', 'underlag-last', 'faktura']);
    expect((await run(activities.monthProgress, { ...month, at: FREEZE })).waiting).toHaveLength(12);
  });

  test('changed afterwards it is found, kommun by kommun', async () => {
    expect(await run(createActivities(deps()).changedMonths, { region })).toEqual([]);
    await ledger.record({ stayId: 'later', region, rules: rules(), events: numbered(story({ kommun: '0683' })) });
    expect(await run(createActivities(deps()).changedMonths, { region })).toEqual([{ ...month, payer: '0683' }]);
    expect(await run(createActivities(deps()).changedMonths, { region: 'vastmanland' })).toEqual([]);
  });

  test('without a vårdpris it is sent, but not frozen, and says which year', async () => {
    const { agreements: all, parties } = agreements;
    const without = await openLedger({ rules: { agreements: all, vardpriser: {} } });
    await without.record({ stayId: 's1', region, rules: rules(), events: numbered(story()) });
    const activities = createActivities(deps({ ledger: without, agreements: { agreements: all, parties, vardpriser: {} } }));
    expect((await run(activities.sendBasis, { ...month, at: PRELIMINARY })).payers).toHaveLength(13);
    await expect(run(activities.freezeMonth, { ...month, at: FREEZE })).rejects.toMatchObject({
      type: 'vardpris-saknas',
      nonRetryable: true,
      message: 'Vårdpriset för 2019 saknas.',
    });
    expect((await without.inbox({ unit: '0680' }))?.items[0]?.text).toContain('vårdpriset är ännu okänt');
    await without.close();
  });
});

describe('the running month', () => {
  test('a kommun that passes its threshold is warned once, and so is its region', async () => {
    const own = await openLedger({ rules: agreements });
    for (const stayId of ['a', 'b', 'c']) await own.record({ stayId, region, rules: rules(), events: numbered(story()) });
    const { warnOfThresholds } = createActivities(deps({ ledger: own }));
    const at = t('2019-03-15T05:00:00Z');
    expect(await run(warnOfThresholds, { region, at })).toEqual([
      { payer: '0680', code: 'troskel-passerad', text: expect.stringContaining('5,0') },
    ]);
    await run(warnOfThresholds, { region, at: at + DAY });
    const told = async (unit: string) => (await own.inbox({ unit }))?.items.map(({ type, text }) => [type, text]);
    expect(await told('0680')).toEqual([['troskel-passerad', expect.stringMatching(/^mars 2019: Snittet är 5,0 dagar/)]]);
    expect(await told('jonkoping')).toEqual([['troskel-passerad', expect.stringMatching(/^Jönköping \(0680\), mars 2019: /)]]);
    expect(await run(warnOfThresholds, { region, at: t('2019-04-02T05:00:00Z') })).toEqual([]);
    await own.close();
  });
});

test('documents are made one after the other, and one that fails holds up none', async () => {
  const order: string[] = [];
  const work = oneAtATime(async (name: string) => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, name === 'a' ? 30 : 1));
    order.push(`${name} ends`);
    if (name === 'b') throw new Error('b');
    return name;
  });
  expect(await Promise.allSettled([work('a'), work('b'), work('c')])).toMatchObject([
    { value: 'a' },
    { status: 'rejected' },
    { value: 'c' },
  ]);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
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
