/** A month's figures, from the tallies of its payers and the rule book. */
import { isInForceIn, kommunerIn } from '../../domain/agreement-in-force.js';
import { type KommunSum, kommunSum, priceOf, type Tally } from '../../domain/billing/kommun-month.js';
import type { MonthProblem } from '../../domain/billing/month.js';
import { type Ore, sumOre } from '../../domain/money.js';
import type { Db } from '../connect.js';
import type { MonthRef } from './billing-ledger.js';
import type { MonthRules } from './rule-books.js';
import { noStays, type PayerTally, talliesOf } from './tallies.js';

export interface Figures {
  /** In order of kommunkod: the agreement's kommuner, those with nothing to pay too. */
  kommuner: KommunSum[];
  /** Payers of other regions, who pay by the law. */
  others: KommunSum[];
  /** What the agreement's kommuner owe together, as in the preview. */
  amountOre: Ore | null;
  withoutPayer: number;
  outOfSight: number;
  vantar: number;
  problems: MonthProblem[];
}

/** Over the rows as they are now. */
export async function figuresOf(db: Db, ref: MonthRef, rules: MonthRules): Promise<Figures> {
  return figuresFrom(db, ref, rules, await talliesOf(db, ref));
}

/** With the hash of each payer's stays; under null that of those nobody pays. */
export async function hashedFigures(db: Db, ref: MonthRef, rules: MonthRules): Promise<Figures & { hashes: Map<string | null, string> }> {
  const tallies = await talliesOf(db, ref, { hashed: true });
  const hashes = new Map(tallies.filter(({ staysHash }) => staysHash !== '').map((tally) => [tally.payer, tally.staysHash]));
  return { ...(await figuresFrom(db, ref, rules, tallies)), hashes };
}

async function figuresFrom(db: Db, ref: MonthRef, rules: MonthRules, tallies: readonly PayerTally[]): Promise<Figures> {
  const { agreement, fallback } = rules.book;
  const by = { month: ref.month, vardpriser: rules.book.vardpriser };
  const seen = tallies.filter(hasPayer).filter((tally) => tally.stays > 0);
  const codes =
    agreement.region === null ? seen.map((tally) => tally.payer).sort() : kommunerIn(agreement, ref.month).map(({ code }) => code);
  const own = codes.map((code) => seen.find((tally) => tally.payer === code) ?? noStays(code));
  const strangers = seen.filter((tally) => !rules.isOwn(tally.payer)).sort((a, b) => (a.payer < b.payer ? -1 : 1));
  const kommuner = own.map((tally) => kommunSum(tallyAlone(tally), agreement, by));
  const others = fallback === undefined ? [] : strangers.map((tally) => kommunSum(tallyAlone(tally), fallback, by));
  const total = (of: (tally: PayerTally) => number): number => tallies.reduce((sum, tally) => sum + of(tally), 0);
  return {
    kommuner,
    others,
    amountOre: sumOre(kommuner.map((kommun) => kommun.amountOre)),
    withoutPayer: tallies.find((tally) => tally.payer === null)?.stays ?? 0,
    outOfSight: total((tally) => tally.outOfSight),
    vantar: tallies.filter(hasPayer).reduce((sum, tally) => sum + tally.vantar, 0),
    problems: [...problemsOf(ref, rules, { own, strangers }), ...(fallback === undefined ? await unbillable(db, ref, strangers) : [])],
  };
}

const hasPayer = (tally: PayerTally): tally is PayerTally & Tally => tally.payer !== null;
const tallyAlone = ({ payer, stays, averageStays, averageDays, billableByYear }: Tally): Tally => ({
  payer,
  stays,
  averageStays,
  averageDays,
  billableByYear,
});

/** The years whose price is needed: the month's, and where each day has its own price, those of the days. */
function problemsOf(
  ref: MonthRef,
  { book }: MonthRules,
  { own, strangers }: { own: readonly Tally[]; strangers: readonly Tally[] },
): MonthProblem[] {
  const { agreement, fallback } = book;
  const problems: MonthProblem[] = [];
  if (!isInForceIn(agreement.inForce, ref.month)) problems.push({ code: 'galler-inte', agreement: agreement.id, month: ref.month });
  const years = new Set([ref.month.slice(0, 4)]);
  for (const [paidUnder, tallies] of [
    [agreement, own],
    [fallback, strangers],
  ] as const) {
    if (paidUnder?.priceYear !== 'each-day') continue;
    for (const tally of tallies) for (const year of Object.keys(tally.billableByYear)) years.add(year);
  }
  const missing = [...years].filter((year) => priceOf(book, year) === null).sort();
  return [...problems, ...missing.map((year): MonthProblem => ({ code: 'vardpris-saknas', year }))];
}

const NAMED = 100;

/** Stays of payers that pay under nothing: where no law is given to fall back on. */
async function unbillable(db: Db, { region, month }: MonthRef, strangers: readonly Tally[]): Promise<MonthProblem[]> {
  if (strangers.length === 0) return [];
  const rows = await db
    .selectFrom('episodes')
    .select(['stay_id', 'payer'])
    .where('region', '=', region)
    .where('month', '=', month)
    .where(
      'payer',
      'in',
      strangers.map((tally) => tally.payer),
    )
    .where('out_of_sight', '=', false)
    .limit(NAMED)
    .execute();
  return rows.map((row) => ({ code: 'betalare-utanfor-regionen', stayId: row.stay_id, payer: row.payer ?? '' }));
}
