/** Notices into a unit's inbox, each once, and how each delivery goes. */
import { sql } from 'kysely';
import type { Instant } from '../domain/calendar.js';
import type { UnitRef } from '../domain/ids.js';
import type { Notice } from '../domain/stay/state.js';
import type { Db } from './connect.js';
import type { LedgerContext } from './ledger.js';
import { storableJson, storableText } from './storable.js';
import type { DeliveryStatus } from './tables.js';

export const INBOX = 'inkorg';

/** What is told; a notice that is about no stay says by `reference` what it is about. */
export type InboxEntry = Pick<Notice, 'noticeId' | 'type' | 'occurredAt' | 'text' | 'deadline'> & { reference?: string | undefined };

export interface NotifyBatch {
  /** Null: about a month. */
  stayId: string | null;
  region: string;
  to: UnitRef;
  notices: readonly InboxEntry[];
  /** Domain time of the delivery. */
  at: Instant;
}

export interface DeliveryNote {
  noticeId: string;
  channel: string;
  status: DeliveryStatus;
  at: Instant;
  error?: string | undefined;
}

/** A notice in the inbox is delivered: the unit, or its system, has only to look. */
export async function notify({ db }: LedgerContext, batch: NotifyBatch): Promise<{ delivered: number }> {
  if (batch.notices.length === 0) return { delivered: 0 };
  const unit = storableText(batch.to.unit);
  return db.transaction().execute(async (tx) => {
    // The row is held until the commit, so that a reader who has seen a number will never find a lower one later.
    await tx
      .insertInto('inboxes')
      .values({ unit, last_number: 0 })
      .onConflict((conflict) => conflict.column('unit').doUpdateSet({ unit }))
      .execute();
    const known = await tx
      .selectFrom('notices')
      .select('notice_id')
      .where(
        'notice_id',
        'in',
        batch.notices.map((n) => storableText(n.noticeId)),
      )
      .execute();
    const seen = new Set(known.map((row) => row.notice_id));
    const fresh = batch.notices.filter((n) => !seen.has(storableText(n.noticeId)) && seen.add(storableText(n.noticeId)));
    if (fresh.length === 0) return { delivered: 0 };
    const { last_number: last } = await tx
      .updateTable('inboxes')
      .set({ last_number: sql`last_number + ${fresh.length}` })
      .where('unit', '=', unit)
      .returning('last_number')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('notices')
      .values(
        fresh.map((n, i) => ({
          notice_id: storableText(n.noticeId),
          region: batch.region,
          party: batch.to.party,
          unit,
          number: last - fresh.length + 1 + i,
          type: n.type,
          stay_id: batch.stayId,
          occurred_at: n.occurredAt,
          text: storableText(n.text),
          deadline: n.deadline === undefined ? null : storableJson(n.deadline),
          acknowledged_at: null,
          reference: n.reference === undefined ? null : storableText(n.reference),
        })),
      )
      .execute();
    for (const n of fresh) await noteIn(tx, { noticeId: n.noticeId, channel: INBOX, status: 'delivered', at: batch.at });
    return { delivered: fresh.length };
  });
}

export async function noteDelivery({ db }: LedgerContext, note: DeliveryNote): Promise<void> {
  await noteIn(db, note);
}

/** The same inside a transaction. What has been acknowledged stays so; every other note counts one more attempt. */
export async function noteIn(db: Db, note: DeliveryNote): Promise<void> {
  const error = note.error === undefined ? null : storableText(note.error);
  await db
    .insertInto('deliveries')
    .values({ notice_id: storableText(note.noticeId), channel: note.channel, status: note.status, at: note.at, error })
    .onConflict((conflict) =>
      conflict
        .columns(['notice_id', 'channel'])
        .doUpdateSet({
          status: note.status,
          at: note.at,
          error,
          attempts: note.status === 'acknowledged' ? sql`deliveries.attempts` : sql`deliveries.attempts + 1`,
        })
        .where('deliveries.status', '!=', 'acknowledged'),
    )
    .execute();
}
