/** The indicators of stays that were recorded before there were any: read from the stays as they are kept, whose identity is not needed. */
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.js';
import { writeStay } from './write-indicators.js';

const AT_ONCE = 500;

/** Re-admissions of those times stay unknown: who was admitted is told by a digest that only recording can make. */
export async function projectAll(db: Kysely<Tables>): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('stays')
      .select(['stay_id', 'state', 'rules'])
      .where('stay_id', '>', after)
      .where('discharged_at', 'is not', null)
      .orderBy('stay_id')
      .limit(AT_ONCE)
      .execute();
    for (const { state, rules } of rows) if (state !== null && rules !== null) await writeStay(db, { before: null, stay: state, rules });
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.stay_id;
  }
}
