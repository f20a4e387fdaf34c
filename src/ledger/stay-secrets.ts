/** What was taken out of a stay: opened while the stay is held, and sealed again when there is more. */
import type { Db } from './connect.js';
import { type Identities, type LedgerKey, open, type Sealed, seal } from './identity.js';

/**
 * Has the stay to itself until the transaction ends, and gives what was taken out of it. Whoever wants the stay and its kommun's month takes
 * the stay first, as recording does.
 */
export async function holdSecrets(tx: Db, keys: readonly LedgerKey[], stayId: string): Promise<Identities> {
  await tx.selectFrom('stays').select('stay_id').where('stay_id', '=', stayId).forUpdate().executeTakeFirst();
  return secretsOfHeld(tx, keys, stayId);
}

/**
 * The same for a stay that is held already. Asked for after the hold, and not with it: whoever had to wait would read the row as it was
 * before. Without its key nothing may be added: what is sealed would be lost.
 */
export async function secretsOfHeld(tx: Db, keys: readonly LedgerKey[], stayId: string): Promise<Identities> {
  const row = await tx.selectFrom('patients').select(['key_id', 'sealed']).where('stay_id', '=', stayId).executeTakeFirst();
  if (row === undefined) return new Map();
  const known = openIdentities({ keyId: row.key_id, bytes: row.sealed }, stayId, keys);
  if (known === undefined)
    throw new Error(`PAYLOAD_KEYS lacks the key ${row.key_id}, which patient identities in the ledger are sealed with`);
  return known;
}

/** Opens a stay's identities; undefined when their key is gone. */
export function openIdentities(sealed: Sealed, stayId: string, keys: readonly LedgerKey[]): Identities | undefined {
  const text = open(sealed, stayId, keys);
  return text === undefined ? undefined : new Map(Object.entries(JSON.parse(text) as Record<string, never>));
}

export async function keepIdentities(tx: Db, keys: readonly LedgerKey[], stayId: string, identities: Identities): Promise<void> {
  const { keyId, bytes } = seal(JSON.stringify(Object.fromEntries(identities)), stayId, keys);
  const row = { key_id: keyId, sealed: bytes };
  await tx
    .insertInto('patients')
    .values({ stay_id: stayId, ...row })
    .onConflict((conflict) => conflict.column('stay_id').doUpdateSet(row))
    .execute();
}
