/** The OpenAPI document holds what it promises: valid by others' validators, its examples by its schemas, and each is answered as it says. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { exampleAnswers } from '../../scripts/gen-examples.js';
import { ROOT } from '../support/sources.js';
import { answersOf, bodiesOf, type Json, operationsOf, readDocument } from './example-answers.js';

let document: Json;
let ajv: Ajv2020;
const compiled = new Map<string, ReturnType<Ajv2020['compile']>>();
/** What is wrong with the value; each schema is compiled once. */
const check = (schema: Json, value: unknown): string[] => {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(JSON.parse(key.replaceAll('"#/components', '"document#/components')));
  compiled.set(key, validate);
  void validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

beforeAll(async () => {
  document = await readDocument();
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: { schemas: document.components.schemas } });
});

test('the document is valid by an independent validator', async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

describe('its examples', () => {
  test('every request that has a body shows one, right by its schema', () => {
    const wrong = operationsOf(document)
      .filter(({ operation }) => operation.requestBody !== undefined)
      .flatMap((one) => {
        const bodies = bodiesOf(one);
        const { schema } = one.operation.requestBody.content['application/json'];
        if (bodies.length === 0) return [`${one.operationId}: no example`];
        return bodies.flatMap((body) => check(schema, body).map((error) => `${one.operationId}: ${error}`));
      });
    expect(wrong).toEqual([]);
  });

  test('every parameter that must be given shows one, right by its schema', () => {
    const wrong = operationsOf(document).flatMap(({ operationId, operation }) =>
      (operation.parameters ?? [])
        .filter(({ required }: Json) => required)
        .flatMap(({ name, schema, example }: Json) =>
          (example === undefined ? ['no example'] : check(schema, example)).map((error: string) => `${operationId} ${name}: ${error}`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test('every answer that is text or JSON shows one, right by its schema', () => {
    const wrong = operationsOf(document).flatMap(({ operationId, operation }) =>
      Object.entries<Json>(operation.responses).flatMap(([status, { content = {} }]) =>
        Object.entries<Json>(content).flatMap(([type, { schema, example, examples }]) => {
          if (/pdf|spreadsheetml/.test(type)) return [];
          if (type === 'application/problem+json')
            return Object.keys(examples).filter((code) => document.components.examples[code] === undefined);
          const shown = example === undefined ? [] : [example];
          const errors = shown.length === 0 ? ['no example'] : shown.flatMap((one) => check(schema, one));
          return errors.map((error) => `${operationId} ${status} ${type}: ${error}`);
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('every problem has one, right by its schema', () => {
    const examples = Object.entries<Json>(document.components.examples);
    expect(examples.length).toBeGreaterThan(60);
    expect(
      examples.flatMap(([code, { value }]) => check({ $ref: '#/components/schemas/Problem' }, value).map((error) => `${code}: ${error}`)),
    ).toEqual([]);
  });

  test('each one sent to the app is answered as the document says', async () => {
    const seen: string[] = [];
    const answers = await answersOf(document);
    for (const { operationId, status, type, value } of answers) {
      const operation = operationsOf(document).find((one) => one.operationId === operationId)?.operation;
      const media = operation.responses[String(status)]?.content?.[type];
      expect(status, operationId).toBeLessThan(300);
      if (type !== '') expect(media, `${operationId} ${status} ${type}`).toBeDefined();
      // The first of several is the one whose answer is shown.
      if (value !== undefined && !seen.includes(`${operationId} ${type}`)) expect(media.example, operationId).toEqual(value);
      seen.push(`${operationId} ${type}`);
    }
    expect(new Set(seen.map((one) => one.split(' ')[0])).size).toBe(operationsOf(document).length);
    // The file that they come from is as it would be made now: npm run gen.
    expect(exampleAnswers(answers)).toBe(readFileSync(join(ROOT, 'src/doors/http/example-answers.gen.ts'), 'utf8'));
    // A hundred requests to some scenes: seconds, but not on a machine that does much else.
  }, 120_000);
});
