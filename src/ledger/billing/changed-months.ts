/** Frozen months in which something has happened that no settlement has seen yet. */
import { sql } from 'kysely';
import type { LedgerContext } from '../ledger.js';
import type { ChangedMonth } from './billing-ledger.js';

/** Changed stays, and objections that something was said of. One that is held back, or awaits approval, is among them until it is settled. */
export async function changedMonths({ db }: LedgerContext, region: string): Promise<ChangedMonth[]> {
  const since = sql`greatest(m.cut, coalesce(s.settled_upto, 0))`;
  const { rows } = await sql<{ month: string; payer: string; stays: string[] }>`
    select month, payer, array_agg(distinct stay_id) as stays from (
      select c.month, c.payer, c.stay_id from months m
        join month_changes c on c.region = m.region and c.month = m.month and c.change_no > m.cut
        left join kommun_states s on s.region = c.region and s.month = c.month and s.payer = c.payer
        where m.region = ${region} and m.state <> 'preliminar' and c.change_no > ${since}
      union all
      select o.month, o.payer, o.stay_id from months m
        join objections o on o.region = m.region and o.month = m.month
        left join kommun_states s on s.region = o.region and s.month = o.month and s.payer = o.payer
        where m.region = ${region} and m.state <> 'preliminar' and o.change_no > ${since}
    ) as changed group by month, payer order by month, payer`.execute(db);
  return rows.map((row) => ({ region, month: row.month, payer: row.payer, stays: [...row.stays].sort() }));
}
