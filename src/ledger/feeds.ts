/** Recorded feeds being played: how far each has been answered, so that simulated time does not run past them. */
import type { Instant } from '../domain/calendar.js';
import type { LedgerContext } from './ledger.js';

/** A player that says nothing for this long, in real time, is taken for dead. */
export const FEED_LEASE_MS = 60_000;

export async function renewFeed(
  { db }: LedgerContext,
  feed: { feedId: string; watermark: Instant | null; realNow: number },
): Promise<void> {
  if (feed.watermark === null) {
    await db.deleteFrom('feeds').where('feed_id', '=', feed.feedId).execute();
    return;
  }
  const row = { watermark: feed.watermark, expires_real_at: feed.realNow + FEED_LEASE_MS };
  await db
    .insertInto('feeds')
    .values({ feed_id: feed.feedId, ...row })
    .onConflict((conflict) => conflict.column('feed_id').doUpdateSet(row))
    .execute();
}

export async function watermark({ db }: LedgerContext, realNow: number): Promise<Instant | null> {
  const { earliest } = await db
    .selectFrom('feeds')
    .select((all) => all.fn.min<number | null>('watermark').as('earliest'))
    .where('expires_real_at', '>', realNow)
    .executeTakeFirstOrThrow();
  if (earliest === null) return null;
  // What has been acknowledged and not yet told to its stay has not been answered either.
  const { kept } = await db
    .selectFrom('hospital_messages')
    .select((all) => all.fn.min<number | null>('occurred_at').as('kept'))
    .where('state', '=', 'mottagen')
    .executeTakeFirstOrThrow();
  return Math.min(earliest, kept ?? earliest);
}

/** Gives every feed a new lease, at the start of a service: while it was down, no player could renew its own. */
export async function reviveFeeds({ db }: LedgerContext, realNow: number): Promise<void> {
  await db
    .updateTable('feeds')
    .set({ expires_real_at: realNow + FEED_LEASE_MS })
    .execute();
}
