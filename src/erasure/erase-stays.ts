/** Stays are erased from beginning to end: begun, left alone for a moment, their histories destroyed, then what the ledger holds of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../domain/calendar.js';
import type { Erasure, ErasureLedger } from '../ledger/erasure/erasure-ledger.js';
import type { ErasureRefusal } from '../ledger/erasure/may-erase.js';
import type { ErasureGround } from '../ledger/erasure/tables.js';
import type { HistoriesState } from '../temporal/erase-histories.js';
import { invoiceWorkflowId, stayWorkflowId } from '../temporal/workflow-ids.js';

export interface EraserDeps {
  ledger: Pick<
    ErasureLedger,
    'beginErasure' | 'withdrawErasure' | 'markHistoriesGone' | 'completeErasure' | 'erasureOf' | 'historiesOf' | 'reclaimErased'
  >;
  /** Destroys the histories of these workflows. Throws when Temporal cannot be reached. */
  eraseHistories(workflowIds: readonly string[]): Promise<HistoriesState>;
  /** Domain time. */
  now(): Instant;
  realNow?: (() => number) | undefined;
  /** Null: no stay is erased because its time is out. */
  retentionYears: number | null;
  /**
   * How long a stay is left alone once its erasure has begun: longer than anything can take that began before and may still reach it, so that
   * a stay that is being taken up again is seen to be. Default a minute.
   */
  settleMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ErasureRequest {
  stayId: string;
  ground: ErasureGround;
  decision?: string | undefined;
  by: string;
}

/**
 * `already`: it had been erased before. `refused`: it may not be erased, and nothing has changed. `taken-up`: somebody has corrected it just now;
 * nothing has changed. `left`: it was begun, and is gone on with later: a history that cannot be deleted yet, Temporal that does not answer.
 */
export type ErasureOutcome =
  | { stayId: string; outcome: 'erased' | 'already' | 'taken-up' }
  | { stayId: string; outcome: 'refused'; code: ErasureRefusal; need: string }
  | { stayId: string; outcome: 'left'; need: string; error?: unknown };

const SETTLE_MS = 60_000;

/**
 * Erases these stays, each to the end or as far as can be. Whoever repeats it goes on where it stopped, and several may do it at once.
 * `again`: stays that are erased already are looked through once more, as after a backup has been put back.
 */
export async function eraseStays(
  deps: EraserDeps,
  requests: readonly ErasureRequest[],
  { again = false }: { again?: boolean | undefined } = {},
): Promise<ErasureOutcome[]> {
  const { ledger, now, realNow = Date.now, retentionYears, settleMs = SETTLE_MS, signal } = deps;
  const outcomes: ErasureOutcome[] = [];
  const begun: Erasure[] = [];
  for (const request of requests) {
    const answer = await ledger.beginErasure({ ...request, now: now(), retentionYears }, realNow());
    if (!answer.ok) outcomes.push({ stayId: request.stayId, outcome: 'refused', code: answer.code, need: answer.need });
    else if (answer.erasure.completedAt !== null && !again) outcomes.push({ stayId: request.stayId, outcome: 'already' });
    else begun.push(answer.erasure);
  }
  const settledAt = Math.max(0, ...begun.map(({ begunAt }) => begunAt)) + settleMs;
  await sleep(Math.min(Math.max(0, settledAt - realNow()), settleMs), undefined, { signal }).catch(() => undefined);
  let destroyed = 0;
  for (const erasure of begun) {
    const outcome = signal?.aborted === true ? left(erasure, 'it was broken off') : await finish(deps, erasure);
    if (outcome.outcome === 'erased') destroyed++;
    outcomes.push(outcome);
  }
  if (destroyed > 0) await ledger.reclaimErased();
  return outcomes;
}

const left = ({ stayId }: Erasure, need: string, error?: unknown): ErasureOutcome => ({
  stayId,
  outcome: 'left',
  need,
  ...(error === undefined ? {} : { error }),
});

async function finish({ ledger, eraseHistories, realNow = Date.now }: EraserDeps, erasure: Erasure): Promise<ErasureOutcome> {
  const { stayId, region } = erasure;
  try {
    const own = stayWorkflowId(region, stayId);
    const state = await eraseHistories([own]);
    // The stay runs again, though nothing may be added to it: what somebody has said to it is not lost.
    if (state === 'running' && (await ledger.withdrawErasure(stayId))) return { stayId, outcome: 'taken-up' };
    if (state !== 'gone') return left(erasure, `Temporal has not deleted the history of ${own} yet`);
    for (const { region: of, month, payer } of await ledger.historiesOf(stayId)) {
      const id = invoiceWorkflowId(of, month, payer);
      const invoice = await eraseHistories([id]);
      if (invoice !== 'gone')
        return left(erasure, `${id} ${invoice === 'running' ? 'is running: its history cannot be deleted yet' : 'is not deleted yet'}`);
    }
    if (!(await ledger.markHistoriesGone(stayId, realNow()))) return { stayId, outcome: 'taken-up' };
    return (await ledger.completeErasure(stayId, realNow())) ? { stayId, outcome: 'erased' } : { stayId, outcome: 'taken-up' };
  } catch (error) {
    return left(erasure, error instanceof Error ? error.message : 'it went wrong', error);
  }
}
