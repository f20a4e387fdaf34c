/** A Temporal server, a worker with fake activities, and a hand on each stay: what the tests of the workflows share. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { register } from 'tsx/cjs/api';
import { inject } from 'vitest';
import type { createActivities } from '../../activities/index.js';
import type { DeadlineId } from '../../src/domain/agreement.js';
import type { Admission, Notice, StayEvent } from '../../src/domain/stay/state.js';
import type { StayView } from '../../src/domain/stay/view.js';
import { createClient } from '../../src/temporal/client.js';
import { ensureNamespace } from '../../src/temporal/ensure-namespace.js';
import { ensureSearchAttributes } from '../../src/temporal/ensure-search-attributes.js';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.js';
import { createStayGateway } from '../../src/temporal/stay-client.js';
import { stayWorkflowId } from '../../src/temporal/workflow-ids.js';
import { type RunWorkerOptions, workerOptions } from '../../worker/main.js';
import type { DomainClock } from '../../workflows/clock.js';
import type { ActionAnswer } from '../../workflows/messages.js';
import type { stay as stayWorkflow } from '../../workflows/stay.js';
import { ROOT } from '../support/sources.js';
import { type Act, admission, rulesOf, t } from './scenario.js';

// The SDK loads the converters with `require`, which knows TypeScript only when told so.
register();
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  shutdownSignals: [],
});

export type Activities = ReturnType<typeof createActivities>;
export const KEYS = [{ id: 'prov', key: randomBytes(32) }];

const toolPath = (variable: string, tool: 'testServer' | 'temporalCli'): string | undefined => {
  const file = join(ROOT, '.cache', 'tools.json');
  const found =
    process.env[variable] ?? (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8'))[tool]?.path as string | undefined) : undefined);
  return found !== undefined && existsSync(found) ? found : undefined;
};
export const TEST_SERVER = toolPath('TEMPORAL_TEST_SERVER_PATH', 'testServer');
export const CLI = toolPath('TEMPORAL_CLI_PATH', 'temporalCli');

/** What the fake activities have been given, and what they are to do. */
export interface World {
  /** Recorded events by stay, by their number. */
  facts: Map<string, Map<number, StayEvent>>;
  notices: Notice[];
  /** Throw in these to be a ledger or a receiver that is down. */
  beforeRecord: (batch: Parameters<Activities['record']>[0]) => void | Promise<void>;
  beforeNotify: (request: Parameters<Activities['notify']>[0]) => void | Promise<void>;
  /** How far the feeds have come. */
  settled: (until: number) => number | Promise<number>;
  calls: { record: number; notify: number; settled: number };
  /** Activities under way. */
  busy: number;
}

export function newWorld(): World {
  return {
    facts: new Map(),
    notices: [],
    beforeRecord: () => undefined,
    beforeNotify: () => undefined,
    settled: (until) => until,
    calls: { record: 0, notify: 0, settled: 0 },
    busy: 0,
  };
}

/** The activities as the ledger has them, in memory: a gap is refused, what is there already is skipped. */
export function fakeActivities(world: World, more: Partial<Activities> = {}): Activities {
  const absent = () => Promise.reject(new Error('not part of this test'));
  const fakes: Activities = {
    async record(batch) {
      world.calls.record++;
      await world.beforeRecord(batch);
      const facts = world.facts.get(batch.stayId) ?? new Map<number, StayEvent>();
      world.facts.set(batch.stayId, facts);
      for (const { seq, event } of batch.events) {
        if (facts.has(seq)) continue;
        if (seq !== facts.size + 1) throw new Error(`gap before ${seq} of ${batch.stayId}`);
        facts.set(seq, event);
      }
      return { seq: facts.size } as never;
    },
    async notify(request) {
      world.calls.notify++;
      await world.beforeNotify(request);
      const known = new Set(world.notices.map(({ noticeId }) => noticeId));
      world.notices.push(...request.notices.filter(({ noticeId }) => !known.has(noticeId)));
      return { delivered: request.notices.length };
    },
    async settled({ until }) {
      world.calls.settled++;
      return world.settled(until);
    },
    async caughtUp() {
      return 0;
    },
    planMonth: absent,
    sendBasis: absent,
    freezeMonth: absent,
    monthProgress: absent,
    finishMonth: absent,
    settleKommun: absent,
    takeCycleMessage: absent,
    changedMonths: absent,
    warnOfThresholds: absent,
    makeDocuments: absent,
    ...more,
  };
  const counted = Object.entries(fakes).map(([name, run]) => [
    name,
    async (input: never) => {
      world.busy++;
      try {
        return await run(input);
      } finally {
        world.busy--;
      }
    },
  ]);
  return Object.fromEntries(counted);
}

