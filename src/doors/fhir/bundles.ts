/** Bundles: a message is one statement; a transaction is judged as a whole before its first entry is done. */
import type { Caller } from '../access/caller.js';
import { checkShape, each, withoutEchoes } from './check.js';
import { type Answered, admissionIssues, type FhirDeps, regionOf, show, tell } from './door.js';
import type { EncounterResource } from './encounter-view.js';
import { distinct, type Prepared, perform, prepare, resourceOf, stayIdOf, type Written } from './interactions.js';
import { error, FhirError, hasErrors, type Issue, information, operationOutcome, warning } from './outcome.js';
import { readMessage } from './read-message.js';
import { type Bundle, bundleSchema } from './schemas.js';

/** The Bundle that was sent; throws FhirError when it is none. */
export function bundleOf(body: unknown): { bundle: Bundle; issues: Issue[] } {
  const resource = resourceOf(body, 'Bundle');
  if (resource.resourceType !== 'Bundle') throw new FhirError(422, [error('invalid', 'Bundle.resourceType', 'must be Bundle')]);
  const { value: bundle, issues } = checkShape(bundleSchema, resource, 'Bundle');
  if (bundle.type === undefined) throw new FhirError(422, issues);
  if (bundle.type !== 'message' && bundle.type !== 'transaction')
    throw new FhirError(422, [...issues, error('not-supported', 'Bundle.type', 'only message and transaction are taken')]);
  if (each(bundle.entry).length === 0) issues.push(error('required', 'Bundle.entry', 'is empty'));
  return { bundle, issues };
}

// ------------------------------------------------------------------------------------------------------------ message

/** Undefined stay: the message was of none that concerns us, and is accepted. */
export async function message(
  deps: FhirDeps,
  bundle: Bundle,
  issues: Issue[],
  caller: Caller | undefined,
): Promise<Partial<Answered> & { issues: Issue[] }> {
  const now = deps.clock.now();
  const occasion = { now, latest: now + deps.clock.futureToleranceMs, region: regionOf(caller), settings: deps.settings };
  const statement = readMessage(bundle, occasion, issues);
  const path = `Bundle.entry[${bundle.entry?.findIndex((entry) => entry?.resource?.resourceType === 'Encounter') ?? 0}].resource`;
  if (statement !== undefined) issues.push(...admissionIssues(statement, path, deps));
  const all = distinct(withoutEchoes(issues));
  if (hasErrors(all)) throw new FhirError(422, all);
  if (statement === undefined) return { issues: all };
  const told = await tell(deps, statement, { path, mustBeNew: false, caller });
  return { ...told, issues: [...told.issues, ...all] };
}

// -------------------------------------------------------------------------------------------------------- transaction

type Operation =
  | { kind: 'write'; prepared: Prepared }
  | { kind: 'read'; stayId: string | undefined; search: boolean }
  /** Read for the Encounters that refer to it. */
  | { kind: 'material' };

/** What stands in Bundles beside Encounters. */
const MATERIAL = ['Patient', 'Organization', 'Location'];
/** @source FHIR R4, RESTful API: Transaction Processing Rules: creates, then updates, then reads */
const ORDER = ['POST', 'PUT', 'GET', 'HEAD'];

export interface TransactionResponse {
  resourceType: 'Bundle';
  type: 'transaction-response';
  entry: Record<string, unknown>[];
}

/**
 * Judges all entries, and does nothing when one of them is wrong. What a stay itself refuses afterwards ends it there: the outcome says
 * which entries had been done, and sending the whole again is harmless.
 */
export async function transaction(
  deps: FhirDeps,
  bundle: Bundle,
  wrong: Issue[],
  caller: Caller | undefined,
): Promise<TransactionResponse> {
  const issues = [...wrong];
  let status = 422;
  const operations = new Map<number, Operation>();
  for (const [entry, n] of each(bundle.entry)) {
    try {
      operations.set(n, await operationOf(deps, bundle, entry, n, caller));
    } catch (failure) {
      if (!(failure instanceof FhirError)) throw failure;
      if (!hasErrors(issues)) status = failure.status;
      issues.push(...failure.issues);
    }
  }
  issues.push(...twice(operations));
  if (hasErrors(issues)) throw new FhirError(status, distinct(withoutEchoes(issues)));

  const methodOf = (n: number) => ORDER.indexOf(bundle.entry?.[n]?.request?.method ?? '');
  const answers = new Map<number, Record<string, unknown>>();
  for (const [n, operation] of [...operations].sort(([a], [b]) => methodOf(a) - methodOf(b) || a - b)) {
    answers.set(n, await done(deps, operation, caller, [...answers.keys()]));
  }
  return { resourceType: 'Bundle', type: 'transaction-response', entry: [...operations.keys()].map((n) => answers.get(n) ?? {}) };
}

