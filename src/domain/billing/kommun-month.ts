/** A payer's month: what its stays come to together, in days and in kronor. */
import type { Agreement, PaymentRule, Vardpriser } from '../agreement.js';
import { isInForceIn } from '../agreement-in-force.js';
import type { Instant } from '../calendar.js';
import { type Ore, priceOfDays, sumOre } from '../money.js';
import { type AverageOutcome, averageOf } from './average.js';
import type { Episode, ExclusionReason } from './episode.js';
import { type Judgement, judge } from './judge.js';
import { EVERYTHING_DUE } from './preconditions.js';

type AverageRule = Extract<PaymentRule, { kind: 'average' }>;

/** What a month is reckoned by: one agreement, the law for payers outside its region, the prices. Plain JSON, so that a frozen month can keep it. */
export interface RuleBook {
  agreement: Agreement;
  /** The law, for a payer outside the agreement's region. */
  fallback?: Agreement | undefined;
  vardpriser: Vardpriser;
}

export interface MonthInput extends RuleBook {
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
export interface KommunMonth extends Omit<KommunSum, 'billableByYear'> {
  excluded: { stayId: string; reason: ExclusionReason }[];
  individual: IndividualStay[];
}

/** A payer's month without its stays: what it owes, and by which figures. */
export interface KommunSum extends Omit<AverageOutcome, 'averageStays' | 'averageDaysTotal' | 'threshold' | 'averageBillableDays'> {
  payer: string;
  /** All the payer's discharges of the month, the excluded ones too. */
  stays: number;
  averageStays: number | null;
  averageDaysTotal: number | null;
  threshold: string | null;
  averageBillableDays: string | null;
  /** Days billed by themselves, by the year they fall in. */
  billableByYear: Record<string, number>;
  individualAmountOre: Ore | null;
  amountOre: Ore | null;
}

/** What a payer's judged stays add up to: all that its kronor are reckoned from. */
export interface Tally {
  payer: string;
  /** All the payer's discharges of the month, the excluded ones too. */
  stays: number;
  averageStays: number;
  averageDays: number;
  /** Days billed by themselves, by the year they fall in. */
  billableByYear: Record<string, number>;
}

/** What became of one stay. */
export interface StayOutcome extends Omit<Judgement, 'individual' | 'revisitAt'> {
  stayId: string;
  payer: string;
  /** Id of the agreement or law it is paid under. */
  agreement: string;
  individual: IndividualStay | null;
}

export interface Bill {
  kommuner: KommunMonth[];
  stays: StayOutcome[];
  /** Years whose price is needed. */
  years: string[];
}

/** The month of these payers under one agreement, from stays that were discharged in it. */
export function bill(input: MonthInput, agreement: Agreement, episodes: readonly Episode[], codes: readonly string[]): Bill {
  const judged = episodes.map((episode) => ({
    stayId: episode.stayId,
    payer: episode.payer ?? '',
    judgement: judge(episode, agreement, input.runningAsOf ?? EVERYTHING_DUE),
  }));
  const stays = judged.map(({ stayId, payer, judgement }) => stayOutcome(stayId, payer, judgement, agreement, input));
  return {
    kommuner: codes.map((payer) => {
      const own = stays.filter((stay) => stay.payer === payer);
      const tally = tallyOf(
        payer,
        judged.filter((each) => each.payer === payer).map((each) => each.judgement),
      );
      const { billableByYear: _, ...sum } = kommunSum(tally, agreement, input);
      return {
        ...sum,
        excluded: own.flatMap(({ stayId, reason }) => (reason === null ? [] : [{ stayId, reason }])),
        individual: own.flatMap((stay) => (stay.individual === null ? [] : [stay.individual])),
      };
    }),
    stays,
    years: judged.flatMap(({ judgement }) => yearsPriced(input, agreement, judgement)),
  };
}

/** One stay with its kronor. Null where the price is unknown. @source domain.md §4, Vårdpris */
export function stayOutcome(
  stayId: string,
  payer: string,
  { revisitAt: _, individual, ...judgement }: Judgement,
  agreement: Agreement,
  by: { month: string; vardpriser: Vardpriser },
): StayOutcome {
  return {
    stayId,
    payer,
    agreement: agreement.id,
    ...judgement,
    individual:
      individual === null
        ? null
        : {
            stayId,
            days: individual.days,
            billableDays: individual.billableDays,
            amountOre: priceOfBillable(individual.byYear, agreement, by),
          },
  };
}

/** Adds up a payer's judged stays. */
export function tallyOf(payer: string, judgements: readonly Judgement[]): Tally {
  const tally: Tally = { payer, stays: judgements.length, averageStays: 0, averageDays: 0, billableByYear: {} };
  for (const { averageDays, individual } of judgements) {
    if (averageDays !== null) {
      tally.averageStays += 1;
      tally.averageDays += averageDays;
    }
    for (const [year, days] of Object.entries(individual?.byYear ?? {})) {
      tally.billableByYear[year] = (tally.billableByYear[year] ?? 0) + days;
    }
  }
  return tally;
}

/**
 * What a payer owes for the month, from the tally of its stays alone.
 *
 * @source J bilaga 2, Ersättningsmodell; V; LUS 5:4, 5:6
 */
export function kommunSum(tally: Tally, agreement: Agreement, by: { month: string; vardpriser: Vardpriser }): KommunSum {
  const rule = averageRuleIn(agreement, by.month);
  const vardprisOre = priceOf(by, by.month.slice(0, 4));
  const average = rule === null ? null : averageOf(tally.averageStays, tally.averageDays, rule, vardprisOre);
  // With the price unknown there are no kronor at all, not even for nothing.
  const individualAmountOre = vardprisOre === null ? null : priceOfBillable(tally.billableByYear, agreement, by);
  return {
    payer: tally.payer,
    stays: tally.stays,
    averageStays: average?.averageStays ?? null,
    averageDaysTotal: average?.averageDaysTotal ?? null,
    threshold: average?.threshold ?? null,
    average: average?.average ?? null,
    averageBillableDays: average?.averageBillableDays ?? null,
    billableByYear: tally.billableByYear,
    averageAmountOre: average?.averageAmountOre ?? null,
    individualAmountOre,
    amountOre: average === null ? individualAmountOre : sumOre([average.averageAmountOre, individualAmountOre]),
  };
}

/** The price of the discharge year, or of each day's own. @source domain.md §4, Vårdpris */
function priceOfBillable(byYear: Record<string, number>, agreement: Agreement, by: { month: string; vardpriser: Vardpriser }): Ore | null {
  return sumOre(
    Object.entries(byYear).map(([year, days]) => {
      const price = priceOf(by, agreement.priceYear === 'discharge' ? by.month.slice(0, 4) : year);
      return price === null ? null : priceOfDays(days, price);
    }),
  );
}

function yearsPriced(by: { month: string }, agreement: Agreement, { individual }: Judgement): string[] {
  if (individual === null) return [];
  return agreement.priceYear === 'discharge' ? [by.month.slice(0, 4)] : Object.keys(individual.byYear);
}

/** The average rule in force in the month; for one month it is the same for every care form. */
export function averageRuleIn(agreement: Agreement, month: string): AverageRule | null {
  for (const period of agreement.payment) {
    if (period.rule.kind === 'average' && isInForceIn(period, month)) return period.rule;
  }
  return null;
}

/** Price per day in öre of a year; null when it is unknown. */
export const priceOf = (by: { vardpriser: Vardpriser }, year: string): Ore | null => by.vardpriser[year] ?? null;
