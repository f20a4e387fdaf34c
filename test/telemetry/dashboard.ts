/** The dashboard and the alerts as data, for their tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/sources.js';

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; datasource: { uid: string } }[];
}

export interface Dashboard {
  uid: string;
  schemaVersion: number;
  templating: { list: { name: string; type: string }[] };
  panels: Panel[];
}

export interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

export const dashboardText = () => read('ops/grafana/dashboards/hemgang.json');
export const readDashboard = () => JSON.parse(dashboardText()) as Dashboard;
export const readAlerts = () =>
  (parse(read('ops/prometheus/alerts.yml')) as { groups: { name: string; rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);

/** As Prometheus is asked, with Grafana's variables filled in. */
export const filledIn = (expr: string): string => expr.replaceAll('$__rate_interval', '1m').replaceAll('$region', '.*');

/** Each question of the dashboard. */
export const questions = (dashboard: Dashboard) =>
  dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr: filledIn(expr) })));

/** Names of metrics in an expression: what is neither a function, a keyword, a label nor a text. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '""')
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '');
  return [...new Set([...bare.matchAll(/\b([a-zA-Z_][a-zA-Z0-9_]*)\b(?!\s*\()/g)].map(([, name = '']) => name))].filter(
    (name) => !['and', 'or', 'unless', 'bool', 'by', 'on'].includes(name),
  );
}
