/** Stays, their facts and what lists are read from. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table admissions (
    stay_id text primary key,
    region text not null,
    digest text not null
  )`.execute(db);
  await sql`create table stays (
    stay_id text primary key,
    region text not null,
    seq integer not null,
    state jsonb,
    rules jsonb,
    phase text not null,
    kommun text,
    placerande_kommun text,
    payer text,
    vardcentral text,
    ward text,
    next_deadline text,
    next_owner_party text,
    next_owner_unit text,
    next_due bigint not null,
    admitted_at bigint,
    discharged_at bigint,
    ended_at bigint,
    projected text not null
  )`.execute(db);
  await sql`create index stays_by_due on stays (next_due, stay_id)`.execute(db);
  await sql`create index stays_by_phase on stays (phase, next_due, stay_id)`.execute(db);
  await sql`create table facts (
    stay_id text not null,
    seq integer not null,
    region text not null,
    event_type text not null,
    at bigint not null,
    received_at bigint,
    event jsonb not null,
    primary key (stay_id, seq)
  )`.execute(db);
  await sql`create index facts_by_time on facts (region, at)`.execute(db);
  await sql`create table patients (
    stay_id text primary key,
    key_id text,
    sealed bytea not null
  )`.execute(db);
  await sql`create table stay_units (
    stay_id text not null,
    party text not null,
    unit text not null,
    phase text not null,
    next_due bigint not null,
    primary key (stay_id, party, unit)
  )`.execute(db);
  await sql`create index stay_units_by_due on stay_units (unit, next_due, stay_id)`.execute(db);
  await sql`create index stay_units_by_phase on stay_units (unit, phase, next_due, stay_id)`.execute(db);
  await sql`create table open_deadlines (
    stay_id text not null,
    key text not null,
    id text not null,
    owner_party text not null,
    owner_unit text not null,
    started_at bigint not null,
    due_at bigint not null,
    reminder_at bigint not null,
    primary key (stay_id, key)
  )`.execute(db);
  await sql`create index open_deadlines_by_owner on open_deadlines (owner_unit, due_at)`.execute(db);
  // Facts are never changed: what was wrong is corrected by a later fact.
  await sql`create function facts_are_append_only() returns trigger language plpgsql as $$
    begin raise exception 'facts are append-only' using errcode = 'integrity_constraint_violation'; end $$`.execute(db);
  await sql`create trigger facts_append_only before update or delete on facts
    for each row execute function facts_are_append_only()`.execute(db);
}
