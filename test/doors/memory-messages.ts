/** The ledger's part about hospitals' messages, in memory: what is kept, without its sealing. */

import type { HospitalRefusal } from '../../src/ledger/messages/hospital-stays.js';
import type { IncomingMessage } from '../../src/ledger/messages/keep-messages.js';
import type { MessageLedger } from '../../src/ledger/messages/message-ledger.js';
import type { MessageState } from '../../src/ledger/messages/tables.js';
import type { NotifyBatch } from '../../src/ledger/notify.js';

export type KeptMessage = Omit<IncomingMessage, 'state'> & {
  state: MessageState;
  waitUntil: number | null;
  alarmedAt: number | null;
  droppedAt: number | null;
};

export interface MemoryMessages {
  messages: KeptMessage[];
  refusedMessages: { messageId: string; source: string; region: string | null; reason: string }[];
  /** A ledger that its process has just opened: nobody holds anything. */
  restart(): void;
  told: { to: string; type: string; noticeId: string; text: string }[];
  ledger: Omit<MessageLedger, 'listMessages' | 'countMessages' | 'readMessage' | 'dropMessage'> & {
    notify(batch: NotifyBatch): Promise<{ delivered: number }>;
  };
}

/** `exists`: whether a stay's row is there; `ended`: and has ended. */
export function memoryMessages(stay: { exists(stayId: string): boolean; ended(stayId: string): boolean }): MemoryMessages {
  const messages: KeptMessage[] = [];
  const stays = new Map<string, { holder: string | null; content?: string }>();
  const refusals = new Map<string, (HospitalRefusal & { told: boolean })[]>();
  const told = new Map<string, { to: string; type: string; noticeId: string; text: string }>();
  const refusedMessages: MemoryMessages['refusedMessages'] = [];
  const nameOf = ({ stayId, door }: { stayId: string; door: string }) => `${door} ${stayId}`;
  const opened = ({ id, state, reason, said }: KeptMessage) => ({ id, state, reason, said: said as string });
  const isAbout = (persons: readonly string[], region: string) => (message: KeptMessage) =>
    message.region === region && message.persons.some((person) => persons.includes(person));
  return {
    messages,
    refusedMessages,
    restart() {
      for (const row of stays.values()) row.holder = null;
    },
    get told() {
      return [...told.values()];
    },
    ledger: {
      async keepMessages(incoming) {
        return incoming.map((message) => {
          const known = messages.find(({ source, messageId }) => source === message.source && messageId === message.messageId);
          if (known !== undefined) return known.content === message.content ? 'same' : 'other';
          messages.push({ ...message, waitUntil: null, alarmedAt: null, droppedAt: null });
          return 'new';
        });
      },
      async keepRefused({ messageId, source, region, reason }) {
        refusedMessages.push({ messageId, source, region, reason });
      },
      async messagesOfStay(stayId) {
        return messages.filter((m) => m.stayId === stayId && m.droppedAt === null && m.said !== null).map(opened);
      },
      async mergesOf({ region, persons }) {
        return messages.filter((m) => m.kind === 'merge' && m.droppedAt === null && isAbout(persons, region)(m)).map(opened);
      },
      async staysOfPersons({ region, persons }) {
        const ids = messages.filter(isAbout(persons, region)).flatMap(({ stayId }) => stayId ?? []);
        return [...new Set(ids)].filter((id) => !stay.ended(id));
      },
      async dueStays(now, limit) {
        const due = messages.filter(
          ({ kind, stayId, state, waitUntil }) =>
            kind === 'stay' &&
            stayId !== null &&
            (state === 'mottagen' || (state === 'vantar' && (waitUntil ?? 0) <= now) || (state === 'parkerad' && stay.exists(stayId))),
        );
        return [...new Set(due.map(({ stayId }) => stayId as string))].slice(0, limit);
      },
      async dueMerges(limit) {
        return messages
          .filter(({ kind, state }) => kind === 'merge' && state === 'mottagen')
          .slice(0, limit)
          .map(opened);
      },
      async nextWait() {
        const times = messages.filter(({ state }) => state === 'vantar').map(({ waitUntil }) => waitUntil ?? 0);
        return times.length === 0 ? null : Math.min(...times);
      },
      async settleMessages(outcomes) {
        for (const { id, state, reason, waitUntil } of outcomes) {
          const message = messages.find((one) => one.id === id);
          if (message !== undefined && message.droppedAt === null)
            Object.assign(message, { state, reason: reason ?? null, waitUntil: waitUntil ?? null });
        }
      },
      async parkedSince(before, limit) {
        return messages
          .filter(({ state, receivedAt, alarmedAt }) => state === 'parkerad' && receivedAt <= before && alarmedAt === null)
          .slice(0, limit);
      },
      async markAlarmed(id, at) {
        const message = messages.find((one) => one.id === id);
        if (message !== undefined) message.alarmedAt = at;
      },
      async holdHospitalStay(held) {
        const row = stays.get(nameOf(held)) ?? { holder: null };
        if (row.holder !== null && row.holder !== held.holder) return false;
        stays.set(nameOf(held), { ...row, holder: held.holder });
        return true;
      },
      async readHospitalStay(ref) {
        return stays.get(nameOf(ref))?.content;
      },
      async keepHospitalStay({ holder, content, refused = [], release, ...ref }) {
        if (stays.get(nameOf(ref))?.holder !== holder) return false;
        stays.set(nameOf(ref), { holder: release ? null : holder, content });
        const kept = refusals.get(nameOf(ref)) ?? [];
        const fresh = refused.filter(({ revision }) => !kept.some((one) => one.revision === revision));
        refusals.set(nameOf(ref), [...kept, ...fresh.map((one) => ({ ...one, told: false }))]);
        return true;
      },
      async releaseHospitalStay(held) {
        const row = stays.get(nameOf(held));
        if (row?.holder === held.holder) row.holder = null;
      },
      async untoldRefusals(ref) {
        return (refusals.get(nameOf(ref)) ?? []).filter((one) => !one.told);
      },
      async refusalsTold(ref, revisions) {
        for (const one of refusals.get(nameOf(ref)) ?? []) if (revisions.includes(one.revision)) one.told = true;
      },
      async notify({ to, notices }) {
        for (const { noticeId, type, text } of notices) told.set(noticeId, { to: to.unit, type, noticeId, text });
        return { delivered: notices.length };
      },
    },
  };
}
