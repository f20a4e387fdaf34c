/** Traces on for a test, and what of them has left. */
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { openTracing, type Tracing } from '../../src/telemetry/tracing.js';

export interface Collected {
  tracing: Tracing;
  /** What has been delivered by now; what waits is delivered first. */
  spans(): Promise<ReadableSpan[]>;
}

/** Once per process at a time; `tracing.stop()` ends it. */
export function collectTraces(ratio = 1): Collected {
  const delivered: ReadableSpan[] = [];
  const tracing = openTracing({
    config: { endpoint: 'http://127.0.0.1:1', headers: {}, serviceName: undefined, ratio },
    roles: ['api'],
    version: '1.2.3',
    log: { warn: () => undefined },
    exporter: {
      export(spans, done) {
        delivered.push(...spans);
        done({ code: ExportResultCode.SUCCESS });
      },
      shutdown: async () => undefined,
    },
  });
  return {
    tracing,
    async spans() {
      await tracing.processor.forceFlush();
      return delivered;
    },
  };
}
