import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf, medianOf, p90Of, withoutDayZero } from '../../../src/domain/reports/days.js';
import { percentOf } from '../../../src/domain/reports/figure.js';
import { delaktighetOf, type Measurement } from '../../../src/domain/reports/imported.js';
import { KINDS, kindOf, monthsOf, periodBefore, steeringName, trendPeriod } from '../../../src/domain/reports/period.js';
import { benchmarkTenths } from '../../../src/domain/reports/quality-indicators.js';
import { emptyTally, shownType, sumOfTallies } from '../../../src/domain/reports/tally.js';

describe('days as utskrivningsklar', () => {
  it.each<[number[], string | null, string | null, string | null, string | null]>([
    // histogram, mean, mean without day 0, median, nine of ten
    [[], null, null, null, null],
    [[0, 0], null, null, null, null],
    [[3], '0.0', null, '0.0', '0.0'],
    [[1, 1], '0.5', '1.0', '0.5', '1.0'],
    [[9, 0, 0, 1], '0.3', '3.0', '0.0', '0.0'], // nine of ten kept within 0
    [[8, 0, 0, 1], '0.3', '3.0', '0.0', '3.0'], // eight of nine do not
    [[2, 3, 1, 0, 1], '1.3', '1.8', '1.0', '4.0'],
    [[0, 2, 1], '1.3', '1.3', '1.0', '2.0'],
    [[1, 0, 0, 1, 1, 1], '3.0', '4.0', '3.5', '5.0'],
  ])('%j', (histogram, mean, meanWithoutZero, median, p90) => {
    expect([meanOf(histogram), meanOf(withoutDayZero(histogram)), medianOf(histogram), p90Of(histogram)]).toEqual([
      mean,
      meanWithoutZero,
      median,
      p90,
    ]);
  });

  it('median and ninetieth percentile are those of the days themselves, one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 80 }), (days) => {
        const histogram = Array.from({ length: Math.max(...days) + 1 }, (_, d) => days.filter((each) => each === d).length);
        const sorted = days.toSorted((a, b) => a - b);
        const at = (rank: number) => sorted[rank - 1] as number;
        const n = days.length;
        expect(Number(medianOf(histogram))).toBe(n % 2 === 1 ? at((n + 1) / 2) : (at(n / 2) + at(n / 2 + 1)) / 2);
        const p90 = Number(p90Of(histogram));
        expect(days.filter((d) => d <= p90).length * 10).toBeGreaterThanOrEqual(n * 9);
        expect(days.filter((d) => d < p90).length * 10).toBeLessThan(n * 9);
      }),
    );
  });
});

describe('shares', () => {
  it.each<[number, number, string | null]>([
    [0, 0, null],
    [0, 3, '0.0'],
    [1, 3, '33.3'],
    [2, 3, '66.7'],
    [1, 16, '6.3'], // 6.25: half up
    [1, 2000, '0.1'],
    [3, 3, '100.0'],
  ])('%i of %i is %s', (part, whole, text) => expect(percentOf(part, whole)).toBe(text));

  it.each<[number, string]>([
    [10_000, '20.0'],
    [5_000, '10.0'],
    [7_525, '15.1'], // 15.05
    [1, '0.0'],
  ])("V's benchmark for %i listed is %s hours a week", (listade, hours) => expect((benchmarkTenths(listade) / 10).toFixed(1)).toBe(hours));
});

