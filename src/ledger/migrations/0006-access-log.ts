/** Who has looked at which stays, and done what to them: kept for five years, and neither changed nor taken out before. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table accesses (
    no bigint generated always as identity primary key,
    at bigint not null,
    domain_at bigint not null,
    subject text not null,
    name text,
    party text not null,
    unit text not null,
    roles text[] not null,
    operation text not null,
    outcome text not null check (outcome in ('seen', 'done', 'not-done', 'forbidden', 'hidden')),
    region text not null,
    stay_ids text[] not null check (cardinality(stay_ids) > 0)
  )`.execute(db);
  await sql`create index accesses_by_stay on accesses using gin (stay_ids)`.execute(db);
  await sql`create index accesses_by_unit on accesses (unit, no)`.execute(db);
  await sql`create index accesses_by_time on accesses (at)`.execute(db);
  await sql`create function accesses_are_kept() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        if old.at < extract(epoch from now() - interval '5 years') * 1000 then return old; end if;
      end if;
      raise exception 'the log of accesses is kept for five years, as it was written' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`create trigger accesses_kept before update or delete on accesses
    for each row execute function accesses_are_kept()`.execute(db);
  await sql`create trigger accesses_not_emptied before truncate on accesses
    for each statement execute function accesses_are_kept()`.execute(db);
}
