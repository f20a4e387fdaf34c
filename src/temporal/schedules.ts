/** The Schedules of each region, in Stockholm's time: on the 1st the month before is billed; each day changes are looked for, and warnings. */
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import type { DomainClock } from '../../workflows/clock.js';
import type { MonthCheckInput } from '../../workflows/month-checks.js';
import type { StartMonthlyBillingInput } from '../../workflows/month-messages.js';
import { BILLING_HOUR } from '../domain/billing/cycle.js';
import { ZONE } from '../domain/calendar.js';
import { TASK_QUEUE } from './client.js';
import { REGION } from './search-attributes.js';

/** Real time in Stockholm, after the night in which clocks may change, and the daily checks after the month's own step. */
const CHECK_HOUR = 6;

const POLICIES = { overlap: 'BUFFER_ALL', catchupWindow: '30 days', pauseOnFailure: false } as const;

const billingOf = (region: string, clock: DomainClock, taskQueue: string) =>
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
    policies: POLICIES,
    memo: { rubrik: `Månadens underlag för region ${region}` },
  }) satisfies ScheduleOptions;

export type MonthCheck = 'corrections' | 'warnings';
const CHECKS = {
  corrections: { workflowType: 'startCorrections', rubrik: 'Rättelser i låsta månader' },
  warnings: { workflowType: 'watchMonth', rubrik: 'Kommuner som närmar sig tröskeln' },
} as const;

/** With what a daily check is started, by its Schedule or, on a fast clock, by the service. */
export function checkStart(what: MonthCheck, region: string) {
  return {
    workflowId: `start-${what}/${region}`,
    typedSearchAttributes: [{ key: REGION, value: region }],
    staticSummary: `${CHECKS[what].rubrik}, region ${region}`,
  };
}

const checkOf = (what: MonthCheck, region: string, clock: DomainClock, taskQueue: string) =>
  ({
    scheduleId: `${what}/${region}`,
    spec: { calendars: [{ hour: CHECK_HOUR, comment: 'Varje dag kl. 06.00' }], timezone: ZONE },
    action: {
      type: 'startWorkflow',
      workflowType: CHECKS[what].workflowType,
      ...checkStart(what, region),
      taskQueue,
      args: [{ region, clock } satisfies MonthCheckInput],
    },
    // What a day missed the next one sees.
    policies: { ...POLICIES, overlap: 'SKIP', catchupWindow: '1 day' },
    memo: { rubrik: `${CHECKS[what].rubrik}, region ${region}` },
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
  const all = regions.flatMap((region) => [
    billingOf(region, clock, taskQueue),
    checkOf('corrections', region, clock, taskQueue),
    checkOf('warnings', region, clock, taskQueue),
  ]);
  for (const wanted of all) {
    try {
      await client.schedule.create(wanted);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // What an operator has paused stays paused.
      await client.schedule.getHandle(wanted.scheduleId).update(({ state }) => ({ ...wanted, state }));
    }
  }
}
