import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { daysOf } from '../../../src/domain/billing/days.js';
import { at, episode } from './episodes.js';

const golden = readFileSync(new URL('../../golden/billing/days.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

describe('days of a stay, by the wall clock (J bilaga 2, Beräkning av dagar)', () => {
  test.each(golden)('%s to %s is %s: %s', (notice, discharge, days) => {
    expect(daysOf(episode(notice ?? '', discharge ?? ''))).toBe(Number(days));
  });

  test.each([
    ['2019-03-05T12:00', '2019-03-06T11:59:59', 0],
    ['2019-03-30T12:00', '2019-03-31T11:59', 0], // 22 h 59 min have passed
    ['2019-03-30T01:30', '2019-03-31T03:30', 1], // the clock skips 02–03
    ['2019-10-26T12:00', '2019-10-27T12:00', 1], // 25 h have passed
    ['2019-10-27T02:50:00+02:00', '2019-10-27T02:10:00+01:00', 0], // the wall clock stands earlier at the discharge
  ])('%s to %s is %i', (notice, discharge, days) => {
    expect(daysOf(episode(notice, discharge))).toBe(days);
  });

  test.each([
    ['a day in the middle', [['2019-03-06T12:00', '2019-03-07T12:00']], 4],
    ['one minute too much', [['2019-03-06T12:00', '2019-03-07T12:01']], 3],
    [
      'two that overlap, counted once',
      [
        ['2019-03-06T12:00', '2019-03-07T12:00'],
        ['2019-03-07T00:00', '2019-03-07T12:00'],
      ],
      4,
    ],
    ['before the notice', [['2019-03-01T12:00', '2019-03-05T12:00']], 5],
    ['all of it', [['2019-03-01T12:00', '2019-03-20T12:00']], 0],
  ] as const)('time during which open care is unavailable is taken out: %s', (_what, blocked, days) => {
    const stay = episode('2019-03-05T12:00', '2019-03-10T12:00', {
      blocked: blocked.map(([from, until]) => ({ from: at(from), until: at(until) })),
    });
    expect(daysOf(stay)).toBe(days);
  });

  it('counts from the last notice when an earlier one was withdrawn', () => {
    const stay = episode('2019-03-05T12:00', '2019-03-10T12:00');
    const intervals = [
      { from: at('2019-03-01T12:00'), until: at('2019-03-03T12:00') },
      { from: at('2019-03-08T12:00'), until: null },
    ];
    expect(daysOf({ ...stay, intervals })).toBe(2);
  });

  it('is unknown when the only notice was withdrawn, and before the discharge', () => {
    const stay = episode('2019-03-05T12:00', '2019-03-10T12:00');
    expect(daysOf({ ...stay, intervals: [{ from: at('2019-03-05T12:00'), until: at('2019-03-06T12:00') }] })).toBeNull();
    expect(daysOf({ ...stay, dischargedAt: null })).toBeNull();
  });
});
