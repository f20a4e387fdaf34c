/** The way of spans out of the process: to a collector that may be slow, away or gone, without anybody waiting for it. */
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { TracingConfig } from '../config.js';

/** How long one batch may take; the next ones wait in a queue of bounded length. */
export const EXPORT_TIMEOUT_MS = 5_000;
const TELL_EVERY_MS = 60_000;

export interface TraceLog {
  warn(fields: object, message: string): void;
}

export function collector({ endpoint, headers }: Pick<TracingConfig, 'endpoint' | 'headers'>): SpanExporter {
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers, timeoutMillis: EXPORT_TIMEOUT_MS });
}

/** Says, once a minute at most, that spans could not be delivered. */
export function tellingFailures(exporter: SpanExporter, log: TraceLog, now: () => number = Date.now): SpanExporter {
  let lost = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) {
          lost += spans.length;
          if (now() - toldAt >= TELL_EVERY_MS) {
            log.warn({ failed: lost, err: result.error }, 'traces could not be delivered (OTEL_EXPORTER_OTLP_ENDPOINT)');
            toldAt = now();
            lost = 0;
          }
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush!() }),
  };
}
