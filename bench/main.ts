/** `npm run bench`: whole typical stays against a bare workflow with as many updates, timers, activities and upserts, on one server in one run. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { register } from 'tsx/cjs/api';
import { createActivities } from '../activities/index.js';
import { loadAgreements, processRulesOf } from '../src/agreements/load.js';
import type { StayGateway } from '../src/doors/gateway.js';
import { openLedger } from '../src/ledger/ledger.js';
import { bundleWorkflows } from '../src/temporal/bundle.js';
import { createClient } from '../src/temporal/client.js';
import { dataConverter, FAILURE_CONVERTER_PATH, PAYLOAD_CONVERTER_PATH } from '../src/temporal/data-converter.js';
import { SEARCH_ATTRIBUTES } from '../src/temporal/search-attributes.js';
import { createStayGateway } from '../src/temporal/stay-client.js';
import { temporalCli } from '../src/temporal/tools.js';
import { stayWorkflowId } from '../src/temporal/workflow-ids.js';
import { workerOptions } from '../worker/main.js';
import { type Counted, count, evenly, median, percentile, spread } from './counting.js';
import { actions, admission } from './typical-stay.js';
import type { Step } from './workflows/index.js';

const ROUNDS = 3;
const STAYS = Number(process.env.BENCH_STAYS ?? 12);
const AT_ONCE = 8;
const OPEN_STAYS = Number(process.env.BENCH_OPEN_STAYS ?? 160);

// The SDK loads the converters with `require`, which knows TypeScript only when told so.
register();
process.env.TZ = 'UTC';
const quiet = () => undefined;
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
});

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the agreements cannot be read');
const agreement = [...loaded.agreements.values()].find((a) => a.id === 'jonkoping-2018');
if (!agreement) throw new Error('there is no agreement jonkoping-2018');

const folder = mkdtempSync(join(tmpdir(), 'hemgang-bench-'));
const keys = [{ id: 'bench', key: randomBytes(32) }];
console.log('Starting a Temporal dev server on a file, PGlite and two workers…');
const env = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: { type: 'existing-path', path: temporalCli() },
    dbFilename: join(folder, 'temporal.db'),
    searchAttributes: SEARCH_ATTRIBUTES as never,
  },
});
const ledger = await openLedger({ dataDir: folder, keys });
const client = createClient(env.connection as never, 'default', keys);
const clock = { start: Date.now(), realStart: Date.now(), scale: 1 };
const activities = createActivities({
  ledger,
  agreements: loaded,
  dataDir: folder,
  clock: { now: Date.now },
  log: { info: quiet, warn: quiet, error: quiet },
});
const stayBundle = await bundleWorkflows();
const bareBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)),
  payloadConverterPath: PAYLOAD_CONVERTER_PATH,
  failureConverterPath: FAILURE_CONVERTER_PATH,
  logger: new DefaultLogger('ERROR'),
});
const common = { connection: env.nativeConnection, namespace: 'default', keys, maxCachedWorkflows: 2_000 };
const nothing = async (): Promise<never> => ({}) as never;
const idleActivities = Object.fromEntries(Object.keys(activities).map((name) => [name, nothing])) as unknown as typeof activities;
const workers = await Promise.all([
  Worker.create(workerOptions({ ...common, activities, taskQueue: 'hemgang', workflowBundle: stayBundle })),
  // The same stays with activities that do nothing, as the bare workflow's: what the rules cost, and what a stay weighs, without the ledger.
  Worker.create(workerOptions({ ...common, activities: idleActivities, taskQueue: 'quiet', workflowBundle: stayBundle })),
  Worker.create(
    workerOptions({ ...common, activities: { idle: async () => undefined } as never, taskQueue: 'bare', workflowBundle: bareBundle }),
  ),
]);
const running = workers.map((worker) => worker.run());
const recorded = createStayGateway({ client, clock });
const unrecorded = createStayGateway({ client, clock, taskQueue: 'quiet' });
const weighed = createStayGateway({ client, clock, taskQueue: 'open-stays' });
const rules = processRulesOf(agreement, Date.now());

/** Plays a stay's actions, all or the first few; answers how long each took, in ms. */
async function playStay(stayId: string, gateway: StayGateway, first = Number.POSITIVE_INFINITY): Promise<number[]> {
  await gateway.admit(stayId, admission(Date.now()), rules);
  const latencies: number[] = [];
  for (const [i, { action, by, data }] of actions(Date.now).slice(0, first).entries()) {
    const from = performance.now();
    const answer = await gateway.act('jonkoping', stayId, action, { id: `${stayId}-${i}`, by, data: data() });
    latencies.push(performance.now() - from);
    if (typeof answer === 'string' || !answer.accepted) throw new Error(`${action} was not accepted: ${JSON.stringify(answer)}`);
  }
  if (first > 1_000) await client.workflow.getHandle(stayWorkflowId('jonkoping', stayId)).result();
  return latencies;
}

