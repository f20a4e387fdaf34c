/** Takes what is older than five years out of the log of accesses, once a day. */
import type { AccessLedger } from '../../ledger/access/access-ledger.js';

const DAY_MS = 86_400_000;

/** At once, and every day from then on; several processes may do it, each finds what the others have left. Answers how it is stopped. */
export function startAccessPurge(
  ledger: Pick<AccessLedger, 'purgeAccesses'>,
  log: { info(fields: object, text: string): void; error(fields: object, text: string): void },
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const purge = async (): Promise<void> => {
    try {
      const purged = await ledger.purgeAccesses();
      if (purged > 0) log.info({ purged }, 'accesses older than five years were taken out of their log');
    } catch (error) {
      log.error({ err: error }, 'old accesses could not be taken out of their log; it is tried again tomorrow');
    }
  };
  const go = () => {
    running = purge();
  };
  go();
  const timer = setInterval(go, DAY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
