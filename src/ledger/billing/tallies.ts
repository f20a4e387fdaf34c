/** What a month's stays add up to for each payer: one statement over its judged rows. */
import { sql } from 'kysely';
import type { Tally } from '../../domain/billing/kommun-month.js';
import type { Db } from '../connect.js';
import type { MonthRef } from './billing-ledger.js';

/** `payer` null: registered nowhere. */
export interface PayerTally extends Omit<Tally, 'payer'> {
  payer: string | null;
  vantar: number;
  outOfSight: number;
  /** SHA-256 over the digests of its stays, one a line, in order of their ids; empty when not asked for. */
  staysHash: string;
}

interface Row {
  payer: string | null;
  stays: number;
  average_stays: number;
  average_days: number;
  billable_by_year: Record<string, number> | null;
  vantar: number;
  out_of_sight: number;
  stays_hash: string | null;
}

/**
 * `payer`: only this one. `without`: these stays are out of the base, as when they are disputed; they are among the stays all the same.
 * `hashed`: with the hash of each payer's stays.
 */
export async function talliesOf(
  db: Db,
  { region, month }: MonthRef,
  only: { payer?: string | undefined; without?: readonly string[] | undefined; hashed?: boolean } = {},
): Promise<PayerTally[]> {
  const { payer, without = [], hashed = false } = only;
  const hash = sql`encode(sha256(string_agg(digest, E'\n' order by stay_id collate "C") filter (where not out_of_sight)::bytea), 'hex')`;
  const own = sql`region = ${region} and month = ${month} ${payer === undefined ? sql`` : sql`and payer = ${payer}`}`;
  const inBase = without.length === 0 ? sql`` : sql`filter (where stay_id <> all(${without}))`;
  const { rows } = await sql<Row>`
    with added as (
      select payer, count(*) filter (where not out_of_sight) as stays,
        count(average_days) ${inBase} as average_stays, coalesce(sum(average_days) ${inBase}, 0) as average_days,
        count(*) filter (where vantar) as vantar, count(*) filter (where out_of_sight) as out_of_sight,
        ${hashed ? hash : sql`null`} as stays_hash
      from episodes where ${own} group by payer
    ), billed as (
      select payer, jsonb_object_agg(year, days) as billable_by_year from (
        select payer, each.key as year, sum(each.value::integer) as days
        from episodes, jsonb_each_text(billable_by_year) as each
        where ${own} and billable_by_year is not null ${without.length === 0 ? sql`` : sql`and stay_id <> all(${without})`}
        group by payer, each.key
      ) as by_year group by payer
    )
    select added.*, billed.billable_by_year from added left join billed on billed.payer is not distinct from added.payer`.execute(db);
  return rows.map((row) => ({
    payer: row.payer,
    stays: row.stays,
    averageStays: row.average_stays,
    averageDays: row.average_days,
    billableByYear: row.billable_by_year ?? {},
    vantar: row.vantar,
    outOfSight: row.out_of_sight,
    staysHash: row.stays_hash ?? '',
  }));
}

/** A payer without a stay. */
export const noStays = (payer: string): Tally => ({ payer, stays: 0, averageStays: 0, averageDays: 0, billableByYear: {} });
