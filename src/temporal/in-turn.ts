/** Few calls at a time for each key, the others after them in order. */
import { TemporalUnavailable } from '../doors/gateway.js';

interface Line {
  running: number;
  waiting: (() => void)[];
}

/** Makes a call in its turn; `TemporalUnavailable` when that has not come in time. What the call is given is the time that is left for it. */
export type InTurn = <T>(key: string, timeoutMs: number, call: (leftMs: number) => Promise<T>) => Promise<T>;

/** At most `most` calls of a key run at a time. */
export function inTurn(most: number): InTurn {
  const lines = new Map<string, Line>();

  const leave = (key: string, line: Line): void => {
    const next = line.waiting.shift();
    if (next === undefined) line.running--;
    else next();
    if (line.running === 0) lines.delete(key);
  };

  return async (key, timeoutMs, call) => {
    const until = Date.now() + timeoutMs;
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    if (line.running < most) line.running++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      const leftMs = until - Date.now();
      if (leftMs <= 0) throw new TemporalUnavailable('too many messages to one stay at once');
      return await call(leftMs);
    } finally {
      leave(key, line);
    }
  };
}
