/** One worker process: the workflows, their activities, and an orderly end. */
import {
  DefaultLogger,
  type LogLevel,
  type NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { createActivities } from '../activities/index.js';
import { temporalFields } from '../src/telemetry/temporal-log.js';
import type { Tracing } from '../src/telemetry/tracing.js';
import { bundleWorkflows } from '../src/temporal/bundle.js';
import { TASK_QUEUE } from '../src/temporal/client.js';
import type { PayloadKey } from '../src/temporal/codec.js';
import { dataConverter } from '../src/temporal/data-converter.js';
import { workerTracing } from '../src/temporal/tracing.js';

export interface WorkerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RunWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue?: string;
  /** Those that are called; a service has them all. */
  activities: Partial<ReturnType<typeof createActivities>>;
  /** Payload keys, newest first; none: nothing is encrypted. */
  keys: readonly PayloadKey[];
  /** A bundle made before; without it one is made now, which takes some seconds. */
  workflowBundle?: WorkflowBundleOption;
  /** Open stays kept in memory; the others are replayed when something happens. */
  maxCachedWorkflows?: number;
  /** Without it nothing of the workflows and activities is traced. */
  tracing?: Tracing | undefined;
}

export interface RunningWorker {
  /** True while it polls. */
  isRunning(): boolean;
  /** Settles when the worker has ended; rejects when it broke. */
  ended: Promise<void>;
  /** Lets what is under way finish, at most some 30 s, and ends. */
  stop(): Promise<void>;
}

/**
 * A prototype measured 0.35–0.5 MB per open stay kept in memory, temporal-polyfill in it. Six hundred are at most 300 MB;
 * more stays than that may be open, at the price of a replay when something happens to one of the others.
 */
const MAX_CACHED_WORKFLOWS = 600;

/** Sends the logs of Temporal's core and workflows to ours. Once per process, before any connection or worker. */
export function installTelemetry(log: WorkerLog, metricsAddress?: string): void {
  const write = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const satisfies Record<
    LogLevel,
    keyof WorkerLog
  >;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[write[level]](temporalFields(meta), message)),
    // Whoever runs the worker decides when it ends.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === undefined
        ? {}
        : {
            metrics: {
              prometheus: { bindAddress: metricsAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
            },
          }),
    },
  });
}

/** An activation over this limit ends the whole process: thousands of messages that waited for a worker must fit. The option is there, but not in the SDK's public type. */
const SANDBOX = { isolateExecutionTimeout: '30s' };

/** What every worker of ours has in common, in tests too. */
export function workerOptions({
  connection,
  namespace,
  taskQueue = TASK_QUEUE,
  activities,
  keys,
  workflowBundle,
  maxCachedWorkflows = MAX_CACHED_WORKFLOWS,
  tracing,
}: RunWorkerOptions): WorkerOptions {
  return {
    connection,
    namespace,
    taskQueue,
    activities,
    dataConverter: dataConverter(keys),
    ...(workflowBundle === undefined ? {} : { workflowBundle }),
    maxCachedWorkflows,
    ...workerTracing(tracing),
    ...SANDBOX,
    shutdownGraceTime: '30s',
    shutdownForceTime: '60s',
  };
}

/** Starts a worker on the queue; it runs until it is stopped. */
export async function runWorker(options: RunWorkerOptions): Promise<RunningWorker> {
  const workflowBundle = options.workflowBundle ?? (await bundleWorkflows());
  const worker = await Worker.create(workerOptions({ ...options, workflowBundle }));
  const ended = worker.run();
  return {
    isRunning: () => worker.getState() === 'RUNNING',
    ended,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}
