/** The dispatcher over a real ledger, in simulated time: whatever receivers do, nothing is lost, nobody is flooded, somebody is told. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, connectPglite } from '../../src/ledger/connect.js';
import type { UntoldFailure } from '../../src/ledger/deliveries/delivery-ledger.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import { migrateToLatest } from '../../src/ledger/migrate.js';
import { backOffMs } from '../../src/out/notices/back-off.js';
import { type Dispatcher, dispatcher } from '../../src/out/notices/dispatcher.js';
import type { Routing } from '../../src/out/notices/routing.js';
import type { Sender, Sent } from '../../src/out/notices/sent.js';
import { routingFrom } from '../out/notices/samples.js';
import { empty } from './backends.js';

const START = Date.parse('2026-03-01T08:00:00Z');
const HOUR = 3_600_000;
const text = (routes: string, hours = 72) => `
retry: { firstSeconds: 5, longestMinutes: 30, giveUpAfterHours: ${hours} }
limits: { perEndpoint: 3, perSecond: 10, total: 8 }
mail: { gatherSeconds: 120 }
endpoints:
  ett: { webhook: { url: "https://ett.example/", secrets: [{ env: SECRET }] } }
  tva: { webhook: { url: "https://tva.example/", secrets: [{ env: SECRET }] } }
  region: { webhook: { url: "https://region.example/", secrets: [{ env: SECRET }] } }
  brev: { epost: { to: [larm@kommun.example] } }
routes:
${routes}
defaults: { "*": [inkorg] }
`;
const HOOKS = '  - { unit: "0680", to: [inkorg, ett] }\n  - { unit: "0681", to: [tva] }';

type Answer = (request: { noticeIds: string[]; at: number; no: number }) => Sent;
const TAKEN: Sent = { outcome: 'delivered' };
const DOWN: Sent = { outcome: 'retry', reason: 'kunde inte nås: ECONNREFUSED', answered: false };
const REFUSED: Sent = { outcome: 'retry', reason: 'svarade 500', answered: true };
const GONE: Sent = { outcome: 'gone', reason: 'svarade 410' };

let connection: Connection;
let ledger: Ledger;
let routing: Routing;
let now = START;
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`),
};

beforeAll(async () => {
  connection = await connectPglite();
  await migrateToLatest(connection.db);
  ledger = ledgerOver(connection, [], [], undefined, { waysOf: (notice) => routing.waysOf(notice) });
});
afterAll(() => connection.close());
beforeEach(async () => {
  await empty(connection.db);
  now = START;
  routing = routingFrom(text(HOOKS));
  logged.splice(0);
});

interface Request {
  channel: string;
  noticeIds: string[];
  at: number;
  outcome: Sent['outcome'];
}

/** A dispatcher whose receivers answer as given, and what they were sent. `stays`: what running stays heard; none runs unless said. */
function dispatching(answers: Record<string, Answer>, running = false, over: Partial<Ledger> = {}, takes = () => Promise.resolve()) {
  const requests: Request[] = [];
  const heard: UntoldFailure[] = [];
  let most = 0;
  let atOnce = 0;
  const sender: Sender = {
    async send(endpoint, notices) {
      most = Math.max(most, ++atOnce);
      const noticeIds = notices.map(({ noticeId }) => noticeId);
      const no = requests.filter(({ channel }) => channel === endpoint.channel).length;
      const sent = (answers[endpoint.channel] ?? (() => TAKEN))({ noticeIds, at: now, no });
      requests.push({ channel: endpoint.channel, noticeIds, at: now, outcome: sent.outcome });
      await takes();
      atOnce--;
      return sent;
    },
  };
  const one: Dispatcher = dispatcher({
    ledger: { ...ledger, ...over },
    routing: { current: () => routing, refresh: () => undefined },
    senders: { webhook: sender, epost: sender },
    stays: {
      async deliveryFailed(failure) {
        if (running) heard.push(failure);
        return running ? 'told' : 'ended';
      },
    },
    clock: { now: () => now },
    realNow: () => now,
    sleep: async (ms) => {
      now += Math.ceil(ms);
    },
    random: () => 0.5,
    log,
  });
  /** Looks whenever something may be done, until nothing is on its way or the time is out. */
  const until = async (end = START + 200 * HOUR): Promise<void> => {
    while (now < end) {
      if (await one.once()) continue;
      const next = await nextAt();
      if (next === undefined) return;
      now = Math.max(now + 1, next);
    }
    now = Math.min(now, end);
  };
  return { one, requests, heard, until, atMost: () => most };
}

