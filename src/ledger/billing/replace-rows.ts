/** Writes stays' rows; what a frozen month was frozen with is copied aside first, and what a sent month has to hear of is noted. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { storableJson } from '../storable.js';
import { EPISODE_COLUMNS } from './episodes-table.js';
import type { EpisodeRow } from './judged-row.js';
import { isFrozen, type SentMonth } from './sent-months.js';

const COLUMNS = Object.keys(EPISODE_COLUMNS) as (keyof typeof EPISODE_COLUMNS)[];
const names = (prefix = ''): RawBuilder<unknown> => sql.join(COLUMNS.map((column) => sql.raw(`${prefix}${column}`)));
const typed = sql.join(COLUMNS.map((column) => sql.raw(`${column} ${EPISODE_COLUMNS[column]}`)));
/** These two stand as long as the row says the same. */
const NEW_WITH_CONTENT = new Set(['seq', 'change_no']);
const assignments = sql.join(
  COLUMNS.filter((column) => column !== 'stay_id').map((column) =>
    sql.raw(
      NEW_WITH_CONTENT.has(column)
        ? `${column} = case when episodes.digest = excluded.digest then episodes.${column} else excluded.${column} end`
        : `${column} = excluded.${column}`,
    ),
  ),
);

/** A stay's place and content before the change. */
export type Before = Pick<EpisodeRow, 'stay_id' | 'month' | 'payer' | 'out_of_sight' | 'digest' | 'change_no'>;

/**
 * Replaces rows inside a transaction that shares, or has, every month concerned. `sent`: those of the months that have been sent;
 * `before`: the rows as they are, locked, of which only those in sent months are asked for.
 */
export async function replaceRows(
  tx: Db,
  rows: readonly EpisodeRow[],
  { sent, before, at }: { sent: ReadonlyMap<string, SentMonth>; before: readonly Before[]; at: Instant },
): Promise<void> {
  if (rows.length === 0) return;
  const old = new Map(before.map((row) => [row.stay_id, row]));
  const changed = rows.filter((row) => old.get(row.stay_id)?.digest !== row.digest);
  for (const month of sent.values()) {
    if (isFrozen(month)) await copyAside(tx, month, changed, old);
  }
  const numbers = await write(tx, rows);
  await noteChanges(tx, changed, { old, numbers, sent, at });
}

/** The rows as they were at the freeze: those that have not changed since. */
async function copyAside(
  tx: Db,
  month: SentMonth & { cut: number },
  changed: readonly EpisodeRow[],
  old: ReadonlyMap<string, Before>,
): Promise<void> {
  const ids = changed
    .map((row) => row.stay_id)
    .filter((id) => old.get(id)?.month === month.month && (old.get(id)?.change_no ?? 0) <= month.cut);
  if (ids.length === 0) return;
  await sql`insert into frozen_episodes (${names()}) select ${names()} from episodes where stay_id = any(${ids})`.execute(tx);
}

/** Answers each row's change number. */
async function write(tx: Db, rows: readonly EpisodeRow[]): Promise<Map<string, number>> {
  const numbered = sql.join(COLUMNS.map((column) => (column === 'change_no' ? sql`nextval('billing_changes')` : sql.raw(`r.${column}`))));
  const { rows: written } = await sql<{ stay_id: string; change_no: number }>`
    insert into episodes (${names()})
    select ${numbered} from jsonb_to_recordset(${storableJson(rows)}::jsonb) as r(${typed})
    on conflict (stay_id) do update set ${assignments}
    returning stay_id, change_no`.execute(tx);
  return new Map(written.map((row) => [row.stay_id, row.change_no]));
}

/** Each kommun that sees the stay, or saw it, has something new in its sent month. */
async function noteChanges(
  tx: Db,
  changed: readonly EpisodeRow[],
  by: { old: ReadonlyMap<string, Before>; numbers: ReadonlyMap<string, number>; sent: ReadonlyMap<string, SentMonth>; at: Instant },
): Promise<void> {
  const notes = changed.flatMap((row) => {
    const sides = [by.old.get(row.stay_id), row].filter((side) => side !== undefined);
    const told = sides.flatMap(({ month, payer, out_of_sight: hidden }) =>
      month === null || payer === null || hidden || !by.sent.has(month) ? [] : [{ month, payer }],
    );
    const [first, second] = told;
    const distinct = first !== undefined && first.month === second?.month && first.payer === second.payer ? [first] : told;
    return distinct.map((side) => ({
      ...side,
      region: row.region,
      stay_id: row.stay_id,
      change_no: by.numbers.get(row.stay_id) ?? 0,
      at: by.at,
    }));
  });
  if (notes.length > 0) await tx.insertInto('month_changes').values(notes).execute();
}
