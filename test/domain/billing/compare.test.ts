/** The same stays under two rule books. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../src/domain/agreement.js';
import { asIfInForce, compareMonth } from '../../../src/domain/billing/compare.js';
import { computeMonth, type MonthInput } from '../../../src/domain/billing/month.js';
import { agreement, episode, vardpriser } from './episodes.js';

const J = agreement('jonkoping-2018');
const V = agreement('vastmanland-2022');
const LAW = agreement('lag-2017-612');
const OLD = agreement('lag-1990-1404');

const stays = [
  episode('2019-03-04T11:00', '2019-03-14T12:00', { stayId: 'a' }),
  episode('2019-03-04T11:00', '2019-03-06T12:00', { stayId: 'b', payer: '0682' }),
  episode('2019-03-04T11:00', '2019-03-09T12:00', { stayId: 'c', payer: '0682', svplRequired: true }),
];
const MARCH: MonthInput = { agreement: J, vardpriser, month: '2019-03', episodes: stays };
const of = (payer: string, compared: Agreement, input = MARCH) =>
  compareMonth(input, compared).kommuner.find((kommun) => kommun.payer === payer);

/** A next version of J's: a day's threshold, from 2020. */
const PROPOSAL: Agreement = {
  ...J,
  id: 'jonkoping-2020',
  inForce: { from: '2020-01-01', until: null },
  kommuner: J.kommuner.map((kommun) => ({ ...kommun, from: '2020-01-01' })),
  payment: [
    {
      from: '2020-01-01',
      until: '2021-01-01',
      careForms: ['somatisk', 'psykiatrisk'],
      rule: { kind: 'average', threshold: '1.0', rounding: 'exact', individual: null },
    },
    {
      from: '2021-01-01',
      until: null,
      careForms: ['somatisk', 'psykiatrisk'],
      rule: { kind: 'average', threshold: '0.0', rounding: 'exact', individual: null },
    },
  ],
};

describe('a comparison', () => {
  it('gives what each kommun pays under both, and the difference', () => {
    // Under J ten days are paid for less three; under the law from the third day after the notice.
    expect(of('0680', LAW)).toEqual({ payer: '0680', amountOre: 5_460_000, comparedOre: 5_460_000, differenceOre: 0 });
    expect(of('0680', V)).toEqual({ payer: '0680', amountOre: 5_460_000, comparedOre: 7 * 780_000, differenceOre: 0 });
    expect(of('0680', PROPOSAL)).toEqual({ payer: '0680', amountOre: 5_460_000, comparedOre: 9 * 780_000, differenceOre: 2 * 780_000 });
    expect(of('0682', PROPOSAL)).toEqual({ payer: '0682', amountOre: 0, comparedOre: 780_000, differenceOre: 780_000 });
  });

  it('lists every kommun of the agreement, and sums them', () => {
    const found = compareMonth(MARCH, PROPOSAL);
    expect(found.kommuner.map(({ payer }) => payer)).toEqual(J.kommuner.map(({ code }) => code));
    expect(found).toMatchObject({ amountOre: 5_460_000, comparedOre: 10 * 780_000, differenceOre: 3 * 780_000, problems: [] });
    expect(found.months.map((month) => month.agreement)).toEqual(['jonkoping-2018', 'jonkoping-2020']);
  });

  it('of an agreement with itself has no difference', () => {
    const found = compareMonth(MARCH, J);
    expect(found.months[1]).toEqual(found.months[0]);
    expect(found.differenceOre).toBe(0);
  });

  it('counts the demands of the compared rules too', () => {
    const strict = { ...J, preconditions: { ...J.preconditions, inskrivningsmeddelandeWithinHours: 1 } };
    expect(compareMonth(MARCH, strict).months[1].kommuner.flatMap(({ excluded }) => excluded.map(({ reason }) => reason))).toEqual([
      'inskrivningsmeddelande-sen',
      'inskrivningsmeddelande-sen',
      'inskrivningsmeddelande-sen',
    ]);
  });

  it('lets a kommun that the proposal leaves out pay by the law', () => {
    const without = { ...PROPOSAL, kommuner: PROPOSAL.kommuner.filter(({ code }) => code !== '0680') };
    expect(of('0680', without, { ...MARCH, fallback: LAW })).toMatchObject({ comparedOre: 7 * 780_000 });
    expect(compareMonth(MARCH, without).problems).toEqual([{ code: 'betalare-utanfor-regionen', stayId: 'a', payer: '0680' }]);
  });

  it('leaves payers of other regions with the law under both', () => {
    const stranger = episode('2019-03-04T11:00', '2019-03-14T12:00', { stayId: 'd', payer: '1480' });
    const input = { ...MARCH, fallback: LAW, episodes: [...stays, stranger] };
    for (const compared of [V, LAW, PROPOSAL])
      expect(of('1480', compared, input)).toMatchObject({ amountOre: 5_460_000, differenceOre: 0 });
  });

  it('knows no kronor where a price is missing, and says so', () => {
    const input = { ...MARCH, vardpriser: {} };
    expect(compareMonth(input, V)).toMatchObject({
      amountOre: null,
      comparedOre: null,
      differenceOre: null,
      problems: [{ code: 'vardpris-saknas', year: '2019' }],
    });
  });
});

