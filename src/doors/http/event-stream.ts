/**
 * Inboxes as server-sent events: what is there already, then each notice as it comes, at least once. However many listen to one inbox,
 * it is looked at once a moment; a listener that does not read costs no memory, and is let go.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

interface Noticed {
  noticeId: string;
}
export interface NoticePage<T extends Noticed> {
  items: T[];
  next: string | null;
}
/** A page of what came after; undefined when `after` is unknown. */
type Read<T extends Noticed> = (unit: string, after: string | undefined) => Promise<NoticePage<T> | undefined>;

export interface NoticeStreamsOptions<T extends Noticed> {
  read: Read<T>;
  /** How often an inbox that somebody listens to is looked at. */
  pollMs: number;
  /** Told when an inbox could not be looked at; it is tried again. */
  onError?: ((error: unknown) => void) | undefined;
  /** A comment this often keeps proxies from closing a quiet connection. */
  heartbeatMs?: number | undefined;
  /** A stream ends after this long: whoever goes on listening shows anew who they are. */
  longestMs?: number | undefined;
  /** Streams open at once, of one unit and of all. */
  perUnit?: number | undefined;
  inAll?: number | undefined;
}

export interface NoticeStreams {
  /** The events from there on; undefined when too many listen already. The stream ends by `signal`, or when it has been open long. */
  listen(unit: string, after: string | undefined, signal: AbortSignal): AsyncGenerator<string> | undefined;
  /** How many listen now. */
  open(): number;
}

export const STREAMS_PER_UNIT = 20;
const STREAMS_IN_ALL = 2_000;
const HEARTBEAT_MS = 15_000;
const LONGEST_MS = 30 * 60_000;
/** The newest notices of an inbox that are kept for those who listen; who is further behind reads the ledger. */
const KEPT = 200;

/** The newest notices of one inbox, without a gap, read once for all who listen. */
interface Tail<T extends Noticed> {
  listeners: number;
  /** The notice before the first one kept; undefined before the first of all. */
  before: string | undefined;
  /** Undefined until the first listener has come to the end of what there was. */
  items: T[] | undefined;
  news: EventTarget;
  stop: AbortController;
}

export function noticeStreams<T extends Noticed>(options: NoticeStreamsOptions<T>): NoticeStreams {
  const { read, pollMs, onError, perUnit = STREAMS_PER_UNIT, inAll = STREAMS_IN_ALL } = options;
  const { heartbeatMs = HEARTBEAT_MS, longestMs = LONGEST_MS } = options;
  const tails = new Map<string, Tail<T>>();
  let open = 0;

  const enter = (unit: string): Tail<T> | undefined => {
    const tail = tails.get(unit) ?? {
      listeners: 0,
      before: undefined,
      items: undefined,
      news: new EventTarget(),
      stop: new AbortController(),
    };
    if (tail.listeners >= perUnit || open >= inAll) return undefined;
    if (tail.listeners === 0) {
      tails.set(unit, tail);
      setMaxListeners(0, tail.news);
      void follow(unit, tail);
    }
    tail.listeners += 1;
    open += 1;
    return tail;
  };
  const leave = (unit: string, tail: Tail<T>): void => {
    open -= 1;
    tail.listeners -= 1;
    if (tail.listeners > 0) return;
    tails.delete(unit);
    tail.stop.abort();
  };

  /** Looks for what has come, for all who listen to the unit's inbox. */
  const follow = async (unit: string, tail: Tail<T>): Promise<void> => {
    while (!tail.stop.signal.aborted) {
      await sleep(pollMs, undefined, { signal: tail.stop.signal }).catch(() => undefined);
      if (tail.items === undefined || tail.stop.signal.aborted) continue;
      try {
        const page = await read(unit, tail.items.at(-1)?.noticeId ?? tail.before);
        if (page === undefined || page.items.length === 0) continue;
        tail.items.push(...page.items);
        const dropped = tail.items.splice(0, Math.max(0, tail.items.length - KEPT));
        tail.before = dropped.at(-1)?.noticeId ?? tail.before;
        tail.news.dispatchEvent(new Event('news'));
      } catch (error) {
        onError?.(error);
      }
    }
  };

  async function* events(unit: string, tail: Tail<T>, after: string | undefined, signal: AbortSignal): AsyncGenerator<string> {
    const until = Date.now() + longestMs;
    let seen = after;
    yield 'retry: 2000\n\n';
    while (!signal.aborted && Date.now() < until) {
      const kept = newer(tail, seen);
      const page = kept === undefined ? await read(unit, seen) : { items: kept, next: null };
      for (const notice of page?.items ?? []) {
        if (signal.aborted) return;
        yield eventOf(notice);
        seen = notice.noticeId;
      }
      if (page === undefined) return;
      if (page.next !== null || newer(tail, seen)?.length) continue;
      // Whoever comes to the end first says where the end is; from there on it is followed for all.
      if (tail.items === undefined) {
        tail.before = seen;
        tail.items = [];
      }
      if (newer(tail, seen) === undefined) {
        // Something came while this one read by itself.
        await sleep(pollMs, undefined, { signal }).catch(() => undefined);
        continue;
      }
      if (!(await happens(tail.news, Math.min(heartbeatMs, Math.max(0, until - Date.now())), signal))) yield ':\n\n';
    }
  }

  return {
    open: () => open,
    listen(unit, after, signal) {
      const tail = enter(unit);
      if (tail === undefined) return undefined;
      let isIn = true;
      const out = (): void => {
        if (isIn) leave(unit, tail);
        isIn = false;
      };
      signal.addEventListener('abort', out, { once: true });
      return ended(events(unit, tail, after, signal), out);
    },
  };
}

/** What the tail holds after the notice; undefined when it does not reach so far back. */
function newer<T extends Noticed>({ items, before }: Tail<T>, seen: string | undefined): T[] | undefined {
  if (items === undefined) return undefined;
  if (seen === before) return [...items];
  const at = items.findIndex(({ noticeId }) => noticeId === seen);
  return at === -1 ? undefined : items.slice(at + 1);
}

async function* ended(events: AsyncGenerator<string>, out: () => void): AsyncGenerator<string> {
  try {
    yield* events;
  } finally {
    out();
  }
}

/** Whether there was news within the time; by hand, since signals made of signals pile up on one that lives long. */
function happens(news: EventTarget, withinMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (event?: Event): void => {
      clearTimeout(timer);
      news.removeEventListener('news', done);
      signal.removeEventListener('abort', done);
      resolve(event?.type === 'news');
    };
    const timer = setTimeout(done, withinMs);
    news.addEventListener('news', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

const eventOf = (notice: Noticed): string => `id: ${eventIdOf(notice.noticeId)}\nevent: notice\ndata: ${JSON.stringify(notice)}\n\n`;

/** A unit's id may hold any character, a header and an event's `id` may not. */
const eventIdOf = (noticeId: string): string => encodeURI(noticeId);

export function readEventId(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
