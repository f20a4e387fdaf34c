import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { outcomeOf, retryAfterMs, webhookSender } from '../../../src/out/notices/webhook.js';
import { notice, OLD_SECRET, SECRET, webhookAt } from './samples.js';

const TIMEOUT_MS = 400;
const PUBLIC = 'https://hemgang.example/';
const sender = webhookSender({ publicUrl: PUBLIC, now: Date.now });
const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    (server as Partial<Server>).closeAllConnections?.();
    server.close();
  }
});

interface Got {
  headers: IncomingMessage['headers'];
  body: string;
}

/** A receiver on this machine that answers in some way; what it got is kept. */
async function receiver(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      answer(response, request);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, got };
}

const send = (url: string, over = {}, secrets?: string[]) => sender.send(webhookAt(url, secrets), [notice(over)], TIMEOUT_MS);

describe('what is sent', () => {
  test('is signed after Standard Webhooks, with every secret while they are changed', async () => {
    const { url, got } = await receiver((response) => response.writeHead(204).end());
    expect(await send(url, {}, [SECRET, OLD_SECRET])).toEqual({ outcome: 'delivered' });
    const [{ headers, body }] = got as [Got];
    for (const secret of [SECRET, OLD_SECRET]) expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toBeTruthy();
    expect(() => new Webhook(SECRET).verify(body.replace('vtf-1', 'vtf-2'), headers as Record<string, string>)).toThrow();
    expect(headers['webhook-id']).toBe('vtf-1~4~meddela-utskrivningsklar~0680');
    expect(headers['content-type']).toBe('application/json');
  });

  test('holds just what the contract says', async () => {
    const { url, got } = await receiver((response) => response.writeHead(200).end());
    await send(url, { deadline: { id: 'svpl-kallelse', dueAt: Date.parse('2019-03-08T23:00:00Z') } });
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      type: 'meddela-utskrivningsklar',
      stayId: 'vtf-1',
      noticeId: 'vtf-1~4~meddela-utskrivningsklar~0680',
      unit: '0680',
      occurredAt: '2019-03-05T11:00:00Z',
      deadline: { id: 'svpl-kallelse', dueAt: '2019-03-08T23:00:00Z' },
      reference: 'https://hemgang.example/v1/stays/vtf-1',
    });
  });

  test('of a month: no stay, and where the month is read', async () => {
    const { url, got } = await receiver((response) => response.writeHead(200).end());
    await send(url, { stayId: null, reference: '/v1/billing/jonkoping/2019-03?payer=0680', type: 'underlag-last' });
    const body = JSON.parse(got[0]?.body ?? '');
    expect(body).not.toHaveProperty('stayId');
    expect(body.reference).toBe('https://hemgang.example/v1/billing/jonkoping/2019-03?payer=0680');
  });

  test('an id that a header or a signature cannot carry is percent-encoded there, and only there', async () => {
    const { url, got } = await receiver((response) => response.writeHead(200).end());
    await send(url, { noticeId: 'v.1~å b' });
    const [{ headers, body }] = got as [Got];
    expect(headers['webhook-id']).toBe('v%2E1~%C3%A5%20b');
    expect(JSON.parse(body).noticeId).toBe('v.1~å b');
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toBeTruthy();
  });
});

describe('what the receiver does', () => {
  test.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [410, 'gone'],
    [301, 'retry'],
    [400, 'retry'],
    [404, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('%i: %s', async (status, outcome) => {
    const { url } = await receiver((response) => response.writeHead(status).end('något'));
    expect((await send(url)).outcome).toBe(outcome);
  });

  test('a redirect is not followed', async () => {
    const other = await receiver((response) => response.writeHead(200).end());
    const { url } = await receiver((response) => response.writeHead(307, { location: other.url }).end());
    expect(await send(url)).toMatchObject({ outcome: 'retry', reason: 'svarade 307', answered: true });
    expect(other.got).toEqual([]);
  });

  test('asked for peace, it gets it: seconds or a date, at most a day', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(outcomeOf(429, '120', now)).toMatchObject({ outcome: 'retry', answered: false, notBeforeMs: 120_000 });
    expect(outcomeOf(503, 'Thu, 01 Jan 2026 00:05:00 GMT', now)).toMatchObject({ notBeforeMs: 300_000 });
    expect(retryAfterMs('999999999', now)).toBe(86_400_000);
    expect(retryAfterMs('Wed, 01 Jan 2025 00:00:00 GMT', now)).toBe(0);
    for (const odd of ['-5', 'soon', '', '1e9', '5; 6']) expect(retryAfterMs(odd, now)).toBeUndefined();
    expect(outcomeOf(500, '120', now)).not.toHaveProperty('notBeforeMs');
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      'a body without end, after a 200',
      (response) => response.writeHead(200) && setInterval(() => response.write('x'.repeat(65_536)), 1).unref(),
      'delivered',
    ],
    ['a wrong content-length', (response) => response.writeHead(200, { 'content-length': '1000000' }).end('x'), 'delivered'],
    ['headers, and then nothing', (response) => response.writeHead(200).flushHeaders(), 'delivered'],
    ['no answer at all', () => undefined, 'retry'],
    ['the line is cut', (response) => response.destroy(), 'retry'],
  ])('%s costs a bounded time', async (_, answer, outcome) => {
    const { url } = await receiver(answer);
    const from = performance.now();
    expect((await send(url)).outcome).toBe(outcome);
    expect(performance.now() - from).toBeLessThan(TIMEOUT_MS + 1_500);
  });

  test.each<[string, (write: (text: string) => void) => void]>([
    ['bytes that are no HTTP', (write) => write('\u0000\u0001skräp\r\n\r\n')],
    [
      'headers byte by byte',
      (write) => [...'HTTP/1.1 200 OK\r\nx: '.repeat(50)].forEach((c, i) => void setTimeout(() => write(c), i * 50).unref()),
    ],
    ['headers without end', (write) => write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`)],
  ])('%s', async (_, answer) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      answer((text) => void (socket.destroyed || socket.write(text)));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const from = performance.now();
    const sent = await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(sent).toMatchObject({ outcome: 'retry', answered: false });
    expect(performance.now() - from).toBeLessThan(TIMEOUT_MS + 1_500);
  });

  test('nobody is there, or nobody speaks TLS; the reason holds no address', async () => {
    const { url } = await receiver((response) => response.writeHead(200).end());
    const port = new URL(url).port;
    const plain = await send(`https://127.0.0.1:${port}/hemlig-sokvag`);
    for (const server of servers.splice(0)) {
      (server as Server).closeAllConnections();
      server.close();
    }
    const refused = await send(url);
    expect(refused).toEqual({ outcome: 'retry', reason: 'kunde inte nås: ECONNREFUSED', answered: false });
    expect(plain).toMatchObject({ outcome: 'retry', answered: false });
    expect(JSON.stringify(plain)).not.toMatch(/127\.0\.0\.1|hemlig/);
  });
});
