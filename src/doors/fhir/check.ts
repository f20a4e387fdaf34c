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
  if (isMissing(issue)) return 'required';
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

const isMissing = ({ message }: z.core.$ZodIssue): boolean => message.endsWith('received undefined');

function messageOf(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return 'is required';
  return issue.code === 'invalid_value' ? `must be one of: ${issue.values.join(', ')}` : issue.message;
}

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

/** Without those `required` that follow from something wrong at the very place, or within it. */
export function withoutEchoes(issues: readonly Issue[]): Issue[] {
  const wrong = issues.filter(({ severity, code }) => severity === 'error' && code !== 'required').map(({ expression = '' }) => expression);
  return issues.filter(
    ({ code, expression = '' }) =>
      code !== 'required' || !wrong.some((at) => at === expression || at.startsWith(`${expression}.`) || at.startsWith(`${expression}[`)),
  );
}
