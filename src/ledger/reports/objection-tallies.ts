/** Objections counted for the reports: by code and how far they have come, and how many stays they are about. */
import { sql } from 'kysely';
import type { ObjectionTally } from '../../domain/reports/breakdowns.js';
import type { LedgerContext } from '../ledger.js';
import type { ContestedTally, RegionPeriod } from './report-ledger.js';

/** By the month of the basis. The vårdcentral is the one that the stay has in the reports; null where it is in none. */
export async function objectionTallies(
  { db }: LedgerContext,
  { region, from, to }: RegionPeriod,
): Promise<{ objections: ObjectionTally[]; contested: ContestedTally[] }> {
  const rows = db
    .selectFrom('objections as o')
    .leftJoin('stay_indicators as i', 'i.stay_id', 'o.stay_id')
    .where('o.region', '=', region)
    .where('o.month', '>=', from)
    .where('o.month', '<=', to);
  const [objections, contested] = await Promise.all([
    rows
      .select(['o.month', 'o.payer', 'i.vardcentral', 'o.code', 'o.state', sql<number>`count(*)::int`.as('count')])
      .groupBy(['o.month', 'o.payer', 'i.vardcentral', 'o.code', 'o.state'])
      .orderBy('o.month')
      .orderBy('o.payer')
      .orderBy('i.vardcentral')
      .orderBy('o.code')
      .orderBy('o.state')
      .execute(),
    rows
      .select(['o.month', 'o.payer', 'i.vardcentral', sql<number>`count(distinct o.stay_id)::int`.as('stays')])
      .groupBy(['o.month', 'o.payer', 'i.vardcentral'])
      .orderBy('o.month')
      .orderBy('o.payer')
      .orderBy('i.vardcentral')
      .execute(),
  ]);
  return { objections, contested };
}
