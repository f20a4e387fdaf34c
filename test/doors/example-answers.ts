/** Sends every example of the OpenAPI document to the app, and tells how it is answered: for the document, and for its test. */
import type { InjectOptions } from 'fastify';
import { scenes } from './example-scenes.js';
import { memoryService } from './memory-service.js';

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON of any shape
export type Json = any;

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  operation: Json;
}

export async function readDocument(): Promise<Json> {
  const app = await memoryService(0).app();
  const document = (await app.inject('/openapi.json')).json();
  await app.close();
  return document;
}

/** The operations of our own API; FHIR's have examples and tests of their own. */
export const operationsOf = (document: Json): Operation[] =>
  Object.entries<Json>(document.paths)
    .filter(([path]) => !path.startsWith('/fhir/'))
    .flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, operation]) => ({ operationId: operation.operationId, method, path, operation })),
    );

/** What is asked beside the document's own examples, so that each kind of answer is given. */
const ASKED: Record<string, Partial<Record<string, { query?: string; headers?: Record<string, string> }>>> = {
  readNotices: { 'text/event-stream': { headers: { accept: 'text/event-stream' } } },
  listStayAccesses: { 'text/csv': { headers: { accept: 'text/csv' } } },
  listUnitAccesses: { 'text/csv': { headers: { accept: 'text/csv' } } },
  readReport: { 'text/html': { query: 'format=html' }, 'text/csv': { query: 'format=csv' } },
};

/** The request that the document shows; `body` of its examples, when there are several. */
export function exampleRequest(
  { method, path, operation, operationId }: Operation,
  type: string,
  body: unknown,
): InjectOptions & { url: string } {
  const parameters: Json[] = operation.parameters ?? [];
  const url = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text: string, { name, example }) => text.replace(`{${name}}`, encodeURIComponent(String(example))), path);
  const asked = ASKED[operationId]?.[type];
  const query = [
    ...parameters.filter((one) => one.in === 'query' && one.example !== undefined).map(({ name, example }) => `${name}=${example}`),
    ...(asked?.query === undefined ? [] : [asked.query]),
  ];
  return {
    method: method.toUpperCase() as 'GET',
    url: query.length === 0 ? url : `${url}?${query.join('&')}`,
    ...(asked?.headers === undefined ? {} : { headers: asked.headers }),
    ...(body === undefined ? {} : { payload: body as object }),
  };
}

export const bodiesOf = ({ operation }: Operation): unknown[] => {
  const media = operation.requestBody?.content?.['application/json'];
  if (media === undefined) return [undefined];
  if (media.example !== undefined) return [media.example];
  return Object.values<Json>(media.examples ?? {}).map(({ value }) => value);
};

export interface ExampleAnswer {
  operationId: string;
  status: number;
  type: string;
  value: unknown;
}

/** Every example, answered by an app in which it belongs. */
export async function answersOf(document: Json): Promise<ExampleAnswer[]> {
  const answers: ExampleAnswer[] = [];
  const played = scenes();
  for (const operation of operationsOf(document)) {
    const types = Object.keys(operation.operation.responses['200']?.content ?? { '': 1 });
    for (const type of types)
      for (const body of bodiesOf(operation)) {
        const { app } = await played.of(operation.operationId, operation.path);
        const answer = await app.inject(exampleRequest(operation, type, body));
        answers.push({
          operationId: operation.operationId,
          status: answer.statusCode,
          type: String(answer.headers['content-type'] ?? '').split(';')[0] ?? '',
          value: shownOf(answer.headers['content-type'], answer.payload),
        });
      }
  }
  await played.close();
  return answers;
}

function shownOf(type: unknown, text: string): unknown {
  const kind = String(type ?? '');
  if (/[/+]json\s*(;|$)/.test(kind)) return shortened(JSON.parse(text));
  if (kind.startsWith('text/html')) return '<!doctype html>…';
  if (kind.startsWith('text/') || kind.includes('ndjson') || /[/]xml/.test(kind)) return text.split('\n').slice(0, 12).join('\n');
  return undefined;
}

/** Long lists are shown by their first two. */
function shortened(value: Json): Json {
  if (Array.isArray(value)) return value.slice(0, value.length > 3 ? 2 : 3).map(shortened);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  return Object.fromEntries((entries.length > 40 ? entries.slice(0, 2) : entries).map(([name, part]) => [name, shortened(part)]));
}