async function operationOf(
  deps: FhirDeps,
  bundle: Bundle,
  entry: NonNullable<Bundle['entry']>[number],
  n: number,
  caller: Caller | undefined,
): Promise<Operation> {
  const at = `Bundle.entry[${n}]`;
  const path = `${at}.resource`;
  const { request, resource } = entry;
  if (request?.method === undefined || request.url === undefined)
    throw new FhirError(422, [error('required', `${at}.request`, 'every entry of a transaction has a method and a url')]);
  const { method, url, ifMatch, ifNoneExist } = request;
  const [, type = '', id, query] = /^(?:.*\/)?([A-Z][A-Za-z]+)(?:\/([^/?]+))?(?:\?(.*))?$/.exec(url) ?? [];
  if (MATERIAL.includes(type) && (method === 'POST' || method === 'PUT')) return { kind: 'material' };
  if (type !== 'Encounter') throw new FhirError(422, [error('not-supported', `${at}.request.url`, 'only Encounter is kept here')]);
  const identified = stayIdOf(new URLSearchParams(query ?? '').get('identifier') ?? '', deps);
  if (method === 'GET' || method === 'HEAD') return { kind: 'read', stayId: id ?? identified, search: id === undefined };
  if (method !== 'POST' && method !== 'PUT')
    throw new FhirError(422, [error('not-supported', `${at}.request.method`, 'only POST, PUT and GET are taken')]);
  const put = method === 'PUT' ? (id ?? identified) : undefined;
  if (method === 'PUT' && put === undefined)
    throw new FhirError(422, [error('value', `${at}.request.url`, 'must be Encounter/{id}, or Encounter?identifier=…')]);
  return { kind: 'write', prepared: await prepare(deps, { body: resource, path, bundle, id: put, ifMatch, ifNoneExist, caller }) };
}

/** @source FHIR R4, RESTful API: a resource may be in a transaction once */
function twice(operations: ReadonlyMap<number, Operation>): Issue[] {
  const seen = new Set<string>();
  return [...operations].flatMap(([n, operation]) => {
    if (operation.kind !== 'write') return [];
    const { stayId } = operation.prepared.statement;
    if (!seen.has(stayId)) return seen.add(stayId) && [];
    return [error('duplicate', `Bundle.entry[${n}].resource.identifier`, 'is the stay of an entry before')];
  });
}

async function done(deps: FhirDeps, operation: Operation, caller: Caller | undefined, before: number[]): Promise<Record<string, unknown>> {
  switch (operation.kind) {
    case 'material':
      return {
        response: {
          status: '200 OK',
          outcome: operationOutcome([information(undefined, 'read for the Encounters that refer to it, and not kept by itself')]),
        },
      };
    case 'read': {
      const { stayId } = operation;
      const found = stayId === undefined ? undefined : await show(deps, stayId, caller);
      if (operation.search) return { resource: searchset(found === undefined ? [] : [found]), response: { status: '200 OK' } };
      if (found === undefined)
        return { response: { status: '404 Not Found', outcome: operationOutcome([error('not-found', undefined, 'no such Encounter')]) } };
      return { resource: found, response: { status: '200 OK', etag: etagOf(found) } };
    }
    case 'write':
      try {
        return written(await perform(deps, operation.prepared));
      } catch (failure) {
        if (!(failure instanceof FhirError)) throw failure;
        const done =
          before.length === 0
            ? []
            : [warning('business-rule', 'Bundle', `entries done before: ${before.join(', ')}; the others were not begun`)];
        throw new FhirError(failure.status, [...failure.issues, ...done]);
      }
  }
}

function written({ stayId, started, issues, encounter }: Written): Record<string, unknown> {
  return {
    response: {
      status: started ? '201 Created' : '200 OK',
      location: `Encounter/${stayId}`,
      ...(encounter === undefined ? {} : { etag: etagOf(encounter) }),
      outcome: operationOutcome(issues),
    },
  };
}

export const etagOf = ({ meta: { versionId } }: EncounterResource): string => `W/"${versionId}"`;

export function searchset(found: readonly EncounterResource[], base?: { url: string; self: string }) {
  return {
    resourceType: 'Bundle' as const,
    type: 'searchset' as const,
    total: found.length,
    ...(base === undefined ? {} : { link: [{ relation: 'self', url: base.self }] }),
    ...(found.length === 0
      ? {}
      : {
          entry: found.map((resource) => ({
            ...(base === undefined ? {} : { fullUrl: `${base.url}/Encounter/${resource.id}` }),
            resource,
            search: { mode: 'match' },
          })),
        }),
  };
}
