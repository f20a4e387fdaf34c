/** What a translation holds while it reads: the message, its sender's mapping, and what could not be understood so far. */
import type { SenderMapping } from './mapping-schema.js';
import { type ErrorCode, type Hl7Error, type Hl7Message, type Segment, segmentOf } from './message.js';
import type { Found, Path } from './path.js';

export interface Reading {
  message: Hl7Message;
  sender: SenderMapping;
  /** Grows. */
  errors: Hl7Error[];
}

/** Where something stands, or should stand. */
export type Where = Pick<Hl7Error, 'segment' | 'sequence' | 'field' | 'component'>;

export function wrong({ errors }: Reading, where: Where, code: ErrorCode, text: string): undefined {
  errors.push({ ...where, code, text });
}

export const inField = (segment: Segment | string, field: number, component?: number): Where => ({
  ...(typeof segment === 'string' ? { segment, sequence: 1 } : { segment: segment.name, sequence: segment.sequence }),
  field,
  ...(component === undefined ? {} : { component }),
});

export const atPath = ({ segment, field, component }: Path): Where => inField(segment, field, component === 'all' ? undefined : component);

export const atFound = ({ segment, sequence, field, component }: Found): Where => ({ segment, sequence, field, component });

/** A code as an error may show it: nothing that could be a number or a name of a person. */
export const shown = (code: string): string => (/^[\p{L}\d._^/-]{1,12}$/u.test(code) && !/\d{6}/.test(code) ? ` (${code})` : '');

export const segment = ({ message }: Reading, name: string): Segment | undefined => segmentOf(message, name);
