/** What the parser makes of messages as they come. */
import { describe, expect, it } from 'vitest';
import { type Hl7Message, segmentOf, valueAt } from '../../../src/doors/hl7/message.js';
import { MOST_BYTES, parseHl7 } from '../../../src/doors/hl7/parse.js';
import { ADMISSION, MSH, message, PID, parsed, placeOf } from './some-messages.js';

const at = (read: Hl7Message, name: string, field: number, place = {}) => valueAt(read, segmentOf(read, name), field, place);
const refusedAt = (bytes: Uint8Array): string => {
  const read = parseHl7(bytes);
  return 'error' in read ? placeOf(read.error) : 'understood';
};

describe('segments and fields', () => {
  it.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR and an empty line', '\r\r'],
  ])('end with %s', (_, end) => {
    const read = parsed(Buffer.from(ADMISSION.join(end)));
    expect(read.segments.map(({ name }) => name)).toEqual(['MSH', 'EVN', 'PID', 'PD1', 'PV1']);
    expect(at(read, 'PID', 5)).toBe('Ekvall');
    expect(at(read, 'PV1', 44)).toBe('20190214202400');
  });

  it('may stand between a byte order mark and the rests of a frame', () => {
    const read = parsed(Buffer.from(`\ufeff\r\n${ADMISSION.join('\r')}\r\u0000\u001a\u001c\r`));
    expect(read.segments.length).toBe(5);
    expect(at(read, 'PV1', 44)).toBe('20190214202400');
    expect(at(read, 'PID', 5, { component: 2 })).toBe('Märta');
  });

  it('may be of any kind, repeated and anywhere', () => {
    const read = parsed(message(MSH('A01'), 'ZXX|1|a^b', PID, 'NK1|1|Ett', 'NK1|2|Två', 'Z99|', 'PV1'));
    expect(read.segments.map(({ name, sequence }) => `${name}${sequence}`)).toEqual([
      'MSH1',
      'ZXX1',
      'PID1',
      'NK11',
      'NK12',
      'Z991',
      'PV11',
    ]);
    expect(valueAt(read, read.segments[4], 2)).toBe('Två');
  });

  it('keep a line break that stands in a text where segments end with CR', () => {
    const read = parsed(Buffer.from(`${MSH('A08')}\rPID|1||x^^^A||Ekvall^Märta||||||Gatan 1\n565 00 Mullsjö\rPV1|1`));
    expect(at(read, 'PID', 11)).toBe('Gatan 1\n565 00 Mullsjö');
    expect(read.segments.length).toBe(3);
  });

  it('are told by repetition, component and subcomponent; what is absent and what is none are two things', () => {
    const read = parsed(message(MSH('A01'), 'PID|1||a^^^h&1.2&ISO~b^^^""~""|""||x^""^'));
    expect(at(read, 'PID', 3, { component: 4, subcomponent: 2 })).toBe('1.2');
    expect(at(read, 'PID', 3, { repetition: 2 })).toBe('b');
    expect(at(read, 'PID', 3, { repetition: 2, component: 4 })).toBeNull();
    expect(at(read, 'PID', 3, { repetition: 3, component: 5 })).toBeNull();
    expect(at(read, 'PID', 3, { repetition: 4 })).toBeUndefined();
    expect(at(read, 'PID', 2)).toBeUndefined();
    expect(at(read, 'PID', 4)).toBeNull();
    expect(at(read, 'PID', 6, { component: 2 })).toBeNull();
    expect(at(read, 'PID', 6, { component: 3 })).toBeUndefined();
    expect(at(read, 'PID', 60)).toBeUndefined();
    expect(at(read, 'XYZ', 1)).toBeUndefined();
  });

  it('are cut at the delimiters that the message names, whichever they are', () => {
    const read = parsed(
      Buffer.from('MSH#*!%@#EXEMPEL-PAS##HEMGANG##201903051201##ADT*A01#M1#P#2.3\rPID#1##a*b!c*d%F%|^~\\&@e##%T%%R%%S%%E%'),
    );
    expect(at(read, 'PID', 3, { component: 2 })).toBe('b');
    expect(at(read, 'PID', 3, { repetition: 2, component: 2 })).toBe('d#|^~\\&');
    expect(at(read, 'PID', 3, { repetition: 2, component: 2, subcomponent: 2 })).toBe('e');
    expect(at(read, 'PID', 5)).toBe('@!*%');
    expect([read.type, read.trigger, read.controlId, read.version]).toEqual(['ADT', 'A01', 'M1', '2.3']);
  });

  it('need no escape or subcomponent delimiter', () => {
    const read = parsed(Buffer.from('MSH|^~|A||B||201903051201||ADT^A01|M1|P|2.3\rPID|1||C:\\S\\x&y'));
    expect(at(read, 'PID', 3)).toBe('C:\\S\\x&y');
  });

  it('may name a truncation character', () => {
    expect(parsed(Buffer.from('MSH|^~\\&#|A||B||201903051201||ADT^A01|M1|P|2.7\rPID|1||a&b')).delimiters.subcomponent).toBe('&');
  });
});

