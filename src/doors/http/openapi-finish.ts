/** What the routes' own schemas do not say goes into the OpenAPI document here: problems with their codes, headers, examples, names. */
import { PROBLEMS, type ProblemCode } from '../problems.js';
import { EXAMPLE_ANSWERS } from './example-answers.gen.js';
import { ADMISSION_EXAMPLE, FEED_EXAMPLES, PARAMETER_EXAMPLES, PROOF_STAY_EXAMPLE } from './examples.js';
import { isCounted, isGuarded, problemsOf, type Route } from './problem-codes.js';

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON of any shape
type Json = any;

const STATUS: Record<number, string> = {
  400: 'Not JSON',
  401: 'No token, or one that is not accepted',
  403: "Not this caller's to do, or to see",
  404: 'No such thing, or none that the caller may know of',
  408: 'The request did not come in time',
  409: 'An unmet need, an ended stay, or other content for a used id',
  413: 'Larger than 1 MiB; the connection may be closed at once',
  415: 'Not application/json',
  422: 'Fields that are wrong, missing or unknown',
  429: 'Too many requests, or streams; try again after Retry-After',
  500: 'Something went wrong in the service',
  503: 'Something that is needed cannot be reached; try again after Retry-After',
};

const HEADERS: Record<string, Json> = {
  RetryAfter: { description: 'Seconds until trying again is worth it', schema: { type: 'integer', minimum: 1 } },
  RateLimitLimit: { description: 'How many requests a minute the caller may send', schema: { type: 'integer' } },
  RateLimitRemaining: { description: 'How many are left of this minute', schema: { type: 'integer' } },
  RateLimitReset: { description: 'Seconds until the minute is over', schema: { type: 'integer' } },
  Location: { description: 'Where it is read', schema: { type: 'string' } },
  ETag: { description: 'Give it as If-None-Match', schema: { type: 'string' } },
  CacheControl: { description: 'Not to be kept by what lies between', schema: { type: 'string' } },
  ContentDisposition: { description: "The file's name", schema: { type: 'string' } },
};
const refTo = (name: string) => ({ $ref: `#/components/headers/${name}` });
const RATE = {
  'RateLimit-Limit': refTo('RateLimitLimit'),
  'RateLimit-Remaining': refTo('RateLimitRemaining'),
  'RateLimit-Reset': refTo('RateLimitReset'),
};
const RETRY = { 'Retry-After': refTo('RetryAfter') };

/** The whole document, from what the routes' schemas gave. */
export function finishDocument(document: Json): Json {
  for (const [path, methods] of Object.entries<Json>(document.paths ?? {}))
    for (const [method, operation] of Object.entries<Json>(methods))
      if (path.startsWith('/v1/') || path.endsWith('z') || path === '/metrics')
        finishOperation({ path, method, operationId: operation.operationId, hasBody: operation.requestBody !== undefined }, operation);
  const problem = document.components.schemas.Problem ?? {};
  document.components.schemas.ProblemCode = {
    type: 'string',
    enum: Object.keys(PROBLEMS).sort(),
    description: 'Stable: what a program goes by',
  };
  Object.assign(problem.properties ?? {}, { code: { $ref: '#/components/schemas/ProblemCode' } });
  document.components.headers = HEADERS;
  document.components.examples = PROBLEM_EXAMPLES;
  document.components.securitySchemes = {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A token of the configured OIDC issuer, with the claims `party`, `unit` and `roles`',
    },
  };
  return withoutDoubles(document);
}

function finishOperation(route: Route, operation: Json): void {
  for (const parameter of operation.parameters ?? []) finishParameter(route, parameter);
  const sent = operation.requestBody?.content?.['application/json'];
  // A schema with a name of its own keeps no examples.
  if (route.operationId === 'admit') sent.example = ADMISSION_EXAMPLE;
  if (route.operationId === 'renewFeed') sent.examples = { playing: { value: FEED_EXAMPLES[0] }, done: { value: FEED_EXAMPLES[1] } };
  if (BODY_MAY_BE_LEFT_OUT.has(route.operationId)) operation.requestBody.required = false;
  if (isGuarded(route)) operation.security = [{ bearer: [] }, {}];
  else operation.security = [];
  for (const status of Object.keys(operation.responses)) if (Number(status) >= 400) delete operation.responses[status];
  for (const [status, response] of Object.entries<Json>(operation.responses)) finishAnswer(route, operation, status, response);
  for (const [status, codes] of problemsOf(route))
    operation.responses[status] = {
      description: STATUS[status] ?? 'Problem',
      ...(status === 429 || status === 503 ? { headers: { ...(status === 429 ? RATE : {}), ...RETRY } } : {}),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples: problemExamples(codes) } },
    };
}

