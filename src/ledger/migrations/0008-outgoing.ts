/** Notices that leave: what waits for which endpoint, how each endpoint is, and what became of every try. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deliveries add column id bigint generated always as identity`.execute(db);
  // What was tried when, in real time: the last ten tries.
  await sql`alter table deliveries add column history jsonb not null default '[]'`.execute(db);
  await sql`create unique index deliveries_by_id on deliveries (id)`.execute(db);
  await sql`create table outgoing (
    number bigint generated always as identity,
    notice_id text not null,
    channel text not null,
    unit text not null,
    stage text not null default 'send' check (stage in ('send', 'tell')),
    due_at bigint not null,
    queued_at bigint not null,
    first_failed_at bigint,
    answered integer not null default 0,
    batch text,
    primary key (notice_id, channel)
  )`.execute(db);
  await sql`create index outgoing_by_channel on outgoing (channel, number) where stage = 'send'`.execute(db);
  await sql`create index outgoing_to_tell on outgoing (due_at) where stage = 'tell'`.execute(db);
  await sql`create table endpoints (
    endpoint text primary key,
    failures integer not null default 0,
    down_since bigint,
    until_at bigint not null default 0,
    disabled_at bigint,
    last_success_at bigint,
    last_failure_at bigint,
    last_error text,
    address text,
    taken_at bigint not null default 0,
    leased_until bigint not null default 0,
    holder text
  )`.execute(db);
}
