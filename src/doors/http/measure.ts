/** How long requests take and how they are answered, by the template of their route: what stands in an address never becomes a label. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.js';
import { routeKey } from '../access/policy.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Of FHIR, by the operation's id in the documentation. */
const INTERACTIONS: Record<string, string | undefined> = {
  fhirCreate: 'create',
  fhirUpdate: 'update',
  fhirRead: 'read',
  fhirSearch: 'search',
  fhirBundle: 'bundle',
  fhirCapabilities: 'capabilities',
};

/** To be called before any route is registered. */
export function measureRequests(app: FastifyInstance, metrics: Pick<Metrics, 'timed' | 'count'>): void {
  app.addHook('onResponse', async (request, reply) => {
    // Those who listen are connected for as long as they like.
    if (String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream')) return;
    const labels = { method: METHODS.has(request.method) ? request.method : 'other', route: routeOf(request), status: statusOf(reply) };
    metrics.timed('hemgang_http_request_seconds', labels, performance.now() - reply.elapsedTime);
    const interaction = INTERACTIONS[(request.routeOptions.schema as { operationId?: string } | undefined)?.operationId ?? ''];
    if (interaction !== undefined) metrics.count('hemgang_fhir_interactions_total', { interaction, outcome: outcomeOf(reply) });
  });
}

/** All actions are one route; what is no route is `other`. */
function routeOf({ is404, method, routeOptions: { url } }: FastifyRequest): string {
  return is404 || url === undefined ? 'other' : routeKey(method, url).slice(method === 'HEAD' ? 'GET '.length : method.length + 1);
}

const statusOf = ({ statusCode }: FastifyReply): string => `${Math.floor(statusCode / 100)}xx`;
const outcomeOf = ({ statusCode }: FastifyReply): string => (statusCode >= 500 ? 'failed' : statusCode >= 400 ? 'refused' : 'done');
