/** Episodes, the months made from them, and the feeds that hold simulated time back. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table episodes (
    stay_id text primary key,
    region text not null,
    payer text,
    agreement text not null,
    discharged_at bigint,
    month text,
    episode jsonb not null
  )`.execute(db);
  await sql`create index episodes_by_month on episodes (region, month, stay_id)`.execute(db);
  await sql`create table months (
    region text not null,
    month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    state text not null check (state in ('last', 'fakturerad')),
    agreement_id text not null,
    agreement_version text not null,
    hash text not null,
    result text not null,
    csv text not null,
    frozen_at bigint not null,
    primary key (region, month)
  )`.execute(db);
  // A frozen month is what was told to the payers: only that it has been invoiced may be added.
  await sql`create function frozen_months_stay() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.state = 'last' and new.state = 'fakturerad'
        and (old.region, old.month, old.agreement_id, old.agreement_version, old.hash, old.result, old.csv, old.frozen_at)
          = (new.region, new.month, new.agreement_id, new.agreement_version, new.hash, new.result, new.csv, new.frozen_at)
      then return new; end if;
      raise exception 'a frozen month is never changed' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`create trigger months_frozen before update or delete on months
    for each row execute function frozen_months_stay()`.execute(db);
  await sql`create table feeds (
    feed_id text primary key,
    watermark bigint not null,
    expires_real_at bigint not null
  )`.execute(db);
}
