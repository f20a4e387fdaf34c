import Holidays from 'date-holidays';
import { describe, expect, it, test } from 'vitest';
import { addVardagar, isHelgdag, isVardag } from '../../../src/domain/billing/holidays.js';
import { addDays } from '../../../src/domain/calendar.js';

describe('the weekdays of the rule of 1990', () => {
  it('agrees with date-holidays on every day from 2005 to 2030', () => {
    const calendar = new Holidays('SE');
    for (let year = 2005; year <= 2030; year += 1) {
      const known = new Set(
        calendar
          .getHolidays(year)
          .filter((day) => day.type === 'public' || day.type === 'bank')
          .map((day) => day.date.slice(0, 10)),
      );
      const differing: string[] = [];
      for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1))
        if (known.has(date) !== isHelgdag(date)) differing.push(date);
      expect(differing).toEqual([]);
    }
  }, 30_000);

  test.each([
    ['2018-02-23', true],
    ['2018-02-24', false],
    ['2018-02-25', false], // Friday, Saturday, Sunday
    ['2017-06-23', false], // midsommarafton
    ['2018-12-24', false],
    ['2018-12-31', false], // julafton, nyårsafton
    ['2017-12-27', true],
    ['2004-05-31', false], // annandag pingst, a holiday until 2004
    ['2003-06-06', true], // the national day, one from 2005
  ])('%s counts: %s', (date, counts) => {
    expect(isVardag(date)).toBe(counts);
  });

  test.each([
    ['2018-02-05', 5, '2018-02-12'], // Monday: Tuesday to Friday, and Monday
    ['2018-02-09', 5, '2018-02-16'], // Friday: the week after
    ['2017-12-22', 5, '2018-01-03'], // 27, 28, 29 December, 2 and 3 January
  ])('from %s, %i weekdays end with %s', (from, count, last) => {
    expect(addVardagar(from, count)).toBe(last);
  });
});
