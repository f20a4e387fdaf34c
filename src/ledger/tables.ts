/** The ledger's tables as Kysely sees them. Every time is a bigint of epoch milliseconds, read as a number. */
import type { ProcessRules } from '../domain/agreement.js';
import type { Stay, StayEvent } from '../domain/stay/state.js';
import type { AccessTables } from './access/tables.js';
import type { BillingTables } from './billing/tables.js';
import type { DeliveriesTable, OutgoingTables } from './deliveries/tables.js';
import type { ErasureTables } from './erasure/tables.js';
import type { SealedJson } from './identity.js';
import type { JsonbOf } from './jsonb.js';
import type { KeyTables } from './keys/tables.js';
import type { MessageTables } from './messages/tables.js';
import type { ReportTables } from './reports/tables.js';

/** What a case without open deadlines has as its next due time: later than any, so that lists need no nulls. */
export const NEVER = 8_640_000_000_000_000;

/** Who started a stay with what: makes `PUT /v1/stays/{stayId}` idempotent and the stay's id unique in the service. */
export interface AdmissionsTable {
  stay_id: string;
  region: string;
  /** Keyed digest of the admission; see digest.ts. */
  digest: string;
}

/** The stay as folded from its facts; identity taken out. */
export interface StaysTable {
  stay_id: string;
  region: string;
  seq: number;
  /** Null only inside the transaction that begins the stay. */
  state: JsonbOf<Stay> | null;
  rules: JsonbOf<ProcessRules> | null;
  phase: string;
  kommun: string | null;
  placerande_kommun: string | null;
  payer: string | null;
  vardcentral: string | null;
  ward: string | null;
  /** Id, owner and due time of the soonest open deadline. */
  next_deadline: string | null;
  next_owner_party: string | null;
  next_owner_unit: string | null;
  next_due: number;
  admitted_at: number | null;
  discharged_at: number | null;
  ended_at: number | null;
  /** Digest of what stay_units and open_deadlines hold for the stay, so that they are rewritten only when that changes. */
  projected: string;
}

/** What happened, one row per event, append-only. */
export interface FactsTable {
  stay_id: string;
  seq: number;
  region: string;
  event_type: string;
  at: number;
  received_at: number | null;
  event: JsonbOf<StayEvent>;
}

/** Patient identity, and nothing else; the only table that holds it. */
export interface PatientsTable {
  stay_id: string;
  /** Null: no keys were configured, and `sealed` is plain. */
  key_id: string | null;
  sealed: Buffer;
}

/** Whose open case a stay is. */
export interface StayUnitsTable {
  stay_id: string;
  party: string;
  unit: string;
  phase: string;
  next_due: number;
}

export interface OpenDeadlinesTable {
  stay_id: string;
  key: string;
  id: string;
  owner_party: string;
  owner_unit: string;
  started_at: number;
  due_at: number;
  reminder_at: number;
}

/** The last number given out in a unit's inbox. Its row lock makes numbers visible in order. */
export interface InboxesTable {
  unit: string;
  last_number: number;
}

export interface NoticesTable {
  notice_id: string;
  region: string;
  party: string;
  unit: string;
  number: number;
  type: string;
  /** Null: about a month. */
  stay_id: string | null;
  occurred_at: number;
  text: string;
  deadline: JsonbOf<{ id: string; dueAt: number }> | null;
  acknowledged_at: number | null;
  /** What it is about, when that is no stay. */
  reference: string | null;
}

export type DeliveryStatus = DeliveriesTable['status'];

/** Recorded feeds being played; their leases run in real time. */
export interface FeedsTable {
  feed_id: string;
  watermark: number;
  expires_real_at: number;
}

/** Keys that writes were made with; forgotten after a while. */
export interface UsedKeysTable {
  scope: string;
  key: string;
  /** Keyed digest of what was written; see digestOf. */
  digest: string;
  at: number;
  /** Null until the write has been answered. */
  answer: JsonbOf<SealedJson> | null;
}

export interface Tables extends AccessTables, BillingTables, OutgoingTables, ReportTables, MessageTables, KeyTables, ErasureTables {
  admissions: AdmissionsTable;
  stays: StaysTable;
  facts: FactsTable;
  patients: PatientsTable;
  stay_units: StayUnitsTable;
  open_deadlines: OpenDeadlinesTable;
  inboxes: InboxesTable;
  notices: NoticesTable;
  feeds: FeedsTable;
  used_keys: UsedKeysTable;
}
