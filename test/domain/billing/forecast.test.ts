/** Where a running month is heading, which stays move it, and what is warned of. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../src/domain/agreement.js';
import type { Episode } from '../../../src/domain/billing/episode.js';
import { type Forecast, forecastOf, type MonthPrices, plus, tallyOfSum } from '../../../src/domain/billing/forecast.js';
import { type Judgement, judge } from '../../../src/domain/billing/judge.js';
import { kommunSum, type Tally, tallyOf } from '../../../src/domain/billing/kommun-month.js';
import { moversOf } from '../../../src/domain/billing/movers.js';
import { warningsOf } from '../../../src/domain/billing/warnings.js';
import type { Instant } from '../../../src/domain/calendar.js';
import { agreement, at, episode, vardpriser } from './episodes.js';

const J = agreement('jonkoping-2018');
const LAW = agreement('lag-2017-612');
const V = agreement('vastmanland-2022');
const MARCH: MonthPrices = { month: '2019-03', vardpriser };
const NOW = at('2019-03-20T10:00');

/** Utskrivningsklar since then, everything told and called, not discharged. */
function ready(readyAt: string, changes: Partial<Episode> = {}): Episode {
  const done = episode(readyAt, '2019-12-31T10:00');
  return { ...done, dischargedAt: null, utskrivningsmeddelandeAt: null, intervals: [{ from: at(readyAt), until: null }], ...changes };
}

const tally = (stays: number, days: number, more: Partial<Tally> = {}): Tally => ({
  payer: '0680',
  stays,
  averageStays: stays,
  averageDays: days,
  billableByYear: {},
  ...more,
});

const forecast = (of: Tally, episodes: Episode[], by: Agreement = J, now: Instant = NOW): Forecast =>
  forecastOf(of, episodes, by, MARCH, now);

