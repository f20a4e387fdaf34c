/** A recorded feed: JSONL, one admission or action a line, in order of time. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Instant, parseInstant } from '../domain/calendar.js';
import { ACTION_ID_MAX, STAY_ID } from '../domain/ids.js';
import { isActionName } from '../domain/stay/actions.js';
import { parseWith } from '../doors/field-errors.js';

/** What every line of a feed has, whatever it says. */
export interface Line {
  /** From 1, blank lines counted. */
  number: number;
  stayId: string;
  /**
   * When it is sent: its own time, or that of the lines before when they are later. A line that stands later than its
   * own time came late, and is played late.
   */
  dueAt: Instant;
  /** It stands later than its own time: the service is to judge what was due before, as if it had not come yet. */
  cameLate: boolean;
}
export type FeedLine =
  | (Line & { kind: 'stay'; body: Record<string, unknown> })
  | (Line & { kind: 'action'; action: string; envelope: Record<string, unknown> });

export interface Feed {
  /** SHA-256 of the file: what names the feed, to the service and to the place kept of it. */
  id: string;
  lines: FeedLine[];
}

export interface BadLine {
  line: number;
  reason: string;
}

const instant = z.string().refine((text) => parseInstant(text) !== undefined, 'not an instant: ISO 8601 with offset');
const stayId = z.string().regex(STAY_ID, 'not a stay id: 1–64 of A–Z a–z 0–9 . _ -');
const object = z.record(z.string(), z.unknown());
// Only what a line needs to be played: whether the rest will do is the service's to say.
const lineSchema = z.union([
  z.strictObject({ stay: z.looseObject({ stayId, admittedAt: instant }) }),
  z.strictObject({
    action: z.strictObject({
      stayId,
      action: z.string().refine(isActionName, 'no such action'),
      id: z.string().min(1).max(ACTION_ID_MAX),
      at: instant,
      by: object,
      data: object.optional(),
      imported: z.boolean().optional(),
    }),
  }),
]);

/** Reads a whole feed; refused as a whole, with every bad line, when one is bad. Blank lines are skipped. */
export function readFeed(bytes: Uint8Array): { feed: Feed } | { bad: BadLine[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { bad: [{ line: 1, reason: 'not UTF-8' }] };
  }
  const lines: FeedLine[] = [];
  const bad: BadLine[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, index + 1);
    if ('reason' in read) bad.push(read);
    else {
      latest = Math.max(latest, read.dueAt);
      lines.push({ ...read, dueAt: latest, cameLate: read.dueAt < latest });
    }
  }
  return bad.length > 0 ? { bad } : { feed: { id: createHash('sha256').update(bytes).digest('hex'), lines } };
}

function readLine(text: string, number: number): FeedLine | BadLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { line: number, reason: 'not JSON' };
  }
  const parsed = parseWith(lineSchema, json);
  if ('errors' in parsed)
    return { line: number, reason: parsed.errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ') };
  if ('stay' in parsed.value) {
    const { stayId: id, ...body } = parsed.value.stay;
    return { kind: 'stay', number, stayId: id, dueAt: parseInstant(body.admittedAt) as Instant, cameLate: false, body };
  }
  const { stayId: id, action, ...envelope } = parsed.value.action;
  // A recorded action was really sent at its `at`, unless the line itself says that it came late.
  return {
    kind: 'action',
    number,
    stayId: id,
    action,
    dueAt: parseInstant(envelope.at) as Instant,
    cameLate: false,
    envelope: { ...envelope, imported: envelope.imported ?? true },
  };
}
