/** What the codec server decodes is in the log of accesses even where no stay could be told from it. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table accesses drop constraint accesses_stay_ids_check`.execute(db);
  await sql`alter table accesses add constraint accesses_stay_ids_check
    check (cardinality(stay_ids) > 0 or operation in ('codec.decode', 'codec.encode'))`.execute(db);
}
