/** The same stays under two rule books: what each kommun would have paid under the other one. */
import type { Agreement, PaymentPeriod } from '../agreement.js';
import { type Ore, sumOre } from '../money.js';
import { computeMonth, type MonthInput, type MonthProblem, type MonthResult } from './month.js';

export interface ComparedKommun {
  payer: string;
  amountOre: Ore | null;
  comparedOre: Ore | null;
  /** Compared less the first: above 0, the kommun would have paid more. Null while a price is unknown. */
  differenceOre: Ore | null;
}

export interface Comparison extends Omit<ComparedKommun, 'payer'> {
  month: string;
  /** In order of kommunkod: all who pay under either, payers of other regions among them. */
  kommuner: ComparedKommun[];
  /** The month under the first agreement, and under the compared one. */
  months: [MonthResult, MonthResult];
  /** As of a month; that the compared agreement is not in force is none. */
  problems: MonthProblem[];
}

/**
 * Computes the month under its own rules and under those of `compared`, with the month's prices.
 *
 * Another region's agreement, or the law, is laid upon the kommuner of the first; a version of the same region has kommuner of its own, and who
 * is not among them pays by the law that is given to fall back on.
 */
export function compareMonth(input: MonthInput, compared: Agreement): Comparison {
  const rules = comparedRules(input.agreement, compared, input.month);
  const months: [MonthResult, MonthResult] = [computeMonth(input), computeMonth({ ...input, agreement: rules })];
  const [first, second] = months.map(amountsOf) as [Map<string, Ore | null>, Map<string, Ore | null>];
  const kommuner = [...new Set([...first.keys(), ...second.keys()])].sort().map((payer): ComparedKommun => {
    // Who is listed under one alone has nothing to pay under the other.
    const amountOre = first.get(payer) ?? (first.has(payer) ? null : 0);
    const comparedOre = second.get(payer) ?? (second.has(payer) ? null : 0);
    return { payer, amountOre, comparedOre, differenceOre: difference(amountOre, comparedOre) };
  });
  const amountOre = sumOre(kommuner.map((kommun) => kommun.amountOre));
  const comparedOre = sumOre(kommuner.map((kommun) => kommun.comparedOre));
  return {
    month: input.month,
    kommuner,
    amountOre,
    comparedOre,
    differenceOre: difference(amountOre, comparedOre),
    months,
    problems: distinct(months.flatMap(({ problems }) => problems)),
  };
}

/** The compared agreement as it is used beside the first: as though it were in force in the month, and for the first one's kommuner. */
export function comparedRules(first: Agreement, compared: Agreement, month: string): Agreement {
  const rules = asIfInForce(compared, month);
  return rules.region !== null && rules.region === first.region ? rules : { ...rules, region: first.region, kommuner: first.kommuner };
}

/** Whether the agreement is in force on every day of the month. */
export function isInForceAllOf(agreement: Agreement, month: string): boolean {
  const { from, until } = agreement.inForce;
  // No date of the month sorts after "YYYY-MM-31".
  return from <= `${month}-01` && (until === null || until > `${month}-31`);
}

/**
 * The agreement as though it had always been in force, where it is not in all of the month: its first rules reach back, its last ones forward.
 *
 * @interpretation A proposal has no past; to see what it would have cost, it is given one.
 */
export function asIfInForce(agreement: Agreement, month: string): Agreement {
  if (isInForceAllOf(agreement, month)) return agreement;
  const { from, until } = agreement.inForce;
  const always = <T extends { from: string; until: string | null }>(period: T): T => ({
    ...period,
    from: period.from === from ? BEGINNING : period.from,
    until: period.until === until ? null : period.until,
  });
  return {
    ...agreement,
    inForce: { from: BEGINNING, until: null },
    kommuner: agreement.kommuner.map(always),
    payment: agreement.payment
      .flatMap(({ careForms, ...period }) => careForms.map((careForm) => ({ ...period, careForms: [careForm] })))
      .map(reaching),
  };
}

const BEGINNING = '0001-01-01';

/** The first rules of a care form reach back, the last ones forward. */
function reaching(period: PaymentPeriod, _index: number, all: readonly PaymentPeriod[]): PaymentPeriod {
  const own = all.filter(({ careForms }) => careForms[0] === period.careForms[0]);
  const isFirst = own.every(({ from }) => from >= period.from);
  const isLast = own.every(({ from }) => from <= period.from);
  return { ...period, from: isFirst ? BEGINNING : period.from, until: isLast ? null : period.until };
}

function amountsOf({ kommuner, andraRegioner }: MonthResult): Map<string, Ore | null> {
  return new Map([...kommuner, ...(andraRegioner?.kommuner ?? [])].map(({ payer, amountOre }) => [payer, amountOre]));
}

const difference = (first: Ore | null, second: Ore | null): Ore | null => (first === null || second === null ? null : second - first);

function distinct(problems: readonly MonthProblem[]): MonthProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
