/** When the event of a message happened, and when its sender registered it. */
import { type Instant, localDateOf } from '../../domain/calendar.js';
import { valueAt } from './message.js';
import { inField, type Reading, segment, type Where, wrong } from './reading.js';
import { type Hl7Time, readHl7Time } from './timestamp.js';

type Candidate = readonly [segment: string, field: number];
type Told = Hl7Time & { where: Where };

const PLANNED: readonly Candidate[] = [
  ['EVN', 6],
  ['EVN', 2],
  ['MSH', 7],
];

/** EVN-2, else MSH-7. A date without a time of day says too little to bring messages in order. */
export function registeredAt(reading: Reading): Instant | undefined {
  return moment(reading, [
    ['EVN', 2],
    ['MSH', 7],
  ]);
}

/**
 * EVN-6, else EVN-2, else MSH-7; of an admission PV1-44 before them, of a discharge PV1-45. Where a cancellation repeats the time of what
 * it cancels in EVN-6, as the standard has it, the cancelling happened when it was registered.
 */
export function occurredAt(reading: Reading): Instant | undefined {
  switch (reading.message.trigger) {
    case 'A01':
      return moment(reading, [['PV1', 44], ...PLANNED]);
    case 'A03':
      return moment(reading, [['PV1', 45], ...PLANNED]);
    case 'A11':
      return sameTime(reading, ['PV1', 44], ['EVN', 6]) ? registeredAt(reading) : moment(reading, PLANNED);
    case 'A13':
      return sameTime(reading, ['PV1', 45], ['EVN', 6]) ? registeredAt(reading) : moment(reading, PLANNED);
    default:
      return moment(reading, PLANNED);
  }
}

/** A time of day that stands there; undefined where there is none, or a date only. */
export function optionalTime(reading: Reading, candidate: Candidate): Instant | undefined {
  const told = toldAt(reading, candidate);
  return told === undefined || isDateOnly(told) ? undefined : told.at;
}

/** The first of these that is told. Where it is a date only, the next ones may tell the time of that day. */
function moment(reading: Reading, candidates: readonly Candidate[]): Instant | undefined {
  const before = reading.errors.length;
  const told = candidates.map((candidate) => toldAt(reading, candidate)).filter((one) => one !== undefined);
  if (reading.errors.length > before) return undefined;
  const [first] = told;
  const [segmentName, field] = candidates[0] as Candidate;
  if (first === undefined) return wrong(reading, inField(segmentName, field), '101', 'the time of the event is missing');
  const day = localDateOf(first.at);
  const precise = told.find((one) => !isDateOnly(one) && (one === first || (first.precision === 'day' && localDateOf(one.at) === day)));
  return precise?.at ?? wrong(reading, first.where, '102', 'a date without a time of day, and no other field tells it');
}

function toldAt(reading: Reading, [name, field]: Candidate): Told | undefined {
  const found = segment(reading, name);
  const text = valueAt(reading.message, found, field);
  if (found === undefined || text === undefined || text === null) return undefined;
  const where = inField(found, field);
  const time = readHl7Time(text);
  return time === undefined ? wrong(reading, where, '102', 'not a time: YYYYMMDDHHMM[SS][+/-ZZZZ]') : { ...time, where };
}

const isDateOnly = ({ precision }: Hl7Time): boolean => precision === 'year' || precision === 'month' || precision === 'day';

function sameTime(reading: Reading, a: Candidate, b: Candidate): boolean {
  const [first, second] = [a, b].map(([name, field]) => readHl7Time(valueAt(reading.message, segment(reading, name), field) ?? '')?.at);
  return first !== undefined && first === second;
}
