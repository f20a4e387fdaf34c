/** A month's figures for whoever asks: as they run, as they were frozen, or, for a frozen month, as they would be now. */
import { sql } from 'kysely';
import type { RuleBook } from '../../domain/billing/kommun-month.js';
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import type { FrozenKommun, MonthRef, MonthState, MonthSums } from './billing-ledger.js';
import { type Figures, figuresOf } from './figures.js';
import { freshen } from './freshen.js';
import { type FrozenMonth, isFrozen, type SentMonth, sentMonth } from './sent-months.js';

/** What is frozen of a month, and what its hash is of. */
export interface FrozenResult extends Omit<Figures, 'problems' | 'kommuner' | 'others'>, MonthRef {
  agreement: string;
  agreementVersion: string;
  /** SHA-256 of the rule book. */
  ruleBook: string;
  vardprisOre: number | null;
  kommuner: FrozenKommun[];
  others: FrozenKommun[];
  /** SHA-256 over the stays that nobody pays. */
  withoutPayerHash: string;
  preliminaryAt: Instant;
  frozenAt: Instant;
  cut: number;
}

export async function monthSums(context: LedgerContext, ref: MonthRef, now: Instant): Promise<MonthSums | undefined> {
  const sent = await sentMonth(context.db, ref);
  if (!isFrozen(sent)) return sumsNow(context, ref, now);
  const { book } = await context.books.frozen(context.db, ref, sent.rule_book);
  return frozenSums(ref, sent, book);
}

/** Under the frozen rule book where the month is frozen. */
export async function currentSums(context: LedgerContext, ref: MonthRef, now: Instant): Promise<MonthSums | undefined> {
  return sumsNow(context, ref, now);
}

async function sumsNow({ db, books }: LedgerContext, ref: MonthRef, now: Instant): Promise<MonthSums | undefined> {
  await freshen(db, books, ref, now);
  const sent = await sentMonth(db, ref);
  const rules = isFrozen(sent) ? await books.afterwards(db, ref, sent.rule_book) : books.current(ref);
  if (rules === undefined) return undefined;
  const figures = await figuresOf(db, ref, rules);
  return { ...ref, ...stateOf(sent), rules: rules.book, ...figures };
}

function frozenSums(ref: MonthRef, sent: FrozenMonth, rules: RuleBook): MonthSums {
  const result = resultOf(sent);
  const { amountOre, withoutPayer, outOfSight, vantar } = result;
  const unhashed = ({ staysHash: _, ...sum }: FrozenKommun) => sum;
  return {
    region: ref.region,
    month: ref.month,
    ...stateOf(sent),
    rules,
    kommuner: result.kommuner.map(unhashed),
    others: result.others.map(unhashed),
    amountOre,
    withoutPayer,
    outOfSight,
    vantar,
    problems: [],
  };
}

export function resultOf(sent: FrozenMonth): FrozenResult {
  return JSON.parse(sent.result) as FrozenResult;
}

const stateOf = (sent: SentMonth | undefined): Pick<MonthSums, 'state' | 'preliminaryAt' | 'frozenAt' | 'hash'> => ({
  state: sent?.state ?? 'lopande',
  preliminaryAt: sent?.preliminary_at ?? null,
  frozenAt: sent?.frozen_at ?? null,
  hash: sent?.hash ?? null,
});

/** From month to month in the index, however many stays each has. */
export async function listMonths(
  { db }: LedgerContext,
  region: string,
): Promise<{ month: string; state: MonthState; frozenAt: Instant | null; hash: string | null }[]> {
  const { rows } = await sql<{ month: string; state: MonthState | null; frozen_at: number | null; hash: string | null }>`
    with recursive discharged(month) as (
      (select month from episodes where region = ${region} and month is not null order by month desc limit 1)
      union all
      select (select e.month from episodes e where e.region = ${region} and e.month < d.month order by e.month desc limit 1)
      from discharged d where d.month is not null
    )
    select known.month, m.state, m.frozen_at, m.hash from
      (select month from discharged where month is not null union select month from months where region = ${region}) as known
      left join months m on m.region = ${region} and m.month = known.month
    order by known.month desc`.execute(db);
  return rows.map((row) => ({ month: row.month, state: row.state ?? 'lopande', frozenAt: row.frozen_at, hash: row.hash }));
}
