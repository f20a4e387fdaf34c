/** Somebody is told of every notice that was given up: its stay, or the region when the stay's workflow has ended or there is none. */

import { partyName } from '../../domain/stay/words.js';
import type { DeliveryLedger, UntoldFailure } from '../../ledger/deliveries/delivery-ledger.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { DispatchLog } from './session.js';

/** The stays, as far as deliveries are about them. */
export interface StayDeliveries {
  /** Tells a running stay that a delivery has failed, once however often it is told. `ended`: nobody is there to hear it. */
  deliveryFailed(failure: UntoldFailure & { stayId: string }): Promise<'told' | 'ended'>;
}

export interface TellDeps {
  ledger: DeliveryLedger & Pick<Ledger, 'notify'>;
  stays: StayDeliveries;
  clock: { now(): number };
  realNow(): number;
  log: DispatchLog;
}

const AT_ONCE = 50;
const LATER_MS = 30_000;

/** Tells what is to be told; what cannot be told now is told later. Answers how many failures were told of. */
export async function tellFailures(deps: TellDeps): Promise<number> {
  const { ledger, log } = deps;
  let told = 0;
  for (const failure of await ledger.untoldFailures({ realNow: deps.realNow(), limit: AT_ONCE })) {
    const { noticeId, channel, reason } = failure;
    try {
      await tell(deps, failure);
      await ledger.failureTold(failure);
      log.error({ noticeId, channel, reason }, 'a notice could not be delivered');
      told++;
    } catch (error) {
      log.warn({ noticeId, channel, err: error }, 'nobody could be told of a failed delivery; told later');
      await ledger.tellFailureLater({ noticeId, channel, dueAt: deps.realNow() + LATER_MS });
    }
  }
  return told;
}

async function tell({ ledger, stays, clock, realNow }: TellDeps, failure: UntoldFailure): Promise<void> {
  const { stayId, noticeId, channel, to, region } = failure;
  if (stayId !== null) {
    if ((await stays.deliveryFailed({ ...failure, stayId })) === 'told') return;
    // It ended after it had been told: then it has told the region itself.
    if (await ledger.knowsFailure({ stayId, noticeId, channel })) return;
  }
  // That the region itself cannot be reached is in the error log, on its deliveries and in its inbox: no notice about a notice.
  if (to.party === 'region') return;
  const at = clock.now();
  const text = `Ett meddelande kunde inte levereras till ${partyName(to)} (${channel.split(':')[0]}).`;
  const reference = failure.reference ?? undefined;
  await ledger.notify({
    stayId,
    region,
    to: { party: 'region', unit: region },
    at,
    realNow: realNow(),
    notices: [{ noticeId: `${noticeId}~leverans-misslyckad~${channel}`, type: 'leverans-misslyckad', occurredAt: at, text, reference }],
  });
}
