/** Checks bearer tokens against an OIDC issuer: its discovery document, its keys as they rotate, and what a token claims. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Problem, refuse } from '../problems.js';
import type { Auth } from './auth.js';
import { callerOfClaims } from './claims.js';

export interface TokenOptions {
  /** Exactly as in its tokens and its discovery document. https, or http on loopback. */
  issuer: string;
  /** What a token must be meant for. */
  audience: string;
  /** At most this often is the issuer asked for its keys because of a key that is not known; default five seconds. */
  cooldownMs?: number;
  /** How long keys are believed without asking again; default ten minutes. */
  keysMaxAgeMs?: number;
  /** Told, in plain words, when the issuer cannot be asked. Never holds anything of a token. */
  onTrouble?(reason: string): void;
}

/** Signatures that only the issuer can make: nothing symmetric, and never `none`. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** An access token, or a JWT that does not say what it is; a logout token or a proof of possession is neither. */
const TYPES = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
const CLOCK_TOLERANCE_S = 10;
const ISSUER_TIMEOUT_MS = 5_000;
const DISCOVERY_MAX_AGE_MS = 3_600_000;
/** An issuer that has just failed is not asked again by every caller. */
const FAILED_FOR_MS = 1_000;
const RETRY_AFTER_S = 5;
const TOKEN_MAX = 8 * 1024;

/** Why the issuer could not be asked, or what it says cannot be believed. */
class IssuerTrouble extends Error {}

/** Nothing is accepted that the issuer's own keys do not vouch for; nothing of why a token was refused is told. */
export function tokenAuth(options: TokenOptions): Auth {
  const keysOf = issuerKeys(options);
  return {
    async identify(authorization) {
      if (authorization === undefined || !/^bearer(\s|$)/i.test(authorization)) return refuse('no-token');
      const token = /^bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *$/i.exec(authorization)?.[1];
      if (token === undefined || token.length > TOKEN_MAX) return refuse('invalid-token');
      const claims = await claimsOf(token, keysOf, options).catch((error: unknown) => {
        const reason = troubleOf(error);
        if (reason === undefined) return 'invalid' as const;
        options.onTrouble?.(reason);
        return 'trouble' as const;
      });
      if (claims === 'invalid') return refuse('invalid-token');
      if (claims === 'trouble') return { ok: false, problem: UNAVAILABLE };
      const caller = callerOfClaims(claims);
      return caller === undefined ? refuse('token-claims') : { ok: true, value: caller };
    },
  };
}

const UNAVAILABLE: Problem = { code: 'issuer-unavailable', retryAfterSeconds: RETRY_AFTER_S };

type Keys = () => Promise<JWTVerifyGetKey>;

async function claimsOf(token: string, keysOf: Keys, { issuer, audience }: TokenOptions): Promise<Record<string, unknown>> {
  const keys = await keysOf();
  const demands = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S, requiredClaims: ['exp', 'sub'] };
  const verified = await jwtVerify(token, keys, demands).catch(async (error: unknown) => {
    // Keys without ids: whichever of them fits.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const found = await jwtVerify(token, key, demands).catch((other: unknown) => {
        if (other instanceof errors.JWSSignatureVerificationFailed) return undefined;
        throw other;
      });
      if (found !== undefined) return found;
    }
    throw new errors.JWSSignatureVerificationFailed();
  });
  if (!TYPES.includes(verified.protectedHeader.typ?.toLowerCase())) throw new errors.JWTInvalid('not an access token');
  return verified.payload;
}

/** The keys that the discovery document points to; asked for when first needed, and the document again after an hour. */
function issuerKeys({ issuer, cooldownMs = 5_000, keysMaxAgeMs = 600_000 }: TokenOptions): Keys {
  let found: { uri: string; at: number; keys: JWTVerifyGetKey } | undefined;
  let failed: { at: number; error: unknown } | undefined;
  let asking: Promise<JWTVerifyGetKey> | undefined;
  const ask = async (): Promise<JWTVerifyGetKey> => {
    try {
      const uri = await discover(issuer);
      const keys =
        found?.uri === uri
          ? found.keys
          : createRemoteJWKSet(new URL(uri), {
              cooldownDuration: cooldownMs,
              cacheMaxAge: keysMaxAgeMs,
              timeoutDuration: ISSUER_TIMEOUT_MS,
            });
      found = { uri, at: performance.now(), keys };
      failed = undefined;
      return keys;
    } catch (error) {
      failed = { at: performance.now(), error };
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    if (found !== undefined && performance.now() - found.at < DISCOVERY_MAX_AGE_MS) return found.keys;
    if (failed !== undefined && performance.now() - failed.at < FAILED_FOR_MS) throw failed.error;
    return (asking ??= ask());
  };
}

const document = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });

/** Where the issuer's keys are. Its document must be its own. @source OpenID Connect Discovery 1.0, 4.3 */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS) }).catch((error: unknown) => {
    throw new IssuerTrouble(`${url} does not answer`, { cause: error });
  });
  if (!response.ok) throw new IssuerTrouble(`${url} answers ${response.status}`);
  const parsed = document.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new IssuerTrouble(`${url} is no discovery document`);
  if (parsed.data.issuer !== issuer) throw new IssuerTrouble(`${url} is of the issuer ${parsed.data.issuer}, not ${issuer}`);
  const uri = parsed.data.jwks_uri;
  if (!URL.canParse(uri) || !isTrustedUrl(new URL(uri))) throw new IssuerTrouble(`${url} has its keys at ${uri}, which is not https`);
  return uri;
}

/** Over https, or on this machine. */
export function isTrustedUrl({ protocol, hostname }: URL): boolean {
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

/** What stands in the way of asking the issuer; undefined when it is the token that is bad. */
function troubleOf(error: unknown): string | undefined {
  if (error instanceof IssuerTrouble) return error.message;
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return `the issuer's keys: ${error.message}`;
  // Jose has no class of its own for keys that were answered with something else than 200, nor for a connection that failed.
  if (error instanceof errors.JOSEError) return error.code === 'ERR_JOSE_GENERIC' ? `the issuer's keys: ${error.message}` : undefined;
  return `the issuer's keys: ${error instanceof Error ? error.message : 'no answer'}`;
}
