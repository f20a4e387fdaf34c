/** What becomes of one discharged stay under an agreement, by itself: the month is nothing but the sum of these. */
import type { Agreement } from '../agreement.js';
import type { Instant } from '../calendar.js';
import { tenthsOf } from '../money.js';
import { noticesOf, standingNotice } from './days.js';
import type { Episode, ExclusionReason } from './episode.js';
import { callDueAt, EVERYTHING_DUE, exclusionOf, isCallAwaited, isExcludedByDeath } from './preconditions.js';
import { type Reckoning, reckon, ruleOf } from './reckoning.js';

/** `fri`: in neither n nor average, with no day to pay for. */
export const OUTCOMES = ['snitt', 'individuell', 'utesluten', 'fri'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Judgement {
  outcome: Outcome;
  /** Why it is out of the base; where the agreement lets a failing stay lower the average, set beside `snitt` as well. */
  reason: ExclusionReason | null;
  /** Its days in the average; null when it is not there. A stay that straddles a change of rule may have both these and individual ones. */
  averageDays: number | null;
  individual: Reckoning['individual'];
  /** The call is still to come and not yet late: it counts, for now. */
  vantar: boolean;
  /** When time alone may change this: the call falls due. Null when nothing but a changed fact can. */
  revisitAt: Instant | null;
}

/**
 * Average, individual, excluded or neither: exactly one for each stay, but for one that straddles a change of rule.
 * `asOf`: what is not due by then counts as met.
 *
 * @source J bilaga 2; V; LUS 5 kap.
 */
export function judge(episode: Episode, agreement: Agreement, asOf: Instant = EVERYTHING_DUE): Judgement {
  const demands = agreement.preconditions;
  const none = { averageDays: null, individual: null, vantar: false, revisitAt: null };
  const reason = exclusionOf(episode, demands, asOf);
  if (reason !== null) {
    const averageDays = failingStayInBase(episode, agreement);
    return averageDays === null ? { ...none, outcome: 'utesluten', reason } : { ...none, outcome: 'snitt', reason, averageDays };
  }
  const { averageDays, individual } = reckon(episode, agreement, asOf);
  const vantar = asOf !== EVERYTHING_DUE && isCallAwaited(episode, demands, asOf);
  return {
    outcome: individual !== null ? 'individuell' : averageDays !== null ? 'snitt' : 'fri',
    reason: null,
    averageDays,
    individual,
    vantar,
    revisitAt: vantar ? callDueAt((standingNotice(episode) ?? noticesOf(episode).at(-1))?.from, demands) : null,
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
