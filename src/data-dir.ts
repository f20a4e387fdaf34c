/** One process at a time owns `DATA_DIR`: the embedded server, its clock and its keys would not survive two. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from './process-start.js';

const FILE = 'service.lock';

/**
 * Takes the folder, or answers in plain words who has it. A lock whose process is gone is taken over.
 * `release` gives it back; so does the end of the process.
 */
export function lockDataDir(dataDir: string): { release(): void } | { error: string } {
  const file = join(dataDir, FILE);
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    return { error: `DATA_DIR: ${dataDir} cannot be made (${(error as NodeJS.ErrnoException).code})` };
  }
  const mine = `${process.pid} ${processStart(process.pid) ?? '-'}`;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      const fd = openSync(file, 'wx', 0o644);
      writeSync(fd, mine);
      closeSync(fd);
      return held(file, mine);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') return { error: `DATA_DIR: ${dataDir} cannot be written to (${code})` };
    }
    const owner = livingOwner(file);
    if (owner !== undefined) return { error: `DATA_DIR: ${dataDir} is in use by process ${owner}; stop it, or use another DATA_DIR` };
    // Renamed first: of several that find it stale, only one takes it away.
    const aside = `${file}.${process.pid}`;
    try {
      renameSync(file, aside);
      rmSync(aside, { force: true });
    } catch {
      // Another one was quicker.
    }
  }
  return { error: `DATA_DIR: ${dataDir} is being taken by several processes at once; try again` };
}

/** The process that holds the folder, if it lives: for those who only want to know. */
export function dataDirOwner(dataDir: string): number | undefined {
  return livingOwner(join(dataDir, FILE));
}

function held(file: string, mine: string): { release(): void } {
  const release = () => {
    process.off('exit', release);
    try {
      if (readFileSync(file, 'utf8') === mine) rmSync(file, { force: true });
    } catch {
      // The whole folder is gone: so is the lock.
    }
  };
  process.on('exit', release);
  return { release };
}

/** A pid may have been given to another process: when that one started tells them apart. */
function livingOwner(file: string): number | undefined {
  try {
    const [pid, started] = readFileSync(file, 'utf8').split(' ');
    const now = processStart(Number(pid));
    return now !== undefined && (started === '-' || now === started) ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}
