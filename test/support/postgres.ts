/** A real PostgreSQL server of the test's own, from the machine's binaries; or the reason why there is none. */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';

export interface RunningPostgres {
  url: string;
  stop(): Promise<void>;
}

export interface Account {
  uid: number;
  gid: number;
}

/**
 * Starts a server on a free port, its files in a temporary folder, without durability.
 * It stops with `stop()`, and by itself when the test process dies.
 */
export async function startPostgres(): Promise<RunningPostgres | { skipped: string }> {
  const bin = findBinaries();
  if (!bin) return { skipped: 'no PostgreSQL server binaries (initdb, postgres) in /usr/lib/postgresql/*/bin or on the PATH' };
  const account = unprivileged();
  if (account === 'none') return { skipped: 'PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as' };

  const dir = ownFolder(account);
  if (!dir) return { skipped: 'no temporary folder that the PostgreSQL user can write to' };
  const as: SpawnOptions = { cwd: dir, ...account, env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' } };

  try {
    execFileSync(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'hemgang', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...as,
      stdio: 'pipe',
    });
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    return {
      skipped: `initdb failed: ${String((error as { stderr?: Buffer }).stderr ?? error)
        .trim()
        .split('\n')
        .at(-1)}`,
    };
  }

  const port = await freePort();
  const log = join(dir, 'log');
  const url = `postgres://hemgang@127.0.0.1:${port}/postgres`;
  const output = openSync(log, 'a', 0o644);
  const server = spawn(
    '/bin/sh',
    // The guard holds our pipe: when this process is gone, however it went, the server is stopped and its files are removed.
    [
      '-c',
      '"$@" & p=$!; cat >/dev/null; kill -QUIT $p 2>/dev/null; wait $p; cd /; rm -rf "$0"',
      dir,
      join(bin, 'postgres'),
      ...['-D', join(dir, 'data'), '-p', String(port), '-k', dir, '-h', '127.0.0.1', '-F'],
      ...['-c', 'synchronous_commit=off', '-c', 'full_page_writes=off', '-c', 'max_connections=50'],
    ],
    { ...as, detached: true, stdio: ['pipe', output, output] },
  );
  closeSync(output);
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async () => {
    server.ref();
    server.stdin?.end();
    await gone;
    rmSync(dir, { recursive: true, force: true });
  };

  if (await answers(url)) {
    server.unref();
    return { url, stop };
  }
  const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').at(-1) : 'its log is gone';
  await stop();
  return { skipped: `PostgreSQL did not start: ${tail}` };
}

async function answers(url: string): Promise<boolean> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return false;
}

/** Newest version first; a folder counts when it holds both programs. */
export function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  let versions: string[] = [];
  try {
    versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  } catch {
    // Not a Debian machine: the PATH is what is left.
  }
  const folders = [...versions.map((v) => join(debian, v, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean)];
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => isExecutable(join(folder, program))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL will not run as root: then as its own user, or as nobody. Otherwise (undefined) as whoever we are. */
export function unprivileged(): Account | undefined | 'none' {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  return entry ? { uid: Number(entry[2]), gid: Number(entry[3]) } : 'none';
}

/** A folder that this account may write to, and nobody else; undefined when there is no such place. */
export function ownFolder(account: Account | undefined): string | undefined {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    try {
      const dir = mkdtempSync(join(parent, 'hemgang-pg-'));
      chmodSync(dir, 0o700);
      if (account) chownSync(dir, account.uid, account.gid);
      // A parent that the user may not enter makes the folder useless to it.
      execFileSync('/bin/sh', ['-c', 'test -w "$1"', 'sh', dir], { ...account, cwd: '/' });
      return dir;
    } catch {
      // Try the next place.
    }
  }
  return undefined;
}
