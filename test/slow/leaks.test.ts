/**
 * What a person writes and who the patient is, planted in everything that can be said to the real program, is looked for in everything that
 * it keeps and sends: it is found only where docs/confidentiality.md says that it may be.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../src/temporal/client.js';
import { ECONOMIST } from '../domain/stay/case.js';
import { formsIn, formsOf } from '../support/forms-of.js';
import { startPostgres } from '../support/postgres.js';
import { missingPrograms, output } from '../support/program.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';
import { CLI } from '../workflows/harness.js';
import { KEYS, type Running, startProgram } from './leaks/program.js';
import { admission, hospital, NUMBERS, PLANTED, STAFF, signals, TOLD, WITH_TEXT, wholeStay, wrongDoings } from './leaks/story.js';

/** Sent without the keys, as somebody may from a command line: the search must find it. */
const UNSEALED = 'Häxblandning';

test('the search finds a text in every form in which it is put', () => {
  for (const [form, bytes] of formsOf(PLANTED))
    expect(formsIn(Buffer.concat([Buffer.from('före '), bytes, Buffer.from(' efter')]), PLANTED), form).toContain(form);
  for (const before of ['', 'a', 'ab', 'abc'])
    expect(formsIn(Buffer.from(Buffer.from(`${before}${PLANTED} m.m.`).toString('base64')), PLANTED)).not.toEqual([]);
  expect(formsIn(Buffer.from('Kvarnhol'), PLANTED)).toEqual([]);
});

test('no action with a field for text is left out', () => {
  expect(WITH_TEXT.filter((action) => !TOLD.has(action))).toEqual([]);
});

/** Every file below a folder, small and large. */
function filesIn(folder: string): [name: string, bytes: Buffer][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name))]);
}

/** Files that docs/confidentiality.md does not know. */
function unlisted(dataDir: string): string[] {
  const page = readFileSync(join(ROOT, 'docs/confidentiality.md'), 'utf8');
  const listed = page.slice(page.indexOf('## Files in'));
  return readdirSync(dataDir).filter((name) => !listed.includes(`\`${name}\``));
}

/** What process owners read in the Temporal UI: not the patient's, but nobody else's either. */
const SUMMARIES = ['Sparar händelse', 'Vårdtillfälle', 'Påminnelse: ', 'rubrik":', 'Underlag 2019'];
const summariesIn = (files: [name: string, bytes: Buffer][]): string[] =>
  files
    .filter(([name]) => name.startsWith('temporal.db'))
    .flatMap(([name, bytes]) => SUMMARIES.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`));

/** Where the planted is found: `place: text in form`. */
function found(places: [name: string, bytes: Buffer][]): string[] {
  return places.flatMap(([name, bytes]) =>
    [PLANTED, ...NUMBERS].flatMap((text) => formsIn(bytes, text).map((form) => `${name}: ${text} as ${form}`)),
  );
}

/** The ledger's rows as PGlite reads them from its folder: large values are compressed in its files. */
async function rowsOf(folder: string): Promise<string> {
  const db = await PGlite.create(folder);
  try {
    const { rows } = await db.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = current_schema()`);
    const texts: string[] = [];
    for (const { name } of rows) {
      const { rows: lines } = await db.query<{ line: string }>(`select t::text as line from "${name}" t`);
      texts.push(...lines.map(({ line }) => `${name} ${line}`));
    }
    return texts.join('\n');
  } finally {
    await db.close();
  }
}

async function everythingTold(program: Running): Promise<void> {
  await wholeStay(program, 'L-1');
  const statuses = await wrongDoings(program, 'L-1');
  expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
  await signals(program, 'L-1');
  const [good, update, broken, early, none, ...fhir] = await hospital(program);
  expect([good, update, early, fhir[0]]).toEqual(['AA', 'AA', 'AA', '201']);
  expect([broken, none]).not.toContain('AA');
  // Not with the keys: what somebody sends so can be read by whoever reads the server.
  const connection = await Connection.connect({ address: program.temporal });
  await createClient(connection, 'default', [])
    .workflow.getHandle('stay/jonkoping/L-1')
    .signal('kommentera', { id: 'oppen', by: ECONOMIST, data: { text: UNSEALED } });
  await connection.close();
}

async function objected(program: Running): Promise<void> {
  expect(await program.command('billing', 'run', '--region', 'jonkoping', '--month', '2019-03')).toBe(0);
  const url = `${program.http}/v1/billing/jonkoping/2019-03/0680/objections`;
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `k${path}` },
      body: JSON.stringify(body),
    });
  const made = await post('', { stayId: 'L-1', code: 'fel-tid', text: `${PLANTED} invändning`, objectionId: 'i-1', by: ECONOMIST });
  expect([made.status, await made.clone().text()]).toEqual([201, expect.anything()]);
  const answered = await post('/i-1/answer', {
    accepted: false,
    text: `${PLANTED} svar`,
    by: { party: 'region', unit: 'jonkoping', role: 'ekonom' },
  });
  expect([answered.status, await answered.clone().text()]).toEqual([200, expect.anything()]);
}

