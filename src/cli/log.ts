/** The program's log: pino, JSON; pretty on a terminal. On stderr, so that results can be piped; or into a file. */
import { destination, type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from '../config.js';

export type Log = Logger;

/** `file`: where it goes instead of stderr. */
export function openLog({ logLevel }: Pick<Config, 'logLevel'>, file?: string): Log {
  const options = { level: logLevel, base: null };
  if (file !== undefined) return pino(options, destination({ dest: file, mkdir: true, sync: false }));
  return process.stderr.isTTY
    ? pino(options, PinoPretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss' }))
    : pino(options, destination(2));
}
