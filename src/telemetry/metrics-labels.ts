/** What may stand as a label: our own codes, and units by their ids. Whatever else somebody has thought of is `other`. */
import { maskNumbers } from './mask.js';
import type { Sample } from './metrics.js';

export const OTHER = 'other';

/** The value when it is one of ours. */
export const oneOf = (known: ReadonlySet<string>, value: string): string => (known.has(value) ? value : OTHER);

/** Kommunkod, the id of a region, or an HSA-id. Ids of units are told by callers: free text among them is not passed on. @source HSA, Inera: SE, organisation number, suffix */
const UNIT = /^(\d{4}|[a-z][a-z-]{1,40}|SE\d{10}-[A-Za-z0-9]{1,20})$/;

export const unitLabel = (unit: string): string => (UNIT.test(unit) && maskNumbers(unit) === unit ? unit : OTHER);

/** As it stands in the routing file. */
const CHANNEL = /^[A-Za-z0-9][\w:.-]{0,60}$/;
export const channelLabel = (channel: string): string => (CHANNEL.test(channel) && maskNumbers(channel) === channel ? channel : OTHER);

/** Labels that are the same become one sample, with the values put together. */
export function merged(samples: readonly Sample[], together: (one: number, other: number) => number): Sample[] {
  const byLabels = new Map<string, Sample>();
  for (const [labels, value] of samples) {
    const key = JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
    const before = byLabels.get(key);
    byLabels.set(key, [labels, before === undefined ? value : together(before[1], value)]);
  }
  return [...byLabels.values()];
}

/** The most that one gauge has samples of different units; the largest are told by themselves, the rest together. */
export const MOST_UNITS = 500;

/** Sums by labels; units beyond the `most` largest are `other`. */
export function summed(samples: readonly Sample[], most = MOST_UNITS): Sample[] {
  const add = (one: number, other: number) => one + other;
  const all = merged(samples, add);
  const units = new Map<string, number>();
  for (const [{ unit }, value] of all) if (unit !== undefined) units.set(unit, (units.get(unit) ?? 0) + value);
  if (units.size <= most) return all;
  const told = new Set(
    [...units]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(([unit]) => unit),
  );
  return merged(
    all.map(([labels, value]) => [told.has(labels['unit'] ?? '') ? labels : { ...labels, unit: OTHER }, value] as const),
    add,
  );
}
