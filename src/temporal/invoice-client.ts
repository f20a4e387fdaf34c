/** The kommuner's invoices, as the doors reach them: each a workflow that is told, and started when it does not run. */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CycleAnswer } from '../../workflows/invoice-details.js';
import { invoiceStart } from '../../workflows/invoice-start.js';
import type { kommunInvoice } from '../../workflows/kommun-invoice.js';
import type { CycleAction } from '../domain/billing/cycle-actions.js';
import type { InvoiceGateway } from '../doors/billing-gateway.js';
import { TemporalUnavailable } from '../doors/gateway.js';
import {
  type KommunState,
  OBJECTION_REFUSALS,
  type ObjectionAnswer,
  type ObjectionRefusal,
  type PayerRef,
} from '../ledger/billing/billing-ledger.js';
import type { BillingGatewayOptions } from './billing-client.js';
import { answered } from './calls.js';
import { TASK_QUEUE } from './client.js';
import { inTurn } from './in-turn.js';
import { invoiceWorkflowId } from './workflow-ids.js';

/** As for stays: Temporal takes ten at a time of one workflow, and half of them leaves room for another process. */
const UPDATES_AT_ONCE = 5;

export function createInvoiceGateway({ client, clock, taskQueue = TASK_QUEUE, timeoutMs = 15_000 }: BillingGatewayOptions): InvoiceGateway {
  const turns = inTurn(UPDATES_AT_ONCE);

  const send = async (action: CycleAction, { region, month, payer }: PayerRef, data: object): Promise<CycleAnswer> => {
    // The same for every try of this call.
    const updateId = randomUUID();
    const tell = async (): Promise<CycleAnswer> => {
      for (;;) {
        try {
          return await client.workflow.executeUpdateWithStart<typeof kommunInvoice, CycleAnswer, [unknown]>(action, {
            args: [data],
            updateId,
            startWorkflowOperation: new WithStartWorkflowOperation<typeof kommunInvoice>('kommunInvoice', {
              ...invoiceStart({ region, month, payer, clock }),
              taskQueue,
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
          });
        } catch (error) {
          // It ended as it was told: told again, it is started again.
          if (!hasJustEnded(error)) throw error;
        }
      }
    };
    return turns(invoiceWorkflowId(region, month, payer), timeoutMs, (leftMs) => answered(client, leftMs, tell));
  };

  const objection = async (action: CycleAction, { region, month, payer, ...data }: PayerRef): Promise<ObjectionAnswer> => {
    const answer = await send(action, { region, month, payer }, data);
    if (!answer.accepted) return refused(answer);
    if ('objection' in answer) return { ok: true, objection: answer.objection };
    throw new Error(`${action} was answered with something else`);
  };
  const state = async (action: CycleAction, { region, month, payer, ...data }: PayerRef): Promise<KommunState> => {
    const answer = await send(action, { region, month, payer }, data);
    if (answer.accepted && 'state' in answer) return answer.state;
    throw answer.accepted ? new Error(`${action} was answered with something else`) : failure(answer);
  };

  return {
    object: (given) => objection('objection', given),
    answer: (given) => objection('answer', given),
    dispute: (given) => objection('dispute', given),
    decide: (given) => objection('decision', given),
    hold: ({ held, ...given }) => (held ? state('hold', given) : state('release', given)),
    approve: (given) => state('approve', given),
  };
}

type Refusal = Extract<CycleAnswer, { accepted: false }>;
const REFUSALS: ReadonlySet<string> = new Set(OBJECTION_REFUSALS);

/** What the ledger refused is an answer; what the door should have seen, or the ledger could not do, is not. */
function refused(answer: Refusal): ObjectionAnswer {
  if (!REFUSALS.has(answer.code)) throw failure(answer);
  return { ok: false, code: answer.code as ObjectionRefusal, need: answer.need };
}

function failure({ code, need }: Refusal): Error {
  return code === 'internt-fel' ? new TemporalUnavailable(need) : new Error(`the kommun's invoice refused it: ${code}`);
}

function hasJustEnded(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}
