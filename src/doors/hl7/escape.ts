/** Escape sequences of HL7 v2. They are read after a message is split, and written before it is put together. */
import { type Charset, decode } from './charset.js';
import type { Delimiters } from './message.js';

/** No sequence that we know is longer; what is, is text with stray escape characters in it. */
const LONGEST = 400;

/**
 * The text with its escapes read: delimiters, `\X..\` as bytes of the message's character set, line breaks. Formatting and changes of
 * character set say nothing to us and are left out; a sequence that nobody knows stays as it stands.
 *
 * @source HL7 v2.5 chapter 2.7
 */
export function unescaped(text: string, delimiters: Delimiters, charset: Charset): string {
  const { escaping } = delimiters;
  if (escaping === undefined || !text.includes(escaping)) return printable(text);
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const begin = text.indexOf(escaping, at);
    const end = begin < 0 ? -1 : text.indexOf(escaping, begin + 1);
    if (end < 0) break;
    const meant = end - begin > LONGEST ? undefined : meaning(text.slice(begin + 1, end), delimiters, charset);
    parts.push(text.slice(at, begin), meant ?? escaping);
    // What is no sequence may still begin one with its second escape character.
    at = meant === undefined ? begin + 1 : end + 1;
  }
  parts.push(text.slice(at));
  return printable(parts.join(''));
}

function meaning(sequence: string, delimiters: Delimiters, charset: Charset): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent ?? '&';
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escaping;
    case 'P':
      return '#';
    case 'H':
    case 'N':
      return '';
  }
  if (/^X([0-9A-Fa-f]{2})+$/.test(sequence)) return decode(Buffer.from(sequence.slice(1), 'hex'), charset);
  if (/^\.(br|sp\s*\+?\d*)$/i.test(sequence)) return '\n';
  if (/^\.(in|ti|sk)\s*[+-]?\d*$|^\.(fi|nf|ce)$/i.test(sequence)) return '';
  if (/^(C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4}([0-9A-Fa-f]{2})?)$/.test(sequence)) return '';
  return undefined;
}

/** Without control characters, which no name, address or code has: a line break and a tab may stay. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, '');
}

/** The text so that no character of it is read as a delimiter; a line break as `\.br\`. */
export function escaped(text: string, delimiters: Delimiters): string {
  const { field, component, repetition, escaping, subcomponent } = delimiters;
  const as: Record<string, string> = { [field]: 'F', [component]: 'S', [repetition]: 'R', '\n': '.br' };
  if (subcomponent !== undefined) as[subcomponent] = 'T';
  if (escaping !== undefined) as[escaping] = 'E';
  let written = '';
  for (const character of text.replace(/\r\n?/g, '\n')) {
    const name = as[character];
    if (name === undefined) written += character < ' ' ? '' : character;
    // Without an escape character what cannot be said is left out.
    else written += escaping === undefined ? ' ' : escaping + name + escaping;
  }
  return written;
}
