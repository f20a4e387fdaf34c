/** What is told of the service: lint-free, bounded whatever callers think of, without identity, and told even while the ledger is away. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, describe, expect, test } from 'vitest';
import { metricsPage } from '../../scripts/gen-metrics.js';
import { WORKFLOW_TYPES } from '../../src/cli/watch.js';
import { AccessesUnavailable } from '../../src/doors/access/access-log.js';
import { TemporalUnavailable } from '../../src/doors/gateway.js';
import type { Measures } from '../../src/ledger/measures.js';
import { createHealth } from '../../src/telemetry/health.js';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.js';
import { METRIC_NAMES } from '../../src/telemetry/metrics-catalogue.js';
import { countedAccesses, countedAuth, countedReceive, countedSubmit } from '../../src/telemetry/metrics-doors.js';
import { summed, unitLabel } from '../../src/telemetry/metrics-labels.js';
import { ledgerGauges } from '../../src/telemetry/metrics-ledger.js';
import { timedLedger, timedSender } from '../../src/telemetry/metrics-out.js';
import { type MetricsServer, startMetricsServer } from '../../src/telemetry/metrics-server.js';
import { countedActivities } from '../../src/telemetry/metrics-stays.js';
import { ofTemporal } from '../../src/telemetry/metrics-temporal.js';
import { memoryService } from '../doors/memory-service.js';
import { missingPrograms, without } from '../support/program.js';
import { ROOT } from '../support/sources.js';

/** Of Skatteverket's test series. */
const NUMBER = '189001019802';
const NAME = 'Planterad Patientsson';

const NOTHING: Measures = {
  openStays: [],
  readyStays: [],
  openDeadlines: [],
  pressingDeadlines: [],
  hospitalMessages: [],
  undelivered: [],
  failed: [],
  endpoints: [],
  months: [],
  previousMonths: [],
  objections: [],
  heldInvoices: [],
  erasuresUnfinished: 0,
};

