/** A worker that is there to be killed: its activities succeed and keep nothing. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { workerOptions } from '../../worker/main.js';

const { address, taskQueue, keys, bundle } = JSON.parse(process.env['WORKER'] ?? '{}') as {
  address: string;
  taskQueue: string;
  keys: { id: string; key: string }[];
  bundle: string;
};
const succeed = async (): Promise<never> => ({}) as never;
const activities = {
  record: succeed,
  notify: succeed,
  settled: succeed,
  caughtUp: succeed,
};
const connection = await NativeConnection.connect({ address });
const options = workerOptions({
  connection,
  namespace: 'default',
  taskQueue,
  activities,
  workflowBundle: { codePath: bundle },
  keys: keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })),
});
const worker = await Worker.create(options);
await worker.run();
