/** The client for others: its types are those of the document, a program compiles against them, and it speaks with the service. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientTypes } from '../../scripts/gen-client.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';
import { memoryService } from './memory-service.js';

const run = promisify(execFile);
const folder = tempFolder('client');
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What somebody else writes against it. */
const PROGRAM = `
import { hemgang, HemgangProblem, type ProblemCode } from '@hemgang/client';

const by = { party: 'slutenvard', unit: 'SE2321000057-AVD1', role: 'sjukskoterska' } as const;
const client = hemgang({ baseUrl: process.argv[2] ?? '', token: async () => 'x', retries: 1 });
const path = { stayId: 'S1' };
const stay = await client.call('admit', {
  path,
  body: {
    region: 'jonkoping',
    admittedAt: '2019-03-01T09:30:00+01:00',
    ward: { hsaId: by.unit, name: 'Medicinavdelning A' },
    careForm: 'somatisk',
    legalForm: 'HSL',
    kommun: '0680',
    vardcentral: { hsaId: 'SE2321000057-VC01', name: 'Rosenlunds vårdcentral' },
    patient: { personnummer: '189001019802', name: 'Anna Exempel', folkbokforingsadress: 'Storgatan 1, 553 18 Jönköping' },
  },
});
const phase: string | undefined = stay.phase;
await client.act('S1', 'bedom-behov', { id: 'a1', by, data: { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false } });
const told = await client.act('S1', 'skicka-inskrivningsmeddelande', {
  id: 'a2',
  by,
  data: { samtycke: 'ja', beraknadUtskrivning: '2019-03-08', inskrivningsorsak: 'Fallolycka' },
});
const cases = await client.call('listStays', { query: { unit: '0680', limit: 10, overdue: false } });
const stop = new AbortController();
const types: string[] = [];
for await (const notice of client.notices('0680', { signal: stop.signal })) {
  types.push(notice.type);
  await client.call('acknowledgeNotice', { path: { unit: '0680', noticeId: notice.noticeId } });
  stop.abort();
}
const inbox = await client.call('readNotices', { path: { unit: '0680' }, query: {} });
let code: ProblemCode | undefined;
let errors = 0;
try {
  await client.act('S1', 'signera-sip', { id: 'a3', by: { party: 'vardcentral', unit: 'SE2321000057-VC01', role: 'vardsamordnare' }, data: {} });
} catch (error) {
  if (error instanceof HemgangProblem) code = error.code;
}
try {
  await client.call('admit', { path: { stayId: 'S2' }, body: {} as never });
} catch (error) {
  if (error instanceof HemgangProblem) errors = error.problem.errors?.length ?? 0;
}
console.log(JSON.stringify({ phase, after: told.phase, cases: cases.items.length, types, acknowledged: inbox.items[0]?.acknowledgedAt !== undefined, code, errors: errors > 5 }));
`;

/** What the types must not let through: each line is an error. */
const WRONG = `
import { hemgang, type ActionData, type ProblemCode } from '@hemgang/client';
const client = hemgang({ baseUrl: '' });
const code: ProblemCode = 'inget-sadant';
void client.call('admit', { path: {}, body: {} as never });
void client.call('inget', {});
void client.act('S1', 'skriv-ut', { id: 'x', data: { tidpunkt: '2019-03-06T13:00:00+01:00' } });
void client.act('S1', 'skriv-ut', { id: 'x', data: { tidpunkt: '2019-03-06T13:00:00+01:00', till: 'manen' } });
void client.call('listStays', { query: { limit: 'tio' } });
const data: ActionData['signera-sip'] = { text: 'x' };
export { code, data };
`;

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = await memoryService(Date.parse('2019-03-01T11:00:00+01:00')).app();
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  const client = join(folder, 'node_modules/@hemgang/client');
  await run(process.execPath, [tsc, '-p', join(ROOT, 'clients/typescript/tsconfig.json'), '--outDir', join(client, 'dist')]);
  writeFileSync(join(client, 'package.json'), readFileSync(join(ROOT, 'clients/typescript/package.json')));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const options = {
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  mkdirSync(join(folder, 'wrong'));
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  writeFileSync(join(folder, 'wrong/wrong.ts'), WRONG);
  writeFileSync(
    join(folder, 'wrong/tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, noEmit: true }, files: ['wrong.ts'] }),
  );
});
afterAll(() => app.close());

describe('the client for TypeScript', () => {
  test('has the types of the document: npm run gen', async () => {
    const { stdout } = await run(process.execPath, [tsc, '--version']);
    expect(stdout).toMatch(/^Version/);
    expect(readFileSync(join(ROOT, 'clients/typescript/src/api.gen.ts'), 'utf8')).toBe(await clientTypes());
  });

  test('a program compiles against it, and speaks with the service', async () => {
    await run(process.execPath, [tsc, '-p', folder]);
    const { stdout } = await run(process.execPath, [join(folder, 'program.js'), url], { timeout: 30_000 });
    expect(JSON.parse(stdout)).toEqual({
      phase: 'inskriven',
      after: expect.any(String),
      cases: 1,
      types: ['skicka-inskrivningsmeddelande'],
      acknowledged: true,
      code: 'sip-saknas',
      errors: true,
    });
  });

  test('what is wrong does not compile', async () => {
    const failed = await run(process.execPath, [tsc, '-p', join(folder, 'wrong')]).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    const lines = [...failed.matchAll(/wrong\.ts\((\d+),/g)].map((match) => Number(match[1]));
    expect([...new Set(lines)]).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });
});
