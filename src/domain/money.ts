/** Money is a safe integer of öre, quantities are integers of their smallest part: nothing here is a fraction. */

/** Amount in öre, always a safe integer. */
export type Ore = number;

/** Tenths of a day: 33.6 days are 336. */
export type Tenths = number;

/** Öre for a number of tenths of a day at a price per day. Crashes when it would not be whole öre, which a price in kronor never does. */
export function priceOfTenths(tenths: Tenths, vardprisOre: Ore): Ore {
  const product = BigInt(tenths) * BigInt(vardprisOre);
  if (product % 10n !== 0n) throw new Error(`${tenths} tenths at ${vardprisOre} öre is not whole öre`);
  return safe(product / 10n);
}

/** Öre for whole days at a price per day. */
export function priceOfDays(days: number, vardprisOre: Ore): Ore {
  return safe(BigInt(days) * BigInt(vardprisOre));
}

/** A sum of amounts; null as soon as one of them is unknown. */
export function sumOre(amounts: readonly (Ore | null)[]): Ore | null {
  let sum = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += BigInt(amount);
  }
  return safe(sum);
}

/** `numerator / denominator` in units of 1/`parts`, half up. Both not negative, the denominator not 0. */
export function roundHalfUp(numerator: number, denominator: number, parts: number): number {
  const doubled = 2n * BigInt(numerator) * BigInt(parts) + BigInt(denominator);
  return safe(doubled / (2n * BigInt(denominator)));
}

/** Units of 1/10, 1/10000 … as a decimal: at least one decimal, no trailing zeros beyond the first. */
export function decimalText(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${fraction === '' ? '0' : fraction}`;
}

/** Reads a decimal with one decimal ("2.0") as tenths. The agreement's schema lets nothing else through. */
export function tenthsOf(text: string): Tenths {
  return Number(text.replace('.', ''));
}

/** `488 280 kr`: kronor as a sum in running text, öre only where there are any. `space` stands between thousands. */
export function kronorInText(ore: Ore, space: ' ' | '\u00a0' = '\u00a0'): string {
  const whole = thousands(String(Math.trunc(ore / 100)), space);
  return ore % 100 === 0 ? `${whole} kr` : `${whole},${String(Math.abs(ore % 100)).padStart(2, '0')} kr`;
}

const thousands = (digits: string, space: string): string => digits.replace(/\B(?=(\d{3})+$)/g, space);

/** `386 880,00`: kronor as people in Sweden write them, with a no-break space between thousands. */
export function kronorText(ore: Ore): string {
  const digits = String(Math.abs(ore)).padStart(3, '0');
  const whole = thousands(digits.slice(0, -2), '\u00a0');
  return `${ore < 0 ? '-' : ''}${whole},${digits.slice(-2)}`;
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is outside what öre can be reckoned in`);
  return number;
}
