import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KommunSum, kommunSum } from '../../src/domain/billing/kommun-month.js';
import type { Invoice } from '../../src/ledger/billing/billing-ledger.js';
import { type InvoiceLine, invoiceLines } from '../../src/out/documents/invoice/lines.js';
import { agreement, invoiceOf, vardpriser } from './fixtures.js';

const J = { agreement: agreement('jonkoping-2018'), month: '2019-03', vardpriser };
const LAW = { agreement: agreement('lag-2017-612'), month: '2020-01', vardpriser };

const sumOf = (by: typeof J, averageStays: number, averageDays: number, billableByYear: Record<string, number>): KommunSum =>
  kommunSum({ payer: '0680', stays: averageStays, averageStays, averageDays, billableByYear }, by.agreement, by);
const first = (sum: KommunSum, month: string): Invoice => invoiceOf(sum, month, '0680', 0);
const note = (sum: KommunSum, before: KommunSum, month: string): Invoice => {
  const amountOre = (sum.amountOre ?? 0) - (before.amountOre ?? 0);
  return { ...first(sum, month), n: 2, kind: amountOre < 0 ? 'kreditfaktura' : 'debetfaktura', refersTo: 'x-1', amountOre };
};
const plain = ({ name, quantity, unit, priceOre, amountOre }: InvoiceLine) => [
  name.replaceAll('\u00a0', ' '),
  quantity,
  unit,
  priceOre,
  amountOre,
];

describe("an invoice's lines", () => {
  test("say the days of J's example D and their price", () => {
    const sum = sumOf(J, 24, 82, { '2019': 16 });
    expect(invoiceLines(first(sum, '2019-03'), null, J).map(plain)).toEqual([
      ['Genomsnittsdel mars 2019: 33,6 dagar', '33.6', 'DAY', 780_000, 26_208_000],
      ['Individuell del mars 2019: 16 dagar', '16', 'DAY', 780_000, 12_480_000],
    ]);
  });

  test('leave out a part that costs nothing', () => {
    expect(invoiceLines(first(sumOf(J, 10, 27, {}), '2019-03'), null, J)).toHaveLength(1);
    expect(invoiceLines(first(sumOf(J, 10, 5, { '2019': 5 }), '2019-03'), null, J)).toHaveLength(1);
  });

  test('are one for each year of the law', () => {
    const sum = sumOf(LAW, 0, 0, { '2019': 1, '2020': 4 });
    expect(invoiceLines(first(sum, '2020-01'), null, LAW).map(plain)).toEqual([
      ['Betalningsansvar januari 2020, 2019 års vårdpris: 1 dag', '1', 'DAY', 780_000, 780_000],
      ['Betalningsansvar januari 2020, 2020 års vårdpris: 4 dagar', '4', 'DAY', 820_000, 3_280_000],
    ]);
  });

  test('of a credit note are what is given back, what it takes more of with a minus', () => {
    const before = sumOf(J, 24, 82, { '2019': 16 });
    const now = sumOf(J, 25, 91, { '2019': 9 });
    expect(invoiceLines(note(now, before, '2019-03'), before, J).map(plain)).toEqual([
      ['Genomsnittsdel mars 2019: −6,4 dagar', '-6.4', 'DAY', 780_000, -4_992_000],
      ['Individuell del mars 2019: 7 dagar', '7', 'DAY', 780_000, 5_460_000],
    ]);
  });

  test('are one of the whole amount where the days do not explain it', () => {
    const sum = sumOf(J, 24, 82, { '2019': 16 });
    const lines = invoiceLines({ ...first(sum, '2019-03'), amountOre: 30_000_000 }, null, J);
    expect(lines.map(plain)).toEqual([['Betalningsansvar mars 2019 enligt underlag', '1', 'C62', 30_000_000, 30_000_000]]);
  });

  test('always add up to the amount, quantity times price to the öre, whatever came before', () => {
    const tally = fc.record({ stays: fc.nat(500), days: fc.nat(3_500), y19: fc.nat(400), y20: fc.nat(400) });
    const sum = (by: typeof J, { stays, days, y19, y20 }: { stays: number; days: number; y19: number; y20: number }) =>
      by === J ? sumOf(J, stays, stays === 0 ? 0 : days, { '2019': y19 }) : sumOf(LAW, 0, 0, { '2019': y19, '2020': y20 });
    fc.assert(
      fc.property(fc.constantFrom(J, LAW), tally, fc.option(tally, { nil: null }), (by, now, earlier) => {
        const before = earlier === null ? null : sum(by, earlier);
        const invoice = before === null ? first(sum(by, now), by.month) : note(sum(by, now), before, by.month);
        if (invoice.amountOre === 0) return;
        const lines = invoiceLines(invoice, before, by);
        expect(lines.reduce((all, line) => all + line.amountOre, 0)).toBe(Math.abs(invoice.amountOre));
        for (const line of lines) {
          expect(BigInt(line.amountOre) * 10n).toBe(BigInt(Math.round(Number(line.quantity) * 10)) * BigInt(line.priceOre));
          expect(line.priceOre).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
