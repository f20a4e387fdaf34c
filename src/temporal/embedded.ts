/** The embedded Temporal server: the CLI's dev server with its state in `DATA_DIR`, which lives and dies with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { Config } from '../config.js';
import { freePorts } from '../ports.js';
import { temporalCli } from './tools.js';

export interface EmbeddedTemporalOptions {
  /** Where the UI's pages decode payloads, such as `http://127.0.0.1:8081`. */
  uiCodecEndpoint?: string | undefined;
  /** Registered at start; those that exist already stay as they are. */
  searchAttributes: readonly { name: string; type: string }[];
}

export interface EmbeddedTemporal {
  address: string;
  uiUrl: string;
  /** Resolves with a plain line when the server ends without having been asked to; never otherwise. */
  died: Promise<string>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const STARTS_WITHIN_MS = 90_000;
const STOPS_WITHIN_MS = 10_000;
const LOG_MAX_BYTES = 10_000_000;

/**
 * The guard holds our pipe: when this process is gone, however it went, the server is asked to stop. It has a group of
 * its own, so that Ctrl-C reaches us first and the worker can let go of the server in good order.
 */
const GUARD =
  'exec 3<&0; "$@" 3<&- & p=$!; (cat <&3 >/dev/null; kill "$p" 2>/dev/null) & w=$!; exec 3<&-; wait "$p"; rc=$?; kill "$w" 2>/dev/null; exit "$rc"';

/** Starts the server and waits until it answers for its namespace. Throws in plain words when it does not. */
export async function startEmbeddedTemporal(config: Config, options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  if (!config.temporal.embedded) throw new Error('TEMPORAL_ADDRESS is set: there is nothing to embed');
  const { namespace } = config.temporal;
  const cli = temporalCli();
  const dbFile = join(config.dataDir, 'temporal.db');
  const logFile = join(config.dataDir, 'temporal.log');
  mkdirSync(config.dataDir, { recursive: true });
  await endOrphans(dbFile);

  const [anyPort = 0, anyUiPort = 0] = await freePorts(2);
  const port = config.temporal.port || anyPort;
  const uiPort = config.temporal.uiPort || anyUiPort;
  const args = [
    ...['server', 'start-dev', '--disable-config-env', '--disable-config-file', '--db-filename', dbFile, '--namespace', namespace],
    ...['--ip', HOST, '--port', String(port), '--ui-ip', HOST, '--ui-port', String(uiPort), '--ui-disable-news-fetch'],
    ...options.searchAttributes.flatMap(({ name, type }) => ['--search-attribute', `${name}=${typeName(type)}`]),
    ...(options.uiCodecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.uiCodecEndpoint]),
  ];

  const log = openLog(logFile);
  const child =
    process.platform === 'win32'
      ? spawn(cli, args, { stdio: ['pipe', log, log] })
      : spawn('/bin/sh', ['-c', GUARD, 'guard', cli, ...args], { stdio: ['pipe', log, log], detached: true });
  closeSync(log);

  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`The embedded Temporal server could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      child.stdin?.destroy();
      resolve(`The embedded Temporal server ended (${signal ?? `exit code ${code}`}): ${lastLine(logFile)}`);
    });
  });
  child.stdin?.on('error', () => undefined);
  const stop = async () => {
    stopping = true;
    await end(child, ended);
  };

  const address = `${HOST}:${port}`;
  const failure = await Promise.race([ended, serves(address, namespace)]);
  if (failure !== undefined) {
    await stop();
    throw new Error(`${failure} (see ${logFile})`);
  }
  const died = ended.then((line) => (stopping ? new Promise<string>(() => undefined) : line));
  return { address, uiUrl: `http://${HOST}:${uiPort}`, died, stop };
}

/** Undefined as soon as the namespace can be asked for; a plain line when that takes too long. */
async function serves(address: string, namespace: string): Promise<string | undefined> {
  const until = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < until) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.describeNamespace({ namespace }));
        return undefined;
      } finally {
        await connection.close();
      }
    } catch {
      await sleep(150);
    }
  }
  return `The embedded Temporal server did not answer within ${STARTS_WITHIN_MS / 1000} s`;
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  // The guard sees the end of the pipe and asks the server to stop.
  child.stdin?.end();
  if (process.platform === 'win32') child.kill();
  const inTime = await Promise.race([ended.then(() => true), sleep(STOPS_WITHIN_MS, false, { ref: false })]);
  if (inTime) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
  await ended;
}

/** A server of an earlier run that was killed together with its guard still holds the file; nobody else may. */
async function endOrphans(dbFile: string): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', 50],
    ['SIGKILL', 20],
  ] as const) {
    for (const pid of serversOf(dbFile)) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone already.
      }
    }
    for (let i = 0; i < patience && serversOf(dbFile).length > 0; i += 1) await sleep(100);
  }
}

/** The processes whose arguments name this file. Outside Linux there is no list to read, and none is found. */
function serversOf(dbFile: string): number[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
      .filter((entry) => isServerOf(dbFile, entry))
      .map(Number);
  } catch {
    return [];
  }
}

function isServerOf(dbFile: string, pid: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return args.includes('start-dev') && args[args.indexOf('--db-filename') + 1] === dbFile;
  } catch {
    return false;
  }
}

function openLog(file: string): number {
  try {
    if (statSync(file).size > LOG_MAX_BYTES) renameSync(file, `${file}.old`);
  } catch {
    // The first start: there is none.
  }
  return openSync(file, 'a');
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) || 'it said nothing';
  } catch {
    return 'its log is gone';
  }
}

/** `KEYWORD_LIST` → `KeywordList`, as the CLI writes them. */
function typeName(type: string): string {
  return type.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
