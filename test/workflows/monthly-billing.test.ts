/** A region's month: billed once it is over, the same however often it is run, and by the Schedule's own time. */

import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toIso } from '../../src/domain/calendar.js';
import { createBillingGateway } from '../../src/temporal/billing-client.js';
import { billableFrom, isMonth, monthBefore } from '../../workflows/months.js';
import { type Activities, type Bench, leap, newWorld, TEST_SERVER, timeSkipping } from './harness.js';
import { t } from './scenario.js';

describe('when a month is billed', () => {
  it.each([
    ['2019-03', '2019-04-01T05:00:00+02:00'],
    ['2019-12', '2020-01-01T05:00:00+01:00'],
    ['2026-10', '2026-11-01T05:00:00+01:00'],
  ])('%s from %s', (month, from) => expect(toIso(billableFrom(month))).toBe(toIso(t(from))));

  it.each([
    ['2019-04-01T05:00:00+02:00', '2019-03'],
    ['2019-04-01T00:30:00+02:00', '2019-03'],
    ['2020-01-01T05:00:00+01:00', '2019-12'],
    ['2019-03-31T23:30:00+02:00', '2019-02'],
  ])('at %s it is the month %s that is billed', (at, month) => expect(monthBefore(t(at))).toBe(month));

  it.each([['2019-13'], ['2019-00'], ['2019-3'], ['2019'], [''], [201903], [undefined]])('%s is no month', (text) =>
    expect(isMonth(text)).toBe(false),
  );
});

const totals = (region: string, month: string) => ({
  region,
  month,
  agreement: 'jonkoping-2018',
  agreementVersion: 'v',
  stays: 64,
  vardprisOre: 780_000,
  amountOre: 48_828_000,
  kommuner: [{ payer: '0680', stays: 64, amountOre: 48_828_000 }],
});

