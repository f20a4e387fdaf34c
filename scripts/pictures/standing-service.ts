/** A whole service that stands still in the middle of the sample month: everything that had happened by then has been played to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../src/ports.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(ROOT, 'samples/2019-03-jonkoping.jsonl');

/** Any other scale than 1 makes the service wait for the feed before it judges; at twice the real time it hardly moves. */
const SCALE = 2;
const READY_WITHIN_MS = 180_000;

export interface StandingOptions {
  /** An empty folder, for this alone. */
  folder: string;
  /** ISO 8601. */
  at: string;
  /** Which stays; left out: all of the month. */
  stays?: readonly string[];
  /** Of the service's environment, what is to be otherwise. */
  env?: Readonly<Record<string, string>>;
}

export interface StandingService {
  url: string;
  uiUrl: string;
  codecUrl: string;
  temporalAddress: string;
  /** What the player printed. */
  played: string;
  stop(): Promise<void>;
}

interface SampleLine {
  stay?: { stayId: string; admittedAt: string };
  action?: { stayId: string; at: string };
}

/** Starts it and plays to it; throws with what it said when that fails. */
export async function standingService({ folder, at, stays, env = {} }: StandingOptions): Promise<StandingService> {
  const [http = 0, mllp = 0, codec = 0, temporal = 0, ui = 0] = await freePorts(5);
  mkdirSync(folder, { recursive: true });
  const feed = join(folder, 'until-then.jsonl');
  writeFileSync(feed, linesUntil(at, stays));
  const url = `http://127.0.0.1:${http}`;
  const environment = {
    DATA_DIR: join(folder, 'data'),
    HTTP_PORT: String(http),
    MLLP_PORT: String(mllp),
    CODEC_PORT: String(codec),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
    CLOCK_SCALE: String(SCALE),
    CLOCK_START: at,
    LOG_LEVEL: 'warn',
    ...env,
  };
  const service = hemgang(environment, 'serve');
  const stop = async (): Promise<void> => {
    service.child.kill('SIGTERM');
    await service.ended;
  };
  try {
    await ready(`${url}/readyz`, service);
    const player = hemgang({ ...environment, HEMGANG_URL: url }, 'replay', '--no-wait', feed);
    if ((await player.ended) !== 0) throw new Error(`the sample could not be played: ${player.said()}`);
    const played = player.said();
    return {
      url,
      uiUrl: `http://127.0.0.1:${ui}`,
      codecUrl: `http://127.0.0.1:${codec}`,
      temporalAddress: `127.0.0.1:${temporal}`,
      played,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function linesUntil(at: string, stays: readonly string[] | undefined): string {
  const lines = readFileSync(SAMPLE, 'utf8').trim().split('\n');
  const kept = lines.filter((line) => {
    const { stay, action } = JSON.parse(line) as SampleLine;
    const stayId = stay?.stayId ?? action?.stayId ?? '';
    return Date.parse(stay?.admittedAt ?? action?.at ?? '') <= Date.parse(at) && (stays === undefined || stays.includes(stayId));
  });
  return `${kept.join('\n')}\n`;
}

interface Running {
  child: ChildProcess;
  ended: Promise<number | null>;
  said(): string;
}

/** Nothing of the caller's environment that would change what is played. */
function hemgang(env: Record<string, string>, ...args: string[]): Running {
  const { PATH = '', HOME = '', TEMPORAL_CLI_PATH } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'bin/hemgang.js'), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, TZ: 'UTC', ...(TEMPORAL_CLI_PATH ? { TEMPORAL_CLI_PATH } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const hear = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-10_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return { child, ended: new Promise((resolve) => child.once('close', resolve)), said: () => text.trim() };
}

async function ready(url: string, { child, said }: Running): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && child.exitCode === null) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(250);
  }
  throw new Error(`the service did not start: ${said()}`);
}
