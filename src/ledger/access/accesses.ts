/** The log of accesses over its table. */
import { sql } from 'kysely';
import type { Party } from '../../domain/ids.js';
import type { LedgerContext } from '../ledger.js';
import { limitOf, type Page, pageOf } from '../page.js';
import { storable, storableJson } from '../storable.js';
import type { Access, AccessLedger, AccessOutcome, AccessQuery, KeptAccess } from './access-ledger.js';

export function accessesOver(context: LedgerContext): AccessLedger {
  return {
    recordAccesses: (accesses) => recordAccesses(context, accesses),
    regionsOf: (stayIds) => regionsOf(context, stayIds),
    listAccesses: (query) => listAccesses(context, query),
    purgeAccesses: () => purgeAccesses(context),
  };
}

/**
 * One statement for the whole group: a row for each access and region; the region is the stay's own, whatever was asked for. What is about no
 * stay that there is has a row only where a region is to know of it.
 */
async function recordAccesses({ db }: LedgerContext, accesses: readonly Access[]): Promise<void> {
  const rows = accesses
    .filter(({ stayIds, region }) => stayIds.length > 0 || region !== undefined)
    .map(({ stayIds, domainAt, ...access }, i) => ({ ...access, i, domain_at: domainAt, stay_ids: [...new Set(stayIds)] }));
  if (rows.length === 0) return;
  await sql`
    with e as (
      select * from jsonb_to_recordset(${storableJson(rows)}::jsonb) as e(
        i int, at bigint, domain_at bigint, subject text, name text, party text, unit text, roles jsonb, operation text, outcome text,
        region text, stay_ids jsonb)),
    told as (
      select e.i, a.region, array_agg(a.stay_id order by a.stay_id) as stay_ids
      from e cross join lateral jsonb_array_elements_text(e.stay_ids) as s(stay_id)
      join admissions a on a.stay_id = s.stay_id
      group by e.i, a.region)
    insert into accesses (at, domain_at, subject, name, party, unit, roles, operation, outcome, region, stay_ids)
    select e.at, e.domain_at, e.subject, e.name, e.party, e.unit, array(select jsonb_array_elements_text(e.roles)), e.operation, e.outcome,
      coalesce(told.region, e.region), coalesce(told.stay_ids, '{}')
    from e left join told on told.i = e.i
    where told.i is not null or e.region is not null
    order by e.i`.execute(db);
}

async function regionsOf({ db }: LedgerContext, stayIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (stayIds.length === 0) return new Map();
  const { rows } = await sql<{ stay_id: string; region: string }>`
    select stay_id, region from admissions
    where stay_id in (select jsonb_array_elements_text(${storableJson([...new Set(stayIds)])}::jsonb))`.execute(db);
  return new Map(rows.map(({ stay_id, region }) => [stay_id, region]));
}

async function listAccesses({ db }: LedgerContext, asked: AccessQuery): Promise<Page<KeptAccess> | undefined> {
  const query = storable(asked);
  const limit = limitOf(query.limit);
  if (query.after !== undefined && !/^\d{1,15}$/.test(query.after)) return undefined;
  let select = db.selectFrom('accesses').selectAll();
  if (query.stayId !== undefined) select = select.where(sql<boolean>`stay_ids @> array[${query.stayId}]::text[]`);
  if (query.unit !== undefined) select = select.where('unit', '=', query.unit);
  if (query.party !== undefined) select = select.where('party', '=', query.party);
  if (query.region !== undefined) select = select.where('region', '=', query.region);
  if (query.from !== undefined) select = select.where('at', '>=', query.from);
  if (query.until !== undefined) select = select.where('at', '<', query.until);
  if (query.after !== undefined) select = select.where('no', '>', Number(query.after));
  const rows = await select
    .orderBy('no')
    .limit(limit + 1)
    .execute();
  return pageOf(
    rows,
    limit,
    (row) => ({
      no: row.no,
      at: row.at,
      domainAt: row.domain_at,
      subject: row.subject,
      ...(row.name === null ? {} : { name: row.name }),
      party: row.party as Party,
      unit: row.unit,
      roles: row.roles,
      operation: row.operation,
      outcome: row.outcome as AccessOutcome,
      region: row.region,
      stayIds: row.stay_ids,
    }),
    (row) => String(row.no),
  );
}

/** Some thousands at a time: PGlite's one connection is not held up by five years. */
async function purgeAccesses({ db }: LedgerContext): Promise<number> {
  let gone = 0;
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from accesses where no in (
        select no from accesses where at < extract(epoch from now() - interval '5 years') * 1000 order by at limit 2000)`.execute(db);
    gone += Number(numAffectedRows ?? 0);
    if (Number(numAffectedRows ?? 0) < 2_000) return gone;
  }
}
