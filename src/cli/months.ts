/** On a fast clock the service does itself what Schedules do in real time: starts the months, looks for changes, looks for warnings. */
import { setTimeout as sleep } from 'node:timers/promises';
import { thresholdWarnings } from '../../activities/month-checks.js';
import type { Agreements } from '../agreements/load.js';
import type { Clock } from '../clock.js';
import { isInForceIn } from '../domain/agreement-in-force.js';
import { cyclePlan, stepAfter } from '../domain/billing/cycle.js';
import { addMonths, HOUR, type Instant, localMonthOf } from '../domain/calendar.js';
import type { BillingLedger } from '../ledger/billing/billing-ledger.js';
import type { Log } from '../telemetry/log.js';
import type { BillingGateway } from '../temporal/billing-client.js';

const LONGEST_SLEEP_MS = 60_000;
const TRY_AGAIN_MS = 1_000;
/** However fast the clock is, the ledger is not looked at more often than this, in real time. */
const LOOK_AT_MOST_EVERY_MS = 1_000;

export interface MonthsOptions {
  clock: Clock;
  agreements: Agreements;
  billing: BillingGateway;
  ledger: Pick<BillingLedger, 'changedMonths' | 'monthSums' | 'readyStays'>;
  log: Log;
}

/**
 * Starts each region's month when the clock passes the 1st at 05:00, from the month in which the clock started; one that
 * was passed while the service was down is started late. Each day at 06:00 it looks for months that have changed since they were frozen and
 * for kommuner that near their threshold, and starts what a Schedule would, where there is something. Answers what stops it.
 *
 * @source contract.md, Temporal
 */
export function startMonths(options: MonthsOptions): () => Promise<void> {
  const { log } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const parts = [startEachMonth, lookEachDay].map((part) =>
    part(options, signal).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error, part: part.name }, 'the months are no longer seen to');
    }),
  );
  return async () => {
    stopped.abort();
    await Promise.all(parts);
  };
}

async function startEachMonth({ clock, agreements, billing, log }: MonthsOptions, signal: AbortSignal): Promise<void> {
  for (let month = localMonthOf(clock.start); !signal.aborted; month = addMonths(`${month}-01`, 1).slice(0, 7)) {
    const inForce = agreements.agreements.filter((agreement) => isInForceIn(agreement.inForce, month));
    for (const region of regionsOf(inForce)) {
      const first = Math.min(
        ...inForce.filter((agreement) => agreement.region === region).map(({ cycle }) => cyclePlan(month, cycle).preliminaryAt),
      );
      await reach(clock, first, signal);
      await untilDone(signal, log, { region, month }, async () => {
        if ((await billing.status(region, month)).status === 'missing') await billing.run(region, month);
      });
    }
  }
}

async function lookEachDay({ clock, agreements, billing, ledger, log }: MonthsOptions, signal: AbortSignal): Promise<void> {
  const warned = new Set<string>();
  const regions = regionsOf(agreements.agreements);
  for (let at = lookAfter(clock.now()); !signal.aborted; at = lookAfter(Math.max(at, clock.now()))) {
    const lookedAt = Date.now();
    await reach(clock, at, signal);
    for (const region of regions) {
      await untilDone(signal, log, { region }, async () => {
        if ((await ledger.changedMonths(region)).length > 0) await billing.check(region, 'corrections');
        const warnings = await thresholdWarnings(ledger, region, clock.now());
        const news = warnings.map(({ context: { month, payer }, code }) => `${month}/${payer}/${code}`).filter((key) => !warned.has(key));
        if (news.length > 0) await billing.check(region, 'warnings');
        for (const key of news) warned.add(key);
      });
    }
    await sleep(Math.max(0, LOOK_AT_MOST_EVERY_MS - (Date.now() - lookedAt)), undefined, { signal });
  }
}

/** An hour after the month's own step of the day. */
const lookAfter = (at: Instant): Instant => stepAfter(at - HOUR) + HOUR;

const regionsOf = (agreements: Agreements['agreements']): string[] => [
  ...new Set(agreements.flatMap(({ region }) => (region === null ? [] : [region]))),
];

async function reach(clock: Clock, at: Instant, signal: AbortSignal): Promise<void> {
  for (let waitMs = clock.toRealMs(at - clock.now()); waitMs > 0; waitMs = clock.toRealMs(at - clock.now())) {
    await sleep(Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS), undefined, { signal });
  }
}

async function untilDone(signal: AbortSignal, log: Log, about: object, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
      return;
    } catch (error) {
      log.warn({ err: error, ...about }, 'a month could not be seen to; trying again');
      await sleep(TRY_AGAIN_MS, undefined, { signal });
    }
  }
}
