/** A40: two identities were the same patient, and one of them stays. */
import type { Instant } from '../../domain/calendar.js';
import { type Identity, identityOf, priorIdentity } from './identity.js';
import type { Segment } from './message.js';
import { inField, type Reading, wrong } from './reading.js';

export interface Merge {
  source: string;
  messageId: string;
  region: string;
  occurredAt: Instant;
  registeredAt: Instant;
  /** PV1-19, when it is given: the merge is then told to this stay only. */
  stayId?: string;
  /** One for each pair of PID and MRG: whoever was `prior` is now `patient`. Neither is empty. */
  merged: { prior: Identity; patient: Identity }[];
}

/** PID-3 is who stays, MRG-1 who is gone; both must be of a kind that the mapping lists. */
export function mergeOf(
  reading: Reading,
  { registered, occurred, stayId }: { registered: Instant; occurred: Instant; stayId: string | undefined },
): Merge | undefined {
  const { message, sender } = reading;
  const pairs = pairsOf(message.segments);
  if (pairs.length === 0) return wrong(reading, inField('MRG', 1), '101', 'who the patient was before is missing');
  const merged = pairs.map(({ pid, mrg }) => {
    const patient = known(reading, () => identityOf(reading, registered, pid), pid, 3);
    return { prior: known(reading, () => priorIdentity(reading, registered, mrg), mrg, 1), patient };
  });
  return {
    source: sender.name,
    messageId: message.controlId,
    region: sender.region,
    occurredAt: occurred,
    registeredAt: registered,
    ...(stayId === undefined ? {} : { stayId }),
    merged,
  };
}

function known(reading: Reading, read: () => Identity, where: Segment | undefined, field: number): Identity {
  const before = reading.errors.length;
  const identity = read();
  if (Object.keys(identity).length === 0 && reading.errors.length === before)
    wrong(reading, inField(where ?? 'PID', field), '101', 'no identifier of a kind that the mapping lists');
  return identity;
}

/** Each MRG with the PID before it. */
function pairsOf(segments: readonly Segment[]): { pid: Segment | undefined; mrg: Segment }[] {
  return segments.flatMap((mrg, index) =>
    mrg.name === 'MRG' ? [{ pid: segments.slice(0, index).findLast(({ name }) => name === 'PID'), mrg }] : [],
  );
}
