/** A report of made-up figures, the same each time: two vårdcentraler, months before and in the period, invoices and objections. */
import { loadAgreements } from '../../../src/agreements/load.js';
import { kindOf, monthAfter, type Period } from '../../../src/domain/reports/period.js';
import { type Report, type ReportInput, reportOf } from '../../../src/domain/reports/report.js';
import { emptyTally, type Tally, type UnitTally } from '../../../src/domain/reports/tally.js';

const loaded = loadAgreements();
export const AGREEMENT = (() => {
  const found = loaded.ok ? loaded.agreements.find(({ id }) => id === 'jonkoping-2018') : undefined;
  if (found === undefined) throw new Error('the shipped agreement cannot be read');
  return found;
})();

export const VC = [
  { vardcentral: 'SE-VC-1', vardcentralName: 'Vårdcentralen Öster' },
  { vardcentral: 'SE-VC-2', vardcentralName: 'Vårdcentralen <Ask & Bok>' },
] as const;

export const unitTally = (month: string, payer: string | null, vc: 0 | 1, over: Partial<Tally>): UnitTally => ({
  ...emptyTally(),
  ...over,
  ...VC[vc],
  month,
  payer,
});

const share = (met: number, owed: number, waits = 0) => ({ met, owed, waits });

export function reportInput(period: Period = { from: '2019-01', to: '2019-03' }, over: Partial<ReportInput> = {}): ReportInput {
  const months = Array.from({ length: 18 }, (_, i) => monthAfter('2017-10', i));
  return {
    region: 'jonkoping',
    agreement: AGREEMENT,
    kommuner: AGREEMENT.kommuner,
    kind: kindOf(period),
    period,
    asOf: Date.parse('2019-04-20T10:00:00Z'),
    tallies: months.flatMap((month, i) => [
      unitTally(month, '0680', 0, {
        stays: 10 + i,
        inskrivning: share(8, 10 + i),
        vardtid: share(7, 10 + i),
        kallelse: share(5, 6),
        uppfoljning: share(2, 4, month === '2019-03' ? 3 : 0),
        aterinskrivning: share(1, 9),
        readyDays: [4, 3, 2, 0, 1 + i],
        lateStays: 2,
        correctedStays: 1,
        deviatingStays: 3,
        deviations: { 'svpl-kallelse': 2, checklista: 1, ovrigt: 1 },
      }),
      unitTally(month, '0682', 1, {
        stays: 4,
        inskrivning: share(4, 4),
        readyDays: [0, 0, 0, 0, 0, 0, 0, 0, 1],
        deviations: { lakemedel: 1 },
      }),
      unitTally(month, null, 1, { stays: 1 }),
    ]),
    objections: [
      { month: '2019-02', payer: '0680', vardcentral: 'SE-VC-1', code: 'kallelse-sen', state: 'godtagen', count: 2 },
      { month: '2019-03', payer: '0680', vardcentral: 'SE-VC-1', code: 'kallelse-sen', state: 'bestridd', count: 1 },
      { month: '2018-12', payer: '0682', vardcentral: null, code: 'annat', state: 'avvisad', count: 3 },
    ],
    contested: [
      { month: '2019-02', payer: '0680', vardcentral: 'SE-VC-1', stays: 2 },
      { month: '2019-03', payer: '0680', vardcentral: 'SE-VC-1', stays: 1 },
    ],
    months: months.map((month) => ({
      month,
      state: month < '2019-03' ? 'fakturerad' : 'last',
      payers: [
        { payer: '0680', stays: 12, average: '2.5', threshold: '2.0', amountOre: 4_680_000 },
        { payer: '0682', stays: 4, average: '1.0', threshold: '2.0', amountOre: 0 },
        { payer: '0180', stays: 1, average: null, threshold: null, amountOre: 780_000 },
      ],
      invoices: [
        {
          payer: '0680',
          number: `jonkoping-${month}-0680-1`,
          kind: 'faktura',
          amountOre: 3_900_000,
          issuedAt: Date.parse('2019-04-13T05:00:00Z'),
          changed: 0,
        },
        ...(month === '2019-02'
          ? [
              {
                payer: '0680',
                number: 'jonkoping-2019-02-0680-2',
                kind: 'kreditfaktura' as const,
                amountOre: -780_000,
                issuedAt: Date.parse('2019-04-14T05:00:00Z'),
                changed: 2,
              },
            ]
          : []),
      ],
    })),
    measurements: [
      { month: '2019-02', matning: 'nationell patientenkät', kommun: null, vardcentral: 'SE-VC-1', answers: 40, shareTenths: 825 },
    ],
    vardcentraler: [
      { hsaId: 'SE-VC-1', name: 'Vårdcentralen Öster', listade: 10_000, hoursTenths: 200 },
      { hsaId: 'SE-VC-3', name: 'Vårdcentralen Väster', listade: 5_000, hoursTenths: 50 },
    ],
    ...over,
  };
}

export const sampleReport = (period?: Period, over?: Partial<ReportInput>): Report => reportOf(reportInput(period, over));
