/** The average of a kommun's month, and what the kommun pays for what exceeds the threshold. */
import type { PaymentRule } from '../agreement.js';
import { decimalText, type Ore, priceOfTenths, roundHalfUp, type Tenths, tenthsOf } from '../money.js';

export interface AverageOutcome {
  averageStays: number;
  averageDaysTotal: number;
  threshold: string;
  /** As rounded by the agreement; half up to four decimals where it does not round; null when there is no stay. */
  average: string | null;
  averageBillableDays: string;
  /** Null when the price is unknown. */
  averageAmountOre: Ore | null;
}

/**
 * (average − threshold) × n × vårdpris, when the average exceeds the threshold. `total`: all their days together.
 *
 * @source J bilaga 2, Ersättningsmodell; V, Ekonomisk reglering
 * @interpretation Half up to one decimal, and compared as rounded, since J's own examples C and D cannot come from exact averages.
 */
export function averageOf(
  stays: number,
  total: number,
  rule: Extract<PaymentRule, { kind: 'average' }>,
  vardprisOre: Ore | null,
): AverageOutcome {
  const billable = billableTenths(stays, total, rule);
  return {
    averageStays: stays,
    averageDaysTotal: total,
    threshold: rule.threshold,
    average: stays === 0 ? null : averageText(stays, total, rule),
    averageBillableDays: decimalText(billable, 1),
    averageAmountOre: vardprisOre === null ? null : priceOfTenths(billable, vardprisOre),
  };
}

/** Days above the threshold for all the stays together; an exact average is never divided out. */
function billableTenths(stays: number, total: number, rule: Extract<PaymentRule, { kind: 'average' }>): Tenths {
  if (stays === 0) return 0;
  const allowed = tenthsOf(rule.threshold) * stays;
  const used = rule.rounding === 'exact' ? total * 10 : roundHalfUp(total, stays, 10) * stays;
  return Math.max(0, used - allowed);
}

function averageText(stays: number, total: number, rule: Extract<PaymentRule, { kind: 'average' }>): string {
  const decimals = rule.rounding === 'exact' ? 4 : 1;
  return decimalText(roundHalfUp(total, stays, 10 ** decimals), decimals);
}