describe('the forecast of a running month', () => {
  it('judges those who are utskrivningsklara as though they went home now, and as though they stayed the month out', () => {
    const found = forecast(tally(10, 18), [ready('2019-03-15T09:00')]);
    expect(found.now).toMatchObject({ averageStays: 10, average: '1.8', amountOre: 0 });
    expect(found.ifHomeToday).toMatchObject({ averageStays: 11, averageDaysTotal: 23, average: '2.1', amountOre: 858_000 });
    // 16 days by 31 March: out of the average, 13 of them paid for.
    expect(found.ifStaying).toMatchObject({ stays: 11, averageStays: 10, billableByYear: { '2019': 13 }, amountOre: 10_140_000 });
    expect(found.ready).toEqual([
      {
        stayId: 's1',
        readyAt: at('2019-03-15T09:00'),
        daysNow: 5,
        daysAtMonthEnd: 16,
        becomesIndividualAt: at('2019-03-23T09:00'),
        isInAverage: true,
        reason: null,
      },
    ]);
  });

  it('keeps a day until its last moment: the month ends with 23.59, not with the midnight that belongs to the next', () => {
    expect(forecast(tally(0, 0), [ready('2019-03-31T00:00')], J, at('2019-03-31T08:00')).ifStaying).toMatchObject({
      averageStays: 1,
      averageDaysTotal: 0,
    });
    expect(forecast(tally(0, 0), [ready('2019-03-29T23:59')], J, at('2019-03-31T08:00')).ready[0]?.daysAtMonthEnd).toBe(2);
  });

  it.each<[string, Partial<Episode>, boolean]>([
    ['the utskrivningsmeddelande, which comes with the discharge', {}, true],
    ['a call whose three days are not out', { svplRequired: true, intervals: [{ from: at('2019-03-18T09:00'), until: null }] }, true],
    ['a call whose three days are out', { svplRequired: true }, false],
    ['a call that came too late', { svplRequired: true, svplKallelseAt: at('2019-03-19T09:00') }, false],
    ['open care that is away', { blocked: [{ from: at('2019-03-17T09:00'), until: null }] }, false],
    ['what has been decided already', { excluded: 'annullerad' }, false],
  ])('counts the stay when what is missing is not due yet, else not: %s', (_what, changes, counts) => {
    const found = forecast(tally(3, 3), [ready('2019-03-15T09:00', changes)]);
    expect(found.ifHomeToday.averageStays).toBe(counts ? 4 : 3);
    expect(found.ifHomeToday.stays).toBe(4);
    expect(found.ifStaying.stays).toBe(4);
  });

  it('names the precondition that has failed, and then foretells no payment', () => {
    expect(forecast(tally(3, 3), [ready('2019-03-15T09:00', { svplRequired: true })]).ready[0]).toMatchObject({
      reason: 'svpl-kallelse-saknas',
      becomesIndividualAt: null,
      daysNow: 5,
    });
  });

  it('moves the eighth day by the time in which open care was away, and knows none while it is', () => {
    const away = { from: at('2019-03-16T09:00'), until: at('2019-03-17T15:00') };
    expect(forecast(tally(0, 0), [ready('2019-03-15T09:00', { blocked: [away] })]).ready[0]?.becomesIndividualAt).toBe(
      at('2019-03-24T15:00'),
    );
    const still = { ...away, until: null };
    expect(forecast(tally(0, 0), [ready('2019-03-15T09:00', { blocked: [still] })]).ready[0]?.becomesIndividualAt).toBeNull();
  });

  it('reaches the eighth day by the wall clock, whatever the clocks do in between', () => {
    expect(forecast(tally(0, 0), [ready('2019-03-28T09:00')], J, at('2019-03-29T09:00')).ready[0]?.becomesIndividualAt).toBe(
      at('2019-04-05T09:00'),
    );
  });

  it.each([
    ['2019-03-15T12:00', '2019-03-18T00:00'],
    ['2019-03-15T12:01', '2019-03-19T00:00'],
  ])('under the law payment begins three or four days after the notice, and days are calendar days: ready %s', (from, begins) => {
    const found = forecast(tally(0, 0), [ready(from)], LAW).ready[0];
    expect(found).toMatchObject({ becomesIndividualAt: at(begins), isInAverage: false, daysNow: 5 });
  });

  it('never takes a stay out of the average where the agreement has no individual part', () => {
    const by = { month: '2022-03', vardpriser };
    const found = forecastOf(tally(0, 0), [ready('2022-03-02T12:00')], V, by, at('2022-03-20T10:00'));
    expect(found.ready[0]).toMatchObject({ becomesIndividualAt: null, isInAverage: true, daysNow: 17, daysAtMonthEnd: 29 });
    expect(found.ifHomeToday).toMatchObject({ average: '17.0', averageAmountOre: 14 * 930_000 });
  });

  it('starts the clock of a stay that straddles a change of rule at midnight of the change', () => {
    const stay = ready('2018-12-28T09:00', { careForm: 'psykiatrisk' });
    const found = forecastOf(tally(0, 0), [stay], J, { month: '2019-01', vardpriser }, at('2019-01-05T10:00'));
    expect(found.ready[0]).toMatchObject({ daysNow: 4, becomesIndividualAt: at('2019-01-09T00:00') });
  });

  it.each<[string, Partial<Episode>]>([
    ['another payer', { payer: '0682' }],
    ['the payer cannot see', { outOfSight: true }],
    ['has been discharged', { dischargedAt: at('2019-03-19T10:00') }],
    ['whose notice was withdrawn', { intervals: [{ from: at('2019-03-15T09:00'), until: at('2019-03-16T09:00') }] }],
    ['whose notice is still to reach the payer', { intervals: [{ from: at('2019-03-21T09:00'), until: null }] }],
  ])('leaves out a stay of %s', (_whose, changes) => {
    const found = forecast(tally(4, 9), [ready('2019-03-15T09:00', changes)]);
    expect(found.ready).toEqual([]);
    expect(found.ifStaying).toEqual(found.now);
  });

  it('has nothing to foretell of a month that is not the running one', () => {
    const found = forecast(tally(4, 9), [ready('2019-03-15T09:00')], J, at('2019-04-02T10:00'));
    expect([found.ifHomeToday, found.ifHomeTomorrow, found.ifStaying, found.ready]).toEqual([found.now, found.now, found.now, []]);
  });

  it('lists the longest ready first', () => {
    const found = forecast(tally(0, 0), [ready('2019-03-18T09:00', { stayId: 'b' }), ready('2019-03-15T09:00', { stayId: 'a' })]);
    expect(found.ready.map(({ stayId }) => stayId)).toEqual(['a', 'b']);
  });
});

