/** What hospitals' systems have said, kept before it is acknowledged; and how far each stay has been told of it. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table hospital_messages (
    id text primary key,
    number bigint generated always as identity unique,
    source text not null,
    message_id text not null,
    ack text not null check (ack in ('AA', 'AE')),
    times integer not null default 1,
    trigger text not null,
    kind text not null,
    region text,
    stay_id text,
    occurred_at bigint,
    registered_at bigint,
    received_at bigint not null,
    state text not null check (state in ('mottagen', 'tillampad', 'parkerad', 'avvisad', 'ignorerad', 'vantar')),
    reason text,
    wait_until bigint,
    settled_at bigint,
    alarmed_at bigint,
    dropped_at bigint,
    dropped_by text,
    digest text,
    key_id text,
    raw bytea,
    said bytea
  )`.execute(db);
  // What was accepted is told apart by its sender's id; what was not, by what was wrong with it: a sender that tries for ever adds no rows.
  await sql`create unique index hospital_messages_accepted on hospital_messages (source, message_id) where ack = 'AA'`.execute(db);
  await sql`create unique index hospital_messages_refused on hospital_messages (source, message_id, reason) where ack = 'AE'`.execute(db);
  await sql`create index hospital_messages_by_stay on hospital_messages (stay_id) where stay_id is not null`.execute(db);
  await sql`create index hospital_messages_open on hospital_messages (state, wait_until, stay_id)
    where state in ('mottagen', 'vantar', 'parkerad')`.execute(db);
  await sql`create index hospital_messages_by_state on hospital_messages (region, state, number)`.execute(db);
  // Whom a message is about, as keyed digests: what a change of identity concerns is found by them.
  await sql`create table hospital_persons (
    region text not null,
    person text not null,
    message text not null,
    primary key (region, person, message)
  )`.execute(db);
  await sql`create table hospital_stays (
    stay_id text not null,
    door text not null,
    revision bigint not null,
    key_id text,
    sealed bytea,
    holder text,
    held_until bigint not null,
    primary key (stay_id, door)
  )`.execute(db);
  await sql`create table hospital_refusals (
    stay_id text not null,
    door text not null,
    revision bigint not null,
    action text not null,
    at bigint not null,
    code text not null,
    text text not null,
    told boolean not null default false,
    primary key (stay_id, door, revision)
  )`.execute(db);
  await sql`create index hospital_refusals_untold on hospital_refusals (stay_id, door) where not told`.execute(db);
}
