/** How this process is watched: its metrics, whether it can do its work, and the listener that tells both. */
import type { Config, Role } from '../config.js';
import type { Instant } from '../domain/calendar.js';
import type { Ledger } from '../ledger/ledger.js';
import { freePorts } from '../ports.js';
import { createHealth } from '../telemetry/health.js';
import type { Log } from '../telemetry/log.js';
import { createMetrics, type Metrics } from '../telemetry/metrics.js';
import { ledgerGauges } from '../telemetry/metrics-ledger.js';
import { timedLedger } from '../telemetry/metrics-out.js';
import { type MetricsServer, startMetricsServer } from '../telemetry/metrics-server.js';
import { countedActivities } from '../telemetry/metrics-stays.js';
import { temporalCoreMetrics } from '../telemetry/metrics-temporal.js';
import type { PayloadKey } from '../temporal/codec.js';
import { version } from './version.js';

export interface Watch {
  metrics: Metrics;
  /** Where Temporal's core is to serve its own metrics; undefined in a process without a worker. */
  coreAddress: string | undefined;
  /** Starts the listener, where METRICS_PORT asks for one. */
  listen(): Promise<MetricsServer | undefined>;
  /** The ledger, timed; and asked at each scrape how things stand. */
  ledger(ledger: Ledger, clock: { now(): Instant; scale: number }): Ledger;
  /** How Temporal is asked whether it answers. `needed`: without it the process is not ready. */
  temporal(ping: () => Promise<unknown>, needed: boolean): void;
  /** The activities, counted. */
  activities<All extends object>(activities: All): All;
  worker(worker: { isRunning(): boolean }): void;
  /** All parts have been started. */
  started(): void;
}

export interface WatchOptions {
  config: Pick<Config, 'metrics'>;
  roles: readonly Role[];
  /** Newest first; followed as they change. */
  keys: readonly PayloadKey[];
  /** Of the agreements. */
  regions: readonly string[];
  log: Log;
}

/** Types of workflows that there are; a test compares them with what the bundle exports. */
export const WORKFLOW_TYPES: readonly string[] = [
  'kommunInvoice',
  'monthlyBilling',
  'startCorrections',
  'startMonthlyBilling',
  'stay',
  'watchMonth',
];

/** Ids of keys as they may be configured; nothing else becomes a label. */
const KEY_ID = /^[\w.-]{1,64}$/;

export async function openWatch({ config, roles, keys, regions, log }: WatchOptions): Promise<Watch> {
  const metrics = createMetrics();
  const health = createHealth();
  const [corePort] = roles.includes('worker') ? await freePorts(1) : [];
  const coreAddress = corePort === undefined ? undefined : `127.0.0.1:${corePort}`;
  let isStarted = false;
  let pingTemporal: (() => Promise<unknown>) | undefined;

  metrics.set('hemgang_build_info', [[{ version: version() }, 1]]);
  metrics.onScrape(() => {
    const id = keys[0]?.id;
    metrics.set('hemgang_payload_key_info', id !== undefined && KEY_ID.test(id) ? [[{ key_id: id }, 1]] : []);
  });
  metrics.onScrape(async () => {
    if (pingTemporal === undefined) return;
    const asked = createHealth();
    asked.add('temporal', pingTemporal);
    metrics.set('hemgang_temporal_up', [[{}, (await asked.missing()).length === 0 ? 1 : 0]]);
  });

  return {
    metrics,
    coreAddress,
    async listen() {
      if (config.metrics === undefined) return undefined;
      return startMetricsServer({ ...config.metrics, metrics, health, isStarted: () => isStarted });
    },
    ledger(ledger, clock) {
      health.add('ledger', ledger.ping);
      const onTrouble = (error: unknown) => log.warn({ err: error }, 'the ledger does not answer for metrics');
      ledgerGauges({ metrics, ledger, clock, regions, onTrouble });
      metrics.onScrape(() => {
        metrics.set('hemgang_domain_time_seconds', [[{}, clock.now() / 1_000]]);
        metrics.set('hemgang_clock_scale', [[{}, clock.scale]]);
      });
      return timedLedger(ledger, metrics);
    },
    temporal(ping, needed) {
      pingTemporal = ping;
      if (needed) health.add('temporal', ping);
    },
    activities(activities) {
      const known = { workflow_type: new Set(WORKFLOW_TYPES), activity_type: new Set(Object.keys(activities)) };
      if (coreAddress !== undefined) metrics.append(temporalCoreMetrics(coreAddress, known));
      return countedActivities(activities, metrics, regions);
    },
    worker(worker) {
      health.add('worker', async () => {
        if (!worker.isRunning()) throw new Error('the worker does not poll');
      });
      metrics.onScrape(() => metrics.set('hemgang_worker_running', [[{}, worker.isRunning() ? 1 : 0]]));
    },
    started() {
      isStarted = true;
    },
  };
}
