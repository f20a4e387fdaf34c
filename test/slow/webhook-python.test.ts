/** A verifier that is not ours, in another language: the Python of docs/notices.md agrees with what we sign. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { webhookSender } from '../../src/out/notices/webhook.js';
import { notice, OLD_SECRET, SECRET, webhookAt } from '../out/notices/samples.js';
import { pythonWith } from '../support/python.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const folder = tempFolder('hemgang-webhook-');
const sender = webhookSender({ publicUrl: 'https://hemgang.example', now: Date.now });
const told = notice({ noticeId: 'v.1~3~skriv-ut~å', stayId: 'vtf-2019-0312', type: 'skicka-inskrivningsmeddelande' });

const python = pythonWith('standardwebhooks==1.1.0');
test.skipIf('skipped' in python)(
  `the page's verifier in Python${'skipped' in python ? ` (skipped: ${python.skipped})` : ''} agrees with a real request`,
  async () => {
    if ('skipped' in python) return;
    const file = join(folder, 'verify.py');
    const shown = /```python\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/notices.md'), 'utf8'))?.[1];
    writeFileSync(file, shown ?? '');
    const got: { headers: Record<string, unknown>; body: Buffer }[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      got.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await sender.send(webhookAt(url, [OLD_SECRET, SECRET]), [told], 2_000);
    server.close();
    const [request] = got;
    if (request === undefined) throw new Error('nothing came');
    const verify = (body: Buffer, secret: string) =>
      spawnSync(python.python, [file], {
        input: body,
        encoding: 'utf8',
        env: {
          ...process.env,
          SECRET: secret,
          WEBHOOK_ID: String(request.headers['webhook-id']),
          WEBHOOK_TIMESTAMP: String(request.headers['webhook-timestamp']),
          WEBHOOK_SIGNATURE: String(request.headers['webhook-signature']),
        },
      });
    for (const secret of [SECRET, OLD_SECRET])
      expect(verify(request.body, secret).stdout).toBe(
        'skicka-inskrivningsmeddelande vtf-2019-0312 https://hemgang.example/v1/stays/vtf-2019-0312\n',
      );
    const tampered = Buffer.from(request.body.toString().replace('0312', '0313'));
    expect(verify(tampered, SECRET)).toMatchObject({ status: 1, stderr: expect.stringContaining('refused') });
  },
);
