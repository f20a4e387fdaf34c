/** What workflows let the world do for them. Workflows import this as types only. */
import type { Agreements } from '../src/agreements/load.js';
import type { Instant } from '../src/domain/calendar.js';
import type { BillingLedger } from '../src/ledger/billing/billing-ledger.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { billingActivities } from './billing.js';
import { caughtUpActivity } from './caught-up.js';
import { documentActivities } from './documents.js';
import { kommunInvoiceActivities } from './kommun-invoice.js';
import { monthCheckActivities } from './month-checks.js';
import { notifyActivity } from './notify.js';
import { oneAtATime } from './one-at-a-time.js';
import { recordActivity } from './record.js';
import { settledActivity } from './settled.js';
import { tellOver } from './tell.js';

export interface ActivityDeps {
  ledger: Omit<Ledger, keyof BillingLedger> & BillingLedger;
  agreements: Agreements;
  /** DATA_DIR: a month's documents are written below it. */
  dataDir: string;
  /** What `parter.yaml` says is an example may stand on invoices: for trials and training. Default: never. */
  allowExamples?: boolean | undefined;
  /** Domain time. */
  clock: { now(): Instant };
  log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** Everything the activities need is given here; none of them reads the environment. */
export function createActivities(deps: ActivityDeps) {
  const tell = tellOver(deps);
  const { makeDocuments } = documentActivities({ ...deps, allowExamples: deps.allowExamples ?? false });
  return {
    record: recordActivity(deps),
    notify: notifyActivity(deps),
    settled: settledActivity(deps),
    caughtUp: caughtUpActivity(deps),
    ...billingActivities(deps, tell),
    ...kommunInvoiceActivities(deps, tell),
    ...monthCheckActivities(deps, tell),
    makeDocuments: oneAtATime(makeDocuments),
  };
}
