/** Traces of the service: what is loaded and wrapped when a collector is named, and nothing at all when none is. */
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { TracingConfig } from '../config.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Log } from '../telemetry/log.js';
import { traced } from '../telemetry/spans.js';
import type { Tracing } from '../telemetry/tracing.js';
import { clientTracing } from '../temporal/tracing.js';
import { version } from './version.js';

export interface ServiceTracing extends Tracing {
  /** For the clients of Temporal. */
  clients: WorkflowClientInterceptor[];
}

/** Turns traces on for this process when the configuration says where they go. */
export async function startTracing(
  config: TracingConfig | undefined,
  roles: readonly string[],
  log: Log,
): Promise<ServiceTracing | undefined> {
  if (config === undefined) return undefined;
  const { openTracing } = await import('../telemetry/tracing.js');
  const tracing = openTracing({ config, roles, version: version(), log });
  return { ...tracing, clients: await clientTracing() };
}

/** The ledger, each of its calls a span where something that is traced is under way. */
export function tracedParts(tracing: ServiceTracing | undefined, ledger: Ledger): Ledger {
  return tracing === undefined ? ledger : traced('ledger', ledger);
}
