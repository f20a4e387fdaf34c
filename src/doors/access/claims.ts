/** What a checked token says of its bearer: party, unit and roles, or nothing that makes sense. */
import { KOMMUNKOD, PARTIES, type Party, ROLES } from '../../domain/ids.js';
import type { Caller } from './caller.js';

/** May read who has read. */
export const LOGGRANSKARE = 'loggranskare';
/** Of a region: may have all payloads decoded, to find faults in what runs. */
export const SYSTEMFORVALTARE = 'systemforvaltare';
/** These look after the service, and have no work with patients: no route shows them a stay, nor takes anything from them. */
export const WITHOUT_WORK: readonly string[] = [LOGGRANSKARE, SYSTEMFORVALTARE];
const REGION = /^[a-z][a-z-]{1,39}$/;
const UNIT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const TEXT_MAX = 200;

/** How each party's units are named. Somebody called in by other means is no user of the system. @source domain.md §2 */
const UNITS: Partial<Record<Party, RegExp>> = {
  slutenvard: UNIT_ID,
  vardcentral: UNIT_ID,
  kommun: KOMMUNKOD,
  region: REGION,
  tolkningsinstans: UNIT_ID,
  system: /^[a-z][a-z-]{1,39}(\/[A-Za-z0-9._-]{1,60})?$/,
};

/**
 * Reads `party`, `unit` and `roles` (a list, or words with spaces between; `role` too). Roles that nobody here knows are left out, as issuers
 * give everybody some of their own; a person without any other has none. Undefined when that leaves no caller.
 */
export function callerOfClaims(claims: Record<string, unknown>): Caller | undefined {
  const { sub, name, party, unit } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > TEXT_MAX) return undefined;
  if (typeof party !== 'string' || !(PARTIES as readonly string[]).includes(party)) return undefined;
  const ids = UNITS[party as Party];
  if (ids === undefined || typeof unit !== 'string' || !ids.test(unit)) return undefined;
  const known: readonly string[] = [
    ...ROLES[party as Party],
    ...(party === 'system' ? [] : [LOGGRANSKARE]),
    ...(party === 'region' ? [SYSTEMFORVALTARE] : []),
  ];
  const roles = [...new Set([...wordsOf(claims['roles']), ...wordsOf(claims['role'])])].filter((role) => known.includes(role));
  if (roles.length === 0 && party !== 'system') return undefined;
  return { party: party as Party, unit, roles, subject: sub, ...nameOf(name) };
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/\s+/).filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/** As an action's `by.name` takes it. */
function nameOf(name: unknown): { name?: string } {
  if (typeof name !== 'string') return {};
  const plain = name.replace(CONTROL, ' ').trim().slice(0, TEXT_MAX);
  return plain === '' ? {} : { name: plain };
}
