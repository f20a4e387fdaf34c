/** Facts of a stay into the ledger. Run again, it changes nothing. */
import type { Ledger } from '../src/ledger/ledger.js';
import type { RecordBatch, Recorded } from '../src/ledger/record.js';
import { withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';

/** Fails for good on a gap, on another event under a number that is taken, and on data that no database can keep. */
export function recordActivity({
  ledger,
  log,
}: Pick<ActivityDeps, 'log'> & { ledger: Pick<Ledger, 'record'> }): (batch: RecordBatch) => Promise<Recorded> {
  return (batch) => withFailures(log, { activity: 'record', stayId: batch.stayId }, () => ledger.record(batch));
}
