/** Personnummer: which texts are one, so that a patient has a real one and a stay's id never is one. */
import personnummerModule from 'personnummer';

// The package's types describe another module format than the one that Node loads.
const personnummer = personnummerModule as unknown as { valid(text: string): boolean };

/** Whether the text is a personnummer or samordningsnummer whose date and check digit hold, in any of the usual spellings. */
export function isPersonnummer(text: string): boolean {
  return /^(\d{6}|\d{8})[-+]?\d{4}$/.test(text) && personnummer.valid(text);
}

/** Whether an id is a personnummer, whatever stands between its parts, or holds one written with its century. */
export function holdsPersonnummer(id: string): boolean {
  const bare = id.replace(/[._-]/g, '');
  if (/^(\d{10}|\d{12})$/.test(bare) && isPersonnummer(bare)) return true;
  return [...id.matchAll(/(?<!\d)((?:18|19|20)\d{6})[._-]?(\d{4})(?!\d)/g)].some(([, date = '', number = '']) =>
    isPersonnummer(date + number),
  );
}

/**
 * What is wrong with a reserve number; undefined when nothing is. Each region makes its own, so only so much is asked: 4–20 letters, digits
 * and hyphens, a digit among them, and that it is no personnummer, however written: that belongs to somebody, and has a field of its own.
 */
export function reserveNumberProblem(text: string): string | undefined {
  if (!/^(?=.*\d)[A-Za-z0-9][A-Za-z0-9-]{3,19}$/.test(text)) return 'not a reserve number: 4–20 letters, digits and hyphens, with a digit';
  return isPersonnummer(text.replaceAll('-', '')) ? 'a personnummer: it belongs in the field of that name' : undefined;
}
