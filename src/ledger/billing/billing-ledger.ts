/** What the ledger does for a month's billing: sums and stays, preliminary, frozen and afterwards; objections; invoices; documents. */
import type { Episode } from '../../domain/billing/episode.js';
import type { Judgement } from '../../domain/billing/judge.js';
import type { KommunSum, RuleBook } from '../../domain/billing/kommun-month.js';
import type { MonthProblem } from '../../domain/billing/month.js';
import type { Objection, ObjectionCode, ObjectionState } from '../../domain/billing/objections.js';
import type { Instant } from '../../domain/calendar.js';
import type { Actor } from '../../domain/ids.js';
import type { Ore } from '../../domain/money.js';
import type { Page } from '../page.js';
import type { StoredStay } from '../read-stay.js';

export interface MonthRef {
  region: string;
  /** `YYYY-MM`, local. */
  month: string;
}

export interface PayerRef extends MonthRef {
  /** Kommunkod. */
  payer: string;
}

export const MONTH_STATES = ['lopande', 'preliminar', 'last', 'fakturerad'] as const;
export type MonthState = (typeof MONTH_STATES)[number];

/** A month by its figures alone: nothing in it grows with the number of stays. */
export interface MonthSums extends MonthRef {
  state: MonthState;
  rules: RuleBook;
  /** In order of kommunkod: the agreement's kommuner, those with nothing to pay too. */
  kommuner: KommunSum[];
  /** Payers of other regions, who pay by the law. */
  others: KommunSum[];
  amountOre: Ore | null;
  /** Discharges registered nowhere, which nobody pays. */
  withoutPayer: number;
  /** Discharges that the kommun knows nothing of. */
  outOfSight: number;
  /** Stays that count for now, their call being still to come. */
  vantar: number;
  /** When the basis was first sent to the kommuner; null while the month runs. */
  preliminaryAt: Instant | null;
  /** Null until it is frozen; then the figures are those that were frozen. */
  frozenAt: Instant | null;
  /** SHA-256 of the frozen month; null until then. */
  hash: string | null;
  /** What keeps it from being frozen. */
  problems: MonthProblem[];
}

/** A stay in a month, as judged; frozen months answer what was frozen. */
export interface MonthStay {
  stayId: string;
  /** Null: registered nowhere. */
  payer: string | null;
  /** Id of the agreement or law that it is paid under. */
  agreement: string;
  /** Number of the stay's last event that this rests on: `readStayAt` gives the stay as it was then. */
  seq: number;
  episode: Episode;
  judgement: Judgement;
  /** The objection that took it out of the base. */
  objectionId: string | null;
}

