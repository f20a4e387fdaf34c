/** Whose mapping a message is read by: MSH-3 and MSH-4. */
import type { Hl7Mapping, SenderMapping } from './mapping-schema.js';
import { componentsOf, type Hl7Message, repetitionsOf, segmentOf, textOf } from './message.js';

/** No name of a system is longer. */
const LONGEST = 250;

/** The first sender of the mapping that both fields fit. */
export function senderOf(message: Hl7Message, { senders }: Hl7Mapping): SenderMapping | undefined {
  const applications = namesIn(message, 3);
  const facilities = namesIn(message, 4);
  return senders.find(({ application, facility }) => fits(application, applications) && fits(facility, facilities));
}

/** The field as a whole, and each of its components. */
function namesIn(message: Hl7Message, field: number): string[] {
  const raw = repetitionsOf(message, segmentOf(message, 'MSH')?.fields[field])[0] ?? '';
  if (raw.length > LONGEST) return [];
  return [raw, ...componentsOf(message, raw).map((part) => textOf(message, part) ?? '')];
}

function fits(pattern: string, names: readonly string[]): boolean {
  if (pattern === '*') return true;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'i');
  return names.some((name) => expression.test(name));
}
