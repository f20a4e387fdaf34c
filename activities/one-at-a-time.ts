/** Heavy work in a row: drawing a dozen documents side by side would keep every stay of the process waiting behind all of them. */

/** Calls it in the order of asking, each when the one before has ended, well or not. */
export function oneAtATime<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const mine = last.then(() => work(...args));
    last = mine.catch(() => undefined);
    return mine;
  };
}
