/** Sees to it that the namespace is there: the one that is ours by name is made, any other must be. */
import type { Connection } from '@temporalio/client';
import { CODES, codeOf, noNamespace, onceKnown, RETENTION_DAYS } from './namespace-problem.js';

/** Another name that does not exist is more likely misspelt, and would begin an empty service beside the real one. */
export const OWN_NAMESPACE = 'hemgang';
const DAY_SECONDS = 86_400;

/**
 * Whether it was made now.
 *
 * @throws NamespaceProblem when it is missing and not ours to make, or this program may not make it
 */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<boolean> {
  if (await isThere(connection, namespace)) return false;
  if (namespace !== OWN_NAMESPACE) throw noNamespace(namespace);
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'Hemgång',
      workflowExecutionRetentionPeriod: { seconds: (RETENTION_DAYS * DAY_SECONDS) as never },
    });
  } catch (error) {
    if (codeOf(error) === CODES.denied) throw noNamespace(namespace);
    // Another worker made it just now.
    if (codeOf(error) !== CODES.exists) throw error;
  }
  await onceKnown(() => connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 }), CODES.notFound);
  return true;
}

/** Whether there is such a namespace, as far as we may know. */
export async function isThere(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (codeOf(error) === CODES.notFound) return false;
    // Who may not ask about the namespace may still work in it.
    if (codeOf(error) === CODES.denied) return true;
    throw error;
  }
}
