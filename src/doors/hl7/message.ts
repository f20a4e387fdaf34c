/** An HL7 v2 message as it came: segments whose fields are split only when they are read, so that a million delimiters cost little. */
import type { Charset } from './charset.js';
import { unescaped } from './escape.js';

export interface Delimiters {
  field: string;
  component: string;
  repetition: string;
  /** Undefined where MSH-2 names none: then nothing is escaped. */
  escaping: string | undefined;
  subcomponent: string | undefined;
}

export const USUAL: Delimiters = { field: '|', component: '^', repetition: '~', escaping: '\\', subcomponent: '&' };

export interface Segment {
  /** `PID` */
  name: string;
  /** 1 for the first segment of this name in the message. */
  sequence: number;
  /** Raw fields by their number; MSH-1 and MSH-2 are the delimiters themselves. */
  fields: readonly string[];
}

export interface Hl7Message {
  delimiters: Delimiters;
  charset: Charset;
  /** MSH-12, `2.5`. */
  version: string;
  /** MSH-9: `ADT`, `A01`; the trigger is empty where the message has none. */
  type: string;
  trigger: string;
  /** MSH-10 */
  controlId: string;
  segments: readonly Segment[];
}

/**
 * What could not be understood, and where. `code` is of HL7 table 0357. The text is for the sender's engineer and never holds what
 * the message says of a person.
 */
export interface Hl7Error {
  segment: string;
  /** Which segment of that name, from 1. */
  sequence: number;
  field?: number;
  component?: number;
  code: ErrorCode;
  text: string;
}

/** @source HL7 v2.5 table 0357, Message error condition codes */
export const ERROR_CODES = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '207': 'Application internal error',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** A value: its text; null where the sender says that there is none (`""`); undefined where nothing is said. */
export type Value = string | null | undefined;

/** One component of one repetition of a field, from 1; the first of each where nothing else is said. */
export interface Place {
  repetition?: number;
  component?: number;
  subcomponent?: number;
}

/** The first segment of this name. */
export const segmentOf = (message: Hl7Message, name: string): Segment | undefined =>
  message.segments.find((segment) => segment.name === name);

/** The value at this place, unescaped and without blanks around it. */
export function valueAt(message: Hl7Message, segment: Segment | undefined, field: number, place: Place = {}): Value {
  const raw = segment?.fields[field];
  if (raw === undefined || raw === '') return undefined;
  const { repetition = 1, component = 1, subcomponent = 1 } = place;
  const repeated = repetitionsOf(message, raw)[repetition - 1];
  return repeated === undefined ? undefined : partAt(message, repeated, component, subcomponent);
}

/** The repetitions of a raw field, as they came. None where the field is empty. */
export function repetitionsOf({ delimiters }: Hl7Message, raw: string | undefined): string[] {
  return raw === undefined || raw === '' ? [] : raw.split(delimiters.repetition);
}

/** The value of a component of one raw repetition. */
export function partAt(message: Hl7Message, raw: string, component = 1, subcomponent = 1): Value {
  // `""` for the whole field holds for each of its parts.
  if (raw === '""') return null;
  const part = nth(raw, message.delimiters.component, component);
  if (part === undefined || part === '') return undefined;
  if (part === '""') return null;
  return textOf(message, message.delimiters.subcomponent === undefined ? part : nth(part, message.delimiters.subcomponent, subcomponent));
}

/** The components of one raw repetition, as they came. */
export const componentsOf = ({ delimiters }: Hl7Message, raw: string): string[] => raw.split(delimiters.component);

/** The subcomponents of one raw component, as they came. */
export const subcomponentsOf = ({ delimiters }: Hl7Message, raw: string): string[] =>
  delimiters.subcomponent === undefined ? [raw] : raw.split(delimiters.subcomponent);

/** A raw part as its value. */
export function textOf({ delimiters, charset }: Hl7Message, raw: string | undefined): Value {
  if (raw === undefined) return undefined;
  if (raw === '""') return null;
  const text = unescaped(raw, delimiters, charset).trim();
  return text === '' ? undefined : text;
}

/** The n-th part, from 1, without splitting what comes after it. */
function nth(text: string, delimiter: string, n: number): string | undefined {
  let begin = 0;
  for (let count = 1; count < n; count++) {
    const found = text.indexOf(delimiter, begin);
    if (found < 0) return undefined;
    begin = found + 1;
  }
  const end = text.indexOf(delimiter, begin);
  return end < 0 ? text.slice(begin) : text.slice(begin, end);
}
