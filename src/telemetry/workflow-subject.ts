/** What a workflow is about, by its id: the fields that its lines and spans have. */
import { STAY_ID } from '../domain/ids.js';

export interface WorkflowSubject {
  stayId?: string;
  region?: string;
  month?: string;
  payer?: string;
}

/** Of an id that is none of ours nothing is said: whoever starts a workflow by hand may write anything into its id. @source contract.md, Temporal */
export function subjectOf(workflowId: unknown): WorkflowSubject {
  if (typeof workflowId !== 'string') return {};
  const [kind, region = '', ...rest] = workflowId.split('/');
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(region)) return {};
  const [last = ''] = rest;
  if (kind === 'stay') return rest.length === 1 && STAY_ID.test(last) ? { region, stayId: last } : {};
  // Temporal appends the time to an id that a Schedule starts.
  const month = /^\d{4}-\d{2}(?=$|-)/.exec(last)?.[0];
  if ((kind !== 'billing' && kind !== 'invoice') || month === undefined) return {};
  const payer = rest[1] !== undefined && /^\d{4}$/.test(rest[1]) ? rest[1] : undefined;
  return { region, month, ...(payer === undefined ? {} : { payer }) };
}
