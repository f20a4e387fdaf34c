/** The program's log: pino, JSON, one line a thing that happened; pretty on a terminal. Only known fields, and no identity, whatever it is given. */
import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from '../config.js';
import { contextFields } from './log-context.js';
import { allowedFields } from './log-fields.js';
import { maskNumbers, maskShapes } from './mask.js';
import { nameOf, safeError } from './safe-error.js';

export type Log = Logger;

/** On stderr, so that results can be piped. `file`: where it goes instead. */
export function openLog({ logLevel }: Pick<Config, 'logLevel'>, file?: string): Log {
  if (file !== undefined) return logOn(logLevel, destination({ dest: file, mkdir: true, sync: false }));
  return logOn(logLevel, process.stderr.isTTY ? PinoPretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss' }) : destination(2));
}

/** A log that writes to a stream of one's own. */
export function logOn(level: Config['logLevel'], stream: DestinationStream): Log {
  const log = pino(optionsOf(level), masking(stream));
  // pino gives a child's own fields no formatter; children of children have this too.
  const { child } = log;
  log.child = function guarded(this: Log, fields: Record<string, unknown>, options?: object) {
    return child.call(this, allowedFields(fields), options);
  } as Log['child'];
  return log;
}

function optionsOf(level: Config['logLevel']): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: contextFields,
    // What a line is given itself comes before what it is written on behalf of.
    mixinMergeStrategy: (given, context) => ({ ...context, ...given }),
    formatters: {
      level: (label) => ({ level: label }),
      log: allowedFields,
    },
    serializers: { err: safeError },
    hooks: { logMethod },
  };
}

/** pino takes an error's own words for the line's, and so do frameworks: the error's name stands there instead. */
function logMethod(this: Logger, args: unknown[], write: (this: Logger, ...args: never[]) => void): void {
  const [first, ...rest] = args;
  const given = first instanceof Error ? { err: first } : first;
  const err = typeof given === 'object' && given !== null ? (given as { err?: unknown }).err : undefined;
  const [message] = rest;
  const said = err instanceof Error && (message === undefined || message === err.message) ? nameOf(err) : message;
  const words = typeof said === 'string' ? maskShapes(said) : undefined;
  // What is put into a text by its frame could be anything: the text alone is written.
  const line = typeof given === 'string' ? [maskShapes(given)] : words === undefined ? [given] : [given, words];
  write.apply(this, line as never[]);
}

/** Every line as a whole, since nobody knows by which field a number would come. */
function masking(stream: DestinationStream & { flushSync?: () => void; flush?: (done: () => void) => void; end?: () => void }) {
  return {
    write: (line: string) => stream.write(maskNumbers(line)),
    flush: (done?: () => void) => (stream.flush === undefined ? done?.() : stream.flush(() => done?.())),
    flushSync: () => stream.flushSync?.(),
    end: () => stream.end?.(),
  };
}
