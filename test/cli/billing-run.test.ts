/** What `hemgang billing run` says of a month wherever it is in its cycle. */
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { startOrShow } from '../../src/cli/billing-run.js';
import type { BillingGateway, BillingStatus } from '../../src/temporal/billing-client.js';
import type { MonthlyBillingResult, MonthStage } from '../../workflows/month-messages.js';

const MONTH = { region: 'jonkoping', month: '2019-03' };
const RESULT: MonthlyBillingResult = {
  ...MONTH,
  agreement: 'jonkoping-2018',
  agreementVersion: 'v',
  stays: 64,
  vardprisOre: 780_000,
  amountOre: 48_828_000,
  kommuner: [
    { payer: '0604', stays: 0, amountOre: 0 },
    { payer: '0680', stays: 64, amountOre: 48_828_000 },
  ],
  hash: 'h',
  frozenAt: Date.parse('2019-04-13T05:00:00+02:00'),
  folder: 'data/billing/jonkoping/2019-03',
  invoices: ['jonkoping-2019-03-0680-1'],
};

async function shown(over: { status?: BillingStatus; stages?: MonthStage[]; result?: MonthlyBillingResult | Error }) {
  const { status = { status: 'missing' }, stages = [], result } = over;
  const started: string[] = [];
  let looked = 0;
  const billing: BillingGateway = {
    status: async () => status,
    run: async (region, month) => {
      started.push(`${region}/${month}`);
      return 'started';
    },
    stage: async () => stages[Math.min(looked++, stages.length - 1)],
    check: async () => undefined,
    result: () =>
      result === undefined ? new Promise(() => undefined) : result instanceof Error ? Promise.reject(result) : Promise.resolve(result),
  };
  let stdout = '';
  let stderr = '';
  const code = await startOrShow(billing, MONTH, {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  } as never);
  return { code, stdout, stderr, started };
}

describe('hemgang billing run', () => {
  test('starts the month, and says what it waits for instead of waiting', async () => {
    const stages: MonthStage[] = [
      { state: 'lopande', text: 'Månaden läses in.', busy: true, until: null },
      {
        state: 'preliminar',
        text: 'Preliminärt underlag är sänt till 13 kommuner. Invändningar till och med **2019-04-12**; låses **2019-04-13 05.00**.',
        busy: false,
        until: 0,
      },
    ];
    expect(await shown({ stages })).toEqual({
      code: 0,
      started: ['jonkoping/2019-03'],
      stderr: '',
      stdout: [
        'Underlaget för 2019-03, jonkoping, är startat.',
        '2019-03, jonkoping: preliminär. Preliminärt underlag är sänt till 13 kommuner. Invändningar till och med 2019-04-12; låses 2019-04-13 05.00.',
        '',
      ].join('\n'),
    });
  });

  test('shows whom a frozen month waits for, and starts nothing twice', async () => {
    const stages: MonthStage[] = [
      { state: 'last', text: 'Låst 2019-04-13 05.00. Återstår: Jönköping (0680) hålls av regionen.', busy: false, until: null },
    ];
    const { code, stdout, started } = await shown({ status: { status: 'running' }, stages });
    expect([code, started]).toEqual([0, []]);
    expect(stdout).toContain('är redan på gång');
    expect(stdout).toContain('låst. Låst 2019-04-13 05.00. Återstår: Jönköping (0680) hålls av regionen.');
  });

  test('shows an invoiced month with its kommuner, its sum and its invoices', async () => {
    const { code, stdout, started } = await shown({ status: { status: 'done' }, result: RESULT });
    expect([code, started]).toEqual([0, []]);
    expect(stdout).toContain('2019-03, jonkoping: fakturerad. Låst 2019-04-13 05.00, överenskommelse jonkoping-2018');
    expect(stdout).toMatch(/0680 +64 +488 280 kr\nSumma +64 +488 280 kr/);
    expect(stdout).toContain('Fakturor: jonkoping-2019-03-0680-1\nUnderlaget: data/billing/jonkoping/2019-03\n');
  });

  test('says why it failed', async () => {
    const result = ApplicationFailure.nonRetryable('Vårdpriset för 2019 saknas.', 'vardpris-saknas');
    const { code, stderr } = await shown({ status: { status: 'failed', message: 'x' }, result });
    expect([code, stderr]).toEqual([1, 'Vårdpriset för 2019 saknas.\n']);
  });
});
