/** What a line of the log may say: these fields and no others, each in its shape. docs/logs-and-traces.md is made to agree with it by a test. */
import { maskShapes } from './mask.js';

/** `word`: a code, a name or an id. `words`: a list of them. `text`: a sentence of ours; what looks like a personnummer is blotted out of it. */
type Shape = 'word' | 'words' | 'text' | 'number' | 'truth' | 'error';

/** Every field, its shape and what it says. A field that is not here is left out of the line, and named in `dropped`. */
export const LOG_FIELDS = {
  stayId: ['word', 'the stay that it is about'],
  region: ['word', "the region's id"],
  action: ['word', 'the action or admission (`admit`) that was sent'],
  accepted: ['truth', 'whether it was done'],
  code: ['word', 'why not: a code of docs/problems.md, or the code of an error'],
  repeated: ['truth', 'an admission that had come before, the same'],
  door: ['word', 'the way in: `http`, `fhir`, `tavla` or `hl7`'],
  ms: ['number', 'how long it took, in real milliseconds'],
  party: ['word', 'the party of the caller, or of the unit that is told'],
  unit: ['word', 'the unit of the caller, or the unit that is told'],
  requestId: ['word', 'one request: `x-request-id` of the caller, or our own; in the answer too'],
  traceId: ['word', 'the trace, while traces are on'],
  spanId: ['word', 'the span of the trace in which the line was written'],
  method: ['word', 'of HTTP'],
  route: ['word', "the route's template, never the address"],
  status: ['number', 'of HTTP'],
  message: ['word', 'our id of a message of a hospital'],
  messageId: ['word', "the hospital's own id of it (MSH-10)"],
  source: ['word', 'the sender, by its name in the mapping'],
  trigger: ['word', 'the kind of message, such as `A01`'],
  ack: ['word', 'what it was answered: `AA`, `AE`, `AR`'],
  from: ['word', 'the address that a connection came from'],
  problem: ['word', 'what was wrong with a frame'],
  reason: ['text', 'what was wrong, in words of ours'],
  channel: ['word', 'one receiver of notices'],
  noticeId: ['word', 'one notice'],
  noticeIds: ['words', 'several'],
  failures: ['number', 'how many times in a row a receiver has not answered'],
  pauseMs: ['number', 'how long it is left alone'],
  expired: ['number', 'notices that were given up'],
  endpoints: ['number', 'receivers in the routing'],
  purged: ['number', 'rows that were taken out'],
  rows: ['number', 'rows of the ledger that were sealed anew'],
  keyId: ['word', 'the id of a payload key, never the key'],
  month: ['word', 'a month of billing'],
  payer: ['word', 'a kommunkod'],
  part: ['word', 'the part of the service'],
  stays: ['words', 'stays that do not answer'],
  count: ['number', 'how many'],
  activity: ['word', 'the activity of ours'],
  failed: ['number', 'spans that could not be delivered since the last such line'],
  namespace: ['word', "Temporal's"],
  taskQueue: ['word', "Temporal's"],
  workflowType: ['word', "Temporal's"],
  workflowId: ['word', "Temporal's; `stay/{region}/{stayId}` of a stay"],
  runId: ['word', "Temporal's"],
  updateName: ['word', "Temporal's: the action"],
  activityType: ['word', "Temporal's"],
  activityId: ['word', "Temporal's"],
  attempt: ['number', "Temporal's"],
  isLocal: ['truth', 'of an activity'],
  durationMs: ['number', 'of an activity'],
  sdkComponent: ['word', 'which part of the Temporal SDK wrote the line'],
  event: ['word', 'the type of an event of a stay'],
  error: ['word', 'the name of an error, nothing else of it'],
  err: ['error', 'an error: its type, code and where it was thrown; its words only when they are ours'],
  dropped: ['words', 'names of fields that the line was given and may not have'],
} as const satisfies Record<string, readonly [Shape, string]>;

const LONGEST = 300;
const MOST = 100;

const FITS: Record<Shape, (value: unknown) => unknown> = {
  word: (value) => (typeof value === 'string' ? value.slice(0, LONGEST) : typeof value === 'number' ? value : undefined),
  words: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value.slice(0, MOST).map((one: string) => one.slice(0, LONGEST))
      : undefined,
  text: (value) => (typeof value === 'string' ? maskShapes(value.slice(0, LONGEST)) : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  truth: (value) => (typeof value === 'boolean' ? value : undefined),
  // Made into what may be said by its serializer.
  error: (value) => value,
};

/** The fields of a line that it may have; names of the others in `dropped`. Empty values are left out. */
export function allowedFields(given: Record<string, unknown>): Record<string, unknown> {
  const allowed: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    const shape = Object.hasOwn(LOG_FIELDS, name) ? LOG_FIELDS[name as keyof typeof LOG_FIELDS][0] : undefined;
    const fitting = shape === undefined ? undefined : FITS[shape](value);
    if (fitting === undefined) dropped.push(name.slice(0, LONGEST));
    else allowed[name] = fitting;
  }
  return dropped.length === 0 ? allowed : { ...allowed, dropped };
}
