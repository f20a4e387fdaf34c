/** The codec server: for the UI of this machine and the CLI, and nobody else. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadCodec } from '../../src/temporal/codec.js';
import { type CodecServer, startCodecServer } from '../../src/temporal/codec-server.js';
import { payloadConverter } from '../../src/temporal/payload-converter.js';

const UI = 'http://localhost:8233';
const keys = [{ id: 'a', key: randomBytes(32) }];
let server: CodecServer;
beforeAll(async () => {
  server = await startCodecServer({ host: '127.0.0.1', port: 0, keys, uiOrigins: [UI] });
});
afterAll(() => server.close());

const encrypted = async (value: unknown, with_ = keys) => {
  const [payload] = await payloadCodec(with_).encode([payloadConverter.toPayload(value)!]);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    metadata: Object.fromEntries(Object.entries(payload!.metadata!).map(([name, bytes]) => [name, base64(bytes)])),
    data: base64(payload!.data!),
  };
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the codec server', () => {
  it('decodes what the worker encrypted, for the UI', async () => {
    const response = await post(
      '/decode?preserveStorageRefs=true',
      { payloads: [await encrypted({ fas: 'planering' })] },
      { origin: UI, 'x-namespace': 'default' },
    );
    expect(response.headers.get('access-control-allow-origin')).toBe(UI);
    const { payloads } = (await response.json()) as { payloads: { data: string }[] };
    expect(JSON.parse(Buffer.from(payloads[0]!.data, 'base64').toString())).toEqual({ fas: 'planering' });
  });

  it('encodes so that it decodes again, for the CLI', async () => {
    const plain = {
      metadata: { encoding: Buffer.from('json/plain').toString('base64') },
      data: Buffer.from('{"id":"1"}').toString('base64'),
    };
    const coded = (await (await post('/encode', { payloads: [plain] })).json()) as { payloads: object[] };
    expect(await (await post('/decode', coded)).json()).toEqual({ payloads: [plain] });
  });

  it('takes an empty list that is left out, as the CLI sends a query without arguments', async () => {
    const response = await post('/encode', {});
    expect([response.status, await response.json()]).toEqual([200, { payloads: [] }]);
  });

  it('leaves a payload whose key is gone as it is, and decodes its neighbours', async () => {
    const lost = await encrypted('x', [{ id: 'borta', key: randomBytes(32) }]);
    const { payloads } = (await (await post('/decode', { payloads: [lost, await encrypted('y')] })).json()) as {
      payloads: { data: string }[];
    };
    expect(payloads[0]).toEqual(lost);
    expect(Buffer.from(payloads[1]!.data, 'base64').toString()).toBe('"y"');
  });

  it('answers the preflight of the UI', async () => {
    const response = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers: { origin: UI } });
    expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type, x-namespace, authorization, authorization-extras',
    ]);
  });

  it('decodes nothing for a page from elsewhere', async () => {
    const response = await post('/decode', { payloads: [await encrypted('x')] }, { origin: 'http://example.org' });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('decodes nothing under a foreign host name', async () => {
    const { port } = new URL(server.url);
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: '/decode', method: 'POST', headers: { host: 'example.org' } }, (response) =>
        resolve(response.statusCode),
      ).end('{}');
    });
    expect(status).toBe(403);
  });

  it.each([
    ['no JSON', '{"payloads":', 400],
    ['no list', '{"payloads": 1}', 400],
    ['a list of nulls', '{"payloads": [null]}', 400],
    ['null', 'null', 400],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post('/decode', body)).status).toBe(status);
  });

  it('tells that it is well, and knows no other route', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/other`)).status).toBe(404);
    expect((await fetch(`${server.url}/decode`)).status).toBe(405);
  });

  it('listens on loopback only', async () => {
    await expect(startCodecServer({ host: '0.0.0.0', port: 0, keys, uiOrigins: [] })).rejects.toThrow('loopback only');
  });
});