/** What a worker has beside what all have. */
type WorkerExtras = Partial<Pick<RunWorkerOptions, 'workflowBundle' | 'tracing'>>;

export interface Bench {
  env: TestWorkflowEnvironment;
  client: Client;
  world: World;
  taskQueue: string;
  /** Real time of the server: the test server's leaps. */
  now(): Promise<number>;
  startWorker(options?: WorkerExtras): Promise<void>;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
}

async function benchOn(env: TestWorkflowEnvironment, world: World, more: Partial<Activities>, extras: WorkerExtras = {}): Promise<Bench> {
  const client = createClient(env.connection as never, env.namespace ?? 'default', KEYS);
  const taskQueue = `test-${randomUUID()}`;
  let worker: { worker: Worker; ended: Promise<void> } | undefined;
  const bench: Bench = {
    env,
    client,
    world,
    taskQueue,
    now: () => env.currentTimeMs(),
    async startWorker(others = extras) {
      const options = workerOptions({
        connection: env.nativeConnection,
        namespace: env.namespace ?? 'default',
        taskQueue,
        activities: fakeActivities(world, more),
        keys: KEYS,
        workflowBundle: { codePath: inject('bundlePath') },
        ...others,
      });
      const made = await Worker.create({ ...options, shutdownGraceTime: '1s', shutdownForceTime: '5s' });
      worker = { worker: made, ended: made.run() };
    },
    async stopWorker() {
      worker?.worker.shutdown();
      await worker?.ended;
      worker = undefined;
    },
    async close() {
      await bench.stopWorker();
      await env.teardown();
    },
  };
  await bench.startWorker();
  return bench;
}

/** On the time-skipping server: one per test file, tests one after the other. */
export async function timeSkipping(world = newWorld(), more: Partial<Activities> = {}, extras: WorkerExtras = {}): Promise<Bench> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: TEST_SERVER! } } });
  await ensureSearchAttributes(env.connection as never, env.namespace ?? 'default');
  return benchOn(env, world, more, extras);
}

/** On a real dev server, in memory, in real time. `settings`: of its dynamic configuration. */
export async function devServer(world = newWorld(), more: Partial<Activities> = {}, settings: string[] = []): Promise<Bench> {
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: CLI! },
      searchAttributes: SEARCH_ATTRIBUTES,
      log: { level: 'error', format: 'pretty' },
      extraArgs: settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
  return benchOn(env, world, more);
}

/** On a server that runs already, in a namespace made and prepared as the worker does it. */
export async function onServer(address: string, namespace: string, world = newWorld(), more: Partial<Activities> = {}): Promise<Bench> {
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  await ensureNamespace(env.connection as never, namespace);
  await ensureSearchAttributes(env.connection as never, namespace);
  return benchOn(env, world, more);
}

