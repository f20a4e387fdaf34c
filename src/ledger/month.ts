/** The episodes that a region's month is made of. */
import { sql } from 'kysely';
import type { Episode } from '../domain/billing/episode.js';
import type { MonthRef } from './billing/billing-ledger.js';
import type { LedgerContext } from './ledger.js';

export interface MonthEpisode {
  stayId: string;
  /** The agreement that the stay was planned under. */
  agreement: string;
  episode: Episode;
}

export async function episodesOfMonth({ db }: LedgerContext, { region, month }: MonthRef): Promise<MonthEpisode[]> {
  const rows = await db
    .selectFrom('episodes')
    .select(['stay_id', 'agreement', 'episode'])
    .where('region', '=', region)
    .where('month', '=', month)
    .orderBy(sql`stay_id collate "C"`)
    .execute();
  return rows.map((row) => ({ stayId: row.stay_id, agreement: row.agreement, episode: row.episode }));
}
