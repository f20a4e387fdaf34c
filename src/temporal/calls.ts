/** One call to Temporal from a door: bounded in time, and never an error of gRPC's to whoever called. */
import { type Client, isGrpcServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ServerFailure } from '@temporalio/common';
import { TemporalUnavailable } from '../doors/gateway.js';

/** gRPC status codes that say nothing about what was asked, only that it was not answered. */
const UNANSWERED = new Set([
  1 /* CANCELLED */, 4 /* DEADLINE_EXCEEDED */, 8 /* RESOURCE_EXHAUSTED */, 10 /* ABORTED */, 14 /* UNAVAILABLE */,
  // The workflow's task fails on every worker, one that lacks a key, say: nothing is answered until that has been put right.
  9 /* FAILED_PRECONDITION */,
]);

const grpcCodeOf = (error: unknown): number | undefined => {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCodeOf(error.cause) : undefined;
};

/** True when the call may or may not have had its effect, and can be made again. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  // The server lost the task before any worker had seen the update; a worker's own refusal is never a failure of the server's.
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ServerFailure) return true;
  const code = grpcCodeOf(error);
  return code !== undefined && UNANSWERED.has(code);
}

/**
 * Makes a call that must be answered within a time. A call that is not is made again until the time is out, so it must be harmless to repeat;
 * then `TemporalUnavailable`.
 */
export async function answered<T>(client: Pick<Client, 'withDeadline'>, timeoutMs: number, call: () => Promise<T>): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await client.withDeadline(until, call);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      if (Date.now() + RETRY_PAUSE_MS >= until) throw new TemporalUnavailable();
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    }
  }
}

const RETRY_PAUSE_MS = 250;
