/** On a fast clock the service starts the months' billing itself: a Schedule knows real time only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { billableFrom } from '../../workflows/months.js';
import type { Agreements } from '../agreements/load.js';
import type { Clock } from '../clock.js';
import { isInForceIn } from '../domain/agreement-in-force.js';
import { addMonths, localMonthOf } from '../domain/calendar.js';
import type { BillingGateway } from '../temporal/billing-client.js';
import type { Log } from './log.js';

const LONGEST_SLEEP_MS = 60_000;
const TRY_AGAIN_MS = 1_000;

export interface MonthsOptions {
  clock: Clock;
  agreements: Agreements;
  billing: BillingGateway;
  log: Log;
}

/**
 * Starts each region's month when the clock passes the 1st at 05:00, from the month in which the clock started; one that
 * was passed while the service was down is started late. Answers what stops it.
 *
 * @source contract.md, Temporal
 */
export function startMonths({ clock, agreements, billing, log }: MonthsOptions): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const startOnce = async (region: string, month: string) => {
    while (!signal.aborted) {
      try {
        if ((await billing.status(region, month)).status === 'missing') await billing.run(region, month);
        return;
      } catch (error) {
        log.warn({ err: error, region, month }, 'the billing of a month could not be started; trying again');
        await sleep(TRY_AGAIN_MS, undefined, { signal });
      }
    }
  };
  const running = (async () => {
    for (let month = localMonthOf(clock.start); !signal.aborted; month = addMonths(`${month}-01`, 1).slice(0, 7)) {
      for (
        let waitMs = clock.toRealMs(billableFrom(month) - clock.now());
        waitMs > 0;
        waitMs = clock.toRealMs(billableFrom(month) - clock.now())
      ) {
        await sleep(Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS), undefined, { signal });
      }
      const regions = agreements.agreements
        .filter((agreement) => isInForceIn(agreement.inForce, month))
        .flatMap(({ region }) => (region === null ? [] : [region]));
      for (const region of new Set(regions)) await startOnce(region, month);
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, 'the months are no longer started');
  });

  return async () => {
    stopped.abort();
    await running;
  };
}
