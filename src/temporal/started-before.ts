/** How many histories there are that may hold what was encrypted before a time: of workflows that run, and of those that are kept. */
import type { Connection } from '@temporalio/client';

/** Their runs were started before it, in real time. */
export async function startedBefore(connection: Pick<Connection, 'workflowService'>, namespace: string, before: number): Promise<number> {
  const query = `StartTime < "${new Date(before).toISOString()}"`;
  const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query });
  return Number(count ?? 0);
}
