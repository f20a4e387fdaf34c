/** Judges anew what time or new agreements have made stale, before a month is read. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import type { MonthRef } from './billing-ledger.js';
import { judgedRow } from './judged-row.js';
import { shareMonths } from './locks.js';
import { replaceRows } from './replace-rows.js';
import type { MonthRules, RuleBooks } from './rule-books.js';
import { isFrozen, rulesNow, type SentMonth, sentMonth } from './sent-months.js';
import { lockRows, upheldAgainst } from './write-episode.js';

const AT_ONCE = 500;

/** Each batch in a transaction of its own. When nothing is stale, which is nearly always, one look is all. */
export async function freshen(db: Db, books: RuleBooks, ref: MonthRef, now: Instant): Promise<void> {
  const sent = await sentMonth(db, ref);
  const rules = await rulesNow(db, books, ref, sent);
  if (rules === undefined) return;
  let stale = await staleIn(db, ref, staleness(rules, sent, now), 1);
  while (stale.length > 0) {
    stale = await db.transaction().execute(async (tx) => {
      await shareMonths(tx, ref.region, [ref.month]);
      return freshenSome(tx, books, ref, now);
    });
  }
}

/** The same inside a transaction that has the month to itself. */
export async function freshenIn(tx: Db, books: RuleBooks, ref: MonthRef, now: Instant): Promise<void> {
  for (let stale = ['']; stale.length > 0; ) stale = await freshenSome(tx, books, ref, now);
}

/** Judges a batch of the stale ones; answers which they were. */
async function freshenSome(tx: Db, books: RuleBooks, ref: MonthRef, now: Instant): Promise<string[]> {
  const month = await sentMonth(tx, ref);
  const rules = await rulesNow(tx, books, ref, month);
  if (rules === undefined) return [];
  const ids = await staleIn(tx, ref, staleness(rules, month, now), AT_ONCE);
  if (ids.length === 0) return [];
  const before = (await lockRows(tx, ids)).filter((row) => row.region === ref.region && row.month === ref.month);
  if (before.length === 0) return ids;
  const override = month === undefined ? () => undefined : await upheldAgainst(tx, ref.month, before);
  const rows = before.map((row) => judgedRow(row, { rules, asOf: now, override: override(row) }));
  await replaceRows(tx, rows, { sent: month === undefined ? new Map() : new Map([[ref.month, month]]), before, at: now });
  return ids;
}

/** A frozen month's stays are judged by their rule book for ever: only time makes them stale. */
interface Staleness {
  version: string | null;
  now: Instant;
}
const staleness = ({ version }: MonthRules, sent: SentMonth | undefined, now: Instant): Staleness => ({
  version: isFrozen(sent) ? null : version,
  now,
});

/** In the order of an index each, so that looking for nothing costs nothing. */
async function staleIn(db: Db, { region, month }: MonthRef, { version, now }: Staleness, limit: number): Promise<string[]> {
  const judgedByOthers = (compared: '<' | '>') => sql`
    (select stay_id from episodes where region = ${region} and month = ${month} and rules_version ${sql.raw(compared)} ${version}
      order by rules_version ${sql.raw(compared === '<' ? 'asc' : 'desc')} limit ${limit})`;
  const { rows } = await sql<{ stay_id: string }>`
    select stay_id from (
      (select stay_id from episodes where region = ${region} and month = ${month} and revisit_at <= ${now} order by revisit_at limit ${limit})
      ${version === null ? sql`` : sql`union ${judgedByOthers('<')} union ${judgedByOthers('>')}`}
    ) as stale limit ${limit}`.execute(db);
  return rows.map((row) => row.stay_id);
}
