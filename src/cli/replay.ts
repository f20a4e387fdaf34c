/** `hemgang replay FILE`: plays a recorded feed into a running service. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config.js';
import { type Instant, toSwedish } from '../domain/calendar.js';
import { type Feed, readFeed } from '../player/feed.js';
import { readPaperSheet } from '../player/paper-sheet.js';
import { type NotAccepted, placeFile } from '../player/place.js';
import { type Played, type PlayOptions, play } from '../player/play.js';
import { serviceAt } from '../player/service.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { progressOn } from './progress.js';
import { readAfter, readBefore } from './replay-judged.js';

export interface ReplayOptions {
  file: string;
  /** Send every line at once, whatever the clock says. */
  noWait?: boolean | undefined;
  /** Tell what was judged anew; of a sheet of what was done on paper it is always told. */
  judged?: boolean | undefined;
}

const SHOWN = 10;
/** A service that has never been heard is waited for this long; one that has been, for half an hour. */
export const FIRST_CONTACT_MS = 20_000;

/** Answers 0 when every line was answered, be it with a refusal; 1 when one failed, the file is bad or the service stayed away. */
export async function run({ file, noWait, judged = isSheet(file) }: ReplayOptions, io: CommandIo): Promise<number> {
  if (/\.hl7$/i.test(file)) return (await import('./replay-hl7.js')).run({ file, noWait }, io);
  const found = feedOf(file);
  if ('errors' in found) return reportErrors(io, found.errors);
  return withConfig(io, async (config) => {
    const before = judged ? await readBefore(config, found.feed) : undefined;
    const played = await playTo(config, found.feed, io, { noWait });
    if (played === undefined) return EXIT.failed;
    io.stdout.write(`${summaryOf(played)}\n`);
    if (before !== undefined) io.stdout.write(`${(await readAfter(config, found.feed, before)).join('\n')}\n`);
    return played.failed.length > 0 ? EXIT.failed : EXIT.done;
  });
}

/** What was done on paper, written off into a sheet. */
const isSheet = (file: string): boolean => /\.csv$/i.test(file);

/** The feed in a file, or a line for each thing that is wrong with it. */
export function feedOf(file: string): { feed: Feed } | { errors: string[] } {
  const bytes = bytesOf(file);
  if ('errors' in bytes) return bytes;
  const read = isSheet(file) ? readPaperSheet(bytes) : readFeed(bytes);
  return 'bad' in read ? { errors: read.bad.map(({ line, reason }) => `${file}:${line}: ${reason}`) } : read;
}

export function bytesOf(file: string): Uint8Array | { errors: string[] } {
  try {
    return readFileSync(file);
  } catch (error) {
    return { errors: [`${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'cannot be read'}`] };
  }
}

interface PlayToOptions {
  noWait?: boolean | undefined;
  signal?: AbortSignal | undefined;
  label?: string;
}

/** Plays a feed with its progress shown; undefined, and said on stderr, when it broke off. */
export async function playTo(config: Recipient, feed: Feed, io: CommandIo, options: PlayToOptions = {}): Promise<Played | undefined> {
  return playing(config, feed, io, options, (common) => play({ feed, ...common }));
}

type Recipient = Pick<Config, 'dataDir' | 'hemgangUrl' | 'hemgangToken'>;
type Common = Omit<PlayOptions, 'feed'> & { signal: AbortSignal };

/** The same, for whatever it is that is played. */
export async function playing(
  config: Recipient,
  feed: { id: string; lines: readonly { dueAt: Instant }[] },
  io: CommandIo,
  { noWait, signal, label = 'played' }: PlayToOptions,
  go: (common: Common, say: (line: string) => void) => Promise<Played>,
): Promise<Played | undefined> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const stop = signal === undefined ? interrupted.signal : AbortSignal.any([signal, interrupted.signal]);
  const progress = progressOn(io.stderr, label);
  const onOutage = (away: boolean, reason: string) =>
    progress.say(away ? `${config.hemgangUrl} does not answer (${reason}); trying on` : `${config.hemgangUrl} answers again`);
  const onProgress = (done: number, total: number) =>
    progress.update(done, total, toSwedish(feed.lines[Math.min(done, total - 1)]?.dueAt ?? 0));
  const service = serviceAt({ url: config.hemgangUrl, token: config.hemgangToken, signal: stop, onOutage });
  try {
    await serviceAt({ url: config.hemgangUrl, token: config.hemgangToken, signal: stop, onOutage, patienceMs: FIRST_CONTACT_MS }).request(
      'GET',
      '/v1/clock',
    );
    return await go({ service, placeFile: placeFile(config.dataDir, feed.id), noWait, signal: stop, onProgress }, progress.say);
  } catch (error) {
    progress.say(`${error instanceof Error ? error.message : String(error)}; run it again to go on from there`);
    return undefined;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

export function summaryOf(played: Played): string {
  const resumed = played.before > 0 ? `went on from an earlier run, which had ${played.before} of ${played.lines} lines answered\n` : '';
  const counts = `accepted ${played.accepted}, refused ${played.refused.length}, failed ${played.failed.length}`;
  return [resumed + counts, ...listed('refused', played.refused), ...listed('failed', played.failed)].join('\n');
}

function listed(what: string, lines: NotAccepted[]): string[] {
  const shown = lines
    .slice(0, what === 'failed' ? SHOWN : lines.length)
    .map((line) => `  ${what}: line ${line.line}, ${line.stayId} ${line.what}: ${line.code} — ${line.detail}`);
  return lines.length > shown.length ? [...shown, `  … and ${lines.length - shown.length} more`] : shown;
}
