/** What became of one try, whatever the channel. */
import type { OutgoingNotice } from '../../ledger/deliveries/delivery-ledger.js';
import type { Endpoint } from './routing.js';

export type Sent =
  | { outcome: 'delivered' }
  /** `answered`: the receiver itself refused it; otherwise it could not be reached. `notBeforeMs`: it asked for that much peace. */
  | { outcome: 'retry'; reason: string; answered: boolean; notBeforeMs?: number | undefined }
  /** These notices will never be taken; the receiver is well. */
  | { outcome: 'refused'; reason: string }
  /** The receiver wants nothing more. */
  | { outcome: 'gone'; reason: string };

/** Sends to one kind of receiver. Never throws, and answers within a bounded time. */
export interface Sender {
  send(endpoint: Endpoint, notices: readonly OutgoingNotice[], timeoutMs: number): Promise<Sent>;
}

/** Reasons are read by operators and kept: short, without addresses, and nothing that a receiver has written. */
export const REASON_MAX = 160;
