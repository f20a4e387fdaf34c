import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/domain/calendar.js';
import { ACTION_NAMES } from '../../src/domain/stay/actions.js';
import { envelopeOf } from '../../src/domain/stay/schemas.js';
import { parseWith } from '../../src/doors/field-errors.js';
import { readPaperSheet } from '../../src/player/paper-sheet.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const HEAD = 'stayId;action;at;party;unit;role';
const row = (at: string, action = 'kvittera-kallelse') => `S-1;${action};${at};kommun;0680;handlaggare`;

function envelopes(text: string): Record<string, unknown>[] {
  const read = readPaperSheet(bytes(text));
  if ('bad' in read) throw new Error(JSON.stringify(read.bad));
  return read.feed.lines.map((line) => (line.kind === 'action' ? { ...line.envelope, action: line.action } : {}));
}

describe('a sheet of what was done on paper', () => {
  test('the sample is read, put in order of time, and every row fits its action', () => {
    const read = readPaperSheet(readFileSync('samples/paper-sheet.csv'));
    if ('bad' in read) throw new Error(JSON.stringify(read.bad));
    const lines = read.feed.lines.filter((line) => line.kind === 'action');
    expect(lines.map(({ action }) => action)).toEqual([
      'bedom-behov',
      'skicka-inskrivningsmeddelande',
      'svara-inskrivning',
      'utse-fast-vardkontakt',
      'kommentera',
    ]);
    expect(lines[2]?.envelope).toMatchObject({
      at: '2019-03-01T15:20:00Z',
      imported: true,
      by: { party: 'kommun', unit: '0680', role: 'handlaggare', name: 'Hanna Exempel' },
      data: { svar: 'kand', insatser: { sol: ['Hemtjänst', 'Trygghetslarm'] } },
    });
    for (const { action, envelope } of lines) expect(parseWith(envelopeOf(action as 'kommentera'), envelope)).toHaveProperty('value');
  });

  test('a row has the same id each time, and another when anything in it is another', () => {
    const [first] = envelopes(`${HEAD}\n${row('2026-11-24 14:30')}`);
    expect(envelopes(`${HEAD}\n${row('2026-11-24 08:00')}\n${row('2026-11-24 14:30')}`)[1]?.['id']).toBe(first?.['id']);
    expect(envelopes(`${HEAD}\n${row('2026-11-24 14:31')}`)[0]?.['id']).not.toBe(first?.['id']);
  });

  test('times of the wall clock: the first of a doubled hour, none that never was', () => {
    expect(envelopes(`${HEAD}\n${row('2026-10-25 02:30')}`)[0]?.['at']).toBe('2026-10-25T00:30:00Z');
    expect(envelopes(`${HEAD}\n${row('2026-10-25T02:30:00+01:00')}`)[0]?.['at']).toBe('2026-10-25T01:30:00Z');
    expect(readPaperSheet(bytes(`${HEAD}\n${row('2026-03-29 02:30')}`))).toEqual({
      bad: [{ line: 2, reason: 'at: a time that the clock never showed (summer time began)' }],
    });
  });

  test.each([
    ['a column that does not exist', `${HEAD};diagnos\n`, 1, 'no such column: "diagnos"'],
    ['a column twice', `${HEAD};unit\n`, 1, 'the column unit is there twice'],
    ['a column that is missing', 'stayId;action;at;party\n', 1, 'the column unit is missing'],
    ['a row that is too short', `${HEAD}\nS-1;kommentera\n`, 2, '2 fields instead of 6'],
    ['an action that does not exist', `${HEAD}\n${row('2026-11-24 14:30', 'hoppa')}`, 2, 'action: no such action'],
    ['no time', `${HEAD}\n${row('i går')}`, 2, 'at: not a time such as 2026-11-24 14:30'],
    ['the same row twice', `${HEAD}\n${row('2026-11-24 14:30')}\n${row('2026-11-24 14:30')}`, 3, 'the same as line 2'],
    ['a field that the action lacks', `${HEAD};data.text\n${row('2026-11-24 14:30')};hej`, 2, 'data.text: the action has no such field'],
    [
      'neither yes nor no',
      `${HEAD};data.kanTaEmot\n${row('2026-11-24 14:30', 'meddela-hemkomst')};kanske`,
      2,
      'data.kanTaEmot: neither ja nor nej',
    ],
    [
      'a list that is no list of texts',
      `${HEAD};data.personer\n${row('2026-11-24 14:30', 'bemanna')};Eva`,
      2,
      'data.personer: does not fit into a cell; write this action into a feed of JSONL',
    ],
  ])('%s is refused with its line', (_what, text, line, reason) => {
    const read = readPaperSheet(bytes(text));
    expect('bad' in read ? read.bad : read).toContainEqual({ line, reason });
  });

  test('not UTF-8 is refused', () => {
    expect(readPaperSheet(Buffer.from(`${HEAD}\n`.replace('unit', 'enhét'), 'latin1'))).toMatchObject({ bad: [{ line: 1 }] });
  });

  test('whatever stands in it, it is read or refused; what is read is in order', () => {
    const cell = fc.oneof(
      fc.constantFrom('S-1', '2026-11-24 14:30', '2026-11-24T14:30:00Z', 'kommun', '0680', 'ja', ''),
      fc.constantFrom(...ACTION_NAMES),
      fc.string({ maxLength: 8 }),
    );
    const column = fc.constantFrom('name', 'data.text', 'data.insatser.sol', 'data.kontakt.namn', 'data.__proto__', 'data.till', 'x');
    fc.assert(
      fc.property(fc.array(column, { maxLength: 4 }), fc.array(fc.array(cell, { maxLength: 10 }), { maxLength: 5 }), (extra, rows) => {
        const text = [[HEAD, ...extra].join(';'), ...rows.map((cells) => cells.join(';'))].join('\r\n');
        const read = readPaperSheet(bytes(text));
        if ('bad' in read) expect(read.bad.length).toBeGreaterThan(0);
        else {
          const times = read.feed.lines.map(({ dueAt }) => dueAt);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          for (const line of read.feed.lines)
            expect(parseInstant(String((line as unknown as { envelope: { at: string } }).envelope.at))).toBeDefined();
        }
      }),
      { numRuns: 300 },
    );
  });
});
