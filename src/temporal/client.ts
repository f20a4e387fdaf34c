/** The connection to Temporal and the client on it, for whoever starts, asks and tells workflows. */
import { Client, Connection, type ConnectionOptions, type WorkflowClientInterceptor } from '@temporalio/client';
import type { PayloadKey } from './codec.js';
import { dataConverter } from './data-converter.js';

export const TASK_QUEUE = 'hemgang';

/**
 * A client whose payloads are encrypted with these keys, newest first.
 * Queries are answered for running workflows only: what has ended is read from the ledger. `interceptors`: of `clientTracing`.
 */
export function createClient(
  connection: Connection,
  namespace: string,
  keys: readonly PayloadKey[],
  interceptors: WorkflowClientInterceptor[] = [],
): Client {
  return new Client({
    connection,
    namespace,
    dataConverter: dataConverter(keys),
    workflow: { queryRejectCondition: 'NOT_OPEN' },
    interceptors: { workflow: interceptors },
  });
}

/** A server that was away is found again within seconds; left alone, gRPC would wait up to two minutes between its tries. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 500, 'grpc.max_reconnect_backoff_ms': 2_000 };

/** Connects at first use, so that a service starts although Temporal is not up yet. */
export function connectLazily(options: ConnectionOptions): Connection {
  return Connection.lazy({ ...options, channelArgs: { ...RECONNECT, ...options.channelArgs } });
}
