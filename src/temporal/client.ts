/** The connection to Temporal and the client on it, for whoever starts, asks and tells workflows. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
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

/** The longest pause of a call that the SDK itself makes again: whoever closes the connection waits for it. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Connects at first use, so that a service starts although Temporal is not up yet; and is closed in good order although Temporal
 * is away: a call that the SDK makes again on a closed channel throws where nobody can catch it, and ends the process.
 */
export function connectLazily(options: ConnectionOptions): Connection {
  const usual = defaultGrpcRetryOptions();
  let isClosing = false;
  let againAt = 0;
  const retry = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !isClosing && usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const pauseMs = Math.min(usual.delayFunction(attempt, status), LONGEST_PAUSE_MS);
      againAt = Math.max(againAt, performance.now() + pauseMs);
      return pauseMs;
    },
  });
  const connection = Connection.lazy({ ...options, interceptors: [retry], channelArgs: { ...RECONNECT, ...options.channelArgs } });
  const close = connection.close.bind(connection);
  connection.close = async () => {
    isClosing = true;
    const leftMs = againAt - performance.now();
    if (leftMs > 0) await sleep(leftMs + 10);
    await close();
  };
  return connection;
}
