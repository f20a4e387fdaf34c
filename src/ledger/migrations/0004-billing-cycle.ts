/** A month's whole cycle: stays judged where they stand, months that are sent and frozen, objections, invoices, documents. */
import { type Kysely, sql } from 'kysely';

/** Tables whose rows are what somebody was told: added, never changed. */
const APPEND_ONLY = ['rule_books', 'frozen_episodes', 'month_changes', 'basis_sendings', 'sent_bases', 'invoices', 'documents'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await episodes(db);
  await months(db);
  await objections(db);
  await invoices(db);
  for (const table of APPEND_ONLY) {
    await sql`create trigger ${sql.id(`${table}_append_only`)} before update or delete on ${sql.table(table)}
      for each row execute function rows_are_append_only()`.execute(db);
  }
  for (const table of [...APPEND_ONLY, 'months', 'objections']) {
    await sql`create trigger ${sql.id(`${table}_kept`)} before truncate on ${sql.table(table)}
      for each statement execute function rows_are_append_only()`.execute(db);
  }
  // A notice about a month is about no stay; `reference` then says what it is about.
  await sql`alter table notices alter column stay_id drop not null, add column reference text`.execute(db);
}

async function episodes(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence billing_changes`.execute(db);
  await sql`alter table episodes
    add column seq integer not null default 0,
    add column change_no bigint not null default 0,
    add column agreement_paid text,
    add column rules_version text not null default '',
    add column outcome text,
    add column reason text,
    add column average_days integer,
    add column individual_days integer,
    add column billable_days integer,
    add column billable_by_year jsonb,
    add column vantar boolean not null default false,
    add column revisit_at bigint,
    add column out_of_sight boolean not null default false,
    add column ready_at bigint,
    add column objection_id text,
    add column digest text not null default '',
    add column vardcentral text,
    add column ward text,
    add column admitted_at bigint,
    add column ready_days integer`.execute(db);
  // What was recorded before is judged when it is first read, since its rules_version is nobody's.
  await sql`update episodes e set
      seq = s.seq, vardcentral = s.vardcentral, ward = s.ward, admitted_at = s.admitted_at, change_no = nextval('billing_changes'),
      out_of_sight = coalesce((e.episode->>'outOfSight')::boolean, false),
      ready_at = case when e.discharged_at is null and e.episode->>'excluded' is null
          and not coalesce((e.episode->>'outOfSight')::boolean, false) and e.episode->'intervals'->-1->>'until' is null
        then (e.episode->'intervals'->-1->>'from')::bigint end
    from stays s where s.stay_id = e.stay_id`.execute(db);
  await sql`drop index episodes_by_month`.execute(db);
  await sql`create index episodes_by_month on episodes (region, month, stay_id collate "C")`.execute(db);
  // Holds all that a month's sums and its hash are made of, so that they are read from it alone.
  await sql`create index episodes_by_payer on episodes (region, month, payer, stay_id collate "C")
    include (average_days, vantar, out_of_sight, digest)`.execute(db);
  await sql`create index episodes_by_rules on episodes (region, month, rules_version) where month is not null`.execute(db);
  await sql`create index episodes_billed on episodes (region, month, payer) where billable_by_year is not null`.execute(db);
  await sql`create index episodes_revisited on episodes (region, month, revisit_at) where revisit_at is not null`.execute(db);
  await sql`create index episodes_ready on episodes (region, ready_at, stay_id) where ready_at is not null`.execute(db);
}

async function months(db: Kysely<unknown>): Promise<void> {
  await sql`create function rows_are_append_only() returns trigger language plpgsql as $$
    begin raise exception 'rows of % are append-only', tg_table_name using errcode = 'integrity_constraint_violation'; end $$`.execute(db);
  await sql`create table rule_books (hash text primary key, json text not null)`.execute(db);
  // Months that were frozen under the first schema rest on no rule book: they are kept as they were, and read by nobody.
  await sql`alter table months rename to months_before_cycle`.execute(db);
  await sql`alter table months_before_cycle rename constraint months_pkey to months_before_cycle_pkey`.execute(db);
  await sql`create table months (
    region text not null,
    month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    state text not null check (state in ('preliminar', 'last', 'fakturerad')),
    preliminary_at bigint not null,
    cut bigint,
    rule_book text references rule_books (hash),
    result text,
    hash text,
    frozen_at bigint,
    primary key (region, month),
    check (num_nonnulls(cut, rule_book, result, hash, frozen_at) = case state when 'preliminar' then 0 else 5 end)
  )`.execute(db);
  // A frozen month is what the payers were told: the only way on is preliminar, last, fakturerad.
  await sql`create function months_go_on() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and (old.region, old.month, old.preliminary_at) = (new.region, new.month, new.preliminary_at) then
        if old.state = 'preliminar' and new.state = 'last' then return new; end if;
        if old.state = 'last' and new.state = 'fakturerad'
          and (old.cut, old.rule_book, old.result, old.hash, old.frozen_at) = (new.cut, new.rule_book, new.result, new.hash, new.frozen_at)
        then return new; end if;
      end if;
      raise exception 'a frozen month is never changed' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`create trigger months_go_on before update or delete on months for each row execute function months_go_on()`.execute(db);
  await sql`create table frozen_episodes (like episodes including defaults)`.execute(db);
  await sql`alter table frozen_episodes add primary key (region, month, stay_id)`.execute(db);
  await sql`create index frozen_episodes_by_id on frozen_episodes (region, month, stay_id collate "C")`.execute(db);
  await sql`create table month_changes (
    region text not null,
    month text not null,
    payer text not null,
    stay_id text not null,
    change_no bigint not null,
    at bigint not null,
    primary key (region, month, payer, change_no, stay_id)
  )`.execute(db);
  await sql`create table basis_sendings (
    region text not null,
    month text not null,
    no integer not null,
    upto bigint not null,
    at bigint not null,
    object_until bigint not null,
    primary key (region, month, no)
  )`.execute(db);
  await sql`create table sent_bases (
    region text not null,
    month text not null,
    no integer not null,
    payer text not null,
    changed integer not null,
    sum text not null,
    primary key (region, month, no, payer)
  )`.execute(db);
}

