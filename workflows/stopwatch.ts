/** A durable timer that is started when it is first asked about. */
import { sleep } from '@temporalio/workflow';

export interface Stopwatch {
  /** Starts it the first time; true when its time has passed. */
  isOver(): boolean;
}

/** @param over called once, when the time has passed */
export function stopwatch(time: `${number}m`, summary: string, over: () => void): Stopwatch {
  let state: 'idle' | 'running' | 'over' = 'idle';
  const run = async (): Promise<void> => {
    state = 'running';
    await sleep(time, { summary });
    state = 'over';
    over();
  };
  return {
    isOver() {
      if (state === 'idle') void run();
      return state === 'over';
    },
  };
}
