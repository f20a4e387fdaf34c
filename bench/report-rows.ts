/** What the reports count of made-up stays, made from their episodes by the database itself: a million of them in little time. */
import { sql } from 'kysely';
import type { Db } from '../src/ledger/connect.js';

/** The month's stays get their indicators, each with a person; one in ten of those is admitted again. The sums are left to be made. */
export async function fillIndicators(db: Db, { region, month }: { region: string; month: string }): Promise<void> {
  const day = sql.raw('86400000::bigint');
  await sql`
    insert into stay_indicators
    select stay_id, region, month, payer, vardcentral, 'Vårdcentralen ' || right(vardcentral, 2), discharged_at,
      n % 12 <> 0, n % 15 <> 0,
      case when n % 5 < 3 then n % 7 <> 0 end, case when n % 5 < 3 then discharged_at + 3 * ${day} end,
      case when n % 5 < 2 then n % 4 <> 0 end, case when n % 5 < 2 then discharged_at + 31 * ${day} end,
      greatest(0, (discharged_at - (episode->'intervals'->0->>'from')::bigint) / ${day})::int, discharged_at + 31 * ${day},
      (n % 9 = 0)::int, (n % 40 = 0)::int, case when n % 3 = 0 then array['svpl-kallelse', 'kvittering'] else '{}' end
    from (select *, row_number() over (order by stay_id) as n from episodes where region = ${region} and month = ${month}) as e
    where payer is not null`.execute(db);
  await sql`
    insert into person_admissions
    select 'bench:' || md5(case when n % 10 = 0 then ${month} || (n - 1) else ${month} || n end), stay_id, region, coalesce(admitted_at, 0)
    from (select *, row_number() over (order by stay_id) as n from episodes where region = ${region} and month = ${month}) as e`.execute(
    db,
  );
  await sql`
    insert into stale_tallies select distinct region, month, payer, vardcentral from stay_indicators
    where region = ${region} and month = ${month} on conflict do nothing`.execute(db);
}
