/** The page of what stands where is as the program is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectPglite } from '../../src/ledger/connect.js';
import { migrateToLatest } from '../../src/ledger/migrate.js';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.js';
import { ROOT } from '../support/sources.js';

const page = readFileSync(join(ROOT, 'docs/confidentiality.md'), 'utf8');
const ledger = page.slice(page.indexOf('## The ledger'), page.indexOf('## What leaves it'));
const names = (cell = ''): string[] =>
  cell
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

test('every column of every table is on the page, once, as clear or as sealed', async () => {
  const connection = await connectPglite();
  await migrateToLatest(connection.db);
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name not like 'kysely%'`.execute(connection.db);
  await connection.close();
  const listed = [...ledger.matchAll(/^\| `(\w+)` \|([^|]*)\|([^|]*)\|$/gm)].flatMap(([, table, clear, sealed]) =>
    [...names(clear), ...names(sealed)].map((column) => `${table}.${column}`),
  );
  expect(listed.sort()).toEqual(rows.map(({ name }) => name).sort());
});

test('every search attribute is on the page, and no other', () => {
  const row = /^\| search attributes ([^|]*)\|/m.exec(page)?.[1] ?? '';
  expect([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(SEARCH_ATTRIBUTES.map(({ name }) => name));
});
