/** `hemgang erase`: destroys who the patient of a stay was and what was written of the patient, by a decision or because its time is out. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { z } from 'zod';
import { loadAgreements } from '../agreements/load.js';
import { problemText } from '../agreements/yaml-file.js';
import { openClock } from '../clock.js';
import type { Config } from '../config.js';
import { lockDataDir } from '../data-dir.js';
import { toIso } from '../domain/calendar.js';
import { keptSince } from '../domain/retention.js';
import { holdsPersonnummer } from '../doors/identity-numbers.js';
import { type EraserDeps, type ErasureOutcome, type ErasureRequest, eraseStays } from '../erasure/erase-stays.js';
import type { Erasure } from '../ledger/erasure/erasure-ledger.js';
import type { EndedStay } from '../ledger/erasure/list-erasures.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import { connectLazily, createClient } from '../temporal/client.js';
import { startEmbeddedTemporal } from '../temporal/embedded.js';
import { eraseHistories } from '../temporal/erase-histories.js';
import { SEARCH_ATTRIBUTES } from '../temporal/search-attributes.js';
import { reportThrown, withConfig, wrongUse } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { ledgerError } from './ledger-error.js';
import { temporalAddress } from './temporal-connection.js';

export interface EraseOptions {
  /** One stay, by a decision. */
  stay?: string | undefined;
  /** The decision's reference. */
  decision?: string | undefined;
  /** All whose time is out. */
  due?: boolean | undefined;
  /** Only say what would be erased. */
  dryRun?: boolean | undefined;
  /** Print the stays that are erased, one JSON object a line. */
  list?: boolean | undefined;
  /** A list that was printed before: erase those stays again, as after a backup has been put back. */
  again?: string | undefined;
  /** Who does it; default the user of this machine. */
  by?: string | undefined;
  /** How long a stay is left alone once its erasure has begun; see `eraseStays`. */
  settleMs?: number | undefined;
}

const AT_ONCE = 50;
const LONGEST = 200;

/** Answers 0 when all was done, 1 when something was refused or is left to be gone on with, 2 when it was asked for wrongly. */
export async function run(options: EraseOptions, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    try {
      checkWhat(options, config);
      const requests = requestsOf(options);
      return await withParts(config, options, (parts) => perform(parts, options, requests, io));
    } catch (error) {
      return reportThrown(io, error);
    }
  });
}

/** Says what is wrong with what was asked for. */
function checkWhat(
  { stay, decision, due, dryRun, list, again, by }: EraseOptions,
  { retentionYears }: Pick<Config, 'retentionYears'>,
): void {
  if ([stay, due, list, again].filter((one) => one !== undefined && one !== false).length !== 1)
    throw wrongUse('what is to be erased: give one of --stay ID --decision REFERENCE, --due, --list, --again FILE');
  if (stay !== undefined && !decision?.trim())
    throw wrongUse('--decision: a stay is erased before its time by a decision; give its reference');
  if (decision !== undefined && stay === undefined) throw wrongUse('--decision: is about one stay; give --stay ID');
  if (dryRun === true && stay === undefined && due !== true) throw wrongUse('--dry-run: goes with --stay and --due');
  if (due === true && retentionYears === null) throw wrongUse('RETENTION_YEARS: is never; a stay is erased by a decision alone (--stay)');
  for (const [name, text] of Object.entries({ decision, by })) {
    if (text === undefined) continue;
    // Kept for ever, and in clear text.
    if (text.length > LONGEST || holdsPersonnummer(text))
      throw wrongUse(`--${name}: a reference of at most ${LONGEST} characters that names no patient`);
  }
}

interface Parts {
  ledger: Ledger;
  config: Config;
  deps: EraserDeps;
}

