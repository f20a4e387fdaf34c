/** From the bytes of one HL7 v2 message to its segments, or the first thing that cannot be read, by segment and field. */
import { type Charset, charsetOf, decode } from './charset.js';
import { type Delimiters, type ErrorCode, type Hl7Error, type Hl7Message, type Segment, valueAt } from './message.js';

/** More is no message about a stay. */
export const MOST_BYTES = 1024 * 1024;
/** MSH-10 of HL7 v2.7; those of earlier versions are shorter. */
const LONGEST_CONTROL_ID = 199;
const VERSION = /^2\.[3-8](\.\d)?$/;
const SEGMENT_NAME = /^[A-Z][A-Z0-9]{2}$/;

/** `header`: the message header, where at least that could be read, so that the answer can be addressed. */
export type ParsedHl7 = { message: Hl7Message } | { error: Hl7Error; header: Hl7Message | null };

/**
 * Reads one message, without its MLLP frame. Segments end with CR, LF or both; delimiters and character set are those that the message
 * names; a byte order mark, empty lines and control characters around the message are passed over.
 */
export function parseHl7(bytes: Uint8Array): ParsedHl7 {
  if (bytes.length > MOST_BYTES) return refused('207', {}, `larger than ${MOST_BYTES} bytes`);
  const content = trimmed(bytes);
  if (content.length < 8 || String.fromCharCode(...content.subarray(0, 3)) !== 'MSH')
    return refused('100', {}, 'the message does not begin with MSH');
  const delimiters = delimitersOf(latin1(content.subarray(3, 16)));
  if (delimiters === undefined) return refused('102', { field: 2 }, 'MSH-1 and MSH-2 do not name delimiters that differ from each other');

  // The header is read twice: as bytes, for the character set is named in it, and then in that.
  const header = headerOf(latin1(content.subarray(0, endOfLine(content))), delimiters, 'windows-1252');
  const charset = charsetOf(content, header.segments[0]?.fields[18]?.split(delimiters.repetition)[0]?.trim() ?? '');
  if (charset === 'unknown') return refused('103', { field: 18 }, 'a character set that is not read here', header);
  if (charset === 'invalid') return refused('102', { field: 18 }, 'says UTF-8, and the message is not valid UTF-8', header);

  const lines = linesOf(decode(content, charset), delimiters);
  if ('error' in lines) return { ...lines, header };
  return judged({ ...headerOf(lines.lines[0] ?? '', delimiters, charset), segments: segmentsOf(lines.lines, delimiters) });
}

/** What every message must have in its header, whatever it is about. */
function judged(message: Hl7Message): ParsedHl7 {
  const { type, version, controlId } = message;
  if (controlId === '') return refused('101', { field: 10 }, 'the message control id is missing', message);
  if (controlId.length > LONGEST_CONTROL_ID) return refused('102', { field: 10 }, `longer than ${LONGEST_CONTROL_ID} characters`, message);
  if (type === '') return refused('101', { field: 9, component: 1 }, 'the message type is missing', message);
  if (version === '') return refused('101', { field: 12 }, 'the version is missing', message);
  if (!VERSION.test(version)) return refused('203', { field: 12 }, 'not a version from 2.3 on', message);
  return { message };
}

function refused(code: ErrorCode, at: { field?: number; component?: number }, text: string, header: Hl7Message | null = null): ParsedHl7 {
  return { error: { segment: 'MSH', sequence: 1, ...at, code, text }, header };
}

/** Without what stands around the message: a byte order mark, blanks, line ends and the bytes of a frame. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let begin = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let end = bytes.length;
  while (begin < end && (bytes[begin] as number) <= 0x20) begin++;
  while (end > begin && (bytes[end - 1] as number) <= 0x20) end--;
  return bytes.subarray(begin, end);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function endOfLine(bytes: Uint8Array): number {
  const found = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  return found < 0 ? bytes.length : found;
}

/** The delimiters from what follows `MSH`: the field separator, then up to five others, of which the last (truncation) means nothing here. */
function delimitersOf(text: string): Delimiters | undefined {
  const field = text[0] as string;
  const encoding = text.slice(1).split(new RegExp(`[\\r\\n]|${literal(field)}`), 1)[0] ?? '';
  const all = field + encoding;
  if (encoding.length < 2 || encoding.length > 5 || new Set(all).size !== all.length || !/^[!-/:-@[-`{-~]+$/.test(all)) return undefined;
  const [component = '^', repetition = '~', escaping, subcomponent] = encoding;
  return { field, component, repetition, escaping, subcomponent };
}

const literal = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * The lines that are segments. Where segments end with CR, a bare LF within them is a line break in a text, and belongs to it, unless a
 * segment begins after it.
 */
function linesOf(text: string, { field }: Delimiters): { lines: string[] } | { error: Hl7Error } {
  const endsWithCr = text.includes('\r');
  const segments: string[][] = [];
  const begins = (line: string): boolean => SEGMENT_NAME.test(line.slice(0, 3)) && (line.length === 3 || line[3] === field);
  for (const record of text.split(endsWithCr ? /\r\n|\r/ : '\n')) {
    for (const [index, line] of record.split('\n').entries()) {
      if (begins(line)) segments.push([line]);
      else if (line.trim() === '' && index === 0) continue;
      else if (index > 0 && segments.length > 0) segments.at(-1)?.push(line);
      else {
        const names = segments.map(([first = '']) => first.slice(0, 3));
        const segment = names.at(-1) ?? 'MSH';
        const sequence = Math.max(1, names.filter((name) => name === segment).length);
        return { error: { segment, sequence, code: '100', text: 'what follows this segment is no segment' } };
      }
    }
  }
  const lines = segments.map((parts) => parts.join('\n'));
  if (lines.slice(1).some((line) => line.startsWith('MSH')))
    return { error: { segment: 'MSH', sequence: 2, code: '100', text: 'a second message in the same frame' } };
  return { lines };
}

function segmentsOf(lines: readonly string[], { field }: Delimiters): Segment[] {
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const name = line.slice(0, 3);
    const sequence = (counts.get(name) ?? 0) + 1;
    counts.set(name, sequence);
    const fields = line.split(field);
    // MSH-1 is the separator itself.
    return { name, sequence, fields: name === 'MSH' ? ['MSH', field, ...fields.slice(1)] : fields };
  });
}

/** A message of the header alone. */
function headerOf(line: string, delimiters: Delimiters, charset: Charset): Hl7Message {
  const segments = segmentsOf([line], delimiters);
  const bare: Hl7Message = { delimiters, charset, version: '', type: '', trigger: '', controlId: '', segments };
  const msh = segments[0];
  const part = (field: number, component = 1): string => valueAt(bare, msh, field, { component }) ?? '';
  const [type = '', event = ''] = part(9).split('_');
  return { ...bare, version: part(12), type, trigger: part(9, 2) || (part(9, 3).split('_')[1] ?? event), controlId: part(10) };
}
