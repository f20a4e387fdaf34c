/** The stays of a month as judged, in pages: as they were frozen, or as they are now; and those who are utskrivningsklara today. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import { limitOf, type Page, pageOf } from '../page.js';
import { storable } from '../storable.js';
import type { MonthRef, MonthStay, MonthStaysQuery, ReadyStay } from './billing-ledger.js';
import { EPISODE_COLUMNS } from './episodes-table.js';
import { freshen } from './freshen.js';
import { type EpisodeRow, monthStayOf } from './judged-row.js';
import { isFrozen, sentMonth } from './sent-months.js';

/** Stays out of the kommun's sight are in no list. @source domain.md §5, Base */
export async function monthStays(context: LedgerContext, asked: MonthStaysQuery, now: Instant): Promise<Page<MonthStay>> {
  const query = storable(asked);
  const limit = limitOf(query.limit);
  const cut = await cutOf(context, query, query.as, now);
  const { rows } = await staysSql(query, cut, limit + 1).execute(context.db);
  if (query.order === 'cost') return { items: rows.slice(0, limit).map(monthStayOf), next: null };
  return pageOf(rows, limit, monthStayOf, (row) => row.stay_id);
}

export async function monthStay(
  context: LedgerContext,
  asked: MonthRef & { stayId: string; as?: 'frozen' | 'current' | undefined },
  now: Instant,
): Promise<MonthStay | undefined> {
  const query = storable(asked);
  const cut = await cutOf(context, query, query.as, now);
  const { rows } = await staysSql(query, cut, 1).execute(context.db);
  return rows[0] && monthStayOf(rows[0]);
}

/** The change number at which the month was frozen; undefined for what is to be read as it is now, which is judged anew where it is stale. */
async function cutOf(
  { db, books }: LedgerContext,
  ref: MonthRef,
  as: 'frozen' | 'current' | undefined,
  now: Instant,
): Promise<number | undefined> {
  const sent = await sentMonth(db, ref);
  if (isFrozen(sent) && as !== 'current') return sent.cut;
  if (!isFrozen(sent)) books.current(ref);
  await freshen(db, books, ref, now);
  return undefined;
}

const columns = sql.join(Object.keys(EPISODE_COLUMNS).map((column) => sql.ref(column)));

/** Rows that have not changed since the freeze stand where they are; those that have were copied aside. */
export function staysSql(
  query: MonthRef & Pick<MonthStaysQuery, 'payer' | 'order' | 'after'> & { stayId?: string },
  cut: number | undefined,
  limit: number,
): RawBuilder<EpisodeRow> {
  const { region, month, payer, order, after, stayId } = query;
  const from = (table: 'episodes' | 'frozen_episodes') => sql`
    (select ${columns} from ${sql.table(table)}
    where region = ${region} and month = ${month} and not out_of_sight and outcome is not null
      ${payer === undefined ? sql`` : sql`and payer = ${payer}`}
      ${stayId === undefined ? sql`` : sql`and stay_id = ${stayId}`}
      ${after === undefined || order === 'cost' ? sql`` : sql`and stay_id collate "C" > ${after}`}
      ${table === 'episodes' && cut !== undefined ? sql`and change_no <= ${cut}` : sql``}
    ${sorted} limit ${limit})`;
  const sorted =
    order === 'cost'
      ? sql`order by coalesce(individual_days, average_days, 0) desc, stay_id collate "C"`
      : sql`order by stay_id collate "C"`;
  return cut === undefined
    ? sql<EpisodeRow>`${from('episodes')}`
    : sql<EpisodeRow>`select * from (${from('episodes')} union all ${from('frozen_episodes')}) as month ${sorted} limit ${limit}`;
}

const READY_AT_MOST = 10_000;

export async function readyStays(
  { db }: LedgerContext,
  asked: { region: string; payer?: string | undefined; limit?: number | undefined },
): Promise<ReadyStay[]> {
  const query = storable(asked);
  let select = db
    .selectFrom('episodes')
    .select(['stay_id', 'payer', 'ward', 'vardcentral', 'ready_at', 'episode'])
    .where('region', '=', query.region)
    .where('ready_at', 'is not', null);
  if (query.payer !== undefined) select = select.where('payer', '=', query.payer);
  const rows = await select
    .orderBy('ready_at')
    .orderBy('stay_id')
    .limit(Math.min(query.limit ?? READY_AT_MOST, READY_AT_MOST))
    .execute();
  return rows.map((row) => ({
    stayId: row.stay_id,
    payer: row.payer,
    ward: row.ward,
    vardcentral: row.vardcentral,
    readyAt: row.ready_at ?? 0,
    episode: row.episode,
  }));
}
