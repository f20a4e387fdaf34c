/** A report as CSV: a row for each indicator and unit, as a Swedish spreadsheet opens it. */
import { stringify } from 'csv-stringify/sync';
import { deviationName } from '../../domain/reports/breakdowns.js';
import type { Report, Unit } from '../../domain/reports/report.js';
import { BOM } from '../documents/basis-csv.js';

const COLUMNS = [
  'Region',
  'Från',
  'Till',
  'Indikator',
  'Namn',
  'Enhetstyp',
  'Enhet',
  'Enhetsnamn',
  'Månad',
  'Värde',
  'Mått',
  'Täljare',
  'Nämnare',
  'Väntar',
  'Perioden före',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

const comma = (value: string | null): string => value?.replace('.', ',') ?? '';
const kronor = (ore: number | null): string =>
  ore === null ? '' : `${ore < 0 ? '-' : ''}${Math.trunc(Math.abs(ore) / 100)},${String(Math.abs(ore) % 100).padStart(2, '0')}`;

/** `;`, CRLF, decimal comma, after a BOM. Deviations by type and objections by code are indicators of their own; so are the months' outcomes. */
export function reportCsv(report: Report): string {
  const period = { Region: report.region, Från: report.period.from, Till: report.period.to };
  const rows = [...indicatorRows(report), ...deviationRows(report), ...objectionRows(report), ...outcomeRows(report)];
  return (
    BOM +
    stringify(
      rows.map((row) => COLUMNS.map((column) => ({ ...period, ...row })[column] ?? '').map(harmless)),
      {
        header: true,
        columns: COLUMNS.map((column) => ({ key: column, header: column })),
        delimiter: ';',
        record_delimiter: '\r\n',
      },
    )
  );
}

/** A name that a spreadsheet would take for a formula is made a text; a number with a minus stays one. */
const harmless = (value: string | number): string | number =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-\d+(,\d+)?$/.test(value) ? `'${value}` : value;

const of = ({ type, id, name }: Unit): Row => ({ Enhetstyp: type, Enhet: id, Enhetsnamn: name });

const indicatorRows = (report: Report): Row[] =>
  report.indicators.flatMap((indicator) =>
    indicator.figures.map((figure) => ({
      Indikator: indicator.id,
      Namn: indicator.name,
      ...of(figure.unit),
      Värde: comma(figure.value),
      Mått: indicator.unit,
      Täljare: figure.numerator,
      Nämnare: figure.denominator,
      Väntar: figure.waits,
      'Perioden före': comma(figure.before.value),
    })),
  );

const deviationRows = ({ deviations: { units } }: Report): Row[] =>
  units.flatMap(({ unit, types }) =>
    Object.entries(types)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, count]) => ({ Indikator: `avvikelser:${type}`, Namn: deviationName(type), ...of(unit), Värde: count, Mått: 'antal' })),
  );

const objectionRows = ({ objections: { units } }: Report): Row[] =>
  units.flatMap(({ unit, rows }) =>
    rows.flatMap(({ code, name, count, upheld, rejected, open }) =>
      Object.entries({ antal: count, godtagna: upheld, avvisade: rejected, oppna: open }).map(([outcome, value]) => ({
        Indikator: `invandningar:${code}:${outcome}`,
        Namn: `${name}, ${outcome === 'oppna' ? 'öppna' : outcome}`,
        ...of(unit),
        Värde: value,
        Mått: 'antal',
      })),
    ),
  );

const outcomeRows = ({ outcome }: Report): Row[] =>
  outcome.kommuner.flatMap(({ payer, name, months }) =>
    months.flatMap(({ month, stays, average, amountOre, invoicedOre }) => {
      const unit = { ...of({ type: 'kommun', id: payer, name }), Månad: month };
      return [
        { Indikator: 'utfall:vardtillfallen', Namn: 'Vårdtillfällen i underlaget', ...unit, Värde: stays, Mått: 'antal' },
        { Indikator: 'utfall:snitt', Namn: 'Genomsnittligt antal dagar', ...unit, Värde: comma(average), Mått: 'dagar' },
        { Indikator: 'utfall:belopp', Namn: 'Belopp', ...unit, Värde: kronor(amountOre), Mått: 'kronor' },
        { Indikator: 'utfall:fakturerat', Namn: 'Fakturerat', ...unit, Värde: kronor(invoicedOre), Mått: 'kronor' },
      ];
    }),
  );
