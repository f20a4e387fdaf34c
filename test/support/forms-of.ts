/** The forms in which a text may lie in a file, so that one can look for it: whoever finds none of them has not found the text. */

/** A form's name and its bytes; a text of letters alone has some that are the same. */
export function formsOf(text: string): [form: string, bytes: Buffer][] {
  const utf8 = Buffer.from(text, 'utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  const escaped = (digits: (hex: string) => string) =>
    [...text].map((c) => (c > '\u007f' ? `\\u${digits(c.charCodeAt(0).toString(16).padStart(4, '0'))}` : c)).join('');
  const url = encodeURIComponent(text);
  return [
    ['utf-8', utf8],
    ['latin-1', Buffer.from(text, 'latin1')],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
    ['JSON', Buffer.from(escaped((hex) => hex))],
    ['JSON, upper case', Buffer.from(escaped((hex) => hex.toUpperCase()))],
    ['URL', Buffer.from(url)],
    ['url', Buffer.from(url.replaceAll(/%../g, (code) => code.toLowerCase()))],
    ['HTML', Buffer.from([...text].map((c) => (c > '\u007f' ? `&#${c.charCodeAt(0)};` : c)).join(''))],
    [
      'quoted-printable',
      Buffer.from([...utf8].map((byte) => (byte > 127 ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte))).join('')),
    ],
    ...[0, 1, 2].map((offset): [string, Buffer] => [`base64, ${offset} bytes in`, Buffer.from(base64Within(utf8, offset))]),
  ];
}

/** As much of its base64 as is the same whatever stands before and after it. */
function base64Within(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return whole.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
}

/** In which forms the text is in the bytes. */
export const formsIn = (bytes: Buffer, text: string): string[] =>
  formsOf(text)
    .filter(([, form]) => bytes.includes(form))
    .map(([name]) => name);
