/** What the board is given: the ledger's own numbers, the ones who carry the kommuner's invoices, and the clock. */
import type { Agreements } from '../../agreements/load.js';
import type { BillingLedger } from '../../ledger/billing/billing-ledger.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { AccessLog } from '../access/access-log.js';
import type { InvoiceGateway } from '../billing-gateway.js';
import type { DoorClock } from '../submit.js';

/** What of the ledger the board reads; it writes nothing. */
export type BoardLedger = Pick<
  BillingLedger,
  | 'monthSums'
  | 'currentSums'
  | 'monthStays'
  | 'monthStay'
  | 'readyStays'
  | 'listMonths'
  | 'readStayAt'
  | 'sentBases'
  | 'objections'
  | 'kommunState'
  | 'invoices'
  | 'documents'
> &
  // A patient who is still there is in no month.
  Pick<Ledger, 'readStay'>;

export interface BoardDeps {
  /** Where it is noted who looks at which stays; absent when nobody is asked who they are. */
  accesses?: AccessLog | undefined;
  ledger: BoardLedger;
  invoices: InvoiceGateway;
  agreements: Pick<Agreements, 'agreements' | 'parties' | 'vardprisKallor'>;
  clock: Pick<DoorClock, 'now' | 'scale'>;
}
