/** Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once. */

const KILLED = 130;

/** Resolves when the process is asked to stop. */
export function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = () => {
      if (asked) process.exit(KILLED);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask).on('SIGTERM', ask);
  });
}
