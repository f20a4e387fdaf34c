/** The feed player: sends each line when its time has come, keeps order per stay, and holds the service's clock back where needed. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { toIso } from '../domain/calendar.js';
import type { FeedLine, Line } from './feed.js';
import { forgetPlace, type NotAccepted, openPlace, type Place, savePlace } from './place.js';
import type { Service } from './service.js';
import { followClock } from './service-clock.js';

/** What a line was answered; undefined: accepted. A refusal is an answer; what cannot be made sense of is a failure. */
export interface Sent {
  answer: NotAccepted | undefined;
  isFailure: boolean;
}

/** How lines are sent, and to whom: a place that was kept of another receiver is none. */
export interface Sender<L extends Line> {
  to: string;
  send(line: L): Promise<Sent>;
}

export interface PlayOptions<L extends Line = FeedLine> {
  feed: { id: string; lines: readonly L[] };
  /** Whose clock is followed, and held back. */
  service: Service;
  /** Where the place is kept; see place.ts. */
  placeFile: string;
  /** Send at once, whatever the clock says. */
  noWait?: boolean | undefined;
  /** Stays side by side; default 16. */
  concurrency?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface Played {
  lines: number;
  /** Lines that an earlier run had had answered already. */
  before: number;
  accepted: number;
  refused: NotAccepted[];
  failed: NotAccepted[];
}

const CONCURRENCY = 16;
const SAVE_EVERY_MS = 500;

/** Plays a feed of admissions and actions over HTTP. */
export const play = (options: PlayOptions): Promise<Played> =>
  playTo(options, { to: options.service.url, send: (line) => send(options.service, line) });

/**
 * Plays a feed to its end. Throws when the service stays away for too long or `signal` aborts; what was answered is kept,
 * and the next run goes on from there. Sending a line twice is harmless, since the ids in it are.
 */
export async function playTo<L extends Line>(
  { feed, service, placeFile, noWait = false, concurrency = CONCURRENCY, signal, onProgress }: PlayOptions<L>,
  sender: Sender<L>,
): Promise<Played> {
  const { lines } = feed;
  const place = openPlace(placeFile, sender.to);
  const answered = lines.map((_, index) => index < place.answered || place.beyond.includes(index));
  const before = answered.filter(Boolean).length;
  const clock = await followClock(service);
  const broken = new AbortController();
  const stop = signal === undefined ? broken.signal : AbortSignal.any([signal, broken.signal]);
  setMaxListeners(0, stop);
  const watermark = holdClock({ feed, service, place, held: clock.scale !== 1 });
  let done = before;
  let savedAt = 0;

  const note = (index: number, answer: NotAccepted | undefined, isFailure: boolean) => {
    if (answer === undefined) place.accepted += 1;
    else (isFailure ? place.failed : place.refused).push(answer);
    answered[index] = true;
    while (answered[place.answered]) place.answered += 1;
    place.beyond = [...place.beyond, index].filter((other) => other >= place.answered);
    done += 1;
    onProgress?.(done, lines.length);
    if (Date.now() - savedAt >= SAVE_EVERY_MS) {
      savePlace(placeFile, place);
      savedAt = Date.now();
    }
  };

  const limit = limiter(concurrency);
  /** On a fast clock, before a line that came late: all before it are answered, the service knows, and has had time to judge what was due. */
  const untilJudged = async (index: number) => {
    while (place.answered < index && !stop.aborted) await sleep(LOOK_EVERY_MS);
    if (stop.aborted) return;
    await watermark.tell();
    await sleep(JUDGED_WITHIN_MS, undefined, { signal: stop }).catch(() => undefined);
  };
  const tails = new Map<string, Promise<void>>();
  const sendInOrder = (index: number, line: L) => {
    const before = tails.get(line.stayId) ?? Promise.resolve();
    const ready = line.cameLate && !noWait && clock.scale !== 1 ? before.then(() => untilJudged(index)) : before;
    const tail = ready.then(() =>
      limit(async () => {
        if (stop.aborted) return;
        const { answer, isFailure } = await sender.send(line);
        note(index, answer, isFailure);
      }),
    );
    // The first error ends the run; the others are its echoes.
    tails.set(
      line.stayId,
      tail.catch((error: unknown) => broken.abort(error)),
    );
  };

  try {
    await watermark.tell();
    onProgress?.(done, lines.length);
    for (const [index, line] of lines.entries()) {
      if (answered[index]) continue;
      if (!noWait) await clock.until(line.dueAt, stop);
      stop.throwIfAborted();
      sendInOrder(index, line);
    }
    await Promise.all(tails.values());
    stop.throwIfAborted();
  } catch (error) {
    broken.abort(error);
    await Promise.all(tails.values());
    savePlace(placeFile, place);
    await watermark.end(false);
    throw broken.signal.reason ?? error;
  }
  await watermark.end(true);
  forgetPlace(placeFile);
  return { lines: lines.length, before, accepted: place.accepted, refused: place.refused, failed: place.failed };
}

async function send(service: Service, line: FeedLine): Promise<Sent> {
  const path = `/v1/stays/${encodeURIComponent(line.stayId)}`;
  const { status, body } =
    line.kind === 'stay'
      ? await service.request('PUT', path, line.body)
      : await service.request('POST', `${path}/actions/${encodeURIComponent(line.action)}`, line.envelope);
  if (status >= 200 && status < 300) return { answer: undefined, isFailure: false };
  const problem = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: unknown;
    detail?: unknown;
    title?: unknown;
    errors?: { path: string; message: string }[];
  };
  const errors = Array.isArray(problem.errors) ? problem.errors.map((error) => `${error.path}: ${error.message}`).join('; ') : '';
  const detail = [problem.detail ?? problem.title ?? `status ${status}`, errors].filter(Boolean).join(' — ');
  const answer = {
    line: line.number,
    stayId: line.stayId,
    what: line.kind === 'stay' ? 'stay' : line.action,
    status,
    code: String(problem.code ?? status),
    detail,
  };
  return { answer, isFailure: ![403, 404, 409, 422].includes(status) };
}

const RENEW_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 100;
/** Real time in which a service judges a deadline, once it knows that it may. */
const JUDGED_WITHIN_MS = 2_000;

/**
 * Tells a service on a fast clock how far the feed has been answered: when that has changed, and every two seconds at
 * least, since the service forgets a player that is silent for a minute. What it was told is never ahead of the answers.
 */
function holdClock({ feed, service, place, held }: { feed: PlayOptions<Line>['feed']; service: Service; place: Place; held: boolean }) {
  const path = `/v1/clock/feeds/${feed.id}`;
  const ended = new AbortController();
  let told: string | undefined;
  let toldAt = 0;
  const tell = async () => {
    const line = feed.lines[place.answered];
    const watermark = line && toIso(line.dueAt);
    if (!held || watermark === undefined || (watermark === told && Date.now() - toldAt < RENEW_EVERY_MS)) return;
    await service.request('PUT', path, { watermark });
    told = watermark;
    toldAt = Date.now();
  };
  const renewing = (async () => {
    while (!ended.signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      // A service that is away is noticed by those who send.
      if (!ended.signal.aborted) await tell().catch(() => undefined);
    }
  })();
  return {
    tell,
    /** `done`: the feed holds nothing back any more. Broken off, it does so until its minute is out. */
    async end(done: boolean): Promise<void> {
      ended.abort();
      if (!done) return;
      await renewing;
      if (held) await service.request('PUT', path, { watermark: null });
    },
  };
}

/** Runs at most so many at a time, first come first served. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever waits takes the place over; otherwise it is free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