describe('a tally', () => {
  it('is read back from its sum, and is what it was when as much is taken out as was put in', () => {
    const of = tally(7, 15, { billableByYear: { '2019': 6 } });
    expect(tallyOfSum(kommunSum(of, J, MARCH))).toEqual(of);
    const more = tally(2, 3, { billableByYear: { '2018': 4, '2019': 1 } });
    expect(plus(plus(of, more), more, -1)).toEqual(of);
  });
});

const judged = (noticeAt: string, homeAt: string, changes: Partial<Episode> = {}): { stayId: string; judgement: Judgement } => {
  const stay = episode(noticeAt, homeAt, changes);
  return { stayId: stay.stayId, judgement: judge(stay, J) };
};

describe('what moves a month', () => {
  const stays = [
    judged('2019-03-01T10:00', '2019-03-02T11:00', { stayId: 'a1' }),
    judged('2019-03-01T10:00', '2019-03-01T11:00', { stayId: 'b0' }),
    judged('2019-03-01T10:00', '2019-03-08T11:00', { stayId: 'c7' }),
    judged('2019-03-01T10:00', '2019-03-11T11:00', { stayId: 'd10' }),
    judged('2019-03-01T10:00', '2019-03-05T11:00', { stayId: 'e4', svplRequired: true }),
  ];
  const all = tallyOf(
    '0680',
    stays.map(({ judgement }) => judgement),
  );
  const movers = moversOf(stays, kommunSum(all, J, MARCH), J, MARCH);

  it("is the payer's amount with each stay less the amount without it, biggest first", () => {
    // Days 0, 1 and 7: 2.7, 0.7 × 3 = 2.1 days above. Without c7 nothing; without b0 4.0 × 2; without a1 3.5 → 1.5 × 2.
    expect(movers.map(({ stayId, amountOre, days }) => [stayId, amountOre, days])).toEqual([
      ['d10', 7 * 780_000, 10],
      ['c7', 1_638_000, 7],
      ['e4', 0, null],
      ['a1', 1_638_000 - 3 * 780_000, 1],
      ['b0', 1_638_000 - 4 * 780_000, 0],
    ]);
  });

  it('is explained in one line each', () => {
    expect(movers.map(({ reason }) => reason)).toEqual([
      '10 dagar, räknas enskilt: 7 dagar att betala.',
      '7 dagar, 5,0 över tröskeln 2,0: snittet är 2,7, utan det 0,5.',
      'Ingår inte i underlaget: kallelse till SVPL saknas.',
      '1 dag, 1,0 under tröskeln 2,0: snittet är 2,7, utan det 3,5.',
      '0 dagar, 2,0 under tröskeln 2,0: snittet är 2,7, utan det 4,0.',
    ]);
  });

  it('has no kronor in a year without a price, and is then in order of days', () => {
    const none = { month: '2021-03', vardpriser };
    expect(moversOf(stays, kommunSum(all, J, none), J, none).map(({ stayId, amountOre }) => [stayId, amountOre])).toEqual([
      ['d10', null],
      ['c7', null],
      ['a1', null],
      ['b0', null],
      ['e4', null],
    ]);
  });
});

