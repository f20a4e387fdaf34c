/** Finds what is a patient's in any JSON of ours: who the patient is, and what a person has written. One walk for sealing and for masking. */
import { type Json, type JsonObject, ROLES } from '../ids.js';
import { FIELDS, FORMS } from './sensitive.gen.js';
import { ENVELOPE_FIELDS, IDENTITY_FIELDS, KEPT_FIELDS, OWN_FIELDS, UNIT_FIELDS } from './sensitive-names.js';
import { isOwnDeviationType } from './words.js';

/** `identitet`: a patient, or text about those close to the patient. `text`: what a person wrote freely. */
export type Sensitive = 'identitet' | 'text';
export type Replace = (kind: Sensitive, found: Json) => Json;

/**
 * A copy in which every identity and every free text is replaced by what `replace` gives for it. It needs not be told what the value is: a
 * stay, an admission, an envelope, an action's data, an event, a view, a notice, an answer.
 *
 * In the data of an action, and in a message whose shape is unknown, a string stays only when it is known to be a code, a time or an id.
 * Elsewhere a string is text when its field is one that a person writes in. What the program itself says in Swedish stays.
 *
 * @source PDL 4:2; OSL 25:1, 26:1
 */
export function replaceSensitive<T>(value: T, replace: Replace): T {
  return top(value as Json, replace) as T;
}

/** Deeper than anything of ours: what is not looked into is not shown. */
const MAX_DEPTH = 60;

function top(value: Json, replace: Replace): Json {
  if (Array.isArray(value)) return value.map((item) => (Array.isArray(item) ? data(item, replace, '', 1) : top(item, replace)));
  if (typeof value === 'string') return holdsPersonnummer(value) ? replace('text', value) : value;
  if (!isObject(value)) return value;
  return OWN_FIELDS.some((name) => Object.hasOwn(value, name)) ? own(value, replace, '', 0) : message(value, replace, 0);
}

/** What the program made: text stands only in fields with a name that an action has for text. */
function own(value: Json, replace: Replace, field: string, depth: number): Json {
  if (depth > MAX_DEPTH) return replace('text', value);
  if (Array.isArray(value)) return value.map((item) => own(item, replace, field, depth + 1));
  if (typeof value === 'string') return isProse(field, value) ? replace('text', value) : value;
  if (!isObject(value)) return value;
  // Not a name of ours: it would be taken for what stands in place of something.
  if (Object.keys(value).some((name) => name.startsWith('$'))) return replace('text', value);
  // Somebody's message, or a log's entry.
  if (isObject(value.data)) return message(value, replace, depth);
  return mapFields(value, replace, (name, part) => {
    if (name === 'text' && isOwnText(value)) return part;
    if (name === 'type' && isReported(value)) return replace('text', part);
    return own(part, replace, name, depth + 1);
  });
}

/** An envelope or an entry of a log: beside what it is known to have, everything in it is as its data. */
function message(value: JsonObject, replace: Replace, depth: number): Json {
  if (!hasPlainNames(value)) return replace('text', value);
  return mapFields(value, replace, (name, part) =>
    ENVELOPE_FIELDS.includes(name) ? own(part, replace, name, depth + 1) : data(part, replace, name, depth + 1),
  );
}

/** An action's data: only codes, times and ids stay. */
function data(value: Json, replace: Replace, field: string, depth: number): Json {
  if (typeof value === 'string') return value === '' || isCode(field, value) ? value : replace('text', value);
  if (typeof value === 'number') return isTimeField(field) ? value : replace('text', value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return replace('text', value);
  if (Array.isArray(value)) return value.map((item) => data(item, replace, field, depth + 1));
  if (!hasPlainNames(value)) return replace('text', value);
  const isUnit = typeof value.hsaId === 'string' || (typeof value.party === 'string' && typeof value.unit === 'string');
  return mapFields(value, replace, (name, part) =>
    isUnit && UNIT_FIELDS.includes(name) && typeof part === 'string' ? part : data(part, replace, name, depth + 1),
  );
}

function mapFields(value: JsonObject, replace: Replace, change: (name: string, part: Json) => Json): JsonObject {
  // fromEntries makes own properties of every name, `__proto__` too.
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isIdentity(name, part) ? replace('identitet', part) : change(name, part)]),
  );
}

/** A patient without anything is nobody. */
function isIdentity(name: string, part: Json | undefined): boolean {
  if (!IDENTITY_FIELDS.includes(name) || part === null || part === undefined) return false;
  return !(isObject(part) && Object.keys(part).length === 0);
}

const fieldOf = (name: string) => (Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined);

/** In the program's own values: something in a field for text that is not one of the codes that the field may have as well. */
const isProse = (field: string, value: string): boolean => fieldOf(field)?.isText === true && value !== '' && !isCode(field, value);

function isCode(field: string, value: string): boolean {
  if (KEPT_FIELDS.includes(field)) return !/\s/.test(value);
  if (field === 'profession') return PROFESSIONS.includes(value);
  const rule = fieldOf(field);
  if (rule === undefined) return isTimeField(field) && matches(INSTANT, value);
  return (rule.codes?.includes(value) ?? false) || (rule.forms?.some((form) => matches(form, value)) ?? false);
}

const PROFESSIONS: readonly string[] = Object.values(ROLES).flat();
const INSTANT = FIELDS.tidpunkt?.forms?.[0] ?? -1;
const isTimeField = (field: string): boolean => field === 'at' || field === 'countsFrom' || field.endsWith('At');

// Made once each: they are asked of every string of an action's data.
const compiled: RegExp[] = FORMS.map((form) => new RegExp(form));
const matches = (form: number, value: string): boolean => value.length <= 40 && compiled[form]?.test(value) === true;

/** A notice's text, and what a month says of itself. */
const isOwnText = (value: JsonObject): boolean => Object.hasOwn(value, 'noticeId') || Object.hasOwn(value, 'busy') || isOwnDeviation(value);

const looksLikeDeviation = (value: JsonObject): boolean =>
  Object.hasOwn(value, 'id') && Object.hasOwn(value, 'status') && typeof value.type === 'string';
/** What is open on the checklists is said in their own words. */
const isOwnDeviation = (value: JsonObject): boolean => looksLikeDeviation(value) && String(value.id).startsWith('noterad:checklista:');
/** One that somebody reported; a view calls it so. */
const isReported = (value: JsonObject): boolean =>
  looksLikeDeviation(value) && value.type !== 'rapporterad' && !isOwnDeviationType(String(value.type));

/** A name that is no field's name may be what a person wrote. */
const hasPlainNames = (value: JsonObject): boolean => Object.keys(value).every((name) => /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(name));

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const NUMBER = /(?<!\d)(?:\d\d)?(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))[-+]?(\d{4})(?!\d)/g;

/** A sentence with a personnummer in it is not one of ours. */
export const holdsPersonnummer = (text: string): boolean =>
  [...text.matchAll(NUMBER)].some(([, day, rest]) => hasCheckDigit(`${day}${rest}`));

function hasCheckDigit(ten: string): boolean {
  const sum = [...ten].reduce((total, digit, place) => {
    const product = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return sum % 10 === 0;
}
