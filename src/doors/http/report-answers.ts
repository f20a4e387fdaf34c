/** The shape of a report as JSON. */
import { z } from 'zod';
import { UNIT_TYPES, UNITS } from '../../domain/reports/figure.js';
import { REPORT_KINDS, SECTIONS } from '../../domain/reports/period.js';

const month = z.string().describe('YYYY-MM');
const period = z.object({ from: month, to: month });
const decimal = z.string().nullable().describe('exact decimal; null where nothing is counted');
const ore = z.int().nullable();
const unit = z.object({
  type: z.enum(UNIT_TYPES),
  id: z
    .string()
    .describe('region id, kommunkod or HSA-id; `ovriga`: kommuner outside the agreement, `ingen`: stays that no kommun has in sight'),
  name: z.string(),
});
const figure = z.object({
  value: decimal,
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
  waits: z.int().describe('how many cannot be judged yet'),
});
const objectionRow = z.object({
  code: z.string(),
  name: z.string(),
  count: z.int(),
  upheld: z.int(),
  rejected: z.int(),
  open: z.int(),
  states: z.record(z.string(), z.int()),
});
const invoice = z.object({
  number: z.string(),
  kind: z.enum(['faktura', 'kreditfaktura', 'debetfaktura']),
  amountOre: z.int(),
  issuedAt: z.int().describe('epoch milliseconds'),
  changed: z.int().describe('how many stays it says have changed'),
});

export const reportSchema = z
  .object({
    region: z.string(),
    agreement: z.object({ id: z.string(), name: z.string() }),
    kind: z.enum(REPORT_KINDS),
    title: z.string(),
    audience: z.string(),
    period,
    before: period.describe('the period that it is compared with: equally long, just before'),
    asOf: z.string().meta({ format: 'date-time' }),
    running: z.boolean().describe('its last month is not over'),
    sections: z.array(z.enum(SECTIONS)).describe('what the page shows to this audience; the JSON holds everything'),
    stays: z.object({ count: z.int(), before: z.int() }).describe('discharges of the target group'),
    readyDays: z.array(z.int()).describe("the region's stays with 0, 1, 2 … whole days as utskrivningsklar"),
    indicators: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        short: z.string(),
        unit: z.enum(UNITS),
        better: z.enum(['hogre', 'lagre']).nullable(),
        counted: z.string(),
        numerator: z.string(),
        denominator: z.string(),
        leftOut: z.string(),
        source: z.string(),
        per: z.array(z.enum(UNIT_TYPES)),
        figures: z.array(figure.extend({ unit, few: z.boolean().describe('fewer than ten cases'), before: figure })),
      }),
    ),
    trend: z
      .array(z.object({ month, stays: z.int(), values: z.record(z.string(), decimal) }))
      .describe('by month, at least a year: the region by indicator id'),
    deviations: z.object({
      rows: z.array(z.object({ type: z.string(), name: z.string(), count: z.int(), before: z.int() })),
      units: z.array(z.object({ unit, types: z.record(z.string(), z.int()) })),
    }),
    objections: z.object({
      rows: z.array(objectionRow),
      before: z.int(),
      units: z.array(z.object({ unit, rows: z.array(objectionRow) })),
    }),
    outcome: z
      .object({
        kommuner: z.array(
          z.object({
            payer: z.string(),
            name: z.string(),
            months: z.array(
              z.object({
                month,
                state: z.enum(['lopande', 'preliminar', 'last', 'fakturerad']),
                stays: z.int(),
                average: decimal,
                threshold: decimal,
                amountOre: ore,
                invoicedOre: z.int(),
                invoices: z.array(invoice),
              }),
            ),
            stays: z.int(),
            amountOre: ore,
            invoicedOre: z.int(),
          }),
        ),
        stays: z.int(),
        amountOre: ore,
        invoicedOre: z.int(),
        before: z.object({ stays: z.int(), amountOre: ore }).nullable(),
      })
      .describe("the ledger's own sums and invoices"),
    vardsamordnare: z.array(z.object({ hsaId: z.string(), name: z.string(), listade: z.int(), timmar: z.string(), riktmarke: z.string() })),
  })
  .meta({ id: 'Report' });

export const importedSchema = z
  .object({ region: z.string(), kind: z.string(), rows: z.int(), replaced: z.int().describe('earlier rows that these took the place of') })
  .meta({ id: 'ReportImport' });
