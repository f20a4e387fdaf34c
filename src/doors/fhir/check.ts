/** Judges the shape of a resource: everything that is wrong at once, each by its FHIRPath, and what is left when that is taken away. */
import type { z } from 'zod';
import { error, type Issue, type IssueCode } from './outcome.js';
import { ELEMENTS, RESOURCES, type ReadType, type ResourceOf } from './schemas.js';

/** What reads on goes through what is there: an element that was wrong is absent, and is not also said to be missing. */
export interface Checked<T> {
  value: T;
  issues: Issue[];
}

/** `value` is an object already; `path` is its FHIRPath, such as `Bundle.entry[2].resource`. */
export function checkResource<T extends ReadType>(type: T, value: object, path: string): Checked<ResourceOf<T>> {
  const shape = checkShape<ResourceOf<T>>(RESOURCES[type] as unknown as z.ZodType<ResourceOf<T>>, value, path);
  return { value: shape.value, issues: [...shape.issues, ...unknownElements(type, value, path), ...notUnderstood(value, path)] };
}

export function checkShape<T>(schema: z.ZodType<T>, value: object, path: string): Checked<T> {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, issues: [] };
  const left = structuredClone(value);
  const issues = result.error.issues.map((issue) => {
    removeAt(left, issue.path);
    if (isMissing(value, issue)) return error('required', path + fhirPath(issue.path), 'is required');
    return error(codeOf(issue), path + fhirPath(issue.path), messageOf(issue));
  });
  return { value: left as T, issues };
}

/** `["location", 0, "period"]` as `.location[0].period`. */
const fhirPath = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');

/** Lists keep their places: what is after a wrong item is still called by its own number. */
function removeAt(value: unknown, path: readonly PropertyKey[]): void {
  let holder: unknown = value;
  for (const part of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return;
    holder = (holder as Record<PropertyKey, unknown>)[part];
  }
  const last = path.at(-1);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (Array.isArray(holder)) holder[last as number] = undefined;
  else delete (holder as Record<PropertyKey, unknown>)[last];
}

function codeOf(issue: z.core.$ZodIssue): IssueCode {
  switch (issue.code) {
    case 'invalid_value':
      return 'code-invalid';
    case 'invalid_type':
    case 'too_small':
      return 'structure';
    default:
      return 'value';
  }
}

function isMissing(value: object, { code, path }: z.core.$ZodIssue): boolean {
  if (code !== 'invalid_type' && code !== 'invalid_value') return false;
  return path.reduce<unknown>((holder, part) => (holder as Record<PropertyKey, unknown> | undefined)?.[part], value) === undefined;
}

const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_value' ? `must be one of: ${issue.values.join(', ')}` : issue.message;

function unknownElements(type: ReadType, value: object, path: string): Issue[] {
  return Object.keys(value)
    .filter((name) => !ELEMENTS[type].has(name.replace(/^_/, '')) && name !== 'fhir_comments')
    .map((name) => error('structure', `${path}.${name.slice(0, 64)}`, `${type} has no such element in FHIR R4`));
}

/** FHIR forbids going on where something may change the meaning of what is read. */
function notUnderstood(value: object, path: string): Issue[] {
  const { modifierExtension, implicitRules } = value as { modifierExtension?: unknown; implicitRules?: unknown };
  return [
    ...(modifierExtension === undefined
      ? []
      : [error('extension', `${path}.modifierExtension`, 'modifier extensions are not understood, and may not be passed over')]),
    ...(implicitRules === undefined ? [] : [error('not-supported', `${path}.implicitRules`, 'no implicit rules are known')]),
  ];
}

/** What is there of a list, each with its place; what was wrong is not. */
export function each<T>(list: readonly T[] | undefined): [T, number][] {
  return (Array.isArray(list) ? list : []).flatMap((item: T, index) => (item === undefined || item === null ? [] : [[item, index]]));
}

/** Without those `required` that follow from something wrong at the very place, within it, above it, or in what it was to be read from. */
export function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const isWithin = (inner: string, outer: string) => inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  const follows = (at: string, { code, expression = '' }: Issue): boolean =>
    isWithin(at, expression.replace(/\.reference$/, '')) || (code !== 'required' && (at === expression || isWithin(expression, at)));
  return issues.filter(
    (issue) => issue.code !== 'required' || !errors.some((other) => other !== issue && follows(issue.expression ?? '', other)),
  );
}
