/** Deliveries as people read them, and sent again when somebody has put right what stood in the way. */
import { sql } from 'kysely';
import type { Party } from '../../domain/ids.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { INBOX } from '../notify.js';
import { limitOf, pageOf } from '../page.js';
import { storableText } from '../storable.js';
import type { DeliveryLedger, DeliveryRow } from './delivery-ledger.js';
import { queueIn } from './queue.js';

/** The latest of a stay's deliveries. */
const SHOWN_OF_STAY = 500;
/** A cursor: the id of the last one seen, a whole number that fits a bigint of JavaScript's. */
const CURSOR = /^\d{1,15}$/;

export function readDeliveriesOver({
  db,
  router,
}: LedgerContext): Pick<DeliveryLedger, 'deliveriesOfStay' | 'listDeliveries' | 'findDelivery' | 'retryDelivery'> {
  return {
    async deliveriesOfStay(stayId) {
      const id = storableText(stayId);
      const rows = await selectRows(db).where('n.stay_id', '=', id).orderBy('d.id', 'desc').limit(SHOWN_OF_STAY).execute();
      return [...(await neverKept(db, id)), ...rows.reverse().map(rowOf)];
    },

    async listDeliveries({ state, region, unit, after, limit }) {
      if (after !== undefined && !CURSOR.test(after)) return undefined;
      const most = limitOf(limit);
      let select = selectRows(db).where('d.status', '=', state === 'failed' ? 'failed' : 'sent');
      if (after !== undefined) select = select.where('d.id', '>', Number(after));
      if (region !== undefined) select = select.where('n.region', '=', storableText(region));
      if (unit !== undefined) select = select.where('n.unit', '=', storableText(unit));
      const rows = await select
        .orderBy('d.id')
        .limit(most + 1)
        .execute();
      return pageOf(rows, most, rowOf, (row) => String(row.id));
    },

    async findDelivery(id) {
      const row = await selectRows(db).where('d.id', '=', id).executeTakeFirst();
      return row && rowOf(row);
    },

    async retryDelivery({ id, endpoints, at, realNow }) {
      return db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('deliveries as d')
          .innerJoin('notices as n', 'n.notice_id', 'd.notice_id')
          .select(['d.status', 'd.notice_id', 'd.channel', 'n.party', 'n.unit', 'n.region', 'n.type'])
          .where('d.id', '=', id)
          .forUpdate('d')
          .executeTakeFirst();
        if (row === undefined) return 'no-such-delivery';
        if (row.status !== 'failed') return 'not-failed';
        const again = endpoints.includes(row.channel);
        const ways = again
          ? { inbox: false, channels: [row.channel] }
          : router.waysOf({ party: row.party as Party, unit: row.unit, region: row.region, type: row.type });
        if (!ways.inbox && ways.channels.length === 0) return 'no-way';
        // Whatever was still to be told of the failure: it is on its way again.
        await tx.deleteFrom('outgoing').where('notice_id', '=', row.notice_id).where('channel', '=', row.channel).execute();
        if (!again) {
          await tx.deleteFrom('deliveries').where('id', '=', id).execute();
          if (ways.inbox) await inboxIn(tx, row.notice_id, at);
        }
        await queueIn(tx, [{ noticeId: row.notice_id, channels: await notYet(tx, row.notice_id, ways.channels) }], row.unit, at, realNow);
        return 'queued';
      });
    },
  };
}

/** What could not even be put into an inbox has no notice in the ledger; its id says what it was. */
async function neverKept(db: Db, stayId: string): Promise<DeliveryRow[]> {
  const rows = await db
    .selectFrom('deliveries as d')
    .selectAll('d')
    .where('d.status', '=', 'failed')
    .where(sql<boolean>`starts_with(d.notice_id, ${`${stayId}~`})`)
    .where((where) =>
      where.not(where.exists(where.selectFrom('notices as n').select('n.number').whereRef('n.notice_id', '=', 'd.notice_id'))),
    )
    .orderBy('d.id')
    .limit(SHOWN_OF_STAY)
    .execute();
  return rows.map((row) => {
    const [, , type = '', unit = ''] = row.notice_id.split('~');
    const { id, channel, status, at, attempts, error, history } = row;
    return { id, noticeId: row.notice_id, type, region: null, party: null, unit, stayId, channel, status, at, attempts, error, history };
  });
}

/** What went well by a channel does not go there again. */
async function notYet(tx: Db, noticeId: string, channels: readonly string[]): Promise<string[]> {
  const done = await tx
    .selectFrom('deliveries')
    .select('channel')
    .where('notice_id', '=', noticeId)
    .where('status', '!=', 'failed')
    .execute();
  return channels.filter((channel) => !done.some((row) => row.channel === channel));
}

async function inboxIn(tx: Db, noticeId: string, at: number): Promise<void> {
  await tx
    .insertInto('deliveries')
    .values({ notice_id: noticeId, channel: INBOX, status: 'delivered', at, error: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What failed where the ledger has no such notice, because it never got it, is shown on the stay by its own events. */
const selectRows = (db: Db) =>
  db
    .selectFrom('deliveries as d')
    .innerJoin('notices as n', 'n.notice_id', 'd.notice_id')
    .select([
      'd.id',
      'd.notice_id',
      'd.channel',
      'd.status',
      'd.at',
      'd.attempts',
      'd.error',
      'd.history',
      'n.type',
      'n.region',
      'n.party',
      'n.unit',
      'n.stay_id',
    ]);

type Selected = Awaited<ReturnType<ReturnType<typeof selectRows>['execute']>>[number];

function rowOf(row: Selected): DeliveryRow {
  return {
    id: row.id,
    noticeId: row.notice_id,
    type: row.type,
    region: row.region,
    party: row.party as Party,
    unit: row.unit,
    stayId: row.stay_id,
    channel: row.channel,
    status: row.status,
    at: row.at,
    attempts: row.attempts,
    error: row.error,
    history: row.history,
  };
}
