/** `ratta-uppgift`: a party corrects a fact of its own; what the corrected action becomes, checked as the action itself would be. */
import { instantOf } from '../calendar.js';
import type { JsonObject } from '../ids.js';
import type { ActionName } from './actions.js';
import { checkEnvelope, type SchemaError } from './check.js';
import { crossField } from './cross-field.js';
import { effectiveAt } from './effective.js';
import type { RefusalCode } from './refusals.js';
import type { LogEntry, Stay } from './state.js';

type Becomes = Pick<LogEntry, 'at' | 'countsFrom' | 'data'>;

/** Undone by actions of their own, or nothing that a later value could stand for. */
const NOT_CORRECTED: readonly string[] = ['ratta-uppgift', 'annullera', 'angra-utskrivning', 'avsluta-arende'];

/**
 * What the corrected action becomes: `data` is laid over the old data, `at` replaces the old time, and it counts from the corrected time.
 * Refused: an action that is not there, is another party's, or would not have been valid.
 *
 * @source domain.md §3 Corrections
 */
export function correction(stay: Stay, by: LogEntry): { becomes: Becomes } | { code: RefusalCode; errors?: SchemaError[] } {
  const asked = by.data as { actionId: string; at?: string; data?: JsonObject };
  const entry = stay.log.find((e) => e.id === asked.actionId);
  if (!entry) return { code: 'uppgift-finns-inte' };
  if (NOT_CORRECTED.includes(entry.action)) return { code: 'uppgift-kan-ej-rattas' };
  // What a system reported for the hospital is the hospital's to correct, or that system's own.
  const isOwn = by.by.party === 'system' && entry.by.party === 'system' && entry.by.unit === by.by.unit;
  const owner = entry.by.party === 'system' ? (isOwn ? 'system' : 'slutenvard') : entry.by.party;
  // The ward the patient has moved to answers for the stay as a whole; elsewhere each unit for its own.
  if (owner !== by.by.party || (owner !== 'slutenvard' && entry.by.unit !== by.by.unit)) return { code: 'ej-egen-uppgift' };

  const action = entry.action as ActionName;
  const data = { ...entry.data, ...asked.data };
  const at = asked.at === undefined ? entry.at : instantOf(asked.at);
  const errors = [...checkEnvelope(action, { id: entry.id, by: entry.by, data }), ...crossField(action, data, entry.by)];
  if (errors.length > 0) return { code: 'ogiltig-data', errors: errors.map((e) => ({ ...e, path: `data.${e.path}` })) };
  const effective = effectiveAt(action, data, at);
  if (Math.max(at, effective) > by.receivedAt)
    return { code: 'tidpunkt-i-framtiden', errors: [{ path: 'data.at', message: 'ligger i framtiden' }] };
  if (Math.min(at, effective) < stay.admission.admittedAt)
    return { code: 'tidpunkt-fore-inskrivning', errors: [{ path: 'data.at', message: 'ligger före inskrivningen' }] };
  return {
    becomes: {
      at,
      countsFrom: asked.at === undefined && effective === effectiveAt(action, entry.data, entry.at) ? entry.countsFrom : effective,
      data,
    },
  };
}
