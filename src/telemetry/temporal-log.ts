/** Lines of the Temporal SDK, its core and the workflows, as lines of our log: what they are about, and nothing that they quote. */
import { subjectOf } from './workflow-subject.js';

/** What else the SDK knows of a workflow or activity, and what our workflows say of it. All else it gives, such as a failure in full, stays out. */
const TAKEN = [
  'namespace',
  'taskQueue',
  'workflowType',
  'runId',
  'updateName',
  'activityType',
  'activityId',
  'attempt',
  'isLocal',
  'durationMs',
  'sdkComponent',
  'action',
  'event',
  'traceId',
  'spanId',
] as const;

/** The fields of such a line. An error is named by our workflows (`error`), and given whole by the SDK (`err`). */
export function temporalFields(meta: Record<string, unknown> = {}): Record<string, unknown> {
  const { workflowId, workflow_id, run_id, error } = meta;
  const id = workflowId ?? workflow_id;
  const subject = subjectOf(id);
  const fields: Record<string, unknown> = { ...subject };
  // Whoever starts a workflow by hand may write anything into its id.
  if (subject.region !== undefined) fields['workflowId'] = id;
  if (run_id !== undefined) fields['runId'] = run_id;
  for (const name of TAKEN) if (meta[name] !== undefined) fields[name] = meta[name];
  if (error instanceof Error) fields['err'] = error;
  else if (typeof error === 'string' && /^\w{1,60}$/.test(error)) fields['error'] = error;
  return fields;
}
