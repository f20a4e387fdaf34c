/** Messages are kept here before they are acknowledged: sealed, each once, many of them in one commit. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import type { Db } from '../connect.js';
import { ERASED_REASON } from '../erasure/begin-erasure.js';
import { erasedAmong } from '../erasure/list-erasures.js';
import { digestOf, type LedgerKey, seal } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { digestsOf } from '../reports/persons.js';
import { storableText } from '../storable.js';
import type { MessageKind, MessageState } from './tables.js';

export interface IncomingMessage {
  /** Ours: a random one. */
  id: string;
  /** The sending system, and its own id of the message: together they name it. */
  source: string;
  messageId: string;
  trigger: string;
  kind: MessageKind;
  region: string | null;
  stayId: string | null;
  occurredAt: Instant | null;
  registeredAt: Instant | null;
  receivedAt: Instant;
  /** `ignorerad`: it says nothing of a stay. */
  state: 'mottagen' | 'ignorerad';
  reason: string | null;
  /** What must be the same for it to be the same message. */
  content: string;
  /** Null: its content is not kept. */
  raw: Uint8Array | null;
  /** What it says, as JSON of the door's own; null when that is nothing. */
  said: string | null;
  /** Identity numbers of those it is about. */
  persons: readonly string[];
}

/** `new`: kept now. `same`: had been kept before. `other`: another message of that sender has the same id. */
export type Kept = 'new' | 'same' | 'other';

/** Keeps messages, all or none, durably. Answers what became of each, in their order. */
export async function keepMessages({ db, keys, flushLog }: LedgerContext, incoming: readonly IncomingMessage[]): Promise<Kept[]> {
  if (incoming.length === 0) return [];
  const messages = incoming.map((message) => ({ ...message, messageId: storableText(message.messageId) }));
  const kept = await db.transaction().execute(async (tx) => {
    const fresh = await insert(tx, keys, messages);
    const repeated = messages.filter(({ id }) => !fresh.has(id));
    const known = await knownOf(tx, repeated);
    const answers: Kept[] = [];
    for (const message of messages) {
      if (fresh.has(message.id)) {
        answers.push('new');
        continue;
      }
      const before = known.get(nameOf(message.source, message.messageId));
      const same = before !== undefined && isSame(message, before, keys);
      if (same) await countAgain(tx, message);
      answers.push(same ? 'same' : 'other');
    }
    return answers;
  });
  await flushLog();
  return kept;
}

const nameOf = (source: string, messageId: string): string => JSON.stringify([source, messageId]);

/** Answers the ids of those that were new. */
async function insert(tx: Db, keys: readonly LedgerKey[], messages: readonly IncomingMessage[]): Promise<Set<string>> {
  const erased = await erasedAmong(
    tx,
    messages.flatMap(({ stayId }) => (stayId === null ? [] : [stayId])),
  );
  const isErased = ({ stayId }: IncomingMessage) => stayId !== null && erased.has(stayId);
  const rows = messages.map((message) => {
    if (isErased(message)) return lateRow(message);
    const raw = message.raw === null ? null : seal(Buffer.from(message.raw).toString('latin1'), rawName(message.id), keys);
    return {
      ...clearOf(message),
      digest: digestOf(message.content, keys) ?? null,
      key_id: raw?.keyId ?? null,
      raw: raw?.bytes ?? null,
      said: message.said === null ? null : seal(message.said, saidName(message.id), keys).bytes,
    };
  });
  const inserted = await tx
    .insertInto('hospital_messages')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['source', 'message_id']).where('ack', '=', 'AA').doNothing())
    .returning('id')
    .execute();
  const fresh = new Set(inserted.map(({ id }) => id));
  const about = messages.flatMap((message) => {
    const { id, region, persons } = message;
    return fresh.has(id) && region !== null && !isErased(message)
      ? persons.flatMap((person) => digestsOf(person, keys).map((digest) => ({ region, person: digest, message: id })))
      : [];
  });
  if (about.length > 0)
    await tx
      .insertInto('hospital_persons')
      .values(about)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  return fresh;
}

/** What is kept of a message in clear. */
const clearOf = (message: IncomingMessage) => ({
  id: message.id,
  source: message.source,
  message_id: message.messageId,
  ack: 'AA' as const,
  trigger: storableText(message.trigger),
  kind: message.kind,
  region: message.region,
  stay_id: message.stayId,
  occurred_at: message.occurredAt,
  registered_at: message.registeredAt,
  received_at: message.receivedAt,
  state: message.state as MessageState,
  reason: message.reason === null ? null : storableText(message.reason),
});

/** It came too late: its stay is erased. Answered for like every other, so that it is not sent for ever; what it said is not kept. */
const lateRow = (message: IncomingMessage) => ({
  ...clearOf(message),
  state: 'avvisad' as const,
  reason: ERASED_REASON,
  settled_at: message.receivedAt,
  digest: null,
  key_id: null,
  raw: null,
  said: null,
});

/** What a message's bytes, and what it says, are sealed under: each bound to the message, and to which of the two it is. */
export const rawName = (id: string): string => `message ${id}`;
export const saidName = (id: string): string => `said ${id}`;

interface Known {
  digest: string | null;
  stayId: string | null;
}

/** Of an erased stay's nothing is left to tell it by but its id and its stay. */
function isSame({ content, stayId }: IncomingMessage, before: Known, keys: readonly LedgerKey[]): boolean {
  if (before.digest === null) return stayId !== null && stayId === before.stayId;
  return digestOf(content, keys, before.digest) === before.digest;
}

async function knownOf(tx: Db, messages: readonly IncomingMessage[]): Promise<Map<string, Known>> {
  if (messages.length === 0) return new Map();
  const rows = await tx
    .selectFrom('hospital_messages')
    .select(['source', 'message_id', 'stay_id', 'digest'])
    .where('ack', '=', 'AA')
    .where((row) => row.or(messages.map(({ source, messageId }) => row.and({ source, message_id: messageId }))))
    .execute();
  return new Map(rows.map(({ source, message_id, stay_id, digest }) => [nameOf(source, message_id), { digest, stayId: stay_id }]));
}

async function countAgain(tx: Db, { source, messageId }: IncomingMessage): Promise<void> {
  await tx
    .updateTable('hospital_messages')
    .set({ times: sql`times + 1` })
    .where('ack', '=', 'AA')
    .where('source', '=', source)
    .where('message_id', '=', messageId)
    .execute();
}

export interface RefusedMessage {
  id: string;
  source: string;
  /** Empty when it has none. */
  messageId: string;
  trigger: string;
  region: string | null;
  receivedAt: Instant;
  /** No identity in it. */
  reason: string;
}

/** Keeps that a message could not be understood, and why, without what it said. The same one again is counted. */
export async function keepRefused({ db }: LedgerContext, refused: RefusedMessage): Promise<void> {
  const { id, source, region, receivedAt } = refused;
  await db
    .insertInto('hospital_messages')
    .values({
      id,
      source,
      region,
      message_id: storableText(refused.messageId),
      ack: 'AE',
      trigger: storableText(refused.trigger),
      kind: 'none',
      received_at: receivedAt,
      state: 'avvisad',
      reason: storableText(refused.reason),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'message_id', 'reason'])
        .where('ack', '=', 'AE')
        .doUpdateSet({ times: sql`hospital_messages.times + 1`, received_at: receivedAt }),
    )
    .execute();
}
