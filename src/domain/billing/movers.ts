/** Which stays move a payer's month: what each of them adds to the amount. */
import type { Agreement } from '../agreement.js';
import { decimalText, type Ore, tenthsOf } from '../money.js';
import { type MonthPrices, plus, tallyOfSum } from './forecast.js';
import type { Judgement } from './judge.js';
import { type KommunSum, kommunSum, tallyOf } from './kommun-month.js';
import { daysInWords, REASON_NAMES, withComma } from './words.js';

export interface Mover {
  stayId: string;
  /** The payer's amount with the stay, less the amount without it: below 0 for one that lowers the average. Null while the price is unknown. */
  amountOre: Ore | null;
  /** Its days, in the average or by itself; null for one that is out of the base. */
  days: number | null;
  /** One Swedish line. */
  reason: string;
}

/**
 * What each of a payer's stays adds, biggest first; those that add as much in order of their days, then of their ids.
 *
 * `sum` is the payer's whole month, of which `stays` may be a part. The parts do not add up to the amount: an average moves with all of them.
 */
export function moversOf(
  stays: readonly { stayId: string; judgement: Judgement }[],
  sum: KommunSum,
  agreement: Agreement,
  by: MonthPrices,
): Mover[] {
  const tally = tallyOfSum(sum);
  return stays
    .map(({ stayId, judgement }): Mover => {
      const without = kommunSum(plus(tally, tallyOf(tally.payer, [judgement]), -1), agreement, by);
      const amountOre = sum.amountOre === null || without.amountOre === null ? null : sum.amountOre - without.amountOre;
      return { stayId, amountOre, days: daysOfJudged(judgement), reason: reasonOf(judgement, sum, without) };
    })
    .sort(biggestFirst);
}

const daysOfJudged = ({ averageDays, individual }: Judgement): number | null =>
  averageDays === null && individual === null ? null : (averageDays ?? 0) + (individual?.days ?? 0);

const biggestFirst = (a: Mover, b: Mover): number =>
  (b.amountOre ?? 0) - (a.amountOre ?? 0) || (b.days ?? -1) - (a.days ?? -1) || (a.stayId < b.stayId ? -1 : 1);

function reasonOf({ averageDays, individual, reason, outcome, vantar }: Judgement, sum: KommunSum, without: KommunSum): string {
  if (outcome === 'utesluten') return `Ingår inte i underlaget: ${reason === null ? 'skäl saknas' : REASON_NAMES[reason]}.`;
  const waiting = vantar ? ' Kallelsen till SVPL väntar och räknas som gjord tills dess tid är ute.' : '';
  const parts = [
    ...(individual === null
      ? []
      : [`${daysInWords(individual.days)}, räknas enskilt: ${daysInWords(individual.billableDays)} att betala.`]),
    ...(averageDays === null ? [] : [averageLine(averageDays, sum, without)]),
  ];
  return `${parts.length === 0 ? 'Inga dagar att betala.' : parts.join(' ')}${waiting}`;
}

function averageLine(days: number, sum: KommunSum, without: KommunSum): string {
  const threshold = sum.threshold ?? '0.0';
  const above = days * 10 - tenthsOf(threshold);
  const own = withComma(decimalText(Math.abs(above), 1));
  const place =
    above > 0
      ? `${own} över tröskeln ${withComma(threshold)}`
      : above < 0
        ? `${own} under tröskeln ${withComma(threshold)}`
        : 'på tröskeln';
  return `${daysInWords(days)}, ${place}: ${averageChange(sum.average, without.average)}.`;
}

function averageChange(withIt: string | null, without: string | null): string {
  if (withIt === null || without === null) return `snittet är ${withComma(withIt ?? '0.0')}`;
  if (withIt === without) return `snittet ${withComma(withIt)} är detsamma utan det`;
  return `snittet är ${withComma(withIt)}, utan det ${withComma(without)}`;
}
