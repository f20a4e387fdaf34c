/** Whether this process can do its work now: what each of its parts says of itself, asked in parallel and not waited for for long. */

export interface Health {
  /** A part; `check` throws, or takes too long, when it cannot do its work. */
  add(part: string, check: () => Promise<unknown>): void;
  /** Names of the parts that cannot; none: ready. */
  missing(): Promise<string[]>;
}

const WITHIN_MS = 3_000;

export function createHealth(withinMs = WITHIN_MS): Health {
  const parts = new Map<string, () => Promise<unknown>>();
  const asked = (check: () => Promise<unknown>): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs);
      const tell = (can: boolean) => {
        clearTimeout(timer);
        resolve(can);
      };
      Promise.resolve()
        .then(check)
        .then(
          () => tell(true),
          () => tell(false),
        );
    });
  return {
    add: (part, check) => void parts.set(part, check),
    async missing() {
      const all = await Promise.all([...parts].map(async ([part, check]) => ((await asked(check)) ? [] : [part])));
      return all.flat();
    },
  };
}
