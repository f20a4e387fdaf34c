/** Reads YAML against a schema and tells, for every error, the line and the field. */
import { isMap, isNode, isPair, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';

/** One error in one file. `field` is the path with dots, empty for the file as a whole. */
export interface FileProblem {
  file: string;
  line: number;
  field: string;
  reason: string;
}

type Path = readonly PropertyKey[];
export type Read<T> = { value: T; problemAt: (path: Path, reason: string) => FileProblem } | { problems: FileProblem[] };

/** The text as `schema` wants it, or everything that is wrong with it, in order of line. */
export function readYaml<S extends z.ZodType>(file: string, text: string, schema: S): Read<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      problems: faults.map((fault) => ({
        file,
        line: lines.linePos(fault.pos[0]).line,
        field: '',
        reason: `är inte giltig YAML: ${fault.message}`,
      })),
    };
  }
  const problemAt = (path: Path, reason: string): FileProblem => ({
    file,
    line: lines.linePos(offsetOf(document.contents, path)).line,
    field: path.map(String).join('.'),
    reason,
  });
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { problems: [problemAt([], `är inte giltig YAML: ${error instanceof Error ? error.message : String(error)}`)] };
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { value: parsed.data, problemAt };
  return {
    problems: parsed.error.issues
      .flatMap((issue) => reasonsOf(issue, data).map(([path, reason]) => problemAt(path, reason)))
      .sort((a, b) => a.line - b.line),
  };
}

/** `fil:rad:fält: skäl`, one line. */
export function problemText(problem: FileProblem): string {
  return `${problem.file}:${problem.line}:${problem.field === '' ? '' : `${problem.field}:`} ${problem.reason}`;
}

/** Where the deepest part of the path that exists begins; a key's own place rather than its value's. */
function offsetOf(root: ParsedNode | null, path: Path): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(part));
      if (pair === undefined || !isNode(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(part)];
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

const TYPES: Record<string, string> = {
  string: 'text (inom citattecken)',
  number: 'ett tal',
  int: 'ett heltal',
  boolean: 'true eller false',
  array: 'en lista',
  object: 'en grupp av fält',
  record: 'en grupp av fält',
  null: 'tomt (null)',
};

/** What is wrong, in Swedish, and where. A missing field is told at the field's own name. */
function reasonsOf(issue: z.core.$ZodIssue, data: unknown): [Path, string][] {
  const path = issue.path;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => [[...path, key], 'fältet finns inte']);
    case 'invalid_type':
      return [[path, valueAt(data, path) === undefined ? 'fältet saknas' : `ska vara ${TYPES[issue.expected] ?? issue.expected}`]];
    case 'invalid_value':
      return [[path, valueAt(data, path) === undefined ? 'fältet saknas' : `ska vara ${issue.values.map(String).join(', ')}`]];
    case 'invalid_union':
      return [[path, 'är inget av det som får stå här']];
    case 'invalid_key':
      return [[path, 'fältet finns inte']];
    case 'too_small':
      return [[path, issue.origin === 'string' || issue.origin === 'array' ? 'får inte vara tomt' : `ska vara minst ${issue.minimum}`]];
    case 'too_big':
      return [[path, `ska vara högst ${issue.maximum}`]];
    case 'invalid_format':
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return [[path, issue.message]];
  }
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined),
    data,
  );
}
