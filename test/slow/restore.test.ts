/** What is backed up can be restored, and the service goes on from there: PostgreSQL by the site's own scripts, and the embedded parts by a copy of their folder. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NURSE } from '../domain/stay/case.js';
import { tempFolder } from '../support/temp-folder.js';
import { CLI } from '../workflows/harness.js';
import { type Running, startProgram } from './leaks/program.js';
import { wholeStay } from './leaks/story.js';
import { backupsIn, logIn, type SiteServer, settingsIn, siteServer } from './restore/server.js';

const MONTH = '/v1/billing/jonkoping/2019-03';
const dir = tempFolder('hemgang-restore-');

interface Standing {
  facts: string[];
  episodes: string;
}

/** Everything that the ledger has been told, and what the month comes to. */
async function standingOf(url: string, { http }: Running): Promise<Standing> {
  return { facts: await factsIn(url), episodes: await textOf(`${http}${MONTH}/episodes.jsonl`) };
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

/** A stay without how far its notices have come: they go on meanwhile. */
async function stayOf({ http }: Running, stayId: string): Promise<object> {
  const { deliveries: _, ...stay } = JSON.parse(await textOf(`${http}/v1/stays/${stayId}`)) as Record<string, unknown>;
  return stay;
}

async function factsIn(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`select f::text as line from facts f order by stay_id, seq`);
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

const comment = (program: Running, stayId: string, id: string): Promise<Response> =>
  fetch(`${program.http}/v1/stays/${stayId}/actions/kommentera`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id,
      by: NURSE,
      data: { text: 'efter' },
    }),
  });

async function until(holds: () => Promise<boolean> | boolean, withinMs = 60_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await Promise.resolve(holds()).catch(() => false)); await sleep(200))
    if (Date.now() > end) throw new Error(`it did not come to pass within ${withinMs} ms`);
}

/** Throws when there is nobody to ask. */
const isReady = async ({ http }: Running): Promise<boolean> => (await fetch(`${http}/readyz`)).ok;

const made = CLI ? await siteServer() : { skipped: 'no Temporal CLI' };
const left = 'skipped' in made ? ` (left out: ${made.skipped})` : '';

