/** Waits until a domain time has come, and on a fast clock also until every feed has been answered that far. */
import { proxyActivities, sleep } from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import { type Instant, MINUTE } from '../src/domain/calendar.js';
import { type DomainClock, domainTime, realMsUntil } from './clock.js';

const { settled } = proxyActivities<Pick<ReturnType<typeof createActivities>, 'settled'>>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

const ASK_AGAIN = '1s';

/** A step that is late by no more than this, in real time, bears the time at which it was due: a feed was slow, a worker was away. */
const HARDLY_LATE_MS = 10 * MINUTE;

/**
 * Answers the time that the step bears: the one it waited for, or now, when that is long past.
 *
 * @param summary what the timer says in the Temporal UI
 */
export async function reach(clock: DomainClock, at: Instant, summary: string): Promise<Instant> {
  const now = Date.now();
  if (domainTime(clock, now) < at) await sleep(realMsUntil(clock, now, at), { summary });
  if (clock.scale !== 1) {
    const waiting = 'Klockan går fort: inväntar meddelanden på väg';
    while ((await settled.executeWithOptions({ summary: waiting }, [{ until: at }])) < at) await sleep(ASK_AGAIN, { summary: waiting });
  }
  const late = domainTime(clock, Date.now()) - at;
  return late <= HARDLY_LATE_MS * clock.scale ? at : at + late;
}
