/** A PostgreSQL that goes away in the middle of something ends what was being done, and not the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { connectPostgres } from '../../src/ledger/connect.js';
import { startPostgres } from '../support/postgres.js';

const server = await startPostgres();
afterAll(async () => ('skipped' in server ? undefined : server.stop()));

test.skipIf('skipped' in server)(
  'a connection that breaks between two statements of a transaction is an error of that transaction alone',
  async () => {
    if ('skipped' in server) return;
    const [one, other] = [await connectPostgres(server.url), await connectPostgres(server.url)];
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => void thrown.push(error);
    process.on('uncaughtException', onThrown);
    try {
      const broken = one.db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(other.db);
        // Whoever works between its statements hears of it from nobody.
        await sleep(300);
        await sql`select 1`.execute(tx);
      });
      await expect(broken).rejects.toThrow();
      expect(thrown).toEqual([]);
      const { rows } = await sql<{ one: number }>`select 1 as one`.execute(one.db);
      expect(rows).toEqual([{ one: 1 }]);
    } finally {
      process.off('uncaughtException', onThrown);
      await Promise.all([one.close(), other.close()]);
    }
  },
);