describe('periods', () => {
  it.each<[string, string, string, string, string, string]>([
    ['2019-03', '2019-03', 'manad', '2019-02', '2019-02', '2018-04'],
    ['2019-01', '2019-03', 'kvartal', '2018-10', '2018-12', '2018-04'],
    ['2019-01', '2019-02', 'kvartal', '2018-11', '2018-12', '2018-03'],
    ['2019-01', '2019-06', 'halvar', '2018-07', '2018-12', '2018-07'],
    ['2018-01', '2018-12', 'ar', '2017-01', '2017-12', '2018-01'],
    ['2018-01', '2019-12', 'ar', '2016-01', '2017-12', '2018-01'],
  ])('%s to %s is a report of kind %s, compared with %s to %s; its course begins in %s', (from, to, kind, before, beforeTo, trend) => {
    const period = { from, to };
    expect([kindOf(period), periodBefore(period), trendPeriod(period).from]).toEqual([kind, { from: before, to: beforeTo }, trend]);
  });

  it('months follow each other over the year', () =>
    expect(monthsOf({ from: '2018-11', to: '2019-02' })).toEqual(['2018-11', '2018-12', '2019-01', '2019-02']));

  it('the quarterly report is for the agreement’s own steering group', () => {
    expect(KINDS.kvartal.audience(steeringName('reko'))).toMatch(/^Till REKO: /);
    expect(KINDS.kvartal.audience(steeringName(null))).toMatch(/^Till parternas gemensamma styrgrupp: /);
  });
});

describe('what is counted', () => {
  it('sums of sums: the order and the grouping change nothing', () => {
    const tally = fc.record({
      stays: fc.nat(9),
      readyDays: fc.array(fc.nat(5), { maxLength: 6 }),
      lateStays: fc.nat(5),
      deviations: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 4 })),
      kallelse: fc.record({ met: fc.nat(4), owed: fc.nat(4), waits: fc.nat(4) }),
    });
    fc.assert(
      fc.property(fc.array(tally, { maxLength: 8 }), fc.nat(8), (some, cut) => {
        const tallies = some.map((each) => ({ ...emptyTally(), ...each }));
        const whole = sumOfTallies(tallies);
        expect(sumOfTallies([sumOfTallies(tallies.slice(cut)), sumOfTallies(tallies.slice(0, cut))])).toEqual(whole);
        expect(whole.readyDays.every((n) => Number.isInteger(n))).toBe(true);
      }),
    );
  });

  it.each([
    ['svpl-kallelse', 'svpl-kallelse'],
    ['checklista', 'checklista'],
    ['fel-läkemedel', 'ovrigt'],
    ['anna-andersson', 'ovrigt'],
    ['Anna Andersson ramlade', 'ovrigt'],
    ['19890201-3286', 'ovrigt'],
    ['a'.repeat(41), 'ovrigt'],
    ['', 'ovrigt'],
  ])('the type %s is shown as %s: words of somebody’s own are not repeated', (type, shown) => expect(shownType(type)).toBe(shown));
});

describe('upplevd delaktighet', () => {
  const measured = (over: Partial<Measurement>): Measurement => ({
    month: '2019-03',
    matning: 'enkät',
    kommun: null,
    vardcentral: null,
    answers: 10,
    shareTenths: 500,
    ...over,
  });
  const period = { from: '2019-01', to: '2019-03' };

  it('is weighed by the answers, within the period', () => {
    const rows = [
      measured({ vardcentral: 'VC1', answers: 10, shareTenths: 900 }),
      measured({ vardcentral: 'VC1', month: '2019-01', answers: 30, shareTenths: 500 }),
      measured({ vardcentral: 'VC1', month: '2019-04' }),
      measured({ vardcentral: 'VC2' }),
    ];
    expect(delaktighetOf(rows, { type: 'vardcentral', id: 'VC1' }, period)).toEqual({ answers: 40, weighted: 10 * 900 + 30 * 500 });
    expect(delaktighetOf(rows, { type: 'kommun', id: '0680' }, period)).toBeNull();
  });

  it('of the region is its own value, else the vårdcentralers, else the kommuners', () => {
    const [region, vardcentral, kommun] = [
      measured({ answers: 1 }),
      measured({ vardcentral: 'VC1', answers: 2 }),
      measured({ kommun: '0680', answers: 3 }),
    ];
    const answers = (rows: Measurement[]) => delaktighetOf(rows, { type: 'region' }, period)?.answers;
    expect([answers([kommun, vardcentral, region]), answers([kommun, vardcentral]), answers([kommun]), answers([])]).toEqual([
      1,
      2,
      3,
      undefined,
    ]);
  });
});
