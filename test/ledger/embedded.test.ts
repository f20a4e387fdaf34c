import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { lockFolder } from '../../src/ledger/lock-folder.js';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'hemgang-ledger-'));
  folders.push(made);
  return made;
};
const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

/** A process of its own that records stays one after the other, and prints each number when the ledger has it. */
function recorder(dataDir: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'recorder.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, lines, ended, errors: () => errors };
}

describe('the embedded ledger', () => {
  test('keeps every acknowledged stay when its process is killed', async () => {
    const dataDir = folder();
    let last = 0;
    const first = recorder(dataDir);
    await new Promise<void>((resolve, reject) => {
      first.lines.on('line', (line) => {
        last = Number(line);
        if (last === 40) {
          first.child.kill('SIGKILL');
          resolve();
        }
      });
      void first.ended.then(() => reject(new Error(first.errors())));
    });
    await first.ended;
    // The lock of a process that is dead does not keep the next one out.
    expect(existsSync(join(dataDir, 'ledger.lock'))).toBe(true);
    const ledger = await openLedger({ dataDir });
    expect(ledger.migrated).toEqual([]);
    for (let n = 1; n <= last; n++) expect((await ledger.readStay(`s${n}`))?.stay.seq).toBe(6);
    // What was under way is there as a whole, or not at all.
    const next = await ledger.readStay(`s${last + 1}`);
    expect([undefined, 6]).toContain(next?.stay.seq);
    await ledger.close();
    expect(existsSync(join(dataDir, 'ledger.lock'))).toBe(false);
  }, 120_000);

  test('is owned by one process: a second one is told so, and who has it', async () => {
    const dataDir = folder();
    const ledger = await openLedger({ dataDir });
    const second = recorder(dataDir);
    expect(await second.ended).toBe(1);
    expect(second.errors()).toContain(`DATA_DIR: the ledger in ${join(dataDir, 'ledger')} is in use by process ${process.pid}`);
    await expect(openLedger({ dataDir })).rejects.toThrow('in use');
    await ledger.ping();
    await ledger.close();
    const again = await openLedger({ dataDir });
    await again.close();
  }, 120_000);
});

describe('the lock', () => {
  const held = (dir: string, change: object) => {
    const file = `${dir}.lock`;
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), token: 'other', ...change }));
    return file;
  };

  test('of a number that now belongs to another process is taken over', async () => {
    const dir = join(folder(), 'ledger');
    await lockFolder(dir);
    held(dir, { started: '1' });
    const unlock = await lockFolder(dir);
    await unlock();
    expect(existsSync(`${dir}.lock`)).toBe(false);
  });

  test('of another host is believed while it is renewed, and no longer', async () => {
    const dir = join(folder(), 'ledger');
    await lockFolder(dir);
    const file = held(dir, { host: 'elsewhere' });
    await expect(lockFolder(dir)).rejects.toThrow('on elsewhere');
    const old = new Date(Date.now() - 60_000);
    utimesSync(file, old, old);
    await (await lockFolder(dir))();
  });

  test('is got by one of many that come upon a dead owner’s', async () => {
    const dir = join(folder(), 'ledger');
    await lockFolder(dir);
    held(dir, { pid: 999_999_999 });
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(dir)));
    const got = tries.filter((t) => t.status === 'fulfilled');
    expect(got).toHaveLength(1);
    await got[0]?.value();
  });

  test('cut off by a kill is taken over', async () => {
    const dir = join(folder(), 'ledger');
    writeFileSync(`${dir}.lock`, '{"pid":');
    const old = new Date(Date.now() - 5_000);
    utimesSync(`${dir}.lock`, old, old);
    await (await lockFolder(dir))();
  });
});
