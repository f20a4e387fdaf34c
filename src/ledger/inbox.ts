/** A unit's inbox: read by polling or as a stream, and acknowledged. */
import type { DeadlineId } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import type { Party } from '../domain/ids.js';
import { acknowledgedIn } from './deliveries/queue.js';
import type { LedgerContext } from './ledger.js';
import { INBOX, noteIn } from './notify.js';
import { limitOf, type Page, pageOf } from './page.js';
import { storable } from './storable.js';

export interface InboxQuery {
  unit: string;
  party?: Party | undefined;
  /** Id of the last notice seen. */
  after?: string | undefined;
  limit?: number | undefined;
}

export interface InboxNotice {
  noticeId: string;
  party: Party;
  type: string;
  /** Null: about no stay, but about what `reference` says. */
  stayId: string | null;
  occurredAt: Instant;
  text: string;
  deadline: { id: DeadlineId; dueAt: Instant } | null;
  acknowledgedAt: Instant | null;
  reference: string | null;
}

/** Oldest first means in the order in which they came into the inbox: what comes later is never before what was seen. */
export async function inbox({ db }: LedgerContext, asked: InboxQuery): Promise<Page<InboxNotice> | undefined> {
  const query = storable(asked);
  const limit = limitOf(query.limit);
  let after = 0;
  if (query.after !== undefined) {
    const seen = await db
      .selectFrom('notices')
      .select('number')
      .where('notice_id', '=', query.after)
      .where('unit', '=', query.unit)
      .executeTakeFirst();
    if (seen === undefined) return undefined;
    after = seen.number;
  }
  let select = db
    .selectFrom('notices')
    .select(['notice_id', 'party', 'type', 'stay_id', 'occurred_at', 'text', 'deadline', 'acknowledged_at', 'reference'])
    .where('unit', '=', query.unit)
    .where('number', '>', after);
  if (query.party !== undefined) select = select.where('party', '=', query.party);
  const rows = await select
    .orderBy('number')
    .limit(limit + 1)
    .execute();
  return pageOf(
    rows,
    limit,
    (row) => ({
      noticeId: row.notice_id,
      party: row.party as Party,
      type: row.type,
      stayId: row.stay_id,
      occurredAt: row.occurred_at,
      text: row.text,
      deadline: row.deadline as InboxNotice['deadline'],
      acknowledgedAt: row.acknowledged_at,
      reference: row.reference,
    }),
    (row) => row.notice_id,
  );
}

/** The first acknowledgement stands; a later one changes nothing. */
export async function acknowledge({ db }: LedgerContext, asked: { unit: string; noticeId: string; at: Instant }): Promise<boolean> {
  const notice = storable(asked);
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('notices')
      .select('acknowledged_at')
      .where('notice_id', '=', notice.noticeId)
      .where('unit', '=', notice.unit)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return false;
    if (row.acknowledged_at !== null) return true;
    await tx.updateTable('notices').set({ acknowledged_at: notice.at }).where('notice_id', '=', notice.noticeId).execute();
    await acknowledgedIn(tx, notice.noticeId, notice.at);
    await noteIn(tx, { noticeId: notice.noticeId, channel: INBOX, status: 'acknowledged', at: notice.at });
    return true;
  });
}
