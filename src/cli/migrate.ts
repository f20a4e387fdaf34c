/** `hemgang migrate`: brings the schema of the configured ledger up to date, and says what it did. */
import { readConfig } from '../config.js';
import { openLedger } from '../ledger/ledger.js';
import { reportErrors, reportThrown } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { ledgerError, ledgerPlace } from './ledger-error.js';

export interface MigrateOptions {
  /** The environment; the process's own when left out. */
  env?: NodeJS.ProcessEnv | undefined;
}

/** Answers 0 when the schema is up to date, 1 when the database cannot be reached or is in use, 2 when the configuration is wrong. */
export async function run({ env = process.env }: MigrateOptions, io: CommandIo): Promise<number> {
  const read = readConfig(env);
  if (!read.ok) return reportErrors(io, read.errors, EXIT.wrongUse);
  const { databaseUrl, dataDir } = read.config;
  try {
    const ledger = await openLedger({ databaseUrl, dataDir });
    await ledger.close();
    const where = ledgerPlace(read.config);
    if (ledger.migrated.length === 0) io.stdout.write(`The ledger in ${where} is up to date.\n`);
    for (const name of ledger.migrated) io.stdout.write(`${name}: applied\n`);
    if (ledger.migrated.length > 0) io.stdout.write(`The ledger in ${where} is up to date now.\n`);
    return EXIT.done;
  } catch (error) {
    return reportThrown(io, ledgerError(read.config, error));
  }
}
