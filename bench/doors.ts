/**
 * `npm run bench:doors`: staff actions over HTTP and HL7 messages over MLLP, each against an empty handler of the same server, and a
 * day's backlog of a large region played in. The service is a process of its own with its embedded parts; so are the empty handlers.
 * `BENCH_BACKLOG` (default 2 000): how many messages the backlog has; a large region's day is 20 000.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../src/ports.js';
import { median, percentile } from './counting.js';
import { dayOf } from './hospital-day.js';
import { sendAll } from './mllp-client.js';
import { actions, admission } from './typical-stay.js';

const STAYS = Number(process.env.BENCH_STAYS ?? 24);
const AT_ONCE = 16;
const MESSAGES = 1_000;
const CONNECTIONS = 8;
const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 2_000);
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'hemgang-bench-'));
const children: ChildProcess[] = [];

function started(args: string[], env: Record<string, string>): { child: ChildProcess; line(wanted: RegExp): Promise<string> } {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const seen: string[] = [];
  const waiting: { wanted: RegExp; resolve: (line: string) => void }[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    seen.push(line);
    for (const one of waiting) if (one.wanted.test(line)) one.resolve(line);
  });
  const line = (wanted: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const found = seen.find((text) => wanted.test(text));
      if (found !== undefined) resolve(found);
      waiting.push({ wanted, resolve });
      child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
    });
  return { child, line };
}

console.log('Starting the service with its embedded parts, and the empty handlers…');
const [http = 0, mllp = 0, codec = 0, temporal = 0, ui = 0] = await freePorts(5);
const service = started(['bin/hemgang.js', 'serve'], {
  DATA_DIR: join(folder, 'data'),
  HTTP_PORT: String(http),
  MLLP_PORT: String(mllp),
  CODEC_PORT: String(codec),
  TEMPORAL_PORT: String(temporal),
  TEMPORAL_UI_PORT: String(ui),
  LOG_LEVEL: 'error',
});
const empty = started(['--import', 'tsx', 'bench/empty-server.ts'], { NODE_ENV: 'test' });
await service.line(/^API docs/);
const nothing = JSON.parse(await empty.line(/^\{/)) as { http: string; mllp: number };
const base = `http://127.0.0.1:${http}`;

interface Measured {
  perSecond: number;
  latencies: number[];
}

/** Sent again, as a client does, while the service says 503: on a machine that does much else, that is part of what it costs. */
async function post(url: string, body: unknown, method = 'POST'): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.ok) return;
    if (answer.status !== 503) throw new Error(`${url}: ${answer.status} ${text.slice(0, 300)}`);
    await sleep(1_000);
  }
}

