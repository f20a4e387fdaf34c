/** A stay's episode into its row as it is recorded: judged at once, so that a month is nothing but a sum. */
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { type EpisodeFacts, type EpisodeRow, judgedRow, type Override } from './judged-row.js';
import { shareMonths } from './locks.js';
import { replaceRows } from './replace-rows.js';
import type { RuleBooks } from './rule-books.js';
import { rulesNow, sentMonths } from './sent-months.js';

/** `monthBefore`: the month that the row is in; null when it is in none, or there is no row. */
export async function writeEpisode(
  tx: Db,
  books: RuleBooks,
  facts: EpisodeFacts,
  { monthBefore, at }: { monthBefore: string | null; at: Instant },
): Promise<void> {
  const { region, month } = facts;
  await shareMonths(tx, region, [monthBefore, month]);
  const sent = await sentMonths(tx, region, [monthBefore, month]);
  const before = sent.size === 0 ? [] : await lockRows(tx, [facts.stay_id]);
  await replaceRows(tx, [await judgedNow(tx, books, facts, sent)], { sent, before, at });
}

/** As at the discharge, with the objection that has been upheld against it in its payer's month. */
async function judgedNow(tx: Db, books: RuleBooks, facts: EpisodeFacts, sent: Awaited<ReturnType<typeof sentMonths>>): Promise<EpisodeRow> {
  const { region, month } = facts;
  if (month === null) return judgedRow(facts, { rules: undefined, asOf: 0 });
  const rules = await rulesNow(tx, books, { region, month }, sent.get(month));
  const override = sent.has(month) ? (await upheldAgainst(tx, month, [facts]))(facts) : undefined;
  return judgedRow(facts, { rules, asOf: facts.discharged_at ?? 0, override });
}

/** For each of the stays, with its payer: the first objection upheld against it in that payer's month, whose facts were not corrected instead. */
export async function upheldAgainst(
  tx: Db,
  month: string,
  stays: readonly Pick<EpisodeFacts, 'stay_id' | 'payer'>[],
): Promise<(stay: Pick<EpisodeFacts, 'stay_id' | 'payer'>) => Override | undefined> {
  const ids = stays.map((stay) => stay.stay_id);
  const rows = await tx
    .selectFrom('objections')
    .select(['objection_id', 'stay_id', 'payer', 'code', 'answer', 'decision'])
    .where('stay_id', 'in', ids)
    .where('month', '=', month)
    .where('state', 'in', ['godtagen', 'bifallen'])
    .orderBy('change_no')
    .execute();
  const upheld = rows.filter((row) => row.decision !== null || row.answer?.rattad !== true);
  return (stay) => {
    const row = upheld.find((one) => one.stay_id === stay.stay_id && one.payer === stay.payer);
    return row && { objectionId: row.objection_id, code: row.code };
  };
}

/** Rows in the order of their ids, so that two who want the same ones cannot wait for each other. */
export async function lockRows(tx: Db, ids: readonly string[]): Promise<EpisodeRow[]> {
  return tx
    .selectFrom('episodes')
    .selectAll()
    .where('stay_id', 'in', [...ids])
    .orderBy('stay_id')
    .forUpdate()
    .execute();
}
