import { describe, expect, test } from 'vitest';
import { DAY, instantOf } from '../../src/domain/calendar.js';
import { arithmeticOf, stayFormula } from '../../src/out/documents/arithmetic.js';
import { kronor, monthText, shortTime, timeText } from '../../src/out/documents/format.js';
import { adviceOf } from '../../src/out/documents/guidance.js';
import { basis, episode, exampleD, type Options } from './fixtures.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const stepsOf = (options: Options) => {
  const data = basis(options);
  return arithmeticOf(data.sum, data).map(({ label, formula, amountOre }) => [plain(label), plain(formula), amountOre]);
};
const law = (stayId: string, readyAt: string, days: number) => episode(stayId, readyAt, days, { payer: '1480' });

describe('the sum is spelled out', () => {
  test("for J's example D, average and individual", () => {
    expect(stepsOf({ episodes: exampleD() })).toEqual([
      ['Genomsnitt', '82 dagar ÷ 24 vårdtillfällen = 3,4 dagar i snitt, avrundat till en decimal', null],
      ['Snittdel, 33,6 dagar', '(3,4 − 2,0) × 24 vårdtillfällen × 7 800 kr = 262 080 kr', 26_208_000],
      ['Individuell del, 16 dagar', '16 dagar × 7 800 kr = 124 800 kr', 12_480_000],
    ]);
  });

  test('for a kommun whose average is not above the threshold', () => {
    expect(stepsOf({ episodes: [episode('a', '2019-03-02T10:00:00+01:00', 2)] })).toEqual([
      ['Genomsnitt', '2 dagar ÷ 1 vårdtillfälle = 2,0 dagar i snitt, avrundat till en decimal', null],
      ['Snittdel', 'Snittet 2,0 dagar är inte högre än tröskeln 2,0 dagar: inget att betala.', 0],
      ['Individuell del', 'Inget vårdtillfälle har 8 dagar eller fler.', 0],
    ]);
  });

  test('for a month without a stay', () => {
    expect(stepsOf({ episodes: [] })[0]).toEqual(['Genomsnitt', 'Inget vårdtillfälle räknas i snittet.', 0]);
  });

  test('where the agreement does not round and has no individual part', () => {
    const episodes = [5, 4, 2].map((days, i) => episode(`v${i}`, '2022-03-02T10:00:00+01:00', days, { payer: '1980' }));
    expect(stepsOf({ agreementId: 'vastmanland-2022', month: '2022-03', kommun: { code: '1980', name: 'Västerås' }, episodes })).toEqual([
      ['Genomsnitt', '11 dagar ÷ 3 vårdtillfällen = 3,6667 dagar i snitt', null],
      ['Snittdel, 2 dagar', '11 dagar − 3,0 × 3 vårdtillfällen = 2 dagar; 2 dagar × 9 300 kr = 18 600 kr', 1_860_000],
    ]);
  });

  test('by the law, each year at its own price', () => {
    const episodes = [law('a', '2019-12-28T10:00:00+01:00', 8)];
    expect(stepsOf({ agreementId: 'lag-2017-612', month: '2020-01', kommun: { code: '1480', name: 'Göteborg' }, episodes })).toEqual([
      ['Betalningsansvar, 5 dagar', '1 dag × 7 800 kr (2019) + 4 dagar × 8 200 kr (2020) = 40 600 kr', 4_060_000],
    ]);
  });

  test('and says that a price is missing', () => {
    const steps = stepsOf({ episodes: exampleD(), vardpriser: {}, state: 'lopande' });
    expect(steps[1]).toEqual(['Snittdel, 33,6 dagar', '(3,4 − 2,0) × 24 vårdtillfällen × vårdpriset för 2019, som saknas = –', null]);
  });

  test('for one stay of its own', () => {
    const data = basis({ episodes: exampleD() });
    const stay = data.stays.find((one) => one.stayId === 'jkp-2019-351')!;
    expect(plain(stayFormula(stay, data)!)).toBe('10 dagar − 3 dagar = 7 dagar × 7 800 kr = 54 600 kr');
    expect(stayFormula(data.stays.find((one) => one.stayId === 'jkp-2019-301')!, data)).toBeNull();
  });
});

describe('numbers and times are written as in Sweden', () => {
  test.each([
    [kronor(123_450), '1 234,50 kr'],
    [kronor(-5_460_000), '−54 600 kr'],
    [kronor(-50), '−0,50 kr'],
    [kronor(null), '–'],
    [timeText(instantOf('2019-03-12T14:05:00+01:00')), '12 mars 2019 kl. 14.05'],
    [shortTime(instantOf('2019-07-01T23:30:00Z')), '2019-07-02 01.30'],
    [monthText('2019-03'), 'mars 2019'],
  ])('%s', (written, expected) => expect(plain(written)).toBe(expected));
});

describe('the kommun is told what it can do', () => {
  const advice = (options: Partial<Options>) =>
    adviceOf(basis({ episodes: exampleD(), ...options }))
      .map(({ title, text }) => plain(`${title}: ${text}`))
      .join('\n');

  test('object, and until when, while the basis is preliminary', () => {
    const text = advice({ state: 'preliminar' });
    expect(text).toContain('Invänd till och med den 12 april 2019');
    expect(text).toContain('Underlaget låses 13 april 2019 kl. 05.00');
    expect(text).toContain('Då avgör REKO');
  });

  test('wait, while the month runs', () =>
    expect(advice({ state: 'lopande' })).toContain('Det preliminära underlaget sänds 1 april 2019 kl. 05.00'));

  test('pay, and by when, once it is invoiced', () => {
    expect(advice({ invoice: 'first' })).toContain('Betala senast den 13 maj 2019: Faktura jonkoping-2019-03-0680-1 på 386 880 kr');
  });

  test('nothing, when there is nothing to pay', () =>
    expect(advice({ episodes: [], state: 'last' })).toContain('Det kommer ingen faktura'));

  test('agree with the region, where no tolkningsinstans decides', () => {
    const episodes = [episode('a', '2022-03-02T10:00:00+01:00', 5, { payer: '1980' })];
    expect(advice({ agreementId: 'vastmanland-2022', month: '2022-03', episodes, state: 'preliminar' })).toContain(
      'faktureras inte förrän ni och regionen är eniga',
    );
  });

  test('get back, by a credit note', () => {
    const text = advice({ invoice: { n: 2, kind: 'kreditfaktura', amountOre: -5_460_000, refersTo: 'jonkoping-2019-03-0680-1' } });
    expect(text).toContain('Ni får tillbaka: 54 600 kr krediteras på jonkoping-2019-03-0680-1');
  });
});

test('a stay discharged at 24 hours exactly has a day, and the table says so', () => {
  const ready = '2019-03-02T10:00:00+01:00';
  const data = basis({ episodes: [episode('a', ready, 1, { dischargedAt: instantOf(ready) + DAY })] });
  expect(data.stays[0]?.days).toBe(1);
});
