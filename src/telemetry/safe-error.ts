/** What of an error may be written down: what it is and where it was thrown. Its words may quote a row, a message or a person, so they go unless they are ours. */
import { maskShapes } from './mask.js';

export interface SafeError {
  type: string;
  code?: string | number;
  /** Only of the errors that are in `OURS`. */
  message?: string;
  /** Of a failure of Temporal's: its stable type. */
  failure?: string;
  /** Of PostgreSQL: which rule of which table. */
  table?: string;
  constraint?: string;
  /** Of a connection. */
  syscall?: string;
  address?: string;
  port?: number;
  /** The frames of the stack, without the words above them. */
  stack?: string[];
  cause?: SafeError;
}

/** Errors of our own whose words never hold anything of a patient, of a request or of a row. */
const OURS = new Set(['TemporalUnavailable', 'LedgerRefusal', 'AccessesUnavailable', 'UnknownPayloadKey', 'ServiceUnreachable']);

const DEEPEST = 5;
const MOST_FRAMES = 20;
const NAME = /^[\p{L}\d_.:$/ -]{1,120}$/u;

/** The parts of anything thrown that may be logged or put on a span. */
export function safeError(thrown: unknown, depth = 0): SafeError {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const error = thrown as Error & Record<string, unknown>;
  const safe: SafeError = { type: nameOf(error) };
  const { code } = error;
  if (typeof code === 'number' || isName(code)) safe.code = code;
  if (OURS.has(safe.type)) safe.message = maskShapes(error.message);
  const failure = error['type'] ?? error['activityType'];
  if (isName(failure)) safe.failure = failure;
  for (const field of ['table', 'constraint', 'syscall', 'address'] as const) {
    const value = error[field];
    if (isName(value)) safe[field] = value;
  }
  if (typeof error['port'] === 'number') safe.port = error['port'];
  const stack = framesOf(error);
  if (stack.length > 0) safe.stack = stack;
  if (error.cause !== undefined && depth < DEEPEST) safe.cause = safeError(error.cause, depth + 1);
  return safe;
}

/** Its type and code in one word, for a message that must say something. */
export function nameOf(error: Error): string {
  return isName(error.name) ? error.name : 'Error';
}

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** A stack begins with the error's words, which may look like frames: they are cut off, and whatever then is no frame goes too. */
function framesOf({ stack, message, name }: Error): string[] {
  if (typeof stack !== 'string') return [];
  const head = stack.indexOf(message);
  const rest = message !== '' && head >= 0 && head <= name.length + 20 ? stack.slice(head + message.length) : stack.replace(/^[^\n]*/, '');
  return rest
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => line.slice(3));
}

const FRAME = /^at (?:[\w$.<>[\] #]+ \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\|webpack)?[^\s()]*:\d+(?::\d+)?\)?$/;
