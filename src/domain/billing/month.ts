/** A month's billing: what each kommun pays for the stays that were discharged in it. */
import type { Agreement } from '../agreement.js';
import { isInForceIn, kommunerIn } from '../agreement-in-force.js';
import { localMonthOf } from '../calendar.js';
import { type Ore, sumOre } from '../money.js';
import { daysOf } from './days.js';
import type { Episode } from './episode.js';
import { bill, type KommunMonth, type MonthInput, priceOf, type StayOutcome } from './kommun-month.js';

export type { KommunMonth, MonthInput, StayOutcome } from './kommun-month.js';

/** Why a month has no result that may be frozen, shown or invoiced. */
export type MonthProblem =
  | { code: 'galler-inte'; agreement: string; month: string }
  | { code: 'vardpris-saknas'; year: string }
  | { code: 'dubblett'; stayId: string }
  | { code: 'betalare-utanfor-regionen'; stayId: string; payer: string };

export interface MonthResult {
  agreement: string;
  month: string;
  vardprisOre: Ore | null;
  /** In order of kommunkod, those with nothing to pay too. */
  kommuner: KommunMonth[];
  amountOre: Ore | null;
  /** Payers of other regions, who pay by the law. */
  andraRegioner: { agreement: string; kommuner: KommunMonth[]; amountOre: Ore | null } | null;
  /** Discharged this month and registered nowhere: nobody pays. */
  utanBetalare: { stayId: string; days: number | null }[];
  /** Discharges that the kommun knows nothing of. */
  outOfSight: number;
  leftOut: { otherMonths: number; notDischarged: number };
  /** Every stay that some kommun answers for, in order of stayId. */
  stays: StayOutcome[];
  /** Empty when all is well. A month with problems is never frozen, shown as a preview or invoiced. */
  problems: MonthProblem[];
}

/**
 * The month of one agreement, from closed episodes. The same whatever the order of the episodes.
 *
 * Months in which the agreement is not in force, years without a vårdpris, a stay given twice and a payer outside the region where no law is
 * given to fall back on are `problems`; amounts that cannot be known are null.
 *
 * @source J bilaga 2; V; LUS 5 kap.; domain.md §5
 */
export function computeMonth(input: MonthInput): MonthResult {
  const { agreement, month } = input;
  const duplicates = duplicatesIn(input.episodes);
  const discharged = (duplicates.length > 0 ? [] : [...input.episodes].sort(byStayId)).filter(
    (episode) => episode.dischargedAt !== null && localMonthOf(episode.dischargedAt) === month,
  );
  const seen = discharged.filter((episode) => !episode.outOfSight);
  const isOwn = ownPayer(agreement, month);
  const strangers = seen.filter((episode) => episode.payer !== null && !isOwn(episode.payer));
  const own = seen.filter((episode) => episode.payer !== null && isOwn(episode.payer));

  const codes = agreement.region === null ? payersOf(input.episodes) : kommunerIn(agreement, month).map((kommun) => kommun.code);
  const main = bill(input, agreement, own, codes);
  const others =
    strangers.length === 0 || input.fallback === undefined ? null : bill(input, input.fallback, strangers, payersOf(strangers));

  const open = input.episodes.filter((episode) => episode.dischargedAt === null).length;
  return {
    agreement: agreement.id,
    month,
    vardprisOre: priceOf(input, month.slice(0, 4)),
    kommuner: main.kommuner,
    amountOre: sumOre(main.kommuner.map((kommun) => kommun.amountOre)),
    andraRegioner:
      others === null || input.fallback === undefined
        ? null
        : { agreement: input.fallback.id, kommuner: others.kommuner, amountOre: sumOre(others.kommuner.map((kommun) => kommun.amountOre)) },
    utanBetalare: seen.filter((episode) => episode.payer === null).map((episode) => ({ stayId: episode.stayId, days: daysOf(episode) })),
    outOfSight: discharged.length - seen.length,
    leftOut: { otherMonths: input.episodes.length - open - (duplicates.length > 0 ? 0 : discharged.length), notDischarged: open },
    stays: [...main.stays, ...(others?.stays ?? [])].sort(byStayId),
    problems: problemsOf(input, duplicates, strangers, [...main.years, ...(others?.years ?? [])]),
  };
}

function problemsOf(
  input: MonthInput,
  duplicates: readonly string[],
  strangers: readonly Episode[],
  years: readonly string[],
): MonthProblem[] {
  const { agreement, month } = input;
  const problems: MonthProblem[] = duplicates.map((stayId) => ({ code: 'dubblett', stayId }));
  if (!isInForceIn(agreement.inForce, month)) problems.unshift({ code: 'galler-inte', agreement: agreement.id, month });
  if (input.runningAsOf === undefined) {
    const missing = [...new Set([month.slice(0, 4), ...years])].filter((year) => priceOf(input, year) === null).sort();
    problems.push(...missing.map((year): MonthProblem => ({ code: 'vardpris-saknas', year })));
  }
  if (input.fallback === undefined) {
    problems.push(
      ...strangers.map(({ stayId, payer }): MonthProblem => ({ code: 'betalare-utanfor-regionen', stayId, payer: payer ?? '' })),
    );
  }
  return problems;
}

function ownPayer(agreement: Agreement, month: string): (payer: string) => boolean {
  if (agreement.region === null) return () => true;
  const codes = new Set(kommunerIn(agreement, month).map((kommun) => kommun.code));
  return (payer) => codes.has(payer);
}

const byStayId = (a: { stayId: string }, b: { stayId: string }): number => (a.stayId < b.stayId ? -1 : a.stayId > b.stayId ? 1 : 0);

function payersOf(episodes: readonly Episode[]): string[] {
  return [...new Set(episodes.flatMap((episode) => (episode.payer === null ? [] : [episode.payer])))].sort();
}

function duplicatesIn(episodes: readonly Episode[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { stayId } of episodes) (seen.has(stayId) ? twice : seen).add(stayId);
  return [...twice].sort();
}