describe('the header', () => {
  it.each(['2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8'])('of version %s is read', (version) => {
    expect(parsed(message(MSH('A01', { version }))).version).toBe(version);
  });

  it.each([
    ['ADT^A01', 'A01'],
    ['ADT^A01^ADT_A01', 'A01'],
    ['ADT^^ADT_A04', 'A04'],
    ['ADT_A01', 'A01'],
    ['ADT', ''],
  ])('with MSH-9 %s is about %s', (type, trigger) => {
    const read = parsed(Buffer.from(`MSH|^~\\&|A||B||201903051201||${type}|M1|P|2.5`));
    expect([read.type, read.trigger]).toEqual(['ADT', trigger]);
  });

  it.each([
    ['nothing', '', 'MSH 100'],
    ['no message', 'GET / HTTP/1.1\r\n\r\n', 'MSH 100'],
    ['a batch', 'BHS|^~\\&|A\rMSH|^~\\&|A', 'MSH 100'],
    ['MSH alone', 'MSH', 'MSH 100'],
    ['equal delimiters', 'MSH|^^\\&|A||B||201903051201||ADT^A01|M1|P|2.5', 'MSH-2 102'],
    ['letters as delimiters', 'MSH|abcd|A||B||201903051201||ADT^A01|M1|P|2.5', 'MSH-2 102'],
    ['no delimiters', 'MSH||A||B||201903051201||ADT^A01|M1|P|2.5', 'MSH-2 102'],
    ['too many delimiters', 'MSH|^~\\&#%$|A||B||201903051201||ADT^A01|M1|P|2.5', 'MSH-2 102'],
    ['no control id', 'MSH|^~\\&|A||B||201903051201||ADT^A01||P|2.5', 'MSH-10 101'],
    ['a control id of a novel', `MSH|^~\\&|A||B||201903051201||ADT^A01|${'x'.repeat(200)}|P|2.5`, 'MSH-10 102'],
    ['no type', 'MSH|^~\\&|A||B||201903051201|||M1|P|2.5', 'MSH-9.1 101'],
    ['no version', 'MSH|^~\\&|A||B||201903051201||ADT^A01|M1|P|', 'MSH-12 101'],
    ['version 3', 'MSH|^~\\&|A||B||201903051201||ADT^A01|M1|P|3.0', 'MSH-12 203'],
    ['version 2.1', 'MSH|^~\\&|A||B||201903051201||ADT^A01|M1|P|2.1', 'MSH-12 203'],
    ['an unknown character set', MSH('A01', { charset: 'KLINGON' }), 'MSH-18 103'],
    ['UTF-16', MSH('A01', { charset: 'UNICODE UTF-16' }), 'MSH-18 103'],
    ['a second message', `${MSH('A01')}\rPID|1\r${MSH('A02')}`, 'MSH(2) 100'],
    ['a line that is no segment', `${MSH('A01')}\rPID|1\rnothing at all\rPV1|1`, 'PID 100'],
    ['a line after a second one of its kind', `${MSH('A01')}\rNK1|1\rNK1|2\r???`, 'NK1(2) 100'],
    ['a segment in small letters', `${MSH('A01')}\rpid|1`, 'MSH 100'],
  ])('%s is refused at its place', (_, text, place) => {
    expect(refusedAt(Buffer.from(text))).toBe(place);
  });

  it('is given where it could be read, so that the answer can be addressed', () => {
    const read = parseHl7(message(MSH('A01', { version: '3.0', id: 'X9' })));
    expect(read).toMatchObject({ header: { controlId: 'X9', trigger: 'A01' } });
    const unreadable = parseHl7(Buffer.concat([message(MSH('A01', { charset: 'UNICODE UTF-8', id: 'X8' })), Buffer.from([0xe4])]));
    expect(unreadable).toMatchObject({ error: { field: 18, code: '102' }, header: { controlId: 'X8' } });
    expect(parseHl7(Buffer.from('hej'))).toMatchObject({ header: null });
  });
});

describe('a message of a megabyte', () => {
  it.each(['|', '~', '^', '&', '\\', '\r', '\n', '\r\n', 'A|', 'PID\r', 'PID|~^&\\X41\\\r', '\\X', 'å'])(
    'of %j is read or refused at once',
    (text) => {
      const begin = `${MSH('A01')}\rPID|1||`;
      const bytes = Buffer.from(begin + text.repeat(Math.floor((MOST_BYTES - begin.length) / Buffer.byteLength(text))));
      const started = performance.now();
      const read = parseHl7(bytes);
      if ('message' in read)
        for (const segment of read.message.segments.slice(0, 10)) valueAt(read.message, segment, 3, { component: 99_999 });
      expect(performance.now() - started).toBeLessThan(10_000);
    },
  );

  it('and a byte is refused', () => {
    expect(refusedAt(Buffer.alloc(MOST_BYTES + 1, 'x'))).toBe('MSH 207');
  });
});
