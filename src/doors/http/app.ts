/** The HTTP application: built here, listened to elsewhere. Plugins, the order in which a request is judged, and the routes. */
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import underPressure from '@fastify/under-pressure';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { createSerializerCompiler, jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler } from 'fastify-type-provider-zod';
import { boardRoutes } from '../board/board-routes.js';
import { accessRoutes } from './access-routes.js';
import { actionRoutes } from './action-routes.js';
import { authorise } from './authorise.js';
import { cycleRoutes } from './cycle-routes.js';
import { deliveryRoutes } from './delivery-routes.js';
import type { AppDeps } from './deps.js';
import { documentRoutes } from './document-routes.js';
import { episodesRoutes } from './episodes-route.js';
import { fhirRoutes } from './fhir-routes.js';
import { guideRoutes } from './guide-routes.js';
import { acceptJsonOnly, BODY_LIMIT } from './json-body.js';
import { answerBrokenRequest, limitRequests } from './limits.js';
import { measureRequests } from './measure.js';
import { messageRoutes } from './message-routes.js';
import { monthRoutes } from './month-routes.js';
import { noticeRoutes } from './notice-routes.js';
import { OPENAPI } from './openapi.js';
import { finishDocument } from './openapi-finish.js';
import { handleError, problemError, sendProblem } from './problem-reply.js';
import { questionsRoutes } from './questions-routes.js';
import { reportRoutes } from './report-routes.js';
import { serviceRoutes } from './service-routes.js';
import { stayRoutes } from './stay-routes.js';
import { requestIdOf, tellRequests } from './tell-requests.js';

/** The pages of the documentation set their styles from their script. */
const DOCS_CSP = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'object-src': ["'none'"],
  'frame-ancestors': ["'self'"],
};

/** The embedded ledger and worker share the event loop: seconds of delay are a busy day, not a broken service. */
const MAX_EVENT_LOOP_DELAY_MS = 10_000;

/**
 * Builds the application; nothing is listened to, and no socket is opened.
 *
 * A request is judged in this order: route and action (404), token (401, 403), stay (404), size (413), type (415), JSON (400), fields (422), and then
 * by the stay itself (422 for a time out of bounds, 403, 409).
 */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    ...(deps.logger === undefined ? { logger: false } : { loggerInstance: deps.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // Which request a line is about is said by what it is written on behalf of.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
    requestTimeout: 60_000,
    clientErrorHandler: answerBrokenRequest,
    genReqId: requestIdOf,
    // Routes that cannot be decoded are routes that do not exist.
    frameworkErrors: (_error, request, reply) => sendProblem(request as never, reply as never, { code: 'no-such-route' }),
  });
  // Bodies are judged by the one way in, whatever door they come through; here only paths, queries and headers are.
  app.setValidatorCompiler((route) => (route.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(route as never)));
  app.setSerializerCompiler(deps.checkAnswers ? createSerializerCompiler() : () => (answer) => JSON.stringify(answer));
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, { code: 'no-such-route' }));
  tellRequests(app);
  if (deps.metrics !== undefined) measureRequests(app, deps.metrics);
  // Before the body is read: fastify would judge it even for a route that does not exist.
  app.addHook('onRequest', async (request) => {
    if (request.is404)
      throw problemError(
        /^\/v1\/stays\/[^/]+\/actions\/[^/?]+(\?|$)/.test(request.url) && request.method === 'POST' ? 'okand-atgard' : 'no-such-route',
      );
  });
  authorise(app, deps);
  acceptJsonOnly(app);

  await app.register(helmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } }, strictTransportSecurity: false });
  const maxEventLoopDelay = deps.maxEventLoopDelayMs ?? MAX_EVENT_LOOP_DELAY_MS;
  await app.register(underPressure, { maxEventLoopDelay, exposeStatusRoute: false, retryAfter: 5 });
  await limitRequests(app, deps.requestsPerMinute);
  await app.register(swagger, {
    openapi: OPENAPI,
    transform: jsonSchemaTransform,
    transformObject: (made) => finishDocument(jsonSchemaTransformObject(made)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CSP, indexPrefix: '' });

  await app.register(async (routes) => {
    stayRoutes(routes, deps);
    actionRoutes(routes, deps);
    accessRoutes(routes, deps);
    noticeRoutes(routes, deps);
    deliveryRoutes(routes, deps);
    messageRoutes(routes, deps);
    monthRoutes(routes, deps);
    cycleRoutes(routes, deps);
    documentRoutes(routes, deps);
    episodesRoutes(routes, deps);
    reportRoutes(routes, deps);
    serviceRoutes(routes, deps);
    guideRoutes(routes);
    questionsRoutes(routes, deps);
    routes.get('/openapi.json', { schema: { hide: true } as never, handler: async () => app.swagger() });
  });
  await fhirRoutes(app, deps);
  await app.register(boardRoutes(deps));
  return app;
}
