/** The lines of an invoice: days and their price, exact to the öre, with nothing of any stay. */
import type { Agreement, Vardpriser } from '../../../domain/agreement.js';
import { averageRuleIn, type KommunSum, priceOf } from '../../../domain/billing/kommun-month.js';
import { decimalText, type Ore, priceOfDays, priceOfTenths, type Tenths, tenthsOf } from '../../../domain/money.js';
import type { Invoice } from '../../../ledger/billing/billing-ledger.js';
import { daysText, monthText } from '../format.js';

/** Quantity × price = amount, exactly. */
export interface InvoiceLine {
  name: string;
  /** Days with one decimal, or pieces; negative where a note takes some back. */
  quantity: string;
  unit: 'DAY' | 'C62';
  /** Öre per unit, never negative. */
  priceOre: Ore;
  amountOre: Ore;
}

interface By {
  agreement: Agreement;
  month: string;
  vardpriser: Vardpriser;
}

/**
 * What an invoice or note charges: the days of its month less those of the one before, by the year of their price. A credit note's lines are
 * turned round, since its amounts are what is given back. Where days do not explain the difference, one line says it as a whole.
 */
export function invoiceLines(invoice: Invoice, before: KommunSum | null, by: By): InvoiceLine[] {
  const sign = invoice.kind === 'kreditfaktura' ? -1 : 1;
  const lines = [...averageLine(invoice.sum, before, by, sign), ...individualLines(invoice.sum, before, by, sign)];
  const owed = sign * invoice.amountOre;
  if (lines.length > 0 && lines.reduce((sum, line) => sum + line.amountOre, 0) === owed) return lines;
  const name =
    invoice.n === 1
      ? `Betalningsansvar ${monthText(by.month)} enligt underlag`
      : `Rättat betalningsansvar ${monthText(by.month)} enligt underlag`;
  return [{ name, quantity: owed < 0 ? '-1' : '1', unit: 'C62', priceOre: Math.abs(owed), amountOre: owed }];
}

function averageLine(sum: KommunSum, before: KommunSum | null, by: By, sign: 1 | -1): InvoiceLine[] {
  const priceOre = priceOf(by, by.month.slice(0, 4));
  const tenths = sign * (tenthsIn(sum) - (before === null ? 0 : tenthsIn(before)));
  if (tenths === 0 || priceOre === null) return [];
  return [
    line(
      `Genomsnittsdel ${monthText(by.month)}`,
      tenths,
      priceOre,
      signed(tenths, (size) => priceOfTenths(size, priceOre)),
    ),
  ];
}

const tenthsIn = ({ averageBillableDays }: KommunSum): Tenths => (averageBillableDays === null ? 0 : tenthsOf(averageBillableDays));

function individualLines(sum: KommunSum, before: KommunSum | null, by: By, sign: 1 | -1): InvoiceLine[] {
  const label = averageRuleIn(by.agreement, by.month) === null ? 'Betalningsansvar' : 'Individuell del';
  const years = [...new Set([...Object.keys(sum.billableByYear), ...Object.keys(before?.billableByYear ?? {})])].sort();
  const daysIn = (year: string) => sign * ((sum.billableByYear[year] ?? 0) - (before?.billableByYear[year] ?? 0));
  const parts =
    by.agreement.priceYear === 'discharge'
      ? [{ year: by.month.slice(0, 4), days: years.reduce((all, year) => all + daysIn(year), 0) }]
      : years.map((year) => ({ year, days: daysIn(year) }));
  const shown = parts.filter(({ days }) => days !== 0);
  return shown.flatMap(({ year, days }) => {
    const priceOre = priceOf(by, year);
    if (priceOre === null) return [];
    const name = `${label} ${monthText(by.month)}${shown.length > 1 || year !== by.month.slice(0, 4) ? `, ${year} års vårdpris` : ''}`;
    return [
      line(
        name,
        days * 10,
        priceOre,
        signed(days, (size) => priceOfDays(size, priceOre)),
      ),
    ];
  });
}

function line(name: string, tenths: Tenths, priceOre: Ore, amountOre: Ore): InvoiceLine {
  const quantity = decimalText(tenths, 1).replace(/\.0$/, '');
  return { name: `${name}: ${daysText(quantity)}`, quantity, unit: 'DAY', priceOre, amountOre };
}

const signed = (value: number, amount: (size: number) => Ore): Ore => (value < 0 ? -amount(-value) : amount(value));
