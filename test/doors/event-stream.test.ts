/** Streams of an inbox by themselves: what is read of the ledger, what is kept, and when a stream ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type NoticeStreams, noticeStreams } from '../../src/doors/http/event-stream.js';

const notice = (n: number) => ({ noticeId: `n${n}` });

function inbox(count: number) {
  const items = Array.from({ length: count }, (_, n) => notice(n));
  const ledger = { items, reads: 0, down: false };
  const read = async (_unit: string, after: string | undefined) => {
    ledger.reads += 1;
    if (ledger.down) throw new Error('away');
    const from = after === undefined ? 0 : items.findIndex(({ noticeId }) => noticeId === after) + 1;
    const page = items.slice(from, from + 100);
    return { items: page, next: from + 100 < items.length ? (page.at(-1)?.noticeId ?? null) : null };
  };
  return { ledger, read };
}

/** Reads events until so many notices have come, or the stream ends. */
async function take(streams: NoticeStreams, after: string | undefined, count: number, signal = new AbortController().signal) {
  const ids: string[] = [];
  for await (const text of streams.listen('u', after, signal) ?? []) {
    const id = /^id: (.*)$/m.exec(text)?.[1];
    if (id !== undefined) ids.push(id);
    if (ids.length >= count) break;
  }
  return ids;
}

describe('a stream of an inbox', () => {
  test('holds everything there is, in order, then what comes', async () => {
    const { ledger, read } = inbox(250);
    const streams = noticeStreams({ read, pollMs: 5 });
    const taken = take(streams, undefined, 252);
    await sleep(30);
    ledger.items.push(notice(250), notice(251));
    expect(await taken).toEqual(ledger.items.map(({ noticeId }) => noticeId));
    expect(streams.open()).toBe(0);
  });

  test('goes on after the last one seen', async () => {
    const { ledger, read } = inbox(10);
    expect(await take(noticeStreams({ read, pollMs: 5 }), 'n6', 3)).toEqual(ledger.items.slice(7).map(({ noticeId }) => noticeId));
  });

  test('many who listen are served by one reading of the inbox a moment, each notice once', async () => {
    const { ledger, read } = inbox(3);
    const streams = noticeStreams({ read, pollMs: 20, perUnit: 50 });
    const all = Array.from({ length: 50 }, () => take(streams, undefined, 53));
    await sleep(60);
    const before = ledger.reads;
    for (let n = 3; n < 53; n++) {
      ledger.items.push(notice(n));
      await sleep(4);
    }
    for (const ids of await Promise.all(all)) expect(ids).toEqual(ledger.items.map(({ noticeId }) => noticeId));
    // About two hundred milliseconds, twenty to a reading; each by itself would be at least fifty for every reading.
    expect(ledger.reads - before).toBeLessThan(50);
  });

  test('one who stops reading keeps nobody else waiting, and goes on later without a gap', async () => {
    const { ledger, read } = inbox(1);
    const streams = noticeStreams({ read, pollMs: 2 });
    const slow = streams.listen('u', undefined, new AbortController().signal) as AsyncGenerator<string>;
    await slow.next();
    const quick = take(streams, undefined, 1_001);
    await sleep(10);
    // More than is kept for those who listen.
    for (let n = 1; n <= 1_000; n++) {
      ledger.items.push(notice(n));
      if (n % 100 === 0) await sleep(4);
    }
    expect(await quick).toHaveLength(1_001);
    const ids: string[] = [];
    while (ids.length < 1_001) ids.push(/^id: (.*)$/m.exec((await slow.next()).value as string)?.[1] as string);
    expect(ids).toEqual(ledger.items.map(({ noticeId }) => noticeId));
    await slow.return(undefined);
    expect(streams.open()).toBe(0);
  });

  test('a quiet one holds a comment now and then, and ends when it has been open long', async () => {
    const { read } = inbox(0);
    const texts: string[] = [];
    for await (const text of noticeStreams({ read, pollMs: 2, heartbeatMs: 10, longestMs: 80 }).listen(
      'u',
      undefined,
      new AbortController().signal,
    ) ?? [])
      texts.push(text);
    expect(texts[0]).toBe('retry: 2000\n\n');
    expect(texts.slice(1).length).toBeGreaterThan(1);
    expect(new Set(texts.slice(1))).toEqual(new Set([':\n\n']));
  });

  test('a ledger that is away for a moment ends no stream', async () => {
    const { ledger, read } = inbox(1);
    const errors: unknown[] = [];
    const streams = noticeStreams({ read, pollMs: 2, onError: (error) => errors.push(error) });
    const taken = take(streams, undefined, 2);
    await sleep(20);
    ledger.down = true;
    ledger.items.push(notice(1));
    await sleep(20);
    ledger.down = false;
    expect(await taken).toEqual(['n0', 'n1']);
    expect(errors.length).toBeGreaterThan(0);
  });

  test('too many are refused, and one that ends makes room', async () => {
    const { read } = inbox(0);
    const streams = noticeStreams({ read, pollMs: 5, perUnit: 2, inAll: 3 });
    const first = new AbortController();
    const listen = (unit: string, signal = new AbortController().signal) => streams.listen(unit, undefined, signal);
    expect([listen('a', first.signal), listen('a'), listen('a')].map((stream) => stream !== undefined)).toEqual([true, true, false]);
    expect([listen('b'), listen('c')].map((stream) => stream !== undefined)).toEqual([true, false]);
    first.abort();
    expect(listen('c')).toBeDefined();
    expect(streams.open()).toBe(3);
  });
});
