/** Sealing anew goes on behind the service's work: a few rows, a breath, a few rows, until nothing is left. */
import type { KeyLedger } from './key-ledger.js';
import type { MessageReader } from './reseal.js';

export interface Resealing {
  /** There is a new key: look at once. */
  wake(): void;
  stop(): Promise<void>;
}

export interface ResealingOptions {
  ledger: Pick<KeyLedger, 'reseal'>;
  reader: MessageReader;
  log: { info(fields: object, text: string): void; error(fields: object, text: string): void };
  /** Called whenever nothing is left. */
  onRest?: (() => Promise<void>) | undefined;
  /** Between a few rows and the next ones. */
  breathMs?: number | undefined;
  /** How soon it is looked for what was left after there was something to do: a stay that was just being recorded, say. */
  soonMs?: number | undefined;
  /** How soon it is looked where there was nothing. */
  againMs?: number | undefined;
}

/** Looks now, whenever it is woken, and now and then. Several processes may do it side by side. */
export function startResealing(options: ResealingOptions): Resealing {
  const { ledger, reader, log, onRest, breathMs = 100, soonMs = 20_000, againMs = 600_000 } = options;
  let stopping = false;
  let running: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  // At the start, and after a new key, something may be under way that was begun under the old one.
  let expecting = true;
  const pass = async () => {
    do {
      again = false;
      let rows = 0;
      for (let done = 1; done > 0 && !stopping; ) {
        done = await ledger.reseal(reader);
        rows += done;
        if (done > 0) await new Promise((resolve) => setTimeout(resolve, breathMs));
      }
      if (rows > 0) log.info({ rows }, 'rows of the ledger were sealed anew under the newest key');
      await onRest?.();
      expecting ||= rows > 0;
    } while (again && !stopping);
  };
  const look = () => {
    if (stopping) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = pass()
      .catch((error: unknown) => log.error({ err: error }, 'rows of the ledger could not be sealed anew; it is tried again'))
      .finally(() => {
        running = undefined;
        if (!stopping) timer = setTimeout(look, expecting ? soonMs : againMs).unref();
        expecting = false;
      });
  };
  look();
  return {
    wake() {
      expecting = true;
      look();
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}
