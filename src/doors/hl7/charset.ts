/** Character sets of HL7 v2: which one a message is written in, by MSH-18 and by its bytes. */

/** A name that `TextDecoder` knows. */
export type Charset = 'utf-8' | `iso-8859-${number}` | 'windows-1252';

type Declared = Charset | 'unsaid' | 'unknown';

const SPELLINGS: Record<string, Declared> = {
  '': 'unsaid',
  '""': 'unsaid',
  ASCII: 'unsaid',
  USASCII: 'unsaid',
  ISOIR6: 'unsaid',
  UNICODEUTF8: 'utf-8',
  UNICODE: 'utf-8',
  UTF8: 'utf-8',
  ISOIR192: 'utf-8',
  ISOIR100: 'windows-1252',
  LATIN1: 'windows-1252',
  CP1252: 'windows-1252',
  WINDOWS1252: 'windows-1252',
  ISOIR203: 'iso-8859-15',
  LATIN9: 'iso-8859-15',
};

/** Parts of ISO 8859 that `TextDecoder` knows as such. */
const PARTS = new Set([2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16]);

/** What MSH-18 names. ASCII says nothing of the bytes that it does not have, and many systems leave it so. */
function declaredBy(text: string): Declared {
  const plain = text.toUpperCase().replace(/[\s_-]/g, '');
  const part = /^(?:ISO)?8859[/-]?(\d{1,2})$/.exec(plain)?.[1];
  // ISO 8859-1 as the web reads it: the places that it leaves empty are those of Windows, whose programs send them.
  if (part === '1') return 'windows-1252';
  if (part !== undefined) return PARTS.has(Number(part)) ? `iso-8859-${Number(part)}` : 'unknown';
  return SPELLINGS[plain] ?? 'unknown';
}

/**
 * The character set of a message: what MSH-18 says; where that is empty or ASCII, UTF-8 if the bytes are valid UTF-8, else ISO 8859-1.
 * `invalid` where UTF-8 is said and the bytes are not.
 */
export function charsetOf(bytes: Uint8Array, msh18: string): Charset | 'unknown' | 'invalid' {
  const declared = declaredBy(msh18);
  if (declared === 'unsaid') return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
  if (declared === 'utf-8' && !isUtf8(bytes)) return 'invalid';
  return declared;
}

/** Whether a message in this character set may say so in MSH-18. */
export function fitsDeclared(msh18: string, charset: Charset): boolean {
  const declared = declaredBy(msh18);
  return declared === 'unsaid' || declared === charset;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export const decode = (bytes: Uint8Array, charset: Charset): string => new TextDecoder(charset).decode(bytes);

const tables = new Map<Charset, Map<string, number>>();

/** The text in this character set; `?` for what it does not have. */
export function encode(text: string, charset: Charset): Uint8Array {
  if (charset === 'utf-8') return new TextEncoder().encode(text);
  let table = tables.get(charset);
  if (table === undefined) {
    const decoder = new TextDecoder(charset);
    table = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
    tables.set(charset, table);
  }
  const known = table;
  return Uint8Array.from([...text], (character) => known.get(character) ?? 0x3f);
}
