/** A worker in a process of its own, whose activities do nothing: what it weighs is the stays in its cache. Asked, it tells its memory. */
import { readFileSync } from 'node:fs';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { register } from 'tsx/cjs/api';
import { workerOptions } from '../worker/main.js';

register();
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
});
const { address, taskQueue, key, bundle } = JSON.parse(process.env.BENCH_WORKER ?? '{}') as Record<
  'address' | 'taskQueue' | 'key' | 'bundle',
  string
>;
const nothing = async (): Promise<never> => ({}) as never;
const activities = {
  record: nothing,
  notify: nothing,
  settled: nothing,
  caughtUp: nothing,
  idle: nothing,
};
const worker = await Worker.create(
  workerOptions({
    connection: await NativeConnection.connect({ address }),
    namespace: 'default',
    taskQueue,
    activities,
    keys: [{ id: 'bench', key: Buffer.from(key, 'base64') }],
    workflowBundle: { code: readFileSync(bundle, 'utf8') } as never,
    maxCachedWorkflows: 2_000,
  }),
);
process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().rss);
});
process.send?.('ready');
await worker.run();
