/** The running stays, as the doors reach them: each a workflow that is started, told and asked. */
import { randomUUID } from 'node:crypto';
import {
  type Client,
  QueryRejectedError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { DomainClock } from '../../workflows/clock.js';
import type { ActionAnswer, StayInput } from '../../workflows/messages.js';
import type { stay as stayWorkflow } from '../../workflows/stay.js';
import type { ProcessRules } from '../domain/agreement.js';
import { admit, evolve, initialStay } from '../domain/stay/evolve.js';
import { attributesOf, headlineOf } from '../domain/stay/owner.js';
import { cut } from '../domain/stay/owner-names.js';
import type { Viewer } from '../domain/stay/relation.js';
import type { Admission, Stay } from '../domain/stay/state.js';
import type { Sighting, StayView } from '../domain/stay/view.js';
import type { StayGateway } from '../doors/gateway.js';
import { answered } from './calls.js';
import { TASK_QUEUE } from './client.js';
import { inTurn } from './in-turn.js';
import { attributePairs, startAttributes } from './search-attributes.js';
import { stayWorkflowId } from './workflow-ids.js';

export interface StayGatewayOptions {
  client: Client;
  clock: DomainClock;
  taskQueue?: string;
  /** How long one call may take, tries and all; default 15 seconds. */
  timeoutMs?: number;
}

/** Longer than usual, for thousands of messages that waited for a worker; short enough that a stay whose worker was killed soon goes on. */
const WORKFLOW_TASK_TIMEOUT = '20s';
/** A summary is one line, and Temporal's services take few bytes of it; encrypted it is longer. */
const SUMMARY_MAX = 160;
/**
 * Temporal takes ten updates of one workflow at a time. Whatever comes beyond that is refused, and undoes on its way the speculative task
 * that the ten are waiting for: a stay that is asked too much at once answers nobody. Half of them leaves room for another process.
 */
const UPDATES_AT_ONCE = 5;
/** Whoever asks whether the service is ready does not wait for long. */
const PING_MS = 3_000;

/** The gateway of the doors, on Temporal. */
export function createStayGateway({ client, clock, taskQueue = TASK_QUEUE, timeoutMs = 15_000 }: StayGatewayOptions): StayGateway {
  const call = <T>(what: () => Promise<T>): Promise<T> => answered(client, timeoutMs, what);
  const turns = inTurn(UPDATES_AT_ONCE);
  const update = <T>(workflowId: string, what: () => Promise<T>): Promise<T> =>
    turns(workflowId, timeoutMs, (leftMs) => answered(client, leftMs, what));

  const ask = async <T>(region: string, stayId: string, ...viewer: [] | [Viewer]): Promise<T | undefined> => {
    try {
      return await call(() => client.workflow.getHandle(stayWorkflowId(region, stayId)).query<T, [] | [Viewer]>('stay', ...viewer));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return undefined;
      throw error;
    }
  };

  const startOptions = (stay: Stay, input: StayInput): WorkflowStartOptions<typeof stayWorkflow> => {
    const headline = cut(headlineOf(stay, input.rules), SUMMARY_MAX);
    return {
      workflowId: stayWorkflowId(stay.admission.region, stay.stayId),
      taskQueue,
      args: [input],
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      typedSearchAttributes: new TypedSearchAttributes(startAttributes(attributePairs(attributesOf(stay, input.rules)))),
      staticSummary: headline,
      // A static summary is lost when a long stay continues in a new run; a memo is not.
      memo: { rubrik: headline },
    };
  };

  return {
    async admit(stayId: string, admission: Admission, rules: ProcessRules) {
      const first = evolve(initialStay(stayId, admission), admit(admission, admission.admittedAt));
      const options = startOptions(first, { stayId, admission, rules, clock });
      return call(async () => {
        try {
          await client.workflow.start<typeof stayWorkflow>('stay', { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATE' });
          return 'started' as const;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists' as const;
          throw error;
        }
      });
    },

    async act(region, stayId, action, envelope) {
      const handle = client.workflow.getHandle(stayWorkflowId(region, stayId));
      // The same for every try of this call, so that it is applied once; not the action's own id, since a repeated action is to be answered with the stay as it is now.
      const updateId = randomUUID();
      try {
        return await update(handle.workflowId, () => handle.executeUpdate<ActionAnswer, [unknown]>(action, { args: [envelope], updateId }));
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
      return call(async () => {
        try {
          await handle.describe();
          return 'ended' as const;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return 'unknown' as const;
          throw error;
        }
      });
    },

    view: (region, stayId) => ask<StayView>(region, stayId),

    see: (region, stayId, viewer) => ask<Sighting>(region, stayId, viewer),

    async reopen(stay, rules, action, envelope) {
      const { stayId, admission } = stay;
      const input: StayInput = { stayId, admission, rules, clock, carried: { stay, records: [], notices: [] }, reopen: true };
      const options = startOptions(stay, input);
      const updateId = randomUUID();
      return update(options.workflowId, () =>
        client.workflow.executeUpdateWithStart<typeof stayWorkflow, ActionAnswer, [unknown]>(action, {
          args: [envelope],
          updateId,
          startWorkflowOperation: new WithStartWorkflowOperation<typeof stayWorkflow>('stay', {
            ...options,
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        }),
      );
    },

    async ping() {
      await answered(client, Math.min(timeoutMs, PING_MS), () => client.workflowService.getSystemInfo({}));
    },
  };
}