/** The ledger and Temporal, its own or the configured ones. The embedded ones belong to the service while it runs. */
async function withParts(config: Config, options: EraseOptions, work: (parts: Parts) => Promise<number>): Promise<number> {
  const { databaseUrl, dataDir, temporal } = config;
  const closing: (() => unknown)[] = [];
  try {
    if (databaseUrl === undefined || temporal.embedded) {
      const lock = lockDataDir(dataDir);
      if ('error' in lock) throw new Error(`${lock.error}: the embedded ledger and Temporal are the running service's`);
      closing.push(lock.release);
    }
    const agreements = loadAgreements(config.agreementsDir);
    if (!agreements.ok) throw wrongUse(agreements.problems.map(problemText).join('\n'));
    const ledger = await openLedger({ databaseUrl, dataDir, rules: agreements, migrations: 'check' }).catch((error: unknown) => {
      throw ledgerError(config, error);
    });
    closing.push(ledger.close);
    const isTold = options.list === true || options.dryRun === true;
    const embedded =
      temporal.embedded && !isTold ? await startEmbeddedTemporal(config, { searchAttributes: SEARCH_ATTRIBUTES }) : undefined;
    if (embedded !== undefined) closing.push(embedded.stop);
    const connection = connectLazily(temporalAddress(config, embedded?.address));
    closing.push(() => connection.close());
    // What is destroyed is not read: no key is needed.
    const client = createClient(connection, temporal.namespace, []);
    const deps: EraserDeps = {
      ledger,
      eraseHistories: (ids) => eraseHistories({ client }, ids),
      now: openClock(config).now,
      retentionYears: config.retentionYears,
      settleMs: options.settleMs,
    };
    return await work({ ledger, config, deps });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Those that are named; none where all that is due is meant. */
function requestsOf({ stay, decision, again, by }: EraseOptions): ErasureRequest[] {
  if (again !== undefined) return requestsIn(again);
  return stay === undefined ? [] : [{ stayId: stay, ground: 'beslut', decision: decision?.trim(), by: by ?? userInfo().username }];
}

async function perform(
  { ledger, config, deps }: Parts,
  { due, dryRun = false, list, again, by }: EraseOptions,
  requests: readonly ErasureRequest[],
  io: CommandIo,
): Promise<number> {
  if (list === true) return printAll(ledger, io);
  let isWhole = true;
  const pass = async (some: readonly ErasureRequest[]): Promise<void> => {
    const outcomes = dryRun ? await judged(deps, ledger, some) : await eraseStays(deps, some, { again: again !== undefined });
    for (const outcome of outcomes) isWhole = print(outcome, { dryRun, isDue: due === true }, io) && isWhole;
  };
  if (!dryRun) io.stderr.write('A stay is left alone for a minute once its erasure has begun, in case somebody is just correcting it.\n');
  for (let from = 0; from < requests.length; from += AT_ONCE) await pass(requests.slice(from, from + AT_ONCE));
  if (due === true && config.retentionYears !== null) {
    // What was begun and not finished is due, whatever its ground.
    for (let next: string | null | undefined; next !== null; ) {
      const page = await ledger.listErasures({ unfinished: true, after: next, limit: AT_ONCE });
      await pass(page.items.map(({ decision, ...erasure }) => ({ ...erasure, decision: decision ?? undefined })));
      next = page.next;
    }
    const endedBefore = keptSince(deps.now(), config.retentionYears);
    for (let after: EndedStay | undefined; ; ) {
      const some = await ledger.dueForErasure({ endedBefore, after, limit: AT_ONCE });
      if (some.length === 0) break;
      await pass(some.map(({ stayId }) => ({ stayId, ground: 'gallringsfrist', by: by ?? userInfo().username })));
      after = some.at(-1);
    }
  }
  return isWhole ? EXIT.done : EXIT.failed;
}

/** What would come of it. */
async function judged({ now, retentionYears }: EraserDeps, ledger: Ledger, requests: readonly ErasureRequest[]): Promise<ErasureOutcome[]> {
  const outcomes: ErasureOutcome[] = [];
  for (const { stayId, ground } of requests) {
    const known = await ledger.erasureOf(stayId);
    const answer = await ledger.mayErase({ stayId, ground, now: now(), retentionYears });
    if (known !== undefined) outcomes.push({ stayId, outcome: known.completedAt === null ? 'erased' : 'already' });
    else outcomes.push(answer.may ? { stayId, outcome: 'erased' } : { stayId, outcome: 'refused', code: answer.code, need: answer.need });
  }
  return outcomes;
}

/** One line for each stay; answers whether all is well. What is still needed is no fault where nobody asked for that stay. */
function print(outcome: ErasureOutcome, { dryRun, isDue }: { dryRun: boolean; isDue: boolean }, io: CommandIo): boolean {
  const { stayId } = outcome;
  switch (outcome.outcome) {
    case 'erased':
      io.stdout.write(`${stayId}: ${dryRun ? 'would be erased' : 'erased'}\n`);
      return true;
    case 'already':
      io.stdout.write(`${stayId}: erased before\n`);
      return true;
    case 'refused':
      io.stderr.write(`${stayId}: not erased, ${outcome.code}: ${outcome.need}\n`);
      return isDue;
    case 'taken-up':
      io.stderr.write(
        `${stayId}: not erased: it runs, since it has just been corrected or has notices left to deliver; give the command again when it has ended\n`,
      );
      return false;
    case 'left':
      io.stderr.write(`${stayId}: begun and not done: ${outcome.need}; the service goes on with it, or give the same command again\n`);
      return false;
  }
}

async function printAll(ledger: Ledger, io: CommandIo): Promise<number> {
  let after: string | undefined;
  do {
    const page = await ledger.listErasures({ after, limit: AT_ONCE });
    for (const erasure of page.items) io.stdout.write(`${JSON.stringify(shown(erasure))}\n`);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return EXIT.done;
}

const shown = ({ stayId, region, ground, decision, by, lastEntryAt, begunAt, completedAt }: Erasure) => ({
  stayId,
  region,
  ground,
  ...(decision === null ? {} : { decision }),
  by,
  lastEntryAt: toIso(lastEntryAt),
  begunAt: toIso(begunAt),
  ...(completedAt === null ? {} : { completedAt: toIso(completedAt) }),
});

const lineSchema = z
  .looseObject({ stayId: z.string().min(1), ground: z.enum(['gallringsfrist', 'beslut']), decision: z.string().optional(), by: z.string() })
  .refine(({ ground, decision }) => (ground === 'beslut') === (decision !== undefined));

/** As `--list` printed them. */
function requestsIn(file: string): ErasureRequest[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const { stayId, ground, decision, by } = lineSchema.parse(JSON.parse(line));
      return [{ stayId, ground, decision, by }];
    } catch {
      throw new Error(`${file}:${index + 1}: is no line of hemgang erase --list`);
    }
  });
}
