import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toIso } from '../../src/domain/calendar.js';
import { readFeed } from '../../src/player/feed.js';

const stay = (stayId: string, admittedAt: string) => JSON.stringify({ stay: { stayId, admittedAt, region: 'jonkoping' } });
const action = (stayId: string, id: string, at: string, more = {}) =>
  JSON.stringify({ action: { stayId, action: 'kommentera', id, at, by: { party: 'kommun', unit: '0680' }, data: { text: 'x' }, ...more } });
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a recorded feed', () => {
  test('is read line by line; blank lines, CRLF and a byte order mark do no harm', () => {
    const text = `\ufeff${stay('S1', '2019-03-01T08:00:00+01:00')}\r\n\r\n${action('S1', 'a1', '2019-03-01T09:00:00+01:00')}\r\n`;
    const read = readFeed(bytes(text));
    expect(read).toMatchObject({
      feed: {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        lines: [
          { number: 1, kind: 'stay', stayId: 'S1' },
          { number: 3, kind: 'action', action: 'kommentera' },
        ],
      },
    });
  });

  test('marks its actions imported, but not one that says it came late', () => {
    const read = readFeed(
      bytes([action('S1', 'a1', '2019-03-01T09:00:00Z'), action('S1', 'a2', '2019-03-01T09:00:00Z', { imported: false })].join('\n')),
    );
    expect('feed' in read && read.feed.lines.map((line) => line.kind === 'action' && line.envelope['imported'])).toEqual([true, false]);
  });

  test('plays a line that stands later than its own time with the lines before it', () => {
    const read = readFeed(bytes([action('S1', 'a1', '2019-03-05T09:00:00Z'), action('S1', 'a2', '2019-03-01T09:00:00Z')].join('\n')));
    expect('feed' in read && read.feed.lines.map((line) => toIso(line.dueAt))).toEqual(['2019-03-05T09:00:00Z', '2019-03-05T09:00:00Z']);
  });

  test('with bad lines is refused as a whole, with the number of each', () => {
    const text = [
      stay('S1', '2019-03-01T08:00:00+01:00'),
      '{"stay":',
      '{"annat":{}}',
      stay('S 1', '2019-03-01T08:00:00+01:00'),
      stay('S1', '2019-03-01'),
      action('S1', 'a1', '2019-03-01T08:00:00'),
      action('S1', '', '2019-03-01T08:00:00Z'),
      action('S1', 'a1', '2019-03-01T08:00:00Z', { action: 'dansa' }),
      action('S1', 'a1', '2019-03-01T08:00:00Z', { extra: 1 }),
      '',
      '[]',
    ].join('\n');
    const read = readFeed(bytes(text));
    expect('bad' in read && read.bad.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 11]);
    expect('bad' in read && read.bad.map(({ reason }) => reason)).toEqual([
      'not JSON',
      expect.stringMatching(/stay|action/),
      expect.stringMatching(/^stay\.stayId: not a stay id/),
      expect.stringMatching(/^stay\.admittedAt: not an instant/),
      expect.stringMatching(/^action\.at: not an instant/),
      expect.stringMatching(/^action\.id: /),
      'action.action: no such action',
      'action.extra: unknown field',
      expect.any(String),
    ]);
  });

  test('that comes with the program has no bad line', () => {
    const read = readFeed(readFileSync(new URL('../../samples/2019-03-jonkoping.jsonl', import.meta.url)));
    expect('feed' in read && read.feed.lines.filter((line) => line.kind === 'stay').length).toBeGreaterThanOrEqual(79);
  });
});
