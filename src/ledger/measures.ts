/** How things stand, counted: what is open, late, on its way and stuck. Nothing of a stay but how many; each query is answered by an index. */
import { sql } from 'kysely';
import { HOUR, type Instant } from '../domain/calendar.js';
import type { Db } from './connect.js';
import type { LedgerContext } from './ledger.js';

export interface MeasuresQuery {
  now: Instant;
  realNow: number;
  /** The month before this one, and the regions that have months. */
  previousMonth: string;
  regions: readonly string[];
}

interface Counted {
  region: string;
  count: number;
}

interface DeadlineGroup extends Counted {
  deadline: string;
  party: string;
}

export interface Measures {
  /** Stays that have not ended. `party`: whose deadline is the soonest; null: none is open. */
  openStays: (Counted & { phase: string; party: string | null })[];
  /** Utskrivningsklara who are still at the hospital. */
  readyStays: (Counted & { payer: string | null; since: Instant })[];
  openDeadlines: DeadlineGroup[];
  /** Overdue, or due within 24 hours, by whose they are. */
  pressingDeadlines: (DeadlineGroup & { unit: string; overdue: boolean })[];
  /** Not settled; of no region where the sender is not known. */
  hospitalMessages: { region: string | null; state: string; count: number; since: Instant }[];
  undelivered: { channel: string; count: number; since: number }[];
  failed: { channel: string; count: number }[];
  endpoints: { channel: string; failures: number; disabled: boolean }[];
  months: (Counted & { state: string })[];
  /** `tom`: nobody was discharged in it. `lopande`: its basis has not been sent. */
  previousMonths: { region: string; state: string }[];
  objections: (Counted & { state: string; overdue: number })[];
  heldInvoices: Counted[];
  erasuresUnfinished: number;
}

const SOON_MS = 24 * HOUR;

/** One after the other, so that a scrape takes one connection and no more. */
export async function measure({ db }: LedgerContext, query: MeasuresQuery): Promise<Measures> {
  return {
    openStays: await openStays(db),
    readyStays: await readyStays(db),
    openDeadlines: await openDeadlines(db),
    pressingDeadlines: await pressingDeadlines(db, query.now),
    hospitalMessages: await hospitalMessages(db),
    undelivered: await undelivered(db),
    failed: await failed(db),
    endpoints: await endpoints(db),
    months: await months(db),
    previousMonths: await previousMonths(db, query),
    objections: await objections(db, query.now),
    heldInvoices: await heldInvoices(db),
    erasuresUnfinished: await erasuresUnfinished(db),
  };
}

const count = sql<number>`count(*)`.as('count');

const openStays = (db: Db) =>
  db
    .selectFrom('stays')
    .select(['region', 'phase', 'next_owner_party as party', count])
    .where('ended_at', 'is', null)
    .groupBy(['region', 'phase', 'next_owner_party'])
    .execute();

const readyStays = (db: Db) =>
  db
    .selectFrom('episodes')
    .select(['region', 'payer', count, sql<number>`min(ready_at)`.as('since')])
    .where('ready_at', 'is not', null)
    .groupBy(['region', 'payer'])
    .execute();

// An ended stay has no open deadlines; that it is said lets the index of open stays answer.
const openDeadlines = (db: Db) =>
  db
    .selectFrom('open_deadlines as d')
    .innerJoin('stays as s', 's.stay_id', 'd.stay_id')
    .select(['s.region', 'd.id as deadline', 'd.owner_party as party', count])
    .where('s.ended_at', 'is', null)
    .groupBy(['s.region', 'd.id', 'd.owner_party'])
    .execute();

const pressingDeadlines = (db: Db, now: Instant) =>
  db
    .selectFrom('open_deadlines as d')
    .innerJoin('stays as s', 's.stay_id', 'd.stay_id')
    .select(['s.region', 'd.id as deadline', 'd.owner_party as party', 'd.owner_unit as unit'])
    .select([sql<boolean>`d.due_at <= ${now}`.as('overdue'), count])
    .where('d.due_at', '<=', now + SOON_MS)
    .where('s.ended_at', 'is', null)
    .groupBy(['s.region', 'd.id', 'd.owner_party', 'd.owner_unit', 'overdue'])
    .execute();

const hospitalMessages = (db: Db) =>
  db
    .selectFrom('hospital_messages')
    .select(['region', 'state', count, sql<number>`min(received_at)`.as('since')])
    .where(sql<boolean>`state in ('mottagen', 'vantar', 'parkerad')`)
    .groupBy(['region', 'state'])
    .execute();

const undelivered = (db: Db) =>
  db
    .selectFrom('outgoing')
    .select(['channel', count, sql<number>`min(queued_at)`.as('since')])
    .where('stage', '=', 'send')
    .groupBy('channel')
    .execute();

const failed = (db: Db) =>
  db.selectFrom('deliveries').select(['channel', count]).where(sql<boolean>`status = 'failed'`).groupBy('channel').execute();

const endpoints = (db: Db) =>
  db
    .selectFrom('endpoints')
    .select(['endpoint as channel', 'failures', sql<boolean>`disabled_at is not null`.as('disabled')])
    .execute();

const months = (db: Db) => db.selectFrom('months').select(['region', 'state', count]).groupBy(['region', 'state']).execute();

/** Asked by region, so that each is one look into an index. */
async function previousMonths(db: Db, { previousMonth, regions }: MeasuresQuery): Promise<Measures['previousMonths']> {
  if (regions.length === 0) return [];
  const { rows } = await sql<{ region: string; state: string }>`
    select r.region, coalesce(
      (select m.state from months m where m.region = r.region and m.month = ${previousMonth}),
      case when exists (select from episodes e where e.region = r.region and e.month = ${previousMonth}) then 'lopande' else 'tom' end) as state
    from unnest(${[...regions]}::text[]) as r (region)`.execute(db);
  return rows;
}

const objections = (db: Db, now: Instant) =>
  db
    .selectFrom('objections')
    .select(['region', 'state', count])
    .select(sql<number>`count(*) filter (where state = 'obesvarad' and answer_due_at <= ${now})`.as('overdue'))
    .where(sql<boolean>`state in ('obesvarad', 'bestridd')`)
    .groupBy(['region', 'state'])
    .execute();

const heldInvoices = (db: Db) =>
  db.selectFrom('kommun_states').select(['region', count]).where('held', 'is not', null).groupBy('region').execute();

async function erasuresUnfinished(db: Db): Promise<number> {
  const row = await db.selectFrom('erasures').select(count).where('completed_at', 'is', null).executeTakeFirstOrThrow();
  return row.count;
}
