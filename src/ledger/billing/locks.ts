/** Who waits for whom: recording shares a month, sending, freezing and settling have it to themselves; always the month before the kommun. */
import { sql } from 'kysely';
import type { Db } from '../connect.js';
import type { MonthRef, PayerRef } from './billing-ledger.js';

/** Several months in the order of their names, so that two who want the same ones cannot wait for each other. */
export async function shareMonths(tx: Db, region: string, months: readonly (string | null)[]): Promise<void> {
  const keys = [...new Set(months.filter((month) => month !== null))].sort().map((month) => `${region}/${month}`);
  for (const key of keys) await sql`select pg_advisory_xact_lock_shared(hashtext('hemgang-month'), hashtext(${key}))`.execute(tx);
}

export async function holdMonth(tx: Db, { region, month }: MonthRef): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('hemgang-month'), hashtext(${`${region}/${month}`}))`.execute(tx);
}

/** Shares the month, and has the kommun's part of it alone. */
export async function holdPayer(tx: Db, ref: PayerRef): Promise<void> {
  await shareMonths(tx, ref.region, [ref.month]);
  await sql`select pg_advisory_xact_lock(hashtext('hemgang-payer'), hashtext(${`${ref.region}/${ref.month}/${ref.payer}`}))`.execute(tx);
}

const LONG_MS = 5 * 60_000;

/** A whole month may take longer than a statement usually may. */
export async function allowTime(tx: Db): Promise<void> {
  await sql`set local statement_timeout = ${sql.lit(LONG_MS)}`.execute(tx);
  await sql`set local idle_in_transaction_session_timeout = ${sql.lit(LONG_MS)}`.execute(tx);
}
