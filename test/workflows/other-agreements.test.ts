/** A month under other terms: nobody to decide a dispute, each invoice approved by hand, other days; and a long history that goes on in a new run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/domain/agreement.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { ensureSchedules } from '../../src/temporal/schedules.js';
import { type BilledStay, recordStays } from '../ledger/billing-sample.js';
import { type BillingBench, billingBench, billingWorld, REGION, shippedAgreements } from './billing-bench.js';
import { CLI, devServer, eventually, TEST_SERVER } from './harness.js';

const MONTH = '2019-03';
const own = { region: REGION, month: MONTH, payer: '0680' };
const kommun = { party: 'kommun', unit: '0680', role: 'ekonom' } as const;
const region = { party: 'region', unit: REGION, role: 'ekonom' } as const;
const stays: BilledStay[] = [1, 2, 3, 4, 5].map((i) => ({ stayId: `s${i}`, days: 5 }));

function agreementsWith(change: (agreement: Agreement) => Partial<Agreement>) {
  const shipped = shippedAgreements();
  return { ...shipped, agreements: shipped.agreements.map((one) => (one.id === 'jonkoping-2018' ? { ...one, ...change(one) } : one)) };
}

describe.skipIf(!TEST_SERVER)('where the agreement names no tolkningsinstans, and has each invoice approved', () => {
  const agreements = agreementsWith(({ cycle }) => ({
    tolkningsinstans: null,
    cycle: { ...cycle, preliminaryDay: 3, objectionsUntilDay: 15, frozenDay: 18, invoicing: 'approved' },
  }));
  let ledger: Ledger;
  let bench: BillingBench;
  beforeAll(async () => {
    ledger = await openLedger({ rules: agreements });
    await recordStays(ledger, stays);
    bench = await billingBench(billingWorld(ledger, agreements));
  });
  afterAll(async () => {
    await bench.close();
    await ledger.close();
  });
  const issued = async () => (await ledger.invoices(own)).map(({ kind, amountOre }) => [kind, amountOre]);

  it('its days are its own, nothing is invoiced before it is approved, and a dispute lasts until one of the two gives in', async () => {
    const clock = await bench.clockAt('2019-04-02T12:00:00+02:00');
    const invoices = bench.invoices(clock);
    await bench.months(clock).run(REGION, MONTH);
    await bench.until(clock, '2019-04-03T04:00:00+02:00');
    expect((await bench.months(clock).stage(REGION, MONTH))?.state).toBe('lopande');
    await bench.until(clock, '2019-04-03T12:00:00+02:00');
    expect(bench.toldTo('0680', MONTH)[0]).toContain('Invändningar kan göras till och med 2019-04-15.');
    for (const n of [1, 2]) {
      const named = { ...own, objectionId: `inv-${n}` };
      expect(await invoices.object({ ...named, stayId: `s${n}`, code: 'utanfor', text: 'Nej.', by: kommun })).toMatchObject({ ok: true });
      await invoices.answer({ ...named, accepted: false, text: 'Jo.', by: region });
      await invoices.dispute({ ...named, text: 'Nej.', by: kommun });
    }
    await eventually(async () => (await bench.invoice(own).standing()).objections.bestridd === 2);
    expect((await bench.invoice(own).standing()).open).toMatchObject([
      { state: 'bestridd', ball: null, until: null },
      { state: 'bestridd', ball: null, until: null },
    ]);
    await bench.until(clock, '2019-04-18T12:00:00+02:00');
    await eventually(async () => (await bench.months(clock).stage(REGION, MONTH))?.busy === false);
    expect(await bench.months(clock).stage(REGION, MONTH)).toMatchObject({
      state: 'last',
      text: expect.stringContaining('Återstår: Jönköping (0680) väntar på godkännande.'),
    });
    expect([await issued(), (await bench.invoice(own).standing()).waitsFor]).toEqual([[], 'approval']);
    await invoices.approve({ ...own, by: region });
    // Both in dispute: three stays of five days are not.
    expect((await bench.months(clock).result(REGION, MONTH)).invoices).toHaveLength(1);
    expect(await issued()).toEqual([['faktura', 7_020_000]]);

    const decide = (n: number, accepted: boolean, by: typeof kommun | typeof region) =>
      invoices.decide({ ...own, objectionId: `inv-${n}`, accepted, text: 'Så får det bli.', by });
    // The region cannot withdraw the kommun's objection, nor the kommun give itself right: a worker refuses what the door lets nobody send.
    await expect(decide(1, false, region)).rejects.toThrow('fel-enhet');
    expect(await decide(1, true, region)).toMatchObject({ ok: true });
    expect(await decide(2, false, kommun)).toMatchObject({ ok: true });
    await eventually(async () => (await bench.invoice(own).describe()).status.name === 'COMPLETED', 20_000);
    // A note that follows needs no approval of its own.
    expect(await issued()).toEqual([
      ['faktura', 7_020_000],
      ['debetfaktura', 2_340_000],
    ]);
    expect(bench.toldTo('0680', MONTH).filter((told) => told.startsWith('invandning-beslut'))).toEqual([
      'invandning-beslut: Regionen har gett kommunen rätt om vårdtillfälle s1 i underlaget för mars 2019.',
      'invandning-beslut: Kommunen har dragit tillbaka sin invändning om vårdtillfälle s2 i underlaget för mars 2019.',
    ]);
  }, 60_000);
});

describe.skipIf(!CLI)('on a real server', () => {
  let ledger: Ledger;
  let bench: BillingBench;
  beforeAll(async () => {
    ledger = await openLedger({ rules: shippedAgreements() });
    await recordStays(ledger, stays);
    // A run is long after few events, so that what comes over its end is met.
    bench = await billingBench(billingWorld(ledger), (world, more) =>
      devServer(world, more, ['limit.historyCount.suggestContinueAsNew=40']),
    );
  });
  afterAll(async () => {
    await bench.close();
    await ledger.close();
  });
  const listed = async (query: string) => {
    const ids: string[] = [];
    for await (const { workflowId } of bench.client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };

  it('each region has its Schedules, and they can be made twice', async () => {
    const clock = await bench.clockAt('2019-04-01T06:00:00+02:00');
    for (let times = 0; times < 2; times++) await ensureSchedules(bench.client, [REGION], clock, bench.taskQueue);
    for (const [what, spec] of [
      ['billing', { dayOfMonth: [{ start: 1, end: 1, step: 1 }], hour: [{ start: 5, end: 5, step: 1 }] }],
      ['corrections', { hour: [{ start: 6, end: 6, step: 1 }] }],
      ['warnings', { hour: [{ start: 6, end: 6, step: 1 }] }],
    ] as const) {
      const described = await bench.client.schedule.getHandle(`${what}/${REGION}`).describe();
      expect(described.spec.timezone).toBe('Europe/Stockholm');
      expect(described.spec.calendars?.[0]).toMatchObject(spec);
    }
    // What they start runs, once at a time.
    await bench.months(clock).check(REGION, 'corrections');
    await bench.months(clock).check(REGION, 'warnings');
    await eventually(async () => (await listed(`WorkflowType = 'watchMonth' AND ExecutionStatus = 'Completed'`)).length === 1);
  });

  it('a kommun is found by month and kommun; a long history goes on in a new run, and nothing said is lost', async () => {
    const clock = await bench.clockAt('2019-04-01T06:00:00+02:00');
    await bench.months(clock).run(REGION, MONTH);
    await eventually(async () => (await ledger.sentBases(own)).length === 1);
    await eventually(async () => (await listed(`WorkflowType = 'kommunInvoice' AND Kommun = '0680' AND Manad = '${MONTH}'`)).length === 1);
    const invoices = bench.invoices(clock);
    const first = (await bench.invoice(own).describe()).runId;
    for (let round = 0; round < 6; round++) {
      await Promise.all(
        stays.map(({ stayId }) =>
          round === 0
            ? invoices.object({ ...own, objectionId: `inv-${stayId}`, stayId, code: 'annat', text: 'Nej.', by: kommun })
            : invoices.hold({ ...own, held: round % 2 === 1, text: `${round}`, by: region }),
        ),
      );
    }
    expect(await ledger.objections({ region: REGION, month: MONTH, payer: '0680' })).toHaveLength(5);
    await eventually(async () => (await bench.invoice(own).describe()).runId !== first);
    await eventually(async () => (await bench.invoice(own).standing())?.open.length === 5);
    expect(await bench.invoice(own).standing()).toMatchObject({ objections: { obesvarad: 5 }, waitsFor: null });
    const runs = await listed(`WorkflowType = 'kommunInvoice' AND Kommun = '0680' AND Manad = '${MONTH}'`);
    expect(runs.length).toBeGreaterThan(1);
  }, 60_000);
});
