/** The sample month in two parts: what a hospital's system tells in HL7, and the lines that go over HTTP. Together they are the month. */
import { readFileSync } from 'node:fs';
import { type MonthInParts, monthInParts, type SampleMessage } from '../../scripts/sample/hl7.js';

export type { SampleMessage } from '../../scripts/sample/hl7.js';

export interface MonthParts extends MonthInParts {
  /** The messages of each stay, in the order of registration. */
  byStay: Map<string, SampleMessage[]>;
}

export function monthParts(): MonthParts {
  const parts = monthInParts(readFileSync(new URL('../../samples/2019-03-jonkoping.jsonl', import.meta.url), 'utf8'));
  const byStay = new Map<string, SampleMessage[]>();
  for (const message of parts.messages) byStay.set(message.stayId, [...(byStay.get(message.stayId) ?? []), message]);
  return { ...parts, byStay };
}
