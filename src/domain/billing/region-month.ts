/** A region's month: under which agreement it is billed, and what comes out. */
import type { Agreement, Vardpriser } from '../agreement.js';
import { agreementInForce, lawInForce } from '../agreement-in-force.js';
import { addDays, addMonths, endOfDay, type Instant } from '../calendar.js';
import type { Episode } from './episode.js';
import type { RuleBook } from './kommun-month.js';
import { computeMonth, type MonthProblem, type MonthResult } from './month.js';

export interface RegionMonth {
  agreement: Agreement;
  result: MonthResult;
}

/** The month's last day, `YYYY-MM-DD`. */
const lastDayOf = (month: string): string => addDays(addMonths(`${month}-01`, 1), -1);

/** The first instant after the month `YYYY-MM`. */
export function endOfMonth(month: string): Instant {
  return endOfDay(lastDayOf(month));
}

/** The month as `ruleBookOf` says; undefined where that is. */
export function regionMonth(input: {
  agreements: readonly Agreement[];
  vardpriser: Vardpriser;
  region: string;
  month: string;
  episodes: readonly Episode[];
  /** Given for a month that is still running. */
  runningAsOf?: Instant | undefined;
}): RegionMonth | undefined {
  const { month, episodes, runningAsOf } = input;
  const rules = ruleBookOf(input, input.region, month);
  return rules && { agreement: rules.agreement, result: computeMonth({ ...rules, month, episodes, runningAsOf }) };
}

/**
 * What a region's month is reckoned by: the agreement in force on its last day, else the law, which payers of other regions pay by as well.
 * Undefined when neither was in force.
 *
 * @source domain.md §4, §5 Payer
 */
export function ruleBookOf(
  { agreements, vardpriser }: { agreements: readonly Agreement[]; vardpriser: Vardpriser },
  region: string,
  month: string,
): RuleBook | undefined {
  const date = lastDayOf(month);
  const agreement = agreementInForce(agreements, region, date);
  return agreement && { agreement, fallback: lawInForce(agreements, date), vardpriser };
}

/** What is wrong with a month, as its economist reads it. */
export function problemText(problem: MonthProblem): string {
  switch (problem.code) {
    case 'galler-inte':
      return `Överenskommelsen ${problem.agreement} gäller inte i ${problem.month}.`;
    case 'vardpris-saknas':
      return `Vårdpriset för ${problem.year} saknas.`;
    case 'dubblett':
      return `Vårdtillfället ${problem.stayId} förekommer två gånger.`;
    case 'betalare-utanfor-regionen':
      return `Kommun ${problem.payer}, som betalar för vårdtillfället ${problem.stayId}, finns inte i regionen.`;
  }
}
