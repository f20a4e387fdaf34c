/** The erasure of a stay begins: written down, so that nobody adds anything to the stay from then on. */
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { storable } from '../storable.js';
import type { BegunErasure, NewErasure } from './erasure-ledger.js';
import { erasureOf, erasureOfRow } from './list-erasures.js';
import { mayErase } from './may-erase.js';

/** What is kept of a message of an erased stay instead of what it said. */
export const ERASED_REASON = 'vårdtillfället är gallrat';

export async function beginErasure({ db, books, flush }: LedgerContext, given: NewErasure, realNow: number): Promise<BegunErasure> {
  const wanted = storable(given);
  const { stayId, ground, decision, by, now } = wanted;
  if (ground === 'beslut' && !decision) throw new Error('an erasure by decision needs the reference of the decision');
  const answer = await db.transaction().execute(async (tx): Promise<BegunErasure> => {
    // Recording, and whoever objects, take the stay first too.
    await holdStay(tx, stayId);
    const known = await erasureOf(tx, stayId);
    if (known !== undefined) return { ok: true, erasure: known, fresh: false };
    const judged = await mayErase(tx, books, wanted);
    if (!judged.may) return { ok: false, ...judged };
    const row = await tx
      .insertInto('erasures')
      .values({
        stay_id: stayId,
        region: judged.region,
        ground,
        decision: ground === 'beslut' ? (decision ?? null) : null,
        by,
        last_entry_at: judged.lastEntryAt,
        begun_at: realNow,
        histories_gone_at: null,
        completed_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await giveMessagesUp(tx, stayId, now);
    return { ok: true, erasure: erasureOfRow(row), fresh: true };
  });
  if (answer.ok) await flush();
  return answer;
}

export async function holdStay(tx: Db, stayId: string): Promise<void> {
  await tx.selectFrom('stays').select('stay_id').where('stay_id', '=', stayId).forUpdate().executeTakeFirst();
}

/** What a hospital said and nobody has done anything with yet comes too late: it would be tried for ever. */
export async function giveMessagesUp(tx: Db, stayId: string, now: Instant): Promise<void> {
  await tx
    .updateTable('hospital_messages')
    .set({ state: 'avvisad', reason: ERASED_REASON, wait_until: null, settled_at: now })
    .where('stay_id', '=', stayId)
    .where('state', 'in', ['mottagen', 'vantar', 'parkerad'])
    .execute();
}

export async function withdrawErasure({ db, flush }: LedgerContext, stayId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('erasures')
    .where('stay_id', '=', stayId)
    .where('histories_gone_at', 'is', null)
    .where('completed_at', 'is', null)
    .executeTakeFirstOrThrow();
  await flush();
  return numDeletedRows === 1n;
}

export async function markHistoriesGone({ db, flush }: LedgerContext, stayId: string, realNow: number): Promise<boolean> {
  await db
    .updateTable('erasures')
    .set({ histories_gone_at: realNow })
    .where('stay_id', '=', stayId)
    .where('histories_gone_at', 'is', null)
    .where('completed_at', 'is', null)
    .execute();
  await flush();
  return (await erasureOf(db, stayId)) !== undefined;
}
