/** Which errors Temporal may try again, and which never: those become failures with a stable type and no identity in them. */
import { ApplicationFailure } from '@temporalio/common';
import { isPermanent, LedgerRefusal } from '../src/ledger/refusal.js';
import type { ActivityDeps } from './index.js';

/** A failure that trying again does not cure. `message` is Swedish, for the Temporal UI. */
export function permanent(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}

/**
 * Runs an activity's work; what the ledger refuses for good is failed for good. Everything else, such as a database that does
 * not answer, is failed without the database's own words, since these may quote the values of a row.
 */
export async function withFailures<T>(log: ActivityDeps['log'], about: object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const code = String((error as { code?: unknown } | null)?.code ?? (error instanceof Error ? error.name : 'okänt'));
    if (!isPermanent(error)) {
      log.warn({ ...about, code }, 'the ledger did not take it; Temporal tries again');
      throw ApplicationFailure.create({
        type: 'liggaren-svarar-inte',
        message: `Liggaren tog inte emot det just nu (${code}). Nytt försök görs.`,
      });
    }
    log.error({ ...about, code }, 'the ledger refuses it for good');
    if (error instanceof LedgerRefusal) throw permanent(error.code, error.message);
    throw permanent('felaktiga-data', `Databasen vägrar att spara innehållet (${code}).`);
  }
}
