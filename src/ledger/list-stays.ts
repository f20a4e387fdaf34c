/** Lists of cases: a unit's open ones, or all; soonest deadline first. */
import { type RawBuilder, sql } from 'kysely';
import type { DeadlineId } from '../domain/agreement.js';
import type { Instant } from '../domain/calendar.js';
import type { Party, UnitRef } from '../domain/ids.js';
import type { LedgerContext } from './ledger.js';
import { limitOf, type Page, pageOf } from './page.js';
import { storable } from './storable.js';
import { NEVER } from './tables.js';

export interface CasesQuery {
  /** Only what is an open case of this unit; without it, every stay, ended ones last. */
  unit?: string | undefined;
  /** With `unit`: only when it is this party's. */
  party?: Party | undefined;
  phase?: string | undefined;
  /** Whether an open deadline's due time has been reached, as seen at `now`. */
  overdue?: boolean | undefined;
  now: Instant;
  /** Soonest deadline first (default), or by the stay's id, which never changes: every case that is one all the while comes once. */
  order?: 'deadline' | 'stayId' | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

export interface CaseRow {
  stayId: string;
  region: string;
  phase: string;
  kommun: string | null;
  vardcentral: string | null;
  ward: string | null;
  admittedAt: Instant | null;
  dischargedAt: Instant | null;
  endedAt: Instant | null;
  /** The soonest open deadline. */
  deadline: { id: DeadlineId; owner: UnitRef; dueAt: Instant } | null;
  overdue: boolean;
}

export async function listStays({ db }: LedgerContext, asked: CasesQuery): Promise<Page<CaseRow> | undefined> {
  const query = storable(asked);
  const limit = limitOf(query.limit);
  const after = query.after === undefined ? undefined : readCursor(query.after, query.order);
  if (query.after !== undefined && after === undefined) return undefined;

  const { rows } = await casesSql(query, after, limit + 1).execute(db);
  return pageOf(
    rows,
    limit,
    (row) => caseOf(row, query.now),
    (row) => (query.order === 'stayId' ? `/${row.stay_id}` : `${row.next_due}/${row.stay_id}`),
  );
}

/** The keys of the page come from one index alone, of stay_units for a unit or of stays; what is shown of each is looked up after. */
export function casesSql(query: CasesQuery, after: Cursor | undefined, limit: number): RawBuilder<Row> {
  const own = query.unit !== undefined;
  const byId = query.order === 'stayId';
  const keys = sql`
    select distinct stay_id, next_due from ${sql.table(own ? 'stay_units' : 'stays')}
    where ${own ? sql`unit = ${query.unit}` : sql`true`}
    ${own && query.party !== undefined ? sql`and party = ${query.party}` : sql``}
    ${query.phase === undefined ? sql`` : sql`and phase = ${query.phase}`}
    ${query.overdue === undefined ? sql`` : query.overdue ? sql`and next_due <= ${query.now}` : sql`and next_due > ${query.now}`}
    ${after === undefined ? sql`` : byId ? sql`and stay_id > ${after.stayId}` : sql`and (next_due, stay_id) > (${after.nextDue}, ${after.stayId})`}
    order by ${byId ? sql`stay_id` : sql`next_due, stay_id`} limit ${limit}`;
  return sql<Row>`
    select s.stay_id, s.region, s.phase, s.kommun, s.vardcentral, s.ward, s.admitted_at, s.discharged_at, s.ended_at,
      s.next_deadline, s.next_owner_party, s.next_owner_unit, page.next_due
    from (${keys}) as page join stays s using (stay_id)
    order by ${byId ? sql`s.stay_id` : sql`page.next_due, s.stay_id`}`;
}

interface Cursor {
  nextDue: number;
  stayId: string;
}

interface Row {
  stay_id: string;
  region: string;
  phase: string;
  kommun: string | null;
  vardcentral: string | null;
  ward: string | null;
  admitted_at: number | null;
  discharged_at: number | null;
  ended_at: number | null;
  next_deadline: string | null;
  next_owner_party: string | null;
  next_owner_unit: string | null;
  next_due: number;
}

function caseOf(row: Row, now: Instant): CaseRow {
  return {
    stayId: row.stay_id,
    region: row.region,
    phase: row.phase,
    kommun: row.kommun,
    vardcentral: row.vardcentral,
    ward: row.ward,
    admittedAt: row.admitted_at,
    dischargedAt: row.discharged_at,
    endedAt: row.ended_at,
    deadline:
      row.next_deadline === null || row.next_owner_unit === null
        ? null
        : {
            id: row.next_deadline as DeadlineId,
            owner: { party: row.next_owner_party as Party, unit: row.next_owner_unit },
            dueAt: row.next_due,
          },
    overdue: row.next_due <= now,
  };
}

/** A page's cursor is the last row's place in the order. */
function readCursor(text: string, order: CasesQuery['order']): Cursor | undefined {
  const match = (order === 'stayId' ? /^()\/([A-Za-z0-9._-]{1,64})$/ : /^(-?\d{1,16})\/([A-Za-z0-9._-]{1,64})$/).exec(text);
  if (match === null || Math.abs(Number(match[1])) > NEVER) return undefined;
  return { nextDue: Number(match[1]), stayId: match[2] as string };
}
