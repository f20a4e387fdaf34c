/** The stays of a region that, as far as the ledger knows, have not ended: those that nothing is recorded of yet among them. */
import type { LedgerContext } from './ledger.js';

/** Ids in order. */
export async function openStays({ db }: LedgerContext, region: string): Promise<string[]> {
  const rows = await db
    .selectFrom('admissions')
    .leftJoin('stays', 'stays.stay_id', 'admissions.stay_id')
    .select('admissions.stay_id as stay_id')
    .where('admissions.region', '=', region)
    .where('stays.ended_at', 'is', null)
    .orderBy('admissions.stay_id')
    .execute();
  return rows.map((row) => row.stay_id);
}
