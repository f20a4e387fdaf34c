/** The board's plots: each kommun against the threshold, each payer's kronor, and where a month is heading. */
import { decimal, kronor } from '../../out/documents/format.js';
import { PLOT_COLOURS } from '../../out/plots/palette.js';
import { type Plot, type PlotRow, type PlotShape, renderPlot } from '../../out/plots/render.js';
import { type Html, html, markup } from './html.js';
import { LEVEL_NAMES, type Level, type Standing } from './standing.js';

const LEVELS: readonly Level[] = ['under', 'nara', 'over', 'ingen'];
const COLOURS = [PLOT_COLOURS.under, PLOT_COLOURS.near, PLOT_COLOURS.above, PLOT_COLOURS.muted];

/** Two widths, so that the letters are as large on a phone as on a desk. */
interface Shapes {
  wide: PlotShape;
  narrow: PlotShape;
}

const inTwoWidths = (shape: (width: number) => PlotShape, wide: number, narrow: number): Shapes => ({
  wide: shape(wide),
  narrow: shape(narrow),
});

/** Rows by name, in the order in which they are given. */
const NAMES = { field: 'name', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false, labelPadding: 8 } } as const;

/** A bar for each row, with its own text, against one threshold. */
const AGAINST_THRESHOLD = inTwoWidths(
  (width): PlotShape => ({
    data: { name: 'rows' },
    width,
    height: { step: 27 },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.64 } },
        encoding: {
          y: NAMES,
          x: { field: 'days', type: 'quantitative', axis: { title: 'Dagar i snitt', tickCount: width > 400 ? 8 : 4, format: '~f' } },
          color: { field: 'level', type: 'nominal', scale: { domain: [...LEVELS], range: COLOURS }, legend: null },
        },
      },
      {
        mark: { type: 'rule', color: PLOT_COLOURS.ink, strokeWidth: 2, strokeDash: [5, 4] },
        encoding: { x: { field: 'threshold', type: 'quantitative', aggregate: 'max' } },
      },
      {
        mark: { type: 'text', align: 'left' },
        // A column of its own to the right, where no bar and no line is in the way.
        encoding: { y: NAMES, x: { value: width + 10 }, text: { field: 'label' } },
      },
    ],
  }),
  720,
  150,
);

/** A bar of kronor for each row. */
const KRONOR = inTwoWidths(
  (width): PlotShape => ({
    data: { name: 'rows' },
    width,
    height: { step: 27 },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.64 }, color: PLOT_COLOURS.plain },
        encoding: {
          y: NAMES,
          x: { field: 'kronor', type: 'quantitative', axis: { title: 'Kronor', tickCount: width > 400 ? 6 : 2, format: ',d' } },
        },
      },
      { mark: { type: 'text', align: 'left' }, encoding: { y: NAMES, x: { value: width + 10 }, text: { field: 'label' } } },
    ],
  }),
  720,
  130,
);

/** The plot in both widths, of which the reader sees one. */
async function figure(shapes: Shapes, plot: Omit<Plot, 'shape'>, caption: string): Promise<Html> {
  const [wide, narrow] = await Promise.all([renderPlot({ ...plot, shape: shapes.wide }), renderPlot({ ...plot, shape: shapes.narrow })]);
  return html`<figure class="figure">
<div class="wide">${markup(wide)}</div>
<div class="narrow">${markup(narrow)}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

/** Each kommun's average against the threshold; its kronor where there is no threshold. */
export async function standingsPlot(standings: readonly Standing[], monthName: string): Promise<Html | null> {
  const measured = standings.filter(({ sum }) => sum.threshold !== null);
  const threshold = measured[0]?.sum.threshold;
  if (threshold === undefined || threshold === null) return kronorPlot(standings, monthName);
  if (measured.every(({ sum }) => sum.average === null)) return null;
  const rows = measured.map(
    ({ name, sum, level }): PlotRow => ({
      name,
      days: Number(sum.average ?? 0),
      threshold: Number(threshold),
      level,
      label: sum.average === null ? '–' : `${decimal(sum.average)}${level === 'over' || level === 'nara' ? ` ${LEVEL_NAMES[level]}` : ''}`,
    }),
  );
  const over = measured.filter(({ level }) => level === 'over').map(({ name, sum }) => `${name} (${decimal(sum.average ?? '')})`);
  const near = measured.filter(({ level }) => level === 'nara').map(({ name, sum }) => `${name} (${decimal(sum.average ?? '')})`);
  return figure(
    AGAINST_THRESHOLD,
    {
      rows,
      title: `Dagar i snitt per kommun mot tröskeln ${decimal(threshold)}, ${monthName}`,
      desc: `Över tröskeln: ${over.join(', ') || 'ingen kommun'}.${near.length > 0 ? ` Nära tröskeln: ${near.join(', ')}.` : ''} Alla siffror står i tabellen.`,
    },
    `Streckad linje: tröskeln ${decimal(threshold)} dagar i snitt. Över den betalar kommunen för det som överskjuter.`,
  );
}

async function kronorPlot(standings: readonly Standing[], monthName: string): Promise<Html | null> {
  const paying = standings.filter(({ sum }) => (sum.amountOre ?? 0) > 0);
  if (paying.length === 0) return null;
  return figure(
    KRONOR,
    {
      rows: paying.map(({ name, sum }) => ({ name, kronor: (sum.amountOre ?? 0) / 100, label: kronor(sum.amountOre) })),
      title: `Kronor per kommun, ${monthName}`,
      desc: `Störst: ${paying.reduce((a, b) => ((b.sum.amountOre ?? 0) > (a.sum.amountOre ?? 0) ? b : a)).name}. Alla siffror står i tabellen.`,
    },
    'Kommuner utan något att betala visas inte.',
  );
}

/** One kommun's average now, and by the forecasts, against the threshold. Null where nothing is measured by an average or nobody waits. */
export async function forecastPlot({ sum, forecast, name }: Standing): Promise<Html | null> {
  if (forecast === null || sum.threshold === null || forecast.ready.length === 0) return null;
  const bars = [
    ['Hittills', forecast.now],
    ['Hem i dag', forecast.ifHomeToday],
    ['Hem i morgon', forecast.ifHomeTomorrow],
    ['Månaden ut', forecast.ifStaying],
  ] as const;
  const threshold = Number(sum.threshold);
  const rows = bars.map(([label, of]): PlotRow => {
    const isOver = Number(of.averageBillableDays ?? 0) > 0;
    return {
      name: label,
      days: Number(of.average ?? 0),
      threshold,
      level: isOver ? 'over' : of.average === null ? 'ingen' : 'under',
      label: of.average === null ? '–' : `${decimal(of.average)}${isOver ? ' över' : ''}`,
    };
  });
  return figure(
    AGAINST_THRESHOLD,
    {
      rows,
      title: `${name}: snittet hittills och enligt prognosen, mot tröskeln ${decimal(sum.threshold)}`,
      desc: `${bars.map(([label, of]) => `${label}: ${of.average === null ? 'inget snitt' : decimal(of.average)}`).join('. ')}.`,
    },
    `Streckad linje: tröskeln ${decimal(sum.threshold)} dagar i snitt.`,
  );
}
