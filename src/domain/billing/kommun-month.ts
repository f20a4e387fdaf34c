/** A payer's month: each of its stays judged under one agreement, and what they come to together. */
import type { Agreement, PaymentRule, Vardpriser } from '../agreement.js';
import { isInForceIn } from '../agreement-in-force.js';
import type { Instant } from '../calendar.js';
import { type Ore, priceOfDays, sumOre, tenthsOf } from '../money.js';
import { type AverageOutcome, averageOf } from './average.js';
import type { Episode, ExclusionReason } from './episode.js';
import { EVERYTHING_DUE, exclusionOf, isCallAwaited, isExcludedByDeath } from './preconditions.js';
import { type Reckoning, reckon, ruleOf } from './reckoning.js';

type AverageRule = Extract<PaymentRule, { kind: 'average' }>;

export interface MonthInput {
  agreement: Agreement;
  /** The law, for a payer outside the agreement's region. */
  fallback?: Agreement | undefined;
  vardpriser: Vardpriser;
  /** `YYYY-MM`, by the local date of discharge. */
  month: string;
  /** In any order; those discharged in another month or not yet are counted and left out. */
  episodes: readonly Episode[];
  /** Given for a month that is still running or preliminary: what is not due by then counts as met, and a missing price is no error. */
  runningAsOf?: Instant | undefined;
}

export interface IndividualStay {
  stayId: string;
  days: number;
  billableDays: number;
  amountOre: Ore | null;
}

/** One payer's month. The average fields are null where no average rule applies; amounts are null while the price is unknown. */
export interface KommunMonth extends Omit<AverageOutcome, 'averageStays' | 'averageDaysTotal' | 'threshold' | 'averageBillableDays'> {
  payer: string;
  /** All the payer's discharges of the month, the excluded ones too. */
  stays: number;
  excluded: { stayId: string; reason: ExclusionReason }[];
  averageStays: number | null;
  averageDaysTotal: number | null;
  threshold: string | null;
  averageBillableDays: string | null;
  individual: IndividualStay[];
  individualAmountOre: Ore | null;
  amountOre: Ore | null;
}

/** What became of one stay. `fri`: in neither n nor average, with no day to pay for. */
export interface StayOutcome {
  stayId: string;
  payer: string;
  /** Id of the agreement or law it is paid under. */
  agreement: string;
  outcome: 'snitt' | 'individuell' | 'utesluten' | 'fri';
  reason: ExclusionReason | null;
  /** Its days in the average; null when it is not there. A stay that straddles a change of rule may have both these and individual ones. */
  averageDays: number | null;
  individual: IndividualStay | null;
  /** The call is still to come and not yet late: it counts, for now. */
  vantar: boolean;
}

export interface Bill {
  kommuner: KommunMonth[];
  stays: StayOutcome[];
  /** Years whose price is needed. */
  years: string[];
}

interface Judged {
  episode: Episode;
  outcome: StayOutcome;
  reckoning: Reckoning | null;
}

/** The month of these payers under one agreement, from stays that were discharged in it. */
export function bill(input: MonthInput, agreement: Agreement, episodes: readonly Episode[], codes: readonly string[]): Bill {
  const judged = episodes.map((episode) => judge(input, agreement, episode));
  const rule = averageRuleIn(agreement, input.month);
  const vardprisOre = priceOf(input, input.month.slice(0, 4));
  return {
    kommuner: codes.map((payer) =>
      kommunMonth(
        payer,
        judged.filter((each) => each.episode.payer === payer),
        rule,
        vardprisOre,
      ),
    ),
    stays: judged.map((each) => each.outcome),
    years: judged.flatMap((each) => yearsPriced(input, agreement, each.reckoning)),
  };
}

