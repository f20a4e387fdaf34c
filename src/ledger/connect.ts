/** Where the ledger's rows are: a PostgreSQL server, or PGlite in a folder. The same SQL goes to both, through Kysely only. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { lockFolder } from './lock-folder.js';
import { syncFolder } from './sync-folder.js';
import type { Tables } from './tables.js';

export type Db = Kysely<Tables>;

export interface Connection {
  kind: 'postgres' | 'pglite';
  db: Db;
  /** Forces what is committed onto the disk, where the database does not do so itself. */
  flush(): Promise<void>;
  /** Forces the log of what is committed onto the disk, and nothing else: enough for a commit that is answered for, and quick. */
  flushLog(): Promise<void>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 5_000;

const INT8 = 20;
/** bigint as number: the ledger's are epoch milliseconds and counts, far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    id === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * Connects to a PostgreSQL server.
 *
 * @param schema its own schema (made when missing) instead of the database's default one
 */
export async function connectPostgres(url: string, schema?: string): Promise<Connection> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'hemgang',
    types,
    // Compiling a query costs more than any of ours takes.
    options: ['-c jit=off', ...(schema === undefined ? [] : [`-c search_path=${schema}`])].join(' '),
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that breaks between two statements of whoever has it; the next statement fails.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  if (schema !== undefined) {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`bad schema name ${JSON.stringify(schema)}`);
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db).catch(async (error) => {
      await db.destroy();
      throw error;
    });
  }
  return { kind: 'postgres', db, flush: async () => undefined, flushLog: async () => undefined, close: () => db.destroy() };
}

/**
 * Opens PGlite in `dataDir/ledger`, owned by this process alone (refused in plain words when another has it);
 * in memory when there is no folder. PGlite survives a killed process; `flush` makes it survive a power cut from then on.
 */
export async function connectPglite(dataDir?: string): Promise<Connection> {
  const folder = dataDir === undefined ? undefined : join(dataDir, 'ledger');
  if (folder !== undefined) await mkdir(dirname(folder), { recursive: true });
  const unlock = folder === undefined ? async () => undefined : await lockFolder(folder);
  let lite: PGlite;
  try {
    lite = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  } catch (error) {
    await unlock();
    throw error;
  }
  // A pool of one, for ever: a query on `db` inside a transaction would wait for itself.
  const pool = new pg.Pool({ ...(createPgConfig(lite) as unknown as pg.PoolConfig), max: 1, idleTimeoutMillis: 0, types });
  pool.on('error', () => undefined);
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const flush = async () => {
    if (folder !== undefined) await syncFolder(folder);
  };
  const flushLog = async () => {
    if (folder !== undefined) await syncFolder(join(folder, 'pg_wal'));
  };
  let closed: Promise<void> | undefined;
  const close = async () => {
    await db.destroy();
    await lite.close();
    await flush();
    await unlock();
  };
  return { kind: 'pglite', db, flush, flushLog, close: () => (closed ??= close()) };
}