/** When something may be done next; undefined when nothing is on its way. */
async function nextAt(): Promise<number | undefined> {
  const rows = await connection.db
    .selectFrom('outgoing as o')
    .innerJoin('endpoints as e', 'e.endpoint', 'o.channel')
    .select(['o.due_at', 'o.stage', 'e.until_at', 'e.leased_until'])
    .execute();
  if (rows.length === 0) return undefined;
  return Math.min(...rows.map((row) => (row.stage === 'tell' ? row.due_at : Math.max(row.due_at, row.until_at, row.leased_until))));
}

let last = 0;
const tell = async (unit: string, count: number, stayId: string | null = 's-1', type = 'skriv-ut'): Promise<string[]> => {
  const ids = Array.from({ length: count }, () => `n${++last}`);
  const notices = ids.map((noticeId) => ({ noticeId, type, occurredAt: now, text: 'Text.' }));
  const party = unit === 'jonkoping' ? 'region' : 'kommun';
  await ledger.notify({ stayId, region: 'jonkoping', to: { party, unit }, notices, at: now, realNow: now });
  return ids;
};
const regionInbox = async () => (await ledger.inbox({ unit: 'jonkoping', limit: 1_000 }))?.items ?? [];
const statusesOf = async (channel: string) =>
  connection.db
    .selectFrom('deliveries')
    .select(['notice_id', 'status', 'error', 'attempts'])
    .where('channel', '=', channel)
    .orderBy('id')
    .execute();

describe('a receiver that is well', () => {
  test('gets every notice once, each unit’s in order, no faster than agreed', async () => {
    const ids = await tell('0680', 40);
    const { requests, until, atMost } = dispatching({});
    await until();
    expect(requests.map(({ noticeIds }) => noticeIds[0])).toEqual(ids);
    expect(atMost()).toBeLessThanOrEqual(3);
    for (const { at } of requests) expect(requests.filter((one) => one.at >= at && one.at < at + 1_000).length).toBeLessThanOrEqual(11);
    expect(new Set((await statusesOf('webhook:ett')).map(({ status }) => status))).toEqual(new Set(['delivered']));
  });

  test('of many units gets several at a time, and never more than agreed', async () => {
    routing = routingFrom(text('  - { party: kommun, to: [ett] }'));
    const units = Array.from({ length: 8 }, (_, n) => `08${10 + n}`);
    for (const unit of units) await tell(unit, 4);
    // A request takes as long as whatever else may begin meanwhile.
    const { requests, until, atMost } = dispatching({}, false, {}, () => new Promise((resolve) => setImmediate(resolve)));
    await until();
    expect(requests).toHaveLength(32);
    expect(atMost()).toBe(3);
  });

  test('is not held up by another that is not', async () => {
    await tell('0680', 5);
    await tell('0681', 5);
    const { requests, until } = dispatching({ 'webhook:ett': () => DOWN });
    await until(START + 60_000);
    expect(requests.filter(({ channel }) => channel === 'webhook:tva')).toHaveLength(5);
    expect(requests.find(({ channel, noticeIds }) => channel === 'webhook:tva' && noticeIds.length === 1)?.at).toBeLessThan(START + 5_000);
  });
});

describe('a receiver that is down', () => {
  test('costs one probe for each step, however much waits, and gets it all in order when it is back', async () => {
    const ids = await tell('0680', 60);
    const back = START + 6 * HOUR;
    const { requests, until } = dispatching({ 'webhook:ett': ({ at }) => (at < back ? DOWN : TAKEN) });
    await until();
    const probes = requests.filter(({ outcome }) => outcome === 'retry');
    // Doubling up to half an hour, three quarters of each on average.
    expect(probes.length).toBeLessThan(30);
    expect(new Set(probes.flatMap(({ noticeIds }) => noticeIds))).toEqual(new Set([ids[0]]));
    const taken = requests.filter(({ outcome }) => outcome === 'delivered');
    expect(taken.map(({ noticeIds }) => noticeIds[0])).toEqual(ids);
    for (const { at } of taken) expect(taken.filter((one) => one.at >= at && one.at < at + 1_000).length).toBeLessThanOrEqual(11);
  });

  test('for three days: all is given up, the region is told of each once, and only then', async () => {
    const ids = await tell('0680', 20);
    const { until } = dispatching({ 'webhook:ett': () => DOWN });
    await until(START + 71 * HOUR);
    expect(await regionInbox()).toEqual([]);
    await until();
    expect(now - START).toBeLessThan(74 * HOUR);
    const told = await regionInbox();
    expect(told.map(({ type }) => type)).toEqual(ids.map(() => 'leverans-misslyckad'));
    expect(new Set(told.map(({ noticeId }) => noticeId.split('~')[0]))).toEqual(new Set(ids));
    const rows = await statusesOf('webhook:ett');
    expect(rows.map(({ status, error }) => [status, error])).toEqual(ids.map(() => ['failed', 'gavs upp: kunde inte nås: ECONNREFUSED']));
  });

  test('that asks for peace gets it', async () => {
    await tell('0680', 3);
    const busy: Sent = { outcome: 'retry', reason: 'svarade 429', answered: false, notBeforeMs: HOUR };
    const { requests, until } = dispatching({ 'webhook:ett': ({ no }) => (no === 0 ? busy : TAKEN) });
    await until();
    expect(requests).toHaveLength(4);
    expect((requests[1]?.at ?? 0) - START).toBeGreaterThanOrEqual(HOUR);
  });
});

