/** The tables of a month's billing as Kysely sees them. */
import type { Objection, ObjectionCode, ObjectionState, Verdict } from '../../domain/billing/objections.js';
import type { Actor } from '../../domain/ids.js';
import type { SealedJson } from '../identity.js';
import type { JsonbOf } from '../jsonb.js';
import type { DocumentKind, InvoiceKind, KommunState } from './billing-ledger.js';
import type { EpisodesTable } from './episodes-table.js';

/** A month from its first sending on. The last five are null until it is frozen. */
export interface MonthsTable {
  region: string;
  month: string;
  state: 'preliminar' | 'last' | 'fakturerad';
  preliminary_at: number;
  /** Rows with a lower change number are as they were frozen. */
  cut: number | null;
  rule_book: string | null;
  /** The frozen figures, as text, so that the same bytes come out each time. */
  result: string | null;
  /** SHA-256 of `result`. */
  hash: string | null;
  frozen_at: number | null;
}

/** What frozen months are reckoned by, under the SHA-256 of its text. */
export interface RuleBooksTable {
  hash: string;
  json: string;
}

/** That a stay came into a sent month, left it or changed in it, as its payer sees it. */
export interface MonthChangesTable {
  region: string;
  month: string;
  payer: string;
  stay_id: string;
  change_no: number;
  at: number;
}

/** The basis as it was sent out: with every change up to `upto`. */
export interface BasisSendingsTable {
  region: string;
  month: string;
  no: number;
  upto: number;
  at: number;
  object_until: number;
}

export interface SentBasesTable {
  region: string;
  month: string;
  no: number;
  payer: string;
  changed: number;
  sum: string;
}

export interface ObjectionsTable {
  objection_id: string;
  region: string;
  month: string;
  payer: string;
  stay_id: string;
  code: ObjectionCode;
  /** What people wrote, here and in what follows, is taken out; see identity.ts. */
  text: JsonbOf<string>;
  at: number;
  by: JsonbOf<Actor>;
  in_time: boolean;
  answer_due_at: number;
  /** Digest of the stay's episode when the objection was made. */
  facts_digest: string;
  answer: JsonbOf<NonNullable<Objection['answer']>> | null;
  dispute: JsonbOf<NonNullable<Objection['dispute']>> | null;
  decision: JsonbOf<Verdict> | null;
  state: ObjectionState;
  change_no: number;
}

export interface InvoicesTable {
  region: string;
  month: string;
  payer: string;
  n: number;
  number: string;
  kind: InvoiceKind;
  amount_ore: number;
  total_ore: number;
  refers_to: string | null;
  issued_at: number;
  due_date: string;
  sum: string;
  contested: JsonbOf<string[]>;
  changed: JsonbOf<string[]>;
  /** Changes up to this number are in it. */
  upto: number;
}

export interface KommunStatesTable {
  region: string;
  month: string;
  payer: string;
  /** Why it is held back is somebody's words: sealed. */
  held: JsonbOf<Omit<NonNullable<KommunState['held']>, 'text'> & { text: SealedJson }> | null;
  approved: JsonbOf<NonNullable<KommunState['approved']>> | null;
  settled_upto: number;
}

export interface DocumentsTable {
  region: string;
  month: string;
  payer: string;
  n: number;
  kind: DocumentKind;
  bytes: Buffer;
  sha256: string;
  at: number;
}

export interface BillingTables {
  episodes: EpisodesTable;
  frozen_episodes: EpisodesTable;
  months: MonthsTable;
  rule_books: RuleBooksTable;
  month_changes: MonthChangesTable;
  basis_sendings: BasisSendingsTable;
  sent_bases: SentBasesTable;
  objections: ObjectionsTable;
  invoices: InvoicesTable;
  kommun_states: KommunStatesTable;
  documents: DocumentsTable;
}