async function playBare(id: string, steps: Step[], argument: unknown, first = steps.length, taskQueue = 'bare'): Promise<number[]> {
  const handle = await client.workflow.start('bare', { workflowId: id, taskQueue, args: [steps, argument] });
  const latencies: number[] = [];
  for (let i = 0; i < first; i++) {
    const from = performance.now();
    await handle.executeUpdate('act', { args: [argument] });
    latencies.push(performance.now() - from);
  }
  if (first === steps.length) await handle.result();
  return latencies;
}

interface Round {
  perSecond: number;
  latencies: number[];
}

async function round(play: (n: number) => Promise<number[]>): Promise<Round> {
  const from = performance.now();
  const latencies: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < STAYS; n = next++) latencies.push(...(await play(n)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { perSecond: (STAYS * 1_000) / (performance.now() - from), latencies };
}

/** History of one workflow: what it holds, its size, and how long it takes to replay. */
async function historyOf(workflowId: string, bundle: typeof stayBundle): Promise<Counted & { bytes: number; replayMs: number }> {
  const handle = client.workflow.getHandle(workflowId);
  const history = await handle.fetchHistory();
  const { raw } = await handle.describe();
  const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const from = performance.now();
    await Worker.runReplayHistory(
      { workflowBundle: bundle, dataConverter: dataConverter(keys), ...{ isolateExecutionTimeout: '30s' } },
      JSON.parse(historyToJSON(history)),
      workflowId,
    );
    times.push(performance.now() - from);
  }
  return { ...count(history), bytes, replayMs: median(times) };
}

/**
 * Resident memory per open workflow in the cache, in kB: what a worker that does nothing else has grown by when they are open, garbage that
 * it has not collected yet among it. So it is an upper bound.
 */
async function memoryOf(taskQueue: string, code: string, open: (n: number) => Promise<unknown>): Promise<number> {
  const bundle = join(folder, `${taskQueue}.cjs`);
  writeFileSync(bundle, code);
  const worker = fork(fileURLToPath(new URL('./worker-process.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: {
      ...process.env,
      BENCH_WORKER: JSON.stringify({ address: env.address, taskQueue, key: Buffer.from(keys[0]?.key ?? '').toString('base64'), bundle }),
    },
  });
  const told = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await told();
  const weigh = async (from: number, until: number): Promise<number> => {
    for (let n = from; n < until; n += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, until - n) }, (_, i) => open(n + i)));
    await sleep(2_000);
    const answer = told();
    worker.send('memory');
    return Number(await answer);
  };
  const before = await weigh(0, AT_ONCE);
  const after = await weigh(AT_ONCE, AT_ONCE + OPEN_STAYS);
  worker.kill('SIGKILL');
  return (after - before) / OPEN_STAYS / 1024;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const figures: [string, string, string, string][] = [];
const row = (what: string, ours: number, bare: number, unit = '', digits = 1) =>
  figures.push([what, `${ours.toFixed(digits)}${unit}`, `${bare.toFixed(digits)}${unit}`, (ours / bare).toFixed(2)]);