/** Waits until something has come, and then a moment for what follows it. */
async function eventually(holds: () => boolean, ms = 20_000): Promise<void> {
  for (const until = Date.now() + ms; !holds() && Date.now() < until; ) await sleep(200);
  expect(holds()).toBe(true);
}

const postgres = await startPostgres();
const noDump = missingPrograms('pg_dump');

describe.skipIf(!CLI)('with Temporal embedded and PGlite', () => {
  const folder = tempFolder('leaks-pglite-');
  let program: Running;
  beforeAll(async () => {
    program = await startProgram(folder);
  });
  afterAll(() => program?.stop());

  test('nothing of a patient is in its files, logs, metrics, mails, webhooks and traces', async () => {
    await everythingTold(program);
    await eventually(() => program.left.mails.length > 0 && program.left.webhooks.length > 0);
    const metrics = await fetch(`${program.metrics}/metrics`).then((answer) => answer.text());
    expect(metrics).toContain('# HELP');
    await program.stop();
    const { left } = program;
    expect(left.logs.toString()).toContain('a message was not understood');
    const files = filesIn(program.dataDir);
    expect(files.some(([name]) => name.startsWith('temporal.db'))).toBe(true);
    expect([...summariesIn(files), ...unlisted(program.dataDir)]).toEqual([]);
    const rows = await rowsOf(join(program.dataDir, 'ledger'));
    expect(rows).toContain('uppratta-sip');
    expect(
      found([...files, ['rows', Buffer.from(rows)], ['metrics', Buffer.from(metrics)], ...(Object.entries(left) as [string, Buffer][])]),
    ).toEqual([]);
    expect(files.filter(([, bytes]) => bytes.includes(UNSEALED)).map(([name]) => name.replace(/-wal$/, ''))).toContain('temporal.db');
    expect(rows).toContain(STAFF);
    expect(left.logs.toString()).not.toContain(STAFF);
    rmSync(program.dataDir, { recursive: true, force: true });
  });
});

const reason = 'skipped' in postgres ? postgres.skipped : noDump.length > 0 ? 'no pg_dump' : '';
describe.skipIf(!CLI || reason !== '')(`with PostgreSQL${reason === '' ? '' : ` (skipped: ${reason})`}`, () => {
  const url = 'url' in postgres ? postgres.url : '';
  let program: Running;
  beforeAll(async () => {
    program = await startProgram(tempFolder('leaks-postgres-'), url);
  });
  afterAll(async () => {
    await program?.stop();
    if ('stop' in postgres) await postgres.stop();
  });

  test('nothing of a patient is in the ledger, failed activities and objections among it', async () => {
    await everythingTold(program);
    await objected(program);
    // A stay that the ledger cannot take: its activity fails, with what the database says of the row.
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const schema = (await client.query(`select schemaname from pg_tables where tablename = 'facts'`)).rows[0].schemaname as string;
    await client.query(`alter table "${schema}".facts add constraint refused check (stay_id <> 'L-3') not valid`);
    const begun = await fetch(`${program.http}/v1/stays/L-3`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(admission),
    });
    expect(begun.status).toBe(201);
    const connection = await Connection.connect({ address: program.temporal });
    const stay = createClient(connection, 'default', KEYS).workflow.getHandle('stay/jonkoping/L-3');
    let failed: string | undefined;
    for (let tries = 0; failed === undefined && tries < 100; tries++) {
      await sleep(200);
      const { events } = await stay.fetchHistory();
      failed =
        events?.find((event) => event.activityTaskFailedEventAttributes)?.activityTaskFailedEventAttributes?.failure?.message ?? undefined;
      failed ??= (await stay.describe()).raw.pendingActivities?.find(({ lastFailure }) => lastFailure)?.lastFailure?.message ?? undefined;
    }
    // What went wrong is said with the rest of what is encrypted.
    expect(failed).toBe('Encoded failure');
    await connection.close();
    const metrics = await fetch(`${program.metrics}/metrics`).then((answer) => answer.text());
    const dump = await output('pg_dump', ['--inserts', url]);
    // A stay whose row is destroyed is still read: as erased.
    await client.query(`delete from "${schema}".patients where stay_id = 'L-1'`);
    await client.end();
    for (const path of [
      '/v1/billing/jonkoping/2019-03',
      '/v1/billing/jonkoping/2019-03/0680/objections',
      '/v1/stays?unit=0680',
      '/v1/stays/L-1',
    ])
      expect([path, (await fetch(`${program.http}${path}`)).status]).toEqual([path, 200]);
    const objections = await fetch(`${program.http}/v1/billing/jonkoping/2019-03/0680/objections`).then((answer) => answer.text());
    expect(objections).toContain('«gallrat»');
    await program.stop();
    const { left } = program;
    expect([...summariesIn(filesIn(program.dataDir)), ...unlisted(program.dataDir)]).toEqual([]);
    expect(dump).toContain('uppratta-sip');
    expect(dump).toContain('i-1');
    expect(dump).toContain(STAFF);
    expect(
      found([
        ...filesIn(program.dataDir),
        ['pg_dump', Buffer.from(dump)],
        ['metrics', Buffer.from(metrics)],
        ...(Object.entries(left) as [string, Buffer][]),
      ]),
    ).toEqual([]);
  });
});
