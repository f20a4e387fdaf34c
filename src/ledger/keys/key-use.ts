/** Which rows need which key: what is sealed under it, and what is told apart by digests that only it can make. */
import { sql } from 'kysely';
import type { LedgerContext } from '../ledger.js';

export interface KeyUse {
  /** Empty: none; what is there is plain. */
  keyId: string;
  table: string;
  rows: number;
}

/**
 * Digests of persons are kept for several keys at once; they need a key only where there is none under one that is known here.
 * What was told apart by a digest and cannot be read any more (a message whose content was not kept, a stay that was erased) needs none.
 */
export async function keyUse({ db, keys }: LedgerContext): Promise<KeyUse[]> {
  const active = keys[0]?.id ?? '';
  const { rows } = await sql<KeyUse>`
    select "keyId", "table", count(*)::int as rows from (
      select coalesce(key_id, '') as "keyId", 'patients' as "table" from patients
      union all
      select coalesce(key_id, ''), 'hospital_messages' from hospital_messages where raw is not null or said is not null
      union all
      select split_part(digest, ':', 1), 'hospital_messages' from hospital_messages
        where raw is not null and digest like '%:%' and split_part(digest, ':', 1) <> coalesce(key_id, '')
      union all
      select coalesce(key_id, ''), 'hospital_stays' from hospital_stays where sealed is not null
      union all
      select split_part(digest, ':', 1), 'admissions' from admissions where digest like '%:%'
      union all
      select min(split_part(person, ':', 1)), 'person_admissions' from person_admissions
        group by stay_id having bool_and(split_part(person, ':', 1) <> ${active})
      union all
      select split_part(digest, ':', 1), 'used_keys' from used_keys where digest like '%:%'
      union all
      select coalesce(held->'text'->'forseglat'->>'nyckel', ''), 'kommun_states' from kommun_states where held->'text' ? 'forseglat'
    ) as used group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

/** Keys that rows need and that are neither known here nor given up for lost. */
export async function missingKeys(context: LedgerContext): Promise<KeyUse[]> {
  const known = new Set(['', ...context.keys.map(({ id }) => id)]);
  const lost = await context.db.selectFrom('payload_keys').select('key_id').where('given_up_at', 'is not', null).execute();
  for (const { key_id } of lost) known.add(key_id);
  return (await keyUse(context)).filter(({ keyId }) => !known.has(keyId));
}
