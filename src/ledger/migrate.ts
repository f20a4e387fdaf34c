/** Brings a database's schema up to date; the migrations are code, applied in the order of their names, each once. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import * as stays from './migrations/0001-stays.js';
import * as notices from './migrations/0002-notices.js';
import * as billing from './migrations/0003-billing.js';
import * as cycle from './migrations/0004-billing-cycle.js';
import * as reports from './migrations/0005-reports.js';
import * as accesses from './migrations/0006-access-log.js';
import * as hospitalMessages from './migrations/0007-hospital-messages.js';
import * as outgoing from './migrations/0008-outgoing.js';
import * as once from './migrations/0009-once.js';
import * as texts from './migrations/0010-texts.js';
import * as keysAndErasure from './migrations/0011-keys-and-erasure.js';
import * as measures from './migrations/0012-measures.js';
import * as erasing from './migrations/0013-erasing.js';
import * as codecAccesses from './migrations/0014-codec-accesses.js';

const MIGRATIONS: Record<string, Migration> = {
  '0001-stays': stays,
  '0002-notices': notices,
  '0003-billing': billing,
  '0004-billing-cycle': cycle,
  '0005-reports': reports,
  '0006-access-log': accesses,
  '0007-hospital-messages': hospitalMessages,
  '0008-outgoing': outgoing,
  '0009-once': once,
  '0010-texts': texts,
  '0011-keys-and-erasure': keysAndErasure,
  '0012-measures': measures,
  '0013-erasing': erasing,
  '0014-codec-accesses': codecAccesses,
};

/** Kysely's own tables stand in the schema that the ledger's are made in: another ledger in the same database is none of its business. */
async function migratorOf<T>(db: Kysely<T>): Promise<Migrator> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  return new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations: async () => MIGRATIONS },
    ...(schema == null ? {} : { migrationTableSchema: schema }),
  });
}

/** Applies what is missing, in one transaction and under a lock of the database; answers the names of what it applied. */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<string[]> {
  const { error, results } = await (await migratorOf(db)).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
}

/** Names of the migrations that the database lacks; the database is not changed, beyond Kysely's own bookkeeping. */
export async function missingMigrations<T>(db: Kysely<T>): Promise<string[]> {
  const all = await (await migratorOf(db)).getMigrations();
  return all.filter((m) => m.executedAt === undefined).map((m) => m.name);
}
