/** The steps of an erasure in their order, what becomes of one that cannot be gone on with, and the day's round; with a ledger that only remembers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keptSince, retainedUntil, SHORTEST_RETENTION_YEARS } from '../../src/domain/retention.js';
import { type DailyErasureOptions, eraseDue, startDailyErasure } from '../../src/erasure/daily.js';
import { type EraserDeps, type ErasureOutcome, eraseStays } from '../../src/erasure/erase-stays.js';
import type { Erasure } from '../../src/ledger/erasure/erasure-ledger.js';
import { ERASURE_REFUSALS } from '../../src/ledger/erasure/may-erase.js';
import type { HistoriesState } from '../../src/temporal/erase-histories.js';
import { ROOT } from '../support/sources.js';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const t = (text: string) => Date.parse(text);
const due = (stayId: string) => ({ stayId, ground: 'gallringsfrist' as const, by: 'prov' });

/** Stays that have ended; those that are objected to, and those that are still needed. */
function scene(stays: string[], { objected = [], needed = [] }: { objected?: string[]; needed?: string[] } = {}) {
  const erasures = new Map<string, Erasure>();
  const did: string[] = [];
  const histories = new Map<string, HistoriesState | Error>();
  const told: ErasureOutcome[] = [];
  let stray = 3;
  const ledger: DailyErasureOptions['ledger'] = {
    async beginErasure({ stayId, ground, by, decision }, realNow) {
      const known = erasures.get(stayId);
      if (known !== undefined) return { ok: true, erasure: known, fresh: false };
      if (needed.includes(stayId)) return { ok: false, may: false, code: 'month-not-invoiced', need: 'not yet' };
      if (!stays.includes(stayId)) return { ok: false, may: false, code: 'unknown-stay', need: 'none' };
      did.push(`begin ${stayId}`);
      const erasure = {
        stayId,
        region: 'r',
        ground,
        decision: decision ?? null,
        by,
        lastEntryAt: 0,
        begunAt: realNow,
        historiesGoneAt: null,
        completedAt: null,
      };
      erasures.set(stayId, erasure);
      return { ok: true, erasure, fresh: true };
    },
    async withdrawErasure(stayId) {
      did.push(`withdraw ${stayId}`);
      return erasures.get(stayId)?.historiesGoneAt === null && erasures.delete(stayId);
    },
    async markHistoriesGone(stayId, realNow) {
      did.push(`gone ${stayId}`);
      const known = erasures.get(stayId);
      if (known !== undefined) erasures.set(stayId, { ...known, historiesGoneAt: known.historiesGoneAt ?? realNow });
      return known !== undefined;
    },
    async completeErasure(stayId, realNow) {
      did.push(`destroy ${stayId}`);
      const known = erasures.get(stayId);
      if (known?.historiesGoneAt == null) return false;
      erasures.set(stayId, { ...known, completedAt: known.completedAt ?? realNow });
      return true;
    },
    reclaimErased: async () => void did.push('reclaim'),
    erasureOf: async (stayId) => erasures.get(stayId),
    historiesOf: async (stayId) => (objected.includes(stayId) ? [{ region: 'r', month: '2019-03', payer: '0680' }] : []),
    async dueForErasure({ after, limit }) {
      const all = stays.filter((stayId) => !erasures.has(stayId)).sort();
      return all
        .filter((stayId) => after === undefined || stayId > after.stayId)
        .slice(0, limit)
        .map((stayId) => ({ stayId, endedAt: 0 }));
    },
    async listErasures({ after, limit = 100 }) {
      const open = [...erasures.values()].filter(({ completedAt }) => completedAt === null).sort((a, b) => (a.stayId < b.stayId ? -1 : 1));
      const items = open.filter(({ stayId }) => after === undefined || stayId > after).slice(0, limit);
      return { items, next: items.length === limit ? (items.at(-1)?.stayId ?? null) : null };
    },
    eraseStrayMessages: async () => (stray > 0 ? stray-- : 0),
  };
  const deps: EraserDeps = {
    ledger,
    async eraseHistories(ids) {
      did.push(`histories ${ids.join(' ')}`);
      const state = histories.get(ids[0] ?? '') ?? 'gone';
      if (state instanceof Error) throw state;
      return state;
    },
    now: () => NOW,
    retentionYears: 10,
    settleMs: 5,
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const daily: DailyErasureOptions = { ...deps, ledger, log, breathMs: 1, atOnce: 2, onOutcome: (outcome) => void told.push(outcome) };
  return { deps, daily, did, histories, erasures, told, stray: () => stray };
}

describe('an erasure', () => {
  test('destroys the histories before the row that they could bring back, and sweeps once', async () => {
    const { deps, did } = scene(['a', 'b'], { objected: ['b'] });
    expect(await eraseStays(deps, [due('a'), due('b'), due('c')])).toMatchObject([
      { stayId: 'c', outcome: 'refused', code: 'unknown-stay' },
      { stayId: 'a', outcome: 'erased' },
      { stayId: 'b', outcome: 'erased' },
    ]);
    expect(did).toEqual([
      ...['begin a', 'begin b'],
      ...['histories stay/r/a', 'gone a', 'destroy a'],
      ...['histories stay/r/b', 'histories invoice/r/2019-03/0680', 'gone b', 'destroy b', 'reclaim'],
    ]);
  });

  test('waits from the moment in which it was begun, and not again for one that was begun long ago', async () => {
    const { deps, erasures } = scene(['a']);
    let real = 1_000;
    const asked: number[] = [];
    const slow: EraserDeps = {
      ...deps,
      settleMs: 60,
      realNow: () => real,
      eraseHistories(ids) {
        asked.push(performance.now());
        return deps.eraseHistories(ids);
      },
    };
    const startedAt = performance.now();
    await eraseStays(slow, [due('a')]);
    expect((asked[0] ?? 0) - startedAt).toBeGreaterThanOrEqual(50);
    erasures.set('a', { ...(erasures.get('a') as Erasure), completedAt: null, begunAt: 0 });
    real = 10_000;
    const again = performance.now();
    await eraseStays(slow, [due('a')]);
    expect((asked[1] ?? 0) - again).toBeLessThan(50);
  });

  test.each([
    ['its own history is not deleted yet', 'stay/r/a', 'pending'],
    ["its kommun's month is running", 'invoice/r/2019-03/0680', 'running'],
    ["its kommun's month is not deleted yet", 'invoice/r/2019-03/0680', 'pending'],
    ['Temporal does not answer', 'stay/r/a', new Error('away')],
  ] as const)('is left, and gone on with, while %s', async (_what, id, state) => {
    const { deps, did, histories, erasures } = scene(['a'], { objected: ['a'] });
    histories.set(id, state as HistoriesState | Error);
    expect(await eraseStays(deps, [due('a')])).toMatchObject([{ stayId: 'a', outcome: 'left' }]);
    expect(did).not.toContain('destroy a');
    expect(erasures.get('a')?.completedAt).toBeNull();
    histories.clear();
    expect(await eraseStays(deps, [due('a')])).toEqual([{ stayId: 'a', outcome: 'erased' }]);
  });

  test('is withdrawn when the stay runs; and not when something has been destroyed already', async () => {
    const { deps, histories, erasures } = scene(['a', 'b']);
    histories.set('stay/r/a', 'running').set('stay/r/b', 'running');
    expect(await eraseStays(deps, [due('a')])).toEqual([{ stayId: 'a', outcome: 'taken-up' }]);
    expect(erasures.has('a')).toBe(false);
    await deps.ledger.beginErasure({ ...due('b'), now: NOW, retentionYears: 10 }, 0);
    await deps.ledger.markHistoriesGone('b', 1);
    expect(await eraseStays(deps, [due('b')])).toMatchObject([{ stayId: 'b', outcome: 'left' }]);
  });

  test('broken off it leaves what it has begun', async () => {
    const { deps, did, erasures } = scene(['a']);
    expect(await eraseStays({ ...deps, settleMs: 60_000, signal: AbortSignal.abort() }, [due('a')])).toMatchObject([{ outcome: 'left' }]);
    expect(did).toEqual(['begin a']);
    expect(erasures.size).toBe(1);
  });
});

describe("the day's round", () => {
  test('goes on with what was begun, erases what is due past what is still needed, and empties stray messages', async () => {
    const { daily, erasures, told, stray } = scene(['a', 'b', 'c', 'd', 'e'], { needed: ['a', 'b', 'c'] });
    await daily.ledger.beginErasure({ ...due('e'), now: NOW, retentionYears: 10 }, 0);
    expect(await eraseDue(daily)).toBe(2);
    expect(told.map(({ stayId, outcome }) => `${stayId} ${outcome}`)).toEqual([
      'e erased',
      'a refused',
      'b refused',
      'c refused',
      'd erased',
    ]);
    expect([...erasures.values()].map(({ stayId, by }) => `${stayId} ${by}`)).toEqual(['e prov', 'd hemgang']);
    expect(stray()).toBe(0);
    expect(await eraseDue(daily)).toBe(0);
  });

  test('with no retention it only finishes what somebody has decided', async () => {
    const { daily, erasures } = scene(['a', 'b']);
    await daily.ledger.beginErasure({ stayId: 'b', ground: 'beslut', decision: 'IVO 1', by: 'prov', now: NOW, retentionYears: null }, 0);
    expect(await eraseDue({ ...daily, retentionYears: null })).toBe(1);
    expect([...erasures.keys()]).toEqual(['b']);
  });

  test('is stopped in the middle of its waiting', async () => {
    const { daily, erasures } = scene(['a']);
    const stop = startDailyErasure({ ...daily, settleMs: 3_600_000 });
    while (erasures.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await stop();
    expect(erasures.get('a')?.completedAt).toBeNull();
  });
});

describe('the retention', () => {
  test.each([
    ['2019-03-20T11:00:00Z', '2029-03-20T23:00:00.000Z'],
    ['2019-03-20T22:59:59Z', '2029-03-20T23:00:00.000Z'], // a minute to midnight in Sweden
    ['2019-03-20T23:00:00Z', '2029-03-21T23:00:00.000Z'],
    ['2020-02-29T11:00:00Z', '2030-02-28T23:00:00.000Z'],
    ['2019-06-30T11:00:00Z', '2029-06-30T22:00:00.000Z'],
  ])('of what was last written %s ends %s', (last, until) => {
    const end = retainedUntil(t(last), SHORTEST_RETENTION_YEARS);
    expect(new Date(end).toISOString()).toBe(until);
    // Whatever is looked for as due is so, and nothing is passed by for more than a day.
    expect(t(last)).toBeLessThan(keptSince(end, 10));
    expect(t(last)).toBeGreaterThanOrEqual(keptSince(end - 86_400_000, 10));
  });
});

test('every reason for which a stay is not erased is in the documentation, in order', () => {
  const page = readFileSync(join(ROOT, 'docs/erasure.md'), 'utf8');
  const table = page.slice(page.indexOf('| refused with |'), page.indexOf('## How'));
  expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)).toEqual([...ERASURE_REFUSALS]);
});
