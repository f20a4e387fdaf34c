/** Indexes by which what must go with an erased stay is found, and which stays have long been over. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index stays_by_end on stays (ended_at, stay_id) where ended_at is not null`.execute(db);
  await sql`create index hospital_persons_by_message on hospital_persons (message)`.execute(db);
  await sql`create index month_changes_by_stay on month_changes (stay_id)`.execute(db);
}