async function objections(db: Kysely<unknown>): Promise<void> {
  await sql`create table objections (
    objection_id text primary key,
    region text not null,
    month text not null,
    payer text not null,
    stay_id text not null,
    code text not null,
    text text not null,
    at bigint not null,
    by jsonb not null,
    in_time boolean not null,
    answer_due_at bigint not null,
    facts_digest text not null,
    answer jsonb,
    dispute jsonb,
    decision jsonb,
    state text not null check (state in ('obesvarad', 'godtagen', 'avvisad', 'bestridd', 'bifallen', 'avslagen')),
    change_no bigint not null
  )`.execute(db);
  await sql`create index objections_by_month on objections (region, month, payer, at, objection_id)`.execute(db);
  await sql`create index objections_by_stay on objections (stay_id)`.execute(db);
  await sql`create index objections_by_state on objections (region, state, at, objection_id)`.execute(db);
  // What was said stands: an answer, a dispute and a decision are added, each once.
  await sql`create function objections_are_added_to() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE'
        and (old.objection_id, old.region, old.month, old.payer, old.stay_id, old.code, old.text, old.at, old."by", old.in_time, old.answer_due_at, old.facts_digest)
          = (new.objection_id, new.region, new.month, new.payer, new.stay_id, new.code, new.text, new.at, new."by", new.in_time, new.answer_due_at, new.facts_digest)
        and (old.answer is null or old.answer = new.answer)
        and (old.dispute is null or old.dispute = new.dispute)
        and (old.decision is null or old.decision = new.decision)
      then return new; end if;
      raise exception 'an objection is only added to' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`create trigger objections_added_to before update or delete on objections
    for each row execute function objections_are_added_to()`.execute(db);
}

async function invoices(db: Kysely<unknown>): Promise<void> {
  await sql`create table invoices (
    region text not null,
    month text not null,
    payer text not null,
    n integer not null check (n > 0),
    number text not null unique,
    kind text not null check (kind in ('faktura', 'kreditfaktura', 'debetfaktura')),
    amount_ore bigint not null check (amount_ore <> 0 and (kind = 'kreditfaktura') = (amount_ore < 0)),
    total_ore bigint not null,
    refers_to text,
    issued_at bigint not null,
    due_date text not null,
    sum text not null,
    contested jsonb not null,
    changed jsonb not null,
    upto bigint not null,
    primary key (region, month, payer, n)
  )`.execute(db);
  await sql`create table kommun_states (
    region text not null,
    month text not null,
    payer text not null,
    held jsonb,
    approved jsonb,
    settled_upto bigint not null default 0,
    primary key (region, month, payer)
  )`.execute(db);
  await sql`create table documents (
    region text not null,
    month text not null,
    payer text not null,
    n integer not null,
    kind text not null check (kind in ('underlag.pdf', 'underlag.xlsx', 'underlag.csv', 'faktura.xml')),
    bytes bytea not null,
    sha256 text not null,
    at bigint not null,
    primary key (region, month, payer, n, kind)
  )`.execute(db);
}
