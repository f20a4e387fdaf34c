/** Which keys the ledger has known and since when; and which stays have had their identity destroyed, by whom and why. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Ids of keys, never keys. Times are real ones.
  await sql`create table payload_keys (
    key_id text primary key,
    first_seen_at bigint not null,
    active_from bigint,
    retired_at bigint,
    given_up_at bigint
  )`.execute(db);
  await sql`create table erasures (
    stay_id text primary key,
    region text not null,
    ground text not null check (ground in ('gallringsfrist', 'beslut')),
    decision text check ((ground = 'beslut') = (decision is not null)),
    by text not null,
    last_entry_at bigint not null,
    begun_at bigint not null,
    histories_gone_at bigint,
    completed_at bigint
  )`.execute(db);
  await sql`create index erasures_unfinished on erasures (begun_at) where completed_at is null`.execute(db);
  await sql`create function erasures_are_kept() returns trigger language plpgsql as $$
    begin
      -- Taken back while nothing had been destroyed.
      if tg_op = 'DELETE' then
        if old.histories_gone_at is null and old.completed_at is null then return old; end if;
      elsif tg_op = 'UPDATE' then
        if old.completed_at is null
          and (old.stay_id, old.region, old.ground, old.by, old.last_entry_at, old.begun_at)
            = (new.stay_id, new.region, new.ground, new.by, new.last_entry_at, new.begun_at)
          and old.decision is not distinct from new.decision
          and (old.histories_gone_at is null or old.histories_gone_at = new.histories_gone_at)
        then return new; end if;
      end if;
      raise exception 'that a stay was erased is kept for ever' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`create trigger erasures_kept before update or delete on erasures for each row execute function erasures_are_kept()`.execute(db);
  await sql`create trigger erasures_not_emptied before truncate on erasures
    for each statement execute function erasures_are_kept()`.execute(db);
  await nothingComesBack(db);
  // Whether somebody was admitted again, once it can no longer be asked who it was.
  await sql`alter table stay_indicators add column readmitted boolean`.execute(db);
}

/** Whoever writes, and however late: what was destroyed is not written again. */
async function nothingComesBack(db: Kysely<unknown>): Promise<void> {
  await sql`create function erased_stays_have_no_identity() returns trigger language plpgsql as $$
    begin
      if exists (select from erasures where stay_id = new.stay_id) then
        raise exception 'stay % is erased: its identity is not written again', new.stay_id using errcode = 'integrity_constraint_violation';
      end if;
      return new;
    end $$`.execute(db);
  for (const table of ['patients', 'person_admissions']) {
    await sql`create trigger ${sql.id(`${table}_not_erased`)} before insert or update on ${sql.table(table)}
      for each row execute function erased_stays_have_no_identity()`.execute(db);
  }
  await sql`create trigger hospital_stays_not_erased before insert or update of sealed on hospital_stays
    for each row when (new.sealed is not null) execute function erased_stays_have_no_identity()`.execute(db);
  await sql`create trigger hospital_messages_not_erased before insert or update of raw, said on hospital_messages
    for each row when (new.stay_id is not null and (new.raw is not null or new.said is not null))
    execute function erased_stays_have_no_identity()`.execute(db);
}
