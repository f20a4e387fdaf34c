/** What must have reached the payer before it pays for a stay, and which of it has failed. */
import type { Agreement } from '../agreement.js';
import { addDays, endOfDay, HOUR, type Instant, localDateOf } from '../calendar.js';
import { isBlockedAt, noticesOf, standingNotice } from './days.js';
import type { Episode, ExclusionReason } from './episode.js';

type Preconditions = Agreement['preconditions'];
type Failed = (episode: Episode, demands: Preconditions, asOf: Instant) => boolean;

/** After everything: the judgement of a closed month, in which nothing is still to come. */
export const EVERYTHING_DUE = Number.POSITIVE_INFINITY;

/** In the order in which the first that applies is given. @source LUS 5:1–5:3, 5:5; J bilaga 2; contract.md, Billing preview */
const PRECONDITIONS: readonly (readonly [ExclusionReason, Failed])[] = [
  ['inskrivningsmeddelande-saknas', (episode, _demands, asOf) => neverCameInTime(episode, episode.inskrivningsmeddelandeAt, asOf)],
  ['inskrivningsmeddelande-sen', inskrivningsmeddelandeIsLate],
  ['vardtidsbedomning-saknas', (episode, _demands, asOf) => neverCameInTime(episode, episode.vardtidAt, asOf)],
  ['utskrivningsklar-saknas', (episode, demands, asOf) => isDischarged(episode, asOf) && noticeJudged(episode, demands) === undefined],
  ['utskrivningsmeddelande-saknas', (episode, _demands, asOf) => neverCameInTime(episode, episode.utskrivningsmeddelandeAt, asOf)],
  ['svpl-kallelse-saknas', callIsMissing],
  ['svpl-kallelse-sen', callIsLate],
  ['oppenvard-saknas', (episode, _demands, asOf) => isDischarged(episode, asOf) && isBlockedAt(episode, episode.dischargedAt ?? asOf)],
];

/**
 * All preconditions of payment that have failed by `asOf`, in the law's order; what is not yet due has not failed.
 *
 * A stay out of the kommun's sight has none: nothing was owed to that kommun.
 */
export function missingOf(episode: Episode, demands: Preconditions, asOf: Instant = EVERYTHING_DUE): ExclusionReason[] {
  if (episode.outOfSight) return [];
  return PRECONDITIONS.filter(([, failed]) => failed(episode, demands, asOf)).map(([reason]) => reason);
}

/** The one reason why a stay is out of the base, or null: what is already decided first, then the first precondition that failed, then death. */
export function exclusionOf(episode: Episode, demands: Preconditions, asOf: Instant = EVERYTHING_DUE): ExclusionReason | null {
  return episode.excluded ?? missingOf(episode, demands, asOf)[0] ?? (isExcludedByDeath(episode, demands) ? 'avliden' : null);
}

/** @interpretation The law knows no exception for the deceased; an agreement may make one. */
export function isExcludedByDeath(episode: Episode, demands: Preconditions): boolean {
  return episode.deceased && demands.deceased === 'excluded';
}

/** When the inskrivningsmeddelande was due, that moment included; null when the admission is not known. @source LUS 2:3; J bilaga 1, Steg 1 */
export function inskrivningsmeddelandeDueAt(episode: Episode, withinHours: number): Instant | null {
  const { admittedAt, behovBedomtAt } = episode;
  const afterAdmission = admittedAt === null ? null : admittedAt + withinHours * HOUR;
  // Assessed within the time: it runs from the admission. Assessed later: from the assessment.
  if (behovBedomtAt === null || (afterAdmission !== null && behovBedomtAt <= afterAdmission)) return afterAdmission;
  return behovBedomtAt + withinHours * HOUR;
}

/** When the time for the call runs out, exclusive; null where no time is demanded or no notice was given. @source LUS 4:3 */
export function callDueAt(noticeAt: Instant | undefined, demands: Preconditions): Instant | null {
  if (noticeAt === undefined || demands.callWithinDays === null) return null;
  return endOfDay(addDays(localDateOf(noticeAt), demands.callWithinDays));
}

/** A call that is still to come: the stay counts, marked as waiting. */
export function isCallAwaited(episode: Episode, demands: Preconditions, asOf: Instant): boolean {
  if (!episode.svplRequired || episode.svplKallelseAt !== null) return false;
  const due = callDueAt(noticeJudged(episode, demands), demands);
  return due !== null && asOf < due;
}

const isDischarged = (episode: Episode, asOf: Instant): boolean => episode.dischargedAt !== null && episode.dischargedAt <= asOf;

/** A message counts as evidence only if sent at or before the discharge. */
function isInTime(episode: Episode, at: Instant | null): at is Instant {
  return at !== null && (episode.dischargedAt === null || at <= episode.dischargedAt);
}

function neverCameInTime(episode: Episode, at: Instant | null, asOf: Instant): boolean {
  return isDischarged(episode, asOf) && !isInTime(episode, at);
}

/**
 * @interpretation A time that cannot be shown was not kept: without a time of admission the message is late once it must be judged.
 */
function inskrivningsmeddelandeIsLate(episode: Episode, demands: Preconditions, asOf: Instant): boolean {
  if (demands.inskrivningsmeddelandeWithinHours === null) return false;
  const due = inskrivningsmeddelandeDueAt(episode, demands.inskrivningsmeddelandeWithinHours);
  const sentAt = episode.inskrivningsmeddelandeAt;
  if (isInTime(episode, sentAt)) return due === null || sentAt > due;
  return !isDischarged(episode, asOf) && due !== null && asOf > due;
}

/** The notice from which the call's three days run: where each interval is by itself, the last one though it was withdrawn. */
export function noticeJudged(episode: Episode, demands: Preconditions): Instant | undefined {
  return (demands.intervals === 'each' ? noticesOf(episode).at(-1) : standingNotice(episode))?.from;
}

function callIsMissing(episode: Episode, demands: Preconditions, asOf: Instant): boolean {
  if (!episode.svplRequired || episode.svplKallelseAt !== null) return false;
  const due = callDueAt(noticeJudged(episode, demands), demands);
  return due === null ? isDischarged(episode, asOf) : asOf >= due;
}

function callIsLate(episode: Episode, demands: Preconditions): boolean {
  if (!episode.svplRequired || episode.svplKallelseAt === null) return false;
  const due = callDueAt(noticeJudged(episode, demands), demands);
  return due !== null && episode.svplKallelseAt >= due;
}
