/** What leaves of a span: known attributes in known shapes. Errors' words, other systems' trace state and whatever a library adds stay here. */
import { type Attributes, type AttributeValue, isSpanContextValid, type Link, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { STAY_ID } from '../domain/ids.js';
import { maskNumbers, maskShapes } from './mask.js';
import { subjectOf } from './workflow-subject.js';

/** Codes, ids, templates of routes: no spaces and no letters beyond ASCII, so that no sentence and hardly a name gets through. */
const WORD = /^[\w.:/{}*?~$@+-]{1,200}$/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Every attribute that a span may have, and its shape. docs/logs-and-traces.md is made to agree with it by a test. */
export const SPAN_ATTRIBUTES: Record<string, RegExp | 'number' | 'boolean'> = {
  'hemgang.door': /^(http|fhir|tavla|hl7)$/,
  'hemgang.stay_id': STAY_ID,
  'hemgang.region': /^[a-z][a-z0-9-]{0,40}$/,
  'hemgang.month': /^\d{4}-\d{2}$/,
  'hemgang.payer': /^\d{4}$/,
  'hemgang.action': /^[a-z][a-z-]{0,60}$/,
  'hemgang.accepted': 'boolean',
  'hemgang.code': /^[a-z][a-z0-9-]{0,60}$/,
  'hemgang.party': /^[a-z]{1,20}$/,
  'hemgang.unit': /^[\w./-]{1,100}$/,
  'hemgang.events': 'number',
  'hemgang.notices': 'number',
  'hemgang.attempt': 'number',
  'hemgang.trigger': /^[A-Z0-9^?]{1,7}$/,
  'hemgang.ack': /^A[AER]$/,
  'http.request.method': /^[A-Z]{1,20}$/,
  'http.route': WORD,
  'http.response.status_code': 'number',
  'temporal.workflow_id': WORD,
  'temporal.run_id': UUID,
  'temporal.workflow_type': WORD,
  'temporal.update_id': UUID,
  'temporal.activity_id': /^\d{1,10}$/,
  'error.type': /^[\p{L}\d_.-]{1,80}$/u,
};

/** As Temporal's interceptors name them. */
const RENAMED: Record<string, string> = {
  temporalWorkflowId: 'temporal.workflow_id',
  run_id: 'temporal.run_id',
  temporalUpdateId: 'temporal.update_id',
  temporalActivityId: 'temporal.activity_id',
};

/** The span as it is exported. */
export function cleanSpan(span: ReadableSpan): ReadableSpan {
  const { parentSpanContext } = span;
  return {
    name: /^[A-Za-z][\w :/.{}*$^?-]{0,150}$/.test(span.name) ? maskShapes(span.name) : 'span',
    kind: span.kind,
    spanContext: () => bare(span.spanContext()),
    ...(parentSpanContext === undefined ? {} : { parentSpanContext: bare(parentSpanContext) }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: cleanAttributes(span.attributes),
    links: span.links.map(({ context }): Link => ({ context: bare(context) })).filter(({ context }) => isSpanContextValid(context)),
    // Of an exception only what it is; its words and its stack are in the log, as far as they may be.
    events: span.events.flatMap(({ name, time, attributes }) => {
      const type = attributes?.['exception.type'];
      const known = typeof type === 'string' && /^[\w.]{1,80}$/.test(type) ? { 'exception.type': type } : {};
      return name === 'exception' ? [{ name, time, attributes: known }] : [];
    }),
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** Without trace state, into which other systems write what they like. */
const bare = ({ traceId, spanId, traceFlags, isRemote }: SpanContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags,
  ...(isRemote === undefined ? {} : { isRemote }),
});

function cleanAttributes(given: Attributes): Attributes {
  const clean: Attributes = {};
  for (const [name, value] of Object.entries(given)) {
    const known = RENAMED[name] ?? name;
    const shape = Object.hasOwn(SPAN_ATTRIBUTES, known) ? SPAN_ATTRIBUTES[known] : undefined;
    if (shape !== undefined && fits(value, shape)) clean[known] = value;
  }
  const { stayId, region, month, payer } = subjectOf(clean['temporal.workflow_id']);
  // Whoever starts a workflow by hand may write anything into its id.
  if (region === undefined) delete clean['temporal.workflow_id'];
  const subject = { 'hemgang.stay_id': stayId, 'hemgang.region': region, 'hemgang.month': month, 'hemgang.payer': payer };
  for (const [name, value] of Object.entries(subject)) if (value !== undefined) clean[name] ??= value;
  return clean;
}

function fits(value: AttributeValue | undefined, shape: RegExp | 'number' | 'boolean'): boolean {
  if (typeof shape === 'string') return typeof value === shape;
  return typeof value === 'string' && shape.test(value) && maskNumbers(value) === value;
}
