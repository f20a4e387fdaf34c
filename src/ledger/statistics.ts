/** What the database knows of its own rows, by which it chooses how to look for them: PGlite has nobody who sees to it. */
import { sql } from 'kysely';
import type { Connection } from './connect.js';

const EVERY_MS = 6 * 60 * 60 * 1_000;

/**
 * Gathers them now, and from then on every six hours; a PostgreSQL server does so by itself (autovacuum). Without them a report over
 * a hundred thousand stays does not come to its end. Answers how to stop.
 */
export async function keepStatistics({ kind, db }: Pick<Connection, 'kind' | 'db'>): Promise<() => void> {
  if (kind !== 'pglite') return () => undefined;
  const gather = () => sql`analyze`.execute(db);
  await gather();
  // A failure is met again, and told, by whoever reads next.
  const timer = setInterval(() => void gather().catch(() => undefined), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
