/** What process owners and economists see of months and invoices in Temporal's pages: all of it but what the parties write. */
import { describe, expect, it } from 'vitest';
import type { FrozenTotals, MonthPlan, MonthProgress, SentMonth } from '../../../activities/billing.js';
import type { CycleAnswer, CycleMessage, KommunStanding } from '../../../activities/kommun-invoice.js';
import type { ThresholdWarning } from '../../../activities/month-checks.js';
import type { Json } from '../../../src/domain/ids.js';
import { HIDDEN, shownOf } from '../../../src/doors/codec/shown.js';
import type { Recorded } from '../../../src/ledger/record.js';
import { standingDetails } from '../../../workflows/invoice-details.js';
import { invoiceStart, type KommunInvoiceInput } from '../../../workflows/invoice-start.js';
import type { MonthlyBillingInput, MonthlyBillingResult, MonthStage } from '../../../workflows/month-messages.js';

const AT = Date.parse('2019-04-13T03:00:00Z');
const REF = { region: 'jonkoping', month: '2019-03' };
const clock = { start: AT, realStart: AT, scale: 1 };

const frozen = {
  ...REF,
  agreement: 'jonkoping-2018',
  agreementVersion: 'd3bc41c1a0d567bfd5495c79b5cb49e46c3703cc4cd74ab53e69118b8ab',
  stays: 27,
  vardprisOre: 780_000,
  amountOre: 38_688_000,
  kommuner: [{ payer: '0680', stays: 27, amountOre: null }],
  hash: 'd16547db998e2cb7f0dca50b8fea77277815e73d5a2afd07e8c26f7def9',
  frozenAt: AT,
} satisfies FrozenTotals;
const invoices = ['jonkoping-2019-03-0680-1'];
const standing = {
  state: 'last',
  kommun: 'Jönköping (0680)',
  tolkningsinstans: 'reko',
  inMonth: true,
  stays: 27,
  amountOre: 2_612_080_000,
  frozenAt: AT,
  owedOre: null,
  issuedOre: 0,
  waitsFor: 'approval',
  open: [
    {
      objectionId: 'i-1',
      stayId: 'S-1',
      code: 'fel-tid',
      state: 'bestridd',
      at: AT,
      ball: { party: 'tolkningsinstans', unit: 'reko' },
      until: null,
      remindAt: AT,
    },
  ],
  objections: { bestridd: 1, godtagen: 2 },
  invoices: [{ number: 'jonkoping-2019-03-0680-1', n: 1, kind: 'faktura', amountOre: 1, issuedAt: AT, dueDate: '2019-05-13' }],
  undocumented: [1],
  nextAt: AT,
  settled: false,
} satisfies KommunStanding;

describe('of a month is shown', () => {
  it.each<[string, unknown]>([
    ['what it was started with', { ...REF, clock } satisfies MonthlyBillingInput],
    ['when its steps are', { agreement: 'jonkoping-2018', preliminaryAt: AT, freezeAt: AT, frozenAt: null } satisfies MonthPlan],
    ['what was sent', { payers: ['0680', '0682'], news: 2, objectUntil: AT, freezeAt: AT } satisfies SentMonth],
    [
      'whom it waits for',
      { waiting: [{ payer: '0680', kommun: 'Jönköping (0680)', waitsFor: 'release' }], invoices } satisfies MonthProgress,
    ],
    ['how it stands', { state: 'preliminar', text: 'Månaden läses in.', busy: true, until: null } satisfies MonthStage],
    ["a kommun's invoice as it is started", { ...REF, payer: '0680', clock } satisfies KommunInvoiceInput],
    ["a kommun's month", standing],
    ['the zero that a check counts', 0],
    ['the id of the month that was started', 'billing/jonkoping/2019-03'],
    ['an objection that is refused', { accepted: false, code: 'fel-enhet', need: 'Det är inte den enhetens sak.' } satisfies CycleAnswer],
    ['the head of an invoice', invoiceStart({ ...REF, payer: '0680' }).staticSummary],
    [
      'the page of an invoice',
      { definition: { type: 'kommunInvoice' }, currentDetails: standingDetails({ ...REF, payer: '0680' }, standing, undefined, AT) },
    ],
    ['which documents were written', { folder: 'data/billing/jonkoping/2019-03/0680', files: ['underlag.pdf', 'faktura.xml'] }],
    ['how many events were new', { appended: 2, seq: 9 } satisfies Recorded],
    ['a request', { ...REF, payer: '0680', at: AT, n: 1 }],
  ])('%s', (_what, value) => {
    expect(shownOf(value as Json)).toEqual(value);
  });

  it('a warning, but for its sentence, which is said in the inbox', () => {
    const warning = { payer: '0680', code: 'troskel-nara', text: 'Snittet är nära tröskeln.' } satisfies ThresholdWarning;
    expect(shownOf([warning])).toEqual([{ ...warning, text: HIDDEN }]);
  });

  it('its figures, without the fingerprint', () => {
    const result = { ...frozen, folder: '/var/lib/hemgang/billing/jonkoping/2019-03', invoices } satisfies MonthlyBillingResult;
    expect(shownOf(frozen as unknown as Json)).toEqual({ ...frozen, hash: HIDDEN });
    expect(shownOf(result as unknown as Json)).toEqual({ ...result, hash: HIDDEN });
    expect(shownOf({ folder: '/home/Anna Ek/billing/x' })).toEqual({ folder: HIDDEN });
  });
});

describe('what the parties write is hidden', () => {
  const by = { party: 'kommun', unit: '0680', role: 'ekonom', name: 'Ekonom Prov' } as const;
  const verdict = { accepted: false, text: 'Anna Ek bodde kvar', at: AT, by };
  it.each<[string, unknown]>([
    [
      'an objection on its way',
      {
        ...REF,
        payer: '0680',
        action: 'objection',
        data: { objectionId: 'i-1', stayId: 'S-1', code: 'fel-tid', text: 'Anna Ek', by },
        at: AT,
      } satisfies CycleMessage,
    ],
    ['an update', { objectionId: 'i-1', stayId: 'S-1', code: 'fel-tid', text: 'Anna Ek', by }],
    ['an answer', { objectionId: 'i-1', accepted: true, text: 'Anna Ek', by }],
    [
      'what is answered',
      {
        accepted: true,
        objection: {
          ...{
            ...REF,
            payer: '0680',
            objectionId: 'i-1',
            stayId: 'S-1',
            code: 'fel-tid',
            text: 'Anna Ek',
            at: AT,
            by,
            inTime: true,
            answerDueAt: AT,
          },
          ...{ answer: { ...verdict, rattad: false }, dispute: { text: 'Anna Ek', at: AT, by }, decision: verdict },
        },
      } satisfies CycleAnswer,
    ],
    [
      'why an invoice is held',
      { accepted: true, state: { ...REF, payer: '0680', held: { text: 'Anna Ek', at: AT, by }, approved: null } } satisfies CycleAnswer,
    ],
    ['a page with a reason', { definition: { type: 'kommunInvoice' }, currentDetails: 'Anna Ek' }],
  ])('%s', (_what, value) => {
    const seen = JSON.stringify(shownOf(value as Json));
    expect(seen).not.toContain('Anna');
    expect(seen).toContain(HIDDEN);
    if (seen.includes('party')) expect(seen).toContain('"unit":"0680"');
  });
});
