/** What every line that is written on behalf of one request or message says: its door and id, and the trace that it belongs to. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { isSpanContextValid, trace } from '@opentelemetry/api';

export type Door = 'http' | 'fhir' | 'tavla' | 'hl7';

export interface LogContext {
  door: Door;
  requestId?: string;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs something on behalf of a request; everything that follows from it is too. */
export const onBehalfOf = <T>(context: LogContext, run: () => T): T => contexts.run(context, run);

/** The fields that pino adds to each line. */
export function contextFields(): Record<string, string> {
  const { door, requestId } = contexts.getStore() ?? {};
  const span = trace.getActiveSpan()?.spanContext();
  return {
    ...(door === undefined ? {} : { door }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(span === undefined || !isSpanContextValid(span) ? {} : { traceId: span.traceId, spanId: span.spanId }),
  };
}
