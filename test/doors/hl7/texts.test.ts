/** Character sets, escapes and times. */
import { describe, expect, it } from 'vitest';
import { type Charset, charsetOf, decode, encode } from '../../../src/doors/hl7/charset.js';
import { escaped, unescaped } from '../../../src/doors/hl7/escape.js';
import { segmentOf, USUAL, valueAt } from '../../../src/doors/hl7/message.js';
import { readHl7Time, writeHl7Time } from '../../../src/doors/hl7/timestamp.js';
import { MSH, message, PID, parsed } from './some-messages.js';

const LATIN1 = (text: string) => Buffer.from(text, 'latin1');
const UTF8 = (text: string) => Buffer.from(text);

describe('the character set', () => {
  it.each<[string, Uint8Array, string]>([
    ['', UTF8('Märta Åström Öhrn'), 'utf-8'],
    ['', LATIN1('Märta Åström Öhrn'), 'windows-1252'],
    ['', UTF8('Marta'), 'utf-8'],
    ['ASCII', LATIN1('Märta'), 'windows-1252'],
    ['ASCII', UTF8('Märta'), 'utf-8'],
    ['8859/1', LATIN1('Märta'), 'windows-1252'],
    // What is declared goes before what the bytes could also be.
    ['8859/1', UTF8('Märta'), 'windows-1252'],
    ['ISO IR 100', LATIN1('Märta'), 'windows-1252'],
    ['ISO_IR 100', LATIN1('Märta'), 'windows-1252'],
    ['ISO IR100', LATIN1('Märta'), 'windows-1252'],
    ['ISO-8859-1', LATIN1('Märta'), 'windows-1252'],
    ['iso8859-1', LATIN1('Märta'), 'windows-1252'],
    ['8859/15', LATIN1('Märta'), 'iso-8859-15'],
    ['8859/2', LATIN1('x'), 'iso-8859-2'],
    ['UNICODE UTF-8', UTF8('Märta'), 'utf-8'],
    ['UTF-8', UTF8('Märta'), 'utf-8'],
    ['UNICODE UTF-8', LATIN1('Märta'), 'invalid'],
    ['8859/99', UTF8('x'), 'unknown'],
    ['ISO IR87', UTF8('x'), 'unknown'],
  ])('MSH-18 %j with %j is %s', (declared, bytes, charset) => {
    expect(charsetOf(bytes, declared)).toBe(charset);
  });

  it.each<[string, BufferEncoding]>([
    ['8859/1', 'latin1'],
    ['', 'latin1'],
    ['', 'utf8'],
    ['UNICODE UTF-8', 'utf8'],
    ['8859/1~UNICODE UTF-8', 'latin1'],
  ])('of a message that says %j in %s is its own: åäö ÅÄÖ é are read', (charset, encoding) => {
    const read = parsed(Buffer.from(`${MSH('A08', { charset })}\rPID|1||1||Åkerlöf^Égon Märta`, encoding));
    expect(valueAt(read, segmentOf(read, 'PID'), 5)).toBe('Åkerlöf');
    expect(valueAt(read, segmentOf(read, 'PID'), 5, { component: 2 })).toBe('Égon Märta');
  });

  it('writes what it reads, byte for byte, and a question mark for what it does not have', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    for (const charset of ['windows-1252', 'iso-8859-15', 'iso-8859-2'] as Charset[])
      expect(encode(decode(all, charset), charset)).toEqual(all);
    expect(Buffer.from(encode('å → ö', 'windows-1252'))).toEqual(LATIN1('å ? ö'));
    expect(Buffer.from(encode('å → ö', 'utf-8'))).toEqual(UTF8('å → ö'));
  });
});

