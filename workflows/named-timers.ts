/** One named durable timer per thing that is waited for: what a process owner sees running in the Temporal UI. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Instant } from '../src/domain/calendar.js';
import { cut } from '../src/domain/stay/owner-names.js';
import type { Wake } from '../src/domain/stay/state.js';

/** Soonest first, so that one stay can never run into the server's limit; the rest are started as these end. */
const MAX_RUNNING = 100;
const SUMMARY_MAX = 120;

export interface NamedTimers {
  /** Starts what is missing and cancels what is no longer wanted. A wake that moved later is left alone: when its timer fires, the loop looks again. */
  keep(wakes: readonly Wake[]): void;
}

/**
 * @param realMs real milliseconds until a wake
 * @param fired called with the wake's own time when its timer has fired
 */
export function namedTimers(realMs: (wake: Wake) => number, fired: (at: Instant) => void): NamedTimers {
  const running = new Map<string, { at: Instant; scope: CancellationScope }>();

  const arm = (wake: Wake): void => {
    const scope = new CancellationScope();
    const timer = { at: wake.at, scope };
    running.set(wake.id, timer);
    scope
      .run(() => sleep(realMs(wake), { summary: cut(wake.label, SUMMARY_MAX) }))
      .then(() => {
        if (running.get(wake.id) === timer) running.delete(wake.id);
        fired(wake.at);
      })
      .catch((error: unknown) => {
        // A timer that was cancelled is no error. Anything else is a broken program, and must be seen.
        if (!isCancellation(error)) throw error;
      });
  };

  return {
    keep(wakes) {
      const soonest = [...wakes].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, MAX_RUNNING);
      const wanted = new Map(soonest.map((wake) => [wake.id, wake]));
      for (const [id, timer] of running) {
        const wake = wanted.get(id);
        if (wake && wake.at >= timer.at) continue;
        running.delete(id);
        timer.scope.cancel();
      }
      for (const wake of wanted.values()) if (!running.has(wake.id)) arm(wake);
    },
  };
}
