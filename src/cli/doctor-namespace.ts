/** What `hemgang doctor` finds of a Temporal service: whether it lets us in, and whether the namespace has our search attributes. */
import { Connection } from '@temporalio/client';
import type { Config } from '../config.js';
import { isThere, OWN_NAMESPACE } from '../temporal/ensure-namespace.js';
import { findSearchAttributes } from '../temporal/ensure-search-attributes.js';
import { NamespaceProblem } from '../temporal/namespace-problem.js';
import { temporalAddress } from './temporal-connection.js';

export interface NamespaceFinding {
  level: 'ok' | 'note' | 'bad';
  what: string;
}

/** Changes nothing: what is missing the worker makes at its start. */
export async function examineNamespace(config: Config, withinMs: number): Promise<NamespaceFinding[]> {
  const { namespace } = config.temporal;
  const until = Date.now() + withinMs;
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...temporalAddress(config), connectTimeout: withinMs });
    const asked = connection;
    if (namespace === OWN_NAMESPACE && !(await asked.withDeadline(until, () => isThere(asked, namespace))))
      return [{ level: 'note', what: `TEMPORAL_NAMESPACE: ${namespace} is not there; the worker makes it at its start` }];
    const { missing, wrong } = await asked.withDeadline(until, () => findSearchAttributes(asked, namespace));
    if (wrong.length > 0) return wrong.map((what) => ({ level: 'bad', what: `TEMPORAL_NAMESPACE: ${what}` }));
    if (missing.length > 0)
      return [{ level: 'note', what: `TEMPORAL_NAMESPACE: ${namespace} lacks ${missing.join(', ')}; the worker adds them at its start` }];
    return [{ level: 'ok', what: `TEMPORAL_NAMESPACE: ${namespace} has the search attributes` }];
  } catch (error) {
    if (error instanceof NamespaceProblem) return error.lines.map((line) => ({ level: 'bad', what: `TEMPORAL_NAMESPACE: ${line}` }));
    return [{ level: 'bad', what: `TEMPORAL_ADDRESS: what answers there is no Temporal that lets us in: ${reasonOf(error)}` }];
  } finally {
    await connection?.close();
  }
}

/** Its first line: gRPC's errors bring what they were about. */
function reasonOf(error: unknown): string {
  const { details, message } = error as { details?: string; message?: string };
  return (details || message || String(error)).split('\n')[0]?.slice(0, 200) ?? '';
}