describe.skipIf('skipped' in made)(`PostgreSQL, by the site’s scripts${left}`, () => {
  const server = made as SiteServer;
  let program: Running;
  let atBackup: Standing;
  let atDisaster: Standing;
  beforeAll(async () => {
    program = await startProgram(join(dir, 'service'), server.url);
    await wholeStay(program, 'R-1');
  }, 180_000);
  afterAll(async () => {
    await program?.stop();
    await server.remove();
  }, 60_000);

  test('each program has databases of its own, and nobody comes into another’s', async () => {
    const enters = async (user: 'hemgang' | 'temporal', database: string) => {
      const client = new pg.Client({ connectionString: server.urlOf(user, database) });
      const entered = await client.connect().then(
        () => true,
        (error: { code?: string }) => error.code,
      );
      await client.end().catch(() => undefined);
      return entered;
    };
    expect(await enters('hemgang', 'hemgang')).toBe(true);
    expect([await enters('temporal', 'temporal'), await enters('temporal', 'temporal_visibility')]).toEqual([true, true]);
    const forbidden = '42501';
    expect([await enters('temporal', 'hemgang'), await enters('hemgang', 'temporal'), await enters('hemgang', 'postgres')]).toEqual([
      forbidden,
      forbidden,
      forbidden,
    ]);
  });

  test('is backed up while the service runs', async () => {
    await until(async () => (await factsIn(server.url)).length > 40);
    atBackup = await settled();
    const { code, said } = await server.script('backup');
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^20\S+Z: /) });
    expect(backupsIn(server.backups)).toHaveLength(1);
  });

  test('has lost nothing that was done after the backup, when its disk is gone: the service waits, and goes on', {
    timeout: 240_000,
  }, async () => {
    await wholeStay(program, 'R-2');
    atDisaster = await settled();
    expect(atDisaster.facts.length).toBeGreaterThan(atBackup.facts.length);
    expect(atDisaster.episodes).not.toBe(atBackup.episodes);
    await server.keepLog();
    await server.kill();
    await until(async () => !(await isReady(program)));

    expect(await server.script('restore', ['aside'])).toMatchObject({ code: 0 });
    const [name = ''] = backupsIn(server.backups);
    expect(await server.script('restore', [name])).toMatchObject({ code: 0, said: expect.stringContaining(name) });
    await server.start();
    await until(() => isReady(program));
    expect(await standingOf(server.url, program)).toEqual(atDisaster);

    await wholeStay(program, 'R-3');
    expect((await comment(program, 'R-2', 'efter-1')).status).toBe(200);
    const after = await settled();
    expect(after.facts.length).toBeGreaterThan(atDisaster.facts.length * 1.3);
    // Nothing that Temporal holds was refused by the ledger, in which it would otherwise be missing for ever.
    expect(program.left.logs.toString()).not.toMatch(/lucka-i-handelser|handelse-skiljer-sig/);
  });

  test('is as it was at the backup, when that is what is asked for', { timeout: 120_000 }, async () => {
    // Stopped, so that nothing of what it holds reaches a ledger that is older.
    await program.stop();
    await server.kill();
    const [name = ''] = backupsIn(server.backups);
    expect(await server.script('restore', [name])).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') });
    expect(await server.script('restore', ['aside'])).toMatchObject({ code: 0 });
    expect(await server.script('restore', ['2019-01-01T000000Z'])).toMatchObject({ code: 2, said: expect.stringContaining(name) });
    expect(await server.script('restore', [name, 'backup'])).toMatchObject({ code: 0 });
    await server.start();
    expect(await factsIn(server.url)).toEqual(atBackup.facts);
  });

  test('keeps as many backups as it is told, and of the log what they need', { timeout: 120_000 }, async () => {
    const [first = ''] = backupsIn(server.backups);
    const before = logIn(server.backups);
    const { code, said } = await server.script('backup', [], { KEEP: '1' });
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`${first}: removed`) });
    expect(backupsIn(server.backups)).toHaveLength(1);
    expect(backupsIn(server.backups)).not.toContain(first);
    const kept = logIn(server.backups);
    expect(before.some((file) => !kept.includes(file))).toBe(true);
    expect(await server.script('backup', [], { KEEP: 'alla' })).toMatchObject({ code: 2 });

    // What is left is enough: the newest backup and the log after it. What the restore before asked for is not asked for again.
    await server.keepLog();
    const facts = await factsIn(server.url);
    await server.kill();
    await server.script('restore', ['aside']);
    const [last = ''] = backupsIn(server.backups);
    expect(await server.script('restore', [last])).toMatchObject({ code: 0 });
    expect(settingsIn(join(dirname(server.backups), 'data'))).not.toContain('recovery_target');
    await server.start();
    expect(await factsIn(server.url)).toEqual(facts);
  });

  test('a backup that has been damaged is not restored', async () => {
    const [name = ''] = backupsIn(server.backups);
    await server.kill();
    await server.script('restore', ['aside']);
    rmSync(join(server.backups, name, 'backup_manifest'));
    expect((await server.script('restore', [name])).code).not.toBe(0);
  });

  /** When nothing more of what was done comes into the ledger. */
  async function settled(): Promise<Standing> {
    for (let before = -1; ; await sleep(1_500)) {
      const now = await standingOf(server.url, program);
      if (now.facts.length === before) return now;
      before = now.facts.length;
    }
  }
});

describe.skipIf(!CLI)('the embedded parts', () => {
  test('go on from a copy of DATA_DIR that was made while the service was stopped', { timeout: 240_000 }, async () => {
    const folder = join(dir, 'embedded');
    const first = await startProgram(folder);
    await wholeStay(first, 'E-1');
    await until(async () => (await textOf(`${first.http}${MONTH}/episodes.jsonl`)).includes('E-1'));
    const [stay, month] = [await stayOf(first, 'E-1'), await textOf(`${first.http}${MONTH}/episodes.jsonl`)];
    await first.stop();

    const moved = join(dir, 'moved');
    mkdirSync(moved);
    cpSync(join(folder, 'data'), join(moved, 'data'), { recursive: true });
    rmSync(folder, { recursive: true });
    expect(readdirSync(join(moved, 'data'))).toEqual(expect.arrayContaining(['ledger', 'temporal.db']));
    expect(existsSync(folder)).toBe(false);

    const second = await startProgram(moved);
    try {
      expect(await stayOf(second, 'E-1')).toEqual(stay);
      expect(await textOf(`${second.http}${MONTH}/episodes.jsonl`)).toBe(month);
      expect((await comment(second, 'E-1', 'efter-1')).status).toBe(200);
      await wholeStay(second, 'E-2');
      await until(async () => (await textOf(`${second.http}${MONTH}/episodes.jsonl`)).includes('E-2'));
    } finally {
      await second.stop();
    }
  });
});
