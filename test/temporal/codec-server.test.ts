/** The codec server: for the UI of this machine and the CLI; where there is an issuer, for those who show its token and may. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessLog } from '../../src/doors/access/access-log.js';
import { tokenAuth } from '../../src/doors/access/tokens.js';
import { codecGate } from '../../src/doors/codec/gate.js';
import type { Access } from '../../src/ledger/access/access-ledger.js';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { toldCodec } from '../../src/telemetry/told-codec.js';
import { payloadCodec } from '../../src/temporal/codec.js';
import { type CodecAnswered, type CodecServer, startCodecServer } from '../../src/temporal/codec-server.js';
import { payloadConverter } from '../../src/temporal/payload-converter.js';
import { AUDIENCE, startIssuer, type TestIssuer } from '../doors/issuer.js';

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

  it('tells of each request how many, and nothing of what', async () => {
    const told: CodecAnswered[] = [];
    const other = await startCodecServer({ host: '127.0.0.1', port: 0, keys, uiOrigins: [UI], onAnswer: (one) => told.push(one) });
    const body = JSON.stringify({ payloads: [await encrypted('Anna Ek'), await encrypted('y')] });
    await fetch(`${other.url}/decode`, { method: 'POST', body });
    await fetch(`${other.url}/decode`, { method: 'POST', body: '{' });
    await other.close();
    expect(told).toMatchObject([
      { operation: 'decode', status: 200, code: 'done', count: 2, fates: ['whole', 'whole'] },
      { operation: 'decode', status: 400, code: 'not-payloads', count: 0, fates: [] },
    ]);
    expect(JSON.stringify(told)).not.toContain('Anna');
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
    ['metadata that are none', '{"payloads": [{"metadata": "x"}]}', 400],
    ['data that are a number', '{"payloads": [{"data": 5}]}', 400],
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

describe('with an issuer', () => {
  const PUBLIC = 'https://codec.region.example';
  const WEB = 'https://temporal.region.example';
  const OWNER = { party: 'region', unit: 'jonkoping', roles: ['processledare'] };
  const ADMISSION = { stayId: 'J-1', admission: { region: 'jonkoping', patient: { name: 'Anna Exempel' }, kommun: '0680' } };
  let issuer: TestIssuer;
  let guarded: CodecServer;
  let rows: Access[] = [];
  let isAway = false;
  const metrics = createMetrics();
  const lines: object[] = [];
  beforeAll(async () => {
    issuer = await startIssuer();
    const recordAccesses = async (accesses: readonly Access[]) => {
      if (isAway) throw new Error('the ledger is away');
      rows.push(...accesses);
    };
    const log = (fields: object, message: string) => void lines.push({ ...fields, message });
    const gate = codecGate({
      auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE, cooldownMs: 0 }),
      accesses: accessLog({ ledger: { recordAccesses }, clock: { now: () => 0 } }),
      ledger: { regionsOf: async () => new Map() },
      namespace: 'hemgang',
      regions: ['jonkoping', 'vastmanland'],
    });
    const onAnswer = toldCodec(metrics, { info: log, warn: log });
    guarded = await startCodecServer({ host: '127.0.0.1', port: 0, keys, uiOrigins: [WEB], gate, publicUrl: PUBLIC, onAnswer });
  });
  afterAll(async () => {
    await guarded.close();
    await issuer.stop();
  });
  beforeEach(() => {
    rows = [];
    lines.length = 0;
  });

  const bearer = async (claims: object = OWNER) => ({ authorization: `Bearer ${await issuer.token(claims as never)}` });
  const ask = async (headers: Record<string, string> = {}, path = '/decode', values: unknown[] = [ADMISSION]) => {
    const payloads = await Promise.all(values.map((value) => encrypted(value)));
    const response = await fetch(`${guarded.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ payloads }) });
    const text = await response.text();
    const { payloads: given = [] } = JSON.parse(text) as { payloads?: { data: string }[] };
    return {
      status: response.status,
      headers: response.headers,
      text,
      values: given.map(({ data }) => Buffer.from(data, 'base64').toString()),
    };
  };
  /** As a proxy or a stranger's page asks: with another name in `Host`. */
  const askAs = (host: string, headers: Record<string, string>, path = '/decode') =>
    new Promise<number | undefined>((resolve) => {
      request({ host: '127.0.0.1', port: new URL(guarded.url).port, path, method: 'POST', headers: { ...headers, host } }, (response) =>
        resolve(response.statusCode),
      ).end('{}');
    });

  it.each<[string, () => Promise<Record<string, string>>, number, string, string | null]>([
    ['no token', async () => ({}), 401, 'no-token', 'Bearer realm="hemgang"'],
    ['no bearer', async () => ({ authorization: 'Basic eDp5' }), 401, 'no-token', 'Bearer realm="hemgang"'],
    [
      'an id token alone',
      async () => ({ 'authorization-extras': (await bearer()).authorization }),
      401,
      'no-token',
      'Bearer realm="hemgang"',
    ],
    ['nonsense', async () => ({ authorization: 'Bearer x.y.z' }), 401, 'invalid-token', 'Bearer realm="hemgang", error="invalid_token"'],
    [
      'for somebody else',
      () => bearer({ ...OWNER, aud: 'temporal-ui' }),
      401,
      'invalid-token',
      'Bearer realm="hemgang", error="invalid_token"',
    ],
    [
      'of another issuer',
      () => bearer({ ...OWNER, iss: 'https://x.example' }),
      401,
      'invalid-token',
      'Bearer realm="hemgang", error="invalid_token"',
    ],
    ['too old', () => bearer({ ...OWNER, exp: 1 }), 401, 'invalid-token', 'Bearer realm="hemgang", error="invalid_token"'],
    ['no party', () => bearer({ roles: ['processledare'] }), 403, 'token-claims', 'Bearer realm="hemgang", error="insufficient_scope"'],
    ['another role', () => bearer({ ...OWNER, roles: ['ekonom'] }), 403, 'not-allowed', null],
    ['another party', () => bearer({ party: 'kommun', unit: '0680', roles: ['handlaggare'] }), 403, 'not-allowed', null],
  ])('%s: nothing is decoded', async (_what, headers, status, code, challenge) => {
    const answered = await ask({ ...(await headers()), origin: WEB });
    expect([answered.status, JSON.parse(answered.text).code, answered.headers.get('www-authenticate')]).toEqual([status, code, challenge]);
    expect(answered.text).not.toContain('payloads');
    // The page may read why.
    expect(answered.headers.get('access-control-allow-origin')).toBe(WEB);
    expect(rows.map(({ outcome, stayIds }) => [outcome, stayIds])).toEqual(code === 'not-allowed' ? [['forbidden', ['J-1']]] : []);
    expect(lines).toMatchObject([{ route: '/decode', status, code, message: 'codec: refused' }]);
  });

  it('a processledare sees what happened and not to whom; it is logged with who, what and which stays', async () => {
    const { status, values } = await ask({
      ...(await bearer({ ...OWNER, sub: 'u-7', name: 'Kim Prov' })),
      origin: WEB,
      'x-namespace': 'hemgang',
    });
    expect([status, values.map((value) => JSON.parse(value))]).toEqual([
      200,
      [{ stayId: 'J-1', admission: { region: 'jonkoping', patient: {}, kommun: '0680' } }],
    ]);
    expect(rows).toMatchObject([
      {
        ...{ subject: 'u-7', name: 'Kim Prov', party: 'region', unit: 'jonkoping', roles: ['processledare'] },
        ...{ operation: 'codec.decode', outcome: 'seen', region: 'jonkoping', stayIds: ['J-1'] },
      },
    ]);
    expect(lines).toEqual([
      {
        method: 'POST',
        route: '/decode',
        status: 200,
        count: 1,
        ms: expect.any(Number),
        party: 'region',
        unit: 'jonkoping',
        message: 'codec: answered',
      },
    ]);
  });

  it('a systemforvaltare sees it all, and encodes nothing', async () => {
    const keeper = await bearer({ ...OWNER, roles: 'systemforvaltare' });
    expect((await ask(keeper)).values).toEqual([JSON.stringify(ADMISSION)]);
    expect((await ask(keeper, '/encode')).status).toBe(403);
    expect((await ask(keeper, '/encode', [])).status).toBe(200);
    expect(rows.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['codec.decode', 'seen'],
      ['codec.encode', 'forbidden'],
    ]);
  });

  it('a processledare has an envelope encoded, which decodes again', async () => {
    const data = Buffer.from(
      '{"id":"n-1","by":{"party":"region","unit":"jonkoping","role":"processledare"},"data":{"text":"hemligt"}}',
    ).toString('base64');
    const payload = { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data };
    const body = JSON.stringify({ payloads: [payload] });
    const coded = await fetch(`${guarded.url}/encode`, { method: 'POST', headers: await bearer(), body }).then((response) =>
      response.text(),
    );
    expect(coded).not.toContain(data);
    expect(await (await post('/decode', coded)).json()).toEqual({ payloads: [payload] });
    expect(rows.map(({ operation, outcome }) => [operation, outcome])).toEqual([['codec.encode', 'done']]);
  });

  it('follows the issuer to its new keys', async () => {
    const before = await bearer();
    await issuer.rotate();
    expect((await ask(await bearer())).status).toBe(200);
    expect((await ask(before)).status).toBe(401);
  });

  it('says that it cannot tell, when the issuer is away', async () => {
    const lonely = await startIssuer();
    const gate = codecGate({
      auth: tokenAuth({ issuer: lonely.issuer, audience: AUDIENCE }),
      accesses: { note: async () => undefined },
      ledger: { regionsOf: async () => new Map() },
      namespace: 'hemgang',
      regions: ['jonkoping', 'vastmanland'],
    });
    const other = await startCodecServer({ host: '127.0.0.1', port: 0, keys, uiOrigins: [], gate });
    const headers = { authorization: `Bearer ${await lonely.token(OWNER as never)}` };
    lonely.broken = true;
    const response = await fetch(`${other.url}/decode`, { method: 'POST', headers, body: '{}' });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      503,
      '5',
      { code: 'issuer-unavailable', error: expect.any(String) },
    ]);
    await other.close();
    await lonely.stop();
  });

  it('shows nothing while the log of accesses cannot be written', async () => {
    isAway = true;
    const answered = await ask(await bearer());
    isAway = false;
    expect([answered.status, JSON.parse(answered.text).code, answered.headers.get('retry-after')]).toEqual([
      503,
      'accesses-unavailable',
      '2',
    ]);
    expect(answered.text).not.toContain('payloads');
    expect((await ask(await bearer())).status).toBe(200);
  });

  it('answers to its public name, to this machine, and to no other', async () => {
    const token = await bearer();
    expect(await askAs('codec.region.example', token)).toBe(200);
    expect(await askAs('CODEC.region.example:443', token)).toBe(200);
    expect(await askAs('evil.example', token)).toBe(403);
    expect(await askAs('codec.region.example.evil.example', token)).toBe(403);
    expect(await askAs('evil.example', {}, '/healthz')).toBe(200);
  });

  it('answers the page of the UI, and no other page, nor for another namespace', async () => {
    const token = await bearer();
    const preflight = await fetch(`${guarded.url}/decode`, { method: 'OPTIONS', headers: { origin: WEB } });
    expect([preflight.status, preflight.headers.get('access-control-allow-credentials')]).toEqual([204, 'true']);
    for (const origin of ['https://evil.example', 'null', `${WEB}.evil.example`, UI])
      expect((await ask({ ...token, origin })).status).toBe(403);
    expect(lines).toMatchObject(Array.from({ length: 4 }, () => ({ status: 403, code: 'unknown-origin' })));
    expect((await ask({ ...token, 'x-namespace': 'annan' })).status).toBe(403);
    expect(rows.map(({ operation, outcome }) => [operation, outcome])).toEqual([['codec.decode', 'forbidden']]);
  });

  it('counts what it was asked, what became of it, and lets no word of a caller into it', async () => {
    const text = await metrics.text();
    expect(text).toContain('hemgang_codec_requests_total{operation="decode",outcome="done"}');
    expect(text).toContain('hemgang_codec_requests_total{operation="encode",outcome="not-allowed"}');
    expect(text).toContain('hemgang_codec_requests_total{operation="decode",outcome="unknown-host"}');
    expect(text).toContain('hemgang_codec_payloads_total{operation="decode",shown="owner"}');
    expect(text).toContain('hemgang_codec_payloads_total{operation="decode",shown="whole"} 1');
    expect(text).not.toMatch(/outcome="other"|Anna|J-1/);
  });

  it('has its address below a path, where a proxy passes it on whole', async () => {
    const gate = codecGate({
      auth: tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE }),
      accesses: { note: async () => undefined },
      ledger: { regionsOf: async () => new Map() },
      namespace: 'hemgang',
      regions: ['jonkoping', 'vastmanland'],
    });
    const other = await startCodecServer({
      host: '127.0.0.1',
      port: 0,
      keys,
      uiOrigins: [],
      gate,
      publicUrl: 'https://region.example/codec/',
    });
    const status = async (path: string) =>
      (await fetch(`${other.url}${path}`, { method: 'POST', headers: await bearer(), body: '{}' })).status;
    expect([await status('/codec/decode'), await status('/decode'), await status('/codecs/decode')]).toEqual([200, 200, 404]);
    await other.close();
  });
});
