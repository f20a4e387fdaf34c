/** What a 401 and a 403 say in `WWW-Authenticate`. */

/** @source RFC 6750, 3 and 3.1 */
const CHALLENGES: Readonly<Record<string, string>> = {
  'no-token': 'Bearer realm="hemgang"',
  'invalid-token': 'Bearer realm="hemgang", error="invalid_token"',
  'token-claims': 'Bearer realm="hemgang", error="insufficient_scope"',
};

export const challengeOf = (code: string): string | undefined => (Object.hasOwn(CHALLENGES, code) ? CHALLENGES[code] : undefined);
