/** Sums of the stays' indicators: read as they are kept, and made anew where something, or time, has changed them. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { Share, UnitTally } from '../../domain/reports/tally.js';
import { allowTime } from '../billing/locks.js';
import type { Db } from '../connect.js';
import type { LedgerContext } from '../ledger.js';
import { NEVER } from '../tables.js';
import type { RegionPeriod } from './report-ledger.js';

export async function indicatorTallies({ db }: LedgerContext, query: RegionPeriod, now: Instant): Promise<UnitTally[]> {
  for (const month of await staleMonths(db, query, now)) await refresh(db, query.region, month, now);
  // A month's sums as one JSON text: thousands of rows of numbers cost a reader more than the database.
  const { rows } = await sql<{ month: string; units: Row[] }>`
    select month, json_agg(json_build_array(
      payer, vardcentral, vardcentral_name, stays, inskrivning_met, inskrivning_owed, vardtid_met, vardtid_owed,
      kallelse_met, kallelse_owed, kallelse_waits, uppfoljning_met, uppfoljning_owed, uppfoljning_waits,
      aterinskrivning_met, aterinskrivning_owed, aterinskrivning_waits, late_stays, corrected_stays, deviating_stays,
      ready_days, deviations) order by payer, vardcentral) as units
    from indicator_tallies where region = ${query.region} and month between ${query.from} and ${query.to}
    group by month order by month`.execute(db);
  return rows.flatMap(({ month, units }) => units.map((row) => tallyOf(month, row)));
}

/** The columns in the order in which they are read. */
type Row = [
  ...[payer: string, vardcentral: string, name: string, stays: number],
  ...[inskrivningMet: number, inskrivningOwed: number, vardtidMet: number, vardtidOwed: number],
  ...[kallelseMet: number, kallelseOwed: number, kallelseWaits: number],
  ...[uppfoljningMet: number, uppfoljningOwed: number, uppfoljningWaits: number],
  ...[aterinskrivningMet: number, aterinskrivningOwed: number, aterinskrivningWaits: number],
  ...[lateStays: number, correctedStays: number, deviatingStays: number, readyDays: number[], deviations: Record<string, number>],
];

