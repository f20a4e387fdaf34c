/** Notices to one unit, into its inbox. Each arrives once, however often it is sent. */
import type { UnitRef } from '../src/domain/ids.js';
import type { Notice } from '../src/domain/stay/state.js';
import type { Ledger } from '../src/ledger/ledger.js';
import { withFailures } from './failures.js';
import type { ActivityDeps } from './index.js';

export interface NotifyRequest {
  stayId: string;
  region: string;
  to: UnitRef;
  notices: Notice[];
}

/** Answers how many of the notices were new to the unit. */
export function notifyActivity({
  ledger,
  clock,
  log,
}: Pick<ActivityDeps, 'clock' | 'log'> & { ledger: Pick<Ledger, 'notify'> }): (request: NotifyRequest) => Promise<{ delivered: number }> {
  return (request) =>
    withFailures(log, { activity: 'notify', stayId: request.stayId, unit: request.to.unit }, () =>
      ledger.notify({ ...request, at: clock.now() }),
    );
}
