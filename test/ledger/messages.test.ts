import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR } from '../../src/domain/calendar.js';
import type { Connection } from '../../src/ledger/connect.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { HOLD_MS } from '../../src/ledger/messages/hospital-stays.js';
import type { IncomingMessage } from '../../src/ledger/messages/keep-messages.js';
import { tempFolder } from '../support/temp-folder.js';
import { empty, onEachBackend } from './backends.js';

const NOW = Date.parse('2019-03-05T12:00:00Z');
const KEYS = [{ id: 'k', key: new Uint8Array(32).fill(7) }];
const SECRET = '192208119806';

const incoming = (messageId: string, over: Partial<IncomingMessage> = {}): IncomingMessage => ({
  id: randomUUID(),
  source: 'journal',
  messageId,
  trigger: 'A03',
  kind: 'stay',
  region: 'jonkoping',
  stayId: 'S-1',
  occurredAt: NOW - HOUR,
  registeredAt: NOW - HOUR,
  receivedAt: NOW,
  state: 'mottagen',
  reason: null,
  content: `${messageId} of ${SECRET}`,
  raw: Buffer.from(`PID|||${SECRET}`),
  said: JSON.stringify({ patient: SECRET }),
  persons: [SECRET],
  ...over,
});

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Connection['db'];
  beforeAll(async () => {
    ({ ledger, db } = await backend.open(KEYS));
  });
  beforeEach(() => empty(db));
  const keep = async (...messages: IncomingMessage[]) => ledger.keepMessages(messages);
  const settle = (id: string, state: 'tillampad' | 'parkerad' | 'vantar' | 'avvisad', over: { reason?: string; waitUntil?: number } = {}) =>
    ledger.settleMessages([{ id, state, ...over }], NOW);

  describe("hospitals' messages", () => {
    test('are kept once: the same again is the same, another under its id is another', async () => {
      const first = incoming('M1');
      expect(await keep(first, incoming('M2'))).toEqual(['new', 'new']);
      expect(await keep(incoming('M1'), incoming('M1', { content: 'something else' }), incoming('M1', { source: 'other' }))).toEqual([
        'same',
        'other',
        'new',
      ]);
      expect(await keep(incoming('M3'), incoming('M3'))).toEqual(['new', 'same']);
      expect((await ledger.readMessage(first.id))?.times).toBe(2);
      expect((await ledger.messagesOfStay('S-1')).map(({ said }) => said)).toHaveLength(4);
    });

    test('all or none', async () => {
      const first = incoming('M1');
      await expect(keep(first, incoming('M2', { id: first.id }))).rejects.toThrow();
      expect(await ledger.countMessages({})).toEqual({});
    });

    test('hold no identity in clear, and are read again as they were', async () => {
      await keep(incoming('M1'));
      const { rows } = await sql<{
        row: string;
      }>`select (m.*)::text || encode(m.raw, 'escape') || encode(m.said, 'escape') as row from hospital_messages m`.execute(db);
      const { rows: persons } = await sql<{ row: string }>`select (p.*)::text as row from hospital_persons p`.execute(db);
      expect([rows, persons].flat().map(({ row }) => row.includes(SECRET))).toEqual([false, false]);
      expect((await ledger.messagesOfStay('S-1'))[0]?.said).toBe(JSON.stringify({ patient: SECRET }));
    });

    test('are due while nothing has become of them, when their time has come, and never after', async () => {
      const [a, b, c] = ['S-1', 'S-2', 'S-3'].map((stayId) => incoming(stayId, { stayId }));
      await keep(a as IncomingMessage, b as IncomingMessage, c as IncomingMessage);
      expect(await ledger.dueStays(NOW, 10)).toEqual(['S-1', 'S-2', 'S-3']);
      await settle(a?.id ?? '', 'tillampad');
      await settle(b?.id ?? '', 'vantar', { waitUntil: NOW + HOUR });
      await settle(c?.id ?? '', 'parkerad', { reason: 'inte inskriven' });
      expect(await ledger.dueStays(NOW, 10)).toEqual([]);
      expect(await ledger.nextWait()).toBe(NOW + HOUR);
      expect(await ledger.dueStays(NOW + HOUR, 10)).toEqual(['S-2']);
    });

    test('that were parked too long are told of once', async () => {
      const parked = incoming('M1');
      await keep(parked);
      await settle(parked.id, 'parkerad');
      expect(await ledger.parkedSince(NOW - 1, 10)).toEqual([]);
      expect((await ledger.parkedSince(NOW + 1, 10)).map(({ id }) => id)).toEqual([parked.id]);
      await ledger.markAlarmed(parked.id, NOW);
      expect(await ledger.parkedSince(NOW + 1, 10)).toEqual([]);
    });

    test('are listed in pages, by region, state and sender, with what they came to', async () => {
      const messages = Array.from({ length: 5 }, (_, n) => incoming(`M${n}`, n === 4 ? { region: 'vastmanland' } : {}));
      await keep(...messages);
      await ledger.keepRefused({
        id: randomUUID(),
        source: 'journal',
        messageId: '',
        trigger: '',
        region: null,
        receivedAt: NOW,
        reason: 'MSH-9',
      });
      await settle(messages[1]?.id ?? '', 'avvisad', { reason: 'redan utskriven' });
      const first = await ledger.listMessages({ region: 'jonkoping', limit: 3 });
      expect(first?.items.map(({ messageId }) => messageId)).toEqual(['M0', 'M1', 'M2']);
      expect(
        (await ledger.listMessages({ region: 'jonkoping', after: first?.next ?? '' }))?.items.map(({ messageId }) => messageId),
      ).toEqual(['M3']);
      expect((await ledger.listMessages({ state: 'avvisad' }))?.items.map(({ ack, reason }) => [ack, reason])).toEqual([
        ['AA', 'redan utskriven'],
        ['AE', 'MSH-9'],
      ]);
      expect(await ledger.listMessages({ after: 'nonsense' })).toBeUndefined();
      expect(await ledger.countMessages({ source: 'journal' })).toEqual({ mottagen: 4, avvisad: 2 });
      expect(await ledger.countMessages({ region: 'vastmanland' })).toEqual({ mottagen: 1 });
    });

    test('what could not be understood is counted, not heaped up', async () => {
      const refused = { source: 'journal', messageId: 'X', trigger: 'A01', region: null, receivedAt: NOW, reason: 'PV1-19' };
      for (let i = 0; i < 3; i++) await ledger.keepRefused({ id: randomUUID(), ...refused });
      expect((await ledger.listMessages({}))?.items.map(({ times }) => times)).toEqual([3]);
    });

    test('a parked one can be given up, and only a parked one', async () => {
      const [parked, other] = [incoming('M1'), incoming('M2')];
      await keep(parked, other);
      await settle(parked.id, 'parkerad');
      const drop = (id: string) => ledger.dropMessage({ id, reason: 'test', by: 'p1', at: NOW });
      expect([await drop(other.id), await drop(parked.id), await drop(parked.id)]).toEqual([false, true, false]);
      expect(await ledger.readMessage(parked.id)).toMatchObject({ state: 'avvisad', reason: 'test', droppedAt: NOW });
      expect((await ledger.messagesOfStay('S-1')).map(({ id }) => id)).toEqual([other.id]);
    });
  });

  describe('a stay that is told what its hospital claims', () => {
    const ref = (holder: string) => ({ stayId: 'S-1', door: 'hl7', holder });
    const kept = (holder: string, revision: number) => ({
      ...ref(holder),
      revision,
      content: JSON.stringify({ revision, patient: SECRET }),
    });

    test('by one at a time, until it lets go or has been silent too long', async () => {
      expect([await ledger.holdHospitalStay(ref('a'), NOW), await ledger.holdHospitalStay(ref('b'), NOW)]).toEqual([true, false]);
      expect([await ledger.keepHospitalStay(kept('a', 1), NOW), await ledger.keepHospitalStay(kept('b', 2), NOW)]).toEqual([true, false]);
      await ledger.releaseHospitalStay(ref('b'));
      expect(await ledger.holdHospitalStay(ref('b'), NOW)).toBe(false);
      await ledger.releaseHospitalStay(ref('a'));
      expect(await ledger.holdHospitalStay(ref('b'), NOW)).toBe(true);
      expect(await ledger.holdHospitalStay(ref('a'), NOW + HOLD_MS + 1)).toBe(true);
      expect(await ledger.keepHospitalStay(kept('b', 2), NOW + HOLD_MS + 1)).toBe(false);
      expect(await ledger.readHospitalStay(ref('a'))).toBe(kept('a', 1).content);
    });

    test('how far is kept sealed; what it refused is told once', async () => {
      await ledger.holdHospitalStay(ref('a'), NOW);
      const refused = [{ revision: 3, action: 'skriv-ut', at: NOW, code: 'utskriven', text: 'Patienten var redan utskriven.' }];
      await ledger.keepHospitalStay({ ...kept('a', 3), refused }, NOW);
      const { rows } = await sql<{ row: string }>`select (s.*)::text as row from hospital_stays s`.execute(db);
      expect(rows.map(({ row }) => row.includes(SECRET))).toEqual([false]);
      expect(await ledger.untoldRefusals(ref('a'))).toEqual(refused);
      await ledger.refusalsTold(ref('a'), [3]);
      expect(await ledger.untoldRefusals(ref('a'))).toEqual([]);
    });
  });
});

test('a message is on the disk of an embedded ledger before it is acknowledged', async () => {
  const dataDir = tempFolder('hemgang-kept-');
  const ledger = await openLedger({ dataDir, keys: KEYS });
  const log = await open(join(dataDir, 'ledger', 'pg_wal'), 'r');
  const synced = vi.spyOn(Object.getPrototypeOf(log) as typeof log, 'sync');
  try {
    expect(await ledger.keepMessages([incoming('M1')])).toEqual(['new']);
    // The log's own files, and the folder that names them.
    expect(synced.mock.calls.length).toBeGreaterThan(1);
  } finally {
    synced.mockRestore();
    await log.close();
    await ledger.close();
  }
}, 120_000);
