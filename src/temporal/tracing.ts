/** Traces through Temporal: what a client sends, a workflow does and an activity runs, in the trace of whoever began it. */
import { type Context as OtelContext, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Context as ActivityContext } from '@temporalio/activity';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { TraceSinks, WorkflowSpan } from '../../workflows/trace.js';
import { inSpan, isTraced } from '../telemetry/spans.js';
import type { Tracing } from '../telemetry/tracing.js';

const HEADER = '_tracer-data';
const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;

/** What a worker has for its workflows and activities. Without traces, workflows that have been sent one still have where to say so. */
export function workerTracing(tracing: Tracing | undefined): { sinks: InjectedSinks<TraceSinks>; interceptors?: WorkerInterceptors } {
  const sinks: InjectedSinks<TraceSinks> = {
    trace: {
      ended: {
        fn: ({ workflowId, runId, workflowType }, span) => {
          if (tracing !== undefined) tracing.processor.onEnd(readable(span, { workflowId, runId, workflowType }, tracing));
        },
        callDuringReplay: false,
      },
    },
  };
  if (tracing === undefined) return { sinks };
  return { sinks, interceptors: { activity: [(context) => ({ inbound: activityTracing(context) })] } };
}

/** The interceptor of clients is Temporal's own; loaded only while traces are on. What nobody traces, such as looks every second, it leaves alone. */
export async function clientTracing(): Promise<WorkflowClientInterceptor[]> {
  const { OpenTelemetryWorkflowClientInterceptor } = await import('@temporalio/interceptors-opentelemetry-v2');
  const own = new OpenTelemetryWorkflowClientInterceptor();
  return [
    {
      start: (input, next) => (isTraced() ? own.start(input, next) : next(input)),
      startWithDetails: (input, next) => (isTraced() ? own.startWithDetails(input, next) : next(input)),
      signal: (input, next) => (isTraced() ? own.signal(input, next) : next(input)),
      startUpdate: (input, next) => (isTraced() ? own.startUpdate(input, next) : next(input)),
      startUpdateWithStart: (input, next) => (isTraced() ? own.startUpdateWithStart(input, next) : next(input)),
      query: (input, next) => (isTraced() ? own.query(input, next) : next(input)),
    },
  ];
}

/** An activity in the trace of the action that caused it; a batch of several actions is in the first one's, with links to the others. */
function activityTracing({ info }: ActivityContext): ActivityInboundCallsInterceptor {
  return {
    execute(input, next) {
      const { parent, links } = causesIn(input.headers);
      const [about] = input.args as { events?: unknown[]; notices?: unknown[]; to?: { party?: string; unit?: string } }[];
      const { workflowExecution } = info;
      const attributes = {
        ...(workflowExecution === undefined
          ? {}
          : { 'temporal.workflow_id': workflowExecution.workflowId, 'temporal.run_id': workflowExecution.runId }),
        'temporal.activity_id': info.activityId,
        'hemgang.attempt': info.attempt,
        ...(Array.isArray(about?.events) ? { 'hemgang.events': about.events.length } : {}),
        ...(Array.isArray(about?.notices) ? { 'hemgang.notices': about.notices.length } : {}),
        ...(about?.to === undefined ? {} : { 'hemgang.party': about.to.party ?? '', 'hemgang.unit': about.to.unit ?? '' }),
      };
      const options = { attributes, kind: SpanKind.CONSUMER, parent, links: links.map((context) => ({ context })) };
      return inSpan(`RunActivity:${info.activityType}`, options, () => next(input));
    },
  };
}

function causesIn(headers: Headers): { parent: OtelContext; links: SpanContext[] } {
  const carried = headers[HEADER] && defaultPayloadConverter.fromPayload<{ traceparent?: string; links?: string }>(headers[HEADER]);
  const parent = spanContextOf(carried?.traceparent ?? '');
  return {
    parent: parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
    links: (carried?.links ?? '').split(',').flatMap((text) => spanContextOf(text) ?? []),
  };
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

function readable(
  { traceId, spanId, parentSpanId, name, action, accepted, code, failed, startMs, endMs }: WorkflowSpan,
  { workflowId, runId, workflowType }: { workflowId: string; runId: string; workflowType: string },
  { resource }: Tracing,
): ReadableSpan {
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1, isRemote: true },
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    ended: true,
    status: { code: failed === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: {
      'temporal.workflow_id': workflowId,
      'temporal.run_id': runId,
      'temporal.workflow_type': workflowType,
      ...(action === undefined ? {} : { 'hemgang.action': action }),
      ...(accepted === undefined ? {} : { 'hemgang.accepted': accepted }),
      ...(code === undefined ? {} : { 'hemgang.code': code }),
    },
    links: [],
    events: [],
    resource,
    instrumentationScope: { name: 'hemgang' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const hrTime = (ms: number): [number, number] => [Math.floor(ms / MS_PER_S), Math.round((ms % MS_PER_S) * NS_PER_MS)];
