/** How far the feeds being played have been answered: asked by stays on a fast clock before they judge a deadline. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Instant } from '../src/domain/calendar.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';

const POLL_MS = 100;
const GIVE_UP_AFTER_MS = 20_000;

/**
 * Waits, at most some 20 s, until everything up to `until` has been answered; answers how far that has come.
 * Without a feed being played it is `until`, at once. Many stays ask at the same time: they share one look into the ledger.
 *
 * @source contract.md, Clock
 */
export function settledActivity({
  ledger,
  log,
  giveUpAfterMs = GIVE_UP_AFTER_MS,
}: Pick<ActivityDeps, 'log'> & { ledger: Pick<Ledger, 'watermark'>; giveUpAfterMs?: number }): (question: {
  until: Instant;
}) => Promise<Instant> {
  let look: { at: number; answer: Promise<Instant | null> } | undefined;
  const watermark = (): Promise<Instant | null> => {
    const realNow = Date.now();
    if (look === undefined || realNow - look.at >= POLL_MS) look = { at: realNow, answer: ledger.watermark(realNow) };
    return look.answer;
  };
  return ({ until }) =>
    withFailures(log, { activity: 'settled' }, async () => {
      const giveUpAt = Date.now() + giveUpAfterMs;
      // A worker that shuts down answers with what it knows; the stay asks again.
      const { cancellationSignal: stopped } = Context.current();
      for (;;) {
        const answered = await watermark();
        if (answered === null) return until;
        if (answered >= until || Date.now() >= giveUpAt || stopped.aborted) return answered;
        await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined);
      }
    });
}
