/** How each kommun stands in a month: against its threshold, and, while the month runs, where it is heading. */
import { type Forecast, forecastOf, tallyOfSum } from '../../domain/billing/forecast.js';
import type { KommunSum } from '../../domain/billing/kommun-month.js';
import { type Warning, warningsOf } from '../../domain/billing/warnings.js';
import { type Instant, localMonthOf } from '../../domain/calendar.js';
import { tenthsOf } from '../../domain/money.js';
import type { MonthSums, ReadyStay } from '../../ledger/billing/billing-ledger.js';
import type { BoardDeps } from './deps.js';
import { agreementOf, kommunName } from './places.js';

/** `over` and `nara` as the warnings have it; `ingen`: nobody was discharged. */
export type Level = 'under' | 'nara' | 'over' | 'ingen';

export const LEVEL_NAMES: Record<Level, string> = { under: 'under', nara: 'nära', over: 'över', ingen: 'inga' };

export interface Standing {
  sum: KommunSum;
  name: string;
  level: Level;
  /** Null for a month that does not run. */
  forecast: Forecast | null;
  warnings: Warning[];
  /** Those who are still there and are paid for by themselves already, longest first. */
  individual: string[];
  /** Stays that are, or within a day will be, paid for by themselves. */
  nearIndividual: number;
}

/** The payers in order of name, those of other regions last. `ready`: those who are utskrivningsklara now, in the whole region. */
export function standingsOf(deps: Pick<BoardDeps, 'agreements'>, sums: MonthSums, ready: readonly ReadyStay[], now: Instant): Standing[] {
  const byName = (a: Standing, b: Standing) => a.name.localeCompare(b.name, 'sv');
  const of = (all: readonly KommunSum[]) => all.map((sum) => standingOf(deps, sums, sum, ready, now)).sort(byName);
  return [...of(sums.kommuner), ...of(sums.others)];
}

export function standingOf(
  deps: Pick<BoardDeps, 'agreements'>,
  { rules, month }: Pick<MonthSums, 'rules' | 'month'>,
  sum: KommunSum,
  ready: readonly ReadyStay[],
  now: Instant,
): Standing {
  const name = kommunName(deps, rules, sum.payer);
  if (localMonthOf(now) !== month)
    return { sum, name, level: levelOf(sum, []), forecast: null, warnings: [], individual: [], nearIndividual: 0 };
  const agreement = agreementOf(rules, month, sum.payer);
  const by = { month, vardpriser: rules.vardpriser };
  const own = ready.filter(({ payer }) => payer === sum.payer).map(({ episode }) => episode);
  const forecast = forecastOf(tallyOfSum(sum), own, agreement, by, now);
  const warnings = warningsOf(forecast, agreement, by, now);
  const individual = forecast.ready.filter(({ becomesIndividualAt: at }) => at !== null && at <= now).map(({ stayId }) => stayId);
  const nearIndividual = individual.length + warnings.filter(({ stayId }) => stayId !== null).length;
  return { sum, name, level: levelOf(sum, warnings), forecast, warnings, individual, nearIndividual };
}

function levelOf(sum: KommunSum, warnings: readonly Warning[]): Level {
  if (sum.averageBillableDays !== null && tenthsOf(sum.averageBillableDays) > 0) return 'over';
  if (warnings.some(({ code }) => code === 'troskel-nara')) return 'nara';
  return sum.average === null ? 'ingen' : 'under';
}

/** Whether the payers are measured by an average; under the law alone they are not. */
export const hasThreshold = (standings: readonly Standing[]): boolean => standings.some(({ sum }) => sum.threshold !== null);