/** Average, individual, excluded or neither: exactly one for each stay, but for one that straddles a change of rule. */
function judge(input: MonthInput, agreement: Agreement, episode: Episode): Judged {
  const demands = agreement.preconditions;
  const asOf = input.runningAsOf ?? EVERYTHING_DUE;
  const outcome: StayOutcome = {
    stayId: episode.stayId,
    payer: episode.payer ?? '',
    agreement: agreement.id,
    outcome: 'fri',
    reason: null,
    averageDays: null,
    individual: null,
    vantar: false,
  };
  const reason = exclusionOf(episode, demands, asOf);
  if (reason !== null) {
    const averageDays = failingStayInBase(episode, agreement);
    if (averageDays === null) return { episode, outcome: { ...outcome, outcome: 'utesluten', reason }, reckoning: null };
    return { episode, outcome: { ...outcome, outcome: 'snitt', averageDays }, reckoning: null };
  }
  const reckoning = reckon(episode, agreement, asOf);
  const individual =
    reckoning.individual === null
      ? null
      : {
          stayId: episode.stayId,
          days: reckoning.individual.days,
          billableDays: reckoning.individual.billableDays,
          amountOre: individualAmount(input, agreement, reckoning.individual),
        };
  return {
    episode,
    reckoning,
    outcome: {
      ...outcome,
      outcome: individual !== null ? 'individuell' : reckoning.averageDays !== null ? 'snitt' : 'fri',
      averageDays: reckoning.averageDays,
      individual,
      vantar: input.runningAsOf !== undefined && isCallAwaited(episode, demands, input.runningAsOf),
    },
  };
}

/**
 * Where the agreement says that a failing stay never raises a bill: its days in the average, when they do not exceed the threshold.
 *
 * Null when it is out: what the file or the process has decided, and death, is not a failed precondition.
 *
 * @source domain.md §4, a stay that fails a precondition
 */
function failingStayInBase(episode: Episode, agreement: Agreement): number | null {
  const rule = ruleOf(episode, agreement);
  const demands = agreement.preconditions;
  if (demands.failing !== 'never-raises' || episode.excluded !== null || isExcludedByDeath(episode, demands) || rule?.kind !== 'average')
    return null;
  const { averageDays } = reckon(episode, agreement);
  return averageDays !== null && averageDays * 10 <= tenthsOf(rule.threshold) ? averageDays : null;
}

function kommunMonth(payer: string, judged: readonly Judged[], rule: AverageRule | null, vardprisOre: Ore | null): KommunMonth {
  const outcomes = judged.map((each) => each.outcome);
  const individual = outcomes.flatMap((stay) => (stay.individual === null ? [] : [stay.individual]));
  const average =
    rule === null
      ? null
      : averageOf(
          outcomes.flatMap((stay) => (stay.averageDays === null ? [] : [stay.averageDays])),
          rule,
          vardprisOre,
        );
  // With the price unknown there are no kronor at all, not even for nothing.
  const individualAmountOre = vardprisOre === null ? null : sumOre(individual.map((stay) => stay.amountOre));
  return {
    payer,
    stays: judged.length,
    excluded: outcomes.flatMap((stay) => (stay.reason === null ? [] : [{ stayId: stay.stayId, reason: stay.reason }])),
    averageStays: average?.averageStays ?? null,
    averageDaysTotal: average?.averageDaysTotal ?? null,
    threshold: average?.threshold ?? null,
    average: average?.average ?? null,
    averageBillableDays: average?.averageBillableDays ?? null,
    averageAmountOre: average?.averageAmountOre ?? null,
    individual,
    individualAmountOre,
    amountOre: average === null ? individualAmountOre : sumOre([average.averageAmountOre, individualAmountOre]),
  };
}

/** The price of the discharge year, or of each day's own. @source domain.md §4, Vårdpris */
function individualAmount(input: MonthInput, agreement: Agreement, part: NonNullable<Reckoning['individual']>): Ore | null {
  if (agreement.priceYear === 'discharge') {
    const price = priceOf(input, input.month.slice(0, 4));
    return price === null ? null : priceOfDays(part.billableDays, price);
  }
  return sumOre(
    Object.entries(part.byYear).map(([year, days]) => {
      const price = priceOf(input, year);
      return price === null ? null : priceOfDays(days, price);
    }),
  );
}

function yearsPriced(input: MonthInput, agreement: Agreement, reckoning: Reckoning | null): string[] {
  if (reckoning === null || reckoning.individual === null) return [];
  return agreement.priceYear === 'discharge' ? [input.month.slice(0, 4)] : Object.keys(reckoning.individual.byYear);
}

/** The average rule in force in the month; for one month it is the same for every care form. */
function averageRuleIn(agreement: Agreement, month: string): AverageRule | null {
  for (const period of agreement.payment) {
    if (period.rule.kind === 'average' && isInForceIn(period, month)) return period.rule;
  }
  return null;
}

/** Price per day in öre of a year; null when it is unknown. */
export const priceOf = (input: MonthInput, year: string): Ore | null => input.vardpriser[year] ?? null;
