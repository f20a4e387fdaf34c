import { beforeAll, describe, expect, test } from 'vitest';
import { computeMonth } from '../../src/domain/billing/month.js';
import { ruleBookOf } from '../../src/domain/billing/region-month.js';
import { DAY } from '../../src/domain/calendar.js';
import type { MonthSums } from '../../src/ledger/billing/billing-ledger.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { onEachBackend } from './backends.js';
import {
  type BilledStay,
  callEvent,
  correctedDischarge,
  FREEZE,
  march,
  PRELIMINARY,
  recordMore,
  recordStays,
  region,
  rulesWith,
  shippedRules,
} from './billing-sample.js';
import { numbered, rules, story, t } from './sample.js';

const MID_MARCH = t('2019-03-25T12:00:00Z');

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  const fresh = async () => {
    ({ ledger, db } = await backend.open());
  };
  const sums = async (now = PRELIMINARY, of = ledger): Promise<MonthSums> => {
    const found = await of.monthSums(march, now);
    if (found === undefined) throw new Error('no such month');
    return found;
  };
  const sumOf = async (payer: string, now = PRELIMINARY) => {
    const { kommuner, others } = await sums(now);
    return [...kommuner, ...others].find((kommun) => kommun.payer === payer);
  };
  const ids = async (query: { as?: 'frozen' | 'current'; payer?: string } = {}) =>
    (await ledger.monthStays({ ...march, ...query }, FREEZE)).items.map((stay) => stay.stayId);

  const MONTH: BilledStay[] = [
    { stayId: 'b', days: 5 },
    { stayId: 'a', days: 2 },
    { stayId: 'B', days: 9 },
    { stayId: 'c', days: 3, kommun: '0682' },
    { stayId: 'stockholm', days: 6, kommun: '0180' },
    { stayId: 'april', discharged: '2019-04-02' },
  ];

  describe('a month', () => {
    beforeAll(async () => {
      await fresh();
      await recordStays(ledger, MONTH);
      // Discharged without ever being assessed: the kommun knows nothing of it.
      const [admission, , , , , home] = story();
      await ledger.record({ stayId: 'hidden', region, rules: rules(), events: numbered([admission, home].map((event) => event as never)) });
    });

    test('comes to what the month computed from its episodes comes to', async () => {
      const episodes = (await ledger.episodesOfMonth(march)).map((row) => row.episode);
      const book = ruleBookOf(shippedRules(), region, '2019-03');
      if (book === undefined) throw new Error('no rules');
      const computed = computeMonth({ ...book, month: '2019-03', episodes });
      const { kommuner, others, ...rest } = await sums();
      const bare = ({ excluded: _, individual: __, ...kommun }: (typeof computed.kommuner)[number]) => kommun;
      const unyeared = ({ billableByYear: _, ...kommun }: (typeof kommuner)[number]) => kommun;
      expect(kommuner.map(unyeared)).toEqual(computed.kommuner.map(bare));
      expect(others.map(unyeared)).toEqual(computed.andraRegioner?.kommuner.map(bare));
      expect(rest).toMatchObject({
        ...march,
        state: 'lopande',
        amountOre: computed.amountOre,
        outOfSight: 1,
        withoutPayer: 0,
        vantar: 0,
        problems: [],
      });
      expect(computed.amountOre).toBeGreaterThan(0);
      expect(await sumOf('0680')).toMatchObject({ stays: 3, averageStays: 2, averageDaysTotal: 7, billableByYear: { 2019: 6 } });
    });

    test('lists its stays in order of their ids, the same on every database, and none that its kommun knows nothing of', async () => {
      expect(await ids()).toEqual(['B', 'a', 'b', 'c', 'stockholm']);
      expect(await ids({ payer: '0680' })).toEqual(['B', 'a', 'b']);
      const page = await ledger.monthStays({ ...march, limit: 2 }, FREEZE);
      expect(page.next).toBe('a');
      expect((await ledger.monthStays({ ...march, limit: 2, after: 'a' }, FREEZE)).items.map((stay) => stay.stayId)).toEqual(['b', 'c']);
      expect((await ledger.monthStays({ ...march, order: 'cost', limit: 3 }, FREEZE)).items.map((stay) => stay.stayId)).toEqual([
        'B',
        'stockholm',
        'b',
      ]);
      expect(await ledger.monthStay({ ...march, stayId: 'B' }, FREEZE)).toMatchObject({
        stayId: 'B',
        payer: '0680',
        agreement: 'jonkoping-2018',
        seq: 6,
        judgement: { outcome: 'individuell', individual: { days: 9, billableDays: 6 } },
        objectionId: null,
      });
      expect(await ledger.monthStay({ ...march, stayId: 'stockholm' }, FREEZE)).toMatchObject({ agreement: 'lag-2017-612' });
      expect(await ledger.monthStay({ ...march, stayId: 'hidden' }, FREEZE)).toBeUndefined();
    });

    test('is among the months of its region, newest first', async () => {
      expect((await ledger.listMonths(region)).map(({ month, state }) => `${month} ${state}`)).toEqual([
        '2019-04 lopande',
        '2019-03 lopande',
      ]);
      expect(await ledger.listMonths('vastmanland')).toEqual([]);
    });
  });

  describe('what waits', () => {
    const late: BilledStay = { stayId: 'waits', days: 1, discharged: '2019-03-24', svpl: true };
    beforeAll(async () => {
      await fresh();
      await recordStays(ledger, [late]);
    });

    test('counts while its call is to come, and leaves the base when the time for it is out', async () => {
      expect(await sums(MID_MARCH)).toMatchObject({ vantar: 1 });
      expect(await sumOf('0680', MID_MARCH)).toMatchObject({ averageStays: 1 });
      expect((await ledger.monthStay({ ...march, stayId: 'waits' }, MID_MARCH))?.judgement.revisitAt).toBe(t('2019-03-26T23:00:00Z'));
      const due = t('2019-03-26T23:00:00Z');
      expect(await sums(due - 1)).toMatchObject({ vantar: 1 });
      expect(await sums(due)).toMatchObject({ vantar: 0 });
      expect(await ledger.monthStay({ ...march, stayId: 'waits' }, due)).toMatchObject({
        judgement: { outcome: 'utesluten', reason: 'svpl-kallelse-saknas' },
      });
      expect(await sumOf('0680', due)).toMatchObject({ stays: 1, averageStays: 0 });
    });

    test('and a call that turns out to have been made brings it back', async () => {
      await recordMore(ledger, 'waits', callEvent(t('2019-03-25T08:00:00Z')));
      expect(await sumOf('0680')).toMatchObject({ averageStays: 1 });
      expect(await sums()).toMatchObject({ vantar: 0 });
    });
  });

  test('those utskrivningsklara now are listed, longest first, and only while they are', async () => {
    await fresh();
    const ready = (stayId: string, over = {}) =>
      ledger.record({ stayId, region, rules: rules(), events: numbered(story(over).slice(0, 5)) });
    await ready('one');
    await ready('two', { kommun: '0682' });
    await recordStays(ledger, [{ stayId: 'home' }]);
    const listed = async (payer?: string) => (await ledger.readyStays({ region, payer })).map((stay) => stay.stayId);
    expect(await listed()).toEqual(['one', 'two']);
    expect(await listed('0682')).toEqual(['two']);
    expect((await ledger.readyStays({ region }))[0]).toMatchObject({
      readyAt: t('2019-03-05T11:00:00Z'),
      payer: '0680',
      ward: expect.any(String),
    });
    await ledger.record({ stayId: 'one', region, events: numbered(story().slice(5), 6) });
    expect(await listed()).toEqual(['two']);
  });

  describe('new agreements', () => {
    test('judge a month anew that is not frozen, and no frozen one', async () => {
      const stricter = rulesWith('jonkoping-2018', (agreement) => ({
        ...agreement,
        version: 'ny',
        payment: agreement.payment.map((period) => ({
          ...period,
          rule: period.rule.kind === 'average' ? { ...period.rule, individual: { fromDays: 5, freeDays: 3 } } : period.rule,
        })),
      }));
      const connection = await backend.connect();
      const { ledgerOver } = await import('../../src/ledger/ledger.js');
      const { migrateToLatest } = await import('../../src/ledger/migrate.js');
      const before = ledgerOver(connection, [], await migrateToLatest(connection.db), shippedRules());
      await recordStays(before, MONTH);
      const amount = (await sums(FREEZE, before)).amountOre;
      const after = ledgerOver(connection, [], [], stricter);
      const judged = await sums(FREEZE, after);
      expect(judged.kommuner.find((kommun) => kommun.payer === '0680')).toMatchObject({ averageStays: 1, billableByYear: { 2019: 8 } });
      expect((await sums(FREEZE, before)).amountOre).toBe(amount);
      await before.freezeMonth(march, FREEZE);
      expect((await sums(FREEZE, after)).amountOre).toBe(amount);
      expect((await after.currentSums(march, FREEZE))?.amountOre).toBe(amount);
      expect((await after.currentSums(march, FREEZE))?.rules.agreement.version).not.toBe('ny');
    });

    test('are needed to read a month, not to record one', async () => {
      const connection = await backend.connect();
      const { ledgerOver } = await import('../../src/ledger/ledger.js');
      const { migrateToLatest } = await import('../../src/ledger/migrate.js');
      const without = ledgerOver(connection, [], await migrateToLatest(connection.db));
      await recordStays(without, MONTH);
      await expect(without.monthSums(march, FREEZE)).rejects.toThrow('opened without agreements');
      await expect(without.monthStays(march, FREEZE)).rejects.toThrow('opened without agreements');
      const withRules = ledgerOver(connection, [], [], shippedRules());
      expect((await sums(FREEZE, withRules)).kommuner.find((kommun) => kommun.payer === '0680')).toMatchObject({
        stays: 3,
        averageStays: 2,
      });
    });
  });

  describe('frozen', () => {
    const [first] = MONTH as [BilledStay];
    beforeAll(async () => {
      await fresh();
      await recordStays(ledger, MONTH);
    });

    test('is refused before the month is over, and where a price is missing', async () => {
      await expect(ledger.freezeMonth(march, t('2019-03-31T21:59:59Z'))).rejects.toMatchObject({ code: 'manaden-pagar' });
      await expect(ledger.freezeMonth({ region, month: '2031-01' }, t('2031-02-13T05:00:00Z'))).rejects.toMatchObject({
        code: 'vardpris-saknas',
      });
      expect((await ledger.monthSums({ region, month: '2031-01' }, MID_MARCH))?.problems).toEqual([
        { code: 'vardpris-saknas', year: '2031' },
      ]);
      expect(await ledger.sentBases({ region, month: '2031-01' })).toEqual([]);
    });

    test('once: the second time what was frozen is answered', async () => {
      const running = await sums(FREEZE);
      const frozen = await ledger.freezeMonth(march, FREEZE);
      expect(frozen).toMatchObject({
        ...march,
        state: 'last',
        agreement: 'jonkoping-2018',
        vardprisOre: 780_000,
        frozenAt: FREEZE,
        fresh: true,
      });
      expect(frozen.amountOre).toBe(running.amountOre);
      expect(frozen.kommuner).toHaveLength(14);
      expect(await ledger.freezeMonth(march, FREEZE + DAY)).toEqual({ ...frozen, fresh: false });
      expect(await sums(FREEZE + DAY)).toMatchObject({ state: 'last', frozenAt: FREEZE, hash: frozen.hash, kommuner: running.kommuner });
      expect(await ledger.verifyMonth(march)).toBe(true);
      expect(await ledger.sendBasis(march, FREEZE + DAY)).toEqual([]);
    });

    test('it reads as it was frozen and as it is now, whatever changes', async () => {
      const before = await sums(FREEZE);
      const stays = await ledger.monthStays(march, FREEZE);
      // One is longer by a day, one leaves the month, one comes into it, and one changes twice.
      await recordMore(ledger, 'b', correctedDischarge(first, '2019-03-21', FREEZE + DAY));
      await recordMore(ledger, 'b', correctedDischarge(first, '2019-03-22', FREEZE + 2 * DAY));
      await recordMore(ledger, 'c', correctedDischarge({ stayId: 'c', days: 3, kommun: '0682' }, '2019-04-01', FREEZE + DAY));
      await recordStays(ledger, [{ stayId: 'new', days: 4 }]);
      await recordMore(ledger, 'new', correctedDischarge({ stayId: 'new', days: 4 }, '2019-03-21', FREEZE + DAY));
      expect(await sums(FREEZE + DAY)).toEqual(before);
      expect(await ledger.monthStays(march, FREEZE)).toEqual(stays);
      expect(await ids({ as: 'current' })).toEqual(['B', 'a', 'b', 'new', 'stockholm']);
      expect(await ledger.monthStay({ ...march, stayId: 'b' }, FREEZE)).toMatchObject({ seq: 6, judgement: { averageDays: 5 } });
      expect(await ledger.monthStay({ ...march, stayId: 'b', as: 'current' }, FREEZE)).toMatchObject({
        seq: 8,
        judgement: { averageDays: 7 },
      });
      expect(await ledger.monthStay({ ...march, stayId: 'c', as: 'current' }, FREEZE)).toBeUndefined();
      const now = await ledger.currentSums(march, FREEZE + DAY);
      expect(now?.kommuner.find((kommun) => kommun.payer === '0680')).toMatchObject({ stays: 4, averageDaysTotal: 14 });
      expect(now?.kommuner.find((kommun) => kommun.payer === '0682')).toMatchObject({ stays: 0 });
      expect(await ledger.verifyMonth(march)).toBe(true);
      const changed = await ledger.changedMonths(region);
      expect(changed).toEqual([
        { ...march, payer: '0680', stays: ['b', 'new'] },
        { ...march, payer: '0682', stays: ['c'] },
      ]);
    });

    test('a stay is read as it was when the month was frozen, without identity', async () => {
      const { seq } = (await ledger.monthStay({ ...march, stayId: 'b' }, FREEZE)) ?? { seq: 0 };
      const then = await ledger.readStayAt('b', seq);
      expect(then?.stay).toMatchObject({ seq: 6, admission: { patient: {} } });
      expect(then?.stay.log.map((entry) => entry.action)).not.toContain('ratta-uppgift');
      expect((await ledger.readStayAt('b', 7))?.stay.log.map((entry) => entry.action)).toContain('ratta-uppgift');
      expect(await ledger.readStayAt('b', 99)).toBeUndefined();
      expect(await ledger.readStayAt('nobody', 1)).toBeUndefined();
    });

    test('it is marked as invoiced, once, and never goes back', async () => {
      await expect(ledger.markInvoiced({ region, month: '2019-02' })).rejects.toMatchObject({ code: 'manaden-inte-last' });
      await ledger.markInvoiced(march);
      await ledger.markInvoiced(march);
      expect(await sums()).toMatchObject({ state: 'fakturerad' });
      await expect(db.updateTable('months').set({ state: 'last' }).where('month', '=', '2019-03').execute()).rejects.toThrow(
        'never changed',
      );
    });
  });
});