describe('the warnings of a running month', () => {
  const codes = (of: Tally, episodes: Episode[], by: Agreement = J): string[] =>
    warningsOf(forecast(of, episodes, by), by, MARCH, NOW).map(({ code }) => code);

  it.each<[string, Tally, Episode[], string[]]>([
    ['2.1 is above', tally(10, 21), [], ['troskel-passerad']],
    ['2.04 is 2.0, and near', tally(25, 51), [], ['troskel-nara']],
    ['1.8 is within 0.2', tally(10, 18), [], ['troskel-nara']],
    ['1.79 is not', tally(100, 179), [], []],
    ['two stays say nothing', tally(2, 4), [], []],
    ['no stay at all', tally(0, 0), [], []],
    ['passed when those ready go home now', tally(4, 4), [ready('2019-03-13T09:00'), ready('2019-03-13T10:00')], ['troskel-nara']],
    ['passed when they go home tomorrow', tally(1, 0), [ready('2019-03-17T12:00'), ready('2019-03-17T13:00')], ['troskel-nara']],
    ['passed only later', tally(2, 0), [ready('2019-03-17T12:00'), ready('2019-03-17T13:00')], []],
    ['a failed stay raises nothing', tally(3, 3), [ready('2019-03-13T11:00', { svplRequired: true })], []],
  ])('the threshold: %s', (_case, of, episodes, expected) => {
    expect(codes(of, episodes).filter((code) => code.startsWith('troskel'))).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['2019-03-12T10:00', []],
    ['2019-03-12T10:01', ['individuell-nara']],
    ['2019-03-13T10:00', ['individuell-nara']],
    ['2019-03-13T10:01', []],
  ])('a stay is warned of in the 24 hours before it is paid for by itself: ready %s', (from, expected) => {
    expect(codes(tally(100, 0), [ready(from)])).toEqual(expected);
  });

  it('under individual rules a stay is warned of before its payment begins, and the month never', () => {
    const found = warningsOf(forecast(tally(5, 50), [ready('2019-03-18T09:00')], LAW), LAW, MARCH, NOW);
    expect(found).toEqual([
      {
        code: 'betalning-nara',
        stayId: 's1',
        at: at('2019-03-21T00:00'),
        text: 'Betalningsansvaret för s1 börjar 2019-03-21 00.00, 7\u00a0800 kr per dag. Går patienten hem dessförinnan blir det inget att betala.',
      },
    ]);
  });

  it('say the figures and what can be done', () => {
    const passed = warningsOf(forecast(tally(10, 24), [ready('2019-03-12T12:00')]), J, MARCH, NOW).map(({ text }) =>
      text.replaceAll('\u00a0', ' '),
    );
    expect(passed).toEqual([
      'Snittet är 2,4 dagar för 10 vårdtillfällen, över tröskeln 2,0: 4,0 dagar att betala, 31 200 kr hittills. Går den som är utskrivningsklar hem nu blir månaden sammanlagt 68 640 kr; stannar den månaden ut 156 000 kr. Den som går hem inom ett dygn från utskrivningsklar räknas som 0 dagar och sänker snittet. Ytterligare 2 utskrivna inom ett dygn från utskrivningsklar skulle föra tillbaka snittet till tröskeln. Har väntat längst: s1 (7 dagar).',
      's1 når 8 dagar 2019-03-20 12.00 (utskrivningsklar 2019-03-12 12.00). Går patienten hem dessförinnan räknas vårdtillfället i snittet; därefter betalas det enskilt, minst 5 dagar, 39 000 kr.',
    ]);
  });

  it('count how many must go home in time as the agreement rounds', () => {
    // 21 days: 2.1 of 10. One more gives 1.9; of 41 days in 20, 2.05 is 2.1, and 41 of 21 is 1.95.
    const text = (of: Tally): string => warningsOf(forecast(of, []), J, MARCH, NOW)[0]?.text ?? '';
    expect(text(tally(20, 41))).toContain('Ytterligare 1 utskrivna');
    expect(text(tally(20, 44))).toContain('Ytterligare 2 utskrivna');
  });
});
