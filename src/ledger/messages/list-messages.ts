/** What was received and what became of it, for those who look after the systems: no content, no identity. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import { limitOf, type Page, pageOf } from '../page.js';
import { storableText } from '../storable.js';
import type { MessageState } from './tables.js';

export interface MessageRow {
  id: string;
  source: string;
  messageId: string;
  trigger: string;
  region: string | null;
  stayId: string | null;
  state: MessageState;
  reason: string | null;
  /** What the sender was answered. */
  ack: 'AA' | 'AE';
  times: number;
  occurredAt: Instant | null;
  registeredAt: Instant | null;
  receivedAt: Instant;
  settledAt: Instant | null;
  waitUntil: Instant | null;
  droppedAt: Instant | null;
}

export interface MessagesQuery {
  /** Without it every region's, and those of no region that is known. */
  region?: string | undefined;
  state?: MessageState | undefined;
  source?: string | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const SHOWN = [
  'id',
  'number',
  'source',
  'message_id as messageId',
  'trigger',
  'region',
  'stay_id as stayId',
  'state',
  'reason',
  'ack',
  'times',
  'occurred_at as occurredAt',
  'registered_at as registeredAt',
  'received_at as receivedAt',
  'settled_at as settledAt',
  'wait_until as waitUntil',
  'dropped_at as droppedAt',
] as const;

/** Oldest first; undefined when the cursor is none of ours. */
export async function listMessages({ db }: LedgerContext, query: MessagesQuery): Promise<Page<MessageRow> | undefined> {
  const { region, state, source, after } = query;
  if (after !== undefined && !/^\d{1,15}$/.test(after)) return undefined;
  const limit = limitOf(query.limit);
  let select = db.selectFrom('hospital_messages').select(SHOWN);
  if (after !== undefined) select = select.where('number', '>', Number(after));
  if (region !== undefined) select = select.where('region', '=', region);
  if (state !== undefined) select = select.where('state', '=', state);
  if (source !== undefined) select = select.where('source', '=', storableText(source));
  const rows = await select
    .orderBy('number')
    .limit(limit + 1)
    .execute();
  return pageOf(
    rows,
    limit,
    ({ number: _, ...row }) => row,
    ({ number }) => String(number),
  );
}

export async function countMessages(
  { db }: LedgerContext,
  { region, source }: Pick<MessagesQuery, 'region' | 'source'>,
): Promise<Partial<Record<MessageState, number>>> {
  let select = db.selectFrom('hospital_messages').select(['state', sql<number>`count(*)`.as('count')]);
  if (region !== undefined) select = select.where('region', '=', region);
  if (source !== undefined) select = select.where('source', '=', storableText(source));
  const rows = await select.groupBy('state').execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

export async function readMessage({ db }: LedgerContext, id: string): Promise<MessageRow | undefined> {
  const row = await db.selectFrom('hospital_messages').select(SHOWN).where('id', '=', storableText(id)).executeTakeFirst();
  if (row === undefined) return undefined;
  const { number: _, ...shown } = row;
  return shown;
}

export interface Drop {
  id: string;
  reason: string;
  /** Who dropped it: the token's subject. */
  by: string | null;
  at: Instant;
}

/** Gives a parked message up: it will never be applied. False when it is not parked (any more). */
export async function dropMessage({ db, flushLog }: LedgerContext, { id, reason, by, at }: Drop): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('hospital_messages')
    .set({
      state: 'avvisad',
      reason: storableText(reason),
      dropped_at: at,
      dropped_by: by === null ? null : storableText(by),
      settled_at: at,
      wait_until: null,
    })
    .where('id', '=', storableText(id))
    .where('state', '=', 'parkerad')
    .executeTakeFirstOrThrow();
  await flushLog();
  return numUpdatedRows === 1n;
}
