/** What the receiver of an HL7 message answered, in words. */
import { type Hl7Message, type Segment, segmentOf, valueAt } from '../doors/hl7/message.js';
import { parseHl7 } from '../doors/hl7/parse.js';

export interface Hl7Answer {
  /** `none`: not an answer. An enhanced-mode code counts as the one it corresponds to. */
  code: 'AA' | 'AE' | 'AR' | 'none';
  /** Empty when nothing more was said. */
  text: string;
}

const CODES: Record<string, Hl7Answer['code']> = { AA: 'AA', CA: 'AA', AE: 'AE', CE: 'AE', AR: 'AR', CR: 'AR' };

export function readAnswer(bytes: Uint8Array): Hl7Answer {
  const read = parseHl7(bytes);
  if ('error' in read) return { code: 'none', text: 'an answer that is no HL7 message' };
  const { message } = read;
  const msa = segmentOf(message, 'MSA');
  const errors = message.segments.filter(({ name }) => name === 'ERR').map((segment) => errorText(message, segment));
  const text = errors.filter(Boolean).join('; ') || valueAt(message, msa, 3) || '';
  return { code: CODES[valueAt(message, msa, 1) ?? ''] ?? 'none', text };
}

/** `PV1-19: the visit number is missing`. From 2.5 on place and text have fields of their own; before, all is in the first. */
function errorText(message: Hl7Message, err: Segment): string {
  const said = (field: number, component = 1, subcomponent = 1) => valueAt(message, err, field, { component, subcomponent }) || '';
  if (said(2) !== '' || said(3) !== '') return placed([said(2, 1), said(2, 3)], said(8) || said(7) || said(3, 2) || said(3));
  return placed([said(1, 1), said(1, 3)], said(1, 4, 2) || said(1, 4));
}

const placed = ([segment = '', field = '']: string[], text: string): string =>
  [[segment, field].filter(Boolean).join('-'), text].filter(Boolean).join(': ');
