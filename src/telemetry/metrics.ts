/** The process's one registry of metrics: made from the catalogue, and written as text when it is asked for. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type CounterName, type GaugeName, type HistogramName, METRIC_NAMES, type MetricName, specOf } from './metrics-catalogue.js';

export type Labels = Record<string, string>;

/** A gauge's value for each set of labels that there is now. */
export type Sample = readonly [labels: Labels, value: number];

export interface Metrics {
  count(name: CounterName, labels: Labels, by?: number): void;
  /** Seconds, since `performance.now()` was `startedAt`. */
  timed(name: HistogramName, labels: Labels, startedAt: number): void;
  /** All that a gauge has now: what it had before is gone. */
  set(name: GaugeName, samples: readonly Sample[]): void;
  /** Asked at each scrape, before the text is written. Its failure is nobody's: a scrape never fails. */
  onScrape(refresh: () => void | Promise<void>): void;
  /** Text of another registry that goes with ours; asked at each scrape. */
  append(more: () => Promise<string>): void;
  /** @source Prometheus, Exposition formats: the text format, 0.0.4 */
  contentType: string;
  text(): Promise<string>;
}

const quietly = async <T>(work: () => T | Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work();
  } catch {
    return otherwise;
  }
};

/** Labels are given by our own code alone; `metrics-labels.ts` keeps what callers say out of them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges with the name of a counter; their sums are in those without `_total`.
  for (const name of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${name}_total`);
  const made = new Map(METRIC_NAMES.map((name) => [name, make(name, registry)] as const));
  const refreshes: (() => void | Promise<void>)[] = [];
  const others: (() => Promise<string>)[] = [];
  const get = <T>(name: MetricName): T => made.get(name) as T;
  return {
    count: (name, labels, by = 1) => get<Counter>(name).inc(labels, by),
    timed: (name, labels, startedAt) => get<Histogram>(name).observe(labels, (performance.now() - startedAt) / 1_000),
    set(name, samples) {
      const gauge = get<Gauge>(name);
      gauge.reset();
      // A gauge without labels is 0 after a reset; nothing known is nothing told.
      if (specOf(name).labels.length === 0 && samples.length === 0) gauge.remove();
      for (const [labels, value] of samples) gauge.set(labels, value);
    },
    onScrape: (refresh) => void refreshes.push(refresh),
    append: (more) => void others.push(more),
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async text() {
      await Promise.all(refreshes.map((refresh) => quietly(refresh, undefined)));
      const [own, ...more] = await Promise.all([registry.metrics(), ...others.map((other) => quietly(other, ''))]);
      return [own, ...more.filter((text) => text !== '')].map((text) => `${text.trimEnd()}\n`).join('');
    },
  };
}

function make(name: MetricName, registry: Registry): Counter | Gauge | Histogram {
  const { kind, help, labels, buckets } = specOf(name);
  const shared = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'histogram') return new Histogram({ ...shared, buckets: [...(buckets ?? [])] });
  if (kind === 'counter') return new Counter(shared);
  const gauge = new Gauge(shared);
  // Until it is known it is absent.
  if (labels.length === 0) gauge.remove();
  return gauge;
}
