/** Failures that somebody is to be told of: they wait here until that is done. */
import { sql } from 'kysely';
import type { Party } from '../../domain/ids.js';
import type { LedgerContext } from '../ledger.js';
import type { DeliveryLedger } from './delivery-ledger.js';

export function tellingOver({
  db,
}: LedgerContext): Pick<DeliveryLedger, 'untoldFailures' | 'failureTold' | 'tellFailureLater' | 'knowsFailure'> {
  return {
    async untoldFailures({ realNow, limit }) {
      const rows = await db
        .selectFrom('outgoing as o')
        .innerJoin('notices as n', 'n.notice_id', 'o.notice_id')
        .innerJoin('deliveries as d', (join) => join.onRef('d.notice_id', '=', 'o.notice_id').onRef('d.channel', '=', 'o.channel'))
        .select(['o.notice_id', 'o.channel', 'n.party', 'n.unit', 'n.region', 'n.stay_id', 'n.reference', 'd.error'])
        .where('o.stage', '=', 'tell')
        .where('o.due_at', '<=', realNow)
        .orderBy('o.due_at')
        .orderBy('o.number')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        noticeId: row.notice_id,
        channel: row.channel,
        to: { party: row.party as Party, unit: row.unit },
        region: row.region,
        stayId: row.stay_id,
        reference: row.reference,
        reason: row.error ?? 'okänt fel',
      }));
    },

    async failureTold({ noticeId, channel }) {
      await db
        .deleteFrom('outgoing')
        .where('notice_id', '=', noticeId)
        .where('channel', '=', channel)
        .where('stage', '=', 'tell')
        .execute();
    },

    async tellFailureLater({ noticeId, channel, dueAt }) {
      await db
        .updateTable('outgoing')
        .set({ due_at: dueAt })
        .where('notice_id', '=', noticeId)
        .where('channel', '=', channel)
        .where('stage', '=', 'tell')
        .execute();
    },

    async knowsFailure({ stayId, noticeId, channel }) {
      const row = await db
        .selectFrom('facts')
        .select('seq')
        .where('stay_id', '=', stayId)
        .where('event_type', '=', 'delivery-failed')
        .where(sql<boolean>`event->>'noticeId' = ${noticeId} and event->>'channel' = ${channel}`)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