export interface MonthStaysQuery extends MonthRef {
  payer?: string | undefined;
  /** `current`: as it is now, though the month is frozen. Default `frozen`. */
  as?: 'frozen' | 'current' | undefined;
  /** `cost`: those that bring most days first (no paging); default by stay id, in code point order. */
  order?: 'stayId' | 'cost' | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

/** A stay that is utskrivningsklar now: what a forecast is made of. */
export interface ReadyStay {
  stayId: string;
  payer: string | null;
  ward: string | null;
  vardcentral: string | null;
  readyAt: Instant;
  episode: Episode;
}

/** What was sent to one kommun when the preliminary basis went out, or a changed one. */
export interface SentBasis extends PayerRef {
  /** 1: the first; later ones hold what has changed since. */
  no: number;
  at: Instant;
  /** Until when these stays can be objected to, exclusive. */
  objectUntil: Instant;
  /** How many of the kommun's stays are new or changed. */
  changed: number;
  sum: KommunSum;
}

export interface FrozenKommun extends KommunSum {
  /** SHA-256 over the kommun's stays as judged, in order of id: proof that nothing has been changed. */
  staysHash: string;
}

export interface Frozen extends MonthRef {
  state: 'last' | 'fakturerad';
  agreement: string;
  agreementVersion: string;
  vardprisOre: Ore | null;
  amountOre: Ore | null;
  /** Those of other regions, who pay by the law, come last. */
  kommuner: FrozenKommun[];
  hash: string;
  frozenAt: Instant;
  /** False when it was frozen before. */
  fresh: boolean;
}

export type InvoiceKind = 'faktura' | 'kreditfaktura' | 'debetfaktura';

/** An invoice, or a note for the difference. */
export interface Invoice extends PayerRef {
  /** `jonkoping-2019-03-0680-1`: unique, the same however often it is made. */
  number: string;
  /** 1, 2, … within the kommun's month. */
  n: number;
  kind: InvoiceKind;
  /** What this one charges; negative for a credit note. */
  amountOre: Ore;
  /** What the month comes to with this one. */
  totalOre: Ore;
  /** The first invoice's number; null for the first. */
  refersTo: string | null;
  issuedAt: Instant;
  /** Local date. */
  dueDate: string;
  /** By which figures. */
  sum: KommunSum;
  /** Stays held back as disputed. */
  contested: string[];
  /** What changed since the one before: the stays. Empty for the first. */
  changed: string[];
}

/** Whether a kommun's month may be invoiced, and what its economist at the region has said. */
export interface KommunState extends PayerRef {
  held: { text: string; at: Instant; by: Actor } | null;
  approved: { at: Instant; by: Actor } | null;
}

/** How a kommun's month stands after all that could be done now has been done. */
export interface Settlement extends PayerRef {
  frozenAt: Instant | null;
  /** What the month comes to now, disputed stays at the lower amount; null until it is frozen. */
  owedOre: Ore | null;
  issuedOre: Ore;
  /** Every invoice and note so far, oldest first. */
  invoices: Invoice[];
  /** Objections that nobody answered in time, taken as accepted now. */
  acceptedByDefault: string[];
  objections: Objection[];
  /** Why a difference has not been invoiced. */
  waitsFor: 'release' | 'approval' | null;
  /** When time alone changes something next: an answer falls due, a rejection can no longer be disputed. */
  nextAt: Instant | null;
}

export interface ObjectionQuery {
  region: string;
  month?: string | undefined;
  payer?: string | undefined;
  stayId?: string | undefined;
  state?: ObjectionState | undefined;
  limit?: number | undefined;
}

/** Why an objection, an answer or a decision was not taken. Each is a code of the API. */
export const OBJECTION_REFUSALS = [
  'okand-invandning',
  'vardtillfallet-ej-i-underlaget',
  'manaden-inte-sand',
  'redan-besvarad',
  'inte-avvisad',
  'redan-avgjord',
  'ingen-tolkningsinstans',
  'inte-rattad',
  'invandning-finns',
  'gallrad',
  'id-anvant',
] as const;
export type ObjectionRefusal = (typeof OBJECTION_REFUSALS)[number];
export type ObjectionAnswer = { ok: true; objection: Objection } | { ok: false; code: ObjectionRefusal; need: string };

export const DOCUMENT_KINDS = ['underlag.pdf', 'underlag.xlsx', 'underlag.csv', 'faktura.xml'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface DocumentRef extends PayerRef {
  /** 0: the zero basis of a month without an invoice; else the invoice's or note's own number within the month. */
  n: number;
  kind: DocumentKind;
}
export interface DocumentNote extends DocumentRef {
  sha256: string;
  size: number;
  at: Instant;
}

/** A kommun's month in which something has changed since it was frozen, not yet settled. */
export interface ChangedMonth extends PayerRef {
  stays: string[];
}

/** @source domain.md §5, The month's cycle */
export interface BillingLedger {
  /** A month's figures, running or frozen; undefined when neither an agreement nor the law holds in it. `now`: what is due by then. */
  monthSums(ref: MonthRef, now: Instant): Promise<MonthSums | undefined>;
  /** A frozen month's figures as the facts are now, under the frozen rules; for a month that is not frozen the same as `monthSums`. */
  currentSums(ref: MonthRef, now: Instant): Promise<MonthSums | undefined>;
  monthStays(query: MonthStaysQuery, now: Instant): Promise<Page<MonthStay>>;
  /** One stay in a month. */
  monthStay(ref: MonthRef & { stayId: string; as?: 'frozen' | 'current' | undefined }, now: Instant): Promise<MonthStay | undefined>;
  /** Those utskrivningsklara now, longest first. */
  readyStays(query: { region: string; payer?: string | undefined; limit?: number | undefined }): Promise<ReadyStay[]>;
  /** The region's months that something was discharged in or that have been sent, newest first, without their figures. */
  listMonths(region: string): Promise<{ month: string; state: MonthState; frozenAt: Instant | null; hash: string | null }[]>;
  /** The stay as it was after its event `seq`, identity left out. */
  readStayAt(stayId: string, seq: number): Promise<StoredStay | undefined>;

  /** Sends the basis: the first time to every kommun, later to those with something new. Repeated with nothing new it answers [] and changes nothing. */
  sendBasis(ref: MonthRef, at: Instant): Promise<SentBasis[]>;
  sentBases(ref: MonthRef & { payer?: string | undefined }): Promise<SentBasis[]>;
  /** Freezes the month, once; again, answers what was frozen. Throws a LedgerRefusal while the month is not over, or has problems. */
  freezeMonth(ref: MonthRef, at: Instant): Promise<Frozen>;
  /** Recomputes the hash of a frozen month from its rows: false when something was tampered with. */
  verifyMonth(ref: MonthRef): Promise<boolean>;
  markInvoiced(ref: MonthRef): Promise<void>;

  addObjection(
    objection: PayerRef & { objectionId: string; stayId: string; code: ObjectionCode; text: string; by: Actor; at: Instant },
  ): Promise<ObjectionAnswer>;
  answerObjection(
    answer: PayerRef & { objectionId: string; accepted: boolean; rattad?: boolean | undefined; text: string; by: Actor; at: Instant },
  ): Promise<ObjectionAnswer>;
  disputeObjection(dispute: PayerRef & { objectionId: string; text: string; by: Actor; at: Instant }): Promise<ObjectionAnswer>;
  decideObjection(
    decision: PayerRef & { objectionId: string; accepted: boolean; text: string; by: Actor; at: Instant },
  ): Promise<ObjectionAnswer>;
  /** Oldest first. */
  objections(query: ObjectionQuery): Promise<Objection[]>;

  /** Holds a kommun's invoice back, or releases it. */
  holdInvoice(hold: PayerRef & { held: boolean; text: string; by: Actor; at: Instant }): Promise<KommunState>;
  approveInvoice(approval: PayerRef & { by: Actor; at: Instant }): Promise<KommunState>;
  kommunState(ref: PayerRef): Promise<KommunState>;
  /**
   * Brings a kommun's month up to date: unanswered objections that are overdue are accepted; once it is frozen, released and approved, what is
   * owed beyond what was invoiced becomes one invoice or note. Repeated it changes nothing.
   */
  settle(ref: PayerRef, at: Instant): Promise<Settlement>;
  invoices(query: MonthRef & { payer?: string | undefined }): Promise<Invoice[]>;
  /** Months of the region that changed after their freeze and are not settled yet. */
  changedMonths(region: string): Promise<ChangedMonth[]>;

  /** Keeps a document's bytes, once: other bytes for the same document are refused. */
  saveDocument(document: DocumentRef & { bytes: Uint8Array; at: Instant }): Promise<DocumentNote>;
  readDocument(ref: DocumentRef): Promise<{ note: DocumentNote; bytes: Uint8Array } | undefined>;
  documents(query: MonthRef & { payer?: string | undefined }): Promise<DocumentNote[]>;
}
