/** The calendar's short ways against the time zone's own arithmetic. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays, DAY, daysBetween, endOfDay, HOUR, localDateOf, startOfDay, wallClockMs } from '../../src/domain/calendar.js';

const zoned = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('Europe/Stockholm');
const instant = fc.integer({ min: Date.UTC(1899, 11, 1), max: Date.UTC(2201, 0, 1) });
/** Around the hours in which clocks are changed. */
const nearChange = fc
  .record({ year: fc.integer({ min: 1980, max: 2060 }), month: fc.constantFrom(2, 9), ms: fc.integer({ min: -8 * DAY, max: 0 }) })
  .map(({ year, month, ms }) => Date.UTC(year, month + 1, 1) + ms);

describe('local dates and wall clocks', () => {
  it('are those of the time zone at any instant', () => {
    fc.assert(
      fc.property(fc.oneof(instant, nearChange), (at) => {
        expect(localDateOf(at)).toBe(zoned(at).toPlainDate().toString());
        expect(wallClockMs(at)).toBe(at + zoned(at).offsetNanoseconds / 1_000_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('change with the clocks, to the millisecond', () => {
    for (const change of ['2019-03-31T01:00:00Z', '2019-10-27T01:00:00Z', '2026-03-29T01:00:00Z'].map((text) => Date.parse(text))) {
      for (const at of [change - 1, change, change + 1]) expect(wallClockMs(at)).toBe(at + zoned(at).offsetNanoseconds / 1_000_000);
    }
    expect(wallClockMs(Date.parse('2019-03-31T01:00:00Z')) - wallClockMs(Date.parse('2019-03-31T00:59:59Z'))).toBe(HOUR + 1_000);
  });
});

describe('days', () => {
  it('begin at the local midnight, and end where the next begins', () => {
    fc.assert(
      fc.property(fc.oneof(instant, nearChange), (at) => {
        const date = localDateOf(at);
        const begin = Temporal.PlainDate.from(date).toZonedDateTime('Europe/Stockholm').epochMilliseconds;
        expect(startOfDay(date)).toBe(begin);
        expect(endOfDay(date)).toBe(startOfDay(addDays(date, 1)));
        expect(begin).toBeLessThanOrEqual(at);
        for (const days of [-400, -31, -1, 0, 1, 3, 30, 366])
          expect(addDays(date, days)).toBe(Temporal.PlainDate.from(date).add({ days }).toString());
      }),
      { numRuns: 1_000 },
    );
  });

  it('between two dates are those of the calendar', () => {
    fc.assert(
      fc.property(fc.oneof(instant, nearChange), fc.oneof(instant, nearChange), (a, b) => {
        const [from, until] = [localDateOf(a), localDateOf(b)];
        expect(daysBetween(from, until)).toBe(
          Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until), { largestUnit: 'days' }).days,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