/** The samples of a metric, without its description. */
const linesOf = async (metrics: Metrics, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
const valuesOf = (text: string, label: string) =>
  new Set([...text.matchAll(new RegExp(`${label}="([^"]*)"`, 'g'))].map(([, value]) => value));

describe('the text', () => {
  const promtool = missingPrograms('promtool');
  test.skipIf(promtool.length > 0)(`is as promtool wants it, with Temporal's beside ours${without(promtool)}`, async () => {
    const metrics = createMetrics();
    metrics.append(async () => ofTemporal(CORE.split('temporal_workflow')[0] ?? '', KNOWN));
    ledgerGauges({ metrics, ledger: { measure: async () => NOTHING }, clock: { now: () => 0 }, regions: ['jonkoping'] });
    for (const name of ['hemgang_door_action_seconds', 'hemgang_activity_seconds'] as const) metrics.timed(name, {}, 0);
    const text = await metrics.text();
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
    const described = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(described).size).toBe(described.length);
    expect(described).toEqual(expect.arrayContaining([...METRIC_NAMES, 'temporal_request_total', 'nodejs_eventloop_lag_p99_seconds']));
  });

  test('comes whatever fails: a source of ours, Temporal, the ledger', async () => {
    const metrics = createMetrics();
    metrics.onScrape(() => {
      throw new Error('x');
    });
    metrics.append(() => Promise.reject(new Error('y')));
    ledgerGauges({ metrics, ledger: { measure: () => Promise.reject(new Error('z')) }, clock: { now: () => 0 }, regions: [] });
    expect(await linesOf(metrics, 'hemgang_ledger_up')).toEqual(['hemgang_ledger_up 0']);
    expect(await linesOf(metrics, 'process_resident_memory_bytes')).toHaveLength(1);
  });

  test('every metric is in docs/metrics.md: npm run gen', () => {
    expect(readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')).toBe(metricsPage());
  });
});

describe('figures of the ledger', () => {
  const one = { ...NOTHING, openStays: [{ region: 'jonkoping', phase: 'planering', party: null, count: 3 }] };

  test('are asked for every quarter of a minute at most; while it is away they are absent, and it is told of once', async () => {
    const metrics = createMetrics();
    let realNow = 0;
    let asked = 0;
    let isAway = false;
    let troubles = 0;
    const measure = async () => {
      asked++;
      if (isAway) throw new Error('away');
      return one;
    };
    ledgerGauges({
      metrics,
      ledger: { measure },
      clock: { now: () => 0 },
      regions: ['jonkoping'],
      realNow: () => realNow,
      onTrouble: () => troubles++,
    });
    const told = () => linesOf(metrics, 'hemgang_stays_open');
    expect(await told()).toEqual(['hemgang_stays_open{region="jonkoping",phase="planering"} 3']);
    realNow = 14_999;
    await told();
    expect(asked).toBe(1);
    realNow = 15_000;
    await told();
    expect(asked).toBe(2);
    isAway = true;
    realNow = 60_000;
    expect(await told()).toEqual([]);
    expect(await linesOf(metrics, 'hemgang_ledger_measured_seconds')).toEqual([]);
    expect(await linesOf(metrics, 'hemgang_erasures_unfinished')).toEqual([]);
    expect(await linesOf(metrics, 'hemgang_ledger_up')).toEqual(['hemgang_ledger_up 0']);
    expect(troubles).toBe(1);
    isAway = false;
    expect(await told()).toHaveLength(1);
    expect(await linesOf(metrics, 'hemgang_ledger_up')).toEqual(['hemgang_ledger_up 1']);
  });

  test('are not waited for; a slow ledger is not asked again before it has answered', async () => {
    const metrics = createMetrics();
    let asked = 0;
    let answer: (measures: Measures) => void = () => undefined;
    const measure = () => {
      asked++;
      return new Promise<Measures>((resolve) => {
        answer = resolve;
      });
    };
    ledgerGauges({ metrics, ledger: { measure }, clock: { now: () => 0 }, regions: ['jonkoping'], timeoutMs: 20 });
    await Promise.all([metrics.text(), metrics.text()]);
    expect(await linesOf(metrics, 'hemgang_ledger_up')).toEqual(['hemgang_ledger_up 0']);
    expect(asked).toBe(1);
    answer(one);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const next = metrics.text();
    answer(one);
    expect(await next).toContain('hemgang_ledger_up 1');
    expect(asked).toBe(2);
  });

  test('name units by their ids, and nothing that somebody has written there', async () => {
    const unit = (text: string) => ({
      region: 'jonkoping',
      deadline: 'svpl-kallelse',
      party: 'slutenvard',
      unit: text,
      overdue: true,
      count: 1,
    });
    const metrics = createMetrics();
    const measures: Measures = {
      ...NOTHING,
      pressingDeadlines: ['SE2321000057-AVD1', '0680', NAME, NUMBER, `SE2321000057-${NUMBER}`, 'x"} 1\nevil 1'].map(unit),
      openStays: [{ region: NAME, phase: NAME, party: NAME, count: 1 }],
      readyStays: [{ region: 'jonkoping', payer: NUMBER, count: 1, since: 0 }],
      failed: [{ channel: `epost ${NAME}`, count: 1 }],
    };
    ledgerGauges({ metrics, ledger: { measure: async () => measures }, clock: { now: () => 0 }, regions: ['jonkoping'] });
    const text = await metrics.text();
    expect(text).not.toContain(NUMBER);
    expect(text).not.toContain(NAME);
    expect(text).not.toMatch(/^evil/m);
    expect(valuesOf(text, 'unit')).toEqual(new Set(['SE2321000057-AVD1', '0680', 'other']));
    expect(text).toContain('unit="other"} 4');
    expect(text).toContain('hemgang_stays_open{region="other",phase="other"} 1');
  });

  test('tell at most five hundred units by themselves, the largest; none is lost', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => [{ unit: `SE2321000057-A${n}` }, n === 1_999 ? 50 : 1] as const);
    const told = summed(many);
    expect(told).toHaveLength(501);
    expect(told.reduce((sum, [, value]) => sum + value, 0)).toBe(1_999 + 50);
    expect(told).toContainEqual([{ unit: 'SE2321000057-A1999' }, 50]);
    expect(unitLabel('jonkoping')).toBe('jonkoping');
  });
});

