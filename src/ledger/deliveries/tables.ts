/** The tables of what leaves, as Kysely sees them. Their times are real ones, in epoch milliseconds: no receiver follows a simulated clock. */
import type { ColumnType, Generated } from 'kysely';

export interface Attempt {
  /** Real time. */
  at: number;
  /** What the receiver answered or why it could not be reached; null: it took the notice. */
  error: string | null;
}

/** One notice that has not yet reached one channel; gone when it has. */
export interface OutgoingTable {
  number: Generated<number>;
  notice_id: string;
  channel: string;
  unit: string;
  /** `send`: on its way. `tell`: given up, and the stay or the region is still to be told. */
  stage: Generated<'send' | 'tell'>;
  due_at: number;
  queued_at: number;
  first_failed_at: number | null;
  /** How many times the receiver answered, and refused. */
  answered: Generated<number>;
  /** What was put into one mail together, so that it is sent together again. */
  batch: string | null;
}

/** How a receiver is: the one place that knows it, whatever number of notices waits for it. */
export interface EndpointsTable {
  endpoint: string;
  /** Failed tries in a row; 0: healthy. */
  failures: Generated<number>;
  down_since: number | null;
  /** Nothing is sent before. */
  until_at: Generated<number>;
  /** It said 410: nothing is sent until an operator says so. */
  disabled_at: number | null;
  last_success_at: number | null;
  last_failure_at: number | null;
  last_error: string | null;
  /** Digest of where it was when it was last tried: another address begins anew. */
  address: string | null;
  taken_at: Generated<number>;
  leased_until: Generated<number>;
  holder: string | null;
}

export interface DeliveriesTable {
  id: Generated<number>;
  notice_id: string;
  channel: string;
  status: 'sent' | 'delivered' | 'acknowledged' | 'failed';
  /** Domain time. */
  at: number;
  attempts: Generated<number>;
  error: string | null;
  history: ColumnType<Attempt[], string | undefined, string>;
}

export interface OutgoingTables {
  outgoing: OutgoingTable;
  endpoints: EndpointsTable;
  deliveries: DeliveriesTable;
}
