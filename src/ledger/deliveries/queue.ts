/** Puts notices on their way, in the transaction that keeps them; and takes them off when their unit has read them. */
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { NO_WAY } from './router.js';

export interface Queued {
  noticeId: string;
  channels: readonly string[];
}

/** One row for every channel of every notice; a receiver that is new gets its own. */
export async function queueIn(tx: Db, notices: readonly Queued[], unit: string, at: Instant, realNow: number): Promise<void> {
  const ways = notices.flatMap(({ noticeId, channels }) => channels.map((channel) => ({ noticeId, channel })));
  if (ways.length === 0) return;
  await tx
    .insertInto('endpoints')
    .values([...new Set(ways.map(({ channel }) => channel))].sort().map((endpoint) => ({ endpoint })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .insertInto('outgoing')
    .values(
      ways.map(({ noticeId, channel }) => ({
        notice_id: noticeId,
        channel,
        unit,
        due_at: realNow,
        queued_at: realNow,
        first_failed_at: null,
        batch: null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .insertInto('deliveries')
    .values(ways.map(({ noticeId, channel }) => ({ notice_id: noticeId, channel, status: 'sent' as const, at, attempts: 0, error: null })))
    .onConflict((conflict) => conflict.columns(['notice_id', 'channel']).doUpdateSet({ status: 'sent', at, error: null }))
    .execute();
}

/** Notices that have no way are failures from the beginning. */
export async function unroutedIn(tx: Db, noticeIds: readonly string[], at: Instant): Promise<void> {
  await tx
    .insertInto('deliveries')
    .values(
      noticeIds.map((noticeId) => ({
        notice_id: noticeId,
        channel: NO_WAY,
        status: 'failed' as const,
        at,
        attempts: 0,
        error: 'ingen-vag',
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Who has acknowledged a notice in the inbox need not get it by other channels; what was given up remains so. */
export async function acknowledgedIn(tx: Db, noticeId: string, at: Instant): Promise<void> {
  await tx.deleteFrom('outgoing').where('notice_id', '=', noticeId).where('stage', '=', 'send').execute();
  await tx
    .updateTable('deliveries')
    .set({ status: 'acknowledged', at })
    .where('notice_id', '=', noticeId)
    .where('status', 'in', ['sent', 'delivered'])
    .execute();
}
