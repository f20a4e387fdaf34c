/** Whether a stay may be erased: it is over, its money is settled, nobody objects to it, and its time is out or it has been decided. */
import { sql } from 'kysely';
import { disputeUntil, objectionState } from '../../domain/billing/objections.js';
import { addMonths, type Instant, startOfDay, toIso } from '../../domain/calendar.js';
import { retainedUntil } from '../../domain/retention.js';
import { objectionOf } from '../billing/objections.js';
import type { RuleBooks } from '../billing/rule-books.js';
import { rulesNow, sentMonth } from '../billing/sent-months.js';
import type { Db } from '../connect.js';
import { storableText } from '../storable.js';
import type { ErasureGround } from './tables.js';

/** Why a stay is not erased, in order of precedence. */
export const ERASURE_REFUSALS = [
  'unknown-stay',
  'not-ended',
  'retention-runs',
  'month-not-invoiced',
  'change-not-settled',
  'objection-open',
  'readmission-counted',
] as const;
export type ErasureRefusal = (typeof ERASURE_REFUSALS)[number];

export interface ErasureQuestion {
  stayId: string;
  ground: ErasureGround;
  /** Domain time. */
  now: Instant;
  /** Null: nothing is erased because its time is out. */
  retentionYears: number | null;
}

/** `need` is for operators, and holds no identity. */
export type Judged = { may: true; region: string; lastEntryAt: Instant } | { may: false; code: ErasureRefusal; need: string };

const no = (code: ErasureRefusal, need: string): Judged => ({ may: false, code, need });

/** First that holds. Asked in a transaction that has the stay to itself, the answer stands until that ends. */
export async function mayErase(db: Db, books: RuleBooks, question: ErasureQuestion): Promise<Judged> {
  const { now, ground, retentionYears } = question;
  const stayId = storableText(question.stayId);
  const stay = await db.selectFrom('stays').select(['region', 'ended_at']).where('stay_id', '=', stayId).executeTakeFirst();
  if (stay === undefined) return no('unknown-stay', `there is no stay ${stayId}`);
  const { region, ended_at: endedAt } = stay;
  if (endedAt === null) return no('not-ended', 'the stay has not ended');
  const lastEntryAt = await lastEntryOf(db, stayId, endedAt);
  if (ground === 'gallringsfrist') {
    if (retentionYears === null) return no('retention-runs', 'RETENTION_YEARS is never: a stay is erased by a decision alone');
    const until = retainedUntil(lastEntryAt, retentionYears);
    if (now < until) return no('retention-runs', `its last entry is of ${toIso(lastEntryAt)}: kept until ${toIso(until)}`);
  }
  return (await unsettled(db, stayId, now)) ?? (await contested(db, books, stayId, now)) ?? { may: true, region, lastEntryAt };
}

/** Domain time of the last thing that anybody, or the service, wrote of the stay. */
async function lastEntryOf(db: Db, stayId: string, endedAt: Instant): Promise<Instant> {
  const { rows } = await sql<{ last: number | null }>`
    select max(at) as last from (
      select greatest(at, received_at) as at from facts where stay_id = ${stayId}
      union all
      select greatest(at, (answer->>'at')::bigint, (dispute->>'at')::bigint, (decision->>'at')::bigint) from objections where stay_id = ${stayId}
    ) as entries`.execute(db);
  return Math.max(endedAt, rows[0]?.last ?? endedAt);
}

/** So many months after it a month that has not been sent to its kommuner is not going to be: its region does not invoice here. */
const UNSENT_MONTHS = 6;

/**
 * Its month has been invoiced, and nothing has changed since that has not been settled.
 *
 * @interpretation A month that nobody has sent is waited for as long as it may still be: figures do not change by an erasure, and an authority's
 * decision is not to wait for ever.
 */
async function unsettled(db: Db, stayId: string, now: Instant): Promise<Judged | undefined> {
  const own = await db
    .selectFrom('episodes as e')
    .leftJoin('months as m', (join) => join.onRef('m.region', '=', 'e.region').onRef('m.month', '=', 'e.month'))
    .select(['e.month', 'm.state'])
    .where('e.stay_id', '=', stayId)
    .where('e.month', 'is not', null)
    .executeTakeFirst();
  const mayBeSent = (month: string) => now < startOfDay(addMonths(`${month}-01`, UNSENT_MONTHS + 1));
  if (own?.month != null && (own.state === null ? mayBeSent(own.month) : own.state !== 'fakturerad'))
    return no('month-not-invoiced', `the month ${own.month} has not been invoiced`);
  const { rows: changes } = await sql<{ month: string; payer: string }>`
    select c.month, c.payer from (
      select region, month, payer, change_no from month_changes where stay_id = ${stayId}
      union all
      select region, month, payer, change_no from objections where stay_id = ${stayId}
    ) as c
    join months m on m.region = c.region and m.month = c.month and m.state <> 'preliminar'
    left join kommun_states s on s.region = c.region and s.month = c.month and s.payer = c.payer
    where c.change_no > greatest(m.cut, coalesce(s.settled_upto, 0)) limit 1`.execute(db);
  const [change] = changes;
  return change && no('change-not-settled', `a change in ${change.month} has not been settled with kommun ${change.payer}`);
}

/** Nobody can answer, dispute or decide anything of the stay, and whether the patient came back is known. */
async function contested(db: Db, books: RuleBooks, stayId: string, now: Instant): Promise<Judged | undefined> {
  const rows = await db.selectFrom('objections').selectAll().where('stay_id', '=', stayId).orderBy('at').execute();
  for (const row of rows) {
    const objection = objectionOf(row);
    const state = objectionState(objection);
    const rules = state === 'avvisad' ? await rulesNow(db, books, row, await sentMonth(db, row)) : undefined;
    const until = rules === undefined ? null : disputeUntil(objection, rules.book.agreement.cycle);
    if (state === 'obesvarad' || state === 'bestridd' || (until !== null && now < until))
      return no('objection-open', `the objection ${row.objection_id} is open`);
  }
  const { readmission_until: until } = (await db
    .selectFrom('stay_indicators')
    .select('readmission_until')
    .where('stay_id', '=', stayId)
    .executeTakeFirst()) ?? { readmission_until: null };
  if (until === null || until <= now) return undefined;
  return no('readmission-counted', `whether the patient is admitted again is counted until ${toIso(until)}`);
}
