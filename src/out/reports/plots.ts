/** The plots of a report: their shapes, and what each says in words to those who do not see it. */
import { deviationName } from '../../domain/reports/breakdowns.js';
import { medianOf, p90Of } from '../../domain/reports/days.js';
import type { IndicatorId, Report } from '../../domain/reports/report.js';
import { kronor, monthText } from '../documents/format.js';
import { PLOT_COLOURS } from '../plots/palette.js';
import type { Plot, PlotRow, PlotShape } from '../plots/render.js';
import { countText, periodText, valueText } from './words.js';

const DATA = { name: 'rows' };

/** Small ones side by side, each with its own name: told apart without colours. */
const TREND: PlotShape = {
  data: DATA,
  facet: {
    field: 'name',
    type: 'nominal',
    sort: { field: 'order', op: 'min' },
    title: null,
    header: { labelAnchor: 'start', labelFontWeight: 'bold' },
  },
  columns: 2,
  spacing: { row: 22, column: 34 },
  spec: {
    width: 285,
    height: 110,
    encoding: {
      x: {
        field: 'month',
        type: 'ordinal',
        axis: { title: null, labelAngle: 0, labelFontSize: 11, grid: false, labelExpr: "split(datum.label, '|')[1]" },
      },
      y: { field: 'value', type: 'quantitative', scale: { zero: true }, axis: { title: null, tickCount: 4, labelFontSize: 11 } },
    },
    layer: [
      { mark: { type: 'line', color: PLOT_COLOURS.plain, strokeWidth: 2 } },
      { mark: { type: 'point', filled: true, size: 28, color: PLOT_COLOURS.plain } },
    ],
  },
  resolve: { scale: { y: 'independent' }, axis: { x: 'independent' } },
};

const TREND_IDS: readonly IndicatorId[] = [
  'inskrivningsmeddelande-24h',
  'vardtid-i-tid',
  'kallelse-3-dagar',
  'uppfoljning-1-manad',
  'dagar-medel',
  'aterinskrivning-30',
];

const SHORT_MONTHS = ['jan', 'feb', 'mars', 'apr', 'maj', 'juni', 'juli', 'aug', 'sep', 'okt', 'nov', 'dec'];

/** The months' course; null when there are fewer than two months to draw. */
export function trendPlot(report: Report): Plot | null {
  const shown = TREND_IDS.flatMap((id) => report.indicators.find((i) => i.id === id) ?? []);
  const every = Math.max(1, Math.ceil(report.trend.length / 6));
  const rows = shown.flatMap((indicator, order) =>
    report.trend.map(
      ({ month, values }, i): PlotRow => ({
        name: `${indicator.short}, ${indicator.unit}`,
        order,
        // Every month is its own place on the axis; only some are named.
        month: `${month}|${(report.trend.length - 1 - i) % every === 0 ? `${SHORT_MONTHS[Number(month.slice(5)) - 1]} ${month.slice(2, 4)}` : ''}`,
        value: values[indicator.id] === null || values[indicator.id] === undefined ? null : Number(values[indicator.id]),
      }),
    ),
  );
  if (report.trend.filter(({ stays }) => stays > 0).length < 2) return null;
  const [first, last] = [report.trend[0], report.trend.at(-1)];
  const course = shown.map(({ id, short, unit }) => {
    const known = report.trend.flatMap(({ month, values }) => (values[id] == null ? [] : [{ month, value: values[id] as string }]));
    const [a, b] = [known[0], known.at(-1)];
    return a === undefined || b === undefined
      ? `${short}: inga uppgifter.`
      : `${short}: ${valueText(a.value, unit)} i ${monthText(a.month)}, ${valueText(b.value, unit)} i ${monthText(b.month)}.`;
  });
  return {
    shape: TREND,
    rows,
    title: `Utveckling ${monthText(first?.month ?? '')}–${monthText(last?.month ?? '')}`,
    desc: course.join(' '),
  };
}

const BARS = { type: 'bar', height: { band: 0.62 } } as const;