describe('doors', () => {
  const fake = (outcome: () => unknown) =>
    ({ admit: async () => outcome(), act: async () => outcome() }) as never as Parameters<typeof countedSubmit>[0];

  test('count each answer once, and what is none of our codes as other', async () => {
    const metrics = createMetrics();
    const ask = (outcome: () => unknown, action: string) =>
      countedSubmit(fake(outcome), 'http', metrics)
        .act('s', action as never, {})
        .catch(() => undefined);
    await ask(() => ({ ok: true, value: {} }), 'skriv-ut');
    await ask(() => ({ ok: false, problem: { code: 'avslutad' } }), 'skriv-ut');
    await ask(() => ({ ok: false, problem: { code: NAME } }), NUMBER);
    await ask(() => {
      throw new TemporalUnavailable();
    }, 'skriv-ut');
    await ask(() => {
      throw new Error(NAME);
    }, 'skriv-ut');
    const door = 'hemgang_door_actions_total{door="http",action=';
    expect((await linesOf(metrics, 'hemgang_door_actions_total')).sort()).toEqual([
      `${door}"other",outcome="refused",code="other"} 1`,
      `${door}"skriv-ut",outcome="accepted",code="none"} 1`,
      `${door}"skriv-ut",outcome="failed",code="internal"} 1`,
      `${door}"skriv-ut",outcome="failed",code="temporal-unavailable"} 1`,
      `${door}"skriv-ut",outcome="refused",code="avslutad"} 1`,
    ]);
  });

  test('tokens, failures of the log of accesses, and HL7 by events that there are', async () => {
    const metrics = createMetrics();
    const auth = countedAuth({ identify: async () => ({ ok: false, problem: { code: 'invalid-token' } }) as const }, metrics);
    await auth.identify('Bearer x');
    const accesses = countedAccesses({ note: () => Promise.reject(new AccessesUnavailable()) }, metrics);
    await expect(accesses.note({} as never, 'x', 'seen', ['s'])).rejects.toThrow(AccessesUnavailable);
    for (const trigger of ['A01', 'A01', 'Z99', NUMBER, '?', 'ORU^R01'])
      await countedReceive(async () => ({ code: 'AA', ack: new Uint8Array(), trigger }), metrics)(new Uint8Array());
    expect(await linesOf(metrics, 'hemgang_tokens_total')).toEqual(['hemgang_tokens_total{outcome="invalid-token"} 1']);
    expect(await linesOf(metrics, 'hemgang_access_log_failures_total')).toEqual(['hemgang_access_log_failures_total 1']);
    expect(await linesOf(metrics, 'hemgang_hl7_messages_total')).toEqual([
      'hemgang_hl7_messages_total{trigger="A01",ack="AA"} 2',
      'hemgang_hl7_messages_total{trigger="other",ack="AA"} 4',
    ]);
  });

  test('HTTP is timed by templates: no address, no method and no query becomes a label', async () => {
    const metrics = createMetrics();
    const app = await memoryService(0).app({ metrics });
    for (let n = 0; n < 30; n++) {
      await app.inject(`/v1/stays/${NUMBER}-${n}`);
      await app.inject(`/${NUMBER}/${n}?namn=${encodeURIComponent(NAME)}`);
      await app.inject({ method: 'POST', url: `/v1/stays/s-${n}/actions/${n}`, payload: { id: NAME } });
      await app.inject({ method: 'PROPFIND' as 'GET', url: `/v1/stays/s-${n}` });
    }
    await app.inject({ method: 'POST', url: '/v1/stays/s/actions/kommentera', payload: {} });
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).not.toContain(NUMBER);
    expect(answer.body).not.toContain('Planterad');
    const routes = valuesOf((await linesOf(metrics, 'hemgang_http_request_seconds_count')).join('\n'), 'route');
    expect(routes).toEqual(new Set(['/v1/stays/:stayId', 'other', '/v1/stays/:stayId/actions/*', '/metrics']));
    expect(valuesOf(answer.body, 'method').size).toBeLessThanOrEqual(3);
    await app.close();
  });
});