describe.skipIf(!TEST_SERVER)('monthlyBilling', () => {
  const frozen = new Map<string, number>();
  const calls: string[] = [];
  let bench: Bench;
  beforeAll(async () => {
    const more: Partial<Activities> = {
      caughtUp: async () => {
        calls.push('caughtUp');
        return 1;
      },
      computeMonth: async ({ region, month }) => {
        calls.push('computeMonth');
        return totals(region, month);
      },
      freezeMonth: async ({ region, month }) => {
        calls.push('freezeMonth');
        if (month.startsWith('2021')) throw ApplicationFailure.nonRetryable('Vårdpris för 2021 saknas.', 'vardpris-saknas');
        const fresh = !frozen.has(month);
        const frozenAt = frozen.get(month) ?? t('2019-04-01T05:00:00+02:00');
        frozen.set(month, frozenAt);
        return { ...totals(region, month), state: 'last', hash: 'h', frozenAt, fresh };
      },
      writeBasis: async ({ region, month }) => {
        calls.push('writeBasis');
        return { folder: `data/billing/${region}/${month}`, files: ['underlag.json', 'underlag.csv'], hash: 'h' };
      },
    };
    bench = await timeSkipping(newWorld(), more);
  });
  afterAll(() => bench.close());

  const gatewayAt = async (at: string, scale = 1) =>
    createBillingGateway({
      client: bench.client,
      clock: { start: t(at), realStart: await bench.now(), scale },
      taskQueue: bench.taskQueue,
    });

  it('waits until the month is over, then reckons, freezes and writes, once each', async () => {
    const billing = await gatewayAt('2019-03-20T12:00:00+01:00');
    expect(await billing.status('jonkoping', '2019-03')).toEqual({ status: 'missing' });
    expect(await billing.run('jonkoping', '2019-03')).toBe('started');
    expect(await billing.run('jonkoping', '2019-03')).toBe('running');
    await leap(bench, t('2019-04-01T04:55:00+02:00') - t('2019-03-20T12:00:00+01:00'));
    expect([await billing.status('jonkoping', '2019-03'), calls]).toEqual([{ status: 'running' }, []]);
    await leap(bench, 10 * 60_000);
    expect(await billing.result('jonkoping', '2019-03')).toEqual({
      ...totals('jonkoping', '2019-03'),
      state: 'last',
      hash: 'h',
      frozenAt: expect.any(Number),
      folder: 'data/billing/jonkoping/2019-03',
      files: ['underlag.json', 'underlag.csv'],
    });
    expect(calls).toEqual(['caughtUp', 'computeMonth', 'freezeMonth', 'writeBasis']);
    expect(await billing.status('jonkoping', '2019-03')).toEqual({ status: 'done' });
  });

  it('run again, it gives the same', async () => {
    const billing = await gatewayAt('2019-06-01T12:00:00+02:00');
    await billing.run('jonkoping', '2019-02');
    const first = await billing.result('jonkoping', '2019-02');
    expect(await billing.run('jonkoping', '2019-02')).toBe('started');
    expect(await billing.result('jonkoping', '2019-02')).toEqual(first);
  });

  it('fails clearly, in Swedish, when the year has no vårdpris', async () => {
    const billing = await gatewayAt('2021-06-01T12:00:00+02:00');
    await billing.run('jonkoping', '2021-03');
    await expect(billing.result('jonkoping', '2021-03')).rejects.toMatchObject({
      type: 'vardpris-saknas',
      message: 'Vårdpris för 2021 saknas.',
    });
    expect(await billing.status('jonkoping', '2021-03')).toEqual({ status: 'failed', message: 'Vårdpris för 2021 saknas.' });
  });

  it('refuses what is no month', async () => {
    const billing = await gatewayAt('2019-06-01T12:00:00+02:00');
    await billing.run('jonkoping', '2019-13');
    await expect(billing.result('jonkoping', '2019-13')).rejects.toMatchObject({ type: 'ogiltig-manad' });
  });

  it('can be started by hand, without a clock; started with nothing at all it fails, and does not hang', async () => {
    const byHand = (type: string, ...args: unknown[]) =>
      bench.client.workflow.execute(type, { workflowId: `by-hand-${Math.random()}`, taskQueue: bench.taskQueue, args });
    expect(await byHand('monthlyBilling', { region: 'jonkoping', month: '2019-01' })).toMatchObject({ amountOre: 48_828_000 });
    for (const args of [[], [null], ['2019-01']]) {
      await expect(byHand('monthlyBilling', ...args)).rejects.toMatchObject({ cause: { type: 'ogiltig-manad' } });
      await expect(byHand('startMonthlyBilling', ...args)).rejects.toMatchObject({ cause: { type: 'ogiltig-region' } });
    }
  });

  it('on a fast clock waits until the feeds have been answered past the month', async () => {
    let answered = t('2019-03-31T12:00:00+02:00');
    bench.world.settled = (until) => Math.min(until, (answered += 6 * 3_600_000));
    const billing = await gatewayAt('2019-04-02T12:00:00+02:00', 100);
    const before = calls.length;
    await billing.run('vastmanland', '2019-03');
    expect(await billing.result('vastmanland', '2019-03')).toMatchObject({ amountOre: 48_828_000 });
    expect([bench.world.calls.settled, calls.length - before]).toEqual([3, 4]);
  });

  it('startMonthlyBilling bills the month before, and run twice starts nothing more', async () => {
    const clock = { start: t('2019-06-01T05:00:00+02:00'), realStart: await bench.now(), scale: 1 };
    const start = (n: number) =>
      bench.client.workflow.execute('startMonthlyBilling', {
        workflowId: `start-${n}`,
        taskQueue: bench.taskQueue,
        args: [{ region: 'jonkoping', clock }],
      });
    expect([await start(1), await start(2)]).toEqual(['billing/jonkoping/2019-05', 'billing/jonkoping/2019-05']);
    expect(await (await gatewayAt('2019-06-01T06:00:00+02:00')).result('jonkoping', '2019-05')).toMatchObject({ month: '2019-05' });
  });
});
