/** Whatever comes: nothing is thrown, nothing hangs, and what is not understood is told by its place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAY_ID } from '../../../src/domain/ids.js';
import { admissionOf } from '../../../src/doors/admission.js';
import { ackOf } from '../../../src/doors/hl7/ack.js';
import type { Hl7Error } from '../../../src/doors/hl7/message.js';
import { parseHl7 } from '../../../src/doors/hl7/parse.js';
import { contentOf } from '../../../src/doors/hl7/receive.js';
import { type Translated, translate } from '../../../src/doors/hl7/translate.js';
import { monthParts } from '../../support/month-parts.js';
import { hospital } from './hospital.js';
import { ADMISSION, MSH, message, PD1, PID, PV1, shippedMapping } from './some-messages.js';

const MAPPING = shippedMapping();
const OPTIONS = { controlId: 'ACK1', at: 0 };

const MERGE = message(MSH('A40'), PID, 'MRG|R19-4711^^^EXEMPEL-RESERV', PV1());
const LATIN1 = Buffer.from(ADMISSION.join('\r').replace('||||||', '||||||8859/1'), 'latin1');
const VALID: Uint8Array[] = [
  message(...ADMISSION),
  LATIN1,
  MERGE,
  ...['A02', 'A03', 'A12', 'A21'].map((trigger) => message(MSH(trigger), `EVN|${trigger}|201903051000`, PID, PD1, PV1({ 36: '01' }))),
  ...monthParts()
    .messages.filter((_, index) => index % 20 === 0)
    .map(({ bytes }) => bytes),
];

/** Reads and answers as the door does, and checks what must hold of every message. */
function understood(bytes: Uint8Array): Translated | undefined {
  const read = parseHl7(bytes);
  if ('error' in read) {
    named([read.error]);
    answered(read.header, [read.error]);
    return undefined;
  }
  const said = translate(read.message, MAPPING);
  if (said.kind === 'error') named(said.errors);
  answered(read.message, said.kind === 'error' ? said.errors : []);
  if (said.kind === 'event') {
    expect(said.message.stayId).toMatch(STAY_ID);
    expect(Number.isFinite(said.message.occurredAt) && Number.isFinite(said.message.registeredAt)).toBe(true);
    // What is taken is what the way in takes: an admission that is accepted here is not refused there.
    if (said.message.event.type === 'admitted')
      expect(admissionOf(said.message.stayId, said.message.event.admission, Number.POSITIVE_INFINITY)).not.toHaveProperty('errors');
  }
  return said;
}

function named(errors: readonly Hl7Error[]): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const { segment, sequence, text } of errors) {
    expect(segment).toMatch(/^[A-Z][A-Z0-9]{2}$/);
    expect(sequence).toBeGreaterThan(0);
    expect(text).not.toBe('');
  }
}

function answered(message: Parameters<typeof ackOf>[0], errors: readonly Hl7Error[]): void {
  const ack = parseHl7(ackOf(message, errors.length > 0 ? 'AE' : 'AA', errors, OPTIONS));
  // A header of another version is answered in it, though it is not read here.
  if ('error' in ack) expect([ack.error.field]).toEqual([12]);
}

/** Where bytes are changed, how many are taken out, and what is put in. */
const change = fc.record({
  at: fc.nat(5000),
  take: fc.nat(3),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom('|', '^', '~', '\\', '&', '\r', '""', 'å').map((one) => Buffer.from(one)),
  ),
});

function spoilt(valid: Uint8Array, changes: readonly { at: number; take: number; put: Uint8Array }[]): Uint8Array {
  return changes.reduce<Uint8Array>((bytes, { at, take, put }) => {
    const place = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + take)]);
  }, valid);
}

describe('fuzzing', () => {
  it('bytes of any kind are refused or understood', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void understood(bytes)),
      { numRuns: 300 },
    );
    const afterMsh = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from('MSH|^~\\&|'), bytes]));
    fc.assert(
      fc.property(afterMsh, (bytes) => void understood(bytes)),
      { numRuns: 300 },
    );
    const text = fc
      .stringMatching(/^[A-Z|^~\\&\r\n"0-9]{0,300}$/)
      .map((body) => Buffer.from(`MSH|^~\\&|EXEMPEL-PAS||||20190305||ADT^A01|1|P|2.5\r${body}`));
    fc.assert(
      fc.property(text, (bytes) => void understood(bytes)),
      { numRuns: 300 },
    );
  });

  it('messages with bytes changed, taken out or put in are refused or understood', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALID), fc.array(change, { minLength: 1, maxLength: 6 }), (valid, changes) => {
        understood(spoilt(valid, changes));
      }),
      { numRuns: 600 },
    );
  });

  it('is never answered AA for what was not kept, whatever breaks', async () => {
    let isKept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...VALID), fc.array(change, { maxLength: 3 })), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(4)),
        async (sent, dice) => {
          const there = hospital(Date.parse('2019-04-20T12:00:00Z'), () => dice.next().value === 0);
          for (const [valid, changes] of sent) {
            const bytes = spoilt(valid, changes);
            const { code } = await there.receive(bytes);
            const read = parseHl7(bytes);
            if (code !== 'AA') continue;
            if ('error' in read) throw new Error('answered AA, and cannot be read');
            // What is none of ours is kept as little more than its name.
            if (translate(read.message, MAPPING).kind === 'ignored') continue;
            const content = contentOf(read.message);
            expect(there.store.messages.filter((kept) => kept.content === content && kept.raw !== null)).toHaveLength(1);
            isKept++;
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(isKept).toBeGreaterThan(50);
  });

  it('messages with fields that say anything at all are refused or understood', () => {
    const field = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        '""',
        '^^^',
        '~~',
        '&&&',
        '\\X41\\',
        '20190305',
        '192208119806',
        'MED',
        'x'.repeat(5000),
        'x^'.repeat(2000),
        '~'.repeat(2000),
        '__proto__',
        'constructor',
      ),
    );
    const lines = ADMISSION.map((line) => line.split('|'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4), fc.nat(50), field), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('A01', 'A02', 'A03', 'A08', 'A40'),
        (changes, trigger) => {
          const changed = lines.map((line) => [...line]);
          for (const [segment, place, value] of changes) {
            const line = changed[segment] as string[];
            const at = 2 + (place % Math.max(1, line.length - 2));
            line[at] = value;
          }
          understood(message(...changed.map((line) => line.join('|').replace('ADT^A01', `ADT^${trigger}`))));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('no error repeats what the message says of a person', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ADMISSION.slice(1)),
        fc.nat(50),
        fc.constantFrom('19220811-9807', 'Märta Ekvall', '192208119806', 'Provgatan 49'),
        (line, place, secret) => {
          const fields = line.split('|');
          fields[1 + (place % (fields.length - 1))] = secret;
          const said = understood(message(...ADMISSION.map((one) => (one === line ? fields.join('|') : one))));
          if (said?.kind === 'error') expect(JSON.stringify(said.errors)).not.toMatch(/Märta|Ekvall|Provgatan|9807|1922/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a message as large as may be is done with in a moment', () => {
    for (const piece of ['A^B~', '\\X41\\', '"" ', 'A&B^']) {
      const filled = Buffer.from(
        [
          MSH('A01'),
          'EVN',
          `PID|||${piece.repeat(40_000)}||${piece.repeat(40_000)}||||||${piece.repeat(40_000)}`,
          `PD1|||${piece.repeat(40_000)}`,
          PV1({ 3: piece.repeat(20_000) }),
        ].join('\r'),
      );
      const started = performance.now();
      understood(filled);
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });
});
