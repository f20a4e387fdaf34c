/** What is answered: to whom, in which version, delimiters and character set, and where something is wrong. */
import { describe, expect, it } from 'vitest';
import { type AckCode, ackOf } from '../../../src/doors/hl7/ack.js';
import type { Hl7Error } from '../../../src/doors/hl7/message.js';
import { parseHl7 } from '../../../src/doors/hl7/parse.js';
import { ADMISSION, MSH, message, parsed } from './some-messages.js';

const OPTIONS = { controlId: 'ACK1', at: Date.parse('2019-03-05T12:02:00+01:00') };
const WRONG: Hl7Error[] = [
  { segment: 'PID', sequence: 1, field: 3, component: 1, code: '102', text: 'nummer^fel|åäö' },
  { segment: 'PV1', sequence: 1, field: 3, code: '103', text: 'ward' },
  { segment: 'PV1', sequence: 1, code: '100', text: 'order' },
];
const lines = (bytes: Uint8Array, encoding: BufferEncoding = 'utf8') => Buffer.from(bytes).toString(encoding).split('\r');
const answer = (bytes: Uint8Array, code: AckCode = 'AA', errors: Hl7Error[] = []) => {
  const read = parseHl7(bytes);
  return ackOf('message' in read ? read.message : read.header, code, errors, OPTIONS);
};

describe('an answer', () => {
  it('goes back to whom the message came from, with its control id', () => {
    expect(lines(answer(message(...ADMISSION)))).toEqual([
      'MSH|^~\\&|HEMGANG|JKPG|EXEMPEL-PAS|RYHOV|20190305120200+0100||ACK^A01^ACK|ACK1|P|2.5',
      'MSA|AA|M1',
      '',
    ]);
  });

  it.each([
    ['2.3', 'ACK'],
    ['2.3.1', 'ACK^A01'],
    ['2.4', 'ACK^A01^ACK'],
    ['2.5.1', 'ACK^A01^ACK'],
  ])('in version %s is %s', (version, type) => {
    const [msh] = lines(answer(message(MSH('A01', { version }))));
    expect(msh?.split('|').slice(8, 12)).toEqual([type, 'ACK1', 'P', version]);
  });

  it('that tells errors has one ERR for all up to 2.4', () => {
    for (const version of ['2.3', '2.4'])
      expect(lines(answer(message(MSH('A01', { version })), 'AE', WRONG)).slice(1)).toEqual([
        'MSA|AE|M1|nummer\\S\\fel\\F\\åäö',
        'ERR|PID^1^3^102&nummer\\S\\fel\\F\\åäö&HL70357~PV1^1^3^103&ward&HL70357~PV1^1^^100&order&HL70357',
        '',
      ]);
  });

  it('that tells errors has an ERR for each from 2.5 on, with place, code and text', () => {
    expect(lines(answer(message(MSH('A01')), 'AE', WRONG)).slice(1)).toEqual([
      'MSA|AE|M1|nummer\\S\\fel\\F\\åäö',
      'ERR||PID^1^3^1^1|102^Data type error^HL70357|E||||nummer\\S\\fel\\F\\åäö',
      'ERR||PV1^1^3|103^Table value not found^HL70357|E||||ward',
      'ERR||PV1^1|100^Segment sequence error^HL70357|E||||order',
      '',
    ]);
  });

  it('is in the delimiters and the character set of the message, and repeats what it came with byte for byte', () => {
    const odd = Buffer.from('MSH#*!%@#PÅS*1.2@x*ISO#RYHÖV#HEM%F%#JKPG#201903051201##ADT*A08*ADT_A01#M%S%1#T#2.5######8859/1', 'latin1');
    const [msh, msa, err] = lines(answer(odd, 'AE', [{ ...(WRONG[0] as Hl7Error) }]), 'latin1');
    expect(msh).toBe('MSH#*!%@#HEM%F%#JKPG#PÅS*1.2@x*ISO#RYHÖV#20190305120200+0100##ACK*A08*ACK#ACK1#T#2.5######8859/1');
    expect(msa).toBe('MSA#AE#M%S%1#nummer^fel|åäö');
    expect(err).toBe('ERR##PID*1*3*1*1#102*Data type error*HL70357#E####nummer^fel|åäö');
  });

  it('to a message without an escape character says what can be said', () => {
    const [, , err] = lines(answer(Buffer.from('MSH|^~|A||B||201903051201||ADT^A01|M1|P|2.5'), 'AE', WRONG));
    expect(err).toBe('ERR||PID^1^3^1^1|102^Data type error^HL70357|E||||nummer fel åäö');
  });

  it('to garbage says that it is none; to a header alone, whose it was', () => {
    expect(lines(answer(Buffer.from('hej'), 'AE', [{ segment: 'MSH', sequence: 1, code: '100', text: 'no message' }]))).toEqual([
      'MSH|^~\\&|HEMGANG||||20190305120200+0100||ACK|ACK1|P|2.5',
      'MSA|AE||no message',
      'ERR||MSH^1|100^Segment sequence error^HL70357|E||||no message',
      '',
    ]);
    expect(lines(answer(message(MSH('A01', { version: '3.0', id: 'X9' })), 'AE'))[1]).toBe('MSA|AE|X9');
  });

  it('that is no error may have a text, which never breaks the line', () => {
    expect(lines(ackOf(null, 'AR', [], { ...OPTIONS, text: 'later\rMSA|AA' }))[1]).toBe('MSA|AR||later\\.br\\MSA\\F\\AA');
  });

  it('has no more errors than somebody reads, and no field without an end', () => {
    const many = Array.from({ length: 500 }, () => WRONG[0] as Hl7Error);
    expect(lines(answer(message(MSH('A01')), 'AE', many)).length).toBe(2 + 20 + 1);
    const long = answer(Buffer.from(`MSH|^~\\&|${'A'.repeat(900_000)}||B||201903051201||ADT^A01|M1|P|2.5`));
    expect(long.length).toBeLessThan(2_000);
  });

  it('is a message that can be read itself', () => {
    const read = parsed(answer(message(...ADMISSION), 'AE', WRONG));
    expect([read.type, read.trigger, read.controlId, read.segments.map(({ name }) => name).join()]).toEqual([
      'ACK',
      'A01',
      'ACK1',
      'MSH,MSA,ERR,ERR,ERR',
    ]);
  });
});
