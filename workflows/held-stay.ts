/** The stay that a workflow holds, and what is still to be done because of it. Changed all or nothing; knows nothing of Temporal. */
import type { ProcessRules } from '../src/domain/agreement.js';
import type { Instant } from '../src/domain/calendar.js';
import { elapse, wakesOf } from '../src/domain/stay/elapse.js';
import { evolve } from '../src/domain/stay/evolve.js';
import { noticesOf } from '../src/domain/stay/notices.js';
import { attributesOf, type OwnerAttributes } from '../src/domain/stay/owner.js';
import type { Notice, NumberedEvent, Stay, StayEvent, Wake } from '../src/domain/stay/state.js';
import type { CarriedStay } from './messages.js';

export interface HeldStay {
  stay: Stay;
  /** Events that the ledger has not confirmed, oldest first. */
  records: NumberedEvent[];
  /** Notices that have not been delivered, oldest first. */
  notices: Notice[];
  wakes: Wake[];
  attributes: OwnerAttributes;
}

const derive = (stay: Stay, rules: ProcessRules) => ({ stay, wakes: wakesOf(stay, rules), attributes: attributesOf(stay, rules) });

/** A stay as it came: from the run before, or from the ledger. */
export function held(carried: CarriedStay, rules: ProcessRules): HeldStay {
  return { ...derive(carried.stay, rules), records: carried.records, notices: carried.notices };
}

/** That a delivery failed is told to the region, but not when it was the region that could not be told. */
const worthTelling = (event: StayEvent, notice: Notice): boolean =>
  event.type !== 'delivery-failed' || notice.to.party !== event.unit.party || notice.to.unit !== event.unit.unit;

/**
 * The stay after some events, with their effects waiting. All that the loop will ask of the result is asked here first,
 * so that whatever would throw does it before anything has changed, where the message that caused it can be refused.
 */
export function after(before: HeldStay, events: readonly StayEvent[], rules: ProcessRules, judgedUntil: Instant): HeldStay {
  if (events.length === 0) return before;
  let { stay } = before;
  const records: NumberedEvent[] = [];
  const notices: Notice[] = [];
  for (const event of events) {
    const next = evolve(stay, event);
    records.push({ seq: next.seq, event });
    notices.push(...noticesOf(event, next.seq, stay, next, rules).filter((notice) => worthTelling(event, notice)));
    stay = next;
  }
  elapse(stay, rules, judgedUntil);
  return { ...derive(stay, rules), records: [...before.records, ...records], notices: [...before.notices, ...notices] };
}
