/** The baseline: a workflow with as many updates, timers, activities and upserts as a stay, and no rules. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';

/** What each update brings along, so that the totals are those of a stay. */
export interface Step {
  timers: number;
  activities: number;
  localActivities: number;
  upserts: number;
}

interface Idle {
  idle(argument: unknown): Promise<void>;
}
const { idle } = proxyActivities<Idle>({ startToCloseTimeout: '1m' });
const local = proxyLocalActivities<Idle>({ startToCloseTimeout: '5s' });
const FAS = defineSearchAttributeKey('Fas', SearchAttributeType.KEYWORD);

/** Ends when every step has been taken and every activity has come back. */
export async function bare(steps: Step[], argument: unknown): Promise<void> {
  let taken = 0;
  let done = 0;
  let underWay = 0;
  let timers: CancellationScope[] = [];
  const start = (run: (a: unknown) => Promise<void>): void => {
    underWay++;
    void run(argument).then(() => {
      underWay--;
    });
  };
  setHandler(defineUpdate<{ accepted: true; id: number }, [unknown]>('act'), () => ({ accepted: true as const, id: ++taken }));
  while (done < steps.length) {
    await condition(() => taken > done);
    while (done < taken) {
      const step = steps[done++];
      if (!step) continue;
      for (const scope of timers) scope.cancel();
      timers = Array.from({ length: step.timers }, () => {
        const scope = new CancellationScope();
        scope
          .run(() => sleep('1 day'))
          .catch((error) => {
            if (!isCancellation(error)) throw error;
          });
        return scope;
      });
      for (let i = 0; i < step.localActivities; i++) start(local.idle);
      for (let i = 0; i < step.activities; i++) start(idle);
      for (let i = 0; i < step.upserts; i++) upsertSearchAttributes([{ key: FAS, value: `steg-${done}-${i}` }]);
    }
  }
  for (const scope of timers) scope.cancel();
  await condition(() => underWay === 0);
}
