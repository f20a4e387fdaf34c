/** The service's clock in domain time: real time at scale 1, faster in a demo or training; it goes on where it was after a restart. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type DomainClock, domainTime } from '../workflows/clock.js';
import type { Config } from './config.js';
import type { Instant } from './domain/calendar.js';

export interface Clock extends DomainClock {
  /** Domain time now, in whole milliseconds. */
  now(): Instant;
  /** Real milliseconds that this much domain time takes. */
  toRealMs(domainMs: number): number;
}

const FILE = 'clock.json';
const keptSchema = z.object({ start: z.number(), realStart: z.number(), scale: z.number().positive() });

/**
 * Opens the clock that `DATA_DIR/clock.json` remembers, or starts one: at `CLOCK_START`, or now, running `CLOCK_SCALE` (or once) as fast.
 * Throws in plain words when the environment asks for another clock than the one that stays were started on.
 */
export function openClock(
  { dataDir, production, clock: { scale, start } }: Pick<Config, 'dataDir' | 'production' | 'clock'>,
  realNow: () => number = Date.now,
): Clock {
  const file = join(dataDir, FILE);
  const kept = readKept(file);
  if (kept === undefined) {
    const realStart = realNow();
    const fresh = { start: start ?? realStart, realStart, scale: scale ?? 1 };
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(fresh)}\n`);
    renameSync(`${file}.${process.pid}`, file);
    return running(fresh, realNow);
  }
  if (production && kept.scale !== 1) {
    throw new Error(`CLOCK_SCALE: the clock in ${file} runs at ${kept.scale}; with NODE_ENV=production only 1 is allowed`);
  }
  if (scale !== undefined && kept.scale !== scale) {
    throw new Error(`CLOCK_SCALE: is ${scale}, but the clock in ${file} runs at ${kept.scale}; use that, or another DATA_DIR`);
  }
  if (start !== undefined && kept.start !== start) {
    throw new Error(
      `CLOCK_START: is ${new Date(start).toISOString()}, but the clock in ${file} started at ${new Date(kept.start).toISOString()}; use that, or another DATA_DIR`,
    );
  }
  return running(kept, realNow);
}

function running(clock: DomainClock, realNow: () => number): Clock {
  return { ...clock, now: () => domainTime(clock, realNow()), toRealMs: (domainMs) => domainMs / clock.scale };
}

function readKept(file: string): DomainClock | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`DATA_DIR: ${file} is not a clock; remove it to start a new one`);
  }
}
