/** The dashboard and the alerts ask for what there is, in words that Prometheus understands, and say what to do. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { METRIC_NAMES, specOf } from '../../src/telemetry/metrics-catalogue.js';
import { missingPrograms, without } from '../support/program.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';
import { dashboardText, metricsOf, questions, readAlerts, readDashboard } from './dashboard.js';

const promtool = missingPrograms('promtool');
const folder = tempFolder('hemgang-promql-');
const dashboard = readDashboard();
const alerts = readAlerts();

/** What Temporal's core and Prometheus itself tell. @source Temporal, SDK metrics reference */
const OTHERS = [
  'up',
  'ALERTS',
  'temporal_workflow_task_execution_failed_total',
  'temporal_worker_task_slots_available',
  'temporal_sticky_cache_size',
  'temporal_sticky_cache_total_forced_eviction_total',
  'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
  'temporal_activity_schedule_to_start_latency_seconds_bucket',
];

async function known(): Promise<Set<string>> {
  const described = [...(await createMetrics().text()).matchAll(/^# TYPE (\S+) (\S+)/gm)];
  const names = described.flatMap(([, name = '', kind]) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
  return new Set([...names, ...OTHERS]);
}

describe('the files of Prometheus', () => {
  const run = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8', cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  test.skipIf(promtool.length > 0)(`are valid, and alerts ring when they should${without(promtool)}`, () => {
    expect(run('check', 'config', 'ops/prometheus/prometheus.yml')).toContain('SUCCESS');
    expect(run('check', 'rules', 'ops/prometheus/alerts.yml')).toContain(`${alerts.length} rules found`);
    expect(run('test', 'rules', 'ops/prometheus/alerts.test.yml')).toContain('SUCCESS');
  });

  test.skipIf(promtool.length > 0)(`every question of the dashboard is one that Prometheus can read${without(promtool)}`, () => {
    const rules = questions(dashboard).map(({ expr }, index) => ({ record: `question_${index}`, expr }));
    const file = join(folder, 'questions.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(run('check', 'rules', file)).toContain(`${rules.length} rules found`);
  });

  test('each alert says how serious it is, what has happened, and where it is told what to do', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(labels.severity, alert).toMatch(/^(warning|critical)$/);
      expect(annotations.summary.length, alert).toBeGreaterThan(20);
      expect(annotations.runbook, alert).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    }
  });

  test('alerts and dashboard ask for metrics that there are', async () => {
    const all = await known();
    const asked = [...alerts, ...questions(dashboard)].flatMap(({ expr }) => metricsOf(expr));
    expect(asked.filter((name) => !all.has(name))).toEqual([]);
    expect(new Set(asked).size).toBeGreaterThan(40);
  });

  test('every metric of ours is shown or rings', () => {
    const asked = new Set(
      [...alerts, ...questions(dashboard)].flatMap(({ expr }) => metricsOf(expr)).map((name) => name.replace(/_(bucket|count|sum)$/, '')),
    );
    expect(METRIC_NAMES.filter((name) => !asked.has(name) && !NOT_SHOWN.has(name))).toEqual([]);
  });
  /** For those who ask themselves: by party, all of them. */
  const NOT_SHOWN = new Set(['hemgang_deadlines_open']);

  test('a label that is asked for is one that the metric has', () => {
    const wrong = [...alerts, ...questions(dashboard)].flatMap(({ expr }) =>
      [...expr.matchAll(/\b(hemgang_\w+?)(?:_bucket|_count|_sum)?\{([^}]*)\}/g)].flatMap(([, name = '', matchers = '']) => {
        const full = METRIC_NAMES.find((one) => one === name);
        const labels = full === undefined ? [] : [...specOf(full).labels, 'instance', 'job', 'le'];
        return [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
          .filter(([, label = '']) => !labels.includes(label))
          .map(([, label]) => `${name} ${label}`);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the dashboard', () => {
  const shown = dashboard.panels.filter(({ type }) => type !== 'row');

  test('has panels with ids, titles and explanations of their own, none over another', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
    for (const { title, description, targets = [] } of shown) {
      expect(description?.length, title).toBeGreaterThan(10);
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test('uses every variable that it has, and has every one that it uses', () => {
    const text = dashboardText();
    const names = dashboard.templating.list.map(({ name }) => name);
    for (const name of names) expect(text.includes(`"\${${name}}"`) || text.includes(`$${name}`), name).toBe(true);
    const used = [...text.matchAll(/\$\{?(\w+)\}?/g)].map(([, name = '']) => name).filter((name) => !name.startsWith('__'));
    expect([...new Set(used)].filter((name) => !names.includes(name))).toEqual([]);
  });

  test('is found by Grafana: its source and its folder are provided', () => {
    const yaml = (path: string) => parse(readFileSync(join(ROOT, 'ops/grafana/provisioning', path), 'utf8'));
    expect(yaml('datasources/prometheus.yml').datasources).toHaveLength(1);
    expect(yaml('dashboards/hemgang.yml').providers[0].options.path).toBe('/etc/grafana/dashboards');
    expect(dashboard.uid).toBe('hemgang');
    for (const { targets = [] } of shown) for (const { datasource } of targets) expect(datasource.uid).toBe(`\${datasource}`);
  });
});
