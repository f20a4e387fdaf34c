/** Indexes for what is counted again and again: open stays by phase, deadlines that press. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index stays_open on stays (region, phase, next_owner_party) include (stay_id) where ended_at is null`.execute(db);
  await sql`create index open_deadlines_by_due on open_deadlines (due_at) include (stay_id, id, owner_party, owner_unit)`.execute(db);
}
