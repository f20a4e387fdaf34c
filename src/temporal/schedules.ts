/** One Schedule per region: on the 1st at 05:00 in Stockholm the month before is billed. */
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import type { DomainClock } from '../../workflows/clock.js';
import type { StartMonthlyBillingInput } from '../../workflows/monthly-billing.js';
import { BILLING_HOUR } from '../../workflows/months.js';
import { ZONE } from '../domain/calendar.js';
import { TASK_QUEUE } from './client.js';
import { REGION } from './search-attributes.js';

const scheduleOf = (region: string, clock: DomainClock, taskQueue: string) =>
  ({
    scheduleId: `billing/${region}`,
    spec: { calendars: [{ dayOfMonth: 1, hour: BILLING_HOUR, comment: 'Den 1:a varje månad kl. 05.00' }], timezone: ZONE },
    action: {
      type: 'startWorkflow',
      workflowType: 'startMonthlyBilling',
      workflowId: `start-billing/${region}`,
      taskQueue,
      args: [{ region, clock } satisfies StartMonthlyBillingInput],
      typedSearchAttributes: [{ key: REGION, value: region }],
      staticSummary: `Startar underlaget för föregående månad, region ${region}`,
    },
    // A service that was down over the turn of the month catches up, each month in its order.
    policies: { overlap: 'BUFFER_ALL', catchupWindow: '30 days', pauseOnFailure: false },
    memo: { rubrik: `Månadens underlag för region ${region}` },
  }) satisfies ScheduleOptions;

/**
 * Creates the regions' Schedules, or brings existing ones up to date; run at each start. Only at scale 1: a Schedule knows real time only,
 * so on a fast clock the service starts the billing itself.
 */
export async function ensureSchedules(
  client: Client,
  regions: readonly string[],
  clock: DomainClock,
  taskQueue = TASK_QUEUE,
): Promise<void> {
  if (clock.scale !== 1) return;
  for (const region of regions) {
    const wanted = scheduleOf(region, clock, taskQueue);
    try {
      await client.schedule.create(wanted);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // What an operator has paused stays paused.
      await client.schedule.getHandle(wanted.scheduleId).update(({ state }) => ({ ...wanted, state }));
    }
  }
}
