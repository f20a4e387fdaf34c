/** Once a day everything whose time is out is erased, a few stays at a time; what was begun and not finished comes first. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keptSince } from '../domain/retention.js';
import type { ErasureLedger } from '../ledger/erasure/erasure-ledger.js';
import type { EndedStay } from '../ledger/erasure/list-erasures.js';
import { type EraserDeps, type ErasureOutcome, type ErasureRequest, eraseStays } from './erase-stays.js';

export interface DailyErasureOptions extends EraserDeps {
  ledger: EraserDeps['ledger'] & Pick<ErasureLedger, 'dueForErasure' | 'listErasures' | 'eraseStrayMessages'>;
  log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
    error(fields: object, text: string): void;
  };
  /** Told of each stay that something was done about. */
  onOutcome?: ((outcome: ErasureOutcome) => void) | undefined;
  /** How many are begun at a time; default 20. */
  atOnce?: number | undefined;
  /** Between a few stays and the next ones; default a second. */
  breathMs?: number | undefined;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 20;
const BREATH_MS = 1_000;
/** Who erases when nobody asked. */
const SERVICE = 'hemgang';

/** Now, and every day from then on; several processes may do it. Answers how it is stopped. */
export function startDailyErasure(options: DailyErasureOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { log } = options;
  let running: Promise<unknown> = Promise.resolve();
  let isBusy = false;
  const go = () => {
    if (isBusy) return;
    isBusy = true;
    running = eraseDue({ ...options, signal: stopping.signal })
      .catch((error: unknown) => log.error({ err: error }, 'stays could not be erased; it is tried again tomorrow'))
      .finally(() => {
        isBusy = false;
      });
  };
  go();
  const timer = setInterval(go, DAY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}

/** Erases all that can be erased now; answers how many stays. */
export async function eraseDue(options: DailyErasureOptions): Promise<number> {
  const { ledger, now, retentionYears, signal, log, onOutcome, breathMs = BREATH_MS } = options;
  let erased = 0;
  const pass = async (requests: readonly ErasureRequest[]) => {
    for (const outcome of await eraseStays(options, requests)) {
      onOutcome?.(outcome);
      if (outcome.outcome === 'erased') erased++;
      if (outcome.outcome === 'left')
        log.warn({ stayId: outcome.stayId, err: outcome.error }, 'a stay is not erased yet; it is gone on with tomorrow');
    }
    await sleep(breathMs, undefined, { signal }).catch(() => undefined);
  };
  for await (const some of unfinished(options)) await pass(some);
  if (retentionYears !== null) {
    for await (const some of due(options, retentionYears)) await pass(some);
    const before = keptSince(now(), retentionYears);
    for (let count = 1; count > 0 && signal?.aborted !== true; ) count = await ledger.eraseStrayMessages(before, now());
  }
  if (erased > 0) log.info({ count: erased }, 'stays were erased');
  return erased;
}

async function* unfinished({ ledger, signal, atOnce = AT_ONCE }: DailyErasureOptions): AsyncGenerator<ErasureRequest[]> {
  let after: string | undefined;
  do {
    const { items, next } = await ledger.listErasures({ unfinished: true, after, limit: atOnce });
    if (items.length > 0) yield items.map(({ stayId, ground, decision, by }) => ({ stayId, ground, decision: decision ?? undefined, by }));
    after = next ?? undefined;
  } while (after !== undefined && signal?.aborted !== true);
}

async function* due({ ledger, now, signal, atOnce = AT_ONCE }: DailyErasureOptions, years: number): AsyncGenerator<ErasureRequest[]> {
  for (let after: EndedStay | undefined; signal?.aborted !== true; ) {
    const some = await ledger.dueForErasure({ endedBefore: keptSince(now(), years), after, limit: atOnce });
    if (some.length === 0) return;
    yield some.map(({ stayId }) => ({ stayId, ground: 'gallringsfrist', by: SERVICE }));
    after = some.at(-1);
  }
}
