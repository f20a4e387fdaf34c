/** Puts HL7 v2 messages together: texts are escaped, in the delimiters and the character set that are asked for. */
import { type Charset, encode } from './charset.js';
import { escaped } from './escape.js';
import { type Delimiters, USUAL } from './message.js';

/** A text; null is written `""`, undefined as nothing. */
type Part = string | null | undefined;
/** A text, or components, of which each may be subcomponents. */
type Repetition = Part | readonly (Part | readonly Part[])[];
/** `raw`: as it came in another message with the same delimiters. */
export type FieldInput = Repetition | { repeat: readonly Repetition[] } | { raw: string };
/** Name and fields from the first on. Those of MSH begin with MSH-3: the first two are the delimiters. */
export type SegmentInput = readonly [name: string, ...fields: FieldInput[]];

export interface WriteOptions {
  delimiters?: Delimiters;
  /** Which bytes; MSH-18 is the caller's to write. */
  charset?: Charset;
  /** Between segments; CR by the standard. */
  separator?: string;
}

/** The message's bytes, without a frame. */
export function hl7Of(segments: readonly SegmentInput[], options: WriteOptions = {}): Uint8Array {
  const { delimiters = USUAL, charset = 'utf-8', separator = '\r' } = options;
  return encode(segments.map((segment) => line(segment, delimiters) + separator).join(''), charset);
}

function line([name, ...fields]: SegmentInput, delimiters: Delimiters): string {
  const written = fields.map((field) => fieldText(field, delimiters));
  while (written.at(-1) === '') written.pop();
  return [name, ...(name === 'MSH' ? [encodingCharacters(delimiters)] : []), ...written].join(delimiters.field);
}

const encodingCharacters = ({ component, repetition, escaping = '', subcomponent = '' }: Delimiters): string =>
  component + repetition + escaping + (escaping === '' ? '' : subcomponent);

function fieldText(field: FieldInput, delimiters: Delimiters): string {
  if (typeof field === 'object' && field !== null && 'raw' in field) return field.raw;
  if (typeof field === 'object' && field !== null && 'repeat' in field)
    return field.repeat.map((one) => repetitionText(one, delimiters)).join(delimiters.repetition);
  return repetitionText(field, delimiters);
}

function repetitionText(repetition: Repetition, delimiters: Delimiters): string {
  if (!isList(repetition)) return partText(repetition, delimiters);
  const components = repetition.map((component) =>
    isList(component)
      ? component.map((part) => partText(part, delimiters)).join(delimiters.subcomponent ?? ' ')
      : partText(component as Part, delimiters),
  );
  while (components.at(-1) === '') components.pop();
  return components.join(delimiters.component);
}

const isList = <T>(value: Part | readonly T[]): value is readonly T[] => Array.isArray(value);

const partText = (part: Part, delimiters: Delimiters): string => (part === null ? '""' : escaped(part ?? '', delimiters));
