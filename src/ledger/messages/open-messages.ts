/** Messages that something is still to be done with, and what becomes of them. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/calendar.js';
import { type LedgerKey, open } from '../identity.js';
import type { LedgerContext } from '../ledger.js';
import { digestsOf } from '../reports/persons.js';
import { storableText } from '../storable.js';
import { saidName } from './keep-messages.js';
import type { MessageState } from './tables.js';

export interface OpenedMessage {
  id: string;
  state: MessageState;
  reason: string | null;
  /** What it says, as the door kept it. */
  said: string;
}

export interface MessageOutcome {
  id: string;
  state: Exclude<MessageState, 'mottagen'>;
  reason?: string | undefined;
  /** While it waits: for when. */
  waitUntil?: Instant | undefined;
}

const OPENED = ['id', 'state', 'reason', 'key_id', 'said'] as const;

/** All that was accepted of a stay, dropped messages left out, in the order in which they came. Throws when a key is gone. */
export async function messagesOfStay({ db, keys }: LedgerContext, stayId: string): Promise<OpenedMessage[]> {
  const rows = await db
    .selectFrom('hospital_messages')
    .select(OPENED)
    .where('stay_id', '=', stayId)
    .where('ack', '=', 'AA')
    .where('dropped_at', 'is', null)
    .where('said', 'is not', null)
    .orderBy('number')
    .execute();
  return rows.map((row) => opened(row, keys));
}

function opened(
  row: { id: string; state: MessageState; reason: string | null; key_id: string | null; said: Buffer | null },
  keys: readonly LedgerKey[],
) {
  const said = open({ keyId: row.key_id, bytes: row.said as Buffer }, saidName(row.id), keys);
  if (said === undefined) throw new Error(`PAYLOAD_KEYS lacks the key ${row.key_id}, which hospitals' messages are sealed with`);
  return { id: row.id, state: row.state, reason: row.reason, said };
}

export interface PersonsQuery {
  region: string;
  /** Identity numbers. */
  persons: readonly string[];
}

/** The changes of identity that any of these persons is part of. */
export async function mergesOf({ db, keys }: LedgerContext, { region, persons }: PersonsQuery): Promise<OpenedMessage[]> {
  if (persons.length === 0) return [];
  const rows = await db
    .selectFrom('hospital_messages')
    .select(OPENED)
    .where('kind', '=', 'merge')
    .where('dropped_at', 'is', null)
    .where('said', 'is not', null)
    .where('id', 'in', (from) =>
      from
        .selectFrom('hospital_persons')
        .select('message')
        .where('region', '=', region)
        .where(
          'person',
          'in',
          persons.flatMap((person) => digestsOf(person, keys)),
        ),
    )
    .orderBy('number')
    .execute();
  return rows.map((row) => opened(row, keys));
}

/** Stays of a region, not ended, that are these persons': by what was recorded, and by what was told and may not be recorded yet. */
export async function staysOfPersons({ db, keys }: LedgerContext, { region, persons }: PersonsQuery): Promise<string[]> {
  const digests = persons.flatMap((person) => digestsOf(person, keys));
  if (digests.length === 0) return [];
  const recorded = db.selectFrom('person_admissions').select('stay_id').where('region', '=', region).where('person', 'in', digests);
  const told = db
    .selectFrom('hospital_persons as p')
    .innerJoin('hospital_messages as m', 'm.id', 'p.message')
    .select(sql<string>`m.stay_id`.as('stay_id'))
    .where('p.region', '=', region)
    .where('p.person', 'in', digests)
    .where('m.stay_id', 'is not', null);
  const rows = await recorded.union(told).execute();
  if (rows.length === 0) return [];
  const ended = await db
    .selectFrom('stays')
    .select('stay_id')
    .where(
      'stay_id',
      'in',
      rows.map(({ stay_id }) => stay_id),
    )
    .where('ended_at', 'is not', null)
    .execute();
  const gone = new Set(ended.map(({ stay_id }) => stay_id));
  return rows.map(({ stay_id }) => stay_id).filter((stayId) => !gone.has(stayId));
}

/**
 * Stays with a message that can be tried now: one that has not been, one whose time has come, or one that is parked though
 * its stay is there. The oldest first.
 */
export async function dueStays({ db }: LedgerContext, now: Instant, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('hospital_messages as m')
    .select((all) => ['m.stay_id', all.fn.min('m.number').as('first')])
    .where('m.stay_id', 'is not', null)
    .where('m.kind', '=', 'stay')
    .where((m) =>
      m.or([
        m('m.state', '=', 'mottagen'),
        m.and([m('m.state', '=', 'vantar'), m('m.wait_until', '<=', now)]),
        m.and([
          m('m.state', '=', 'parkerad'),
          m.exists(m.selectFrom('stays').select('stays.stay_id').whereRef('stays.stay_id', '=', 'm.stay_id').where('stays.seq', '>', 0)),
        ]),
      ]),
    )
    .groupBy('m.stay_id')
    .orderBy('first')
    .limit(limit)
    .execute();
  return rows.map(({ stay_id }) => stay_id as string);
}

/** Changes of identity that nothing has been done with yet, oldest first. */
export async function dueMerges({ db, keys }: LedgerContext, limit: number): Promise<OpenedMessage[]> {
  const rows = await db
    .selectFrom('hospital_messages')
    .select(OPENED)
    .where('kind', '=', 'merge')
    .where('state', '=', 'mottagen')
    .where('said', 'is not', null)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map((row) => opened(row, keys));
}

/** The next time at which something that waits can be tried; null when nothing waits. */
export async function nextWait({ db }: LedgerContext): Promise<Instant | null> {
  const { next } = await db
    .selectFrom('hospital_messages')
    .select((all) => all.fn.min<number | null>('wait_until').as('next'))
    .where('state', '=', 'vantar')
    .executeTakeFirstOrThrow();
  return next;
}

/** Keeps what became of messages. What somebody has dropped stays dropped. */
export async function settleMessages({ db }: LedgerContext, outcomes: readonly MessageOutcome[], at: Instant): Promise<void> {
  if (outcomes.length === 0) return;
  await db.transaction().execute(async (tx) => {
    for (const { id, state, reason, waitUntil } of outcomes) {
      await tx
        .updateTable('hospital_messages')
        .set({
          state,
          reason: reason === undefined ? null : storableText(reason),
          wait_until: waitUntil ?? null,
          settled_at: at,
        })
        .where('id', '=', id)
        .where('dropped_at', 'is', null)
        .execute();
    }
  });
}

export interface ParkedMessage {
  id: string;
  source: string;
  trigger: string;
  region: string | null;
  stayId: string | null;
  receivedAt: Instant;
}

/** Messages that have been parked since before a time, and that nobody has been told of. */
export async function parkedSince({ db }: LedgerContext, before: Instant, limit: number): Promise<ParkedMessage[]> {
  const rows = await db
    .selectFrom('hospital_messages')
    .select(['id', 'source', 'trigger', 'region', 'stay_id', 'received_at'])
    .where('state', '=', 'parkerad')
    .where('received_at', '<=', before)
    .where('alarmed_at', 'is', null)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(({ stay_id, received_at, ...row }) => ({ ...row, stayId: stay_id, receivedAt: received_at }));
}

export async function markAlarmed({ db }: LedgerContext, id: string, at: Instant): Promise<void> {
  await db.updateTable('hospital_messages').set({ alarmed_at: at }).where('id', '=', id).execute();
}
