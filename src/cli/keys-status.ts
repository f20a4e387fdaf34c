/** `hemgang keys status` and `hemgang keys lost`: which key is needed by what, and whether it can be removed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { dataDirOwner } from '../data-dir.js';
import type { KeyUse } from '../ledger/keys/key-use.js';
import type { KnownKey } from '../ledger/keys/known-keys.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import { connectLazily } from '../temporal/client.js';
import type { PayloadKey } from '../temporal/codec.js';
import { loadKeys, readKeysFile } from '../temporal/keys.js';
import { startedBefore } from '../temporal/started-before.js';
import { reportThrown, withConfig, wrongUse } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { keysPlaceOf } from './keys-place.js';
import { ledgerError } from './ledger-error.js';
import { KEYS_TOLD } from './start-keys.js';
import { temporalAddress } from './temporal-connection.js';

interface Standing {
  use: KeyUse[];
  known: KnownKey[];
  /** A running service said so then, in real time. */
  toldAt?: number;
}

/** So long after a new key came first, another process may still have written with the one before it. */
const SLACK_MS = 10 * 60_000;
const ASKED_WITHIN_MS = 5_000;

/** Prints one line for each key, never a key. Answers 0; 1 when the ledger cannot be asked. */
export async function run(_options: object, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    try {
      const standing = await standingOf(config);
      if (standing.toldAt !== undefined)
        io.stderr.write(`The ledger is in use by the running service; as it said at ${new Date(standing.toldAt).toISOString()}:\n`);
      for (const line of await lines(config, standing)) io.stdout.write(`${line}\n`);
      return EXIT.done;
    } catch (error) {
      return reportThrown(io, error);
    }
  });
}

/** `hemgang keys lost ID`: the service starts without it from now on. */
export async function lost({ keyId }: { keyId: string }, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    try {
      await withLedger(config, async (ledger) => {
        const rows = (await ledger.keyUse()).filter((use) => use.keyId === keyId);
        if (currentKeys(config).some(({ id }) => id === keyId)) throw wrongUse(`${keyId}: is configured, so it is not lost`);
        if (rows.length === 0) throw wrongUse(`${keyId}: nothing in the ledger needs it`);
        await ledger.giveKeyUp(keyId, Date.now());
        io.stdout.write(`${keyId}: given up. Not to be read any more: ${needs(rows)}.\n`);
      });
      return EXIT.done;
    } catch (error) {
      return reportThrown(io, error);
    }
  });
}

/** As they are now, where a file holds them. */
function currentKeys(config: Config): PayloadKey[] {
  const place = keysPlaceOf(config);
  return (place.kind === 'list' ? undefined : readKeysFile(place.file)) ?? loadKeys(config);
}

async function standingOf(config: Config): Promise<Standing> {
  if (config.databaseUrl === undefined && dataDirOwner(config.dataDir) !== undefined) {
    const file = join(config.dataDir, KEYS_TOLD);
    try {
      const { at, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { at: number; use: KeyUse[]; known: KnownKey[] };
      return { ...rest, toldAt: at };
    } catch {
      throw new Error(`DATA_DIR: the ledger is in use by a service that has not told of its keys yet (${file}); try again`);
    }
  }
  return withLedger(config, async (ledger) => ({ use: await ledger.keyUse(), known: await ledger.knownKeys() }));
}

async function withLedger<T>(config: Config, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = config;
  const ledger = await openLedger({ databaseUrl, dataDir, keys: currentKeys(config), migrations: 'check' }).catch((error: unknown) => {
    throw ledgerError(config, error);
  });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function lines(config: Config, { use, known }: Standing): Promise<string[]> {
  const keys = currentKeys(config);
  const [active] = keys;
  const unknown = [...new Set(use.map(({ keyId }) => keyId))].filter((id) => id !== '' && !keys.some((key) => key.id === id));
  const ids = [...keys.map(({ id }) => id), ...unknown];
  const width = Math.max(...ids.map((id) => id.length));
  const told: string[] = [];
  for (const id of ids) {
    const when = known.find(({ keyId }) => keyId === id);
    const rows = use.filter(({ keyId, table }) => keyId === id && (id === active?.id || table !== 'used_keys'));
    const answers = use.find(({ keyId, table }) => keyId === id && table === 'used_keys')?.rows ?? 0;
    const state = unknown.includes(id) ? (when?.lostAt == null ? 'MISSING' : 'lost') : stateOf(id, active?.id, when);
    told.push(
      `${id.padEnd(width)}  ${state}; ${await verdict(config, { isActive: id === active?.id, isHere: !unknown.includes(id), when, rows, answers })}`,
    );
  }
  const plain = use.filter(({ keyId }) => keyId === '');
  if (plain.length > 0) told.push(`(no key)  not encrypted: ${needs(plain)}; sealed by a running worker`);
  return told;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

function stateOf(id: string, active: string | undefined, when: KnownKey | undefined): string {
  if (id === active) return `written with${when?.activeFrom == null ? '' : ` since ${day(when.activeFrom)}`}`;
  if (when?.activeFrom == null) return 'read only, not written with yet';
  return `read only since ${when.retiredAt === null ? 'just now' : day(when.retiredAt)}`;
}

const needs = (rows: readonly KeyUse[]): string => rows.map(({ table, rows: n }) => `${n} of ${table}`).join(', ');

interface Judged {
  isActive: boolean;
  isHere: boolean;
  when: KnownKey | undefined;
  rows: readonly KeyUse[];
  answers: number;
}

/** Whether it may go: no row needs it, and no history that is still there was begun while it was written with. */
async function verdict(config: Config, { isActive, isHere, when, rows, answers }: Judged): Promise<string> {
  if (isActive) return rows.length === 0 ? 'no rows yet' : needs(rows);
  if (!isHere) return `needed by ${needs(rows)}`;
  const until = when?.retiredAt ?? when?.firstSeenAt;
  const histories = await historiesBefore(config, until);
  const by = [
    ...(rows.length === 0 ? [] : [`by ${needs(rows)} (sealed anew by a running worker)`]),
    ...(histories === undefined
      ? ['perhaps by histories: Temporal cannot be asked']
      : histories === 0
        ? []
        : [`by ${histories} histories of workflows`]),
  ];
  if (by.length > 0) return `needed ${by.join(', and ')}`;
  if (when?.activeFrom == null) return 'may be removed, unless it was prepared to be written with';
  return answers === 0 ? 'may be removed' : `may be removed; ${answers} answers to repeated writes would be made anew`;
}

/** Of workflows that run or whose history is kept; undefined when nobody answers. */
async function historiesBefore(config: Config, until: number | undefined): Promise<number | undefined> {
  const connection = connectLazily(temporalAddress(config));
  try {
    return await connection.withDeadline(Date.now() + ASKED_WITHIN_MS, () =>
      startedBefore(connection, config.temporal.namespace, (until ?? Date.now()) + SLACK_MS),
    );
  } catch {
    return undefined;
  } finally {
    await connection.close();
  }
}
