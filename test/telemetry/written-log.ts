/** A log whose lines a test can read. */
import type { Config } from '../../src/config.js';
import { type Log, logOn } from '../../src/telemetry/log.js';

export interface WrittenLog {
  log: Log;
  /** Everything written, as it was written. */
  text(): string;
  lines(): Record<string, unknown>[];
}

export function writtenLog(level: Config['logLevel'] = 'debug'): WrittenLog {
  let written = '';
  const log = logOn(level, {
    write(line: string) {
      written += line;
    },
  });
  return {
    log,
    text: () => written,
    lines: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
