import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/migrate.js';
import { openLedger } from '../../src/ledger/ledger.js';
import { freePort } from '../support/free-port.js';
import { startPostgres } from '../support/postgres.js';

/** In the order in which they are applied. */
const MIGRATIONS = [
  '0001-stays',
  '0002-notices',
  '0003-billing',
  '0004-billing-cycle',
  '0005-reports',
  '0006-access-log',
  '0007-hospital-messages',
  '0008-outgoing',
  '0009-once',
  '0010-texts',
  '0011-keys-and-erasure',
  '0012-measures',
  '0013-erasing',
  '0014-codec-accesses',
];

const dataDir = mkdtempSync(join(tmpdir(), 'hemgang-migrate-'));
const server = await startPostgres();
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  if ('stop' in server) await server.stop();
});

async function migrate(env: NodeJS.ProcessEnv): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await run({ env }, { stdout: { write: (text) => (said.out += text) }, stderr: { write: (text) => (said.err += text) } });
  return { code, ...said };
}

describe('hemgang migrate', () => {
  test('says what it did, and a second time that there was nothing to do', async () => {
    const first = await migrate({ DATA_DIR: dataDir });
    expect(first).toEqual({
      code: 0,
      out: `${MIGRATIONS.map((name) => `${name}: applied\n`).join('')}The ledger in ${dataDir} is up to date now.\n`,
      err: '',
    });
    expect(await migrate({ DATA_DIR: dataDir })).toEqual({ code: 0, out: `The ledger in ${dataDir} is up to date.\n`, err: '' });
  });

  test('says who has the embedded ledger', async () => {
    const ledger = await openLedger({ dataDir });
    const { code, err } = await migrate({ DATA_DIR: dataDir });
    await ledger.close();
    expect(code).toBe(1);
    expect(err).toMatch(/^DATA_DIR: the ledger in .* is in use by process \d+ .*\n$/);
  });

  test('says that a server does not answer, without its password', async () => {
    const { code, out, err } = await migrate({ DATABASE_URL: `postgres://u:hemligt@127.0.0.1:${await freePort()}/hemgang` });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^DATABASE_URL: 127\.0\.0\.1:\d+\/hemgang: .*ECONNREFUSED.*\n$/);
    expect(err).not.toContain('hemligt');
  });

  test('a wrong configuration is wrong use', async () => {
    const { code, err } = await migrate({ DATABASE_URL: 'nonsense' });
    expect(code).toBe(2);
    expect(err).toMatch(/^DATABASE_URL: /);
  });

  test.skipIf('skipped' in server)(
    `migrates a PostgreSQL server${'skipped' in server ? ` (skipped: ${server.skipped})` : ''}`,
    async () => {
      if ('skipped' in server) return;
      await expect(openLedger({ databaseUrl: server.url, migrations: 'check' })).rejects.toThrow(
        `lacks ${MIGRATIONS.join(', ')}; run: hemgang migrate`,
      );
      expect((await migrate({ DATABASE_URL: server.url })).out).toContain('0005-reports: applied');
      const ledger = await openLedger({ databaseUrl: server.url, migrations: 'check' });
      await ledger.ping();
      await ledger.close();
    },
  );
});
