/** What a reference leads to: contained, an entry of the Bundle, or a business identifier that needs nothing behind it. */
import { checkResource } from './check.js';
import { error, type Issue } from './outcome.js';
import { type Bundle, RESOURCES, type ReadType, type Reference, type ResourceOf } from './schemas.js';

/** A resource and where it stands. */
export interface Found<T extends ReadType> {
  resource: ResourceOf<T>;
  path: string;
}

export interface Resolver {
  /**
   * The resource of that type; undefined when the reference has none behind it but an identifier, or (said as an issue at
   * `path`) leads nowhere or to something else. What is wrong with what is found is said once.
   */
  resolve<T extends ReadType>(reference: Reference, type: T, path: string, issues: Issue[]): Found<T> | undefined;
}

interface Candidate {
  value: { resourceType: string };
  path: string;
}

const isResource = (value: unknown): value is { resourceType: string; id?: unknown } =>
  typeof value === 'object' && value !== null && typeof (value as { resourceType?: unknown }).resourceType === 'string';

/** Resolves what stands in `holder` at `path`, alone or as an entry of `bundle`. */
export function resolverOf(holder: { contained?: unknown }, path: string, bundle: Bundle | undefined): Resolver {
  const checked = new Map<string, Found<ReadType>>();
  const contained = Array.isArray(holder.contained) ? holder.contained : [];
  const entries = (bundle?.entry ?? []).map((entry, index) => ({ entry, path: `Bundle.entry[${index}].resource` }));

  function lookUp(text: string): Candidate | undefined {
    if (text.startsWith('#')) {
      const index = contained.findIndex((one: unknown) => isResource(one) && one.id === text.slice(1));
      return index < 0 ? undefined : { value: contained[index] as { resourceType: string }, path: `${path}.contained[${index}]` };
    }
    const place = text.replace(/\/_history\/.*$/, '');
    const found = entries.find(({ entry }) => entry?.fullUrl === place) ?? entries.find(({ entry }) => isNamed(entry, place));
    return found && isResource(found.entry.resource) ? { value: found.entry.resource, path: found.path } : undefined;
  }

  return {
    resolve<T extends ReadType>(reference: Reference, type: T, at: string, issues: Issue[]) {
      if (reference.reference === undefined) return undefined;
      const candidate = lookUp(reference.reference);
      if (candidate === undefined) {
        // A reference that others can follow may stand beside the identifier that we read.
        if (reference.identifier === undefined)
          issues.push(
            error('not-found', `${at}.reference`, 'leads to nothing that was sent: neither contained, nor an entry, nor an identifier'),
          );
        return undefined;
      }
      const { value, path: found } = candidate;
      if (value.resourceType !== type) {
        issues.push(error('structure', `${at}.reference`, `leads to a ${value.resourceType.slice(0, 64)}, not to a ${type}`));
        return undefined;
      }
      const known = checked.get(found);
      if (known !== undefined) return known as Found<T>;
      const { value: resource, issues: wrong } = checkResource(type, value, found);
      issues.push(...wrong);
      checked.set(found, { resource, path: found } as Found<ReadType>);
      return { resource, path: found };
    },
  };
}

/** By `Type/id`, relative or at the end of an address. */
function isNamed(entry: { fullUrl?: string | undefined; resource?: unknown } | undefined, place: string): boolean {
  const name = /([A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/.exec(place)?.[1];
  if (entry === undefined || name === undefined) return false;
  if (isResource(entry.resource) && `${entry.resource.resourceType}/${String(entry.resource.id)}` === name) return place === name;
  return place === name && entry.fullUrl?.endsWith(`/${name}`) === true;
}

export const isReadType = (type: unknown): type is ReadType => typeof type === 'string' && Object.hasOwn(RESOURCES, type);
