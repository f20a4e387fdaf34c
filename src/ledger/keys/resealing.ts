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
  /** How soon it is looked for what was left: a stay that was just being recorded, say. */
  againMs?: number | undefined;
}

/** Looks now, whenever it is woken, and now and then. Several processes may do it side by side. */
export function startResealing({ ledger, reader, log, onRest, breathMs = 100, againMs = 600_000 }: ResealingOptions): Resealing {
  let stopping = false;
  let running: Promise<void> | undefined;
  let again = false;
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
    } while (again && !stopping);
  };
  const wake = () => {
    if (running !== undefined || stopping) {
      again = true;
      return;
    }
    running = pass()
      .catch((error: unknown) => log.error({ err: error }, 'rows of the ledger could not be sealed anew; it is tried again'))
      .finally(() => {
        running = undefined;
      });
  };
  wake();
  const timer = setInterval(wake, againMs).unref();
  return {
    wake,
    async stop() {
      stopping = true;
      clearInterval(timer);
      await running;
    },
  };
}
