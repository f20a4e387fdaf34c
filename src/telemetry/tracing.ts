/** Traces of this process: off until a collector is named, then from every door to the ledger. Loaded only when they are on. */
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { ROLES, type TracingConfig } from '../config.js';
import { cleanSpan } from './clean-span.js';
import { collector, EXPORT_TIMEOUT_MS, type TraceLog, tellingFailures } from './deliver-traces.js';

export interface Tracing {
  resource: Resource;
  /** For spans that are made elsewhere than in this process's own code: those of the workflows. */
  processor: SpanProcessor;
  /** Delivers what is left, for some seconds at most, and makes no more. */
  stop(): Promise<void>;
}

export interface TracingOptions {
  config: TracingConfig;
  roles: readonly string[];
  version: string;
  log: TraceLog;
  /** Default: the collector of the configuration. */
  exporter?: SpanExporter;
}

/** Spans beyond so many that wait are lost, never waited for. */
const MOST_WAITING = 4_096;
const DELIVER_EVERY_MS = 2_000;
/** Whoever stops the service does not wait for a collector that is away. */
const STOP_WITHIN_MS = 3_000;

/** Turns traces on for the whole process; once. */
export function openTracing({ config, roles, version, log, exporter = collector(config) }: TracingOptions): Tracing {
  const all = ROLES.every((role) => roles.includes(role));
  const name = config.serviceName ?? (all ? 'hemgang' : ['hemgang', ...roles].join('-'));
  const resource = resourceFromAttributes({ 'service.name': name, 'service.version': version, 'service.namespace': 'hemgang' });
  const batches = new BatchSpanProcessor(tellingFailures(exporter, log), {
    maxQueueSize: MOST_WAITING,
    scheduledDelayMillis: DELIVER_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const processor = cleaning(batches);
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.ratio) });
  const provider = new BasicTracerProvider({ resource, sampler, spanProcessors: [processor] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    resource,
    processor,
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_WITHIN_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** Whatever made a span, it leaves clean. */
const cleaning = (to: SpanProcessor): SpanProcessor => ({
  onStart: (span, parent) => to.onStart(span, parent),
  onEnd: (span) => to.onEnd(cleanSpan(span)),
  forceFlush: () => to.forceFlush(),
  shutdown: () => to.shutdown(),
});
