/** A small checker of JSON Schema: as much of it as the generated catalogue uses, without the cost of a library in every cached stay. */
import { DEFS, ENVELOPES } from './catalogue.schema.gen.js';

export interface SchemaError {
  /** `data.tid`, `data.kallade.0.part`; empty for the whole. */
  path: string;
  message: string;
}

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

const MAX_ERRORS = 50;
const MAX_DEPTH = 40;

/**
 * Checks an envelope against its action's schema; no errors when it fits. Never throws, whatever it is given. The schema is read anew each
 * time: some microseconds, where keeping it would weigh on every stay in a worker's memory.
 */
export function checkEnvelope(action: string, envelope: unknown): SchemaError[] {
  const text = Object.hasOwn(ENVELOPES, action) ? ENVELOPES[action] : undefined;
  if (text === undefined) return [{ path: '', message: 'okänd åtgärd' }];
  const defs = JSON.parse(DEFS) as Defs;
  return check(JSON.parse(text) as Schema, envelope, '', 0, defs).slice(0, MAX_ERRORS);
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

const TYPES: Record<string, { is: (v: unknown) => boolean; name: string }> = {
  object: { is: isObject, name: 'ett objekt' },
  array: { is: Array.isArray, name: 'en lista' },
  string: { is: (v) => typeof v === 'string', name: 'en text' },
  boolean: { is: (v) => typeof v === 'boolean', name: 'true eller false' },
  number: { is: (v) => typeof v === 'number' && Number.isFinite(v), name: 'ett tal' },
  null: { is: (v) => v === null, name: 'null' },
};

type Defs = Record<string, Schema>;

function check(schema: Schema, value: unknown, path: string, depth: number, defs: Defs): SchemaError[] {
  const fail = (message: string): SchemaError[] => [{ path, message }];
  if (depth > MAX_DEPTH) return fail('för djupt nästlad');
  if (schema.$ref) return check(defs[schema.$ref.slice('#/$defs/'.length)] ?? {}, value, path, depth, defs);
  if (schema.anyOf) {
    const fits = schema.anyOf.some((option) => check(option, value, path, depth + 1, defs).length === 0);
    return fits ? [] : fail(value === undefined ? 'saknas' : 'har inte någon av de tillåtna formerna');
  }
  const type = schema.type === undefined ? undefined : TYPES[schema.type];
  if (type && !type.is(value)) return fail(value === undefined ? 'saknas' : `ska vara ${type.name}`);
  if (schema.enum && !schema.enum.includes(value)) return fail(`ska vara ${schema.enum.slice(0, 12).join(', ')}`);
  if (typeof value === 'string') return checkString(schema, value).flatMap(fail);
  if (Array.isArray(value)) return checkList(schema, value, path, depth, defs);
  return isObject(value) ? checkObject(schema, value, path, depth, defs) : [];
}

function checkString(schema: Schema, value: string): string[] {
  if (schema.minLength !== undefined && value.length < schema.minLength) return ['är för kort'];
  if (schema.maxLength !== undefined && value.length > schema.maxLength) return [`får ha högst ${schema.maxLength} tecken`];
  return schema.pattern !== undefined && !new RegExp(schema.pattern).test(value) ? ['har fel form'] : [];
}

function checkList(schema: Schema, value: unknown[], path: string, depth: number, defs: Defs): SchemaError[] {
  if (schema.minItems !== undefined && value.length < schema.minItems)
    return [{ path, message: `ska ha minst ${schema.minItems} i listan` }];
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    return [{ path, message: `får ha högst ${schema.maxItems} i listan` }];
  const { items } = schema;
  return items ? value.flatMap((item, i) => check(items, item, `${path}.${i}`, depth + 1, defs)) : [];
}

function checkObject(schema: Schema, value: Record<string, unknown>, path: string, depth: number, defs: Defs): SchemaError[] {
  const at = (key: string) => (path ? `${path}.${key.slice(0, 100)}` : key.slice(0, 100));
  const given = Object.keys(value).filter((key) => value[key] !== undefined);
  const missing = (schema.required ?? []).filter((key) => !given.includes(key)).map((key) => ({ path: at(key), message: 'saknas' }));
  const wrong = given.flatMap((key): SchemaError[] => {
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property) return check(property, value[key], at(key), depth + 1, defs);
    const { additionalProperties: more, propertyNames } = schema;
    if (typeof more === 'object')
      return [
        ...(propertyNames ? check(propertyNames, key, at(key), depth + 1, defs) : []),
        ...check(more, value[key], at(key), depth + 1, defs),
      ];
    return more === false ? [{ path: at(key), message: 'okänt fält' }] : [];
  });
  return [...missing, ...wrong];
}