describe('an agreement that is not in force in the month', () => {
  it('is used as though it had always been: the first rules of a proposal, the last of one that has ended', () => {
    expect(compareMonth(MARCH, PROPOSAL).months[1].kommuner[0]?.threshold).toBe('1.0');
    const ended = {
      ...PROPOSAL,
      inForce: { from: '2017-01-01', until: '2018-01-01' },
      payment: PROPOSAL.payment.map((period, n) => ({
        ...period,
        from: n === 0 ? '2017-01-01' : '2017-07-01',
        until: n === 0 ? '2017-07-01' : '2018-01-01',
      })),
      kommuner: J.kommuner.map((kommun) => ({ ...kommun, from: '2017-01-01', until: '2018-01-01' })),
    };
    expect(compareMonth(MARCH, ended).months[1].kommuner[0]?.threshold).toBe('0.0');
  });

  it('in force since the middle of the month it holds for the whole of it', () => {
    const middle = {
      ...PROPOSAL,
      inForce: { from: '2019-03-10', until: null },
      payment: [{ ...PROPOSAL.payment[0], from: '2019-03-10', until: null } as Agreement['payment'][number]],
      kommuner: PROPOSAL.kommuner.map((kommun) => ({ ...kommun, from: '2019-03-10' })),
    };
    expect(of('0682', middle)).toMatchObject({ comparedOre: 780_000 });
  });

  it('keeps the rule of each care form to itself', () => {
    const psychiatric = episode('2018-11-05T11:00', '2018-12-20T12:00', { stayId: 'p', careForm: 'psykiatrisk' });
    const price = { ...vardpriser, '2018': 700_000, '2017': 700_000 };
    const before = compareMonth(
      {
        agreement: OLD,
        vardpriser: price,
        month: '2017-12',
        episodes: [{ ...psychiatric, ...episode('2017-11-05T11:00', '2017-12-20T12:00'), careForm: 'psykiatrisk', stayId: 'p' }],
      },
      J,
    );
    // J's first rule is that of 1990, for both care forms.
    expect(before.months[1].stays[0]?.outcome).toBe('fri');
    const rules = asIfInForce(J, '2017-12').payment.map(({ careForms, from, until, rule }) => [...careForms, from, until, rule.kind]);
    expect(rules).toEqual([
      ['somatisk', '0001-01-01', '2018-03-01', 'lag-1990'],
      ['psykiatrisk', '0001-01-01', '2018-03-01', 'lag-1990'],
      ['somatisk', '2018-03-01', null, 'average'],
      ['psykiatrisk', '2018-03-01', '2019-01-01', 'individual-30'],
      ['psykiatrisk', '2019-01-01', null, 'average'],
    ]);
  });

  it('that is in force is left as it is', () => {
    expect(asIfInForce(J, '2019-03')).toBe(J);
  });
});

describe('one month', () => {
  it('is computed as it always is on the first side', () => {
    expect(compareMonth(MARCH, V).months[0]).toEqual(computeMonth(MARCH));
  });
});
