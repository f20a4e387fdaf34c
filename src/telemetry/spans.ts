/** Spans as our code makes them. While traces are off each of these costs next to nothing. */
import { type Attributes, type Context, context, type Link, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { safeError } from './safe-error.js';

export interface SpanOptions {
  attributes?: Attributes;
  kind?: SpanKind;
  links?: Link[];
  /** Default: what is under way now. */
  parent?: Context;
}

export const tracer = () => trace.getTracer('hemgang');

/** Whether something that is traced is under way. */
export const isTraced = (): boolean => trace.getActiveSpan()?.isRecording() === true;

/** Runs something as a span of its own, which ends when it does; of what it throws only the type is said. */
export async function inSpan<T>(name: string, options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T> {
  const { parent = context.active(), attributes = {}, kind = SpanKind.INTERNAL, links = [] } = options;
  const span = tracer().startSpan(name, { attributes, kind, links }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => run(span));
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed. */
export function failed(span: Span, error: unknown): void {
  const { failure, type } = safeError(error);
  span.setAttribute('error.type', failure ?? type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The object's functions, each in a span of its own where something that is traced is under way; nobody else is traced by them. */
export function traced<T extends object>(part: string, object: T): T {
  const entries = Object.entries(object).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const call = (...args: unknown[]) =>
      isTraced() ? inSpan(`${part}.${name}`, {}, async () => value.apply(object, args)) : value.apply(object, args);
    return [name, call];
  });
  return Object.fromEntries(entries) as T;
}
