/** Routes of FHIR R4: Encounters, Bundles of them, and what the service can do. Nothing here but HTTP. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bundleOf, etagOf, message, searchset, transaction } from '../fhir/bundles.js';
import { capabilityStatement } from '../fhir/capability.js';
import { type FhirDeps, show } from '../fhir/door.js';
import { perform, prepare, stayIdOf, type Written } from '../fhir/interactions.js';
import { error, FhirError, operationOutcome } from '../fhir/outcome.js';
import { wrongStayId } from '../fhir/read-identifiers.js';
import { DEFAULT_SETTINGS } from '../fhir/settings.js';
import { callerOf } from './caller.js';
import type { AppDeps } from './deps.js';
import { handleFhirError, preferred, sendFhir, speaksJson } from './fhir-reply.js';
import { bodyOf } from './json-body.js';

const BASE = '/fhir/R4';
const params = z.object({ id: z.string().describe("the stay's id: the resource's logical id") });

const resource = (name: string) =>
  z.looseObject({ resourceType: z.literal(name) }).meta({ id: `Fhir${name}`, description: `FHIR R4 ${name}` });
const encounter = resource('Encounter');
const bundle = resource('Bundle');
const outcome = resource('OperationOutcome');
const as = (description: string, schema: z.ZodType) => ({ description, content: { 'application/fhir+json': { schema } } });
const failures = (...statuses: number[]) => Object.fromEntries(statuses.map((status) => [status, as('What is wrong, and where', outcome)]));
const WRITE_FAILURES = failures(400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 429, 503);
const shared = {
  tags: ['fhir'],
  consumes: ['application/fhir+json', 'application/json'],
  description: `What is taken and answered is in \`${BASE}/metadata\` and docs/fhir.md; errors are OperationOutcomes.`,
};

/** Registered where there is a desk that hospitals' claims are brought to. */
export async function fhirRoutes(app: FastifyInstance, { hospital, submit, clock, auth, fhir }: AppDeps): Promise<void> {
  if (hospital === undefined) return;
  const deps: FhirDeps = { hospital, submit, clock, settings: fhir ?? DEFAULT_SETTINGS };
  await app.register(
    async (routes) => {
      routes.setErrorHandler(handleFhirError);
      routes.setNotFoundHandler((request, reply) =>
        sendFhir(
          request,
          reply,
          404,
          operationOutcome([error('not-found', undefined, `there is nothing at this address; see ${BASE}/metadata`)]),
        ),
      );
      routes.addHook('onRequest', speaksJson);
      encounterRoutes(routes, deps);
      systemRoutes(routes, deps, auth !== undefined);
    },
    { prefix: BASE },
  );
}

function encounterRoutes(app: FastifyInstance, deps: FhirDeps): void {
  app.post('/Encounter', {
    schema: {
      ...shared,
      summary: 'Create an Encounter',
      operationId: 'fhirCreate',
      body: encounter,
      response: { 200: as('It was there, the same', outcome), 201: as('Created', outcome), ...WRITE_FAILURES },
    },
    handler: async (request, reply) => write(request, reply, deps, undefined),
  });

  app.put<{ Params: z.infer<typeof params> }>('/Encounter/:id', {
    schema: {
      ...shared,
      summary: 'Update an Encounter, or create it by its id',
      operationId: 'fhirUpdate',
      params,
      body: encounter,
      response: { 200: as('Updated', outcome), 201: as('Created', outcome), ...WRITE_FAILURES },
    },
    handler: async (request, reply) => write(request, reply, deps, request.params.id),
  });

  app.get<{ Params: z.infer<typeof params> }>('/Encounter/:id', {
    schema: {
      tags: ['fhir'],
      summary: 'Read an Encounter',
      operationId: 'fhirRead',
      params,
      response: { 200: as('The stay as the caller may see it', encounter), ...failures(401, 403, 404, 406, 429, 503) },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const found = wrongStayId(id) === undefined ? await show(deps, id, callerOf(request)) : undefined;
      if (found === undefined) throw new FhirError(404, [error('not-found', undefined, 'no such Encounter')]);
      reply.header('etag', etagOf(found));
      return sendFhir(request, reply, 200, found);
    },
  });

  app.get('/Encounter', {
    schema: {
      tags: ['fhir'],
      summary: "Find an Encounter by the stay's id",
      operationId: 'fhirSearch',
      querystring: z.looseObject({ identifier: z.string().optional(), _id: z.string().optional() }),
      response: { 200: as('None, or one', bundle), ...failures(401, 403, 406, 422, 429, 503) },
    },
    handler: async (request, reply) => {
      const { identifier, _id } = request.query as { identifier?: unknown; _id?: unknown };
      if (typeof identifier !== 'string' && typeof _id !== 'string')
        throw new FhirError(422, [error('required', 'http.identifier', 'only identifier and _id are searched by')]);
      const byId = typeof _id === 'string' && wrongStayId(_id) === undefined ? _id : undefined;
      const stayId = typeof identifier === 'string' ? stayIdOf(identifier, deps) : byId;
      const isOne = stayId !== undefined && (_id === undefined || byId === stayId);
      const found = isOne ? await show(deps, stayId, callerOf(request)) : undefined;
      const base = baseOf(request);
      return sendFhir(
        request,
        reply,
        200,
        searchset(found === undefined ? [] : [found], { url: base, self: base + request.url.slice(BASE.length) }),
      );
    },
  });
}

function systemRoutes(app: FastifyInstance, deps: FhirDeps, asksForTokens: boolean): void {
  app.post('', {
    schema: {
      ...shared,
      summary: 'Send a transaction or a message',
      operationId: 'fhirBundle',
      body: bundle,
      response: { 200: as('A transaction-response; of a message, an OperationOutcome', z.union([bundle, outcome])), ...WRITE_FAILURES },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request);
      const { bundle: sent, issues } = bundleOf(bodyOf(request));
      if (sent.type === 'transaction') return sendFhir(request, reply, 200, await transaction(deps, sent, issues, caller));
      const told = await message(deps, sent, issues, caller);
      return sendFhir(request, reply, 200, operationOutcome(told.issues));
    },
  });

  app.get('/metadata', {
    schema: {
      tags: ['fhir'],
      summary: 'What this FHIR service can do',
      operationId: 'fhirCapabilities',
      response: { 200: as('CapabilityStatement', resource('CapabilityStatement')), ...failures(406, 429) },
    },
    handler: async (request, reply) => sendFhir(request, reply, 200, capabilityStatement(baseOf(request), deps.settings, asksForTokens)),
  });
}

async function write(request: FastifyRequest, reply: FastifyReply, deps: FhirDeps, id: string | undefined): Promise<FastifyReply> {
  const prepared = await prepare(deps, {
    body: bodyOf(request),
    path: 'Encounter',
    id,
    ifMatch: request.headers['if-match'],
    ifNoneExist: headerOf(request, 'if-none-exist'),
    caller: callerOf(request),
  });
  const done: Written = await perform(deps, prepared);
  const { stayId, started, encounter: now, issues } = done;
  const version = now === undefined ? '' : `/_history/${now.meta.versionId}`;
  reply.header('location', `${BASE}/Encounter/${stayId}${version}`);
  if (now !== undefined) reply.header('etag', etagOf(now));
  return sendFhir(request, reply, started ? 201 : 200, preferred(request, operationOutcome(issues), now));
}

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** As the client reached us. */
const baseOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}${BASE}`;
