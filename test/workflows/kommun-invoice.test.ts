/** A kommun's invoice: its parties object, answer and decide; it reminds, accepts by default, invoices the difference, ends, and is taken up again. */
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { OBJECTION_CODES } from '../../src/domain/billing/objections.js';
import type { InvoiceGateway } from '../../src/doors/billing-gateway.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { dataConverter } from '../../src/temporal/data-converter.js';
import type { DomainClock } from '../../workflows/clock.js';
import { correctedDischarge, recordMore, recordStays } from '../ledger/billing-sample.js';
import { type BillingBench, billingBench, billingWorld, REGION, shippedAgreements } from './billing-bench.js';
import { eventually, KEYS, TEST_SERVER } from './harness.js';
import { t } from './scenario.js';

const MONTH = '2019-03';
const kommun = (unit: string) => ({ party: 'kommun', unit, role: 'ekonom' }) as const;
const region = { party: 'region', unit: REGION, role: 'ekonom' } as const;
const reko = { party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' } as const;

/** Of these kommuner each has five stays of five days: 15 days to pay, 117 000 kr; without one of them 12 days, 93 600 kr. */
const KOMMUNER = ['0604', '0617', '0642', '0643', '0662', '0665', '0680', '0682', '0683'];
const WHOLE = 11_700_000;
const WITHOUT_ONE = 9_360_000;

describe.skipIf(!TEST_SERVER)('kommunInvoice', () => {
  const stays = KOMMUNER.flatMap((payer) => [1, 2, 3, 4, 5].map((i) => ({ stayId: `${payer}-${i}`, kommun: payer, days: 5 })));
  let ledger: Ledger;
  let bench: BillingBench;
  let clock: DomainClock;
  let invoices: InvoiceGateway;
  beforeAll(async () => {
    ledger = await openLedger({ rules: shippedAgreements() });
    await recordStays(ledger, stays);
    bench = await billingBench(billingWorld(ledger));
    clock = await bench.clockAt('2019-04-01T06:00:00+02:00');
    invoices = bench.invoices(clock);
    await bench.months(clock).run(REGION, MONTH);
    await bench.until(clock, '2019-04-02T10:00:00+02:00');
  });
  afterAll(async () => {
    await bench.close();
    await ledger.close();
  });

  const refOf = (payer: string) => ({ region: REGION, month: MONTH, payer });
  const object = (payer: string, n = 1, code: (typeof OBJECTION_CODES)[number] = 'kallelse-saknas') =>
    invoices.object({
      ...refOf(payer),
      objectionId: `inv-${payer}-${n}`,
      stayId: `${payer}-${n}`,
      code,
      text: 'Stämmer inte.',
      by: kommun(payer),
    });
  const answer = (payer: string, accepted: boolean) =>
    invoices.answer({ ...refOf(payer), objectionId: `inv-${payer}-1`, accepted, text: 'Svar.', by: region });
  const issued = async (payer: string) =>
    (await ledger.invoices(refOf(payer))).map(({ number, kind, amountOre, refersTo }) => [
      number.slice(-6),
      kind,
      amountOre,
      refersTo?.slice(-6) ?? null,
    ]);

  it('takes what its parties send, and answers the same when it is sent again', async () => {
    const first = await object('0604');
    expect(first).toMatchObject({ ok: true, objection: { inTime: true, code: 'kallelse-saknas' } });
    expect(await object('0604')).toEqual(first);
    for (const payer of ['0617', '0642', '0643', '0662', '0665']) expect(await object(payer)).toMatchObject({ ok: true });
    // Five at once, of every code that is left: none is lost.
    const codes = OBJECTION_CODES.filter((code) => code !== 'kallelse-saknas').slice(0, 5);
    const answers = await Promise.all(codes.map((code, i) => object('0683', i + 1, code)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await bench.invoice(refOf('0683')).standing()).open).toHaveLength(5);
    // Its region has to answer: so it is found in lists.
    const { searchAttributes } = await bench.invoice(refOf('0683')).describe();
    expect(searchAttributes).toMatchObject({ Kommun: ['0683'], Fas: ['preliminar'], BollenHos: ['region/jonkoping'] });
    expect(await answer('0604', true)).toMatchObject({ ok: true });
    expect(await answer('0604', true)).toMatchObject({ ok: true });
    expect(await answer('0604', false)).toMatchObject({ ok: false, code: 'redan-besvarad' });
    expect(await answer('0617', false)).toMatchObject({ ok: true });
    expect(await answer('0642', false)).toMatchObject({ ok: true });
    expect(await answer('0643', false)).toMatchObject({ ok: true });
  });

  it('answers what nobody may send, or nobody can read, and goes on', async () => {
    const handle = bench.invoice(refOf('0604'));
    const send = (name: string, ...args: unknown[]) => handle.executeUpdate<object, unknown[] & [unknown]>(name, { args: args as never });
    for (const data of [undefined, null, 'text', 7, [], {}, { objectionId: '../x', stayId: 's', code: 'x', text: '', by: null }])
      expect(await send('objection', data), JSON.stringify(data)).toMatchObject({ accepted: false, code: 'ogiltig-data' });
    expect(await send('answer', { objectionId: 'inv-0604-1', accepted: true, text: 'x', by: kommun('0604') })).toMatchObject({
      code: 'fel-enhet',
    });
    expect(await send('hold', { text: 'x', by: { party: 'region', unit: 'vastmanland' } })).toMatchObject({ code: 'fel-enhet' });
    await expect(send('finns-inte', {})).rejects.toThrow();
    expect(await handle.standing()).toMatchObject({ state: 'preliminar', objections: { godtagen: 1 } });
  });

  it('shows who has the ball and until when', async () => {
    expect((await bench.invoice(refOf('0665')).standing()).open).toMatchObject([
      { stayId: '0665-1', state: 'obesvarad', ball: { party: 'region', unit: REGION }, until: t('2019-04-13T00:00:00+02:00') },
    ]);
    expect((await bench.invoice(refOf('0617')).standing()).open).toMatchObject([
      { state: 'avvisad', ball: { party: 'kommun', unit: '0617' }, until: t('2019-04-13T00:00:00+02:00') },
    ]);
    const details = await bench.invoice(refOf('0665')).query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(details.currentDetails).toContain('## Vaggeryd (0665), mars 2019, region jonkoping');
    expect(details.currentDetails).toContain(
      '| 0665-1 | kallelse till SVPL saknas | väntar på regionens svar | regionen (jonkoping) | 2019-04-13 00.00 |',
    );
  });

  it('lets a kommun dispute a rejection, and tells the region and REKO', async () => {
    for (const payer of ['0642', '0643'])
      expect(await invoices.dispute({ ...refOf(payer), objectionId: `inv-${payer}-1`, text: 'Nej.', by: kommun(payer) })).toMatchObject({
        ok: true,
      });
    expect((await bench.invoice(refOf('0642')).standing()).open).toMatchObject([
      { state: 'bestridd', ball: { party: 'tolkningsinstans', unit: 'reko' }, until: null },
    ]);
    await eventually(() => bench.toldTo('reko', MONTH).length === 2);
    expect(bench.toldTo('reko', MONTH)[0]).toMatch(
      /^invandning-bestridd: Mullsjö \(0642\) godtar inte svaret .* avgörs av tolkningsinstansen \(reko\)\.$/,
    );
  });

  it('reminds the region when three quarters of its time have passed, and of nothing that is answered', async () => {
    await bench.until(clock, '2019-04-10T12:00:00+02:00');
    const reminded = bench.toldTo(REGION, MONTH).filter((told) => told.startsWith('paminnelse:invandning'));
    // 0662, 0665, and five of 0683.
    expect(reminded).toHaveLength(7);
    expect(reminded.join()).not.toMatch(/0604|0617|0642|0643/);
  });

  it('at the freeze each kommun is invoiced what is not in dispute: the rest waits for the dispute alone', async () => {
    // Answered at the last moment, and rejected: what the kommun has no time left to dispute is invoiced.
    await bench.until(clock, '2019-04-12T20:00:00+02:00');
    await answer('0662', false);
    await bench.until(clock, '2019-04-13T12:00:00+02:00');
    expect(await issued('0604')).toEqual([['0604-1', 'faktura', WITHOUT_ONE, null]]);
    expect(await issued('0617')).toEqual([['0617-1', 'faktura', WHOLE, null]]);
    expect(await issued('0642')).toEqual([['0642-1', 'faktura', WITHOUT_ONE, null]]);
    // Nobody answered in time.
    expect(await issued('0665')).toEqual([['0665-1', 'faktura', WITHOUT_ONE, null]]);
    expect(await issued('0680')).toEqual([['0680-1', 'faktura', WHOLE, null]]);
    expect(bench.toldTo('0665', MONTH).map((told) => told.split(':')[0])).toEqual([
      'underlag-preliminart',
      'invandning-svar',
      'underlag-andrat',
      'underlag-last',
      'faktura',
    ]);
    // Nobody answered any of its five: nothing is left, and it has its zero basis.
    expect((await ledger.documents(refOf('0683'))).map(({ n, kind }) => `${n} ${kind}`).sort()).toEqual([
      '0 underlag.csv',
      '0 underlag.pdf',
      '0 underlag.xlsx',
    ]);
    expect((await bench.months(clock).result(REGION, MONTH)).invoices).toHaveLength(KOMMUNER.length - 1);
  }, 60_000);

  it('has ended where nothing is open, and waits where something is', async () => {
    const status = async (payer: string) => (await bench.invoice(refOf(payer)).describe()).status.name;
    await eventually(async () => (await status('0604')) === 'COMPLETED');
    expect(await Promise.all(['0617', '0680', '0665', '0642', '0643', '0662'].map(status))).toEqual([
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
      'RUNNING',
      'RUNNING',
      'RUNNING',
    ]);
  });

  it("REKO's decision binds: in the kommun's favour nothing more is owed, in the region's the rest is invoiced", async () => {
    const decide = (payer: string, accepted: boolean) =>
      invoices.decide({ ...refOf(payer), objectionId: `inv-${payer}-1`, accepted, text: 'Beslut.', by: reko });
    expect(await decide('0642', true)).toMatchObject({ ok: true });
    expect(await decide('0643', false)).toMatchObject({ ok: true });
    expect(await decide('0643', true)).toMatchObject({ ok: false, code: 'redan-avgjord' });
    await eventually(async () => (await ledger.documents(refOf('0643'))).length === 8);
    expect(await issued('0642')).toEqual([['0642-1', 'faktura', WITHOUT_ONE, null]]);
    expect(await issued('0643')).toEqual([
      ['0643-1', 'faktura', WITHOUT_ONE, null],
      ['0643-2', 'debetfaktura', WHOLE - WITHOUT_ONE, '0643-1'],
    ]);
    await eventually(() => bench.toldTo('0643', MONTH).some((told) => told.startsWith('debetfaktura:')));
    expect(bench.toldTo('0643', MONTH).slice(-2)).toEqual([
      'invandning-beslut: Tolkningsinstansen (reko) har gett regionen rätt om vårdtillfälle 0643-1 i underlaget för mars 2019. Beslutet följs.',
      'debetfaktura: Debetfaktura jonkoping-2019-03-0643-2 för mars 2019: ytterligare 23 400 kr till faktura jonkoping-2019-03-0643-1, att betala senast 2019-05-13.',
    ]);
  });

  it('an ended one is started again by what comes late, and gives credit for what is accepted', async () => {
    expect(await object('0680')).toMatchObject({ ok: true, objection: { inTime: false } });
    await eventually(async () => (await bench.invoice(refOf('0680')).describe()).status.name === 'RUNNING');
    // Late, it holds nothing back.
    expect(await issued('0680')).toEqual([['0680-1', 'faktura', WHOLE, null]]);
    await answer('0680', true);
    await eventually(async () => (await bench.invoice(refOf('0680')).describe()).status.name === 'COMPLETED');
    expect(await issued('0680')).toEqual([
      ['0680-1', 'faktura', WHOLE, null],
      ['0680-2', 'kreditfaktura', WITHOUT_ONE - WHOLE, '0680-1'],
    ]);
    expect(bench.toldTo('0680', MONTH).at(-1)).toBe(
      'kreditfaktura: Kreditfaktura jonkoping-2019-03-0680-2 för mars 2019: 23 400 kr tillbaka på faktura jonkoping-2019-03-0680-1.',
    );
  });

  it('corrections start the invoice of each kommun whose frozen month has changed, or tell it', async () => {
    const wrong = stays.find(({ stayId }) => stayId === '0682-3')!;
    await recordMore(ledger, '0682-3', correctedDischarge(wrong, '2019-03-16', t('2019-04-20T10:00:00+02:00')));
    const started = await bench.client.workflow.execute('startCorrections', {
      workflowId: 'start-corrections/jonkoping',
      taskQueue: bench.taskQueue,
      args: [{ region: REGION, clock }],
    });
    expect(started).toBe(1);
    await eventually(async () => (await ledger.invoices(refOf('0682'))).length === 2);
    expect(await issued('0682')).toEqual([
      ['0682-1', 'faktura', WHOLE, null],
      // Home four days earlier than was said: 4.2 days on average instead of 5, 11 days to pay instead of 15.
      ['0682-2', 'kreditfaktura', -3_120_000, '0682-1'],
    ]);
  });

  it('refuses to start for what is no kommun and no month', async () => {
    for (const input of [undefined, {}, { region: REGION, month: MONTH, payer: '68' }, { region: REGION, month: '2019-13', payer: '0680' }])
      await expect(
        bench.client.workflow.execute('kommunInvoice', { workflowId: `x-${Math.random()}`, taskQueue: bench.taskQueue, args: [input] }),
      ).rejects.toMatchObject({ cause: { type: 'ogiltig-manad' } });
    await expect(
      bench.client.workflow.execute('kommunInvoice', {
        workflowId: 'x-nowhere',
        taskQueue: bench.taskQueue,
        args: [{ region: REGION, month: '1980-03', payer: '0680' }],
      }),
    ).rejects.toMatchObject({ cause: { type: 'galler-inte' } });
    // A payer that the month does not know has nothing to wait for.
    expect(
      await bench.client.workflow.execute('kommunInvoice', {
        workflowId: 'x-nobody',
        taskQueue: bench.taskQueue,
        args: [{ region: REGION, month: MONTH, payer: '9999' }],
      }),
    ).toMatchObject({ inMonth: false, invoices: [], undocumented: [] });
  });

  it('histories with all of this in them replay', async () => {
    const replay = { workflowBundle: { codePath: inject('bundlePath') }, dataConverter: dataConverter(KEYS) };
    for (const payer of KOMMUNER) {
      const handle = bench.invoice(refOf(payer));
      await expect(Worker.runReplayHistory(replay, await handle.fetchHistory(), handle.workflowId)).resolves.toBeUndefined();
    }
  });
});
