/** A stay as its payer is billed for it, one row per stay: its facts, and since its discharge what it was judged to be. */
import type { Episode, ExclusionReason } from '../../domain/billing/episode.js';
import type { Outcome } from '../../domain/billing/judge.js';
import type { JsonbOf } from '../jsonb.js';

/** The same columns in `episodes` and, as they were at the freeze, in `frozen_episodes`. */
export interface EpisodesTable {
  stay_id: string;
  region: string;
  payer: string | null;
  /** The agreement that it was planned under. */
  agreement: string;
  discharged_at: number | null;
  /** Null until the patient is discharged. */
  month: string | null;
  episode: JsonbOf<Episode>;
  /** Number of the stay's event that last changed the row. */
  seq: number;
  /** New whenever what the row says changes. */
  change_no: number;
  /** The agreement or law that it is paid under; null while it is not judged. */
  agreement_paid: string | null;
  /** What judged it; see `judgingVersion`. Empty: nothing has. */
  rules_version: string;
  outcome: Outcome | null;
  reason: ExclusionReason | null;
  average_days: number | null;
  individual_days: number | null;
  billable_days: number | null;
  billable_by_year: JsonbOf<Record<string, number>> | null;
  vantar: boolean;
  revisit_at: number | null;
  out_of_sight: boolean;
  /** Since when the patient is utskrivningsklar; null when not so now. */
  ready_at: number | null;
  /** The upheld objection that took it out of the base. */
  objection_id: string | null;
  /** SHA-256 of the episode, the judgement and what they rest on. */
  digest: string;
  vardcentral: string | null;
  ward: string | null;
  admitted_at: number | null;
  /** Days as utskrivningsklar by the wall clock, whatever became of it. */
  ready_days: number | null;
}

/** All columns, in the order in which they are written. */
export const EPISODE_COLUMNS = {
  stay_id: 'text',
  region: 'text',
  payer: 'text',
  agreement: 'text',
  discharged_at: 'bigint',
  month: 'text',
  episode: 'jsonb',
  seq: 'integer',
  change_no: 'bigint',
  agreement_paid: 'text',
  rules_version: 'text',
  outcome: 'text',
  reason: 'text',
  average_days: 'integer',
  individual_days: 'integer',
  billable_days: 'integer',
  billable_by_year: 'jsonb',
  vantar: 'boolean',
  revisit_at: 'bigint',
  out_of_sight: 'boolean',
  ready_at: 'bigint',
  objection_id: 'text',
  digest: 'text',
  vardcentral: 'text',
  ward: 'text',
  admitted_at: 'bigint',
  ready_days: 'integer',
} as const satisfies Record<keyof EpisodesTable, string>;
