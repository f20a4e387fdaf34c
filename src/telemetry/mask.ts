/** The last walls of the log: what looks like a personnummer is blotted out of texts, and what is one out of the finished line, wherever it came from. */

/**
 * Ten or twelve digits with the date of a birth in them (days of samordningsnummer are 61–91), however they are parted, and the temporary
 * numbers with letters. Not inside longer words: ids in hexadecimal and organisation numbers, whose "months" begin at 20, are left alone.
 */
const LOOKS_LIKE_ONE =
  /(?<![\dA-Za-z])(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])[-+ ._]?[\dTRSUWXJKLMN]\d{3}(?![\dA-Za-z])/g;

export const MASKED = '[personnummer]';

/** The text without anything that looks like a personnummer: for words, in which nothing else looks so. */
export function maskShapes(text: string): string {
  return text.replace(LOOKS_LIKE_ONE, MASKED);
}

/** The line without any number that holds as a personnummer: a visit number made of date and counter is left as it is, as the doors do. */
export function maskNumbers(line: string): string {
  return line.replace(LOOKS_LIKE_ONE, (found) => (isValid(found) ? MASKED : found));
}

/** @source Skatteverket SKV 704, the check digit; a number with a letter has none. */
function isValid(found: string): boolean {
  const bare = found.replace(/[-+ ._]/, '');
  if (!/^\d+$/.test(bare)) return true;
  let sum = 0;
  for (const [index, digit] of [...bare.slice(-10)].entries()) {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === 0;
}
