/** Many that wait for a commit share one: what comes while one is being made goes with the next. */

/** Hands over all that has gathered, at most `most` at a time, in order; each caller gets the answer to its own. */
export function inGroups<T, R>(commit: (items: readonly T[]) => Promise<readonly R[]>, most: number): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (answer: R) => void; reject: (error: unknown) => void }[] = [];
  let isBusy = false;
  const next = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await commit(group.map(({ item }) => item));
        for (const [index, { resolve }] of group.entries()) resolve(answers[index] as R);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isBusy = false;
  };
  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isBusy) void next();
    });
}
