/** On a fast clock the service starts the months, and looks for changes and warnings, as Schedules do in real time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { loadAgreements } from '../../src/agreements/load.js';
import { startMonths } from '../../src/cli/months.js';
import type { Clock } from '../../src/clock.js';
import type { BillingGateway } from '../../src/temporal/billing-client.js';
import { fakeBillingLedger, plainStay } from '../doors/fake-billing-ledger.js';
import { eventually } from '../workflows/harness.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined } as never;
const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements cannot be read');

/** A day in a tenth of a second. */
const SCALE = 864_000;
function clockFrom(iso: string): Clock {
  const start = Date.parse(iso);
  const realStart = Date.now();
  return {
    start,
    realStart,
    scale: SCALE,
    now: () => Math.floor(start + (Date.now() - realStart) * SCALE),
    toRealMs: (ms) => ms / SCALE,
  };
}

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

function begin(from: string, { changed = [] as string[], fails = 0 } = {}) {
  const done: string[] = [];
  const at: Record<string, string> = {};
  const clock = clockFrom(from);
  let failures = fails;
  const billing: BillingGateway = {
    status: async () => {
      if (failures-- > 0) throw new Error('away');
      return { status: 'missing' };
    },
    run: async (region, month) => {
      done.push(`run ${region} ${month}`);
      at[month] = new Date(clock.now()).toISOString();
      return 'started';
    },
    stage: async () => undefined,
    check: async (region, what) => {
      done.push(`${what} ${region}`);
    },
    result: () => new Promise(() => undefined),
  };
  const stays = [1, 2, 3].map((i) => plainStay(`s${i}`, '0680', `2019-03-0${i}`, 5));
  const ledger = {
    ...fakeBillingLedger({ until: 0, episodes: stays }),
    changedMonths: async (region: string) => changed.map((payer) => ({ region, month: '2019-02', payer, stays: [] })),
  };
  stop = startMonths({ clock, agreements: loaded as never, billing, ledger, log: silent });
  return { done, at };
}

test('each month is started when its preliminary day has come, those with an agreement only', async () => {
  const { done, at } = begin('2019-02-27T12:00:00+01:00', { fails: 1 });
  await eventually(() => done.includes('run jonkoping 2019-03'), 15_000);
  expect(done.filter((what) => what.startsWith('run'))).toEqual(['run jonkoping 2019-02', 'run jonkoping 2019-03']);
  expect(at['2019-03']?.slice(0, 10)).toBe('2019-04-01');
}, 20_000);

test('a warning is looked for each day, and told of once; changes are looked for as long as there are some', async () => {
  const { done } = begin('2019-03-10T12:00:00+01:00', { changed: ['0680'] });
  await eventually(() => done.filter((what) => what === 'corrections jonkoping').length >= 2);
  expect(done.filter((what) => what === 'warnings jonkoping')).toEqual(['warnings jonkoping']);
}, 20_000);

test('where there is nothing, nothing is started', async () => {
  const { done } = begin('2019-05-02T12:00:00+02:00');
  await sleep(1_500);
  expect(done).toEqual([]);
});
