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
  const region = indicators.map((indicator) => ({ indicator, figure: indicator.figures.find((f) => f.unit.type === 'region') }));
  const whole = region[0]?.figure?.unit.name ?? '';
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption} <span>${periodText(report.period)}; inom parentes jämfört med ${periodText(report.before)}</span></caption>
<thead><tr><th scope="col">${rows === 'kommun' ? 'Kommun' : 'Vårdcentral'}</th>!${indicators.map(
    (i) => html`<th scope="col">${i.short}<span class="small"> ${UNIT_WORDS[i.unit]}</span></th>`,
  )}</tr></thead>
<tbody><tr class="sum"><th scope="row">Hela regionen</th>!${region.map(({ indicator, figure }) => cell(figure, indicator))}</tr>
!${units.map(
    ({ id, name }) =>
      html`<tr><th scope="row">${name}</th>!${indicators.map((indicator) => cell(figureOf(indicator, id), indicator))}</tr>`,
  )}</tbody></table></div>!${noteOf(indicators, rows, whole)}`;
}

const isKommunkod = (id: string): boolean => /^\d{4}$/.test(id);
const hasAnything = (figure: UnitFigure | undefined): boolean =>
  figure !== undefined && ((figure.value !== null && (figure.denominator ?? Number(figure.value)) > 0) || figure.waits > 0);

function cell(figure: UnitFigure | undefined, definition: Definition): string {
  if (figure === undefined) return html`<td>–</td>`;
  const { unit } = definition;
  const change = changeOf(figure, figure.before, definition);
  const basis = basisText(figure, unit);
  const waits = figure.waits === 0 ? '' : `${countText(figure.waits)} väntar`;
  const small = [basis, waits].filter(Boolean).join(' · ');
  return html`<td class="${figure.few ? 'few' : ''}">${valueText(figure.value, unit)}!${
    small === '' ? '' : html`<span class="small">${small}</span>`
  }!${change === null ? '' : html`<span class="small ${change.trend}">(${change.text})</span>`}</td>`;
}

/** What the signs in the cells mean, where there are any. */
function noteOf(indicators: readonly ShownIndicator[], rows: string, _whole: string): string {
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
  return html`<aside class="definitions" aria-label="Definitioner"><h3>Så räknas det</h3><div>!${indicators.map(
    (d) => html`<section><h4>${d.name}</h4><dl>
<div><dt>Räknas</dt><dd>${d.counted}</dd></div>
<div><dt>Täljare</dt><dd>${d.numerator}</dd></div>
<div><dt>Nämnare</dt><dd>${d.denominator}</dd></div>
<div><dt>Utelämnas</dt><dd>${d.leftOut}</dd></div>
<div><dt>Källa</dt><dd>${d.source}</dd></div></dl></section>`,
  )}</div></aside>`;
}
