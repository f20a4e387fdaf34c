/** What the ledger does for notices that leave: it is the outbox, and knows how every receiver is. */

import type { DeadlineId } from '../../domain/agreement.js';
import type { Instant } from '../../domain/calendar.js';
import type { Party, UnitRef } from '../../domain/ids.js';
import type { Page } from '../page.js';
import type { DeliveryStatus } from '../tables.js';
import type { Attempt } from './tables.js';

/** A receiver in the routing, and a digest of its address. */
export interface KnownEndpoint {
  endpoint: string;
  address: string;
}

/** A receiver that one dispatcher has to itself for a while. */
export interface TakenEndpoint {
  endpoint: string;
  failures: number;
}

/** A notice that waits for a channel. */
export interface OutgoingNotice {
  noticeId: string;
  to: UnitRef;
  type: string;
  /** Null: about a month. */
  stayId: string | null;
  reference: string | null;
  occurredAt: Instant;
  deadline: { id: DeadlineId; dueAt: Instant } | null;
  /** How many times the receiver answered, and refused. */
  answered: number;
  batch: string | null;
}

/** How one try of some notices at one channel went. `realNow` is real time, `at` domain time. */
export interface TriedNotices {
  channel: string;
  noticeIds: readonly string[];
  at: Instant;
  realNow: number;
}

/** A notice that was given up, and of which nobody has been told. */
export interface UntoldFailure {
  noticeId: string;
  channel: string;
  to: UnitRef;
  region: string;
  stayId: string | null;
  reference: string | null;
  reason: string;
}

/** One notice's life by one channel, as people read it. */
export interface DeliveryRow {
  id: number;
  noticeId: string;
  type: string;
  /** Null, as the party: it never reached the ledger as a notice. */
  region: string | null;
  party: Party | null;
  unit: string;
  stayId: string | null;
  channel: string;
  status: DeliveryStatus;
  at: Instant;
  attempts: number;
  error: string | null;
  history: Attempt[];
}

export interface DeliveriesQuery {
  /** Those given up, or those on their way. */
  state: 'failed' | 'waiting';
  region?: string | undefined;
  unit?: string | undefined;
  /** Id of the last one seen. */
  after?: string | undefined;
  limit?: number | undefined;
}

export interface EndpointState {
  endpoint: string;
  state: 'healthy' | 'backing-off' | 'disabled';
  failures: number;
  /** Real times. */
  downSince: number | null;
  retryAt: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  waiting: number;
}

export type Retried = 'queued' | 'no-such-delivery' | 'not-failed' | 'no-way';

export interface DeliveryLedger {
  /** Says which receivers there are; one whose address has changed begins anew. */
  knowEndpoints(endpoints: readonly KnownEndpoint[]): Promise<void>;
  /** Takes a receiver that something waits for and that may be tried now, for this holder alone until the lease ends. */
  takeEndpoint(asked: {
    endpoints: readonly string[];
    holder: string;
    realNow: number;
    leaseMs: number;
  }): Promise<TakenEndpoint | undefined>;
  /** False when another has taken it meanwhile. */
  renewEndpoint(asked: { endpoint: string; holder: string; realNow: number; leaseMs: number }): Promise<boolean>;
  /** Gives it back; nothing is sent to it before `untilAt`. */
  releaseEndpoint(asked: { endpoint: string; holder: string; untilAt?: number | undefined }): Promise<void>;
  /** The receiver took something: it is healthy. */
  endpointAnswered(asked: { endpoint: string; realNow: number }): Promise<void>;
  /** The receiver did not: nothing is sent to it before `untilAt`. */
  endpointFailed(asked: { endpoint: string; realNow: number; untilAt: number; error: string }): Promise<void>;
  /** The receiver wants nothing more, until somebody enables it. */
  disableEndpoint(asked: { endpoint: string; realNow: number; error: string }): Promise<void>;
  /** False when there is no such receiver. */
  enableEndpoint(endpoint: string): Promise<boolean>;
  endpointStates(): Promise<EndpointState[]>;

  /** What may be sent now, in the order in which it was told. With `batch` what belongs to the same mail comes alone. */
  dueNotices(asked: { endpoint: string; realNow: number; limit: number }): Promise<OutgoingNotice[]>;
  /** Puts notices into one mail, for this try and those after it. */
  batchNotices(asked: { channel: string; noticeIds: readonly string[]; batch: string }): Promise<void>;
  /** The receiver has them. */
  noticesDelivered(tried: TriedNotices): Promise<void>;
  /** They are tried again, not before `dueAt`. `answered`: the receiver refused them itself. */
  noticesPostponed(tried: TriedNotices & { error: string; dueAt?: number | undefined; answered: boolean }): Promise<void>;
  /** They are given up; somebody is to be told. */
  noticesFailed(tried: TriedNotices & { error: string }): Promise<void>;
  /** Gives up what has waited since before `before` while its receiver failed. Answers how many. */
  expireNotices(asked: { channel: string; before: number; at: Instant; realNow: number; error: string }): Promise<number>;
  /** Gives up what waits for a receiver that is disabled, or that the routing has not had for a while. Answers how many. */
  abandonNotices(asked: { endpoints: readonly string[]; queuedBefore: number; at: Instant; realNow: number }): Promise<number>;

  /** Failures that somebody is to be told of. */
  untoldFailures(asked: { realNow: number; limit: number }): Promise<UntoldFailure[]>;
  failureTold(failure: { noticeId: string; channel: string }): Promise<void>;
  tellFailureLater(failure: { noticeId: string; channel: string; dueAt: number }): Promise<void>;
  /** Whether the stay itself has the failure among its events. */
  knowsFailure(failure: { stayId: string; noticeId: string; channel: string }): Promise<boolean>;

  /** The latest 500 deliveries of a stay's notices, in order. */
  deliveriesOfStay(stayId: string): Promise<DeliveryRow[]>;
  /** Undefined when the cursor is none of ours. */
  listDeliveries(query: DeliveriesQuery): Promise<Page<DeliveryRow> | undefined>;
  /** One delivery, by its id. */
  findDelivery(id: number): Promise<DeliveryRow | undefined>;
  /** Sends again what was given up: by the same channel, or anew where the routing no longer has it. */
  retryDelivery(asked: { id: number; endpoints: readonly string[]; at: Instant; realNow: number }): Promise<Retried>;
}
