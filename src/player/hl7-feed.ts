/** A recorded HL7 feed: messages one after the other in a file, each sent when its time has come. */
import { createHash } from 'node:crypto';
import type { Instant } from '../domain/calendar.js';
import { messagesInFile } from '../doors/hl7/file.js';
import { type Hl7Message, segmentOf, valueAt } from '../doors/hl7/message.js';
import { parseHl7 } from '../doors/hl7/parse.js';
import { readHl7Time } from '../doors/hl7/timestamp.js';
import type { Line } from './feed.js';

export interface Hl7Line extends Line {
  bytes: Uint8Array;
  /** `A01` */
  trigger: string;
}

export interface Hl7Feed {
  /** SHA-256 of the file. */
  id: string;
  lines: Hl7Line[];
}

/** EVN-6, else EVN-2, else MSH-7. @source contract.md, HL7: EVN-6 is the time it happened */
const TIMES = [
  ['EVN', 6],
  ['EVN', 2],
  ['MSH', 7],
] as const;

/**
 * The messages of a file in their order; `number` counts them from 1. None is refused here: whether it can be understood is
 * the service's to say. One without a time is sent with those before it.
 */
export function readHl7Feed(bytes: Uint8Array): { feed: Hl7Feed } | { bad: string } {
  const messages = messagesInFile(bytes);
  if (messages.length === 0) return { bad: 'no HL7 message: none begins with MSH' };
  let latest = Number.NEGATIVE_INFINITY;
  const lines = messages.map((message, index): Hl7Line => {
    const read = parseHl7(message);
    const known = 'message' in read ? read.message : read.header;
    const own = known === null ? undefined : timeOf(known);
    latest = Math.max(latest, own ?? latest);
    return {
      number: index + 1,
      // Of no stay: each by itself.
      stayId: (known && valueAt(known, segmentOf(known, 'PV1'), 19)) || `#${index + 1}`,
      dueAt: latest,
      // Facts count from when they happened, however late they are told: nothing waits for a late one.
      cameLate: false,
      trigger: known?.trigger || '?',
      bytes: message,
    };
  });
  // Those before the first that tells a time go with it.
  const first = lines.find(({ dueAt }) => Number.isFinite(dueAt))?.dueAt ?? 0;
  return {
    feed: {
      id: createHash('sha256').update(bytes).digest('hex'),
      lines: lines.map((line) => (Number.isFinite(line.dueAt) ? line : { ...line, dueAt: first })),
    },
  };
}

function timeOf(message: Hl7Message): Instant | undefined {
  for (const [segment, field] of TIMES) {
    const text = valueAt(message, segmentOf(message, segment), field);
    const time = typeof text === 'string' ? readHl7Time(text) : undefined;
    if (time !== undefined) return time.at;
  }
  return undefined;
}
