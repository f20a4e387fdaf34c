/** The keys of a running service: a list that takes up what is added to their file, so that a new key needs no restart. */
import type { PayloadKey } from './codec.js';
import { readKeysFile } from './keys.js';

export interface KeyRing {
  /** Looks at the file now. */
  look(): void;
  stop(): void;
}

export interface KeyRingOptions {
  /** The file that the keys came from. */
  file: string;
  /** The list that everybody holds; it is changed in place, all at once. */
  keys: PayloadKey[];
  everyMs?: number | undefined;
  /** The list has changed. */
  onNews?: ((keys: readonly PayloadKey[]) => void) | undefined;
  /** The file cannot be used; what was known is kept. Said once for each trouble. */
  onTrouble?: ((trouble: string) => void) | undefined;
}

/** How soon a running service has taken up what was written to its file. */
export const TAKEN_UP_WITHIN_MS = 2_000;

/**
 * Follows the file. A key that is taken out of it stays known until the service is started anew, since what was written
 * with it a moment ago is still being read; at the start it is found out whether something needs it.
 */
export function followKeys({ file, keys, everyMs = TAKEN_UP_WITHIN_MS, onNews, onTrouble }: KeyRingOptions): KeyRing {
  let troubled: string | undefined;
  const look = () => {
    const merged = mergedWith(keys, file);
    if ('trouble' in merged) {
      if (merged.trouble !== troubled) onTrouble?.(merged.trouble);
      troubled = merged.trouble;
      return;
    }
    troubled = undefined;
    if (merged.keys.length === keys.length && merged.keys.every(({ id }, index) => id === keys[index]?.id)) return;
    keys.splice(0, keys.length, ...merged.keys);
    onNews?.(keys);
  };
  const timer = setInterval(look, everyMs).unref();
  return { look, stop: () => clearInterval(timer) };
}

function mergedWith(known: readonly PayloadKey[], file: string): { keys: PayloadKey[] } | { trouble: string } {
  let read: PayloadKey[] | undefined;
  try {
    read = readKeysFile(file);
  } catch (error) {
    return { trouble: (error as Error).message };
  }
  if (read === undefined) return { trouble: `${file} is gone` };
  const changed = read.find(({ id, key }) => {
    const before = known.find((other) => other.id === id);
    return before !== undefined && Buffer.compare(before.key, key) !== 0;
  });
  if (changed !== undefined) return { trouble: `${file} has another key under the id ${changed.id}` };
  return { keys: [...read, ...known.filter(({ id }) => !read.some((other) => other.id === id))] };
}
