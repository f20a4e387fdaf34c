/** Whether Temporal answers, asked so seldom that every message can ask. */

export interface ReachableOptions {
  /** How old an answer may be, in milliseconds; default a second. */
  maxAgeMs?: number | undefined;
  /** How long an answer is waited for; default two seconds. */
  withinMs?: number | undefined;
}

/** Asks once for all who ask at the same time, and remembers the answer for a while. */
export function reachableBy(
  ping: () => Promise<void>,
  { maxAgeMs = 1_000, withinMs = 2_000 }: ReachableOptions = {},
): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  let until = 0;
  return async () => {
    if (answer !== undefined && performance.now() < until) return answer;
    const asked = within(ping(), withinMs);
    answer = asked;
    // While it is being asked, nobody asks again.
    until = Number.POSITIVE_INFINITY;
    await asked;
    until = performance.now() + maxAgeMs;
    return asked;
  };
}

/** True when it is done in time. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => false,
      ),
      tooLate,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
