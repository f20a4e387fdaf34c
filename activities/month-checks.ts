/** What is looked for each day: months that have changed since they were frozen, and kommuner that are about to pass their threshold. */
import { type CycleContext, kommunInWords, thresholdNotices } from '../src/domain/billing/cycle-notices.js';
import { forecastOf, tallyOfSum } from '../src/domain/billing/forecast.js';
import { warningsOf } from '../src/domain/billing/warnings.js';
import { type Instant, localMonthOf } from '../src/domain/calendar.js';
import type { PayerRef } from '../src/ledger/billing/billing-ledger.js';
import { withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';
import type { Tell } from './tell.js';

/** So many at a time: what is over is taken the next day, or when these are settled. */
const CHANGED_AT_ONCE = 500;
const READY_AT_ONCE = 1_000;

export interface ThresholdWarning {
  payer: string;
  code: string;
  text: string;
}

export function monthCheckActivities({ ledger, log }: Pick<ActivityDeps, 'ledger' | 'log'>, tell: Tell) {
  return {
    /** Kommuner whose frozen month has changed and is not settled. */
    changedMonths: ({ region }: { region: string }): Promise<PayerRef[]> =>
      withFailures(log, { activity: 'changedMonths', region }, async () => {
        const changed = await ledger.changedMonths(region);
        return changed.slice(0, CHANGED_AT_ONCE).map(({ month, payer }) => ({ region, month, payer }));
      }),

    /** Warns each kommun that is about to pass its threshold this month, or has, and its region: once of each. */
    warnOfThresholds: ({ region, at }: { region: string; at: Instant }): Promise<ThresholdWarning[]> =>
      withFailures(log, { activity: 'warnOfThresholds', region }, async () => {
        const warnings = await thresholdWarnings(ledger, region, at);
        await tell(
          region,
          warnings.flatMap((warning) => thresholdNotices(warning.context, warning, at)),
          at,
        );
        return warnings.map(({ context, code, text }) => ({ payer: context.payer, code, text }));
      }),
  };
}

/** The warnings about thresholds in the region's running month; a stay that is about to be paid for by itself is warned of by the stay. */
export async function thresholdWarnings(
  ledger: Pick<ActivityDeps['ledger'], 'monthSums' | 'readyStays'>,
  region: string,
  at: Instant,
): Promise<{ context: CycleContext; code: string; text: string }[]> {
  const month = localMonthOf(at);
  const sums = await ledger.monthSums({ region, month }, at);
  if (sums === undefined) return [];
  const { agreement, vardpriser } = sums.rules;
  const { tolkningsinstans, cycle } = agreement;
  const ready = (await ledger.readyStays({ region, limit: READY_AT_ONCE })).map(({ episode }) => episode);
  return sums.kommuner.flatMap((sum) => {
    const { payer } = sum;
    const forecast = forecastOf(tallyOfSum(sum), ready, agreement, { month, vardpriser }, at);
    const context = { region, month, payer, kommun: kommunInWords(agreement, payer), tolkningsinstans, cycle };
    return warningsOf(forecast, agreement, { month, vardpriser }, at)
      .filter(({ stayId }) => stayId === null)
      .map(({ code, text }) => ({ context, code, text }));
  });
}
