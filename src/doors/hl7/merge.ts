/** A40: two identities were the same patient, and one of them stays. */
import type { Instant } from '../../domain/calendar.js';
import type { Patient } from '../../domain/stay/state.js';
import { priorNumbers } from './identity.js';
import { inField, type Reading, wrong } from './reading.js';
import type { Merge } from './said.js';

export interface MergeTimes {
  registered: Instant;
  occurred: Instant;
  /** PV1-19, when it is given: the merge is then about this stay only. */
  stayId: string | undefined;
}

/** MRG-1 is who the patient was, PID who the patient is; `no-change` where both have the same numbers. */
export function mergeOf(reading: Reading, patient: Patient, { registered, occurred, stayId }: MergeTimes): Merge | 'no-change' | undefined {
  const { message, sender } = reading;
  const [mrg, another] = message.segments.filter(({ name }) => name === 'MRG');
  if (mrg === undefined) return wrong(reading, inField('MRG', 1), '101', 'who the patient was before is missing');
  if (another !== undefined) return wrong(reading, inField(another, 1), '100', 'one merge in each message is read');
  const numbers = priorNumbers(reading, registered, mrg);
  if (numbers.length === 0) return wrong(reading, inField(mrg, 1), '101', 'no identifier of a kind that the mapping lists');
  const prior = numbers.filter((number) => number !== patient.personnummer && number !== patient.reservnummer);
  if (prior.length === 0) return 'no-change';
  return {
    source: sender.name,
    messageId: message.controlId,
    region: sender.region,
    occurredAt: occurred,
    registeredAt: registered,
    ...(stayId === undefined ? {} : { stayId }),
    prior,
    patient,
  };
}