async function staleMonths(db: Db, { region, from, to }: RegionPeriod, now: Instant): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    select month from stale_tallies where region = ${region} and month between ${from} and ${to}
    union
    select month from indicator_tallies where region = ${region} and month between ${from} and ${to} and ${outdated(now)}
    order by month`.execute(db);
  return rows.map(({ month }) => month);
}

/** What was not due then may be due now; a clock may also have been set back. */
const outdated = (now: Instant): RawBuilder<boolean> => sql`(valid_until <= ${now} or valid_from > ${now})`;

/**
 * Makes a month's stale sums anew. The marks are taken away first: a record that commits meanwhile waits for them, or leaves one of its own.
 * One at a time for a month, so that older sums never take the place of newer ones.
 */
async function refresh(db: Db, region: string, month: string, now: Instant): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await allowTime(tx);
    await sql`select pg_advisory_xact_lock(hashtext('hemgang-tallies'), hashtext(${`${region}/${month}`}))`.execute(tx);
    const { rows } = await sql<{ payer: string; vardcentral: string }>`
      with marked as (delete from stale_tallies where region = ${region} and month = ${month} returning payer, vardcentral)
      select payer, vardcentral from marked
      union
      select payer, vardcentral from indicator_tallies where region = ${region} and month = ${month} and ${outdated(now)}`.execute(tx);
    if (rows.length === 0) return;
    const units = sql`unnest(${rows.map((r) => r.payer)}::text[], ${rows.map((r) => r.vardcentral)}::text[])`;
    await sql`delete from indicator_tallies where region = ${region} and month = ${month} and (payer, vardcentral) in (select * from ${units})`.execute(
      tx,
    );
    await summing(region, month, units, now).execute(tx);
  });
}

/** In one statement, so that everything in a sum is of the same moment. Units are numbered: grouping by a number is quick. */
const summing = (region: string, month: string, units: RawBuilder<unknown>, now: Instant): RawBuilder<unknown> => sql`
  with units as (select * from ${units} with ordinality as u(payer, vardcentral, unit)),
  s as materialized (
    select u.unit, i.* from units u join stay_indicators i on i.payer = u.payer and i.vardcentral = u.vardcentral
    where i.region = ${region} and i.month = ${month}
  ),
  days as (select unit, ready_days as d, count(*)::int as n from s where ready_days is not null group by 1, 2),
  longest as (select unit, max(d) as d from days group by 1),
  histograms as (
    select l.unit, array_agg(coalesce(days.n, 0) order by g.d) as ready_days
    from longest l cross join lateral generate_series(0, l.d) as g(d) left join days on days.unit = l.unit and days.d = g.d
    group by 1
  ),
  types as (select unit, type, count(*)::int as n from s cross join unnest(deviations) as type group by 1, 2),
  deviations as (select unit, jsonb_object_agg(type, n) as deviations from types group by 1),
  sums as (
    select unit, max(vardcentral_name) as vardcentral_name, count(*) as stays,
      count(*) filter (where inskrivning) as inskrivning_met, count(inskrivning) as inskrivning_owed,
      count(*) filter (where vardtid) as vardtid_met, count(vardtid) as vardtid_owed,
      count(*) filter (where kallelse and kallelse_due <= ${now}) as kallelse_met,
      count(*) filter (where kallelse_due <= ${now}) as kallelse_owed,
      count(*) filter (where kallelse_due > ${now}) as kallelse_waits,
      count(*) filter (where uppfoljning and uppfoljning_due <= ${now}) as uppfoljning_met,
      count(*) filter (where uppfoljning_due <= ${now}) as uppfoljning_owed,
      count(*) filter (where uppfoljning_due > ${now}) as uppfoljning_waits,
      count(*) filter (where readmission_until <= ${now} and coalesce(readmitted, exists (
        select from person_admissions own
        join person_admissions again on again.person = own.person and again.stay_id <> own.stay_id and again.region = own.region
        where own.stay_id = s.stay_id and again.admitted_at >= s.discharged_at and again.admitted_at < s.readmission_until
      ))) as aterinskrivning_met,
      count(*) filter (where readmission_until <= ${now}) as aterinskrivning_owed,
      count(*) filter (where readmission_until > ${now}) as aterinskrivning_waits,
      count(*) filter (where late > 0) as late_stays,
      count(*) filter (where corrections > 0) as corrected_stays,
      count(*) filter (where cardinality(deviations) > 0) as deviating_stays,
      greatest(
        max(kallelse_due) filter (where kallelse_due <= ${now}),
        max(uppfoljning_due) filter (where uppfoljning_due <= ${now}),
        max(readmission_until) filter (where readmission_until <= ${now})
      ) as valid_from,
      least(
        min(kallelse_due) filter (where kallelse_due > ${now}),
        min(uppfoljning_due) filter (where uppfoljning_due > ${now}),
        min(readmission_until) filter (where readmission_until > ${now})
      ) as valid_until
    from s group by unit
  )
  insert into indicator_tallies (
    region, month, payer, vardcentral, vardcentral_name, stays, inskrivning_met, inskrivning_owed, vardtid_met, vardtid_owed,
    kallelse_met, kallelse_owed, kallelse_waits, uppfoljning_met, uppfoljning_owed, uppfoljning_waits,
    aterinskrivning_met, aterinskrivning_owed, aterinskrivning_waits, late_stays, corrected_stays, deviating_stays,
    ready_days, deviations, valid_from, valid_until
  )
  select ${region}, ${month}, payer, vardcentral, vardcentral_name, stays, inskrivning_met, inskrivning_owed, vardtid_met, vardtid_owed,
    kallelse_met, kallelse_owed, kallelse_waits, uppfoljning_met, uppfoljning_owed, uppfoljning_waits,
    aterinskrivning_met, aterinskrivning_owed, aterinskrivning_waits, late_stays, corrected_stays, deviating_stays,
    coalesce(ready_days, '{}'), coalesce(deviations, '{}'), coalesce(valid_from, ${-NEVER}), coalesce(valid_until, ${NEVER})
  from sums join units using (unit) left join histograms using (unit) left join deviations using (unit)`;

function tallyOf(month: string, row: Row): UnitTally {
  const [payer, vardcentral, vardcentralName, stays, inskrivningMet, inskrivningOwed, vardtidMet, vardtidOwed, ...more] = row;
  const [kallelseMet, kallelseOwed, kallelseWaits, uppfoljningMet, uppfoljningOwed, uppfoljningWaits, ...rest] = more;
  const [aterinskrivningMet, aterinskrivningOwed, aterinskrivningWaits, lateStays, correctedStays, deviatingStays, readyDays, deviations] =
    rest;
  const share = (met: number, owed: number, waits = 0): Share => ({ met, owed, waits });
  return {
    month,
    payer: payer === '' ? null : payer,
    vardcentral,
    vardcentralName,
    stays,
    inskrivning: share(inskrivningMet, inskrivningOwed),
    vardtid: share(vardtidMet, vardtidOwed),
    kallelse: share(kallelseMet, kallelseOwed, kallelseWaits),
    uppfoljning: share(uppfoljningMet, uppfoljningOwed, uppfoljningWaits),
    aterinskrivning: share(aterinskrivningMet, aterinskrivningOwed, aterinskrivningWaits),
    readyDays,
    lateStays,
    correctedStays,
    deviatingStays,
    deviations,
  };
}
