/** Whether a frozen month still is what was frozen: every stay's digest, every sum, and the hash over them are made again. */
import { createHash, type Hash } from 'node:crypto';
import { type KommunSum, kommunSum, type Tally } from '../../domain/billing/kommun-month.js';
import { localMonthOf } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { LedgerContext } from '../ledger.js';
import { LedgerRefusal } from '../refusal.js';
import type { MonthRef } from './billing-ledger.js';
import { NO_STAYS, sha256 } from './freeze.js';
import { digestOf, type EpisodeRow } from './judged-row.js';
import { staysSql } from './month-stays.js';
import { type FrozenResult, resultOf } from './month-sums.js';
import { type MonthRules, monthRulesOf } from './rule-books.js';
import { isFrozen, sentMonth } from './sent-months.js';
import { noStays } from './tallies.js';

const AT_ONCE = 1_000;

/** Refused while the month is not frozen. */
export async function verifyMonth({ db }: LedgerContext, ref: MonthRef): Promise<boolean> {
  const month = await sentMonth(db, ref);
  if (!isFrozen(month)) throw new LedgerRefusal('manaden-inte-last', `Månaden ${ref.month} är inte låst ännu.`);
  const result = resultOf(month);
  const kept = await db.selectFrom('rule_books').select('json').where('hash', '=', month.rule_book).executeTakeFirst();
  const isWhole =
    sha256(month.result) === month.hash &&
    result.ruleBook === month.rule_book &&
    result.cut === month.cut &&
    result.frozenAt === month.frozen_at &&
    kept !== undefined &&
    sha256(kept.json) === month.rule_book;
  if (!isWhole) return false;

  const payers = new Map<string | null, { tally: Tally; hash: Hash }>();
  for (let after: string | undefined; ; ) {
    const { rows } = await staysSql({ ...ref, after }, month.cut, AT_ONCE).execute(db);
    for (const row of rows) if (!addTo(payers, row, ref)) return false;
    if (rows.length < AT_ONCE) break;
    after = rows.at(-1)?.stay_id;
  }
  return isSame(result, payers, monthRulesOf(JSON.parse(kept.json), ref.month));
}

/** Adds a row to its payer's; false when the row contradicts itself. */
function addTo(payers: Map<string | null, { tally: Tally; hash: Hash }>, row: EpisodeRow, { month }: MonthRef): boolean {
  const { episode } = row;
  const isItself =
    row.digest === digestOf(row) &&
    row.payer === episode.payer &&
    row.stay_id === episode.stayId &&
    episode.dischargedAt !== null &&
    localMonthOf(episode.dischargedAt) === month;
  if (!isItself) return false;
  let of = payers.get(row.payer);
  if (of === undefined) {
    of = { tally: noStays(row.payer ?? ''), hash: createHash('sha256') };
    payers.set(row.payer, of);
  } else of.hash.update('\n');
  of.hash.update(row.digest);
  of.tally.stays += 1;
  if (row.average_days !== null) {
    of.tally.averageStays += 1;
    of.tally.averageDays += row.average_days;
  }
  for (const [year, days] of Object.entries(row.billable_by_year ?? {})) {
    of.tally.billableByYear[year] = (of.tally.billableByYear[year] ?? 0) + days;
  }
  return true;
}

function isSame(result: FrozenResult, payers: ReadonlyMap<string | null, { tally: Tally; hash: Hash }>, rules: MonthRules): boolean {
  const by = { month: result.month, vardpriser: rules.book.vardpriser };
  const hashes = new Map([...payers].map(([payer, { hash }]) => [payer, hash.digest('hex')]));
  const sums = [...result.kommuner, ...result.others];
  const listed = new Set(sums.map((sum) => sum.payer));
  return (
    [...payers.keys()].every((payer) => payer === null || listed.has(payer)) &&
    (hashes.get(null) ?? NO_STAYS) === result.withoutPayerHash &&
    sums.every(({ staysHash, ...sum }) => {
      const agreement = rules.paidUnder(sum.payer);
      if (agreement === undefined || staysHash !== (hashes.get(sum.payer) ?? NO_STAYS)) return false;
      return figures(kommunSum(payers.get(sum.payer)?.tally ?? noStays(sum.payer), agreement, by)) === figures(sum);
    })
  );
}

/** What a sum is known by: fields that are added to it later make no old month false. */
const figures = ({ stays, averageStays, averageDaysTotal, billableByYear, amountOre }: KommunSum): string =>
  canonical([stays, averageStays, averageDaysTotal, billableByYear, amountOre]);
