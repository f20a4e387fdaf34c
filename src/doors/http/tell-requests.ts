/** Each request has an id, a line of the log at level debug, and while traces are on a span, in the caller's trace when there is one. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Context, context, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { STAY_ID } from '../../domain/ids.js';
import { type LogContext, onBehalfOf } from '../../telemetry/log-context.js';
import { tracer } from '../../telemetry/spans.js';
import { holdsPersonnummer } from '../identity-numbers.js';

/** Asked all the time by machines, about the service and no stay. */
const UNTOLD = new Set(['/healthz', '/readyz', '/metrics']);
const FAILED_FROM = 500;

interface Told {
  span: Span;
  parent: Context;
  log: LogContext;
}

const told = new WeakMap<FastifyRequest, Told>();

/** The caller's `x-request-id` when it is 8–64 letters, digits, `.`, `_` and `-` and no personnummer; otherwise a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) && !holdsPersonnummer(given) ? given : randomUUID();
}

/** To be registered before all other hooks, so that what they do belongs to the request too. */
export function tellRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    const route = request.routeOptions.url ?? 'unknown';
    if (UNTOLD.has(route)) return done();
    const log: LogContext = { door: route.startsWith('/fhir/') ? 'fhir' : 'http', requestId: request.id };
    const caller = callersTrace(request);
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'hemgang.door': log.door,
      ...subjectOf(request),
    };
    const span = tracer().startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
    told.set(request, { span, parent: trace.setSpan(caller, span), log });
    within(request, done);
  });
  // The body comes by the socket's events, which know nothing of the request.
  app.addHook('preValidation', (request, _reply, done) => within(request, done));
  app.addHook('onResponse', (request, reply, done) => {
    const one = told.get(request);
    if (one !== undefined) {
      const { span } = one;
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= FAILED_FROM) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      within(request, () =>
        request.log.debug(
          {
            method: request.method,
            route: request.routeOptions.url,
            status: reply.statusCode,
            ms: Math.round(reply.elapsedTime * 10) / 10,
          },
          'answered',
        ),
      );
    }
    done();
  });
}

function within(request: FastifyRequest, run: () => void): void {
  const one = told.get(request);
  if (one === undefined) run();
  else context.with(one.parent, () => onBehalfOf(one.log, run));
}

/** Which trace, and whether it is kept; not what other systems have written into its state. */
function callersTrace({ headers }: FastifyRequest): Context {
  const { traceparent } = headers;
  if (typeof traceparent !== 'string') return ROOT_CONTEXT;
  return propagation.extract(ROOT_CONTEXT, { traceparent });
}

/** Never a whole address: what a stranger writes into it may be an identity. */
function subjectOf({ params }: FastifyRequest): Record<string, string> {
  const { stayId, region } = (params ?? {}) as { stayId?: string; region?: string };
  return {
    ...(stayId !== undefined && STAY_ID.test(stayId) && !holdsPersonnummer(stayId) ? { 'hemgang.stay_id': stayId } : {}),
    ...(region === undefined ? {} : { 'hemgang.region': region }),
  };
}