await playStay('bench-warm', recorded);
await playStay('quiet-warm', unrecorded);
// Memory first: later the heap holds what the rounds have left behind.
const OPEN_ACTIONS = 8;
const memoryOfStays = await memoryOf('open-stays', stayBundle.code, (n) => playStay(`open-${n}`, weighed, OPEN_ACTIONS));
const ours = await historyOf(stayWorkflowId('jonkoping', 'bench-warm'), stayBundle);
const steps: Step[] = Array.from({ length: ours.updates }, (_, i) => ({
  timers: evenly(ours.timers, ours.updates, i),
  activities: evenly(ours.activities, ours.updates, i),
  localActivities: evenly(ours.localActivities, ours.updates, i),
  upserts: evenly(ours.upserts, ours.updates, i),
}));
const argument = { text: 'x'.repeat(300) };
await playBare('bare-warm', steps, argument);
const bare = await historyOf('bare-warm', bareBundle);
const memory = {
  stay: memoryOfStays,
  bare: await memoryOf('open-bare', bareBundle.code, (n) => playBare(`open-bare-${n}`, steps, argument, OPEN_ACTIONS, 'open-bare')),
};

const stayRounds: Round[] = [];
const wholeRounds: Round[] = [];
const bareRounds: Round[] = [];
for (let r = 0; r < ROUNDS; r++) {
  stayRounds.push(await round((n) => playStay(`quiet-${r}-${n}`, unrecorded)));
  bareRounds.push(await round((n) => playBare(`bare-${r}-${n}`, steps, argument)));
  wholeRounds.push(await round((n) => playStay(`bench-${r}-${n}`, recorded)));
  const rates = [stayRounds, bareRounds, wholeRounds].map((rounds) => rounds[r]?.perSecond.toFixed(2));
  console.log(`round ${r + 1} of ${ROUNDS}: ${rates[0]} stays/s, ${rates[1]} bare/s, ${rates[2]} stays/s with the ledger`);
}
const throughput = {
  stay: stayRounds.map((r) => r.perSecond),
  bare: bareRounds.map((r) => r.perSecond),
  whole: wholeRounds.map((r) => r.perSecond),
};
const latency = (rounds: Round[], p: number) => median(rounds.map((r) => percentile(r.latencies, p)));
row(
  `throughput per s (median of ${ROUNDS}, spread ±${(100 * spread(throughput.stay)).toFixed(0)} % / ±${(100 * spread(throughput.bare)).toFixed(0)} %)`,
  median(throughput.stay),
  median(throughput.bare),
  '',
  2,
);
row(
  `the same with the ledger on PGlite (spread ±${(100 * spread(throughput.whole)).toFixed(0)} %)`,
  median(throughput.whole),
  median(throughput.bare),
  '',
  2,
);
for (const p of [50, 95, 99])
  row(`accepted action, p${p}, ${AT_ONCE} stays at once`, latency(stayRounds, p), latency(bareRounds, p), ' ms', 0);
row('history events per staff action', ours.events / ours.updates, bare.events / bare.updates);
row('history bytes per staff action', ours.bytes / ours.updates, bare.bytes / bare.updates, '', 0);
row('billable actions per staff action', ours.billableActions / ours.updates, bare.billableActions / bare.updates);
row('replay of the whole history', ours.replayMs, bare.replayMs, ' ms', 0);
row(`memory per open cached stay after ${OPEN_ACTIONS} actions, at most`, memory.stay / 1024, memory.bare / 1024, ' MB', 2);

console.log(
  `\nA typical stay: ${ours.updates} staff actions, ${ours.timers} timers, ${ours.activities} activities, ${ours.localActivities} local, ${ours.upserts} upserts; ${ours.events} events, ${ours.bytes} bytes. Replay in ${ms(ours.replayMs)}.`,
);
console.log(
  'The bare workflow: the same numbers of each, the same encryption, no rules. Activities do nothing, in both, except where the ledger is named;\nhistory and latency are those of stays and bare workflows in these rounds.\n',
);
const width = Math.max(...figures.map(([what]) => what.length));
console.log(`${''.padEnd(width)}        stay        bare   ratio`);
for (const [what, a, b, ratio] of figures) console.log(`${what.padEnd(width)}  ${a.padStart(10)}  ${b.padStart(10)}  ${ratio.padStart(6)}`);
if (process.env.BENCH_JSON) writeFileSync(process.env.BENCH_JSON, JSON.stringify({ figures, ours, bare, throughput, memory }, null, 1));

for (const worker of workers) worker.shutdown();
await Promise.all(running);
await ledger.close();
await env.teardown();
rmSync(folder, { recursive: true, force: true });
