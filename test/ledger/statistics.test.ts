import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectPglite } from '../../src/ledger/connect.js';
import { keepStatistics } from '../../src/ledger/statistics.js';

test('a PGlite that is opened knows how many rows it has', async () => {
  const connection = await connectPglite();
  await sql`create table many (n integer)`.execute(connection.db);
  await sql`insert into many select generate_series(1, 5000)`.execute(connection.db);
  const known = async () =>
    (await sql<{ n: number }>`select reltuples::int as n from pg_class where relname = 'many'`.execute(connection.db)).rows[0]?.n;
  expect(await known()).toBe(-1);
  const stop = await keepStatistics(connection);
  expect(await known()).toBe(5_000);
  stop();
  await connection.close();
});