function finishAnswer(route: Route, operation: Json, status: string, response: Json): void {
  if (response.description === 'Default Response') response.description = operation.summary;
  const headers = {
    ...(isCounted(route) ? RATE : {}),
    ...(route.operationId === 'admit' || status === '201' ? { Location: refTo('Location') } : {}),
    ...(operation.responses['304'] === undefined ? {} : { ETag: refTo('ETag'), 'Cache-Control': refTo('CacheControl') }),
    ...(operation.responses['304'] !== undefined && status === '200' ? { 'Content-Disposition': refTo('ContentDisposition') } : {}),
  };
  if (Object.keys(headers).length > 0) response.headers = headers;
  if (status === '204' || status === '304') delete response.content;
  for (const [type, media] of Object.entries<Json>(response.content ?? {})) {
    const example = EXAMPLE_ANSWERS[`${route.operationId} ${status} ${type}`] ?? EXAMPLE_ANSWERS[`${route.operationId} 201 ${type}`];
    if (example !== undefined) media.example = example;
  }
}

/** Numbers and truth values are what they are, though they come as text. */
function finishParameter({ operationId }: Route, parameter: Json): void {
  const { name, schema } = parameter;
  if (name === 'limit') parameter.schema = { type: 'integer', minimum: 1, maximum: 1_000, default: 100 };
  if (name === 'n') parameter.schema = { type: 'integer', minimum: 0, maximum: 9_999 };
  if (name === 'overdue') parameter.schema = { type: 'boolean' };
  if (name === 'idempotency-key') parameter.name = 'Idempotency-Key';
  if (name === 'last-event-id') parameter.name = 'Last-Event-ID';
  if (parameter.in === 'path' && schema.pattern === undefined && PATTERNS[name] !== undefined) schema.pattern = PATTERNS[name];
  const example = operationId === 'readStayProof' && name === 'stayId' ? PROOF_STAY_EXAMPLE : PARAMETER_EXAMPLES[name];
  if (example !== undefined && (parameter.in === 'path' || parameter.required)) parameter.example = example;
}

const BODY_MAY_BE_LEFT_OUT = new Set(['releaseInvoice', 'approveInvoice']);
const PATTERNS: Record<string, string> = {
  stayId: '^[A-Za-z0-9._-]{1,64}$',
  region: '^[a-z][a-z-]{1,39}$',
  month: '^\\d{4}-(0[1-9]|1[0-2])$',
  payer: '^\\d{4}$',
};

const problemExamples = (codes: readonly ProblemCode[]) =>
  Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));

const PROBLEM_EXAMPLES = Object.fromEntries(
  Object.entries(PROBLEMS).map(([code, { status, title }]) => [
    code,
    { summary: title, value: { type: `urn:hemgang:problem:${code}`, title, status, code } },
  ]),
);

/** Each schema is made for what is sent and for what is answered; where only one is used, or both are the same, one is left. */
function withoutDoubles(document: Json): Json {
  const { schemas } = document.components;
  const used = usedBy(document.paths, schemas);
  for (const name of Object.keys(schemas)) if (!used.has(name) && name !== 'ProblemCode') delete schemas[name];
  let text = JSON.stringify(document);
  for (const name of Object.keys(schemas)) {
    const plain = /^(.+)Input$/.exec(name)?.[1];
    if (plain === undefined) continue;
    const other = schemas[plain];
    const same = other === undefined || JSON.stringify(other) === JSON.stringify(schemas[name]).replace(/Input"/g, '"');
    if (!same) continue;
    text = text.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`);
    if (other === undefined) text = text.replace(`"${name}":{`, `"${plain}":{`);
  }
  const finished = JSON.parse(text);
  const left = usedBy(finished.paths, finished.components.schemas);
  for (const name of Object.keys(finished.components.schemas))
    if (!left.has(name) && name !== 'ProblemCode') delete finished.components.schemas[name];
  return finished;
}

/** The schemas that are reached from there, through others too. */
function usedBy(from: Json, schemas: Record<string, Json>): Set<string> {
  const used = new Set<string>();
  const visit = (part: Json): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name) || schemas[name] === undefined) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(from);
  return used;
}
