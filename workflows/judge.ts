/** Until when deadlines may be judged: now, or, on a fast clock, as far as every feed being played has been answered. */
import { proxyActivities, sleep } from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import type { Instant } from '../src/domain/calendar.js';

const { settled } = proxyActivities<Pick<ReturnType<typeof createActivities>, 'settled'>>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

const ASK_AGAIN_MS = 500;

export interface Judge {
  /** Deadlines due by this instant are judged. */
  until(): Instant;
  /** What is due by this instant needs no timer: it is judged, or has been asked about. */
  asked(): Instant;
  /** A timer has fired for this instant. */
  ask(at: Instant): void;
}

/** At scale 1 nobody needs to be asked. */
export function judgeByClock(now: () => Instant): Judge {
  return { until: now, asked: now, ask: () => undefined };
}

/**
 * On a fast clock a message that is a little slow is days late, so a timer that fires asks the ledger how far the feeds have come.
 * One question at a time; when the answer falls short it is asked again, after a durable pause.
 *
 * @source contract.md, Clock
 */
export function judgeByFeeds(now: () => Instant, start: Instant, changed: () => void): Judge {
  let judged = start;
  let wanted = start;
  let asking = false;

  const askUntilAnswered = async (): Promise<void> => {
    while (judged < wanted) {
      const until = wanted;
      const answer = await settled.executeWithOptions({ summary: 'Klockan går fort: inväntar meddelanden på väg' }, [{ until }]);
      judged = Math.max(judged, Math.min(now(), answer));
      changed();
      if (judged < until) await sleep(ASK_AGAIN_MS, { summary: 'Klockan går fort: inväntar meddelanden på väg' });
    }
    asking = false;
  };

  return {
    until: () => judged,
    asked: () => Math.max(judged, wanted),
    ask(at) {
      wanted = Math.max(wanted, at);
      if (asking || judged >= wanted) return;
      asking = true;
      void askUntilAnswered();
    },
  };
}
