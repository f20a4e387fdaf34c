/** Indicators side by side: a row for each unit, in each cell the figure, what it rests on, and how it has changed. */
import { html } from 'ghtml';
import { type Definition, FEW } from '../../domain/reports/figure.js';
import type { IndicatorId, Report, UnitFigure } from '../../domain/reports/report.js';
import { basisText, changeOf, countText, periodText, UNIT_WORDS, valueText } from './words.js';

export type ShownIndicator = Report['indicators'][number];

export const indicatorsOf = (report: Report, ids: readonly IndicatorId[]): ShownIndicator[] =>
  ids.flatMap((id) => report.indicators.find((indicator) => indicator.id === id) ?? []);

/** `rows`: of which kind of unit; the region comes first, as the sum. Vårdcentraler and strays without anything to show are left out. */
export function figureTable(report: Report, ids: readonly IndicatorId[], rows: 'kommun' | 'vardcentral', caption: string): string {
  const indicators = indicatorsOf(report, ids);
  const figureOf = (indicator: ShownIndicator, id: string) => indicator.figures.find((f) => f.unit.id === id && f.unit.type !== 'region');
  const units = [...new Map(indicators.flatMap((i) => i.figures.map((f) => [f.unit.id, f.unit] as const))).values()].filter(
    ({ type, id }) => type === rows && (isKommunkod(id) || indicators.some((i) => hasAnything(figureOf(i, id)))),
  );
  const cellsOf = (figures: readonly (UnitFigure | undefined)[]): string[] =>
    indicators.length === 1 ? columnsOf(figures[0], indicators[0] as ShownIndicator) : indicators.map((each, i) => cell(figures[i], each));
  const row = (kind: string, name: string, figures: readonly (UnitFigure | undefined)[]) =>
    html`<tr class="${kind}"><th scope="row">${name}</th>!${cellsOf(figures)}</tr>`;
  const before = periodText(report.before);
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table class="figures">
<caption>${caption} <span>${`${periodText(report.period)}${indicators.length === 1 ? '' : `; inom parentes ändringen från ${before}`}`}</span></caption>
<thead><tr><th scope="col">${rows === 'kommun' ? 'Kommun' : 'Vårdcentral'}</th>!${headsOf(indicators, before)}</tr></thead>
<tbody>!${row(
    'sum',
    'Hela regionen',
    indicators.map((i) => i.figures.find((f) => f.unit.type === 'region')),
  )}
!${units.map(({ id, name }) =>
    row(
      '',
      name,
      indicators.map((i) => figureOf(i, id)),
    ),
  )}</tbody></table></div>!${noteOf(indicators, rows)}`;
}

function headsOf(indicators: readonly ShownIndicator[], before: string): string[] {
  const [only] = indicators;
  if (only === undefined || indicators.length > 1)
    return indicators.map((i) => html`<th scope="col">${breakable(i.short)}<span class="small unit">${UNIT_WORDS[i.unit]}</span></th>`);
  return [
    html`<th scope="col">${only.short}<span class="small unit">${UNIT_WORDS[only.unit]}</span></th>`,
    html`<th scope="col">Underlag</th><th scope="col">${before}</th><th scope="col">Ändring</th>`,
  ];
}

/** Where a long word of a narrow column may be divided. */
const breakable = (word: string): string => word.replace('smeddelande', 's\u00admeddelande');

/** One indicator alone has room for columns. */
function columnsOf(figure: UnitFigure | undefined, definition: ShownIndicator): string[] {
  if (figure === undefined) return ['<td>–</td><td>–</td><td>–</td><td>–</td>'];
  const { unit } = definition;
  const change = changeOf(figure, figure.before, definition);
  return [
    html`<td class="${figure.few ? 'few' : ''}">${valueText(figure.value, unit)}</td>`,
    html`<td>${[basisText(figure, unit), waitsText(figure)].filter(Boolean).join(', ') || '–'}</td>`,
    html`<td>${valueText(figure.before.value, unit)}</td>`,
    html`<td class="${change?.trend ?? ''}">${change?.text ?? '–'}</td>`,
  ];
}

const waitsText = ({ waits }: UnitFigure): string => (waits === 0 ? '' : `${countText(waits)} väntar`);

const isKommunkod = (id: string): boolean => /^\d{4}$/.test(id);
const hasAnything = (figure: UnitFigure | undefined): boolean =>
  figure !== undefined && ((figure.value !== null && (figure.denominator ?? Number(figure.value)) > 0) || figure.waits > 0);

function cell(figure: UnitFigure | undefined, definition: Definition): string {
  if (figure === undefined) return html`<td>–</td>`;
  const { unit } = definition;
  const change = changeOf(figure, figure.before, definition);
  const basis = basisText(figure, unit);
  const moved = change === null || change.trend === 'lika' ? '' : html`<span class="change ${change.trend}">(${change.text})</span>`;
  const small = [basis === null ? '' : html`<span class="change">${basis}</span>`, moved].filter(Boolean).join(' ');
  const lines = [small, html`${waitsText(figure)}`].filter(Boolean).map((line) => html`<span class="small">!${line}</span>`);
  return html`<td class="${figure.few ? 'few' : ''}">${valueText(figure.value, unit)}!${lines}</td>`;
}

/** What the signs in the cells mean, where there are any. */
function noteOf(indicators: readonly ShownIndicator[], rows: string): string {
  const figures = indicators.flatMap((i) => i.figures.filter((f) => f.unit.type === rows || f.unit.type === 'region'));
  const notes = [
    figures.some((f) => f.few) ? `* Färre än ${FEW} fall: enskilda vårdtillfällen väger tungt.` : '',
    figures.some((f) => f.waits > 0) ? 'Väntar: tiden har inte gått ut, och vårdtillfället räknas inte ännu.' : '',
    figures.some((f) => f.value === null) ? '– Inget att räkna.' : '',
  ].filter(Boolean);
  return notes.length === 0 ? '' : html`<p class="small">${notes.join(' ')}</p>`;
}

/** The definitions of what stands above. */
export function definitionsOf(indicators: readonly Definition[]): string {
  return html`<div class="definitions"><h3>Så räknas det</h3><div>!${indicators.map(
    (d) => html`<section><h4>${d.name}</h4><dl>
<div><dt>Räknas</dt><dd>${d.counted}</dd></div>
<div><dt>Täljare</dt><dd>${d.numerator}</dd></div>
<div><dt>Nämnare</dt><dd>${d.denominator}</dd></div>
<div><dt>Utelämnas</dt><dd>${d.leftOut}</dd></div>
<div><dt>Källa</dt><dd>${d.source}</dd></div></dl></section>`,
  )}</div></div>`;
}
