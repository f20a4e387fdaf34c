/** A region's months, as the doors and the CLI reach them: each a workflow that is started, and can be started again. */
import {
  type Client,
  QueryRejectedError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import type { DomainClock } from '../../workflows/clock.js';
import type { startCorrections } from '../../workflows/month-checks.js';
import type { MonthlyBillingResult, MonthStage } from '../../workflows/month-messages.js';
import type { monthlyBilling } from '../../workflows/monthly-billing.js';
import { answered } from './calls.js';
import { TASK_QUEUE } from './client.js';
import { checkStart } from './schedules.js';
import { MANAD, REGION } from './search-attributes.js';
import { billingWorkflowId } from './workflow-ids.js';

export interface BillingGatewayOptions {
  client: Client;
  clock: DomainClock;
  taskQueue?: string;
  /** How long one call may take; default 15 seconds. */
  timeoutMs?: number;
}

/** How a month's billing stands. `message`: why it failed, in Swedish. */
export type BillingStatus = { status: 'missing' | 'running' | 'done' } | { status: 'failed'; message: string };

export interface BillingGateway {
  /** Starts the month's billing, which goes through the month's cycle; `running` when it does so already. Once done it can be started again, and changes nothing. */
  run(region: string, month: string): Promise<'started' | 'running'>;
  status(region: string, month: string): Promise<BillingStatus>;
  /** Where a running month is in its cycle; undefined when it does not run. */
  stage(region: string, month: string): Promise<MonthStage | undefined>;
  /** Has the region's frozen months looked through for changes, or its running month for warnings: what a Schedule does at scale 1. */
  check(region: string, what: 'corrections' | 'warnings'): Promise<void>;
  /** Waits for the month's billing, as long as it takes. Throws an `ApplicationFailure` with a Swedish message when it failed. */
  result(region: string, month: string): Promise<MonthlyBillingResult>;
}

/** The innermost reason of a workflow's failure. */
const reasonOf = (error: WorkflowFailedError): Error => {
  let reason: Error = error;
  while (reason.cause instanceof Error) reason = reason.cause;
  return reason;
};

export function createBillingGateway({ client, clock, taskQueue = TASK_QUEUE, timeoutMs = 15_000 }: BillingGatewayOptions): BillingGateway {
  const call = <T>(what: () => Promise<T>): Promise<T> => answered(client, timeoutMs, what);

  const result = async (region: string, month: string): Promise<MonthlyBillingResult> => {
    try {
      return await client.workflow.getHandle<typeof monthlyBilling>(billingWorkflowId(region, month)).result();
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const reason = reasonOf(error);
      throw reason instanceof ApplicationFailure ? reason : error;
    }
  };

  return {
    result,

    run: (region, month) =>
      call(async () => {
        try {
          await client.workflow.start<typeof monthlyBilling>('monthlyBilling', {
            workflowId: billingWorkflowId(region, month),
            taskQueue,
            args: [{ region, month, clock }],
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'FAIL',
            typedSearchAttributes: new TypedSearchAttributes([
              { key: REGION, value: region },
              { key: MANAD, value: month },
            ]),
            staticSummary: `Underlag ${month}, region ${region}`,
            memo: { rubrik: `Underlag ${month}, region ${region}` },
          });
          return 'started' as const;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running' as const;
          throw error;
        }
      }),

    async stage(region, month) {
      try {
        return await call(() => client.workflow.getHandle(billingWorkflowId(region, month)).query<MonthStage>('lage'));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return undefined;
        throw error;
      }
    },

    async check(region, what) {
      await call(async () => {
        try {
          await client.workflow.start<typeof startCorrections>(what === 'corrections' ? 'startCorrections' : 'watchMonth', {
            ...checkStart(what, region),
            taskQueue,
            args: [{ region, clock }],
          });
        } catch (error) {
          // The one that is under way sees to it.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
      });
    },

    async status(region, month) {
      const described = await call(async () => {
        try {
          return await client.workflow.getHandle(billingWorkflowId(region, month)).describe();
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return undefined;
          throw error;
        }
      });
      if (!described) return { status: 'missing' };
      if (described.status.name === 'RUNNING') return { status: 'running' };
      if (described.status.name === 'COMPLETED') return { status: 'done' };
      const message = await call(() =>
        result(region, month).then(
          () => '',
          (error: Error) => error.message,
        ),
      );
      return { status: 'failed', message };
    },
  };
}
