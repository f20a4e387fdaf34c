/** A stay's id belongs to the first admission that asks for it. */
import type { Admission } from '../domain/stay/state.js';
import type { Db } from './connect.js';
import { digestOf, type LedgerKey } from './identity.js';
import type { LedgerContext } from './ledger.js';

/** `same`: this very admission had it already. `other`: another one has. `region` is the region that has the id. */
export interface AdmissionClaim {
  outcome: 'new' | 'same' | 'other';
  region: string;
}

export async function claimStay({ db, keys }: LedgerContext, stayId: string, admission: Admission): Promise<AdmissionClaim> {
  return claimIn(db, keys, stayId, admission);
}

/** The same inside a transaction. */
export async function claimIn(db: Db, keys: readonly LedgerKey[], stayId: string, admission: Admission): Promise<AdmissionClaim> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('admissions')
    .values({ stay_id: stayId, region: admission.region, digest: digestOf(admission, keys) ?? '' })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return { outcome: 'new', region: admission.region };
  const { region, digest } = await db
    .selectFrom('admissions')
    .select(['region', 'digest'])
    .where('stay_id', '=', stayId)
    .executeTakeFirstOrThrow();
  return { outcome: digestOf(admission, keys, digest) === digest ? 'same' : 'other', region };
}
