/** Frames of MLLP and files of messages, however they are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesInFile } from '../../../src/doors/hl7/file.js';
import { type Hl7Message, type Segment, valueAt } from '../../../src/doors/hl7/message.js';
import { type Framed, FrameReader, framed } from '../../../src/doors/hl7/mllp.js';
import { hl7Of } from '../../../src/doors/hl7/write.js';
import { parsed } from './some-messages.js';

const LIMIT = 1000;
const bytes = (text: string) => Buffer.from(text, 'latin1');
const texts = (found: Framed[]) => found.map((one) => ('frame' in one ? Buffer.from(one.frame).toString('latin1') : one.problem));
const read = (...chunks: (string | Uint8Array)[]) => {
  const reader = new FrameReader(LIMIT);
  const found = chunks.flatMap((chunk) => reader.push(typeof chunk === 'string' ? bytes(chunk) : chunk));
  return { found: texts(found), skipped: reader.skipped, unfinished: reader.unfinished };
};

describe('frames', () => {
  it.each([
    ['one', ['\x0babc\x1c\r'], ['abc'], 0, false],
    ['an empty one', ['\x0b\x1c\r'], [''], 0, false],
    ['three in one chunk', ['\x0ba\x1c\r\x0bb\x1c\r\x0bc\x1c\r'], ['a', 'b', 'c'], 0, false],
    ['garbage between', ['xx\x0ba\x1c\ryyy\r\n\x0bb\x1c\r'], ['a', 'b'], 5, false],
    ['no CR at the end', ['\x0ba\x1c\x0bb\x1c'], ['a', 'b'], 0, false],
    ['an end that comes later', ['\x0ba', 'b\x1c', '\r\x0bc\x1c', '\r'], ['ab', 'c'], 0, false],
    ['an end that never comes', ['\x0ba\x1c\r\x0bb'], ['a'], 0, true],
    ['an end that was lost', ['\x0ba\x0bb\x1c\r'], ['unfinished', 'b'], 0, false],
    ['one that is too large', [`\x0ba\x1c\r\x0b${'x'.repeat(LIMIT + 1)}`, 'x\x1c\r\x0bb\x1c\r'], ['a', 'too-large', 'b'], 0, false],
    ['one that is as large as may be', [`\x0b${'x'.repeat(LIMIT)}\x1c\r`], ['x'.repeat(LIMIT)], 0, false],
    ['one that begins within a too large one', [`\x0b${'x'.repeat(LIMIT + 1)}\x0bb\x1c\r`], ['too-large', 'b'], 0, false],
    ['garbage alone', ['GET / HTTP/1.1\r\n\r\n'], [], 14, false],
  ])('%s', (_, chunks, found, skipped, unfinished) => {
    expect(read(...chunks)).toEqual({ found, skipped, unfinished });
  });

  it('are the same however the bytes are cut', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((body) => framed(body.filter((byte) => byte !== 0x0b && byte !== 0x1c))),
      fc.constantFrom('\x0b', '\x1c', '\r', '\n', 'x', `\x0b${'y'.repeat(LIMIT + 5)}`).map(bytes),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (parts, sizes) => {
        const all = Buffer.concat(parts);
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const size = sizes[i % sizes.length] as number;
          chunks.push(all.subarray(at, at + size));
          at += size;
        }
        expect(read(...chunks)).toEqual(read(all));
      }),
    );
  });

  it('that come byte by byte take no longer than that', () => {
    const reader = new FrameReader(600_000);
    const body = new Uint8Array(500_000).fill(0x41);
    const started = performance.now();
    let found: Framed[] = [];
    for (const byte of framed(body)) found = found.concat(reader.push(Uint8Array.of(byte)));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(found.map((one) => 'frame' in one && Buffer.compare(one.frame, body))).toEqual([0]);
  });

  it('do not change when the chunk that they came in is used again', () => {
    const reader = new FrameReader(LIMIT);
    const chunk = bytes('\x0babc\x1c\r');
    const found = reader.push(chunk);
    chunk.fill(0);
    reader.push(bytes('\x0bxyz\x1c\r'));
    expect(texts(found)).toEqual(['abc']);
  });
});

describe('a file of messages', () => {
  const cut = (text: string) => messagesInFile(bytes(text)).map((one) => Buffer.from(one).toString('latin1'));
  const [a, b] = ['MSH|^~\\&|A\rPID|1\rPV1|1', 'MSH|^~\\&|B\rPID|2'];
  it.each([
    ['one after the other', `${a}\r${b}\r`, [a, b]],
    ['with empty lines between', `${a}\r\r\r${b}`, [a, b]],
    ['framed', `\x0b${a}\r\x1c\r\x0b${b}\r\x1c\r`, [a, b]],
    ['framed, without the last CR', `\x0b${a}\x1c\x0b${b}\x1c`, [a, b]],
    ['as a batch', `FHS|x\rBHS|x\r${a}\r${b}\rBTS|2\rFTS|1\r`, [a, b]],
    ['as text', `${a}\n\n${b}\n`.replaceAll('\r', '\n'), [a.replaceAll('\r', '\n'), b.replaceAll('\r', '\n')]],
    ['after something else', `hej\r${a}`, [a]],
    ['behind a byte order mark', `\xef\xbb\xbf${a}`, [a]],
    ['none', 'hej', []],
    ['empty', '', []],
  ])('%s', (_, text, messages) => {
    expect(cut(text)).toEqual(messages);
  });
});

describe('what is written', () => {
  it('is read as it was meant, whatever the texts are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '').trim());
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
        (fields) => {
          const segments = [
            [
              'MSH',
              'A',
              'B',
              'C',
              'D',
              '20190305',
              undefined,
              ['ADT', 'A01'],
              'M1',
              'P',
              '2.5',
              ...Array(5).fill(undefined),
              'UNICODE UTF-8',
            ],
            ['ZZZ', ...fields.map((repeat) => ({ repeat }))],
          ] as const;
          const message = parsed(hl7Of(segments as never));
          const zzz = message.segments[1];
          fields.forEach((repetitions, f) => {
            repetitions.forEach((components, r) => {
              components.forEach((value, c) => {
                // `""` is how nothing is written.
                if (value === '""') return;
                expect(valueIn(message, zzz, f + 1, r + 1, c + 1) ?? '').toBe(value);
              });
            });
          });
        },
      ),
    );
  });
});

const valueIn = (message: Hl7Message, segment: Segment | undefined, field: number, repetition: number, component: number) =>
  valueAt(message, segment, field, { repetition, component });
