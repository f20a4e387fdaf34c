/** A small checker of JSON Schema: as much of it as the generated catalogue uses, without the cost of a library in every cached stay. */
import { CATALOGUE } from './catalogue.schema.gen.js';

export interface SchemaError {
  /** `data.tid`, `by.party`; empty for the whole. */
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
let root: Schema | undefined;
const patterns = new Map<string, RegExp>();

/** Checks an envelope against its action's schema; no errors when it fits. Never throws, whatever it is given. */
export function checkEnvelope(action: string, envelope: unknown): SchemaError[] {
  root ??= JSON.parse(CATALOGUE) as Schema;
  const schema = root.properties?.[action];
  if (!schema) return [{ path: '', message: 'okänd åtgärd' }];
  const errors: SchemaError[] = [];
  check(schema, envelope, '', errors, 0);
  return errors;
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

const IS: Record<string, (v: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: (v) => typeof v === 'string',
  boolean: (v) => typeof v === 'boolean',
  number: (v) => typeof v === 'number' && Number.isFinite(v),
  null: (v) => v === null,
};
const NAMES: Record<string, string> = { object: 'ett objekt', array: 'en lista', string: 'en text', boolean: 'true eller false', number: 'ett tal', null: 'null' };

function check(schema: Schema, value: unknown, path: string, errors: SchemaError[], depth: number): void {
  const fail = (message: string) => void (errors.length < MAX_ERRORS && errors.push({ path, message }));
  if (depth > MAX_DEPTH) return fail('för djupt nästlad');
  if (schema.$ref) return check(root!.$defs![schema.$ref.slice('#/$defs/'.length)]!, value, path, errors, depth);
  if (schema.anyOf) {
    const fits = schema.anyOf.some((option) => {
      const tried: SchemaError[] = [];
      check(option, value, path, tried, depth + 1);
      return tried.length === 0;
    });
    return fits ? undefined : fail('har inte någon av de tillåtna formerna');
  }
  if (schema.type && !IS[schema.type]!(value)) return fail(value === undefined ? 'saknas' : `ska vara ${NAMES[schema.type]}`);
  if (schema.enum && !schema.enum.includes(value)) return fail(`ska vara ${schema.enum.slice(0, 12).join(', ')}`);
  if (typeof value === 'string') return checkString(schema, value, fail);
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) fail(`ska ha minst ${schema.minItems} i listan`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems) return fail(`får ha högst ${schema.maxItems} i listan`);
    value.forEach((item, i) => schema.items && check(schema.items, item, `${path}[${i}]`, errors, depth + 1));
    return;
  }
  if (isObject(value)) checkObject(schema, value, path, errors, depth);
}

function checkString(schema: Schema, value: string, fail: (message: string) => void): void {
  if (schema.minLength !== undefined && value.length < schema.minLength) fail('är för kort');
  else if (schema.maxLength !== undefined && value.length > schema.maxLength) fail(`får ha högst ${schema.maxLength} tecken`);
  else if (schema.pattern !== undefined) {
    let pattern = patterns.get(schema.pattern);
    if (!pattern) patterns.set(schema.pattern, (pattern = new RegExp(schema.pattern)));
    if (!pattern.test(value)) fail('har fel form');
  }
}

function checkObject(schema: Schema, value: Record<string, unknown>, path: string, errors: SchemaError[], depth: number): void {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const has = (key: string) => Object.hasOwn(value, key) && value[key] !== undefined;
  for (const key of schema.required ?? []) if (!has(key)) errors.push({ path: at(key), message: 'saknas' });
  for (const key of Object.keys(value)) {
    if (errors.length >= MAX_ERRORS) return;
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property) {
      if (has(key)) check(property, value[key], at(key), errors, depth + 1);
    } else if (isObject(schema.additionalProperties)) {
      if (schema.propertyNames) check(schema.propertyNames, key, at(key), errors, depth + 1);
      check(schema.additionalProperties as Schema, value[key], at(key), errors, depth + 1);
    } else if (schema.additionalProperties === false) {
      errors.push({ path: at(key.slice(0, 100)), message: 'okänt fält' });
    }
  }
}
