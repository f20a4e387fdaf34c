/** The ledger on both databases: PGlite in memory, and a real PostgreSQL server where the machine has its binaries. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, describe } from 'vitest';
import type { Rules } from '../../src/ledger/billing/rule-books.js';
import { type Connection, connectPglite, connectPostgres } from '../../src/ledger/connect.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import { migrateToLatest } from '../../src/ledger/migrate.js';
import { startPostgres } from '../support/postgres.js';
import { shippedRules } from './billing-sample.js';

export interface Backend {
  kind: Connection['kind'];
  /** A ledger with its rows in reach, in an empty database of its own. */
  open(keys?: LedgerKey[], rules?: Rules): Promise<{ ledger: Ledger; db: Connection['db'] }>;
  /** An empty database without the ledger's schema. */
  connect(): Promise<Connection>;
}

/** Takes every row out, which the ledger itself never does: quicker than a new database for each test. */
export async function empty(db: Connection['db']): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'kysely%'`.execute(tx);
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(tx);
  });
}

/** Runs the same tests on each database; says which are left out, and why. */
export async function onEachBackend(tests: (backend: Backend) => void): Promise<void> {
  const opened: Connection[] = [];
  const server = await startPostgres();
  const backendOf = (kind: Connection['kind'], connectAnew: () => Promise<Connection>): Backend => {
    const connect = async () => {
      const connection = await connectAnew();
      opened.push(connection);
      return connection;
    };
    return {
      kind,
      connect,
      open: async (keys = [], rules = shippedRules()) => {
        const connection = await connect();
        return { ledger: ledgerOver(connection, keys, await migrateToLatest(connection.db), rules), db: connection.db };
      },
    };
  };
  describe('on PGlite', () => tests(backendOf('pglite', () => connectPglite())));
  if ('skipped' in server) {
    console.log(`skipped on PostgreSQL: ${server.skipped}`);
    describe.skip(`on PostgreSQL (${server.skipped})`, () => tests(backendOf('postgres', () => connectPglite())));
  } else {
    describe('on PostgreSQL', () =>
      tests(backendOf('postgres', () => connectPostgres(server.url, `t_${randomUUID().replaceAll('-', '')}`))));
  }
  afterAll(async () => {
    for (const connection of opened) await connection.close();
    if ('stop' in server) await server.stop();
  });
}
