/** Why the ledger cannot be opened, as one line that names the variable and nothing secret. */
import type { Config } from '../config.js';

/** What was thrown when the ledger was opened; for a PostgreSQL server as an error that says which one. */
export function ledgerError(config: Pick<Config, 'databaseUrl' | 'dataDir'>, thrown: unknown): unknown {
  return config.databaseUrl === undefined ? thrown : new Error(`DATABASE_URL: ${ledgerPlace(config)}: ${reasonOf(thrown)}`);
}

/** Where the ledger is. Of an address, what is not secret. */
export function ledgerPlace({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): string {
  if (databaseUrl === undefined) return dataDir;
  const url = new URL(databaseUrl);
  return `${url.host}${url.pathname}`;
}

/** A refused connection may come as several errors, one per address, without a message of its own. */
function reasonOf(thrown: unknown): string {
  const { message, code } = thrown as { message?: string; code?: string };
  return message || code || 'cannot be reached';
}