describe('stays', () => {
  const events = [
    { seq: 1, event: { type: 'admitted', at: 0, admission: {} } },
    { seq: 2, event: { type: 'accepted', at: 0, hash: 'h', entry: { action: 'bedom-behov' } } },
    { seq: 3, event: { type: 'refused', at: 0, via: 'signal', refusal: { action: NAME, code: NUMBER, at: 0, need: NAME } } },
    { seq: 4, event: { type: 'breached', at: 0, id: 'svpl-kallelse', owner: { party: 'vardcentral', unit: 'u' } } },
    { seq: 5, event: { type: 'deviation-noted', at: 0, deviation: { type: NAME } } },
    { seq: 6, event: { type: 'ended', at: 0, reason: 'avslutad' } },
  ];

  test('are counted once, where the ledger had not heard of it before', async () => {
    const metrics = createMetrics();
    const news = [4, 2, 0];
    const { record } = countedActivities({ record: async (_batch: object) => ({ appended: news.shift() ?? 0, seq: 6 }) }, metrics, [
      'jonkoping',
    ]);
    await record({ stayId: 's', region: 'jonkoping', events: events.slice(0, 4) });
    await record({ stayId: 's', region: 'jonkoping', events });
    await record({ stayId: 's', region: 'jonkoping', events });
    expect(await linesOf(metrics, 'hemgang_actions_total')).toEqual([
      'hemgang_actions_total{action="bedom-behov",outcome="accepted",code="none"} 1',
      'hemgang_actions_total{action="other",outcome="refused",code="other"} 1',
    ]);
    expect(await linesOf(metrics, 'hemgang_stays_begun_total')).toEqual(['hemgang_stays_begun_total{region="jonkoping"} 1']);
    expect(await linesOf(metrics, 'hemgang_stays_ended_total')).toEqual([
      'hemgang_stays_ended_total{region="jonkoping",reason="avslutad"} 1',
    ]);
    expect(await linesOf(metrics, 'hemgang_deadlines_breached_total')).toEqual([
      'hemgang_deadlines_breached_total{deadline="svpl-kallelse",party="vardcentral"} 1',
    ]);
    expect(await linesOf(metrics, 'hemgang_deviations_total')).toEqual(['hemgang_deviations_total{type="rapporterad"} 1']);
  });

  test('activities that fail are told by types of ours', async () => {
    const metrics = createMetrics();
    const failing = (type: string, nonRetryable: boolean) =>
      countedActivities(
        {
          notify: async () => {
            throw ApplicationFailure.create({ type, nonRetryable, message: NAME });
          },
        },
        metrics,
        [],
      ).notify();
    await expect(failing('liggaren-svarar-inte', false)).rejects.toThrow();
    await expect(failing(NUMBER, true)).rejects.toThrow();
    const text = await metrics.text();
    expect(text).toContain('hemgang_activity_failures_total{activity="notify",type="liggaren-svarar-inte"} 1');
    expect(text).toContain('hemgang_activity_failures_total{activity="notify",type="other"} 1');
    expect(text).toContain('hemgang_activity_seconds_count{activity="notify",outcome="refused"} 1');
    expect(text).not.toContain(NUMBER);
  });
});

