/** What reports are made of: each discharged stay's indicators, their sums by month, kommun and vårdcentral, and what is imported. */
import { type Kysely, sql } from 'kysely';
import { projectAll } from '../reports/project-all.js';
import type { Tables } from '../tables.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table stay_indicators (
    stay_id text primary key,
    region text not null,
    month text not null,
    payer text not null,
    vardcentral text not null,
    vardcentral_name text not null,
    discharged_at bigint not null,
    inskrivning boolean,
    vardtid boolean,
    kallelse boolean,
    kallelse_due bigint,
    uppfoljning boolean,
    uppfoljning_due bigint,
    ready_days integer,
    readmission_until bigint,
    late integer not null,
    corrections integer not null,
    deviations text[] not null
  )`.execute(db);
  await sql`create index stay_indicators_by_unit on stay_indicators (region, month, payer, vardcentral)`.execute(db);
  // Keyed digests, never the identity itself: that the same person came again is all that can be read here.
  await sql`create table person_admissions (
    person text not null,
    stay_id text not null,
    region text not null,
    admitted_at bigint not null,
    primary key (person, stay_id)
  )`.execute(db);
  await sql`create index person_admissions_by_stay on person_admissions (stay_id)`.execute(db);
  await sql`create table indicator_tallies (
    region text not null,
    month text not null,
    payer text not null,
    vardcentral text not null,
    vardcentral_name text not null,
    stays integer not null,
    inskrivning_met integer not null,
    inskrivning_owed integer not null,
    vardtid_met integer not null,
    vardtid_owed integer not null,
    kallelse_met integer not null,
    kallelse_owed integer not null,
    kallelse_waits integer not null,
    uppfoljning_met integer not null,
    uppfoljning_owed integer not null,
    uppfoljning_waits integer not null,
    aterinskrivning_met integer not null,
    aterinskrivning_owed integer not null,
    aterinskrivning_waits integer not null,
    late_stays integer not null,
    corrected_stays integer not null,
    deviating_stays integer not null,
    ready_days integer[] not null,
    deviations jsonb not null,
    valid_from bigint not null,
    valid_until bigint not null,
    primary key (region, month, payer, vardcentral)
  )`.execute(db);
  await sql`create table stale_tallies (
    region text not null,
    month text not null,
    payer text not null,
    vardcentral text not null,
    primary key (region, month, payer, vardcentral)
  )`.execute(db);
  await sql`create table delaktighet (
    region text not null,
    month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    matning text not null,
    kommun text not null,
    vardcentral text not null,
    answers integer not null check (answers > 0),
    share_tenths integer not null check (share_tenths between 0 and 1000),
    primary key (region, month, matning, kommun, vardcentral)
  )`.execute(db);
  await sql`create table vardcentraler (
    region text not null,
    hsa_id text not null,
    name text not null,
    listade integer not null check (listade > 0),
    hours_tenths integer not null check (hours_tenths >= 0),
    primary key (region, hsa_id)
  )`.execute(db);
  await sql`create table report_imports (
    region text not null,
    kind text not null check (kind in ('delaktighet', 'vardcentraler')),
    imported_at bigint not null,
    rows integer not null,
    primary key (region, kind)
  )`.execute(db);
  await projectAll(db as Kysely<Tables>);
}
