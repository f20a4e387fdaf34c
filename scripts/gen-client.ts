/** Writes the types of the API for others to use, from the OpenAPI document: `npm run gen`. Covers what our document uses, and stops at what it does not know. */
import { writeFileSync } from 'node:fs';
import { ACTION_NAMES } from '../src/domain/stay/actions.js';
import { type Json, type Operation, operationsOf, readDocument } from '../test/doors/example-answers.js';

/** The file's text; a test compares it with the committed one. */
export async function clientTypes(): Promise<string> {
  const document = await readDocument();
  const operations = operationsOf(document).sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const actions = new Set<string>(ACTION_NAMES);
  return [
    '/** Generated from the OpenAPI document by `npm run gen`; not to be edited. */',
    '',
    ...Object.entries<Json>(document.components.schemas).map(
      ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};\n`,
    ),
    '/** What each action is told of, by its name. */',
    'export interface ActionData {',
    ...operations.filter(({ operationId }) => actions.has(operationId)).map(actionLine),
    '}',
    '',
    '/** Every operation: what is asked, what is sent, what is answered. */',
    'export interface Operations {',
    ...operations.filter(({ operationId }) => !actions.has(operationId)).map(operationLines),
    '}',
    '',
    'export const OPERATIONS: { readonly [Id in keyof Operations]: readonly [method: string, path: string] } = {',
    ...operations
      .filter(({ operationId }) => !actions.has(operationId))
      .map(({ operationId, method, path }) => `  ${operationId}: ['${method.toUpperCase()}', '${path}'],`),
    '};',
    '',
  ].join('\n');
}

const comment = (text: unknown, indent = ''): string =>
  typeof text === 'string' && text !== '' ? `${indent}/** ${text.replaceAll('\n', ' ').replaceAll('*/', '*')} */\n` : '';

function actionLine({ operationId, operation }: Operation): string {
  const body = operation.requestBody.content['application/json'].schema;
  return `${comment(operation.summary, '  ')}  ${quoted(operationId)}: ${typeOf(body.properties.data, 1)};`;
}

function operationLines({ operationId, operation }: Operation): string {
  const parameters = (place: string): string => {
    const own = (operation.parameters ?? []).filter((one: Json) => one.in === place);
    if (own.length === 0) return 'Record<string, never>';
    return typeOf(
      {
        type: 'object',
        properties: Object.fromEntries(own.map(({ name, schema, description }: Json) => [name, { ...schema, description }])),
        required: own.filter(({ required }: Json) => required).map(({ name }: Json) => name),
        additionalProperties: false,
      },
      2,
    );
  };
  const body = operation.requestBody?.content?.['application/json']?.schema;
  return [
    `${comment(operation.summary, '  ')}  ${operationId}: {`,
    `    path: ${parameters('path')};`,
    `    query: ${parameters('query')};`,
    `    body: ${body === undefined ? 'undefined' : typeOf(body, 2)}${operation.requestBody?.required === false ? ' | undefined' : ''};`,
    `    answer: ${answerOf(operation)};`,
    '  };',
  ].join('\n');
}

function answerOf(operation: Json): string {
  const types = Object.entries<Json>(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, { content }]) => {
      const [[kind, media] = ['', {}]] = Object.entries<Json>(content ?? {});
      if (kind === '') return 'undefined';
      return kind === 'application/json' ? typeOf(media.schema, 2) : 'Response';
    });
  return [...new Set(types)].join(' | ');
}

function typeOf(schema: Json, depth = 0): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1);
  if (schema.enum !== undefined) return union(schema.enum.map((value: unknown) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return union(alternatives.map((one: Json) => typeOf(one, depth)));
  if (schema.allOf !== undefined) return schema.allOf.map((one: Json) => typeOf(one, depth)).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => typeOf({ ...schema, type }, depth)));
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `${parenthesised(typeOf(schema.items ?? {}, depth))}[]`;
    case 'object':
      return objectOf(schema, depth);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`no type for ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Json, depth: number): string {
  const indent = '  '.repeat(depth + 1);
  const rest = additionalProperties === undefined || additionalProperties === false ? undefined : restOf(additionalProperties, depth);
  const names = Object.keys(properties);
  if (names.length === 0) return rest === undefined ? 'Record<string, never>' : `Record<string, ${rest}>`;
  const lines = names.map(
    (name) =>
      `${comment(properties[name].description, indent)}${indent}${quoted(name)}${required.includes(name) ? '' : '?'}: ${typeOf(properties[name], depth + 1)}${required.includes(name) ? '' : ' | undefined'};`,
  );
  if (rest !== undefined) lines.push(`${indent}[more: string]: unknown;`);
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

const restOf = (schema: Json, depth: number): string => (schema === true ? 'unknown' : typeOf(schema, depth));
const union = (types: string[]): string => [...new Set(types)].join(' | ');
const parenthesised = (type: string): string => (/^[^{]* [|&] /.test(type) ? `(${type})` : type);
const quoted = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

if (process.argv[1]?.endsWith('gen-client.ts'))
  writeFileSync(new URL('../clients/typescript/src/api.gen.ts', import.meta.url), await clientTypes());
