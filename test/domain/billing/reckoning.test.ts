import { describe, expect, it, test } from 'vitest';
import type { Agreement, PaymentRule } from '../../../src/domain/agreement.js';
import type { Episode } from '../../../src/domain/billing/episode.js';
import { reckon } from '../../../src/domain/billing/reckoning.js';
import { agreement, at, episode } from './episodes.js';

const J = agreement('jonkoping-2018');
const LAW = agreement('lag-2017-612');
const OLD = agreement('lag-1990-1404');
const V = agreement('vastmanland-2022');
const billable = (stay: Episode, by: Agreement): number => reckon(stay, by).individual?.billableDays ?? 0;
const psykiatrisk = { careForm: 'psykiatrisk' } as const;

describe('LUS 5:4: from three days after the notice, four after 12.00, to the day before the discharge', () => {
  test.each([
    ['2019-03-05T12:00:00', '2019-03-10T09:00', 2], // the law's own example: 8 and 9 March
    ['2019-03-05T12:00:01', '2019-03-10T09:00', 1],
    ['2019-03-05T12:00:00', '2019-03-08T23:59', 0],
    ['2019-03-05T12:00:00', '2019-03-09T00:00', 1],
    ['2019-03-05T00:00:00', '2019-03-09T00:00', 1],
    ['2019-03-05T23:59:59', '2019-03-09T23:59', 0],
    ['2019-03-05T23:59:59', '2019-03-10T00:00', 1],
    ['2019-03-29T12:00:00', '2019-04-02T12:00', 1], // over the clock change
    ['2019-03-05T11:00:00Z', '2019-03-10T09:00', 2], // 12.00 in Stockholm
  ])('notice %s, home %s: %i days', (notice, discharge, days) => {
    expect(billable(episode(notice, discharge), LAW)).toBe(days);
  });

  it('gives calendar days from the notice to the discharge', () => {
    expect(reckon(episode('2019-03-05T12:00', '2019-03-10T09:00'), LAW).individual?.days).toBe(5);
  });

  it('splits the days between the years they fall in', () => {
    expect(reckon(episode('2022-12-28T10:00', '2023-01-03T10:00'), LAW).individual?.byYear).toEqual({ 2022: 1, 2023: 2 });
  });

  it('reckons each interval by itself', () => {
    const intervals = [
      { from: at('2019-03-01T10:00'), until: at('2019-03-06T10:00') },
      { from: at('2019-03-10T10:00'), until: null },
    ];
    expect(billable({ ...episode('2019-03-01T10:00', '2019-03-15T10:00'), intervals }, LAW)).toBe(2 + 2); // 4, 5 and 13, 14 March
  });

  it('does not pay for an interval whose call came too late for it', () => {
    const intervals = [
      { from: at('2019-03-01T10:00'), until: at('2019-03-06T10:00') },
      { from: at('2019-03-10T10:00'), until: null },
    ];
    const stay = episode('2019-03-01T10:00', '2019-03-15T10:00', { svplRequired: true, svplKallelseAt: at('2019-03-11T10:00') });
    expect(billable({ ...stay, intervals }, LAW)).toBe(2);
  });

  it('does not pay for a day on which open care was unavailable', () => {
    const blocked = [{ from: at('2019-03-08T23:00'), until: at('2019-03-09T00:00') }];
    expect(billable(episode('2019-03-05T12:00', '2019-03-10T09:00', { blocked }), LAW)).toBe(1);
  });
});

describe('psychiatric care in 2018: from the 30th calendar day after the notice', () => {
  test.each([
    ['2018-04-01T15:00', '2018-05-01T15:00', 0], // 1 May is the 30th day, and the discharge's own
    ['2018-04-01T15:00', '2018-05-02T00:30', 1],
    ['2018-04-01T00:00', '2018-05-11T12:00', 10],
  ])('notice %s, home %s: %i days', (notice, discharge, days) => {
    const reckoning = reckon(episode(notice, discharge, psykiatrisk), J);
    expect(reckoning.individual?.billableDays ?? 0).toBe(days);
    expect(reckoning.averageDays).toBeNull();
  });

  test.each([
    ['2018-12-20T12:00', '2019-01-05T12:00', 4, 0], // the clock starts at midnight of the change: 4 days and 12 hours
    ['2018-12-20T12:00', '2019-01-08T23:59', 7, 0],
    ['2018-12-20T12:00', '2019-01-09T00:00', null, 8 - 3],
    ['2018-12-01T12:00', '2019-01-05T12:00', 4, 1], // 31 December by the old rule
    ['2018-11-20T12:00', '2019-01-15T12:00', null, 12 + 14 - 3], // 20–31 December, and 14 days
    ['2019-01-01T00:00', '2019-01-03T12:00', 2, 0],
    ['2018-12-20T12:00', '2019-01-01T10:00', 0, 0], // home on the day of the change: by the new rule
    ['2018-12-20T12:00', '2018-12-31T23:59', null, 0], // the day before: by the old
  ])('notice %s, home %s, straddling the change: %s in the average, %i billed', (notice, discharge, averageDays, days) => {
    const reckoning = reckon(episode(notice, discharge, psykiatrisk), J);
    expect(reckoning.averageDays).toBe(averageDays);
    expect(reckoning.individual?.billableDays ?? 0).toBe(days);
  });

  it('leaves somatic care as it was over that new year', () => {
    expect(reckon(episode('2018-12-28T10:00', '2019-01-03T10:00'), J).averageDays).toBe(6);
  });
});

