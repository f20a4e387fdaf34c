/** One stay for its page: in a month as judged, or still at the hospital; its proof, and what its units are called. */
import type { Agreement } from '../../domain/agreement.js';
import type { Episode } from '../../domain/billing/episode.js';
import { EVERYTHING_DUE } from '../../domain/billing/preconditions.js';
import type { StayProof } from '../../domain/billing/proof.js';
import { type Instant, localMonthOf } from '../../domain/calendar.js';
import { episodeOf } from '../../domain/stay/episode.js';
import { factsOf } from '../../domain/stay/facts.js';
import { proofOf } from '../../domain/stay/proof.js';
import type { Stay } from '../../domain/stay/state.js';
import type { MonthStay, MonthSums, PayerRef } from '../../ledger/billing/billing-ledger.js';
import type { StoredStay } from '../../ledger/read-stay.js';
import type { BoardDeps } from './deps.js';

export interface ShownStay {
  /** Null while the patient is not discharged. */
  row: MonthStay | null;
  /** Null when nothing is recorded of what was done. */
  proof: StayProof | null;
  /** HSA-id → name. */
  unitNames: Record<string, string>;
}

/** Undefined when the stay is none of the kommun's in that month. */
export async function readStay(
  { ledger }: Pick<BoardDeps, 'ledger'>,
  ref: PayerRef & { stayId: string },
  sums: MonthSums,
  agreement: Agreement,
  as: 'frozen' | 'current',
  now: Instant,
): Promise<ShownStay | undefined> {
  const { region, month, payer, stayId } = ref;
  const row = await ledger.monthStay({ region, month, stayId, as }, now);
  if (row === undefined) return readPresent({ ledger }, ref, agreement, now);
  if (row.payer !== payer) return undefined;
  const stored = await ledger.readStayAt(stayId, row.seq);
  const { episode, judgement } = row;
  const asOf = sums.frozenAt === null ? now : EVERYTHING_DUE;
  return shown(row, stored, stored && proofOf(stored.stay, stored.rules, { payer, episode, judgement, agreement, asOf }));
}

/** A patient who is still there belongs to the running month. */
async function readPresent(
  { ledger }: Pick<BoardDeps, 'ledger'>,
  { region, month, payer, stayId }: PayerRef & { stayId: string },
  agreement: Agreement,
  now: Instant,
): Promise<ShownStay | undefined> {
  if (month !== localMonthOf(now)) return undefined;
  const stored = await ledger.readStay(stayId);
  if (stored === undefined || stored.region !== region) return undefined;
  const episode: Episode = episodeOf(stored.stay, stored.rules);
  if (episode.payer !== payer || episode.outOfSight || episode.dischargedAt !== null) return undefined;
  return shown(null, stored, proofOf(stored.stay, stored.rules, { payer, episode, judgement: null, agreement, asOf: now }));
}

const shown = (row: MonthStay | null, stored: StoredStay | undefined, proof: StayProof | undefined): ShownStay => ({
  row,
  proof: proof ?? null,
  unitNames: stored === undefined ? {} : namesIn(stored.stay),
});

/** The names of the wards and the vårdcentral that the stay has had. */
function namesIn(stay: Stay): Record<string, string> {
  const { wards, vardcentral } = factsOf(stay);
  const units = [stay.admission.ward, stay.admission.vardcentral, ...wards.map(({ ward }) => ward), vardcentral];
  return Object.fromEntries(units.map(({ hsaId, name }) => [hsaId, name]));
}
