/** Made-up stays of a month as the ledger holds them, and what a plain aggregate of them is. */
import { sql } from 'kysely';
import type { Episode } from '../src/domain/billing/episode.js';
import type { RuleBook } from '../src/domain/billing/kommun-month.js';
import { endOfMonth } from '../src/domain/billing/region-month.js';
import { DAY, HOUR, startOfDay } from '../src/domain/calendar.js';
import { EPISODE_COLUMNS } from '../src/ledger/billing/episodes-table.js';
import { judgedRow } from '../src/ledger/billing/judged-row.js';
import { monthRulesOf } from '../src/ledger/billing/rule-books.js';
import type { Db } from '../src/ledger/connect.js';

const AT_ONCE = 1_000;
const COLUMNS = Object.keys(EPISODE_COLUMNS);
const names = sql.raw(COLUMNS.join(', '));
const typed = sql.raw(
  Object.entries(EPISODE_COLUMNS)
    .map(([column, type]) => `${column} ${type}`)
    .join(', '),
);

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** `open`: not discharged, and utskrivningsklara at the month's end. */
export interface Filling {
  region: string;
  month: string;
  payers: string[];
  count: number;
  book: RuleBook;
  open?: boolean;
}

/** Judges and writes that many stays discharged in the month; a tenth lack a precondition, one in thirty stays eight days or more. */
export async function fillMonth(db: Db, { region, month, payers, count, book, open = false }: Filling): Promise<void> {
  const random = numbers(Number(month.replace('-', '')));
  const next = (): number => random.next().value;
  const rules = monthRulesOf(book, month);
  const begin = startOfDay(`${month}-01`);
  for (let done = 0; done < count; done += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, i) => {
      const stayId = `${month}-${open ? 'oppen-' : ''}${String(done + i).padStart(7, '0')}`;
      const dischargedAt = open ? null : begin + Math.floor(next() * 27 * DAY) + HOUR;
      const readyAt = (dischargedAt ?? endOfMonth(month)) - Math.floor((next() < 1 / 30 ? 8 + next() * 8 : next() * 4.5) * DAY);
      const admittedAt = readyAt - Math.floor((1 + next() * 6) * DAY);
      const vardcentral = `SE2321000057-VC${String(Math.floor(next() * 30)).padStart(2, '0')}`;
      const episode: Episode = {
        stayId,
        payer: payers[Math.floor(next() * payers.length)] ?? '0680',
        careForm: 'somatisk',
        admittedAt,
        behovBedomtAt: admittedAt + HOUR,
        inskrivningsmeddelandeAt: admittedAt + 2 * HOUR,
        vardtidAt: admittedAt + 2 * HOUR,
        utskrivningsmeddelandeAt: next() < 0.05 ? null : readyAt,
        svplRequired: next() < 0.6,
        svplKallelseAt: next() < 0.92 ? readyAt + HOUR : null,
        vardplanAt: null,
        kallelseMottagenAt: null,
        intervals: [{ from: readyAt, until: dischargedAt }],
        blocked: [],
        dischargedAt,
        deceased: false,
        excluded: null,
        outOfSight: false,
      };
      const facts = {
        stay_id: stayId,
        region,
        payer: episode.payer,
        agreement: book.agreement.id,
        discharged_at: dischargedAt,
        month,
        episode,
      };
      return judgedRow(
        { ...facts, seq: 12, vardcentral, ward: 'SE2321000057-AVD1', admitted_at: admittedAt },
        { rules, asOf: Number.POSITIVE_INFINITY },
      );
    });
    await sql`insert into episodes (${names}) select ${names} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(${typed})`.execute(
      db,
    );
  }
  await sql`analyze episodes`.execute(db);
}

/** The same stays in another month under other ids: what a month costs does not depend on its dates. */
export async function repeatMonth(db: Db, { region, from, to }: { region: string; from: string; to: string }): Promise<void> {
  const columns = sql.raw(
    COLUMNS.map((column) => (column === 'stay_id' ? "replace(stay_id, 'FROM', 'TO')" : column === 'month' ? "'TO'" : column))
      .join(', ')
      .replaceAll('FROM', from)
      .replaceAll('TO', to),
  );
  await sql`insert into episodes (${names}) select ${columns} from episodes where region = ${region} and month = ${from}`.execute(db);
}

/** Stays, days and days above eight per kommun: from the times as J counts them, or from days that are stored. */
export async function plainAggregate(
  db: Db,
  { region, month }: { region: string; month: string },
  from: 'facts' | 'days',
): Promise<number> {
  const local = (instant: string) => `(to_timestamp(${instant} / 1000.0) at time zone 'Europe/Stockholm')`;
  const days = `floor(extract(epoch from ${local('discharged_at')} - ${local("(episode->'intervals'->-1->>'from')::bigint")}) / 86400)`;
  const day = sql.raw(from === 'facts' ? days : 'ready_days');
  const { rows } = await sql`
    select payer, count(*) as stays, sum(d) filter (where d < 8) as days, sum(d - 3) filter (where d >= 8) as individual
    from (select payer, ${day} as d from episodes where region = ${region} and month = ${month}) as stays
    group by payer order by payer`.execute(db);
  return rows.length;
}