test('a notice that a receiver will not have does not hold up the others, and is given up after three days', async () => {
  const ids = await tell('0680', 30);
  const { requests, until } = dispatching({ 'webhook:ett': ({ noticeIds }) => (noticeIds[0] === ids[0] ? REFUSED : TAKEN) });
  await until(START + HOUR);
  const taken = requests.filter(({ outcome }) => outcome === 'delivered');
  expect(taken.map(({ noticeIds }) => noticeIds[0])).toEqual(ids.slice(1));
  expect(taken.at(-1)?.at).toBeLessThan(START + 5 * 60_000);
  await until();
  const rows = await statusesOf('webhook:ett');
  expect(rows[0]).toMatchObject({ notice_id: ids[0], status: 'failed' });
  expect(rows[0]?.attempts).toBeLessThan(120);
  expect((await regionInbox()).map(({ noticeId }) => noticeId)).toEqual([`${ids[0]}~leverans-misslyckad~webhook:ett`]);
});

test('a receiver that says 410 is asked no more; what waited is given up, and told', async () => {
  await tell('0680', 6);
  const { requests, until } = dispatching({ 'webhook:ett': () => GONE });
  await until();
  await tell('0680', 2);
  await until();
  expect(requests).toHaveLength(1);
  expect(await regionInbox()).toHaveLength(8);
  expect((await ledger.endpointStates()).find(({ endpoint }) => endpoint === 'webhook:ett')).toMatchObject({ state: 'disabled' });
  expect(logged.some((line) => line.includes('disabled'))).toBe(true);
});

test('a stay that runs is told itself, and the region not besides', async () => {
  const ids = await tell('0680', 2);
  await tell('0680', 1, null);
  const { heard, until } = dispatching({ 'webhook:ett': () => GONE }, true);
  await until();
  expect(heard.map(({ noticeId, channel }) => [noticeId, channel])).toEqual(ids.map((id) => [id, 'webhook:ett']));
  // The one about a month has no stay to hear it.
  expect((await regionInbox()).map(({ stayId }) => stayId)).toEqual([null]);
});

test('what the region cannot be told goes no further: no notice about a notice', async () => {
  routing = routingFrom(text(`${HOOKS}\n  - { unit: jonkoping, to: [inkorg, region] }`, 3));
  await tell('0680', 3);
  const { until } = dispatching({ 'webhook:ett': () => GONE, 'webhook:region': () => DOWN });
  await until();
  expect((await regionInbox()).map(({ type }) => type)).toEqual(['leverans-misslyckad', 'leverans-misslyckad', 'leverans-misslyckad']);
  expect(new Set((await statusesOf('webhook:region')).map(({ status }) => status))).toEqual(new Set(['failed']));
  expect(logged.filter((line) => line.includes('could not be delivered') && line.includes('webhook:region'))).toHaveLength(3);
});

test('killed between sending and writing it down: sent again, with the same id', async () => {
  const ids = await tell('0680', 1);
  const dead = () => Promise.reject(new Error('killed'));
  const first = dispatching({}, false, { noticesDelivered: dead, releaseEndpoint: dead });
  await first.one.once();
  expect(first.requests).toHaveLength(1);
  const second = dispatching({});
  expect(await second.one.once()).toBe(false);
  await second.until();
  expect(second.requests.map(({ noticeIds }) => noticeIds)).toEqual([ids]);
  expect(now - START).toBeLessThan(2 * 60_000);
});

test('two dispatchers share the work: nothing twice', async () => {
  const ids = [...(await tell('0680', 20)), ...(await tell('0681', 20))];
  const [a, b] = [dispatching({}), dispatching({})];
  await Promise.all([a.until(), b.until()]);
  const sent = [...a.requests, ...b.requests].flatMap(({ noticeIds }) => noticeIds);
  expect([...sent].sort()).toEqual([...ids].sort());
});

