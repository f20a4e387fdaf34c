/** The answer to an HL7 v2 message: MSH, MSA and, where something could not be understood, ERR, as the version of the message has them. */
import type { Instant } from '../../domain/calendar.js';
import { fitsDeclared } from './charset.js';
import { ERROR_CODES, type Hl7Error, type Hl7Message } from './message.js';
import { writeHl7Time } from './timestamp.js';
import { type FieldInput, hl7Of, type SegmentInput } from './write.js';

/** @source HL7 table 0008: accepted; could not be understood; temporarily not possible. */
export type AckCode = 'AA' | 'AE' | 'AR';

export interface AckOptions {
  /** MSH-10 of the answer: the service's own, and unique. */
  controlId: string;
  at: Instant;
  /** MSA-3, where no error says it. */
  text?: string;
}

/** As many as somebody reads. */
const MOST_ERRORS = 20;
/** A field of a header that is echoed; what is longer is none. */
const LONGEST_ECHO = 1000;

/**
 * The answer's bytes, without a frame: sender and receiver change places, delimiters, version and character set are those of the
 * message. `message` null, where not even a header could be read: what can be said then, in HL7 v2.5.
 *
 * @source HL7 v2.5 chapter 2.9.2
 */
export function ackOf(message: Hl7Message | null, code: AckCode, errors: readonly Hl7Error[], options: AckOptions): Uint8Array {
  const version = message?.version || '2.5';
  const text = errors[0]?.text ?? options.text;
  return hl7Of(
    [
      headerOf(message, version, options),
      ['MSA', code, echo(message, 10), text?.slice(0, 80)],
      ...errSegments(errors.slice(0, MOST_ERRORS), version),
    ],
    message === null ? {} : { delimiters: message.delimiters, charset: message.charset },
  );
}

function headerOf(message: Hl7Message | null, version: string, { at, controlId }: AckOptions): SegmentInput {
  const processing = message === null ? 'P' : echo(message, 11);
  return [
    'MSH',
    message === null ? 'HEMGANG' : echo(message, 5),
    message === null ? undefined : echo(message, 6),
    ...[echo(message, 3), echo(message, 4)],
    writeHl7Time(at),
    undefined,
    typeOf(version, message?.trigger ?? ''),
    controlId,
    processing,
    message === null || message.version === '' ? version : echo(message, 12),
    ...[undefined, undefined, undefined, undefined, undefined],
    // Where it named a set that it was not in, or that is not read here, the answer names none.
    message !== null && fitsDeclared(message.segments[0]?.fields[18]?.split(message.delimiters.repetition)[0] ?? '', message.charset)
      ? echo(message, 18)
      : undefined,
  ];
}

/** `ACK` in 2.3, `ACK^A01` in 2.3.1, `ACK^A01^ACK` from 2.4 on. */
function typeOf(version: string, trigger: string): string[] {
  if (version === '2.3' || trigger === '') return ['ACK'];
  return version === '2.3.1' ? ['ACK', trigger] : ['ACK', trigger, 'ACK'];
}

function echo(message: Hl7Message | null, field: number): FieldInput {
  return { raw: message?.segments[0]?.fields[field]?.slice(0, LONGEST_ECHO) ?? '' };
}

/** Up to 2.4 one ERR that names every place; from 2.5 on one ERR for each, with a text. */
function errSegments(errors: readonly Hl7Error[], version: string): SegmentInput[] {
  if (errors.length === 0) return [];
  if (/^2\.[34]/.test(version)) return [['ERR', { repeat: errors.map(codeAndLocation) }]];
  return errors.map((error) => [
    'ERR',
    undefined,
    placeOf(error),
    [error.code, ERROR_CODES[error.code], 'HL70357'],
    'E',
    ...[undefined, undefined, undefined],
    error.text.slice(0, 250),
  ]);
}

const codeAndLocation = ({ segment, sequence, field, code, text }: Hl7Error) => [
  segment,
  String(sequence),
  field === undefined ? undefined : String(field),
  [code, text.slice(0, 200), 'HL70357'],
];

/** ERL: segment, its number, field, repetition of the field, component. */
const placeOf = ({ segment, sequence, field, component }: Hl7Error) => [
  segment,
  String(sequence),
  ...(field === undefined ? [] : [String(field)]),
  ...(field === undefined || component === undefined ? [] : ['1', String(component)]),
];
