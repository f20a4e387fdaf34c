/** Which stays are erased, which are being erased, and which have long been over. */
import { type Selectable, sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { PayerRef } from '../billing/billing-ledger.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { limitOf, type Page, pageOf } from '../page.js';
import { storableText } from '../storable.js';
import type { Erasure } from './erasure-ledger.js';
import type { ErasuresTable } from './tables.js';

export interface EndedStay {
  stayId: string;
  endedAt: Instant;
}

/** Also in a transaction. */
export async function erasureOf(db: Db, stayId: string): Promise<Erasure | undefined> {
  const row = await db.selectFrom('erasures').selectAll().where('stay_id', '=', storableText(stayId)).executeTakeFirst();
  return row && erasureOfRow(row);
}

export const erasureOfRow = (row: Selectable<ErasuresTable>): Erasure => ({
  stayId: row.stay_id,
  region: row.region,
  ground: row.ground,
  decision: row.decision,
  by: row.by,
  lastEntryAt: row.last_entry_at,
  begunAt: row.begun_at,
  historiesGoneAt: row.histories_gone_at,
  completedAt: row.completed_at,
});

/** Those of them that are erased, or being erased. */
export async function erasedAmong(db: Db, stayIds: readonly string[]): Promise<Set<string>> {
  if (stayIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('erasures')
    .select('stay_id')
    .where('stay_id', 'in', [...stayIds])
    .execute();
  return new Set(rows.map(({ stay_id }) => stay_id));
}

/** Grounds of objections, and what was answered to them, passed through the workflow of their kommun's month. */
export async function historiesOf(db: Db, stayId: string): Promise<PayerRef[]> {
  return db
    .selectFrom('objections')
    .select(['region', 'month', 'payer'])
    .distinct()
    .where('stay_id', '=', storableText(stayId))
    .orderBy('month')
    .orderBy('payer')
    .execute();
}

/** Walked by the end of each, so that those that cannot be erased yet do not stand in the way of the others. */
export async function dueForErasure(
  { db }: LedgerContext,
  { endedBefore, after, limit }: { endedBefore: Instant; after?: EndedStay | undefined; limit: number },
): Promise<EndedStay[]> {
  let select = db
    .selectFrom('stays as s')
    .select(['s.stay_id as stayId', 's.ended_at as endedAt'])
    .where('s.ended_at', '<', endedBefore)
    .where(sql<boolean>`not exists (select from erasures e where e.stay_id = s.stay_id)`);
  if (after !== undefined) select = select.where(sql<boolean>`(s.ended_at, s.stay_id) > (${after.endedAt}, ${after.stayId})`);
  const rows = await select.orderBy('s.ended_at').orderBy('s.stay_id').limit(limit).execute();
  return rows.map(({ stayId, endedAt }) => ({ stayId, endedAt: endedAt as Instant }));
}

export async function listErasures(
  { db }: LedgerContext,
  query: { unfinished?: boolean | undefined; after?: string | undefined; limit?: number | undefined },
): Promise<Page<Erasure>> {
  const limit = limitOf(query.limit);
  let select = db.selectFrom('erasures').selectAll();
  if (query.unfinished === true) select = select.where('completed_at', 'is', null);
  if (query.after !== undefined) select = select.where('stay_id', '>', storableText(query.after));
  const rows = await select
    .orderBy('stay_id')
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, erasureOfRow, ({ stay_id }) => stay_id);
}
