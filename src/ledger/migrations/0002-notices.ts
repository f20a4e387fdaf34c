/** The units' inboxes and the life of each delivery. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table inboxes (
    unit text primary key,
    last_number integer not null
  )`.execute(db);
  await sql`create table notices (
    notice_id text primary key,
    region text not null,
    party text not null,
    unit text not null,
    number integer not null,
    type text not null,
    stay_id text not null,
    occurred_at bigint not null,
    text text not null,
    deadline jsonb,
    acknowledged_at bigint,
    unique (unit, number)
  )`.execute(db);
  await sql`create index notices_by_stay on notices (stay_id)`.execute(db);
  await sql`create table deliveries (
    notice_id text not null,
    channel text not null,
    status text not null check (status in ('sent', 'delivered', 'acknowledged', 'failed')),
    at bigint not null,
    attempts integer not null default 1,
    error text,
    primary key (notice_id, channel)
  )`.execute(db);
  await sql`create index deliveries_failed on deliveries (at) where status = 'failed'`.execute(db);
}
