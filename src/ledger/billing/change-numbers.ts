/** One row of numbers for everything that changes in months' billing: who has a month to itself draws one above all that has happened in it. */
import { sql } from 'kysely';
import type { Db } from '../connect.js';

export async function nextChange(tx: Db): Promise<number> {
  const { rows } = await sql<{ no: number }>`select nextval('billing_changes') as no`.execute(tx);
  return rows[0]?.no ?? 0;
}
