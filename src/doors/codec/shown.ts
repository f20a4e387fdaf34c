/** What a process owner may see of a decoded value: codes, times, units and the program's own words. What is not known to be such is hidden. */
import { type Json, type JsonObject, PARTIES } from '../../domain/ids.js';
import { holdsPersonnummer, replaceSensitive, type Sensitive } from '../../domain/stay/sensitive.js';
import { isId, isOwnCode, isOwnField, isSentenceField } from './own-codes.js';
import { isOwnPage, isOwnSentence } from './own-sentences.js';

/** What stands in place of what is hidden. */
export const HIDDEN = '«dolt»';

/**
 * First the walk that the ledger seals by: who the patient is, and what an action says in free text. Then, since anybody who reaches Temporal
 * can have sent anything, every string and number that is left must be one of ours: a code, a time, an id in a field for ids, the name of a
 * unit beside its id, or a sentence that the program says.
 */
export function shownOf(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => shownOf(Array.isArray(item) ? HIDDEN : item));
  if (isObject(value) && isFailure(value)) return failureShown(value);
  return known(masked(value), { field: '', parent: undefined, depth: 0 });
}

/** A search attribute, which Temporal has in clear text: codes, times and ids of units alone. */
export function shownAttribute(value: Json): Json {
  if (Array.isArray(value)) return value.map((one) => shownAttribute(Array.isArray(one) ? HIDDEN : one));
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? HIDDEN : value;
  const isUnitOf = PARTIES.some((party) => isId('unit', value.startsWith(`${party}/`) ? value.slice(party.length + 1) : value));
  return !holdsPersonnummer(value) && (isTime(value) || isOwnCode(value) || isUnitOf) ? value : HIDDEN;
}

const hide = (_kind: Sensitive, found: Json): Json => (isObject(found) ? {} : HIDDEN);

/** Results and the like have not all a field by which the walk knows them as the program's own; an envelope is told by what it holds. */
function masked(value: Json): Json {
  if (!isObject(value) || 'data' in value || 'by' in value) return replaceSensitive(value, hide);
  return replaceSensitive({ seq: 0, value }, hide).value;
}

interface Place {
  field: string;
  /** The object that it is a field of, through lists. */
  parent: JsonObject | undefined;
  depth: number;
}

const MAX_DEPTH = 64;

function known(value: Json, place: Place): Json {
  if (value === null || typeof value === 'boolean' || value === HIDDEN || value === '') return value;
  if (place.depth > MAX_DEPTH) return HIDDEN;
  if (typeof value === 'string') return isKnownText(value, place) ? value : HIDDEN;
  if (typeof value === 'number') return isKnownNumber(value, place) ? value : HIDDEN;
  const depth = place.depth + 1;
  if (Array.isArray(value)) return value.map((item) => known(item, { ...place, depth }));
  const fields = Object.entries(value).map(([field, part]): [string, Json] =>
    isOwnField(field) && !holdsPersonnummer(field) ? [field, known(part, { field, parent: value, depth })] : [HIDDEN, HIDDEN],
  );
  return Object.fromEntries(fields);
}

function isKnownText(text: string, { field, parent }: Place): boolean {
  // A fingerprint of a message can be found again by trying all numbers.
  if (field === 'hash' || holdsPersonnummer(text)) return false;
  if (isTime(text) || isOwnCode(text)) return true;
  if (field === '') return isOwnSentence(text) || WORKFLOW_ID.test(text);
  if (isId(field, text)) return true;
  if (isSentenceField(field)) return isOwnSentence(text);
  switch (field) {
    case 'name':
      return isUnit(parent) ? isLine(text) : TEMPORALS_OWN.test(text);
    case 'kommun':
      return KOMMUN.test(text);
    case 'path':
      return text.split('.').every((part) => isOwnField(part) || part === 'data' || /^\d{1,4}$/.test(part));
    case 'currentDetails':
      return isOwnPage(typeOf(parent), text);
    default:
      return DECIMAL.test(text);
  }
}

const TIME = /^(?:\d{4}-\d\d(?:-\d\d)?(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?|\d\d:\d\d(?::\d\d)?)$/;
const isTime = (text: string): boolean => TIME.test(text);
const DECIMAL = /^-?\d{1,7}(?:\.\d{1,4})?$/;
const WORKFLOW_ID = /^(?:stay|billing|invoice)\/[a-z][a-z-]{1,39}(?:\/[A-Za-z0-9._-]{1,64}){1,2}$/;
/** `Jönköping (0680)`, as a month names it. */
const KOMMUN = /^(?:kommun |[A-ZÅÄÖ][a-zåäö]{1,20}(?:[ -][A-ZÅÄÖa-zåäö]{1,20})? \()\d{4}\)?$/;
const TEMPORALS_OWN = /^__[a-z_]{1,60}$/;
const isLine = (text: string): boolean => text.length <= 200 && !text.includes('\n');

/** A ward or vårdcentral, somebody who acts for a unit, a kommun of an agreement. Staff are not the patient. */
const isUnit = (parent: JsonObject | undefined): boolean =>
  parent !== undefined &&
  (typeof parent['hsaId'] === 'string' ||
    ((PARTIES as readonly unknown[]).includes(parent['party']) && typeof parent['unit'] === 'string') ||
    /^\d{4}$/.test(String(parent['code'])));

/** A kommun's code is no number, and neither is a person's. */
function isKnownNumber(value: number, { field }: Place): boolean {
  return /Ore$/.test(field) || !holdsPersonnummer(String(value));
}

const typeOf = (parent: JsonObject | undefined): string => {
  const definition = parent?.['definition'];
  return isObject(definition) && typeof definition['type'] === 'string' ? definition['type'] : '';
};

/** As the failure converter writes it. */
const isFailure = (value: JsonObject): boolean => typeof value['stack_trace'] === 'string' && typeof value['message'] === 'string';

/** A stack trace begins with the message of its error, whatever that holds. */
const failureShown = ({ message, stack_trace: trace }: JsonObject): JsonObject => ({
  message: typeof message === 'string' && (message === '' || (isOwnSentence(message) && !holdsPersonnummer(message))) ? message : HIDDEN,
  stack_trace: trace === '' ? '' : HIDDEN,
});

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
