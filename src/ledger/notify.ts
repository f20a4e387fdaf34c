/** Notices into a unit's inbox, each once, and how each delivery goes. */
import { sql } from 'kysely';
import { type Instant, localDateOf } from '../domain/calendar.js';
import type { UnitRef } from '../domain/ids.js';
import type { Notice } from '../domain/stay/state.js';
import { partyName } from '../domain/stay/words.js';
import type { Db } from './connect.js';
import { queueIn, unroutedIn } from './deliveries/queue.js';
import type { Router } from './deliveries/router.js';
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
  /** Real time; default now. */
  realNow?: number | undefined;
}

export interface DeliveryNote {
  noticeId: string;
  channel: string;
  status: DeliveryStatus;
  at: Instant;
  error?: string | undefined;
}

/**
 * Keeps the notices in the unit's inbox, and in the same transaction puts one of each on every way that the routing gives the unit. In the inbox
 * a notice is delivered: the unit, or its system, has only to look. One that finds no way is kept all the same, and the region is told.
 */
export async function notify({ db, router }: LedgerContext, batch: NotifyBatch): Promise<{ delivered: number }> {
  if (batch.notices.length === 0) return { delivered: 0 };
  const realNow = batch.realNow ?? Date.now();
  const { fresh, unrouted } = await db.transaction().execute(async (tx) => {
    const kept = await keepIn(tx, router, batch, realNow);
    // The region's own row is held after the unit's, here as everywhere: no two can wait for each other.
    if (kept.unrouted.length > 0 && batch.to.party !== 'region') await keepIn(tx, router, noWayNotice(batch), realNow);
    return kept;
  });
  if (unrouted.length > 0) router.unrouted?.({ ...batch.to, region: batch.region }, unrouted);
  return { delivered: fresh };
}

async function keepIn(tx: Db, router: Router, batch: NotifyBatch, realNow: number): Promise<{ fresh: number; unrouted: string[] }> {
  const unit = storableText(batch.to.unit);
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
  if (fresh.length === 0) return { fresh: 0, unrouted: [] };
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
  return { fresh: fresh.length, unrouted: await sendOut(tx, router, { ...batch, notices: fresh }, realNow) };
}

/** Each notice by its ways; answers those that have none. */
async function sendOut(tx: Db, router: Router, { to, region, notices, at }: NotifyBatch, realNow: number): Promise<string[]> {
  const routed = notices.map((n) => ({
    noticeId: storableText(n.noticeId),
    ...router.waysOf({ party: to.party, unit: to.unit, region, type: n.type }),
  }));
  for (const { noticeId, inbox } of routed) if (inbox) await noteIn(tx, { noticeId, channel: INBOX, status: 'delivered', at });
  await queueIn(tx, routed, storableText(to.unit), at, realNow);
  const unrouted = routed.filter(({ inbox, channels }) => !inbox && channels.length === 0).map(({ noticeId }) => noticeId);
  if (unrouted.length > 0) await unroutedIn(tx, unrouted, at);
  return unrouted;
}

/** To the region, once for each unit and day. */
function noWayNotice({ to, region, at }: NotifyBatch): NotifyBatch {
  const noticeId = `${region}-${localDateOf(at)}~leverans-utan-vag~${to.party}-${to.unit}`;
  const text = `Meddelanden till ${partyName(to)} har ingen väg: lägg till enheten i fördelningen (ROUTING_FILE). De finns kvar och kan sändas om.`;
  return {
    stayId: null,
    region,
    to: { party: 'region', unit: region },
    at,
    notices: [
      {
        noticeId,
        type: 'leverans-utan-vag',
        occurredAt: at,
        text,
        reference: `/v1/deliveries?state=failed&unit=${encodeURIComponent(to.unit)}`,
      },
    ],
  };
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
