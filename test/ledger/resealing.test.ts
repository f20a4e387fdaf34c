/** Sealing anew goes on by itself: at once, soon again while something may be under way, and then now and then. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Resealing, startResealing } from '../../src/ledger/keys/resealing.js';

const LOG = { info: vi.fn(), error: vi.fn() };
const reader = { contentOf: () => undefined, personsOf: () => [] };
/** What each look finds; nothing when the list is at its end. */
let found: (number | Error)[];
let looks: number;
let resealing: Resealing;

const start = () => {
  const reseal = async () => {
    looks += 1;
    const next = found.shift() ?? 0;
    if (typeof next !== 'number') throw next;
    return next;
  };
  resealing = startResealing({ ledger: { reseal }, reader, log: LOG, breathMs: 1, soonMs: 20, againMs: 1_000 });
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  found = [];
  looks = 0;
});
afterEach(async () => {
  await resealing.stop();
  vi.useRealTimers();
});

test('it looks at once, until nothing is left; once more soon, and then now and then', async () => {
  found = [50, 50, 3];
  start();
  await vi.advanceTimersByTimeAsync(10);
  expect(looks).toBe(4);
  expect(LOG.info).toHaveBeenCalledWith({ rows: 103 }, expect.anything());
  await vi.advanceTimersByTimeAsync(30);
  expect(looks).toBe(5);
  await vi.advanceTimersByTimeAsync(900);
  expect(looks).toBe(5);
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toBe(6);
});

test('what was under way at the start is found soon, and so is what follows it', async () => {
  found = [0, 5, 0, 2, 0];
  start();
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toBe(6);
  expect(LOG.info).toHaveBeenCalledTimes(2);
});

test('a new key makes it look at once, and soon once more', async () => {
  start();
  await vi.advanceTimersByTimeAsync(100);
  const before = looks;
  found = [7];
  resealing.wake();
  await vi.advanceTimersByTimeAsync(10);
  expect(looks).toBe(before + 2);
  await vi.advanceTimersByTimeAsync(30);
  expect(looks).toBe(before + 3);
});

test('a ledger that is away is asked again; stopped, it is asked no more', async () => {
  found = [new Error('away'), 4];
  start();
  await vi.advanceTimersByTimeAsync(30);
  expect(LOG.error).toHaveBeenCalledTimes(1);
  expect(LOG.info).toHaveBeenCalledWith({ rows: 4 }, expect.anything());
  await resealing.stop();
  const before = looks;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(looks).toBe(before);
});
