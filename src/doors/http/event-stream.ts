/** An inbox as server-sent events: what is there already, then each notice as it comes, at least once. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface EventSource<T extends { noticeId: string }> {
  /** A page of what came after; undefined when that is unknown. */
  read(after: string | undefined): Promise<{ items: T[]; next: string | null } | undefined>;
  after: string | undefined;
  pollMs: number;
  signal: AbortSignal;
}

/** A comment this often keeps proxies from closing a quiet connection. */
const KEEP_ALIVE_MS = 15_000;

export async function* noticeEvents<T extends { noticeId: string }>({
  read,
  after,
  pollMs,
  signal,
}: EventSource<T>): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  let quietMs = 0;
  let seen = after;
  while (!signal.aborted) {
    const page = await read(seen);
    for (const notice of page?.items ?? []) {
      yield `id: ${eventIdOf(notice.noticeId)}\nevent: notice\ndata: ${JSON.stringify(notice)}\n\n`;
      seen = notice.noticeId;
      quietMs = 0;
    }
    if (page?.next) continue;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    quietMs += pollMs;
    if (quietMs >= KEEP_ALIVE_MS) {
      quietMs = 0;
      yield ':\n\n';
    }
  }
}

/** A unit's id may hold any character, a header and an event's `id` may not. */
export const eventIdOf = (noticeId: string): string => encodeURI(noticeId);

export function readEventId(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
