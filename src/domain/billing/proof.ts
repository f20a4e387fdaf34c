/** The proof of one stay in a basis: what was sent to whom and when, which precondition is met, and how its days were counted. */
import type { CareForm } from '../agreement.js';
import type { Instant } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import type { ExclusionReason } from './episode.js';
import type { Outcome } from './judge.js';

/** `behovs-inte`: not demanded of this stay. `vantar`: not due yet, and counted as met. */
export type ProofState = 'ja' | 'nej' | 'vantar' | 'behovs-inte';

/** One precondition of payment, met or not. */
export interface PreconditionProof {
  id: 'inskrivningsmeddelande' | 'vardtidsbedomning' | 'utskrivningsklar' | 'utskrivningsmeddelande' | 'svpl-kallelse' | 'oppenvard';
  /** Swedish: what is demanded. */
  title: string;
  /** The paragraph that demands it: `LUS 5:3, 4:3; J bilaga 2`. */
  source: string;
  state: ProofState;
  /** The reason code when it is not met. */
  reason: ExclusionReason | null;
  /** When it happened, as told; when it was registered; and the time that counts. Null where there is none. */
  at: Instant | null;
  registeredAt: Instant | null;
  countsFrom: Instant | null;
  /** By when it had to be there; null where no time is demanded. */
  dueAt: Instant | null;
  /** One Swedish sentence that explains the state to somebody who was not there. */
  text: string;
}

/** One thing that was done, sent or happened, in order of the time that counts. */
export interface ProofStep {
  actionId: string;
  action: string;
  /** Swedish name of the action. */
  title: string;
  by: UnitRef & { role?: string };
  /** Whom it was sent to; empty for a fact. */
  to: UnitRef[];
  at: Instant;
  registeredAt: Instant;
  countsFrom: Instant;
  /** Registered so late that it counts from its receipt. */
  late: boolean;
  /** When the payer got it, where that was later than it was first sent: the kommun was put right, or its rejection overruled. */
  reachedPayerAt?: Instant;
  /** Came with a recorded feed. */
  imported: boolean;
  /** What it said before it was corrected, oldest first; `at`: when it was corrected. */
  corrected: { at: Instant; wasAt: Instant; wasCountsFrom: Instant }[];
}

export interface StayProof {
  stayId: string;
  /** Null: registered nowhere. */
  payer: string | null;
  placerandeKommun: string | null;
  careForm: CareForm;
  admittedAt: Instant | null;
  dischargedAt: Instant | null;
  /** Swedish: what the stay means for what the kommun pays, and why. */
  summary: string;
  /** From the notice that stands, to the discharge. */
  utskrivningsklarAt: Instant | null;
  preconditions: PreconditionProof[];
  /** How the days were counted: from, until, what was taken out, in Swedish sentences. */
  days: { days: number | null; text: string; withdrawn: { from: Instant; until: Instant }[]; blocked: { from: Instant; until: Instant }[] };
  outcome: Outcome | null;
  reason: ExclusionReason | null;
  steps: ProofStep[];
}
