/** One process owns an embedded ledger: PGlite itself would let a second one in, and lose its rows. */
import { randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from '../process-start.js';

interface Owner {
  pid: number;
  /** When that process started: a pid alone may have been given to another. */
  started: string;
  host: string;
  token: string;
}

const RENEW_EVERY_MS = 5_000;
/** An owner on another host (a container that is gone, among them) cannot be asked: it is believed while it renews its lock. */
const STALE_AFTER_MS = 30_000;

async function ownerOf(file: string): Promise<{ owner: Owner | undefined; alive: boolean }> {
  let text: string;
  let renewedAt: number;
  try {
    [text, renewedAt] = [await readFile(file, 'utf8'), (await stat(file)).mtimeMs];
  } catch {
    return { owner: undefined, alive: false };
  }
  let owner: Owner;
  try {
    owner = JSON.parse(text) as Owner;
  } catch {
    // Just being written, or cut off by a kill.
    return { owner: undefined, alive: Date.now() - renewedAt < 1_000 };
  }
  if (owner.host !== hostname()) return { owner, alive: Date.now() - renewedAt < STALE_AFTER_MS };
  return { owner, alive: processStart(owner.pid) === owner.started };
}

/**
 * Takes the lock file, or throws in plain words when a living process has it. A lock whose owner is dead is taken over.
 * Answers the function that gives it back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = `${folder}.lock`;
  const mine: Owner = { pid: process.pid, started: processStart(process.pid) ?? '', host: hostname(), token: randomUUID() };
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const { owner, alive } = await ownerOf(file);
    if (alive || attempt === 5) {
      const who = owner === undefined ? 'another process' : `process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`}`;
      throw new Error(
        `DATA_DIR: the ledger in ${folder} is in use by ${who} (lock file ${file}); stop it, or set DATABASE_URL to share a PostgreSQL`,
      );
    }
    const aside = `${file}.${mine.token}`;
    await rename(file, aside).catch(() => undefined);
    await rm(aside, { force: true });
    // Two that found the same dead owner: let the other show itself.
    await sleep(20 + Math.random() * 50);
  }
  await sleep(100);
  if (readToken(file) !== mine.token)
    throw new Error(`DATA_DIR: the ledger in ${folder} is in use by another process that starts at the same time`);

  const renew = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, RENEW_EVERY_MS).unref();
  const giveBack = () => {
    clearInterval(renew);
    process.off('exit', giveBack);
    if (readToken(file) === mine.token) unlinkSync(file);
  };
  process.on('exit', giveBack);
  return async () => giveBack();
}

function readToken(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Owner).token;
  } catch {
    return undefined;
  }
}
