/** Draws a plot: a vega-lite shape, compiled once, and its rows become one SVG text, the same for the same rows. */
import { createHash } from 'node:crypto';
import type { TopLevelSpec } from 'vega-lite';
import { PLOT_COLOURS, PLOT_FONT } from './palette.js';

/** A row of a plot's data. Texts are escaped where they are drawn. */
export type PlotRow = Readonly<Record<string, string | number | boolean | null>>;

/** What a plot looks like, without its rows: a vega-lite spec whose data is `{ name: 'rows' }`. Keep it in a constant: it is compiled once. */
export type PlotShape = Readonly<TopLevelSpec>;

export interface Plot {
  shape: PlotShape;
  rows: readonly PlotRow[];
  /** What it shows, in a few Swedish words: its accessible name. */
  title: string;
  /** What can be read from it, in a sentence or two, for those who do not see it. */
  desc: string;
}

interface Compiled {
  draw(rows: readonly PlotRow[]): Promise<string>;
}

const REMEMBERED = 200;
const compiled = new WeakMap<PlotShape, Promise<Compiled>>();
const shapeNumbers = new WeakMap<PlotShape, number>();
let shapes = 0;
const drawn = new Map<string, Promise<string>>();

/**
 * The plot as an SVG element to stand in a page: `role="img"`, with title and description, without scripts and styles of its own, as wide
 * as there is room for and never wider than it was drawn. The last ones are remembered by their content.
 */
export function renderPlot(plot: Plot): Promise<string> {
  const key = keyOf(plot);
  const known = drawn.get(key);
  if (known !== undefined) {
    drawn.delete(key);
    drawn.set(key, known);
    return known;
  }
  const svg = draw(plot, key.slice(0, 12));
  drawn.set(key, svg);
  svg.catch(() => drawn.delete(key));
  for (const oldest of drawn.keys()) {
    if (drawn.size <= REMEMBERED) break;
    drawn.delete(oldest);
  }
  return svg;
}

async function draw({ shape, rows, title, desc }: Plot, id: string): Promise<string> {
  let ready = compiled.get(shape);
  if (ready === undefined) {
    ready = compile(shape);
    compiled.set(shape, ready);
  }
  return accessible(await (await ready).draw(rows), `plot-${id}`, title, desc);
}

/** Loaded when the first plot is drawn: half a second that no start of the service waits for. */
async function compile(shape: PlotShape): Promise<Compiled> {
  const [vegaLite, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const { spec } = vegaLite.compile({ ...shape, config: { ...CONFIG, ...shape.config } } as TopLevelSpec);
  const runtime = vega.parse(spec);
  return {
    async draw(rows) {
      const view = new vega.View(runtime, { renderer: 'none' }).insert('rows', [...rows]);
      try {
        return await view.toSVG();
      } finally {
        view.finalize();
      }
    },
  };
}

const CONFIG: TopLevelSpec['config'] = {
  background: 'transparent',
  font: PLOT_FONT,
  // Read aloud as one picture, beside a table with the same figures.
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: PLOT_COLOURS.ink,
    titleColor: PLOT_COLOURS.muted,
    gridColor: PLOT_COLOURS.grid,
    domainColor: PLOT_COLOURS.muted,
    tickColor: PLOT_COLOURS.muted,
    labelFontSize: 13,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelLimit: 160,
  },
  legend: { labelColor: PLOT_COLOURS.ink, titleColor: PLOT_COLOURS.muted, labelFontSize: 13, titleFontSize: 13, titleFontWeight: 'normal' },
  header: { labelColor: PLOT_COLOURS.ink, titleColor: PLOT_COLOURS.muted, labelFontSize: 13 },
  text: { color: PLOT_COLOURS.ink, fontSize: 13 },
  locale: {
    number: { decimal: ',', thousands: '\u00a0', grouping: [3], currency: ['', '\u00a0kr'], minus: '\u2212' },
    time: {
      dateTime: '%Y-%m-%d %H.%M',
      date: '%Y-%m-%d',
      time: '%H.%M',
      periods: ['fm', 'em'],
      days: ['söndag', 'måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag'],
      shortDays: ['sön', 'mån', 'tis', 'ons', 'tors', 'fre', 'lör'],
      months: ['januari', 'februari', 'mars', 'april', 'maj', 'juni', 'juli', 'augusti', 'september', 'oktober', 'november', 'december'],
      shortMonths: ['jan', 'feb', 'mars', 'apr', 'maj', 'juni', 'juli', 'aug', 'sep', 'okt', 'nov', 'dec'],
    },
  },
};

/** Makes one named picture of it, and leaves out what nobody sees. Clip paths get names of their own: several plots share a page. */
function accessible(svg: string, id: string, title: string, desc: string): string {
  const clips = new Map<string, string>();
  const lean = svg
    .replace(/<path class="(?:back|fore)ground"[^>]*?(?:d=""|display="none"|d="M0,0h0v[\d.]+h0Z")[^>]*\/>/g, '')
    .replace(/<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g, '')
    // Inside the tags only: what is written stays as it was given.
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ (?:pointer-events|xmlns:xlink|version|class|role|aria-\w+|font-family)="[^"]*"| opacity="1"/g, '')
        .replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
        .replace(/\bclip\d+\b/g, (clip) => {
          const name = clips.get(clip) ?? `${id}-clip-${clips.size + 1}`;
          clips.set(clip, name);
          return name;
        }),
    );
  const [, width = '0', height = '0'] = /<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(lean) ?? [];
  return lean.replace(
    /<svg[^>]*>/,
    `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-labelledby="${id}-t" aria-describedby="${id}-d" ` +
      `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${escaped(PLOT_FONT)}">` +
      `<title id="${id}-t">${escaped(title)}</title><desc id="${id}-d">${escaped(desc)}</desc>`,
  );
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

function keyOf({ shape, rows, title, desc }: Plot): string {
  let number = shapeNumbers.get(shape);
  if (number === undefined) {
    number = shapes += 1;
    shapeNumbers.set(shape, number);
  }
  return createHash('sha256')
    .update(JSON.stringify([number, rows, title, desc]))
    .digest('hex');
}
