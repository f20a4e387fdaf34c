/**
 * `npm run bench:billing`: months computed and frozen against one plain SQL aggregate of the same rows, on PGlite and on PostgreSQL; and,
 * on the same ledger, how soon the pages and reports answer. `BENCH_EPISODES` (default 1 000 000): how many in the big year.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { loadAgreements } from '../src/agreements/load.js';
import { kommunerIn } from '../src/domain/agreement-in-force.js';
import type { RuleBook } from '../src/domain/billing/kommun-month.js';
import { endOfMonth, ruleBookOf } from '../src/domain/billing/region-month.js';
import { DAY } from '../src/domain/calendar.js';
import { type Connection, connectPglite, connectPostgres } from '../src/ledger/connect.js';
import { ledgerOver } from '../src/ledger/ledger.js';
import { migrateToLatest } from '../src/ledger/migrate.js';
import { startPostgres } from '../test/support/postgres.js';
import { fillMonth, plainAggregate, repeatMonth } from './billing-rows.js';
import { median, percentile } from './counting.js';
import { pageTimes } from './pages.js';
import { fillIndicators } from './report-rows.js';

process.env.TZ = 'UTC';
const REGION = 'jonkoping';
const YEAR = '2023';
const MONTHS = Array.from({ length: 12 }, (_, i) => `${YEAR}-${String(i + 1).padStart(2, '0')}`);
const EPISODES = Number(process.env.BENCH_EPISODES ?? 1_000_000);
const A_MONTH = 10_000;
/** Those who are utskrivningsklara now: what a region's running month forecasts. */
const READY = 500;
const ROUNDS = 5;

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the agreements cannot be read');
const { agreements, vardpriser } = loaded;
const ms = (value: number): string => (value < 100 ? value.toFixed(1) : String(Math.round(value)));
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};
const memory = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

async function measure(connection: Connection): Promise<void> {
  // PGlite never asks the disk for anything, so the ledger does after each freeze: told apart, since it depends on the disk alone.
  const disk: Disk = { ms: 0 };
  const flush = async (): Promise<void> => {
    disk.ms += await timed(connection.flush);
  };
  const ledger = ledgerOver({ ...connection, flush }, [], await migrateToLatest(connection.db), loaded.ok ? loaded : undefined);
  const book = ruleBookOf({ agreements, vardpriser }, REGION, MONTHS[0] ?? '') as RuleBook;
  const payers = kommunerIn(book.agreement, MONTHS[0] ?? '').map(({ code }) => code);

  console.log(`\n${connection.kind === 'pglite' ? 'PGlite' : 'PostgreSQL'}`);
  await sizes(
    connection,
    { book, payers, perMonth: A_MONTH, months: ['2022-06'], title: `one month of ${A_MONTH} episodes`, disk },
    ledger,
  );
  const perMonth = Math.ceil(EPISODES / 12);
  await sizes(
    connection,
    { book, payers, perMonth, months: MONTHS, title: `a year of ${perMonth * 12} episodes, month by month`, disk },
    ledger,
  );
  for (const month of MONTHS) await fillIndicators(connection.db, { region: REGION, month });
  await fillMonth(connection.db, { region: REGION, month: MONTHS.at(-1) ?? '', payers, count: READY, book, open: true });
  // As a server that looks after itself does in time; PGlite does so when it is opened.
  await sql`analyze`.execute(connection.db);
  for (const { what, times } of await pageTimes({
    ledger,
    agreements: loaded.ok ? loaded : undefined,
    region: REGION,
    months: MONTHS,
    payers,
  })) {
    console.log(`  ${what.padEnd(44)} p50 ${ms(median(times)).padStart(6)} ms   p95 ${ms(percentile(times, 95)).padStart(6)} ms`);
  }
}

interface Sizes {
  book: RuleBook;
  payers: string[];
  perMonth: number;
  months: string[];
  title: string;
  disk: Disk;
}

/** Time spent on forcing files onto the disk. */
interface Disk {
  ms: number;
}

async function sizes(
  connection: Connection,
  { book, payers, perMonth, months, title, disk }: Sizes,
  ledger: ReturnType<typeof ledgerOver>,
): Promise<void> {
  const { db } = connection;
  const [first = '', ...others] = months;
  const filled = await timed(() => fillMonth(db, { region: REGION, month: first, payers, count: perMonth, book }));
  for (const month of others) await repeatMonth(db, { region: REGION, from: first, to: month });
  console.log(`  ${title} (judged and written at ${Math.round((perMonth / filled) * 1_000)} a second)`);
  const plain: number[] = [];
  const stored: number[] = [];
  const computed: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(
      await timed(async () => {
        for (const month of months) await plainAggregate(db, { region: REGION, month }, 'facts');
      }),
    );
    stored.push(
      await timed(async () => {
        for (const month of months) await plainAggregate(db, { region: REGION, month }, 'days');
      }),
    );
    computed.push(
      await timed(async () => {
        for (const month of months) await ledger.monthSums({ region: REGION, month }, endOfMonth(month) + DAY);
      }),
    );
  }
  // What was just written is on the disk before the freezing, which forces there what it has written itself.
  await connection.flush();
  const before = memory();
  let most = before;
  disk.ms = 0;
  let frozen = 0;
  for (const month of months) {
    frozen += await timed(() => ledger.freezeMonth({ region: REGION, month }, endOfMonth(month) + 13 * DAY));
    most = Math.max(most, memory());
  }
  const base = median(plain);
  const ratio = (value: number): string => `${ms(value)} ms = ${(value / base).toFixed(2)}`;
  console.log(`    one plain SQL aggregate of the same rows, days from their times: ${ms(base)} ms = 1`);
  console.log(`    the same over days that are stored already:                      ${ratio(median(stored))}`);
  console.log(`    computed:                                                        ${ratio(median(computed))}`);
  console.log(`    frozen (computed, hashed over every stay, kept), once:           ${ratio(frozen - disk.ms)}`);
  if (disk.ms > 1) console.log(`    and forced onto the disk, ${months.length} times:                          ${ms(disk.ms)} ms`);
  console.log(`    heap before ${ms(before)} MB, at most ${ms(most)} MB while freezing`);
}

const folder = mkdtempSync(join(tmpdir(), 'hemgang-bench-'));
try {
  const lite = await connectPglite(folder);
  await measure(lite);
  await lite.close();
  const server = await startPostgres();
  if ('skipped' in server) console.log(`\nPostgreSQL left out: ${server.skipped}`);
  else {
    const connection = await connectPostgres(server.url);
    await measure(connection);
    await connection.close();
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