describe('the rule of 1990', () => {
  const times = (vardplan: string, kallelse: string): Partial<Episode> => ({ vardplanAt: at(vardplan), kallelseMottagenAt: at(kallelse) });
  test.each([
    ['the call decides', '2018-02-08T10:00', times('2018-02-08T10:00', '2018-02-05T10:00'), '2018-02-15T10:00', 2], // 5 weekdays: 6, 7, 8, 9, 12; paid 13, 14
    ['the vårdplan decides', '2018-02-08T10:00', times('2018-02-13T10:00', '2018-02-01T10:00'), '2018-02-16T10:00', 2], // 14, 15
    ['utskrivningsklar decides', '2018-02-13T23:59', times('2018-02-10T10:00', '2018-02-01T10:00'), '2018-02-16T10:00', 2],
    ['home on the first day', '2018-02-08T10:00', times('2018-02-08T10:00', '2018-02-05T10:00'), '2018-02-13T23:00', 0],
    ['paid from a Saturday', '2018-02-08T10:00', times('2018-02-08T10:00', '2018-02-02T10:00'), '2018-02-12T10:00', 2], // 5, 6, 7, 8, 9; paid 10, 11
    ['no vårdplan', '2018-02-08T10:00', { kallelseMottagenAt: at('2018-02-01T10:00') }, '2018-02-20T10:00', 0],
    ['no call', '2018-02-08T10:00', { vardplanAt: at('2018-02-01T10:00') }, '2018-02-20T10:00', 0],
  ] as const)('%s', (_what, notice, changes, discharge, days) => {
    expect(billable(episode(notice, discharge, changes), OLD)).toBe(days);
    expect(billable(episode(notice, discharge, changes), J)).toBe(days);
  });

  it('waits thirty weekdays in psychiatric care', () => {
    // From Monday 4 December: 5–8, 11–15, 18–22, 27–29 December, 2–5, 8–12, 15–18 January are thirty; paid from the 19th.
    const changes = { ...times('2017-12-10T10:00', '2017-12-04T10:00'), ...psykiatrisk };
    expect(billable(episode('2017-12-10T10:00', '2018-01-21T10:00', changes), OLD)).toBe(2);
  });

  it('reckons from midnight of the change where it is the new rule, the call too', () => {
    const changed: Agreement = {
      ...J,
      payment: [
        { from: '2018-01-01', until: '2018-02-01', careForms: ['somatisk'], rule: { kind: 'individual-30', fromCalendarDay: 30 } },
        {
          from: '2018-02-01',
          until: null,
          careForms: ['somatisk'],
          rule: { kind: 'lag-1990', weekdaysSomatic: 5, weekdaysPsychiatric: 30 },
        },
      ],
    };
    // 2, 5, 6, 7 and 8 February are five weekdays; paid from the 9th.
    const stay = episode('2018-01-10T10:00', '2018-02-11T10:00', times('2018-01-10T10:00', '2018-01-08T10:00'));
    expect(billable(stay, changed)).toBe(2);
  });

  it('gives way on 1 March 2018: the days before by the old rule, the clock of the new from midnight', () => {
    const reckoning = reckon(episode('2018-02-08T10:00', '2018-03-04T10:00', times('2018-02-08T10:00', '2018-02-05T10:00')), J);
    expect(reckoning).toEqual({ averageDays: 3, individual: { days: 21, billableDays: 16, byYear: { 2018: 16 } } }); // 13–28 February
  });
});

describe('average agreements', () => {
  const rule = (id: Agreement): PaymentRule | undefined => id.payment.at(-1)?.rule;
  test.each([
    ['2019-03-05T12:00', '2019-03-13T11:59', { averageDays: 7, individual: null }],
    ['2019-03-05T12:00', '2019-03-13T12:00', { averageDays: null, individual: { days: 8, billableDays: 5, byYear: { 2019: 5 } } }],
  ])('from 8 days a stay is billed by itself: %s to %s', (notice, discharge, expected) => {
    expect(reckon(episode(notice, discharge), J)).toEqual(expected);
    expect(reckon(episode(notice, discharge, psykiatrisk), J)).toEqual(expected);
  });

  it('has no individual part in Västmanland', () => {
    expect(rule(V)).toMatchObject({ kind: 'average', individual: null });
    expect(reckon(episode('2022-03-01T12:00', '2022-04-20T12:00'), V)).toEqual({ averageDays: 50, individual: null });
  });
});