describe('mails to one address', () => {
  beforeEach(() => {
    routing = routingFrom(text('  - { unit: "0680", to: [inkorg, brev] }'));
  });

  test('go at once when there has been none, and together when they come close', async () => {
    const ids = await tell('0680', 1);
    const { requests, one, until } = dispatching({});
    await one.once();
    ids.push(...(await tell('0680', 7)));
    await one.once();
    expect(requests).toHaveLength(1);
    await until();
    expect(requests.map(({ noticeIds }) => noticeIds)).toEqual([ids.slice(0, 1), ids.slice(1)]);
    expect(now - START).toBeGreaterThanOrEqual(120_000);
  });

  test('one that was made is made of the same the next time', async () => {
    const first = await tell('0680', 2);
    const { requests, one, until } = dispatching({ 'epost:larm@kommun.example': ({ no }) => (no === 0 ? DOWN : TAKEN) });
    await one.once();
    const later = await tell('0680', 2);
    await until();
    expect(requests.map(({ noticeIds }) => noticeIds)).toEqual([first, first, later]);
  });

  test('one that is refused for good is told of, and the next is sent', async () => {
    await tell('0680', 1);
    const { requests, until, one } = dispatching({
      'epost:larm@kommun.example': ({ no }) => (no === 0 ? { outcome: 'refused', reason: 'e-postservern svarade 550' } : TAKEN),
    });
    await one.once();
    await tell('0680', 1);
    await until();
    expect(requests.map(({ outcome }) => outcome)).toEqual(['refused', 'delivered']);
    expect(await regionInbox()).toHaveLength(1);
  });
});

test('back-off doubles, has a limit, and is never the same for all', () => {
  const limits = { firstMs: 5_000, longestMs: 1_800_000 };
  expect([1, 2, 3, 4].map((n) => backOffMs(n, limits, 1))).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(backOffMs(1_000, limits, 1)).toBe(1_800_000);
  expect(backOffMs(1, limits, 0)).toBe(2_500);
});

const answer = fc.constantFrom<Sent>(
  TAKEN,
  TAKEN,
  TAKEN,
  DOWN,
  DOWN,
  REFUSED,
  REFUSED,
  GONE,
  { outcome: 'refused', reason: 'e-postservern svarade 550' },
  { outcome: 'retry', reason: 'svarade 503', answered: false, notBeforeMs: 10 * 60_000 },
);

test('whatever receivers do, every notice is delivered, or given up and told; none is lost, and nobody is asked too often', async () => {
  const behaviour = fc.record({
    ett: fc.array(answer, { minLength: 1, maxLength: 12 }),
    tva: fc.array(answer, { minLength: 1, maxLength: 12 }),
    brev: fc.array(answer, { minLength: 1, maxLength: 12 }),
    forEver: fc.constantFrom(TAKEN, DOWN, REFUSED),
    counts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    isRunning: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(behaviour, async ({ ett, tva, brev, forEver, counts, isRunning }) => {
      await empty(connection.db);
      now = START;
      routing = routingFrom(text('  - { unit: "0680", to: [ett, brev] }\n  - { unit: "0681", to: [tva] }', 1));
      const script =
        (answers: Sent[]): Answer =>
        ({ no }) =>
          answers[no] ?? forEver;
      const { requests, heard, until, atMost } = dispatching(
        { 'webhook:ett': script(ett), 'webhook:tva': script(tva), 'epost:larm@kommun.example': script(brev) },
        isRunning,
      );
      for (const count of counts) {
        await tell('0680', count);
        await tell('0681', count);
        await until(now + HOUR / 4);
      }
      await until(now + 20 * HOUR);
      // Nothing is on its way any more: each has arrived, or somebody has been told that it did not.
      expect(await nextAt()).toBeUndefined();
      const rows = await connection.db.selectFrom('deliveries').selectAll().where('channel', '!=', 'inkorg').execute();
      const reached = new Set(
        requests
          .filter(({ outcome }) => outcome === 'delivered')
          .flatMap(({ channel, noticeIds }) => noticeIds.map((id) => `${id} ${channel}`)),
      );
      const told = new Set([
        ...heard.map(({ noticeId, channel }) => `${noticeId} ${channel}`),
        ...(await regionInbox()).map(({ noticeId }) => noticeId.replace('~leverans-misslyckad~', ' ')),
      ]);
      for (const { notice_id, channel, status } of rows) {
        const key = `${notice_id} ${channel}`;
        if (status === 'delivered') expect(reached).toContain(key);
        else {
          expect(status).toBe('failed');
          expect(told).toContain(key);
        }
      }
      expect(rows).toHaveLength(counts.reduce((sum, count) => sum + 3 * count, 0));
      expect(atMost()).toBeLessThanOrEqual(8);
      for (const { channel, at } of requests)
        expect(requests.filter((one) => one.channel === channel && one.at >= at && one.at < at + 1_000).length).toBeLessThanOrEqual(11);
      // After a failure nothing for at least half the first step, but for what was under way.
      for (const channel of ['webhook:ett', 'webhook:tva', 'epost:larm@kommun.example']) {
        const failures = requests.filter((one) => one.channel === channel && one.outcome === 'retry');
        for (const { at } of failures) expect(failures.filter((one) => one.at >= at && one.at < at + 2_500).length).toBeLessThanOrEqual(3);
      }
    }),
    { numRuns: 8 },
  );
});
