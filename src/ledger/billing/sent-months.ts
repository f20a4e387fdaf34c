/** The months that have been sent to the kommuner, and by what rules a month is reckoned now. */
import type { Selectable } from 'kysely';
import type { Db } from '../connect.js';
import type { MonthRef } from './billing-ledger.js';
import type { MonthRules, RuleBooks } from './rule-books.js';
import type { MonthsTable } from './tables.js';

export type SentMonth = Selectable<MonthsTable>;
/** A month that is frozen, which has everything. */
export type FrozenMonth = SentMonth & {
  state: 'last' | 'fakturerad';
  cut: number;
  rule_book: string;
  result: string;
  hash: string;
  frozen_at: number;
};

export const isFrozen = (month: SentMonth | undefined): month is FrozenMonth => month !== undefined && month.state !== 'preliminar';

/** Undefined while the month has not been sent. */
export async function sentMonth(db: Db, { region, month }: MonthRef): Promise<SentMonth | undefined> {
  return db.selectFrom('months').selectAll().where('region', '=', region).where('month', '=', month).executeTakeFirst();
}

/** Those of the months that have been sent, by their names. */
export async function sentMonths(db: Db, region: string, months: readonly (string | null)[]): Promise<Map<string, SentMonth>> {
  const names = [...new Set(months.filter((month) => month !== null))];
  if (names.length === 0) return new Map();
  const rows = await db.selectFrom('months').selectAll().where('region', '=', region).where('month', 'in', names).execute();
  return new Map(rows.map((row) => [row.month, row]));
}

/** The frozen rule book of a frozen month, else that of the service's agreements; undefined where nothing holds, or nobody gave any. */
export async function rulesNow(db: Db, books: RuleBooks, ref: MonthRef, sent: SentMonth | undefined): Promise<MonthRules | undefined> {
  return isFrozen(sent) ? books.frozen(db, ref, sent.rule_book) : books.currentIfAny(ref);
}