export interface TestedStay {
  stayId: string;
  handle: WorkflowHandle<typeof stayWorkflow>;
  /** Sends an action as an update; at its own time, as a recorded feed does. */
  do(act: Act, envelope?: Record<string, unknown>): Promise<ActionAnswer>;
  /** The same, and it must be accepted. */
  did(...acts: Act[]): Promise<void>;
  /** Sends anything as an update. */
  send(action: string, ...args: unknown[]): Promise<unknown>;
  /** Sends anything as a signal. */
  signal(action: string, ...args: unknown[]): Promise<void>;
  /** Lets the stay's clock reach this time. */
  until(iso: string): Promise<void>;
  /** Domain time now. */
  now(): Promise<number>;
  events(): StayEvent[];
  view(): Promise<StayView>;
}

export interface Opening {
  /** The stay's own time when it starts. */
  at: string;
  admittedAt?: string;
  scale?: number;
  agreement?: string;
  over?: Partial<Admission>;
  /** Leaves out all other deadlines: the test server loses its hold on time when two timers fire in the same instant. */
  only?: DeadlineId[];
  stayId?: string;
}

/** A server that will not leap says so, instead of holding up the whole file. */
export async function leap(bench: Bench, ms: number): Promise<void> {
  // A leap that begins while an activity reports back can lose the server's hold on time.
  await eventually(() => bench.world.busy === 0);
  await new Promise((resolve) => setTimeout(resolve, 60));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the test server did not leap ${ms} ms`)), 25_000);
  });
  await Promise.race([bench.env.sleep(ms), late]).finally(() => clearTimeout(timer));
}

/** Starts a stay whose clock shows `at`. */
export async function openStay(
  bench: Bench,
  { at, admittedAt = at, scale = 1, agreement = 'jonkoping-2018', over = {}, only, stayId = randomUUID() }: Opening,
): Promise<TestedStay> {
  const clock: DomainClock = { start: t(at), realStart: await bench.now(), scale };
  const gateway = createStayGateway({ client: bench.client, clock, taskQueue: bench.taskQueue });
  const admitted = admission(t(admittedAt), over);
  const rules = rulesOf(agreement, t(admittedAt), admitted.region);
  const deadlines = only
    ? Object.fromEntries(only.flatMap((id) => (rules.deadlines[id] ? [[id, rules.deadlines[id]]] : [])))
    : rules.deadlines;
  await gateway.admit(stayId, admitted, { ...rules, deadlines });
  return handOn(bench, clock, admitted.region, stayId);
}

/** A hand on a stay that is there already. */
export function handOn(bench: Bench, clock: DomainClock, region: string, stayId: string): TestedStay {
  const handle = bench.client.workflow.getHandle<typeof stayWorkflow>(stayWorkflowId(region, stayId));
  const domainNow = async () => clock.start + ((await bench.now()) - clock.realStart) * clock.scale;
  let count = 0;
  const tested: TestedStay = {
    stayId,
    handle,
    do: (act, envelope = {}) =>
      handle.executeUpdate<ActionAnswer, [unknown]>(act.action, {
        args: [{ id: `${act.action}-${++count}`, at: act.at, by: act.by, data: act.data, imported: true, ...envelope }],
      }),
    async did(...acts) {
      for (const act of acts) {
        const answer = await tested.do(act);
        if (!answer.accepted) throw new Error(`${act.action} refused: ${JSON.stringify(answer)}`);
      }
    },
    send: (action, ...args) => handle.executeUpdate<unknown, unknown[] & [unknown]>(action, { args: args as unknown[] & [unknown] }),
    signal: (action, ...args) => handle.signal(action, ...args),
    async until(iso) {
      const left = (t(iso) - (await domainNow())) / clock.scale;
      if (left > 0) await leap(bench, Math.ceil(left));
    },
    now: domainNow,
    events: () =>
      [...(bench.world.facts.get(stayId) ?? new Map<number, StayEvent>()).entries()].sort(([a], [b]) => a - b).map(([, event]) => event),
    view: () => handle.query<StayView>('stay'),
  };
  return tested;
}

/** Waits, in real time, until something is so. */
export async function eventually(what: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > until) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