const DAYS: PlotShape = {
  data: DATA,
  width: 610,
  height: 170,
  encoding: {
    x: {
      field: 'days',
      type: 'ordinal',
      sort: null,
      axis: { title: 'Hela dagar som utskrivningsklar', labelAngle: 0, grid: false },
    },
    y: { field: 'stays', type: 'quantitative', axis: { title: 'Vårdtillfällen', tickCount: 4, format: ',d', tickMinStep: 1 } },
  },
  layer: [
    { mark: { type: 'bar', color: PLOT_COLOURS.plain } },
    { mark: { type: 'text', dy: -7, fontSize: 11 }, encoding: { text: { field: 'stays', format: ',d' } } },
  ],
};

const MOST_DAYS = 14;

/** How many stays had how many days; the longest are drawn together. */
export function daysPlot({ readyDays, period }: Report): Plot | null {
  const longest = readyDays.length - 1;
  if (longest < 0) return null;
  const split = longest > MOST_DAYS;
  const rows: PlotRow[] = Array.from({ length: Math.min(longest, MOST_DAYS - 1) + 1 }, (_, d) => ({
    days: String(d),
    order: d,
    stays: readyDays[d] ?? 0,
  }));
  if (split || longest === MOST_DAYS)
    rows.push({
      days: split ? `${MOST_DAYS}–${longest}` : String(MOST_DAYS),
      order: MOST_DAYS,
      stays: readyDays.slice(MOST_DAYS).reduce((sum, n) => sum + n, 0),
    });
  return {
    shape: DAYS,
    rows,
    title: `Vårdtillfällen efter antal dagar som utskrivningsklar, ${periodText(period)}`,
    desc: `Hälften av vårdtillfällena höll sig inom ${valueText(medianOf(readyDays), 'dagar')} dagar och nio av tio inom ${valueText(p90Of(readyDays), 'dagar')}. Det längsta var ${longest} dagar.`,
  };
}

const DEVIATIONS: PlotShape = {
  data: DATA,
  config: { axisY: { labelLimit: 270 } },
  width: 330,
  height: { step: 24 },
  encoding: {
    y: { field: 'name', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false } },
  },
  layer: [
    {
      mark: { ...BARS, color: PLOT_COLOURS.plain },
      encoding: { x: { field: 'count', type: 'quantitative', axis: { title: null, tickCount: 4, tickMinStep: 1, format: ',d' } } },
    },
    {
      mark: { type: 'tick', opacity: 1, thickness: 3, color: PLOT_COLOURS.above, height: { band: 0.9 } },
      encoding: { x: { field: 'before', type: 'quantitative' } },
    },
  ],
};

const MOST_TYPES = 12;

export function deviationsPlot({ deviations: { rows }, period, before }: Report): Plot | null {
  if (rows.length === 0) return null;
  const most = rows[0];
  return {
    shape: DEVIATIONS,
    rows: rows.slice(0, MOST_TYPES).map((row, order) => ({ name: row.name, order, count: row.count, before: row.before })),
    title: `Avvikelser efter typ, ${periodText(period)} (stapel) och ${periodText(before)} (streck)`,
    desc: `Vanligast är ${deviationName(most?.type ?? '')}: ${countText(most?.count ?? 0)}.`,
  };
}

const OUTCOME: PlotShape = {
  data: DATA,
  width: 420,
  height: { step: 24 },
  encoding: {
    y: { field: 'name', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false, labelLimit: 180 } },
    x: { field: 'kronor', type: 'quantitative', axis: { title: 'Kronor', tickCount: 4, format: ',d' } },
  },
  layer: [
    { mark: { ...BARS, color: PLOT_COLOURS.plain } },
    { mark: { type: 'text', align: 'left', dx: 5, fontSize: 12 }, encoding: { text: { field: 'label' } } },
  ],
};

/** What each kommun's months came to. Null where nothing is to be paid, or the price is unknown. */
export function outcomePlot({ outcome, period }: Report): Plot | null {
  const paying = outcome.kommuner.filter(({ amountOre }) => (amountOre ?? 0) > 0);
  if (paying.length === 0) return null;
  const most = paying.reduce((a, b) => ((b.amountOre ?? 0) > (a.amountOre ?? 0) ? b : a));
  return {
    shape: OUTCOME,
    rows: outcome.kommuner.map(({ name, amountOre }) => ({ name, kronor: (amountOre ?? 0) / 100, label: kronor(amountOre) })),
    title: `Belopp per kommun, ${periodText(period)}`,
    desc: `Sammanlagt ${kronor(outcome.amountOre)}. Störst är ${most.name} med ${kronor(most.amountOre)}.`,
  };
}
