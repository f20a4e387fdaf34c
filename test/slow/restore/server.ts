/** A PostgreSQL server as the site has it: made by ops/postgres/init.sh, its log of changes kept, backed up and restored by the scripts beside it. */
import { execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.js';
import { type Account, findBinaries, ownFolder, unprivileged } from '../../support/postgres.js';
import { ROOT } from '../../support/sources.js';

const run = promisify(execFile);
const PASSWORDS = { hemgang_db_password: 'ledger-prov', temporal_db_password: 'temporal-prov', backup_db_password: 'backup-prov' };

export interface SiteServer {
  /** As `secrets/database_url` has it. */
  url: string;
  /** Of user and database, for looking into it. */
  urlOf(user: 'hemgang' | 'temporal', database: string): string;
  backups: string;
  start(): Promise<void>;
  /** As when the machine loses its power. */
  kill(): Promise<void>;
  /** Ends the file of the log that is being written, and waits until it is kept. */
  keepLog(): Promise<void>;
  /** `backup.sh`, `restore.sh` with these arguments; answers what was said and how it ended. */
  script(name: 'backup' | 'restore', args?: string[], env?: NodeJS.ProcessEnv): Promise<{ code: number; said: string }>;
  remove(): Promise<void>;
}

/** Or the reason why there is none. */
export async function siteServer(): Promise<SiteServer | { skipped: string }> {
  const bin = findBinaries();
  const account = unprivileged();
  if (bin === undefined || account === 'none' || !existsSync(join(bin, 'pg_verifybackup')))
    return { skipped: 'no PostgreSQL server binaries, or nobody to run them as' };
  const dir = ownFolder(account);
  if (dir === undefined) return { skipped: 'no folder for the PostgreSQL user' };
  const port = await freePort();
  const data = join(dir, 'data');
  const backups = join(dir, 'backups');
  const env: NodeJS.ProcessEnv = {
    PATH: `${bin}:${process.env['PATH']}`,
    ...{ TZ: 'UTC', LC_ALL: 'C', PGDATA: data, PGHOST: dir, PGPORT: String(port), BACKUPS: backups, ARCHIVE: join(backups, 'wal') },
    ...{ SECRETS: join(dir, 'secrets'), PASSWORD_FILE: join(dir, 'secrets/backup_db_password'), OWNER: 'nobody' },
  };
  const as: SpawnOptions & { env: NodeJS.ProcessEnv } = { cwd: dir, ...account, env };
  layOut(dir, account);
  execFileSync('initdb', ['-U', 'postgres', '--auth-host=scram-sha-256', '--auth-local=trust', '--data-checksums', '--no-sync'], {
    ...as,
    stdio: 'pipe',
  });

  let server: ReturnType<typeof spawn> | undefined;
  const superuser = (sql: string) =>
    execFileSync('psql', ['-U', 'postgres', '-d', 'postgres', '-Atqc', sql], { ...as, encoding: 'utf8' })
      .toString()
      .trim();
  const start = async () => {
    const archive = `archive_command=${join(dir, 'ops/archive.sh')} %p %f`;
    const settings = ['listen_addresses=127.0.0.1', 'archive_mode=on', archive, 'max_connections=60'].flatMap((one) => ['-c', one]);
    const child = spawn('postgres', ['-D', data, '-p', String(port), '-k', dir, ...settings], { ...as, stdio: 'ignore' });
    server = child;
    for (let tries = 0; tries < 300; tries++) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}`);
      try {
        if (superuser('select pg_is_in_recovery()') === 'f') return;
      } catch {
        // Not yet.
      }
      await sleep(200);
    }
    throw new Error('PostgreSQL does not answer');
  };
  const kill = async () => {
    const gone = new Promise((resolve) => (server?.exitCode === null ? server.once('exit', resolve) : resolve(undefined)));
    // The postmaster, so that its children see it and go too.
    server?.kill('SIGQUIT');
    await gone;
    rmSync(join(data, 'postmaster.pid'), { force: true });
  };
  const urlOf = (user: 'hemgang' | 'temporal', database: string) =>
    `postgres://${user}:${PASSWORDS[`${user}_db_password`]}@127.0.0.1:${port}/${database}`;

  await start();
  execFileSync(join(dir, 'ops/init.sh'), { ...as, stdio: 'pipe' });
  superuser('select pg_reload_conf()');
  return {
    url: urlOf('hemgang', 'hemgang'),
    urlOf,
    backups,
    start,
    kill,
    async keepLog() {
      const before = Number(superuser('select archived_count from pg_stat_archiver'));
      // Where nothing has been written there is nothing to keep.
      superuser(`select pg_logical_emit_message(false, 'prov', 'prov')`);
      superuser('select pg_switch_wal()');
      for (let tries = 0; Number(superuser('select archived_count from pg_stat_archiver')) <= before; tries++) {
        if (tries > 200) throw new Error('the log of changes is not kept');
        await sleep(100);
      }
    },
    async script(name, args = [], more = {}) {
      // Backups are taken over the network, as by the site's own service.
      const over = name === 'backup' ? { PGHOST: '127.0.0.1', PGUSER: 'backup' } : {};
      try {
        const { stdout, stderr } = await run(join(dir, `ops/${name}.sh`), args, {
          ...as,
          env: { ...env, ...over, ...more },
          encoding: 'utf8',
        });
        return { code: 0, said: stdout + stderr };
      } catch (error) {
        const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
        return { code: code ?? -1, said: stdout + stderr };
      }
    },
    async remove() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Scripts and secrets where the account can read them. */
function layOut(dir: string, account: Account | undefined): void {
  cpSync(join(ROOT, 'ops/postgres'), join(dir, 'ops'), { recursive: true });
  mkdirSync(join(dir, 'secrets'));
  mkdirSync(join(dir, 'backups'));
  for (const [name, password] of Object.entries(PASSWORDS)) writeFileSync(join(dir, 'secrets', name), password);
  if (account === undefined) return;
  for (const name of ['ops', 'secrets', 'backups'])
    for (const path of [name, ...readdirSync(join(dir, name)).map((file) => join(name, file))])
      chownSync(join(dir, path), account.uid, account.gid);
}

/** Names of the backups that are there, oldest first. */
export const backupsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^20.*Z$/.test(name))
    .sort();

/** Files of the log of changes that are kept. */
export const logIn = (folder: string): string[] => readdirSync(join(folder, 'wal')).sort();

/** What a script has written into a server's settings. */
export const settingsIn = (data: string): string => readFileSync(join(data, 'postgresql.auto.conf'), 'utf8');
