/** What is wrong with a body, field by field, every one of them: unknown fields too. */
import type { z } from 'zod';
import type { FieldError } from './problems.js';

type Issue = z.core.$ZodIssue;

/** A body deeper than this is not one of ours, and would cost the checker its stack. */
const MAX_DEPTH = 100;

/** The value, or every field error; nothing a caller sends makes this throw. */
export function parseWith<T>(schema: z.ZodType<T>, body: unknown): { value: T } | { errors: FieldError[] } {
  if (isDeeperThan(body, MAX_DEPTH)) return { errors: [{ path: '', message: `nested deeper than ${MAX_DEPTH} levels` }] };
  const result = schema.safeParse(body);
  return result.success ? { value: result.data } : { errors: result.error.issues.flatMap((issue) => fieldErrorsOf(body, issue)) };
}

/** One issue as field errors: an unknown field is named itself; of a union, the branch that came closest. */
function fieldErrorsOf(body: unknown, issue: Issue, prefix: PropertyKey[] = []): FieldError[] {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: pathOf([...path, key]), message: 'unknown field' }));
    case 'invalid_union': {
      const [closest] = [...issue.errors].sort((a, b) => distanceOf(b) - distanceOf(a) || a.length - b.length);
      if (closest === undefined || distanceOf(closest) === 0)
        return [{ path: pathOf(path), message: issue.message === 'Invalid input' ? alternativesOf(issue) : issue.message }];
      return closest.flatMap((inner) => fieldErrorsOf(body, inner, path));
    }
    default:
      return [{ path: pathOf(path), message: issue.code === 'invalid_value' && isMissing(body, path) ? 'missing' : messageOf(issue) }];
  }
}

/** Of a field with few values nothing was sent. */
function isMissing(body: unknown, path: PropertyKey[]): boolean {
  let value = body;
  for (const key of path) value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value === undefined;
}

/** In plain words where the checker's own are for programmers: a pattern says nothing to whoever filled in a form. */
function messageOf({ message }: Issue): string {
  if (message.endsWith('received undefined')) return 'missing';
  return message.includes('must match pattern') ? 'has the wrong form' : message;
}

const pathOf = (path: PropertyKey[]): string => path.map(String).join('.');
const distanceOf = (issues: Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length));
const alternativesOf = (issue: Extract<Issue, { code: 'invalid_union' }>): string =>
  [...new Set(issue.errors.flat().map(messageOf))].join('; or: ') || issue.message;

function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let reached = 0; level.length > 0; reached++) {
    if (reached > depth) return true;
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return false;
}
