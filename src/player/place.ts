/** How far a feed has been played, kept in a file, so that a broken run goes on where it was. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const refusalSchema = z.object({
  line: z.int(),
  stayId: z.string(),
  what: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
});
/** A line that was answered with no. `what`: the action's name, or `stay`. */
export type NotAccepted = z.infer<typeof refusalSchema>;

const placeSchema = z.object({
  /** Whom it was played to. */
  url: z.string(),
  /** All lines before this index have been answered. */
  answered: z.int(),
  /** Indexes beyond it that have been, too. */
  beyond: z.array(z.int()),
  accepted: z.int(),
  refused: z.array(refusalSchema),
  failed: z.array(refusalSchema),
});
export type Place = z.infer<typeof placeSchema>;

export const placeFile = (dataDir: string, feedId: string): string => join(dataDir, 'replay', `${feedId}.json`);

/** The place of an earlier run to the same service; a new one when there is none, or its file is no use. */
export function openPlace(file: string, url: string): Place {
  const fresh: Place = { url, answered: 0, beyond: [], accepted: 0, refused: [], failed: [] };
  try {
    const kept = placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return kept.url === url ? kept : fresh;
  } catch {
    return fresh;
  }
}

/** Written beside and moved into place: a reader sees the old one or the new one. */
export function savePlace(file: string, place: Place): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(place));
  renameSync(aside, file);
}

/** A feed that has been played to its end has no place: played again, it is played from the beginning. */
export function forgetPlace(file: string): void {
  rmSync(file, { force: true });
}
