/** A region's months, as the doors and the CLI reach them: each a workflow that is started, and can be started again. */
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import type { DomainClock } from '../../workflows/clock.js';
import type { MonthlyBillingResult, monthlyBilling } from '../../workflows/monthly-billing.js';
import { answered } from './calls.js';
import { TASK_QUEUE } from './client.js';
import { MANAD, REGION } from './search-attributes.js';

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
  /** Starts the month's billing, which waits until the month is over; `running` when it does so already. Once done it can be started again, and changes nothing. */
  run(region: string, month: string): Promise<'started' | 'running'>;
  status(region: string, month: string): Promise<BillingStatus>;
  /** Waits for the month's billing, as long as it takes. Throws an `ApplicationFailure` with a Swedish message when it failed. */
  result(region: string, month: string): Promise<MonthlyBillingResult>;
}

/** `billing/{region}/{YYYY-MM}` */
export function billingWorkflowId(region: string, month: string): string {
  return `billing/${region}/${month}`;
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
