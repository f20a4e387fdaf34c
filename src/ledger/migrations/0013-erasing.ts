/** Indexes by which what must go with an erased stay is found, and which stays have long been over; erasures go on from step to step. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index stays_by_end on stays (ended_at, stay_id) where ended_at is not null`.execute(db);
  await sql`create index hospital_persons_by_message on hospital_persons (message)`.execute(db);
  await sql`create index month_changes_by_stay on month_changes (stay_id)`.execute(db);
  // As it was meant to be: a column that is named by a word of SQL's own is quoted in a trigger, else no erasure can be gone on with.
  await sql`create or replace function erasures_are_kept() returns trigger language plpgsql as $$
    begin
      -- Taken back while nothing had been destroyed.
      if tg_op = 'DELETE' then
        if old.histories_gone_at is null and old.completed_at is null then return old; end if;
      elsif tg_op = 'UPDATE' then
        if old.completed_at is null
          and (old.stay_id, old.region, old.ground, old."by", old.last_entry_at, old.begun_at)
            = (new.stay_id, new.region, new.ground, new."by", new.last_entry_at, new.begun_at)
          and old.decision is not distinct from new.decision
          and (old.histories_gone_at is null or old.histories_gone_at = new.histories_gone_at)
        then return new; end if;
      end if;
      raise exception 'that a stay was erased is kept for ever' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
}
