/** A stay as billing sees it: what the payer was told and when, and how long the patient stayed on. */
import type { CareForm } from '../agreement.js';
import type { Instant } from '../calendar.js';

/** Why a stay is out of the base, in the order in which the first that applies is given. @source contract.md, Billing preview */
export const EXCLUSION_REASONS = [
  'annullerad',
  'utanfor-overenskommelsen',
  'inskrivningsmeddelande-saknas',
  'inskrivningsmeddelande-sen',
  'vardtidsbedomning-saknas',
  'utskrivningsklar-saknas',
  'utskrivningsmeddelande-saknas',
  'svpl-kallelse-saknas',
  'svpl-kallelse-sen',
  'oppenvard-saknas',
  'avliden',
  'annan',
] as const;
export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

export interface Interval {
  from: Instant;
  /** Exclusive; null while it lasts. */
  until: Instant | null;
}

/** All times are those that count, per receiving payer. */
export interface Episode {
  stayId: string;
  /** Kommunkod; null: registered nowhere. */
  payer: string | null;
  careForm: CareForm;
  admittedAt: Instant | null;
  /** The later assessment of need from which the 24 hours run. */
  behovBedomtAt: Instant | null;
  inskrivningsmeddelandeAt: Instant | null;
  vardtidAt: Instant | null;
  utskrivningsmeddelandeAt: Instant | null;
  svplRequired: boolean;
  /** The call, or what counts as one. */
  svplKallelseAt: Instant | null;
  vardplanAt: Instant | null;
  kallelseMottagenAt: Instant | null;
  /** Notices of utskrivningsklar, oldest first; the last is open or ends with the discharge, the earlier were withdrawn. */
  intervals: Interval[];
  /** While region open care was unavailable or unclear (LUS 5:5). */
  blocked: Interval[];
  dischargedAt: Instant | null;
  deceased: boolean;
  /** A reason that is already decided: annulled, outside the agreement, or given by the file. */
  excluded: ExclusionReason | null;
  /** Not sent to the payer in time to be its own: never assessed, outside, rightly rejected. Counted for the region only. */
  outOfSight: boolean;
}
