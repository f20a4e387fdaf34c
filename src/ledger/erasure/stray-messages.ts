/** What hospitals said of patients who never had a stay here, or have none left, is kept no longer than a stay is. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import { storable } from '../storable.js';
import { forgetMessages, nobodyIsLeft } from './complete-erasure.js';

const AT_ONCE = 200;

/** Some of them; answers how many. A stay that was never admitted is none; a change of identity is kept for those whom it is about. */
export async function eraseStrayMessages({ db, flush }: LedgerContext, receivedBefore: Instant, now: Instant): Promise<number> {
  const before = storable(receivedBefore);
  const count = await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select m.id from hospital_messages m
      where m.received_at < ${before} and (m.raw is not null or m.said is not null)
        and case when m.stay_id is null then ${nobodyIsLeft(sql.ref('m.id'))}
          else not exists (select from stays s where s.stay_id = m.stay_id) end
      order by m.number limit ${AT_ONCE} for update skip locked`.execute(tx);
    const ids = rows.map(({ id }) => id);
    await forgetMessages(tx, ids);
    if (ids.length > 0) await tx.updateTable('hospital_messages').set({ settled_at: now }).where('id', 'in', ids).execute();
    return ids.length;
  });
  if (count > 0) await flush();
  return count;
}