describe('escapes', () => {
  it.each([
    ['Ek\\F\\vall', 'Ek|vall'],
    ['\\S\\\\T\\\\R\\\\E\\', '^&~\\'],
    ['a\\.br\\b\\.sp\\c\\.sp+2\\d', 'a\nb\nc\nd'],
    ['\\H\\viktigt\\N\\', 'viktigt'],
    ['\\X41C3A5\\', 'Aå'],
    ['\\X0D0A\\x', '\nx'],
    ['\\X00\\x\\X07\\', 'x'],
    ['\\X4\\', '\\X4\\'],
    ['\\XZZ\\', '\\XZZ\\'],
    ['\\C2842\\a\\M2442AB\\b', 'ab'],
    ['\\.in+4\\a\\.ce\\', 'a'],
    ['\\Zegen\\', '\\Zegen\\'],
    ['C:\\temp\\F\\', 'C:\\temp|'],
    ['slut\\', 'slut\\'],
    ['\\\\server\\disk', '\\\\server\\disk'],
    ['\\E\\F\\', '\\F\\'],
  ])('%s is %j', (written, meant) => {
    expect(unescaped(written, USUAL, 'utf-8')).toBe(meant);
  });

  it('of bytes are in the message’s character set', () => {
    expect(unescaped('\\XE5E4F6\\', USUAL, 'windows-1252')).toBe('åäö');
  });

  it('are read after the fields are cut, never before', () => {
    const read = parsed(message(MSH('A08'), PID.replace('Ekvall', 'Ek\\F\\\\S\\\\R\\vall')));
    expect(valueAt(read, segmentOf(read, 'PID'), 5)).toBe('Ek|^~vall');
    expect(valueAt(read, segmentOf(read, 'PID'), 5, { component: 2 })).toBe('Märta');
  });

  it('are written so that nothing of a text is a delimiter', () => {
    expect(escaped('a|b^c~d\\e&f\ng\u0007', USUAL)).toBe('a\\F\\b\\S\\c\\R\\d\\E\\e\\T\\f\\.br\\g');
  });
});

describe('times', () => {
  it.each([
    ['2019', '2018-12-31T23:00:00.000Z', 'year'],
    ['201903', '2019-02-28T23:00:00.000Z', 'month'],
    ['20190305', '2019-03-04T23:00:00.000Z', 'day'],
    ['2019030512', '2019-03-05T11:00:00.000Z', 'hour'],
    ['201903051230', '2019-03-05T11:30:00.000Z', 'minute'],
    ['20190305123015', '2019-03-05T11:30:15.000Z', 'second'],
    ['20190305123015.25', '2019-03-05T11:30:15.250Z', 'second'],
    ['20190305123015.1234', '2019-03-05T11:30:15.123Z', 'second'],
    ['20190305123015+0100', '2019-03-05T11:30:15.000Z', 'second'],
    ['20190305123015-0500', '2019-03-05T17:30:15.000Z', 'second'],
    ['201907051230', '2019-07-05T10:30:00.000Z', 'minute'],
    ['20190305+0000', '2019-03-05T00:00:00.000Z', 'day'],
    // The doubled hour of October: the first.
    ['20191027023000', '2019-10-27T00:30:00.000Z', 'second'],
    ['20191027023000+0100', '2019-10-27T01:30:00.000Z', 'second'],
    // The hour that is leapt over in March: by the offset before.
    ['20190331023000', '2019-03-31T01:30:00.000Z', 'second'],
    ['20190331030000', '2019-03-31T01:00:00.000Z', 'second'],
  ])('%s is %s', (text, iso, precision) => {
    expect(readHl7Time(text)).toEqual({ at: Date.parse(iso), precision });
  });

  it.each([
    '',
    '19',
    '2019-03-05',
    '20190230',
    '20191301',
    '201903052460',
    '2019030525',
    '20190305123060',
    'idag',
    '20190305123015+2500',
    '17990101',
    '201903051',
    '20190305T1230',
  ])('%j is none', (text) => {
    expect(readHl7Time(text)).toBeUndefined();
  });

  it('are written with their offset, and read as they were', () => {
    expect(writeHl7Time(Date.parse('2019-07-05T10:30:00Z'))).toBe('20190705123000+0200');
    for (const iso of ['2019-10-27T00:30:00Z', '2019-10-27T01:30:00Z', '2019-03-31T01:00:00Z'])
      expect(readHl7Time(writeHl7Time(Date.parse(iso)))?.at).toBe(Date.parse(iso));
  });
});
