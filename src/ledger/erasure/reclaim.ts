/** Deleted rows lie in their tables' files until these are swept: done at once, and not when the database comes to it. */
import { sql } from 'kysely';
import type { LedgerContext } from '../ledger.js';

const SWEPT = ['patients', 'person_admissions', 'hospital_messages', 'hospital_persons', 'hospital_stays', 'admissions', 'used_keys'];

/** Outside any transaction, and for as long as it takes. Space within a file is freed, not overwritten; see docs/erasure.md. */
export async function reclaimErased({ db, flush }: LedgerContext): Promise<void> {
  await db.connection().execute(async (one) => {
    await sql`set statement_timeout = 0`.execute(one);
    try {
      for (const table of SWEPT) await sql`vacuum ${sql.table(table)}`.execute(one);
    } finally {
      await sql`reset statement_timeout`.execute(one);
    }
  });
  await flush();
}
