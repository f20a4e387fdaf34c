/** The site's proxy, as a real nginx before servers that say what they were asked: who comes where, with whose token, and what is written of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSecrets, SAID } from '../support/compose.js';
import { freePorts } from '../support/free-port.js';
import { missingPrograms, without } from '../support/program.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const missing = missingPrograms('nginx', 'openssl');
const dir = tempFolder('hemgang-proxy-');
const SITE = SAID.SITE;
const UI = `temporal.${SITE}`;
/** Longer than a header may be by default, as tokens with many roles are. */
const LONG = 'x'.repeat(7_000);

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

describe.skipIf(missing.length > 0)(`the proxy${without(missing)}`, () => {
  const servers: Server[] = [];
  let nginx: ChildProcess;
  let [tls, plain, well] = [0, 0, 0];

  beforeAll(async () => {
    makeSecrets(dir, '--trial');
    [tls = 0, plain = 0, well = 0] = await freePorts(3);
    const ports: Record<string, number> = {
      'api:8080': await echo('api'),
      'temporal-ui:8080': await echo('ui'),
      'codec:8081': await echo('codec'),
    };
    ports['login:4180'] = await login();
    let conf = readFileSync(join(ROOT, 'ops/proxy/nginx.conf'), 'utf8')
      .replaceAll('/tmp/', `${dir}/`)
      .replace('/dev/stdout', `${dir}/access.log`)
      .replaceAll('/run/secrets/', `${join(dir, 'secrets')}/`)
      .replace('127.0.0.1:8081;', `127.0.0.1:${well};`)
      .replace('listen 8080 ', `listen 127.0.0.1:${plain} `)
      .replaceAll('listen 8443 ', `listen 127.0.0.1:${tls} `)
      .replace('worker_processes auto;', 'worker_processes 1; daemon off; user root;');
    if (process.getuid?.() !== 0) conf = conf.replace(' user root;', '');
    for (const [name, port] of Object.entries(ports)) conf = conf.replace(`default ${name};`, `default 127.0.0.1:${port};`);
    writeFileSync(join(dir, 'nginx.conf'), conf);
    mkdirSync(join(dir, 'logs'));
    nginx = spawn('nginx', ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' });
    for (let tries = 0; (await fetch(`http://127.0.0.1:${well}/healthz`).catch(() => undefined))?.ok !== true; tries++) {
      if (tries > 100) throw new Error(readFileSync(join(dir, 'error.log'), 'utf8'));
      await sleep(100);
    }
  });
  afterAll(async () => {
    const gone = nginx && new Promise((resolve) => nginx.once('exit', resolve));
    nginx?.kill('SIGTERM');
    await gone;
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Says who was asked what; a stream of events gives one, and stays open. */
  const echo = (name: string) =>
    listen(
      createServer({ maxHeaderSize: 16_384 }, ({ url, method, headers }, response) => {
        if (url === '/events') return void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: now\n\n');
        response.end(JSON.stringify({ name, url, method, headers }));
      }),
    );

  /** As oauth2-proxy answers: who has a session is known by it, whose roles fit is let in. A renewed one comes in two cookies. */
  const login = () =>
    listen(
      createServer({ maxHeaderSize: 65_536 }, ({ url = '', headers }, response) => {
        const { pathname, searchParams } = new URL(url, 'http://login');
        if (pathname !== '/oauth2/auth') return void response.end(JSON.stringify({ name: 'login', url, headers }));
        const role = /hemgang_0=(\w+)/.exec(headers.cookie ?? '')?.[1];
        if (role === undefined) return void response.writeHead(401).end();
        const groups = searchParams.get('allowed_groups');
        if (groups !== null && !groups.split(',').includes(role)) return void response.writeHead(403).end();
        const attributes = 'Path=/; Domain=hemgang.example; Expires=Mon, 30 Nov 2026 23:00:00 GMT; HttpOnly; Secure; SameSite=Lax';
        response.setHeader('x-auth-request-access-token', `token-of-${role}-${LONG}`);
        if (headers.cookie?.includes('old'))
          response.setHeader('set-cookie', [`hemgang_0=new0; ${attributes}`, `hemgang_1=${LONG}; ${attributes}`]);
        response.writeHead(202).end();
      }),
    );

  const ask = (host: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: tls,
        servername: host,
        path,
        method,
        headers: { host, ...headers },
        rejectUnauthorized: false,
      });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.on('data', (part) => {
          text += String(part);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.end(method === 'POST' ? '{}' : undefined);
    });
  const asked = async (answer: Promise<Answer>) =>
    JSON.parse((await answer).text) as { name: string; url: string; headers: Record<string, string> };
  const session = (role: string, more = '') => ({ cookie: `hemgang_0=${role}; hemgang_1=${LONG}${more}` });

  test('sends everybody to TLS, and says that it is well to this machine alone', async () => {
    const answer = await fetch(`http://127.0.0.1:${plain}/v1/stays`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, 'https://127.0.0.1/v1/stays']);
    expect((await fetch(`http://127.0.0.1:${well}/v1/stays`)).status).toBe(404);
  });

  test('passes a system’s own token on to the API, and no session', async () => {
    const { name, url, headers } = await asked(ask(SITE, '/v1/stays/s-1?x=1', { authorization: 'Bearer own', ...session('ekonom') }));
    expect([name, url]).toEqual(['api', '/v1/stays/s-1?x=1']);
    expect(headers).toMatchObject({ authorization: 'Bearer own', host: SITE, 'x-forwarded-proto': 'https' });
    expect(headers).not.toHaveProperty('cookie');
    // A session opens the board, and not the API: no page elsewhere can act with it there.
    expect((await asked(ask(SITE, '/v1/stays', session('processledare')))).headers).not.toHaveProperty('authorization');
  });

  test('names each request as its caller does, or anew', async () => {
    expect((await asked(ask(SITE, '/', { 'x-request-id': 'prov-12345678' }))).headers['x-request-id']).toBe('prov-12345678');
    expect((await asked(ask(SITE, '/', { 'x-request-id': 'inte så' }))).headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('tells the API’s metrics to nobody outside', async () => expect((await ask(SITE, '/metrics')).status).toBe(404));

  test('asks people to log in before the board, and shows it with their token', async () => {
    const stranger = await ask(SITE, '/tavla/jonkoping?manad=2019-03');
    expect(stranger.status).toBe(302);
    expect(stranger.headers.location).toBe(`https://${SITE}/oauth2/start?rd=https://${SITE}/tavla/jonkoping?manad=2019-03`);
    const { name, headers } = await asked(ask(SITE, '/tavla/jonkoping', { authorization: 'Bearer somebody', ...session('ekonom') }));
    expect(name).toBe('api');
    expect(headers['authorization']).toBe(`Bearer token-of-ekonom-${LONG}`);
    expect((await asked(ask(SITE, '/oauth2/start?rd=x'))).name).toBe('login');
  });

  test('hands on a session that was renewed, both parts of it', async () => {
    const { headers } = await ask(SITE, '/tavla/', session('ekonom', 'old'));
    const cookies = headers['set-cookie'] ?? [];
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['hemgang_0', 'hemgang_1']);
    for (const cookie of cookies)
      expect(cookie).toMatch(/; Path=\/; Domain=hemgang\.example; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookies[1]).toContain(LONG);
    expect((await ask(SITE, '/tavla/', session('ekonom'))).headers['set-cookie']).toBeUndefined();
  });

  test('shows the Temporal UI to those whose role it is, and to nobody by a token of their own', async () => {
    expect((await ask(UI, '/namespaces/hemgang/workflows')).headers.location).toBe(
      `https://${SITE}/oauth2/start?rd=https://${UI}/namespaces/hemgang/workflows`,
    );
    expect((await ask(UI, '/api/v1/namespaces', { authorization: 'Bearer own' })).status).toBe(302);
    expect((await ask(UI, '/', session('ekonom'))).status).toBe(403);
    const { name, headers } = await asked(ask(UI, '/api/v1/namespaces', session('processledare')));
    expect(name).toBe('ui');
    expect(headers).not.toHaveProperty('authorization');
    expect((await asked(ask(UI, '/', session('systemforvaltare')))).name).toBe('ui');
  });

  test('has decoded with the token of who is logged in, or the one that a command line shows; it sends no page of that to a login', async () => {
    const decode = (headers: Record<string, string>) => ask(UI, '/codec/decode?preserveStorageRefs=true', headers, 'POST');
    expect((await decode({})).status).toBe(401);
    expect((await decode(session('ekonom'))).status).toBe(403);
    const person = await asked(decode({ origin: `https://${UI}`, ...session('processledare') }));
    expect([person.name, person.url]).toEqual(['codec', '/decode?preserveStorageRefs=true']);
    expect(person.headers).toMatchObject({ authorization: `Bearer token-of-processledare-${LONG}`, host: UI, origin: `https://${UI}` });
    expect(person.headers).not.toHaveProperty('cookie');
    expect((await asked(decode({ authorization: 'Bearer own' }))).headers['authorization']).toBe('Bearer own');
    for (const inner of ['/_login', '/_staff', '/_staff_or_token'])
      expect((await ask(UI, inner, { authorization: 'x' })).text).not.toContain('"name":"login"');
  });

  test('lets events through as they happen', async () => {
    const first = await new Promise<string>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: tls, path: '/events', headers: { host: SITE }, rejectUnauthorized: false });
      sent.on('error', reject).on('response', (response) =>
        response.once('data', (part) => {
          resolve(String(part));
          sent.destroy();
        }),
      );
      sent.end();
    });
    expect(first).toBe('data: now\n\n');
  });

  test('writes who asked and what came of it, and no address, which would name a stay', async () => {
    await ask(SITE, '/v1/stays/vtf-hemlig?namn=Planterad', { 'x-request-id': 'skriven-1', referer: 'https://x.example/vtf-hemlig' });
    await sleep(200);
    const log = readFileSync(join(dir, 'access.log'), 'utf8');
    const line = JSON.parse(log.split('\n').find((one) => one.includes('skriven-1')) ?? '{}');
    expect(line).toMatchObject({ site: SITE, from: '127.0.0.1', method: 'GET', status: 200, requestId: 'skriven-1' });
    expect(log).not.toMatch(/vtf-hemlig|Planterad|token-of|Bearer/);
  });
});
