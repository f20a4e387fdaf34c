/** Keys that writes were made with, so that each is made once; and the order in which a unit's list can be walked while it changes. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table used_keys (
    scope text not null,
    key text not null,
    digest text not null,
    at bigint not null,
    answer jsonb,
    primary key (scope, key)
  )`.execute(db);
  await sql`create index used_keys_by_age on used_keys (at)`.execute(db);
  await sql`create index stay_units_by_stay on stay_units (unit, stay_id)`.execute(db);
}
