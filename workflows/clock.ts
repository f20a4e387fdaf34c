/** Domain time: real time at scale 1, and faster in a demo or training. */
import type { Instant } from '../src/domain/calendar.js';
import { HOUR, MINUTE } from '../src/domain/calendar.js';

/** Part of a workflow's input, so that a replay sees the same clock. Domain time was `start` at `realStart`, and runs `scale` times as fast. */
export interface DomainClock {
  start: Instant;
  realStart: number;
  scale: number;
}

/** Real time: for what is started by hand, from the CLI or the UI, without a clock. */
const REAL_TIME: DomainClock = { start: 0, realStart: 0, scale: 1 };

/** Whether a workflow was given a clock that can be reckoned with. */
export function isClock(given: unknown): given is DomainClock {
  const { start, realStart, scale } = (given ?? {}) as Record<string, unknown>;
  return Number.isFinite(start) && Number.isFinite(realStart) && Number.isFinite(scale) && (scale as number) > 0;
}

/** The clock that was given, or real time. */
export const clockOr = (given: unknown): DomainClock => (isClock(given) ? given : REAL_TIME);

/** Domain time at a real time, in whole milliseconds. */
export function domainTime(clock: DomainClock, realNow: number): Instant {
  return Math.floor(clock.start + (realNow - clock.realStart) * clock.scale);
}

/** Real milliseconds until a domain time, at least 1; when they have passed, domain time has reached it. */
export function realMsUntil(clock: DomainClock, realNow: number, at: Instant): number {
  return Math.max(1, Math.ceil((at - domainTime(clock, realNow)) / clock.scale));
}

const FORGIVEN_REAL_MS = 5_000;

/**
 * How far in the future an `at` may lie, and after how long a message counts from its receipt, in domain milliseconds:
 * a minute and an hour, or five real seconds where a fast clock makes those more.
 *
 * @source contract.md, Clock
 */
export function tolerances({ scale }: DomainClock): { futureToleranceMs: number; lateToleranceMs: number } {
  const forgiven = scale === 1 ? 0 : FORGIVEN_REAL_MS * scale;
  return { futureToleranceMs: Math.max(MINUTE, forgiven), lateToleranceMs: Math.max(HOUR, forgiven) };
}
