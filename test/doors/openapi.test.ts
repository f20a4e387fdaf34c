import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTION_NAMES } from '../../src/domain/stay/actions.js';
import { checkEnvelope } from '../../src/domain/stay/check.js';
import { admissionSchema, envelopeOf } from '../../src/domain/stay/schemas.js';
import { ADMISSION_EXAMPLE, exampleOf } from '../../src/doors/http/examples.js';
import { PROBLEMS } from '../../src/doors/problems.js';
import { memoryService } from './memory-service.js';

type Json = { [key: string]: Json } & unknown;
let app: FastifyInstance;
let document: {
  openapi: string;
  info: { description: string };
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, Json> };
};

beforeAll(async () => {
  app = await memoryService(0).app();
  document = (await app.inject('/openapi.json')).json();
});
afterAll(() => app.close());

describe('the OpenAPI document', () => {
  test('is OpenAPI 3.1 with every route of the contract', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(routes.filter((route) => !route.includes('/actions/')).sort()).toEqual([
      'get /healthz',
      'get /metrics',
      'get /readyz',
      'get /v1/billing/{region}/{month}',
      'get /v1/billing/{region}/{month}/episodes.jsonl',
      'get /v1/billing/{region}/{month}/rules',
      'get /v1/billing/{region}/{month}/{payer}/basis.csv',
      'get /v1/billing/{region}/{month}/{payer}/basis.pdf',
      'get /v1/billing/{region}/{month}/{payer}/basis.xlsx',
      'get /v1/billing/{region}/{month}/{payer}/invoice.xml',
      'get /v1/billing/{region}/{month}/{payer}/objections',
      'get /v1/billing/{region}/{month}/{payer}/stays/{stayId}/proof',
      'get /v1/clock',
      'get /v1/deliveries',
      'get /v1/endpoints',
      'get /v1/messages',
      'get /v1/messages/{message}',
      'get /v1/reports/{region}',
      'get /v1/stays',
      'get /v1/stays/{stayId}',
      'get /v1/stays/{stayId}/accesses',
      'get /v1/units/{unit}/accesses',
      'get /v1/units/{unit}/notices',
      'post /v1/billing/{region}/{month}/{payer}/approve',
      'post /v1/billing/{region}/{month}/{payer}/hold',
      'post /v1/billing/{region}/{month}/{payer}/objections',
      'post /v1/billing/{region}/{month}/{payer}/objections/{objectionId}/answer',
      'post /v1/billing/{region}/{month}/{payer}/objections/{objectionId}/decision',
      'post /v1/billing/{region}/{month}/{payer}/objections/{objectionId}/dispute',
      'post /v1/billing/{region}/{month}/{payer}/release',
      'post /v1/deliveries/{deliveryId}/retry',
      'post /v1/endpoints/{endpoint}/enable',
      'post /v1/messages/{message}/drop',
      'post /v1/reports/{region}/imports/{kind}',
      'post /v1/units/{unit}/notices/{noticeId}/ack',
      'put /v1/clock/feeds/{feedId}',
      'put /v1/stays/{stayId}',
    ]);
    expect(routes.filter((route) => route.includes('/actions/')).sort()).toEqual(
      ACTION_NAMES.map((action) => `post /v1/stays/{stayId}/actions/${action}`).sort(),
    );
  });

  test('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string);
    const unresolved = references.filter((reference) => {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<Json | undefined>((part, key) => part?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document as unknown as Json);
      return !reference.startsWith('#/') || found === undefined;
    });
    expect(references.length).toBeGreaterThan(20);
    expect([...new Set(unresolved)]).toEqual([]);
  });

  test('keeps the names of operations apart and describes every answer', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods)) as unknown as {
      operationId: string;
      responses: Record<string, { description: string }>;
      parameters?: { name: string; in: string; required?: boolean }[];
    }[];
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations) {
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const response of Object.values(operation.responses)) expect(response.description).toEqual(expect.any(String));
      for (const parameter of operation.parameters ?? []) if (parameter.in === 'path') expect(parameter.required).toBe(true);
    }
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(methods) as unknown as { parameters?: { name: string; in: string }[] }[]) {
        expect((operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(
          named,
        );
      }
    }
  });

  test('lists every code of a problem', () => {
    for (const [code, { status }] of Object.entries(PROBLEMS)) expect(document.info.description).toContain(`| \`${code}\` | ${status} |`);
  });

  test('a write whose Idempotency-Key is too long is answered as documented', async () => {
    const headers = { 'idempotency-key': 'k'.repeat(129) };
    const answer = await app.inject({ method: 'POST', url: '/v1/units/0680/notices/n/ack', headers });
    expect(Object.keys(document.paths['/v1/units/{unit}/notices/{noticeId}/ack']?.['post']?.responses ?? {})).toContain(
      `${answer.statusCode}`,
    );
  });

  test('is readable as pages', async () => {
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
  });

  test('shows an admission that would be accepted', () => {
    expect(admissionSchema.safeParse(ADMISSION_EXAMPLE).success).toBe(true);
  });

  test.each(ACTION_NAMES)('shows an example of %s that holds at the door and in the sandbox', (action) => {
    const example = exampleOf(action);
    expect(envelopeOf(action).safeParse(example)).toMatchObject({ success: true });
    expect(checkEnvelope(action, example)).toEqual([]);
    expect(JSON.stringify(document.paths[`/v1/stays/{stayId}/actions/${action}`])).toContain(JSON.stringify(example.data));
  });
});
