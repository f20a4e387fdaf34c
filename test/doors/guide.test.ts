/** The guide for those who call the API: its commands run against the service, and are answered as it says. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEMS } from '../../src/doors/problems.js';
import { missingPrograms, without } from '../support/program.js';
import { ROOT } from '../support/sources.js';
import { memoryService } from './memory-service.js';

const run = promisify(execFile);
const text = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
const missing = missingPrograms('bash', 'curl');

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = await memoryService(Date.parse('2019-03-01T11:00:00+01:00')).app({ longestStreamMs: 300 });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

describe.skipIf(missing.length > 0)(`the commands of the guide${without(missing)}`, () => {
  test('are answered as it says, one after the other', async () => {
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]).join('\n');
    const expected = [...commands.matchAll(/ {4}# (\d{3})$/gm)].map((match) => match[1]);
    expect(expected.length).toBeGreaterThan(9);
    const script = `curl() { command curl --silent --show-error --max-time 20 --output /dev/null --write-out '%{http_code}\\n' "$@"; }\n${commands}`;
    const { stdout } = await run('bash', ['-c', script], { env: { ...process.env, HEMGANG: url, TOKEN: 'x' } });
    expect(stdout.trim().split('\n')).toEqual(expected);
  });
});

describe('the pages', () => {
  test('hold the guide, and every problem by its code', async () => {
    const guide = await app.inject('/docs/guide');
    expect([guide.statusCode, guide.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const [, heading] of text.matchAll(/^## (.*)$/gm)) expect(guide.body).toContain(`>${heading}</h2>`);
    const problems = (await app.inject('/docs/problems')).body;
    for (const code of Object.keys(PROBLEMS)) expect(problems).toContain(`id="${code}"`);
  });

  test('lead to nothing that is not there', async () => {
    for (const page of ['/docs/guide', '/docs/problems']) {
      const { body } = await app.inject(page);
      for (const [, href = ''] of body.matchAll(/(?:href|src)="(\/[^"]*)"/g)) expect((await app.inject(href)).statusCode, href).toBe(200);
    }
  });

  test('name only codes and settings that there are', () => {
    const codes = [...text.matchAll(/\b(?:40[0-9]|429|503)[^|.;]*?`([a-z]+(?:-[a-z]+)+)`/g)].map((match) => match[1] as string);
    expect(codes.length).toBeGreaterThan(4);
    for (const code of codes) expect(PROBLEMS).toHaveProperty(code);
  });
});
