/** Tells a running stay of a delivery that failed, by a signal: kept although no worker is up, and heard once. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { FailedDelivery } from '../../workflows/failed-delivery.js';
import type { StayDeliveries } from '../out/notices/tell.js';
import { answered } from './calls.js';
import { stayWorkflowId } from './workflow-ids.js';

/** The signal's name in the stay's workflow. */
const SIGNAL = 'leverans';

export function stayDeliveries(client: Client, timeoutMs = 10_000): StayDeliveries {
  return {
    async deliveryFailed({ region, stayId, noticeId, channel, to, reason }) {
      const handle = client.workflow.getHandle(stayWorkflowId(region, stayId));
      const told: FailedDelivery = { noticeId, channel, unit: to, reason };
      try {
        await answered(client, timeoutMs, () => handle.signal(SIGNAL, told));
        return 'told';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'ended';
        throw error;
      }
    },
  };
}
