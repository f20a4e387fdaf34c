/** Tokens: of two issuers that are not ours, and every way in which one can be bad. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOfClaims } from '../../src/doors/access/claims.js';
import { isTrustedUrl, tokenAuth } from '../../src/doors/access/tokens.js';
import { AUDIENCE, startIssuer, type TestIssuer } from './issuer.js';
import { memoryService } from './memory-service.js';

const WARD = { party: 'slutenvard', unit: 'W-1', roles: ['sjukskoterska'] };
const now = () => Math.floor(Date.now() / 1000);
const bearer = (token: string) => `Bearer ${token}`;

describe('a token', () => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  afterAll(() => issuer.stop());
  const auth = (over = {}) => tokenAuth({ issuer: issuer.issuer, audience: AUDIENCE, cooldownMs: 0, ...over });
  const codeOf = async (token: string, by = auth()) => {
    const outcome = await by.identify(bearer(token));
    return outcome.ok ? 'ok' : outcome.problem.code;
  };

  test('of the issuer, for this service, in its time: is believed', async () => {
    expect(await auth().identify(bearer(await issuer.token({ ...WARD, name: 'Eva Exempel' })))).toEqual({
      ok: true,
      value: { ...WARD, subject: 'u-1', name: 'Eva Exempel' },
    });
  });

  test.each([
    ['for somebody else', { aud: 'annan' }],
    ['for nobody', { aud: undefined }],
    ['of another issuer', { iss: 'https://annan.example' }],
    ['of no issuer', { iss: undefined }],
    ['that has run out', { exp: now() - 60 }],
    ['that never runs out', { exp: undefined }],
    ['that does not hold yet', { nbf: now() + 60 }],
    ['of nobody', { sub: undefined }],
  ])('%s: is not', async (_what, claims) =>
    expect(await codeOf(await issuer.token({ ...WARD, ...claims } as never))).toBe('invalid-token'),
  );

  test('ten seconds are forgiven', async () => expect(await codeOf(await issuer.token({ ...WARD, exp: now() - 5 }))).toBe('ok'));
  test.each(['logout+jwt', 'dpop+jwt'])('of the type %s: is not', async (typ) =>
    expect(await codeOf(await issuer.token(WARD, { typ }))).toBe('invalid-token'),
  );
  test.each(['JWT', 'at+jwt'])('of the type %s: is believed', async (typ) =>
    expect(await codeOf(await issuer.token(WARD, { typ }))).toBe('ok'),
  );
  test('with several audiences, one of them ours: is believed', async () =>
    expect(await codeOf(await issuer.token({ ...WARD, aud: ['annan', AUDIENCE] }))).toBe('ok'));

  describe('that is forged', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = () => ({ iss: issuer.issuer, aud: AUDIENCE, sub: 'u', exp: now() + 300, ...WARD });

    test('without a signature', async () => {
      expect(await codeOf(`${part({ alg: 'none' })}.${part(claims())}.`)).toBe('invalid-token');
      expect(await codeOf(`${part({ alg: 'none' })}.${part(claims())}.AA`)).toBe('invalid-token');
    });
    test('signed by HMAC with the public key', async () => {
      const { keys } = (await (await fetch(`${issuer.issuer}/keys`)).json()) as { keys: { kid: string }[] };
      const { publicKey } = await generateKeyPair('ES256', { extractable: true });
      for (const secret of [JSON.stringify(keys[0]), await exportSPKI(publicKey)]) {
        const token = await new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: keys[0]?.kid ?? '' })
          .sign(new TextEncoder().encode(secret));
        expect(await codeOf(token)).toBe('invalid-token');
      }
    });
    test("signed by another's key, named as the issuer's", async () => {
      const { privateKey } = await generateKeyPair('ES256');
      expect(await codeOf(await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'k0' }).sign(privateKey))).toBe(
        'invalid-token',
      );
    });
    test('with a key of its own in its head', async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
      const header = { alg: 'ES256', kid: 'k0', jwk: await exportJWK(publicKey), jku: 'http://127.0.0.1:1/keys' };
      expect(await codeOf(await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey))).toBe('invalid-token');
    });
    test('with other claims than were signed', async () => {
      const [head, , signature] = (await issuer.token(WARD)).split('.');
      expect(await codeOf(`${head}.${part({ ...claims(), unit: 'W-2' })}.${signature}`)).toBe('invalid-token');
    });
    test.each(['', 'x', 'a.b.c', 'a.b', `${'a'.repeat(9_000)}.b.c`, 'å.ä.ö'])('as %j', async (token) =>
      expect(await codeOf(token)).toBe('invalid-token'),
    );
  });

  test.each([undefined, '', 'Basic eDp5', 'Bearerx y.z.w'])('none: %j', async (header) =>
    expect(await auth().identify(header)).toMatchObject({ ok: false, problem: { code: 'no-token' } }),
  );

  test('of a new key is believed when the issuer has changed its keys; of the old one no more', async () => {
    const by = auth();
    const old = await issuer.token(WARD);
    expect(await codeOf(old, by)).toBe('ok');
    await issuer.rotate();
    expect(await codeOf(await issuer.token(WARD), by)).toBe('ok');
    expect(await codeOf(old, by)).toBe('invalid-token');
  });

  test('of an unknown key makes nobody ask the issuer again and again', async () => {
    const by = auth({ cooldownMs: 60_000 });
    await codeOf(await issuer.token(WARD), by);
    const { asked } = issuer;
    for (let n = 0; n < 20; n++) expect(await codeOf(await issuer.token(WARD, { kid: `okand-${n}` }), by)).toBe('invalid-token');
    expect(issuer.asked).toBe(asked);
  });

  test('is not believed while the issuer cannot be asked: 503, and why is told to those who run the service', async () => {
    const troubles: string[] = [];
    const by = auth({ onTrouble: (reason: string) => troubles.push(reason) });
    const token = await issuer.token(WARD);
    issuer.broken = true;
    expect(await by.identify(bearer(token))).toMatchObject({ ok: false, problem: { code: 'issuer-unavailable', retryAfterSeconds: 5 } });
    issuer.broken = false;
    expect(troubles.join()).toContain('answers 500');
    expect(troubles.join()).not.toContain(token.slice(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await codeOf(token, by)).toBe('ok');
    // Keys that are too old to be believed are asked for again.
    const short = auth({ keysMaxAgeMs: 0 });
    expect(await codeOf(token, short)).toBe('ok');
    issuer.broken = true;
    expect(await codeOf(token, short)).toBe('issuer-unavailable');
    issuer.broken = false;
    expect(await codeOf(token, tokenAuth({ issuer: 'http://127.0.0.1:1', audience: AUDIENCE }))).toBe('issuer-unavailable');
  });

  test('is not believed on the word of a document that is of another issuer, or whose keys are not on https', async () => {
    const token = await issuer.token(WARD);
    const at = async (document: object) => {
      const server: Server = createServer((_request, response) => response.end(JSON.stringify(document)));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const troubles: string[] = [];
      const code = await codeOf(token, tokenAuth({ issuer: url, audience: AUDIENCE, onTrouble: (reason) => troubles.push(reason) }));
      server.close();
      return `${code}: ${troubles}`;
    };
    expect(await at({ issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/keys` })).toMatch(/^issuer-unavailable: .*is of the issuer/);
    expect(await at({})).toMatch(/no discovery document/);
    expect(
      ['https://idp.example/k', 'http://127.0.0.1:1/k', 'http://localhost/k', 'http://idp.example/k', 'file:///k'].map((url) =>
        isTrustedUrl(new URL(url)),
      ),
    ).toEqual([true, true, true, false, false]);
  });

  test('has its own requests counted, and pays for nobody else', async () => {
    const narrow = await memoryService(0).app({ auth: auth(), requestsPerMinute: 2 });
    const ask = async (claims: object) =>
      (await narrow.inject({ url: '/v1/clock', headers: { authorization: bearer(await issuer.token({ ...WARD, ...claims })) } }))
        .statusCode;
    expect([await ask({}), await ask({}), await ask({})]).toEqual([200, 200, 429]);
    expect([await ask({ sub: 'u-2' }), await ask({ unit: 'W-2' }), await ask({})]).toEqual([200, 200, 429]);
    await narrow.close();
  });

  test('that is bad is answered 401 without a word of why', async () => {
    const app = await memoryService(0).app({ auth: auth() });
    const ask = async (token?: string) =>
      app.inject({ url: '/v1/clock', headers: token === undefined ? {} : { authorization: bearer(token) } });
    const bodies = [];
    for (const token of [await issuer.token({ ...WARD, aud: 'annan' }), await issuer.token({ ...WARD, exp: 1 }), 'a.b.c']) {
      const { statusCode, headers, body } = await ask(token);
      expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer realm="hemgang", error="invalid_token"']);
      bodies.push(body);
    }
    expect(new Set(bodies).size).toBe(1);
    const odd = await ask(await issuer.token({ party: 'annan', unit: 'x', roles: ['god man'] }));
    expect([odd.statusCode, odd.json().code]).toEqual([403, 'token-claims']);
    expect(odd.headers['www-authenticate']).toContain('insufficient_scope');
    issuer.broken = true;
    const away = await memoryService(0).app({ auth: auth() });
    const { statusCode, headers } = await away.inject({ url: '/v1/clock', headers: { authorization: bearer(await issuer.token(WARD)) } });
    issuer.broken = false;
    expect([statusCode, headers['retry-after']]).toEqual([503, '5']);
    await Promise.all([app.close(), away.close()]);
  });
});

describe('claims', () => {
  const read = (claims: object) => callerOfClaims({ sub: 'u', ...claims });
  test.each([
    ['roles as a list', { ...WARD }, ['sjukskoterska']],
    ['roles as words', { ...WARD, roles: ' lakare  sjukskoterska ' }, ['lakare', 'sjukskoterska']],
    ['one role', { ...WARD, roles: undefined, role: 'lakare' }, ['lakare']],
    ['roles that the issuer gives everybody', { ...WARD, roles: ['offline_access', 'lakare', 'lakare', 7] }, ['lakare']],
    ['a loggranskare', { ...WARD, roles: ['loggranskare'] }, ['loggranskare']],
    ['a system', { party: 'system', unit: 'jonkoping/journal', roles: ['ekonom'] }, []],
  ])('%s', (_what, claims, roles) => expect(read(claims)?.roles).toEqual(roles));

  test.each([
    ['no party', { ...WARD, party: undefined }],
    ['a party that is none', { ...WARD, party: 'hospital' }],
    ['called in by other means', { party: 'annan', unit: 'x', roles: ['god man'] }],
    ['no unit', { ...WARD, unit: undefined }],
    ['a unit with a path in it', { ...WARD, unit: '../W-1' }],
    ['a kommun that is no kommunkod', { party: 'kommun', unit: 'Jönköping', roles: ['ekonom'] }],
    ['a region in capitals', { party: 'region', unit: 'Jonkoping', roles: ['ekonom'] }],
    ['a system of everything', { party: 'system', unit: '/', roles: [] }],
    ['no role', { ...WARD, roles: [] }],
    ['roles of another party', { party: 'kommun', unit: '0680', roles: ['processledare'] }],
    ['roles that are an object', { ...WARD, roles: { admin: true } }],
    ['no subject', { ...WARD, sub: '' }],
  ])('%s makes no sense', (_what, claims) => expect(read(claims)).toBeUndefined());

  test('a name is one line', () => expect(read({ ...WARD, name: ' Eva\n\u0000Exempel ' })?.name).toBe('Eva Exempel'));
});

describe('an issuer that is not ours', () => {
  test('oauth2-mock-server, through a change of keys', async () => {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    try {
      const issuer = server.issuer.url ?? '';
      server.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) =>
        Object.assign(token.payload, { aud: AUDIENCE, sub: 'u-2', ...WARD }),
      );
      const fetchToken = async () => {
        const answer = await fetch(`${issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'x' }),
        });
        return bearer(((await answer.json()) as { access_token: string }).access_token);
      };
      const auth = tokenAuth({ issuer, audience: AUDIENCE, cooldownMs: 0 });
      expect(await auth.identify(await fetchToken())).toEqual({ ok: true, value: { ...WARD, subject: 'u-2' } });
      await server.issuer.keys.generate('PS256');
      expect(await auth.identify(await fetchToken())).toMatchObject({ ok: true });
      expect(await auth.identify(await fetchToken())).toMatchObject({ ok: true });
    } finally {
      await server.stop();
    }
  });

  test('oidc-provider: JWT access tokens for a client with its own credentials', async () => {
    // @ts-expect-error it has no types of its own
    const { Provider } = await import('oidc-provider');
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'journal',
          client_secret: 'test',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          id_token_signed_response_alg: 'ES256',
          response_types: [],
        },
      ],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'p1', alg: 'ES256', use: 'sig' }] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: async () => ({
            scope: 'stays',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      extraTokenClaims: async () => ({ party: 'system', unit: 'jonkoping/journal' }),
    });
    server.on('request', provider.callback());
    try {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('journal:test').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:hemgang', scope: 'stays' }),
      });
      expect(answer.status === 200 ? '' : await answer.text()).toBe('');
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const identify = (audience: string) => tokenAuth({ issuer, audience }).identify(bearer(token));
      expect(await identify(AUDIENCE)).toEqual({
        ok: true,
        value: { party: 'system', unit: 'jonkoping/journal', roles: [], subject: 'journal' },
      });
      expect(await identify('annan')).toMatchObject({ ok: false, problem: { code: 'invalid-token' } });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
