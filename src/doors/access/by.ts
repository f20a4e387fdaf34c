/** Who an action is by: filled from the token, and what a body says of it held against the token. */
import { type Actor, ROLES } from '../../domain/ids.js';
import { ACTIONS, type ActionName, CHECKLIST_OWNERS, type Checklist } from '../../domain/stay/actions.js';
import { type Outcome, refuse } from '../problems.js';
import type { Caller } from './caller.js';

/** The body with `by` put in when it is left out. Anything that is no object is left as it is: it is refused for what it is. */
export function withBy(body: unknown, action: ActionName, caller: Caller): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const given = (body as { by?: unknown }).by;
  if (given === undefined) return { ...body, by: actorOf(caller, action, (body as { data?: unknown }).data) };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return body;
  const by = given as Partial<Actor>;
  if (by.party !== caller.party || by.unit !== caller.unit) return body;
  // What is left out of it is filled in too.
  const { role, name } = actorOf(caller, action, (body as { data?: unknown }).data);
  return { ...body, by: { ...(role === undefined ? {} : { role }), ...(name === undefined ? {} : { name }), ...by } };
}

/** Of several roles the one that may do it; of several that may, the first in the token. A role that may not is refused by the stay. */
function actorOf(caller: Caller, action: ActionName, data: unknown): Actor {
  const performers = performersOf(action, data);
  const role = caller.roles.find((one) => mayPerform(caller.party, one, performers)) ?? caller.roles[0];
  return {
    party: caller.party,
    unit: caller.unit,
    ...(role === undefined ? {} : { role }),
    ...(caller.name === undefined ? {} : { name: caller.name }),
  };
}

function performersOf(action: ActionName, data: unknown): readonly string[] {
  // Where the agreement says so, also the vårdsamordnare: the stay knows its agreement.
  if (action === 'initiera-svpl') return [...ACTIONS[action].by, 'vardcentral/vardsamordnare'];
  const list = (data as { lista?: unknown } | undefined)?.lista;
  if (action === 'kryssa-checklista' && typeof list === 'string' && Object.hasOwn(CHECKLIST_OWNERS, list))
    return CHECKLIST_OWNERS[list as Checklist];
  return ACTIONS[action].by;
}

const mayPerform = (party: Actor['party'], role: string, performers: readonly string[]): boolean =>
  performers.includes(`${party}/${role}`) || (performers.includes(party) && (ROLES[party] as readonly string[]).includes(role));

/**
 * Whether what a checked body says of its sender agrees with the token. A sending system may transport what others have really done, marked
 * `imported`, and speak for a part of itself; nobody else says anything but what the token says.
 *
 * @source contract.md, HTTP API: "given, it agrees with the token (else 403); `imported` needs a token of party `system`"
 */
export function agrees({ by, imported }: { by: Actor; imported?: boolean | undefined }, caller: Caller): Outcome<void> {
  if (caller.party === 'system') {
    const isOwn = by.party === 'system' && (by.unit === caller.unit || by.unit.startsWith(`${caller.unit}/`));
    const isTransported = imported === true && by.party !== 'system';
    return isOwn || isTransported ? { ok: true, value: undefined } : refuse('by-disagrees');
  }
  if (imported === true) return refuse('only-systems');
  return isCaller(by, caller) ? { ok: true, value: undefined } : refuse('by-disagrees');
}

/** The same party and unit, one of the token's roles, and the token's name, where it has one. */
export function isCaller(by: Actor, caller: Caller): boolean {
  return (
    by.party === caller.party &&
    by.unit === caller.unit &&
    (by.role === undefined ? caller.roles.length === 0 : caller.roles.includes(by.role)) &&
    (caller.name === undefined || by.name === undefined || by.name === caller.name)
  );
}
