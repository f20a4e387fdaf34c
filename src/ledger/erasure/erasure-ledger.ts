/** What the ledger does to erase stays: begun, followed to the end, listed; see docs/erasure.md. */
import type { Instant } from '../../domain/calendar.js';
import type { PayerRef } from '../billing/billing-ledger.js';
import type { LedgerContext } from '../ledger.js';
import type { Page } from '../page.js';
import { beginErasure, markHistoriesGone, withdrawErasure } from './begin-erasure.js';
import { completeErasure } from './complete-erasure.js';
import { dueForErasure, type EndedStay, erasureOf, historiesOf, listErasures } from './list-erasures.js';
import { type ErasureQuestion, type Judged, mayErase } from './may-erase.js';
import { reclaimErased } from './reclaim.js';
import { eraseStrayMessages } from './stray-messages.js';
import type { ErasureGround } from './tables.js';

/** That a stay is erased, or being erased. Kept for ever. */
export interface Erasure {
  stayId: string;
  region: string;
  ground: ErasureGround;
  /** The decision's reference; null for `gallringsfrist`. */
  decision: string | null;
  by: string;
  /** Domain time of the last thing that was written about the stay. */
  lastEntryAt: Instant;
  /** Real time, as the rest. */
  begunAt: number;
  historiesGoneAt: number | null;
  completedAt: number | null;
}

export type NewErasure = ErasureQuestion & { decision?: string | undefined; by: string };

/** The same stay again is answered with the erasure that there is, whatever its ground. */
export type BegunErasure = { ok: true; erasure: Erasure; fresh: boolean } | ({ ok: false } & Extract<Judged, { may: false }>);

export interface ErasureLedger {
  /** Whether a stay could be erased, without beginning it. */
  mayErase(question: ErasureQuestion): Promise<Judged>;
  /** From here on nobody adds anything to the stay. Once; refused for a stay that is not over or still needed. */
  beginErasure(erasure: NewErasure, realNow: number): Promise<BegunErasure>;
  /** The stay was taken up again in the very moment in which it was begun: false when something has been destroyed already. */
  withdrawErasure(stayId: string): Promise<boolean>;
  /** Its histories have been looked for and are not there; false when there is no such erasure. */
  markHistoriesGone(stayId: string, realNow: number): Promise<boolean>;
  /**
   * Destroys the stay's identity and everybody's text, in one act, when its histories are gone; false when they are not. Said again it destroys
   * what has come back since, as from a backup.
   */
  completeErasure(stayId: string, realNow: number): Promise<boolean>;
  /** Gives what the destroyed rows took up back to the database. */
  reclaimErased(): Promise<void>;

  erasureOf(stayId: string): Promise<Erasure | undefined>;
  /** Those whose month's histories may hold what was written of the stay. */
  historiesOf(stayId: string): Promise<PayerRef[]>;
  /** Stays that ended before a time and are not erased, the oldest first. */
  dueForErasure(query: { endedBefore: Instant; after?: EndedStay | undefined; limit: number }): Promise<EndedStay[]>;
  /** In order of stay id; `unfinished`: those alone that are not complete. */
  listErasures(query: { unfinished?: boolean | undefined; after?: string | undefined; limit?: number | undefined }): Promise<Page<Erasure>>;
  /** Takes the content out of messages received before a time that belong to no stay any more, or never did; answers of how many. */
  eraseStrayMessages(receivedBefore: Instant, now: Instant): Promise<number>;
}

export function erasuresOver(context: LedgerContext): ErasureLedger {
  return {
    mayErase: (question) => mayErase(context.db, context.books, question),
    beginErasure: (erasure, realNow) => beginErasure(context, erasure, realNow),
    withdrawErasure: (stayId) => withdrawErasure(context, stayId),
    markHistoriesGone: (stayId, realNow) => markHistoriesGone(context, stayId, realNow),
    completeErasure: (stayId, realNow) => completeErasure(context, stayId, realNow),
    reclaimErased: () => reclaimErased(context),
    erasureOf: (stayId) => erasureOf(context.db, stayId),
    historiesOf: (stayId) => historiesOf(context.db, stayId),
    dueForErasure: (query) => dueForErasure(context, query),
    listErasures: (query) => listErasures(context, query),
    eraseStrayMessages: (receivedBefore, now) => eraseStrayMessages(context, receivedBefore, now),
  };
}
