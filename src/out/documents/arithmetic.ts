/** How a kommun's sum came about, spelled out in Swedish: each step with its formula and its kronor. */
import type { Agreement, Vardpriser } from '../../domain/agreement.js';
import { averageRuleIn, type KommunSum, priceOf } from '../../domain/billing/kommun-month.js';
import type { Ore } from '../../domain/money.js';
import { daysText, decimal, kronor, staysText } from './format.js';

export interface Step {
  label: string;
  formula: string;
  /** Null where the step itself costs nothing to say, or the price is unknown. */
  amountOre: Ore | null;
}

interface By {
  agreement: Agreement;
  month: string;
  vardpriser: Vardpriser;
}

/** The average part and the individual one, in that order; what the agreement does not have is left out. @source J bilaga 2; V; LUS 5:4, 5:6 */
export function arithmeticOf(sum: KommunSum, by: By): Step[] {
  return [...averageSteps(sum, by), ...individualSteps(sum, by)];
}

function averageSteps(sum: KommunSum, by: By): Step[] {
  const rule = averageRuleIn(by.agreement, by.month);
  if (rule === null || sum.averageStays === null) return [];
  const stays = staysText(sum.averageStays);
  if (sum.averageStays === 0 || sum.average === null)
    return [{ label: 'Genomsnitt', formula: 'Inget vårdtillfälle räknas i snittet.', amountOre: sum.averageAmountOre }];
  const total = sum.averageDaysTotal ?? 0;
  const average = decimal(sum.average);
  const threshold = decimal(rule.threshold);
  const rounded = rule.rounding === 'exact' ? '' : ', avrundat till en decimal';
  const mean: Step = {
    label: 'Genomsnitt',
    formula: `${daysText(total)} ÷ ${stays} = ${average} dagar i snitt${rounded}`,
    amountOre: null,
  };
  if (sum.averageBillableDays === '0.0')
    return [
      mean,
      {
        label: 'Snittdel',
        formula: `Snittet ${average} dagar är inte högre än tröskeln ${threshold} dagar: inget att betala.`,
        amountOre: sum.averageAmountOre,
      },
    ];
  const days = daysText(sum.averageBillableDays ?? '0.0');
  const price = pricePerDay(by, by.month.slice(0, 4));
  const formula =
    rule.rounding === 'exact'
      ? `${daysText(total)} − ${threshold} × ${stays} = ${days}; ${days} × ${price} = ${kronor(sum.averageAmountOre)}`
      : `(${average} − ${threshold}) × ${stays} × ${price} = ${kronor(sum.averageAmountOre)}`;
  return [mean, { label: `Snittdel, ${days}`, formula, amountOre: sum.averageAmountOre }];
}

function individualSteps(sum: KommunSum, by: By): Step[] {
  const rule = averageRuleIn(by.agreement, by.month);
  if (rule !== null && rule.individual === null) return [];
  const years = Object.entries(sum.billableByYear).sort(([a], [b]) => (a < b ? -1 : 1));
  const days = years.reduce((all, [, part]) => all + part, 0);
  const label = rule === null ? 'Betalningsansvar' : 'Individuell del';
  if (days === 0) return [{ label, formula: noneText(rule?.individual ?? null), amountOre: sum.individualAmountOre }];
  const perYear = by.agreement.priceYear === 'discharge' ? [[by.month.slice(0, 4), days] as const] : years;
  const formula = perYear.map(([year, part]) => `${daysText(part)} × ${pricePerDay(by, year)}${perYear.length > 1 ? ` (${year})` : ''}`);
  return [
    {
      label: `${label}, ${daysText(days)}`,
      formula: `${formula.join(' + ')} = ${kronor(sum.individualAmountOre)}`,
      amountOre: sum.individualAmountOre,
    },
  ];
}

function noneText(individual: { fromDays: number } | null): string {
  return individual === null
    ? 'Inget vårdtillfälle har dagar att betala.'
    : `Inget vårdtillfälle har ${individual.fromDays} dagar eller fler.`;
}

/** How one stay's own days became kronor: `10 dagar − 3 dagar = 7 dagar × 7 800 kr = 54 600 kr`; null for one in the average. */
export function stayFormula(stay: { days: number | null; billableDays: number | null; amountOre: Ore | null }, by: By): string | null {
  if (stay.billableDays === null || stay.days === null) return null;
  const free = averageRuleIn(by.agreement, by.month)?.individual?.freeDays;
  const billable = daysText(stay.billableDays);
  const price = by.agreement.priceYear === 'discharge' ? ` × ${pricePerDay(by, by.month.slice(0, 4))}` : '';
  const start = free !== undefined && stay.days - free === stay.billableDays ? `${daysText(stay.days)} − ${daysText(free)} = ` : '';
  return `${start}${billable}${price} = ${kronor(stay.amountOre)}`;
}

function pricePerDay(by: By, year: string): string {
  const price = priceOf(by, year);
  return price === null ? `vårdpriset för ${year}, som saknas` : kronor(price);
}