test('what is asked of the ledger and of receivers is timed under its name, and answered as without it', async () => {
  const metrics = createMetrics();
  const ledger = timedLedger(
    { kind: 'pglite', ping: async () => 'pong', record: () => Promise.reject(Object.assign(new Error(), { code: '23505' })) } as never,
    metrics,
  );
  expect(ledger.kind).toBe('pglite');
  expect(await ledger.ping()).toBe('pong');
  await expect(ledger.record({} as never)).rejects.toThrow();
  const sender = timedSender({ send: async () => ({ outcome: 'gone', reason: NAME }) }, 'webhook', metrics);
  expect(await sender.send({} as never, [], 1)).toEqual({ outcome: 'gone', reason: NAME });
  const text = await metrics.text();
  expect(text).toContain('hemgang_ledger_operation_seconds_count{operation="ping",outcome="done"} 1');
  expect(text).toContain('hemgang_ledger_operation_seconds_count{operation="record",outcome="refused"} 1');
  expect(text).toContain('hemgang_delivery_seconds_count{kind="webhook",outcome="gone"} 1');
  expect(text).not.toContain(NAME);
});

const KNOWN = { workflow_type: new Set(['stay']), activity_type: new Set(['record']) };
const CORE = `# HELP temporal_request_total Count of client requests by rpc name
# TYPE temporal_request_total counter
temporal_request_total{operation="GetSystemInfo",service_name="x"} 3
temporal_workflow_completed_total{namespace="default",workflow_type="stay"} 1
temporal_workflow_completed_total{namespace="default",workflow_type="${NAME} ${NUMBER}"} 1
temporal_activity_task_received_total{activity_type="${NUMBER}",workflow_type="stay"} 1
# HELP temporal_request_total Count of client requests by rpc name
# TYPE temporal_request_total counter
# HELP process_cpu_seconds_total Not Temporal's
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 1
`;

test("of Temporal's metrics those of types that there are, each described once, and nothing that is the process's", () => {
  expect(ofTemporal(CORE, KNOWN)).toBe(`# HELP temporal_request_total Count of client requests by rpc name
# TYPE temporal_request_total counter
temporal_request_total{operation="GetSystemInfo",service_name="x"} 3
temporal_workflow_completed_total{namespace="default",workflow_type="stay"} 1
`);
  const exported = [...readFileSync(join(ROOT, 'workflows/index.ts'), 'utf8').matchAll(/export \{ ([^}]+) \}/g)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  expect([...WORKFLOW_TYPES].sort()).toEqual(exported.sort());
});

describe('the listener', () => {
  let server: MetricsServer | undefined;
  afterEach(async () => server?.close());

  test('tells metrics, liveness and readiness, and nothing else', async () => {
    const metrics = createMetrics();
    const health = createHealth(50);
    let isAway = false;
    let isStarted = false;
    health.add('ledger', async () => {
      if (isAway) throw new Error(NAME);
    });
    server = await startMetricsServer({ host: '127.0.0.1', port: 0, metrics, health, isStarted: () => isStarted });
    const ask = async (path: string, method = 'GET') => {
      const answer = await fetch(`${server?.url}${path}`, { method });
      return { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') };
    };
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: '{"status":"starting"}' });
    isStarted = true;
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' });
    isAway = true;
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: '{"status":"not-ready","missing":["ledger"]}' });
    expect((await ask('/metrics?x=1')).type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await ask('/metrics', 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await ask('/metrics', 'POST')).status).toBe(405);
    expect((await ask(`/${NUMBER}`)).body).toBe('{"status":"not-found"}');
  });

  test('a part that does not answer in time is not ready', async () => {
    const health = createHealth(10);
    health.add('temporal', () => new Promise(() => undefined));
    health.add('ledger', async () => undefined);
    expect(await health.missing()).toEqual(['temporal']);
  });
});
