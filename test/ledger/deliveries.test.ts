/** Notices that leave, as the ledger keeps them: with their notice or not at all, for one dispatcher at a time, until they arrive or are told of. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../../src/ledger/connect.js';
import type { Router, Ways } from '../../src/ledger/deliveries/router.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import { migrateToLatest } from '../../src/ledger/migrate.js';
import { empty, onEachBackend } from './backends.js';

const KOMMUN = { party: 'kommun', unit: '0680' } as const;
const REGION = { party: 'region', unit: 'jonkoping' } as const;
const HOOK = 'webhook:ett';
const MAIL = 'epost:larm@kommun.example';
const NOW = 1_000_000;
const AT = Date.parse('2019-03-05T11:00:00Z');

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  let ways: Record<string, Ways> = {};
  const unrouted: string[] = [];
  const router: Router = {
    waysOf: ({ unit }) => ways[unit] ?? { inbox: true, channels: [] },
    unrouted: (_to, ids) => void unrouted.push(...ids),
  };
  beforeAll(async () => {
    const connection = await backend.connect();
    db = connection.db;
    ledger = ledgerOver(connection, [], await migrateToLatest(db), undefined, router);
  });
  beforeEach(async () => {
    await empty(db);
    ways = { '0680': { inbox: true, channels: [HOOK, MAIL] } };
    unrouted.splice(0);
  });

  const told = (id: string, over = {}) => ({ noticeId: id, type: 'skriv-ut', occurredAt: AT, text: 'Utskriven.', ...over });
  const notify = (ids: string[], to: { party: 'kommun' | 'region'; unit: string } = KOMMUN, stayId: string | null = 's-1') =>
    ledger.notify({ stayId, region: 'jonkoping', to, at: AT, realNow: NOW, notices: ids.map((id) => told(id)) });
  const take = (holder = 'a', realNow = NOW) => ledger.takeEndpoint({ endpoints: [HOOK, MAIL], holder, realNow, leaseMs: 60_000 });
  const tried = (noticeIds: string[], channel = HOOK) => ({ channel, noticeIds, at: AT, realNow: NOW });
  const lives = async () =>
    (await ledger.deliveriesOfStay('s-1')).map(({ noticeId, channel, status, attempts, error }) => [
      noticeId,
      channel,
      status,
      attempts,
      error,
    ]);
  const waiting = async (channel = HOOK, realNow = NOW) =>
    (await ledger.dueNotices({ endpoint: channel, realNow, limit: 100 })).map(({ noticeId }) => noticeId);

  test('a notice is put on each of its ways, once', async () => {
    expect(await notify(['n1', 'n2'])).toEqual({ delivered: 2 });
    expect(await notify(['n1', 'n2', 'n3'])).toEqual({ delivered: 1 });
    expect(await waiting(HOOK)).toEqual(['n1', 'n2', 'n3']);
    expect(await waiting(MAIL)).toEqual(['n1', 'n2', 'n3']);
    expect((await lives()).filter(([id]) => id === 'n1').sort((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['n1', MAIL, 'sent', 0, null],
      ['n1', 'inkorg', 'delivered', 1, null],
      ['n1', HOOK, 'sent', 0, null],
    ]);
  });

  test('its life: on its way, there, read', async () => {
    await notify(['n1']);
    await ledger.noticesPostponed({ ...tried(['n1']), error: 'svarade 500', answered: true });
    await ledger.noticesDelivered(tried(['n1']));
    expect(await waiting()).toEqual([]);
    expect(await lives()).toContainEqual(['n1', HOOK, 'delivered', 2, null]);
    expect(await ledger.acknowledge({ unit: '0680', noticeId: 'n1', at: AT + 1 })).toBe(true);
    expect((await lives()).map(([, , status]) => status)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
    // Whoever has read it need not get it by e-mail too.
    expect(await waiting(MAIL)).toEqual([]);
    // An answer that comes after that changes nothing.
    await ledger.noticesDelivered(tried(['n1'], MAIL));
    await ledger.noticesFailed({ ...tried(['n1'], MAIL), error: 'för sent' });
    expect((await lives()).map(([, , status]) => status)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  });

  test('the last ten tries are kept', async () => {
    await notify(['n1']);
    for (let i = 0; i < 13; i++)
      await ledger.noticesPostponed({ ...tried(['n1']), realNow: NOW + i, error: `försök ${i}`, answered: true });
    const [row] = (await ledger.listDeliveries({ state: 'waiting', unit: '0680' }))?.items.filter(({ channel }) => channel === HOOK) ?? [];
    expect(row).toMatchObject({ attempts: 13, error: 'försök 12' });
    expect(row?.history.map(({ at }) => at - NOW)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('a receiver is one dispatcher’s at a time, and another’s when the lease has ended', async () => {
    ways = { '0680': { inbox: false, channels: [HOOK] } };
    await notify(['n1']);
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => take(holder)));
    expect(all.filter((taken) => taken !== undefined)).toEqual([{ endpoint: HOOK, failures: 0 }]);
    expect(await take('e', NOW + 59_000)).toBeUndefined();
    expect(await take('e', NOW + 60_000)).toEqual({ endpoint: HOOK, failures: 0 });
    for (const holder of ['a', 'b', 'c', 'd'])
      expect(await ledger.renewEndpoint({ endpoint: HOOK, holder, realNow: NOW + 60_000, leaseMs: 1 })).toBe(false);
    await ledger.releaseEndpoint({ endpoint: HOOK, holder: 'e' });
    expect(await take('a', NOW + 60_000)).toBeDefined();
  });

  test('a receiver for which nothing waits is not taken', async () => {
    await ledger.knowEndpoints([{ endpoint: HOOK, address: 'x' }]);
    expect(await take()).toBeUndefined();
  });

  test('one that fails is left alone until its time; well again, it begins anew', async () => {
    ways = { '0680': { inbox: false, channels: [HOOK] } };
    await notify(['n1']);
    await ledger.endpointFailed({ endpoint: HOOK, realNow: NOW, untilAt: NOW + 5_000, error: 'svarade 500' });
    await ledger.endpointFailed({ endpoint: HOOK, realNow: NOW + 1, untilAt: NOW + 5_000, error: 'svarade 502' });
    expect(await take('a', NOW + 4_999)).toBeUndefined();
    const [state] = await ledger.endpointStates();
    expect(state).toMatchObject({
      state: 'backing-off',
      failures: 2,
      downSince: NOW,
      retryAt: NOW + 5_000,
      lastError: 'svarade 502',
      waiting: 1,
    });
    expect(await take('a', NOW + 5_000)).toEqual({ endpoint: HOOK, failures: 2 });
    await ledger.endpointAnswered({ endpoint: HOOK, realNow: NOW + 5_100 });
    expect(await ledger.endpointStates()).toMatchObject([{ state: 'healthy', failures: 0, downSince: null, lastSuccessAt: NOW + 5_100 }]);
  });

  test('one that says 410 gets nothing until it is enabled, or has another address', async () => {
    await ledger.knowEndpoints([{ endpoint: HOOK, address: 'gammal' }]);
    ways = { '0680': { inbox: false, channels: [HOOK] } };
    await notify(['n1', 'n2']);
    await ledger.disableEndpoint({ endpoint: HOOK, realNow: NOW, error: 'svarade 410' });
    expect(await take()).toBeUndefined();
    expect(await ledger.abandonNotices({ endpoints: [HOOK], queuedBefore: 0, at: AT, realNow: NOW })).toBe(2);
    expect(await lives()).toEqual([
      ['n1', HOOK, 'failed', 0, 'mottagaren-avstangd: svarade 410'],
      ['n2', HOOK, 'failed', 0, 'mottagaren-avstangd: svarade 410'],
    ]);
    await ledger.knowEndpoints([{ endpoint: HOOK, address: 'gammal' }]);
    expect(await ledger.endpointStates()).toMatchObject([{ state: 'disabled' }]);
    await ledger.knowEndpoints([{ endpoint: HOOK, address: 'ny' }]);
    expect(await ledger.endpointStates()).toMatchObject([{ state: 'healthy' }]);
    await ledger.disableEndpoint({ endpoint: HOOK, realNow: NOW, error: 'svarade 410' });
    expect(await ledger.enableEndpoint(HOOK)).toBe(true);
    expect(await ledger.enableEndpoint('webhook:ingen')).toBe(false);
    expect(await ledger.endpointStates()).toMatchObject([{ state: 'healthy' }]);
  });

  test('what waits for a receiver that the routing no longer has is given up after a while', async () => {
    await notify(['n1']);
    expect(await ledger.abandonNotices({ endpoints: [MAIL], queuedBefore: NOW - 1, at: AT, realNow: NOW })).toBe(0);
    expect(await ledger.abandonNotices({ endpoints: [MAIL], queuedBefore: NOW, at: AT, realNow: NOW })).toBe(1);
    expect(await lives()).toContainEqual(['n1', HOOK, 'failed', 0, 'mottagaren-finns-inte']);
    expect(await waiting(MAIL)).toEqual(['n1']);
  });

  test('days run from when the receiver began to fail, not from when nobody was there to send', async () => {
    await notify(['n1', 'n2']);
    const later = NOW + 100_000;
    await ledger.noticesPostponed({ ...tried(['n1']), realNow: later, error: 'svarar inte', answered: false });
    await ledger.endpointFailed({ endpoint: HOOK, realNow: later, untilAt: later, error: 'svarar inte' });
    const expire = (before: number) => ledger.expireNotices({ channel: HOOK, before, at: AT, realNow: later, error: 'gavs upp' });
    expect(await expire(later - 1)).toBe(0);
    expect(await expire(later)).toBe(2);
    expect((await lives()).filter(([, channel]) => channel === HOOK).map(([, , status]) => status)).toEqual(['failed', 'failed']);
  });

  test('what was given up waits until somebody has been told', async () => {
    await notify(['n1']);
    await ledger.noticesFailed({ ...tried(['n1']), error: 'svarade 550' });
    const untold = {
      noticeId: 'n1',
      channel: HOOK,
      to: KOMMUN,
      region: 'jonkoping',
      stayId: 's-1',
      reference: null,
      reason: 'svarade 550',
    };
    expect(await ledger.untoldFailures({ realNow: NOW, limit: 10 })).toEqual([untold]);
    await ledger.tellFailureLater({ ...untold, dueAt: NOW + 10 });
    expect(await ledger.untoldFailures({ realNow: NOW, limit: 10 })).toEqual([]);
    expect(await ledger.untoldFailures({ realNow: NOW + 10, limit: 10 })).toEqual([untold]);
    await ledger.failureTold(untold);
    expect(await ledger.untoldFailures({ realNow: NOW + 10, limit: 10 })).toEqual([]);
    expect(await lives()).toContainEqual(['n1', HOOK, 'failed', 1, 'svarade 550']);
  });

  describe('a notice without a way', () => {
    beforeEach(() => {
      ways = { '0680': { inbox: false, channels: [] } };
    });

    test('is kept, has failed, and is told to the region once for the unit and day', async () => {
      await notify(['n1', 'n2']);
      await notify(['n3']);
      expect(unrouted).toEqual(['n1', 'n2', 'n3']);
      expect(await lives()).toEqual(['n1', 'n2', 'n3'].map((id) => [id, 'ingen', 'failed', 0, 'ingen-vag']));
      expect((await ledger.inbox({ unit: '0680' }))?.items.map(({ noticeId }) => noticeId)).toEqual(['n1', 'n2', 'n3']);
      const region = (await ledger.inbox({ unit: 'jonkoping' }))?.items;
      expect(region).toMatchObject([{ type: 'leverans-utan-vag', stayId: null, party: 'region' }]);
      expect(region?.[0]?.text).toContain('kommunen (0680)');
    });

    test('of the region itself: no notice about a notice', async () => {
      ways = { jonkoping: { inbox: false, channels: [] } };
      await notify(['n1'], REGION);
      expect(unrouted).toEqual(['n1']);
      expect((await ledger.inbox({ unit: 'jonkoping' }))?.items.map(({ type }) => type)).toEqual(['skriv-ut']);
    });

    test('goes the ways that there are when it is sent again', async () => {
      await notify(['n1']);
      const id = (await ledger.deliveriesOfStay('s-1'))[0]?.id ?? 0;
      const retry = () => ledger.retryDelivery({ id, endpoints: [HOOK], at: AT, realNow: NOW });
      expect(await retry()).toBe('no-way');
      ways = { '0680': { inbox: true, channels: [HOOK] } };
      expect(await retry()).toBe('queued');
      expect((await lives()).sort((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
        ['n1', 'inkorg', 'delivered', 1, null],
        ['n1', HOOK, 'sent', 0, null],
      ]);
      expect(await waiting()).toEqual(['n1']);
      expect(await retry()).toBe('no-such-delivery');
    });
  });

  test('a dead letter is sent again by its own channel, with its tries', async () => {
    await notify(['n1', 'n2']);
    await ledger.noticesFailed({ ...tried(['n1']), error: 'gavs upp' });
    const failed = (await ledger.listDeliveries({ state: 'failed', region: 'jonkoping' }))?.items ?? [];
    expect(failed.map(({ noticeId }) => noticeId)).toEqual(['n1']);
    const id = failed[0]?.id ?? 0;
    expect(await ledger.retryDelivery({ id, endpoints: [HOOK], at: AT, realNow: NOW })).toBe('queued');
    expect(await waiting()).toEqual(['n2', 'n1']);
    expect(await ledger.untoldFailures({ realNow: NOW, limit: 10 })).toEqual([]);
    expect(await lives()).toContainEqual(['n1', HOOK, 'sent', 1, null]);
    expect(await ledger.retryDelivery({ id, endpoints: [HOOK], at: AT, realNow: NOW })).toBe('not-failed');
    expect(await ledger.retryDelivery({ id: 999_999, endpoints: [HOOK], at: AT, realNow: NOW })).toBe('no-such-delivery');
  });

  test('lists come in pages, of a region and of a unit', async () => {
    ways = { '0680': { inbox: false, channels: [HOOK] } };
    await notify(Array.from({ length: 25 }, (_, i) => `n${i}`));
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await ledger.listDeliveries({ state: 'waiting', unit: '0680', after, limit: 10 });
      seen.push(...(page?.items.map(({ noticeId }) => noticeId) ?? []));
      if (page?.next == null) break;
      after = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `n${i}`));
    expect(await ledger.listDeliveries({ state: 'waiting', region: 'vastmanland' })).toEqual({ items: [], next: null });
    for (const after of ['x', '', '-1', '1; drop table notices'])
      expect(await ledger.listDeliveries({ state: 'failed', after })).toBeUndefined();
  });

  test('what one mail was made of stays together', async () => {
    await notify(['n1', 'n2', 'n3']);
    await ledger.batchNotices({ channel: MAIL, noticeIds: ['n1', 'n2'], batch: 'n1' });
    const due = await ledger.dueNotices({ endpoint: MAIL, realNow: NOW, limit: 10 });
    expect(due.map(({ batch }) => batch)).toEqual(['n1', 'n1', null]);
  });
});
