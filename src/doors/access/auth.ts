/** What a door needs of whoever checks tokens: in the service the OIDC issuer's keys, in tests whatever is given. */
import type { Outcome } from '../problems.js';
import type { Caller } from './caller.js';

export interface Auth {
  /** Who shows this `Authorization` header. Never throws: what cannot be checked just now is a problem like any other. */
  identify(authorization: string | undefined): Promise<Outcome<Caller>>;
}
