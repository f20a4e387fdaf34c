/** Reads episodes as JSON, one to a line, as the service gives them; or every error with its line and field. Writes them as well. */
import { z } from 'zod';
import { type Episode, EXCLUSION_REASONS } from '../../domain/billing/episode.js';
import { KOMMUNKOD } from '../../domain/ids.js';
import type { EpisodeFileError } from '../csv/episode-file.js';

const instant = z.int('ska vara en tid: ett heltal, millisekunder sedan 1970-01-01T00:00Z');
const optionalInstant = instant.nullable();
const interval = z
  .strictObject({ from: instant, until: optionalInstant })
  .refine(({ from, until }) => until === null || until >= from, 'slutar innan den börjar');

const episodeSchema: z.ZodType<Episode> = z.strictObject({
  stayId: z.string().min(1, 'får inte vara tomt'),
  payer: z.string().regex(KOMMUNKOD, 'ska vara en kommunkod med fyra siffror').nullable(),
  careForm: z.enum(['somatisk', 'psykiatrisk']),
  admittedAt: optionalInstant,
  behovBedomtAt: optionalInstant,
  inskrivningsmeddelandeAt: optionalInstant,
  vardtidAt: optionalInstant,
  utskrivningsmeddelandeAt: optionalInstant,
  svplRequired: z.boolean(),
  svplKallelseAt: optionalInstant,
  vardplanAt: optionalInstant,
  kallelseMottagenAt: optionalInstant,
  intervals: z.array(interval),
  blocked: z.array(interval),
  dischargedAt: optionalInstant,
  deceased: z.boolean(),
  excluded: z.enum(EXCLUSION_REASONS).nullable(),
  outOfSight: z.boolean(),
});

/** One episode as its line, with the line break. */
export const episodeLine = (episode: Episode): string => `${JSON.stringify(episode)}\n`;

/** Refused as a whole when anything in it is wrong. Any kommun may pay, and nobody. Blank lines are skipped. */
export function readEpisodeLines(bytes: Uint8Array): { episodes: Episode[] } | { errors: EpisodeFileError[] } {
  const text = decode(bytes);
  if (text === null) return { errors: [{ line: 1, column: 'stayId', reason: 'filen är inte UTF-8' }] };
  const errors: EpisodeFileError[] = [];
  const episodes: Episode[] = [];
  const firstLines = new Map<string, number>();
  text.split('\n').forEach((content, index) => {
    const line = index + 1;
    if (content.trim() === '') return;
    const read = readLine(content);
    if ('faults' in read) {
      errors.push(...read.faults.map((fault) => ({ line, ...fault })));
      return;
    }
    const { episode } = read;
    const earlier = firstLines.get(episode.stayId);
    if (earlier !== undefined)
      errors.push({ line, column: 'stayId', reason: `${JSON.stringify(episode.stayId)} finns redan på rad ${earlier}` });
    else firstLines.set(episode.stayId, line);
    episodes.push(episode);
  });
  return errors.length > 0 ? { errors } : { episodes };
}

type Fault = Omit<EpisodeFileError, 'line'>;

function readLine(content: string): { episode: Episode } | { faults: Fault[] } {
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch {
    return { faults: [{ column: 'stayId', reason: 'raden är inte JSON' }] };
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { faults: [{ column: 'stayId', reason: 'raden är inget JSON-objekt' }] };
  }
  const parsed = episodeSchema.safeParse(data);
  if (parsed.success) return { episode: parsed.data };
  // What should not be there tells most of what the line is instead.
  const { issues } = parsed.error;
  const unknown = issues.filter(({ code }) => code === 'unrecognized_keys');
  return { faults: [...unknown, ...issues.filter((issue) => !unknown.includes(issue))].flatMap((issue) => faultsOf(issue, data)) };
}

function faultsOf(issue: z.core.$ZodIssue, data: object): Fault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ column: nameOf([...issue.path, key]), reason: 'fältet finns inte' }));
  const column = nameOf(issue.path);
  const isMissing = issue.path.length === 1 && !Object.hasOwn(data, String(issue.path[0]));
  if (isMissing) return [{ column, reason: 'fältet saknas' }];
  if (issue.code === 'invalid_value') return [{ column, reason: `ska vara ${issue.values.map(String).join(', ')}` }];
  if (issue.code === 'invalid_type' && issue.expected !== 'int') return [{ column, reason: TYPES[issue.expected] ?? issue.message }];
  return [{ column, reason: issue.message }];
}

const TYPES: Record<string, string> = {
  string: 'ska vara text',
  boolean: 'ska vara true eller false',
  array: 'ska vara en lista',
  object: 'ska vara { from, until }',
  number: 'ska vara en tid: ett heltal, millisekunder sedan 1970-01-01T00:00Z',
};

/** `intervals.0.until`, on one line whatever somebody called a field. */
const nameOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String).join('.').slice(0, 60)).slice(1, -1);

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
