/** One interaction of a client with an Encounter: what is asked, judged before anything is done, and then done. */

import { z } from 'zod';
import type { Caller } from '../access/caller.js';
import { parseWith } from '../field-errors.js';
import { checkResource, withoutEchoes } from './check.js';
import { type Answered, admissionIssues, type FhirDeps, mayTell, regionOf, show, tell } from './door.js';
import type { EncounterResource } from './encounter-view.js';
import { error, FhirError, hasErrors, type Issue, information } from './outcome.js';
import { readEncounter } from './read-encounter.js';
import { wrongStayId } from './read-identifiers.js';
import { resolverOf } from './references.js';
import type { Bundle } from './schemas.js';
import type { Statement } from './statement.js';

export interface Write {
  body: unknown;
  /** FHIRPath of the resource, and the Bundle that it stands in. */
  path: string;
  bundle?: Bundle | undefined;
  /** Update: the id of the address. */
  id?: string | undefined;
  ifMatch?: string | undefined;
  ifNoneExist?: string | undefined;
  caller: Caller | undefined;
}

export interface Written extends Answered {
  encounter: EncounterResource | undefined;
}

/** Read and found right; nothing has been done. */
export interface Prepared {
  write: Write;
  statement: Statement;
  issues: Issue[];
  /** By `If-None-Exist`: there is one already, and nothing is to be done. */
  exists?: string;
}

/** Throws FhirError with everything that is wrong. */
export async function prepare(deps: FhirDeps, write: Write): Promise<Prepared> {
  const { path, id, caller } = write;
  const issues: Issue[] = [];
  if (id !== undefined) {
    const wrong = wrongStayId(id);
    if (wrong !== undefined) throw new FhirError(422, [error('value', `${path}.id`, wrong)]);
  }
  const body = resourceOf(write.body, path);
  if (body.resourceType !== 'Encounter') throw new FhirError(422, [error('invalid', `${path}.resourceType`, 'must be Encounter')]);
  const { value: encounter, issues: wrong } = checkResource('Encounter', body, path);
  issues.push(...wrong);
  const now = deps.clock.now();
  const statement = readEncounter(
    { encounter, path, resolver: resolverOf(encounter, path, write.bundle), settings: deps.settings, issues },
    { at: now, latest: now + deps.clock.futureToleranceMs, region: regionOf(caller), id, message: null },
  );
  if (statement !== undefined) issues.push(...admissionIssues(statement, path, deps));
  const all = distinct(withoutEchoes(issues));
  if (statement === undefined || hasErrors(all)) throw new FhirError(422, all);
  await mayTell(deps, statement, path, caller);
  await mayMatch(deps, statement.stayId, write);
  const exists = write.ifNoneExist === undefined ? undefined : await existing(deps, write.ifNoneExist, write);
  return { write, statement, issues: all, ...(exists === undefined ? {} : { exists }) };
}

export async function perform(deps: FhirDeps, { write, statement, issues, exists }: Prepared): Promise<Written> {
  const { path, caller, id } = write;
  if (exists !== undefined) {
    const there = [information(undefined, 'a stay of that identifier is there already: nothing has been done')];
    return { stayId: exists, started: false, issues: there, encounter: await show(deps, exists, caller) };
  }
  const told = await tell(deps, statement, { path, mustBeNew: id === undefined, caller });
  return { ...told, issues: [...told.issues, ...issues], encounter: await show(deps, told.stayId, caller) };
}

/** The body as a resource that is not too deep to be read. */
export function resourceOf(body: unknown, path: string): { resourceType: string } & Record<string, unknown> {
  const shaped = parseWith(z.looseObject({ resourceType: z.string() }), body);
  if ('value' in shaped) return shaped.value;
  throw new FhirError(
    422,
    shaped.errors.map(({ path: field, message }) =>
      error('structure', field === '' ? path : `${path}.${field}`, field === '' ? `must be a resource: ${message}` : message),
    ),
  );
}

/** What is said twice of the same element is said once. */
export function distinct(issues: readonly Issue[]): Issue[] {
  const said = new Set<string>();
  return issues.filter(({ severity, code, expression, diagnostics }) => {
    const key = JSON.stringify([severity, code, expression, diagnostics]);
    return !said.has(key) && said.add(key);
  });
}

/** @source FHIR R4, RESTful API: Managing Resource Contention */
async function mayMatch(deps: FhirDeps, stayId: string, { ifMatch, caller }: Write): Promise<void> {
  if (ifMatch === undefined) return;
  const present = (await deps.submit.knows(stayId, caller)) ? await show(deps, stayId, caller) : undefined;
  const versions = [...ifMatch.matchAll(/(?:W\/)?"([^"]*)"/g)].map(([, version]) => version);
  if (present !== undefined && (ifMatch.trim() === '*' || versions.includes(present.meta.versionId))) return;
  throw new FhirError(412, [
    error('conflict', undefined, present === undefined ? 'there is no version to match' : 'is not the version of now: read it again'),
  ]);
}

/** The stay that `identifier=system|value` finds; the parameter may have the address before it. */
async function existing(deps: FhirDeps, query: string, { caller }: Write): Promise<string | undefined> {
  const params = new URLSearchParams(query.replace(/^.*\?/, ''));
  const stayId = stayIdOf(params.get('identifier') ?? '', deps);
  if (stayId === undefined || [...params.keys()].some((name) => name !== 'identifier'))
    throw new FhirError(412, [
      error('not-supported', undefined, `If-None-Exist: only identifier=${deps.settings.staySystems[0]}|… is known`),
    ]);
  return (await deps.submit.knows(stayId, caller)) ? stayId : undefined;
}

/** The stay that a token means: `system|value`, or the value alone. Undefined for another system's. */
export function stayIdOf(token: string, { settings }: FhirDeps): string | undefined {
  const [, system, value = ''] = /^(?:([^|]*)\|)?([^|]*)$/.exec(token) ?? [];
  if (system !== undefined && system !== '' && !settings.staySystems.includes(system)) return undefined;
  return wrongStayId(value) === undefined ? value : undefined;
}
