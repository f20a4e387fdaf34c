/** Whether the ledger has all that the stays have answered: asked of the stays themselves, before a month is reckoned. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Ledger } from '../src/ledger/ledger.js';
import { stayWorkflowId } from '../src/temporal/workflow-ids.js';
import { withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';

const AT_ONCE = 8;
const ASK_AGAIN_MS = 500;
const ANSWERS_WITHIN_MS = 20_000;
/** Real time after which a stay that has not answered, such as one whose workflow is broken or was terminated, holds up the region's month no longer. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

/**
 * How many answered events of a stay the ledger has not confirmed; none where there is no such workflow any more: it ends only when all
 * is recorded. `silent`: it does not answer just now.
 */
export type Unrecorded = (region: string, stayId: string) => Promise<number | 'silent'>;

const askedOf =
  (client: Client): Unrecorded =>
  async (region, stayId) => {
    try {
      const handle = client.workflow.getHandle(stayWorkflowId(region, stayId));
      return await client.withDeadline(Date.now() + ANSWERS_WITHIN_MS, async () => {
        const { status } = await handle.describe();
        if (status.name === 'COMPLETED') return 0;
        // Terminated by somebody: what it had not recorded nobody will.
        return status.name === 'RUNNING' ? handle.query<number>('unrecorded') : 'silent';
      });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 0;
      // Busy, broken, or its worker has just gone: it is asked again.
      return 'silent';
    }
  };

/**
 * Waits until every open stay of the region has once said that the ledger has all of it; answers how many were asked. What is answered
 * afterwards belongs to a later month, or is a correction. A stay that says nothing at all for a quarter of an hour is named in the log and
 * waited for no longer; one that says that the ledger lacks something is waited for as long as it takes. Run again, it asks again.
 */
export function caughtUpActivity({
  ledger,
  log,
  unrecorded,
  giveUpAfterMs = GIVE_UP_AFTER_MS,
}: Pick<ActivityDeps, 'log'> & { ledger: Pick<Ledger, 'openStays'>; unrecorded?: Unrecorded; giveUpAfterMs?: number }): (question: {
  region: string;
}) => Promise<number> {
  return ({ region }) =>
    withFailures(log, { activity: 'caughtUp', region }, async () => {
      const context = Context.current();
      const ask = unrecorded ?? askedOf(context.client);
      const giveUpAt = Date.now() + giveUpAfterMs;
      const all = await ledger.openStays(region);
      let waiting = all;
      while (waiting.length > 0) {
        const queue = [...waiting];
        const behind: string[] = [];
        const silent: string[] = [];
        const lane = async (): Promise<void> => {
          for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
            const left = await ask(region, id);
            if (left === 'silent') silent.push(id);
            else if (left > 0) behind.push(id);
            context.heartbeat();
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, lane));
        const giveUp = silent.length > 0 && Date.now() >= giveUpAt;
        if (giveUp) {
          log.error(
            { region, stays: silent.slice(0, 100), count: silent.length },
            'stays do not answer; the month is reckoned without waiting for them',
          );
        }
        waiting = giveUp ? behind : [...behind, ...silent];
        if (waiting.length > 0) await sleep(ASK_AGAIN_MS, undefined, { signal: context.cancellationSignal });
      }
      return all.length;
    });
}
