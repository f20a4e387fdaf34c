/** Thousands of messages that waited for a worker, some sent twice, and a worker that is killed among them: nothing is lost, nothing comes twice. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from '../support/sources.js';
import { type Bench, CLI, devServer, eventually, KEYS, openStay } from '../workflows/harness.js';
import { annul, assess, comment } from '../workflows/scenario.js';

const AT = '2019-03-04T08:00:00+01:00';
const NINE = '2019-03-04T09:00:00+01:00';
const TEN = '2019-03-04T10:00:00+01:00';
const SIGNALS = 3_000;

describe.skipIf(!CLI)('a flood', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await devServer();
  });
  afterAll(() => bench.close());

  /** Forty senders at a time; every tenth message twice. */
  const flood = async (stay: Awaited<ReturnType<typeof openStay>>): Promise<void> => {
    const { by, data } = comment(NINE);
    const ids = Array.from({ length: SIGNALS }, (_, i) => i).flatMap((i) => (i % 10 === 0 ? [i, i] : [i]));
    await Promise.all(
      Array.from({ length: 40 }, async (_, sender) => {
        for (let i = sender; i < ids.length; i += 40)
          await stay.signal('kommentera', { id: `k-${ids[i]}`, at: NINE, by, data, imported: true });
      }),
    );
  };
  const comments = (stay: { events(): { type: string }[] }) => stay.events().filter((event) => event.type === 'accepted').length;

  it(`of ${SIGNALS} signals while no worker runs is taken in at once, each applied once`, async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(assess(NINE));
    await bench.stopWorker();
    await flood(stay);
    await bench.startWorker();
    await eventually(() => comments(stay) === SIGNALS + 1, 120_000);
    expect(new Set(bench.world.notices.map(({ noticeId }) => noticeId)).size).toBe(bench.world.notices.length);
    expect(await stay.do(annul(TEN))).toMatchObject({ accepted: true });
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED', 60_000);
  });

  it('among which the worker is killed: all are applied by the next one', async () => {
    const stay = await openStay(bench, { at: TEN, admittedAt: AT });
    await stay.did(assess(NINE));
    await bench.stopWorker();
    const killed = startProcess(bench);
    const flooding = flood(stay);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    killed.kill('SIGKILL');
    await flooding;
    await bench.startWorker();
    // The killed worker recorded into its own memory; what matters is the stay's own count.
    await eventually(async () => {
      const view = await bench.client.withDeadline(Date.now() + 20_000, () => stay.view()).catch(() => undefined);
      return view !== undefined && (await stay.do(comment(NINE), { id: `k-${SIGNALS - 1}` })).accepted;
    }, 180_000);
    const last = await stay.do(comment(NINE), { id: 'sist' });
    expect(last).toMatchObject({ accepted: true });
    await stay.handle.terminate();
  });

  /** A worker in a process of its own, so that it can be killed. */
  function startProcess({ env, taskQueue }: Bench): ChildProcess {
    const keys = KEYS.map(({ id, key }) => ({ id, key: key.toString('base64') }));
    return fork(join(ROOT, 'test/slow/worker-process.ts'), [], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, WORKER: JSON.stringify({ address: env.address, taskQueue, keys, bundle: inject('bundlePath') }) },
    });
  }
});
