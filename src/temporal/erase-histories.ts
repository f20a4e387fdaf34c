/** Histories of workflows are destroyed: every run of theirs that there is, looked for again until nothing of them is found. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { answered } from './calls.js';
import { text } from './query-text.js';

/** `running`: one of them has an open run, and nothing was deleted. `pending`: Temporal has been told, and has not done all of it yet. */
export type HistoriesState = 'gone' | 'running' | 'pending';

export interface EraseHistoriesOptions {
  client: Pick<Client, 'workflowService' | 'options' | 'withDeadline'>;
  /** How long Temporal is waited for; default a minute. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

type Run = temporal.api.workflow.v1.IWorkflowExecutionInfo;
type Asked = EraseHistoriesOptions['client'];
interface Execution {
  workflowId: string;
  /** Left out: the current one. */
  runId?: string;
}

const CALL_MS = 10_000;
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 250;
const PAGE = 200;
/** As the server numbers it. */
const RUNNING = 1;
/** Of gRPC. */
const NOT_FOUND = 5;

/**
 * Deletes the closed runs of these workflows. Runs are found in the visibility store, by what is the workflow's current run, and by what each
 * says of the one that it went on from. Repeated it finds what is left. Throws `TemporalUnavailable`.
 */
export async function eraseHistories(
  { client, patienceMs = PATIENCE_MS, signal }: EraseHistoriesOptions,
  workflowIds: readonly string[],
): Promise<HistoriesState> {
  const until = Date.now() + patienceMs;
  const known = new Map(workflowIds.map((id) => [id, new Set<string>()]));
  for (let deleted = 0; ; ) {
    const left: { execution: Required<Execution>; isRunning: boolean }[] = [];
    for (const [workflowId, seen] of known) {
      for (const [runId, run] of await runsOf(client, workflowId, seen))
        left.push({ execution: { workflowId, runId }, isRunning: run.status === RUNNING });
    }
    if (left.length === 0) return 'gone';
    // None is touched before all of them have been seen to rest.
    if (left.some(({ isRunning }) => isRunning)) return deleted === 0 ? 'running' : 'pending';
    for (const { execution } of left) await found(client, () => client.workflowService.deleteWorkflowExecution(asking(client, execution)));
    deleted += left.length;
    if (Date.now() >= until || signal?.aborted === true) return 'pending';
    await sleep(LOOK_AGAIN_MS);
  }
}

/** Every run that is found in any way. `seen`: those that have been, and are looked for until they are not there. */
async function runsOf(client: Asked, workflowId: string, seen: Set<string>): Promise<Map<string, Run>> {
  const runs = new Map((await listed(client, workflowId)).map((run) => [idOf(run), run]));
  const current = await described(client, { workflowId });
  if (current !== undefined) runs.set(idOf(current), current);
  const waiting = [...new Set([...runs.keys(), ...seen])];
  for (let runId = waiting.pop(); runId !== undefined; runId = waiting.pop()) {
    seen.add(runId);
    const run = await described(client, { workflowId, runId });
    const before = await wentOnFrom(client, { workflowId, runId });
    // What has a history is there, whatever else knows of it; what the visibility store alone shows is not gone either.
    if (run !== undefined) runs.set(runId, run);
    else if (before !== undefined) runs.set(runId, runs.get(runId) ?? {});
    if (before && !seen.has(before)) waiting.push(before);
  }
  return runs;
}

const idOf = ({ execution }: Run): string => execution?.runId ?? '';
const asking = (client: Asked, { workflowId, runId = '' }: Execution) => ({
  namespace: client.options.namespace,
  workflowExecution: { workflowId, runId },
});

async function listed(client: Asked, workflowId: string): Promise<Run[]> {
  const runs: Run[] = [];
  const { namespace } = client.options;
  const query = `WorkflowId = ${text(workflowId)}`;
  let nextPageToken: Uint8Array | undefined;
  do {
    const given = nextPageToken;
    const page = await answered(client, CALL_MS, () =>
      client.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: PAGE,
        ...(given === undefined ? {} : { nextPageToken: given }),
      }),
    );
    runs.push(...page.executions);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
  return runs;
}

async function described(client: Asked, { workflowId, runId = '' }: Execution): Promise<Run | undefined> {
  const execution = { workflowId, runId };
  const answer = await found(client, () =>
    client.workflowService.describeWorkflowExecution({ namespace: client.options.namespace, execution }),
  );
  return answer?.workflowExecutionInfo ?? undefined;
}

/** The run before, by the first event; empty for the first run; undefined when there is no history. */
async function wentOnFrom(client: Asked, execution: Required<Execution>): Promise<string | undefined> {
  const answer = await found(client, () =>
    client.workflowService.getWorkflowExecutionHistory({ namespace: client.options.namespace, execution, maximumPageSize: 1 }),
  );
  const [first] = answer?.history?.events ?? [];
  return first === undefined ? undefined : (first.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '');
}

/** Undefined when the server knows of no such execution. */
async function found<T>(client: Asked, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await answered(client, CALL_MS, call);
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}
