/** What waits for a receiver, and what becomes of each try. A notice leaves the queue only when it is delivered, read, or given up and told. */
import { type RawBuilder, sql } from 'kysely';
import type { Party } from '../../domain/ids.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storableJson, storableText } from '../storable.js';
import type { DeliveryLedger, OutgoingNotice, TriedNotices } from './delivery-ledger.js';
import type { Attempt } from './tables.js';

const HISTORY_KEPT = 10;
/** No more in one statement: the embedded ledger shares its event loop. */
const AT_ONCE = 500;

export function sendingOver({
  db,
}: LedgerContext): Pick<
  DeliveryLedger,
  'dueNotices' | 'batchNotices' | 'noticesDelivered' | 'noticesPostponed' | 'noticesFailed' | 'expireNotices' | 'abandonNotices'
> {
  return {
    dueNotices: (asked) => dueNotices(db, asked),

    async batchNotices({ channel, noticeIds, batch }) {
      await db.updateTable('outgoing').set({ batch }).where('channel', '=', channel).where('notice_id', 'in', noticeIds).execute();
    },

    async noticesDelivered(tried) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('outgoing').where('channel', '=', tried.channel).where('notice_id', 'in', tried.noticeIds).execute();
        await tx
          .updateTable('deliveries')
          .set({ status: 'delivered', at: tried.at, attempts: sql`attempts + 1`, error: null, history: grown(tried.realNow, null) })
          .where('channel', '=', tried.channel)
          .where('notice_id', 'in', tried.noticeIds)
          .where('status', '!=', 'acknowledged')
          .execute();
      });
    },

    async noticesPostponed({ dueAt, answered, ...tried }) {
      const error = storableText(tried.error);
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('outgoing')
          .set({
            ...(dueAt === undefined ? {} : { due_at: dueAt }),
            ...(answered ? { answered: sql<number>`answered + 1` } : {}),
            first_failed_at: sql`coalesce(first_failed_at, ${tried.realNow}::bigint)`,
          })
          .where('channel', '=', tried.channel)
          .where('notice_id', 'in', tried.noticeIds)
          .where('stage', '=', 'send')
          .execute();
        await tx
          .updateTable('deliveries')
          .set({ at: tried.at, attempts: sql`attempts + 1`, error, history: grown(tried.realNow, error) })
          .where('channel', '=', tried.channel)
          .where('notice_id', 'in', tried.noticeIds)
          .where('status', '=', 'sent')
          .execute();
      });
    },

    async noticesFailed({ error, ...tried }) {
      await db.transaction().execute((tx) => failIn(tx, tried, error, true));
    },

    async expireNotices({ channel, before, at, realNow, error }) {
      const expired = await db
        .selectFrom('outgoing as o')
        .innerJoin('endpoints as e', 'e.endpoint', 'o.channel')
        .select('o.notice_id')
        .where('o.channel', '=', channel)
        .where('o.stage', '=', 'send')
        .where(sql<boolean>`coalesce(o.first_failed_at, greatest(o.queued_at, e.down_since)) <= ${before}`)
        .limit(AT_ONCE)
        .execute();
      if (expired.length === 0) return 0;
      const noticeIds = expired.map((row) => row.notice_id);
      await db.transaction().execute((tx) => failIn(tx, { channel, noticeIds, at, realNow }, error, false));
      return expired.length;
    },

    async abandonNotices({ endpoints, queuedBefore, at, realNow }) {
      const rows = await db
        .selectFrom('outgoing as o')
        .innerJoin('endpoints as e', 'e.endpoint', 'o.channel')
        .select(['o.notice_id', 'o.channel', 'e.disabled_at', 'e.last_error'])
        .where('o.stage', '=', 'send')
        .where((where) =>
          where.or([
            where('e.disabled_at', 'is not', null),
            where.and([
              where('o.due_at', '<=', queuedBefore),
              endpoints.length === 0 ? sql<boolean>`true` : where('o.channel', 'not in', endpoints),
            ]),
          ]),
        )
        .limit(AT_ONCE)
        .execute();
      const groups = new Map<string, { channel: string; error: string; noticeIds: string[] }>();
      for (const row of rows) {
        const error = row.disabled_at === null ? 'mottagaren-finns-inte' : `mottagaren-avstangd: ${row.last_error ?? ''}`;
        const group = groups.get(row.channel) ?? { channel: row.channel, error, noticeIds: [] };
        groups.set(row.channel, { ...group, noticeIds: [...group.noticeIds, row.notice_id] });
      }
      for (const { channel, error, noticeIds } of groups.values())
        await db.transaction().execute((tx) => failIn(tx, { channel, noticeIds, at, realNow }, error, false));
      return rows.length;
    },
  };
}

async function dueNotices(
  db: Db,
  { endpoint, realNow, limit }: { endpoint: string; realNow: number; limit: number },
): Promise<OutgoingNotice[]> {
  const rows = await db
    .selectFrom('outgoing as o')
    .innerJoin('notices as n', 'n.notice_id', 'o.notice_id')
    .select([
      'o.notice_id',
      'o.answered',
      'o.batch',
      'n.party',
      'n.unit',
      'n.type',
      'n.stay_id',
      'n.reference',
      'n.occurred_at',
      'n.deadline',
    ])
    .where('o.channel', '=', endpoint)
    .where('o.stage', '=', 'send')
    .where('o.due_at', '<=', realNow)
    .orderBy('o.number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    noticeId: row.notice_id,
    to: { party: row.party as Party, unit: row.unit },
    type: row.type,
    stayId: row.stay_id,
    reference: row.reference,
    occurredAt: row.occurred_at,
    deadline: row.deadline as OutgoingNotice['deadline'],
    answered: row.answered,
    batch: row.batch,
  }));
}

/** Only what still waits: what its unit has read meanwhile is no failure. */
async function failIn(tx: Db, { channel, noticeIds, at, realNow }: TriedNotices, reason: string, wasTried: boolean): Promise<void> {
  const error = storableText(reason).slice(0, 300);
  const failed = await tx
    .updateTable('outgoing')
    .set({ stage: 'tell', due_at: realNow })
    .where('channel', '=', channel)
    .where('notice_id', 'in', noticeIds)
    .where('stage', '=', 'send')
    .returning('notice_id')
    .execute();
  if (failed.length === 0) return;
  await tx
    .updateTable('deliveries')
    .set({ status: 'failed', at, error, ...(wasTried ? { attempts: sql<number>`attempts + 1`, history: grown(realNow, error) } : {}) })
    .where('channel', '=', channel)
    .where(
      'notice_id',
      'in',
      failed.map((row) => row.notice_id),
    )
    .where('status', '=', 'sent')
    .execute();
}

/** The tries so far and one more, the oldest let go of. */
function grown(at: number, error: string | null): RawBuilder<string> {
  const attempt = storableJson([{ at, error } satisfies Attempt]);
  return sql<string>`(case when jsonb_array_length(history) >= ${HISTORY_KEPT} then history - 0 else history end) || ${attempt}::jsonb`;
}
