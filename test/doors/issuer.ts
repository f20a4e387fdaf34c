/** An OIDC issuer of the test's own: real keys, real signatures, on this machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface TestIssuer {
  issuer: string;
  /** A good token of the newest key, for `hemgang`, good for five minutes. Claims that are undefined are left out. */
  token(claims: JWTPayload, header?: { kid?: string; typ?: string }): Promise<string>;
  /** From now on another key signs, and the one before is forgotten. */
  rotate(): Promise<void>;
  /** Answers nothing but 500 from now on, or answers again. */
  broken: boolean;
  /** How often the keys have been asked for. */
  asked: number;
  stop(): Promise<void>;
}

export const AUDIENCE = 'hemgang';

export async function startIssuer(): Promise<TestIssuer> {
  let kid = 0;
  let keys = await generateKeyPair('ES256');
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (made.broken) return response.writeHead(500).end('{}');
    if (request.url === '/.well-known/openid-configuration')
      return response.end(JSON.stringify({ issuer: made.issuer, jwks_uri: `${made.issuer}/keys` }));
    made.asked += 1;
    response.end(JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: `k${kid}`, alg: 'ES256', use: 'sig' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: TestIssuer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    broken: false,
    asked: 0,
    async token(claims, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const whole = { iss: made.issuer, aud: AUDIENCE, sub: 'u-1', iat: now, exp: now + 300, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(whole)))
        .setProtectedHeader({ alg: 'ES256', kid: `k${kid}`, ...header })
        .sign(keys.privateKey);
    },
    async rotate() {
      keys = await generateKeyPair('ES256');
      kid += 1;
    },
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return made;
}
