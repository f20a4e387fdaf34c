/** What the ledger does for the hospitals' messages: keeps them, lists them, and remembers how far each stay has been told. */
import type { Instant } from '../../domain/calendar.js';
import type { LedgerContext } from '../ledger.js';
import type { Page } from '../page.js';
import {
  type HeldHospitalStay,
  type HospitalRefusal,
  type HospitalStayRef,
  holdHospitalStay,
  type KeptHospitalStay,
  keepHospitalStay,
  readHospitalStay,
  refusalsTold,
  releaseHospitalStay,
  untoldRefusals,
} from './hospital-stays.js';
import { type IncomingMessage, type Kept, keepMessages, keepRefused, type RefusedMessage } from './keep-messages.js';
import { countMessages, type Drop, dropMessage, listMessages, type MessageRow, type MessagesQuery, readMessage } from './list-messages.js';
import {
  dueMerges,
  dueStays,
  type MessageOutcome,
  markAlarmed,
  mergesOf,
  messagesOfStay,
  nextWait,
  type OpenedMessage,
  type ParkedMessage,
  type PersonsQuery,
  parkedSince,
  settleMessages,
  staysOfPersons,
} from './open-messages.js';
import type { MessageState } from './tables.js';

export interface MessageLedger {
  /** Keeps messages durably, all or none, each once. Answers what became of each, in their order. */
  keepMessages(messages: readonly IncomingMessage[]): Promise<Kept[]>;
  /** Keeps that a message could not be understood, without what it said. */
  keepRefused(message: RefusedMessage): Promise<void>;
  /** All that was accepted of a stay, in the order in which it came; what was dropped is left out. */
  messagesOfStay(stayId: string): Promise<OpenedMessage[]>;
  /** The changes of identity that any of these persons is part of. */
  mergesOf(query: PersonsQuery): Promise<OpenedMessage[]>;
  /** Stays of these persons that have not ended. */
  staysOfPersons(query: PersonsQuery): Promise<string[]>;
  /** Stays with a message that can be tried now, oldest first. */
  dueStays(now: Instant, limit: number): Promise<string[]>;
  /** Changes of identity that have not been tried. */
  dueMerges(limit: number): Promise<OpenedMessage[]>;
  /** When something that waits can be tried next; null when nothing waits. */
  nextWait(): Promise<Instant | null>;
  /** Keeps what became of messages. */
  settleMessages(outcomes: readonly MessageOutcome[], at: Instant): Promise<void>;
  /** Messages parked since before a time that nobody has been told of. */
  parkedSince(before: Instant, limit: number): Promise<ParkedMessage[]>;
  markAlarmed(id: string, at: Instant): Promise<void>;
  /** What was received, oldest first; undefined when the cursor is none of ours. */
  listMessages(query: MessagesQuery): Promise<Page<MessageRow> | undefined>;
  countMessages(query: Pick<MessagesQuery, 'region' | 'source'>): Promise<Partial<Record<MessageState, number>>>;
  readMessage(id: string): Promise<MessageRow | undefined>;
  /** Gives a parked message up; false when it is not parked. */
  dropMessage(drop: Drop): Promise<boolean>;

  /** Takes a stay for telling it something; false while another teller has it. */
  holdHospitalStay(ref: HeldHospitalStay, realNow: number): Promise<boolean>;
  /** What was last kept of a stay; undefined when nothing was. */
  readHospitalStay(ref: HospitalStayRef): Promise<string | undefined>;
  /** Keeps how far a stay has been told; false when another teller has taken it. */
  keepHospitalStay(kept: KeptHospitalStay, realNow: number): Promise<boolean>;
  releaseHospitalStay(ref: HeldHospitalStay): Promise<void>;
  /** What a stay has refused of its hospital's messages and its ward has not been told of. */
  untoldRefusals(ref: HospitalStayRef): Promise<HospitalRefusal[]>;
  refusalsTold(ref: HospitalStayRef, revisions: readonly number[]): Promise<void>;
}

export function messagesOver(context: LedgerContext): MessageLedger {
  return {
    keepMessages: (messages) => keepMessages(context, messages),
    keepRefused: (message) => keepRefused(context, message),
    messagesOfStay: (stayId) => messagesOfStay(context, stayId),
    mergesOf: (query) => mergesOf(context, query),
    staysOfPersons: (query) => staysOfPersons(context, query),
    dueStays: (now, limit) => dueStays(context, now, limit),
    dueMerges: (limit) => dueMerges(context, limit),
    nextWait: () => nextWait(context),
    settleMessages: (outcomes, at) => settleMessages(context, outcomes, at),
    parkedSince: (before, limit) => parkedSince(context, before, limit),
    markAlarmed: (id, at) => markAlarmed(context, id, at),
    listMessages: (query) => listMessages(context, query),
    countMessages: (query) => countMessages(context, query),
    readMessage: (id) => readMessage(context, id),
    dropMessage: (drop) => dropMessage(context, drop),
    holdHospitalStay: (ref, realNow) => holdHospitalStay(context, ref, realNow),
    readHospitalStay: (ref) => readHospitalStay(context, ref),
    keepHospitalStay: (kept, realNow) => keepHospitalStay(context, kept, realNow),
    releaseHospitalStay: (ref) => releaseHospitalStay(context, ref),
    untoldRefusals: (ref) => untoldRefusals(context, ref),
    refusalsTold: (ref, revisions) => refusalsTold(context, ref, revisions),
  };
}
