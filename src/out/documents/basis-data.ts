/** Everything that one kommun's basis of one month shows: the same for PDF, XLSX and CSV. Plain data, without identity. */
import type { Agreement, Vardpriser } from '../../domain/agreement.js';
import type { CyclePlan } from '../../domain/billing/cycle.js';
import type { Episode, ExclusionReason } from '../../domain/billing/episode.js';
import type { Judgement, Outcome } from '../../domain/billing/judge.js';
import { type KommunSum, kommunSum, stayOutcome, tallyOf } from '../../domain/billing/kommun-month.js';
import { isContested, type Objection, type ObjectionState, objectionState } from '../../domain/billing/objections.js';
import type { StayProof } from '../../domain/billing/proof.js';
import type { Instant } from '../../domain/calendar.js';
import type { Ore } from '../../domain/money.js';
import type { Invoice, MonthState } from '../../ledger/billing/billing-ledger.js';

/** Whom the kommun asks about its basis. */
export interface Contact {
  name: string;
  phone?: string | undefined;
  email?: string | undefined;
}

/** What the basis is made of: as gathered from the ledger, or by a test. */
export interface BasisSources {
  region: { id: string; name: string; contact: Contact | null };
  kommun: { code: string; name: string };
  month: string;
  state: MonthState;
  /** When the document was made: the invoice's date, the freeze, or the moment for a basis that is not frozen. */
  madeAt: Instant;
  frozenAt: Instant | null;
  hash: string | null;
  /** The agreement or law that this kommun pays under. */
  agreement: Agreement;
  vardpriser: Vardpriser;
  /** How the month is gone about, and who has the last word: the region's own agreement, whatever the kommun pays under. */
  process: Pick<Agreement, 'cycle' | 'tolkningsinstans'>;
  plan: CyclePlan;
  /** Until when most of the stays can be objected to; null while nothing has been sent. */
  objectUntil: Instant | null;
  /** The kommun's figures as the ledger has them. */
  sum: KommunSum;
  stays: StaySource[];
  objections: Objection[];
  /** The invoice or note that this basis belongs to; null for a zero basis and before the freeze. */
  invoice: Invoice | null;
  /** Those issued before it, oldest first. */
  earlier: Invoice[];
  /** HSA-id or code → name. */
  unitNames: Record<string, string>;
}

export interface StaySource {
  episode: Episode;
  judgement: Judgement;
  proof: StayProof;
}

export interface BasisStay {
  stayId: string;
  outcome: Outcome;
  reason: ExclusionReason | null;
  /** Whole days as the rule counts them; null where none are counted. */
  days: number | null;
  /** Days billed by themselves; null in the average. */
  billableDays: number | null;
  amountOre: Ore | null;
  /** The call is still to come: counted for now. */
  vantar: boolean;
  objections: { objection: Objection; state: ObjectionState }[];
  /** Held back as disputed. */
  contested: boolean;
  /** Changed since the invoice before. */
  changed: boolean;
  episode: Episode;
  proof: StayProof;
}

export interface BasisData extends Omit<BasisSources, 'stays'> {
  stays: BasisStay[];
  /** What was held back: the month with every stay, and without the disputed ones; null when nothing is disputed. */
  disputed: { stays: string[]; withOre: Ore | null; withoutOre: Ore | null } | null;
  /** The stays no longer add up to the figures: something changed after the invoice was issued, and a note will follow. */
  changedAfterwards: boolean;
}

/** The basis, its stays in order: those billed by themselves, those in the average by days, those without days, those left out. */
export function basisDataOf(sources: BasisSources): BasisData {
  const { month, vardpriser, agreement, invoice, objections } = sources;
  const by = { month, vardpriser };
  const contested = new Set(invoice?.contested ?? contestedNow(sources));
  const changed = new Set(invoice?.changed ?? []);
  const stays = sources.stays.map(({ episode, judgement, proof }): BasisStay => {
    const { stayId } = episode;
    const { individual } = stayOutcome(stayId, sources.kommun.code, judgement, agreement, by);
    return {
      stayId,
      outcome: judgement.outcome,
      reason: judgement.reason,
      days: individual?.days ?? judgement.averageDays,
      billableDays: individual?.billableDays ?? null,
      amountOre: individual?.amountOre ?? null,
      vantar: judgement.vantar,
      objections: objections
        .filter((objection) => objection.stayId === stayId)
        .map((objection) => ({ objection, state: objectionState(objection) })),
      contested: contested.has(stayId),
      changed: changed.has(stayId),
      episode,
      proof,
    };
  });
  const sumOf = (some: readonly StaySource[]) =>
    kommunSum(
      tallyOf(
        sources.kommun.code,
        some.map((stay) => stay.judgement),
      ),
      agreement,
      by,
    ).amountOre;
  const withOre = sumOf(sources.stays);
  const withoutOre = sumOf(sources.stays.filter((stay) => !contested.has(stay.episode.stayId)));
  const expected = invoice?.totalOre ?? sources.sum.amountOre;
  return {
    ...sources,
    stays: stays.sort(inOrder),
    disputed: contested.size === 0 ? null : { stays: [...contested].sort(), withOre, withoutOre },
    changedAfterwards: sources.frozenAt !== null && expected !== withOre && expected !== withoutOre,
  };
}

/** Whether nothing is to be paid: a zero basis. */
export const isZero = ({ sum, invoice }: Pick<BasisData, 'sum' | 'invoice'>): boolean => invoice === null && sum.amountOre === 0;

/** The stay costs the kommun something: it is shown with its whole chain of evidence. */
export function costs(stay: BasisStay, sum: KommunSum): boolean {
  if (stay.billableDays !== null) return true;
  return (stay.days ?? 0) > 0 && stay.outcome === 'snitt' && sum.averageAmountOre !== 0;
}

function contestedNow({ objections, process, madeAt, frozenAt }: BasisSources): string[] {
  return objections.filter((objection) => isContested(objection, process.cycle, madeAt, frozenAt)).map(({ stayId }) => stayId);
}

const PLACE: Record<Outcome, number> = { individuell: 0, snitt: 1, fri: 2, utesluten: 3 };

function inOrder(a: BasisStay, b: BasisStay): number {
  return PLACE[a.outcome] - PLACE[b.outcome] || (b.days ?? 0) - (a.days ?? 0) || (a.stayId < b.stayId ? -1 : a.stayId > b.stayId ? 1 : 0);
}