/** Whole stays side by side, each stay's actions in order; only the actions are counted. `url`: where each is sent. */
async function actionRound(run: string, admitted: boolean, url: (stayId: string, action: string) => string): Promise<Measured> {
  const latencies: number[] = [];
  const ids = Array.from({ length: STAYS }, (_, n) => `${run}-${n}`);
  const body = { ...admission(Date.now()), admittedAt: new Date(Date.now() - 60_000).toISOString() };
  if (admitted) await Promise.all(ids.map((id) => post(`${base}/v1/stays/${id}`, body, 'PUT')));
  const from = performance.now();
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < STAYS; n = next++) {
      const stayId = ids[n] as string;
      for (const [i, { action, by, data }] of actions(Date.now).entries()) {
        const sent = performance.now();
        await post(url(stayId, action), { id: `${stayId}-${i}`, by, data: data() });
        latencies.push(performance.now() - sent);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { perSecond: (latencies.length * 1_000) / (performance.now() - from), latencies };
}

async function messageRound(run: string, port: number): Promise<Measured> {
  const messages = dayOf(run, MESSAGES, Date.now()).map(({ bytes }) => bytes);
  const { seconds, codes, latencies } = await sendAll(port, messages, CONNECTIONS);
  if (codes['AA'] !== MESSAGES) throw new Error(`${JSON.stringify(codes)} of ${MESSAGES} messages`);
  return { perSecond: MESSAGES / seconds, latencies };
}

/** Messages that are not yet applied. */
async function open(): Promise<number> {
  const answer = await fetch(`${base}/v1/messages?limit=1`);
  const { counts } = (await answer.json()) as { counts?: Record<string, number> };
  // Too busy to say: asked again.
  if (counts === undefined) return Number.POSITIVE_INFINITY;
  return (counts['mottagen'] ?? 0) + (counts['vantar'] ?? 0) + (counts['parkerad'] ?? 0);
}

/** `told`: how many are left, each minute, for whoever looks on. */
async function untilApplied(told?: (left: number) => void): Promise<void> {
  let toldAt = performance.now();
  for (let left = await open(); left > 0; left = await open()) {
    if (told !== undefined && performance.now() - toldAt > 60_000) {
      told(left);
      toldAt = performance.now();
    }
    await sleep(250);
  }
}

/** Resident memory of the service's process at its highest, in MB. */
const peakMemory = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${service.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

const row = (what: string, ours: Measured[], bare: Measured[]): void => {
  const rate = (rounds: Measured[]) => median(rounds.map(({ perSecond }) => perSecond));
  const late = (rounds: Measured[], p: number) => median(rounds.map(({ latencies }) => percentile(latencies, p)));
  console.log(
    `${what.padEnd(34)} ${rate(ours).toFixed(0).padStart(6)} a second, empty handler ${rate(bare).toFixed(0).padStart(6)}: ${(rate(ours) / rate(bare)).toFixed(3)}` +
      `; p50/p95 ${late(ours, 50).toFixed(0)}/${late(ours, 95).toFixed(0)} ms against ${late(bare, 50).toFixed(1)}/${late(bare, 95).toFixed(1)} ms`,
  );
};

try {
  const act = (stayId: string, action: string) => `${base}/v1/stays/${stayId}/actions/${action}`;
  const ours: Measured[] = [];
  const bare: Measured[] = [];
  await actionRound('warm', true, act);
  await actionRound('warm', false, () => `${nothing.http}/v1/empty`);
  for (let r = 0; r < ROUNDS; r++) {
    ours.push(await actionRound(`http-${r}`, true, act));
    bare.push(await actionRound(`http-${r}`, false, () => `${nothing.http}/v1/empty`));
  }
  row(`staff actions over HTTP, ${AT_ONCE} at once`, ours, bare);

  const kept: Measured[] = [];
  const said: Measured[] = [];
  await messageRound('warm', nothing.mllp);
  for (let r = 0; r < ROUNDS; r++) {
    kept.push(await messageRound(`hl7-${r}`, mllp));
    // What was accepted is applied meanwhile; the next round begins when that is done.
    await untilApplied();
    said.push(await messageRound(`hl7-${r}`, nothing.mllp));
  }
  row(`HL7 messages kept, ${CONNECTIONS} connections`, kept, said);

  const backlog = dayOf('backlog', BACKLOG, Date.now()).map(({ bytes }) => bytes);
  const from = performance.now();
  const { seconds, codes } = await sendAll(mllp, backlog, CONNECTIONS);
  console.log(
    `backlog of ${BACKLOG} messages (${BACKLOG / 4} stays): all kept and answered in ${seconds.toFixed(1)} s, ${(BACKLOG / seconds).toFixed(0)} a second: ${JSON.stringify(codes)}`,
  );
  const passed = (): number => (performance.now() - from) / 1_000;
  await untilApplied((left) =>
    console.log(`  after ${passed().toFixed(0)} s ${Number.isFinite(left) ? BACKLOG - left : 'who knows how many'} are applied`),
  );
  console.log(
    `  all applied in ${passed().toFixed(1)} s, ${(BACKLOG / passed()).toFixed(1)} messages a second; the service's memory at most ${peakMemory().toFixed(0)} MB`,
  );
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(async (child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve))));
  rmSync(folder, { recursive: true, force: true });
}
