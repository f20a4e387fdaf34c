import { describe, expect, it } from 'vitest';
import type { IndicatorId, Report } from '../../../src/domain/reports/report.js';
import { INDICATORS } from '../../../src/domain/reports/report.js';
import { sampleReport } from './sample-report.js';

const report = sampleReport();
const figure = (id: IndicatorId, unit: string, of: Report = report) =>
  of.indicators.find((i) => i.id === id)?.figures.find((f) => f.unit.id === unit);

describe('a report', () => {
  it('has every indicator for the region, each kommun of the agreement, and each vårdcentral that it is made for', () => {
    expect(report.indicators.map(({ id }) => id)).toEqual(INDICATORS.map(({ id }) => id));
    for (const { per, figures } of report.indicators) {
      const count = (type: string) => figures.filter((f) => f.unit.type === type).length;
      // Thirteen kommuner, and those stays that no kommun has in sight.
      expect([count('region'), count('kommun'), count('vardcentral')]).toEqual([
        1,
        (per as readonly string[]).includes('kommun') ? 14 : 0,
        (per as readonly string[]).includes('vardcentral') ? 3 : 0,
      ]);
    }
  });

  it.each<[IndicatorId, string, string | null, number | null, number | null, string | null]>([
    // January to March 2019 are the months 15 to 17: 25 + 26 + 27 stays of Jönköping; October to December 2018 22 + 23 + 24.
    ['inskrivningsmeddelande-24h', 'jonkoping', '40.0', 24 + 12, 78 + 12, '44.4'],
    ['inskrivningsmeddelande-24h', '0680', '30.8', 24, 78, '34.8'],
    ['inskrivningsmeddelande-24h', 'SE-VC-2', '100.0', 12, 12, '100.0'],
    ['kallelse-3-dagar', '0680', '83.3', 15, 18, '83.3'],
    ['kallelse-3-dagar', '0604', null, 0, 0, null],
    ['dagar-p90', '0682', '8.0', null, 3, '8.0'],
    ['invanda', 'jonkoping', '3.2', 3, 93, '0.0'],
    ['invanda', 'SE-VC-1', '3.8', 3, 78, '0.0'],
    ['krediterade', '0680', '2', 2, null, '0'],
    ['krediterat-belopp', 'jonkoping', '7800.0', null, null, '0.0'],
    // March is locked, its objection open: 46 800 kr reckoned, 39 000 kr invoiced. February's is decided.
    ['belopp-i-tvist', '0680', '7800.0', null, null, '0.0'],
    ['delaktighet', 'jonkoping', '82.5', null, 40, null],
    ['vardsamordnare', 'jonkoping', '83.3', null, null, null],
    ['vardsamordnare', 'SE-VC-3', '50.0', null, null, null],
  ])('%s of %s is %s, before it %s', (id, unit, value, numerator, denominator, before) => {
    const found = figure(id, unit);
    expect([found?.value, found?.numerator, found?.denominator, found?.before.value]).toEqual([value, numerator, denominator, before]);
  });

  it('marks what rests on few cases, and what still waits', () => {
    expect([
      figure('uppfoljning-1-manad', '0680')?.few,
      figure('dagar-medel', '0682')?.few,
      figure('kallelse-3-dagar', '0604')?.few,
    ]).toEqual([false, true, false]);
    expect(figure('uppfoljning-1-manad', '0680')?.waits).toBe(3);
  });

  it('shows its course by month over at least a year', () => {
    expect(report.trend.map(({ month }) => month)).toEqual([
      ...['04', '05', '06', '07', '08', '09', '10', '11', '12'].map((m) => `2018-${m}`),
      ...['01', '02', '03'].map((m) => `2019-${m}`),
    ]);
    expect(report.trend.at(-1)).toMatchObject({ stays: 32, values: { 'inskrivningsmeddelande-24h': '38.7', vardsamordnare: null } });
  });

  it('counts deviations by type and objections by code with what became of them', () => {
    expect(report.deviations.rows.map(({ type, count, before }) => [type, count, before])).toEqual([
      ['svpl-kallelse', 6, 6],
      ['checklista', 3, 3],
      ['lakemedel', 3, 3],
      ['ovrigt', 3, 3],
    ]);
    expect(report.objections).toMatchObject({ before: 3, rows: [{ code: 'kallelse-sen', count: 3, upheld: 2, rejected: 0, open: 1 }] });
  });

  it('takes the outcome from the ledger: its sums added, never reckoned again', () => {
    const { kommuner, ...sums } = report.outcome;
    expect(sums).toEqual({
      stays: 51,
      amountOre: 3 * 5_460_000,
      invoicedOre: 3 * 3_900_000 - 780_000,
      before: { stays: 51, amountOre: 3 * 5_460_000 },
    });
    expect(kommuner.map(({ payer }) => payer).slice(-2)).toEqual(['0687', '0180']);
    expect(kommuner.find(({ payer }) => payer === '0680')?.months.map((m) => [m.month, m.invoicedOre])).toEqual([
      ['2019-01', 3_900_000],
      ['2019-02', 3_120_000],
      ['2019-03', 3_900_000],
    ]);
  });

  it('whose vårdpris is missing has no sum, and says nothing of kronor', () => {
    const none = {
      month: '2019-02',
      state: 'lopande' as const,
      payers: [{ payer: '0680', stays: 1, average: '2.5', threshold: '2.0', amountOre: null }],
      invoices: [],
    };
    expect(sampleReport(undefined, { months: [none] }).outcome).toMatchObject({ amountOre: null, invoicedOre: 0, before: null });
  });

  it.each(['2019-03', '2019-04'])('of a period to %s is running until its last month is over', (to) => {
    expect(sampleReport({ from: '2019-03', to }).running).toBe(to === '2019-04');
  });
});

describe('every definition', () => {
  it.each(INDICATORS.map((each) => [each.id, each] as const))(
    '%s says what is counted, of what, what is left out and by which paragraph',
    (_, each) => {
      for (const text of [each.name, each.short, each.counted, each.numerator, each.denominator, each.leftOut]) {
        expect(text.trim().length).toBeGreaterThan(3);
        expect(text).not.toMatch(/undefined|NaN| {2}/);
      }
      expect(each.source).toMatch(/LUS|J |Region Västmanland|Nationellt/);
    },
  );
});
