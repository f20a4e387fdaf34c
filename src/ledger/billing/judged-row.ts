/** One stay's row: its facts, what they are judged to be, and a digest that changes with either. */
import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { daysOf, standingNotice } from '../../domain/billing/days.js';
import type { Episode } from '../../domain/billing/episode.js';
import { type Judgement, judge } from '../../domain/billing/judge.js';
import { type ObjectionCode, REASON_OF } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { MonthStay } from './billing-ledger.js';
import type { EpisodesTable } from './episodes-table.js';
import type { MonthRules } from './rule-books.js';

export type EpisodeRow = Selectable<EpisodesTable>;

/** What a row says of a stay before anybody judges it. */
export type EpisodeFacts = Pick<
  EpisodeRow,
  'stay_id' | 'region' | 'payer' | 'agreement' | 'discharged_at' | 'month' | 'episode' | 'seq' | 'vardcentral' | 'ward' | 'admitted_at'
>;

/** An upheld objection that takes a stay out of its payer's base. */
export interface Override {
  objectionId: string;
  code: ObjectionCode;
}

/**
 * The row, judged when there are rules and the patient is discharged into the payer's sight. `asOf`: what is not due by then counts as met.
 * Its change number is left for the database.
 */
export function judgedRow(
  facts: EpisodeFacts,
  by: { rules: MonthRules | undefined; asOf: Instant; override?: Override | undefined },
): EpisodeRow {
  const { episode, payer } = facts;
  const { outOfSight } = episode;
  const agreement = facts.month === null || outOfSight ? undefined : by.rules?.paidUnder(payer);
  const override = by.override;
  const judged = override === undefined ? episode : { ...episode, excluded: episode.excluded ?? REASON_OF[override.code] };
  const judgement = agreement === undefined ? null : judge(judged, agreement, by.asOf);
  const agreementPaid = agreement?.id ?? null;
  const objectionId = override?.objectionId ?? null;
  return {
    ...facts,
    change_no: 0,
    agreement_paid: agreementPaid,
    rules_version: facts.month === null ? '' : (by.rules?.version ?? ''),
    outcome: judgement?.outcome ?? null,
    reason: judgement?.reason ?? null,
    average_days: judgement?.averageDays ?? null,
    individual_days: judgement?.individual?.days ?? null,
    billable_days: judgement?.individual?.billableDays ?? null,
    billable_by_year: judgement?.individual?.byYear ?? null,
    vantar: judgement?.vantar ?? false,
    revisit_at: judgement?.revisitAt ?? null,
    out_of_sight: outOfSight,
    ready_at: readySince(episode),
    objection_id: objectionId,
    digest: digestOfRow({ episode, judgement, payer, objectionId, agreementPaid }),
    ready_days: daysOf(episode),
  };
}

/** The digest that a row must have, from its own columns. */
export function digestOf(row: EpisodeRow): string {
  const { episode, payer, objection_id: objectionId, agreement_paid: agreementPaid } = row;
  return digestOfRow({ episode, judgement: judgementOf(row), payer, objectionId, agreementPaid });
}

/** Whether the facts are others: what an objection's `rattad` asks. */
export function factsDigest(episode: Episode): string {
  return createHash('sha256').update(canonical(episode)).digest('base64url');
}

function digestOfRow(content: {
  episode: Episode;
  judgement: Judgement | null;
  payer: string | null;
  objectionId: string | null;
  agreementPaid: string | null;
}): string {
  const { episode, judgement, payer, objectionId, agreementPaid } = content;
  return createHash('sha256')
    .update(canonical([episode, judgement, payer, objectionId, agreementPaid]))
    .digest('base64url');
}

/** Null for a row that is not judged. */
export function judgementOf(row: EpisodeRow): Judgement | null {
  if (row.outcome === null) return null;
  return {
    outcome: row.outcome,
    reason: row.reason,
    averageDays: row.average_days,
    individual:
      row.individual_days === null || row.billable_days === null || row.billable_by_year === null
        ? null
        : { days: row.individual_days, billableDays: row.billable_days, byYear: row.billable_by_year },
    vantar: row.vantar,
    revisitAt: row.revisit_at,
  };
}

/** A judged row as it is shown. */
export function monthStayOf(row: EpisodeRow): MonthStay {
  const judgement = judgementOf(row);
  if (judgement === null || row.agreement_paid === null) throw new Error(`stay ${row.stay_id} is not judged`);
  return {
    stayId: row.stay_id,
    payer: row.payer,
    agreement: row.agreement_paid,
    seq: row.seq,
    episode: row.episode,
    judgement,
    objectionId: row.objection_id,
  };
}

/** Start of the notice that stands, while the patient is still there and somebody answers for it. */
function readySince(episode: Episode): Instant | null {
  if (episode.dischargedAt !== null || episode.excluded !== null || episode.outOfSight) return null;
  const notice = standingNotice(episode);
  return notice === undefined || notice.until !== null ? null : notice.from;
}
