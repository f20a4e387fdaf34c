/** The invoices in an independent validator: XSD, EN 16931 and the rules of Peppol BIS Billing 3, Sweden's among them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadAgreements } from '../../src/agreements/load.js';
import { type KommunSum, kommunSum } from '../../src/domain/billing/kommun-month.js';
import { instantOf } from '../../src/domain/calendar.js';
import type { Invoice, InvoiceKind } from '../../src/ledger/billing/billing-ledger.js';
import { partiesOf } from '../../src/out/documents/invoice/lacks.js';
import { type PeppolInput, peppolXml } from '../../src/out/documents/invoice/peppol.js';
import { agreement, invoiceOf, vardpriser } from '../documents/fixtures.js';
import { buildValidator, type Verdict, validate } from '../documents/validator/validate.js';
import { missingPrograms, without } from '../support/program.js';
import { tempFolder } from '../support/temp-folder.js';

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');
const missing = missingPrograms('mvn', 'java');
const HASH = '5f2a9d1c0b7e48a3d6f1e2c4b5a697887766554433221100ffeeddccbbaa9988';
const ISSUED = instantOf('2019-04-13T05:00:00+02:00');

function parties(payer = '0680') {
  if (!loaded.ok) throw new Error('the shipped agreements do not load');
  const found = partiesOf(loaded.parties, 'jonkoping', payer, true);
  if ('lacks' in found) throw new Error(found.lacks.join(', '));
  return found;
}

interface Case extends Partial<Pick<PeppolInput, 'supplier' | 'customer'>> {
  law?: boolean;
  stays: number;
  days: number;
  billable: Record<string, number>;
  /** What was invoiced before, for a note. */
  before?: { stays: number; days: number; billable: Record<string, number> };
  payer?: string;
  amountOre?: number;
}

function xmlOf({ law = false, stays, days, billable, before, payer = '0680', amountOre, ...over }: Case): string {
  const rules = agreement(law ? 'lag-2017-612' : 'jonkoping-2018');
  const month = law ? '2020-01' : '2019-03';
  const sumOf = (averageStays: number, averageDays: number, billableByYear: Record<string, number>): KommunSum =>
    kommunSum({ payer, stays: averageStays + 1, averageStays, averageDays, billableByYear }, rules, { month, vardpriser });
  const sum = sumOf(stays, days, billable);
  const first = invoiceOf(before === undefined ? sum : sumOf(before.stays, before.days, before.billable), month, payer, ISSUED);
  const difference = (sum.amountOre ?? 0) - first.amountOre;
  const kind: InvoiceKind = difference < 0 ? 'kreditfaktura' : 'debetfaktura';
  const note: Invoice = {
    ...first,
    n: 2,
    number: `jonkoping-${month}-${payer}-2`,
    kind,
    refersTo: first.number,
    sum,
    amountOre: difference,
    totalOre: sum.amountOre ?? 0,
  };
  const invoice = before === undefined ? { ...first, amountOre: amountOre ?? first.amountOre } : note;
  return peppolXml({
    ...parties(law ? '0682' : payer),
    ...over,
    invoice,
    earlier: before === undefined ? [] : [first],
    agreement: rules,
    vardpriser,
    hash: HASH,
  });
}

const { supplier } = parties();
const D = { stays: 24, days: 82, billable: { '2019': 16 } };
const VALID: Record<string, string> = {
  'invoice-average-only': xmlOf({ ...D, billable: {} }),
  'invoice-individual-only': xmlOf({ stays: 14, days: 14, billable: { '2019': 6 } }),
  'invoice-both': xmlOf(D),
  'credit-note': xmlOf({ stays: 23, days: 75, billable: { '2019': 7 }, before: D }),
  'credit-note-that-takes-more-of-one-part': xmlOf({ stays: 25, days: 91, billable: {}, before: D }),
  'debit-note': xmlOf({ stays: 26, days: 101, billable: { '2019': 21 }, before: D }),
  'debit-note-that-takes-less-of-one-part': xmlOf({ stays: 10, days: 20, billable: { '2019': 80 }, before: D }),
  'law-two-years': xmlOf({ law: true, stays: 0, days: 0, billable: { '2019': 3, '2020': 11 } }),
  'whole-amount-in-one-line': xmlOf({ ...D, amountOre: 12_345_670 }),
  'largest-amount': xmlOf({ ...D, amountOre: Number.MAX_SAFE_INTEGER }),
  'smallest-amount': xmlOf({ ...D, amountOre: 1 }),
  'each-kommun-0642': xmlOf({ ...D, payer: '0642' }),
  plusgiro: xmlOf({ ...D, supplier: { ...supplier, account: { kind: 'plusgiro', number: '123456-6' } } }),
  'exempt-from-vat': xmlOf({
    ...D,
    supplier: { ...supplier, vat: { category: 'E', reason: 'Undantagen omsättning', vatNumber: 'SE232100005701' } },
  }),
};
const both = VALID['invoice-both'] ?? '';
const SPOILED: Record<string, [xml: string, rule: string]> = {
  'payable-amount-off-by-an-ore': [
    both.replace('<cbc:PayableAmount currencyID="SEK">386880.00', '<cbc:PayableAmount currencyID="SEK">386880.01'),
    'BR-CO-16',
  ],
  'line-off-by-a-krona': [
    both.replace('<cbc:LineExtensionAmount currencyID="SEK">124800.00', '<cbc:LineExtensionAmount currencyID="SEK">124801.00'),
    'BR-CO-10',
  ],
  'no-buyer-reference': [both.replace(/\s*<cbc:BuyerReference>.*<\/cbc:BuyerReference>/, ''), 'PEPPOL-EN16931-R003'],
  'wrong-check-digit': [both.replaceAll('2120000530', '2120000531'), 'PEPPOL-COMMON-R049'],
  'vat-without-a-reason': [both.replace(/\s*<cbc:TaxExemptionReason.*<\/cbc:TaxExemptionReason(Code)?>/g, ''), 'BR-O-10'],
  'no-element-of-ubl': [both.replace('<cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>', '<cbc:Currency>SEK</cbc:Currency>'), ''],
};

describe.skipIf(missing.length > 0)(`under the official rules${without(missing)}`, () => {
  let verdicts: Record<string, Verdict>;

  beforeAll(async () => {
    await buildValidator();
    const folder = join(tempFolder('peppol'), 'xml');
    mkdirSync(folder, { recursive: true });
    verdicts = await validate({ ...VALID, ...Object.fromEntries(Object.entries(SPOILED).map(([name, [xml]]) => [name, xml])) }, folder);
  }, 600_000);

  test.each(Object.keys(VALID))('%s is valid in every layer, without a warning', (name) => {
    expect(verdicts[name]).toEqual({ valid: true, layers: 3, findings: [] });
  });

  test.each(Object.entries(SPOILED))('%s is found invalid', (name, [, rule]) => {
    expect(verdicts[name]?.valid).toBe(false);
    expect(verdicts[name]?.findings.join('\n')).toContain(rule);
  });
});
