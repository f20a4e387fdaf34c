/** What docs/notices.md shows is what happens: its receivers take a real request, its routing file is read, its request is one of ours. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAgreements } from '../../../src/agreements/load.js';
import { readRouting } from '../../../src/out/notices/routing-file.js';
import { webhookSender } from '../../../src/out/notices/webhook.js';
import { ROOT } from '../../support/sources.js';
import { notice, OLD_SECRET, SECRET, webhookAt } from './samples.js';

const page = readFileSync(join(ROOT, 'docs/notices.md'), 'utf8');
const block = (language: string): string => {
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no ${language}`);
  return found;
};
// Inside the project, so that its packages are found.
const folder = join(ROOT, '.cache', `notices-${process.pid}`);
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sender = webhookSender({ publicUrl: 'https://hemgang.example', now: Date.now });
const told = notice({
  noticeId: 'vtf-2019-0312~3~skicka-inskrivningsmeddelande~0680',
  stayId: 'vtf-2019-0312',
  type: 'skicka-inskrivningsmeddelande',
  occurredAt: Date.parse('2019-03-01T11:05:00Z'),
});

test('the request shown is what is sent', async () => {
  let got = { headers: {} as Record<string, unknown>, body: '' };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    got = { headers: request.headers, body: Buffer.concat(parts).toString() };
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await sender.send(webhookAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), [told], 2_000);
  server.close();
  const [head = '', body] = block('http').trim().split('\n\n');
  expect(got.body).toBe(body);
  for (const line of head.split('\n').slice(1)) expect(got.headers).toHaveProperty([line.slice(0, line.indexOf(':'))]);
  expect(got.headers['webhook-id']).toBe(/webhook-id: (.*)/.exec(head)?.[1]);
});

test("the page's receiver in Node takes what is signed with its secret, and nothing else", async () => {
  const file = join(folder, 'receiver.mjs');
  writeFileSync(file, block('js'));
  const receiver = spawn(process.execPath, [file], { env: { ...process.env, SECRET, PORT: '0' } });
  try {
    let printed = '';
    receiver.stdout.on('data', (part: Buffer) => {
      printed += part.toString();
    });
    const said = async (what: RegExp): Promise<RegExpExecArray> => {
      for (let i = 0; i < 400; i++) {
        const found = what.exec(printed);
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`the receiver did not say ${what}: ${printed}`);
    };
    const url = `http://127.0.0.1:${(await said(/listening (\d+)/))[1]}/`;
    expect(await sender.send(webhookAt(url, [OLD_SECRET, SECRET]), [told], 5_000)).toEqual({ outcome: 'delivered' });
    await said(/skicka-inskrivningsmeddelande vtf-2019-0312 https:\/\/hemgang\.example\/v1\/stays\/vtf-2019-0312/);
    expect(await sender.send(webhookAt(url, [OLD_SECRET]), [told], 5_000)).toMatchObject({ outcome: 'retry', reason: 'svarade 401' });
  } finally {
    receiver.kill();
  }
});

test("the page's routing file is read without errors or warnings", () => {
  const loaded = loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements do not load');
  const text = block('yaml').replace('/run/secrets/jonkoping-old', join(folder, 'gammal'));
  writeFileSync(join(folder, 'gammal'), OLD_SECRET);
  const read = readRouting('fordelning.yaml', text, {
    env: { JONKOPING_SECRET: SECRET },
    hasMail: true,
    withSecrets: true,
    agreements: loaded.agreements,
  });
  expect(read).toMatchObject({ warnings: [] });
});
