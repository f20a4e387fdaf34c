/** Since when each key has been known, written with, and left: their ids and times, never the keys. */
import type { LedgerContext } from '../ledger.js';
import type { PayloadKeysTable } from './tables.js';

export interface KnownKey {
  keyId: string;
  /** Real time, as all of them. */
  firstSeenAt: number;
  /** Null: it has not been written with. */
  activeFrom: number | null;
  /** Null while it is written with, or has not been. */
  retiredAt: number | null;
  lostAt: number | null;
}

/** Remembers which keys there are now, and that the first of them is written with. Said again, it changes nothing. */
export async function noteKeys({ db, keys }: LedgerContext, realNow: number): Promise<void> {
  const [active] = keys;
  if (active === undefined) return;
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('payload_keys')
      .values(keys.map(({ id }) => ({ key_id: id, first_seen_at: realNow, active_from: null, retired_at: null, given_up_at: null })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .updateTable('payload_keys')
      .set({ retired_at: realNow })
      .where('key_id', '!=', active.id)
      .where('active_from', 'is not', null)
      .where('retired_at', 'is', null)
      .execute();
    // One that was lost and is there again is lost no more.
    await tx
      .updateTable('payload_keys')
      .set({ given_up_at: null })
      .where(
        'key_id',
        'in',
        keys.map(({ id }) => id),
      )
      .where('given_up_at', 'is not', null)
      .execute();
    await tx
      .updateTable('payload_keys')
      .set({ active_from: realNow, retired_at: null })
      .where('key_id', '=', active.id)
      .where((key) => key.or([key('active_from', 'is', null), key('retired_at', 'is not', null)]))
      .execute();
  });
}

export async function knownKeys({ db }: LedgerContext): Promise<KnownKey[]> {
  const rows = await db.selectFrom('payload_keys').selectAll().orderBy('first_seen_at').orderBy('key_id').execute();
  return rows.map(knownOf);
}

const knownOf = ({ key_id, first_seen_at, active_from, retired_at, given_up_at }: PayloadKeysTable): KnownKey => ({
  keyId: key_id,
  firstSeenAt: first_seen_at,
  activeFrom: active_from,
  retiredAt: retired_at,
  lostAt: given_up_at,
});

/** Somebody says that a key is lost for good: the service starts without it, and what was sealed with it is not to be had. */
export async function giveKeyUp({ db, flush }: LedgerContext, keyId: string, realNow: number): Promise<void> {
  await db
    .insertInto('payload_keys')
    .values({ key_id: keyId, first_seen_at: realNow, active_from: null, retired_at: null, given_up_at: realNow })
    .onConflict((conflict) => conflict.column('key_id').doUpdateSet({ given_up_at: realNow }))
    .execute();
  await flush();
}
