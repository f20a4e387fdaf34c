/** A stay as it was recorded, for opening it again and for those who look after its workflow is gone. */
import type { ProcessRules } from '../domain/agreement.js';
import type { NumberedEvent, Stay } from '../domain/stay/state.js';
import type { Db } from './connect.js';
import { type Identities, type LedgerKey, putBack } from './identity.js';
import type { LedgerContext } from './ledger.js';
import { limitOf } from './page.js';
import { openIdentities } from './stay-secrets.js';

export interface StayPlace {
  region: string;
  /** Null when the stay is admitted, but nothing is recorded yet. */
  phase: string | null;
  ended: boolean;
  /** It is erased, or being erased: nothing is added to it. */
  erased?: true | undefined;
}

export interface StoredStay {
  region: string;
  stay: Stay;
  rules: ProcessRules;
  /** It is erased, or being erased. `completedAt`: when its identity was destroyed, in real time; null until it is. */
  erasure?: { completedAt: number | null } | undefined;
}

export interface FactsQuery {
  stayId: string;
  /** Number of the last event seen. */
  after?: number | undefined;
  limit?: number | undefined;
}

export async function findStay({ db }: LedgerContext, stayId: string): Promise<StayPlace | undefined> {
  const row = await db
    .selectFrom('admissions')
    .leftJoin('stays', 'stays.stay_id', 'admissions.stay_id')
    .leftJoin('erasures', 'erasures.stay_id', 'admissions.stay_id')
    .select(['admissions.region', 'stays.phase', 'stays.ended_at', 'erasures.begun_at'])
    .where('admissions.stay_id', '=', stayId)
    .executeTakeFirst();
  return row && { region: row.region, phase: row.phase, ended: row.ended_at !== null, ...(row.begun_at === null ? {} : { erased: true }) };
}

export async function readStay({ db, keys }: LedgerContext, stayId: string): Promise<StoredStay | undefined> {
  const row = await db
    .selectFrom('stays')
    .leftJoin('patients', 'patients.stay_id', 'stays.stay_id')
    .leftJoin('erasures', 'erasures.stay_id', 'stays.stay_id')
    .select(['stays.region', 'stays.state', 'stays.rules', 'patients.key_id', 'patients.sealed'])
    .select(['erasures.begun_at', 'erasures.completed_at'])
    .where('stays.stay_id', '=', stayId)
    .executeTakeFirst();
  if (row === undefined || row.state === null || row.rules === null) return undefined;
  const identities = row.sealed === null ? undefined : openIdentities({ keyId: row.key_id, bytes: row.sealed }, stayId, keys);
  const erasure = row.begun_at === null ? {} : { erasure: { completedAt: row.completed_at } };
  return { region: row.region, stay: putBack(row.state, identities), rules: row.rules, ...erasure };
}

export async function readFacts({ db, keys }: LedgerContext, query: FactsQuery): Promise<NumberedEvent[]> {
  return readFactsIn(db, keys, query.stayId, query.after ?? 0, limitOf(query.limit));
}

/** The same inside a transaction. */
export async function readFactsIn(
  db: Db,
  keys: readonly LedgerKey[],
  stayId: string,
  after: number,
  limit: number,
): Promise<NumberedEvent[]> {
  const rows = await db
    .selectFrom('facts')
    .select(['seq', 'event'])
    .where('stay_id', '=', stayId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  if (rows.length === 0) return [];
  const identities = await identitiesOf(db, keys, stayId);
  return rows.map((row) => ({ seq: row.seq, event: putBack(row.event, identities) }));
}

/** A stay's identities; undefined when the row or its key is gone. */
async function identitiesOf(db: Db, keys: readonly LedgerKey[], stayId: string): Promise<Identities | undefined> {
  const row = await db.selectFrom('patients').select(['key_id', 'sealed']).where('stay_id', '=', stayId).executeTakeFirst();
  return row && openIdentities({ keyId: row.key_id, bytes: row.sealed }, stayId, keys);
}
