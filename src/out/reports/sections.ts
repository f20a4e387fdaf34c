/** The sections of a report, each a heading, its tables and plots, and the definitions beside them. */
import { html } from 'ghtml';
import type { Section } from '../../domain/reports/period.js';
import type { IndicatorId, Report } from '../../domain/reports/report.js';
import { decimal, monthText } from '../documents/format.js';
import { type Plot, renderPlot } from '../plots/render.js';
import { definitionsOf, figureTable, indicatorsOf } from './figure-table.js';
import { outcomeSection } from './outcome-section.js';
import { daysPlot, deviationsPlot, trendPlot } from './plots.js';
import { basisText, changeOf, countText, periodText, valueText } from './words.js';

export const SECTION_TITLES: Record<Section, string> = {
  sammanfattning: 'Sammanfattning',
  utfall: 'Utfall per kommun',
  kvalitet: 'Underlagets kvalitet',
  invandningar: 'Invändningar',
  processen: 'Processens mått per kommun',
  vardcentraler: 'Processens mått per vårdcentral',
  dagar: 'Dagar som utskrivningsklar',
  aterinskrivning: 'Återinskrivning',
  avvikelser: 'Avvikelser',
  delaktighet: 'Upplevd delaktighet',
  vardsamordnare: 'Vårdsamordnare mot riktmärket',
  utveckling: 'Utveckling över tid',
};

const PROCESS: readonly IndicatorId[] = ['inskrivningsmeddelande-24h', 'vardtid-i-tid', 'kallelse-3-dagar', 'uppfoljning-1-manad'];
const DAYS: readonly IndicatorId[] = ['dagar-medel', 'dagar-medel-utan-dag-0', 'dagar-median', 'dagar-p90'];
const QUALITY: readonly IndicatorId[] = ['sent-registrerade', 'rattade', 'invanda', 'belopp-i-tvist', 'krediterade', 'krediterat-belopp'];

/** The inside of a section, as HTML. */
export const SECTION_BODIES: Record<Section, (report: Report) => string | Promise<string>> = {
  sammanfattning: summary,
  utfall: outcomeSection,
  kvalitet: (report) =>
    figureTable(report, QUALITY, 'kommun', 'Sent registrerade, rättade, invända och krediterade vårdtillfällen') +
    definitionsOf(indicatorsOf(report, QUALITY)),
  invandningar: objections,
  processen: (report) =>
    figureTable(report, PROCESS, 'kommun', 'Följsamhet till processen per kommun') + definitionsOf(indicatorsOf(report, PROCESS)),
  vardcentraler: (report) =>
    figureTable(report, PROCESS, 'vardcentral', 'Följsamhet till processen per vårdcentral') +
    (report.sections.includes('processen')
      ? html`<p class="small">Definitionerna står vid måtten per kommun.</p>`
      : definitionsOf(indicatorsOf(report, PROCESS))),
  dagar: async (report) =>
    (await figureOf(daysPlot(report))) +
    figureTable(report, DAYS, 'kommun', 'Dagar från beskedet till utskrivningen') +
    definitionsOf(indicatorsOf(report, DAYS)),
  aterinskrivning: (report) =>
    figureTable(report, ['aterinskrivning-30'], 'kommun', 'Ny inskrivning inom 30 dagar') +
    definitionsOf(indicatorsOf(report, ['aterinskrivning-30'])),
  avvikelser: deviations,
  delaktighet: involvement,
  vardsamordnare: coordinators,
  utveckling: course,
};

async function figureOf(plot: Plot | null): Promise<string> {
  return plot === null ? '' : html`<figure>!${await renderPlot(plot)}<figcaption>${plot.title}</figcaption></figure>`;
}

const CARDS: readonly IndicatorId[] = [
  'inskrivningsmeddelande-24h',
  'vardtid-i-tid',
  'kallelse-3-dagar',
  'uppfoljning-1-manad',
  'dagar-medel',
  'aterinskrivning-30',
  'med-avvikelse',
];
const TREND_WORDS = { battre: 'bättre än', samre: 'sämre än', lika: 'som', neutral: 'mot' } as const;

function summary(report: Report): string {
  const before = periodText(report.before);
  const card = (name: string, value: string, basis: string, change: { text: string; trend: string } | null) =>
    html`<li><span class="name">${name}</span><span class="value">${value}</span>!${basis === '' ? '' : html`<span class="small">${basis}</span>`}!${
      change === null ? html`<span class="small">ingen jämförelse</span>` : html`<span class="small ${change.trend}">${change.text}</span>`
    }</li>`;
  const figures = indicatorsOf(report, CARDS).map((indicator) => {
    const region = indicator.figures[0];
    const change = region && changeOf(region, region.before, indicator);
    const words =
      change && (change.trend === 'lika' ? `som ${before}` : `${change.text} ${change.unit}, ${TREND_WORDS[change.trend]} ${before}`);
    const value = region === undefined ? '–' : valueText(region.value, indicator.unit);
    return card(
      indicator.name,
      indicator.unit === 'dagar' && region?.value != null ? `${value} dagar` : value,
      (region && basisText(region, indicator.unit)) ?? '',
      change && words ? { text: words, trend: change.trend } : null,
    );
  });
  const { count, before: earlier } = report.stays;
  const stays = card('Utskrivna i målgruppen', countText(count), 'vårdtillfällen', {
    text: `${countText(earlier)} under ${before}`,
    trend: 'neutral',
  });
  return html`<ul class="cards">!${[stays, ...figures]}</ul>`;
}

function objections({ objections: { rows, before }, period, before: earlier }: Report): string {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  if (total === 0) return html`<p>Inga invändningar mot underlagen för ${periodText(period)}. Perioden före hade ${countText(before)}.</p>`;
  const cells = (row: { count: number; upheld: number; rejected: number; open: number }) =>
    html`<td>${countText(row.count)}</td><td>${countText(row.upheld)}</td><td>${countText(row.rejected)}</td><td>${countText(row.open)}</td>`;
  const sum = (field: 'upheld' | 'rejected' | 'open') => rows.reduce((all, row) => all + row[field], 0);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Invändningar efter skäl"><table>
<caption>Invändningar efter skäl, och hur de avgjorts <span>${periodText(period)}; ${periodText(earlier)} hade ${countText(before)}</span></caption>
<thead><tr><th scope="col">Skäl</th><th scope="col">Antal</th><th scope="col">Godtagna</th><th scope="col">Avvisade</th><th scope="col">Öppna</th></tr></thead>
<tbody><tr class="sum"><th scope="row">Alla</th>!${cells({ count: total, upheld: sum('upheld'), rejected: sum('rejected'), open: sum('open') })}</tr>
!${rows.map((row) => html`<tr><th scope="row">${row.name}</th>!${cells(row)}</tr>`)}</tbody></table></div>
<div class="definitions"><h3>Så räknas det</h3><div><section><h4>Invändningar och hur de avgjorts</h4><dl>
<div><dt>Räknas</dt><dd>Kommunernas invändningar mot vårdtillfällen i periodens underlag, när de än kom.</dd></div>
<div><dt>Godtagna</dt><dd>Godtagna av regionen, obesvarade i tid, eller bifallna av tolkningsinstansen.</dd></div>
<div><dt>Avvisade</dt><dd>Avvisade av regionen utan att ha bestritts, eller avslagna av tolkningsinstansen.</dd></div>
<div><dt>Öppna</dt><dd>Väntar på regionens svar, eller på tolkningsinstansens beslut.</dd></div>
<div><dt>Källa</dt><dd>J bilaga 2; Region Västmanland 5/22.</dd></div></dl></section></div></div>`;
}

async function deviations(report: Report): Promise<string> {
  const { rows } = report.deviations;
  const ids: readonly IndicatorId[] = ['med-avvikelse'];
  const table =
    rows.length === 0
      ? html`<p>Inga avvikelser under ${periodText(report.period)}.</p>`
      : html`<div class="wide" tabindex="0" role="region" aria-label="Avvikelser efter typ"><table>
<caption>Avvikelser efter typ <span>antal</span></caption>
<thead><tr><th scope="col">Typ</th><th scope="col">${periodText(report.period)}</th><th scope="col">${periodText(report.before)}</th></tr></thead>
<tbody>!${rows.map((row) => html`<tr><th scope="row">${row.name}</th><td>${countText(row.count)}</td><td>${countText(row.before)}</td></tr>`)}</tbody></table></div>`;
  return (
    (await figureOf(deviationsPlot(report))) +
    table +
    figureTable(report, ids, 'kommun', 'Vårdtillfällen med minst en avvikelse') +
    definitionsOf(indicatorsOf(report, ids))
  );
}

function involvement(report: Report): string {
  const ids: readonly IndicatorId[] = ['delaktighet'];
  const [indicator] = indicatorsOf(report, ids);
  const known = indicator?.figures.some((figure) => figure.value !== null) ?? false;
  const has = (type: string) => indicator?.figures.some((f) => f.unit.type === type && f.value !== null) ?? false;
  const tables = [
    has('kommun') || !has('vardcentral') ? figureTable(report, ids, 'kommun', 'Upplevd delaktighet per kommun') : '',
    has('vardcentral') ? figureTable(report, ids, 'vardcentral', 'Upplevd delaktighet per vårdcentral') : '',
  ].join('');
  return (
    (known ? tables : html`<p>Ingen mätning är inläst för ${periodText(report.period)}.</p>`) + definitionsOf(indicatorsOf(report, ids))
  );
}

function coordinators(report: Report): string {
  const ids: readonly IndicatorId[] = ['vardsamordnare'];
  const [indicator] = indicatorsOf(report, ids);
  const share = (id: string, type: string) =>
    valueText(indicator?.figures.find((f) => f.unit.id === id && f.unit.type === type)?.value ?? null, 'procent');
  const rows = report.vardsamordnare;
  if (rows.length === 0)
    return (
      html`<p>Ingen fil med vårdcentralernas listade och vårdsamordnarnas timmar är inläst.</p>` + definitionsOf(indicatorsOf(report, ids))
    );
  return (
    html`<div class="wide" tabindex="0" role="region" aria-label="Vårdsamordnarnas timmar mot riktmärket"><table>
<caption>Vårdsamordnarnas timmar i veckan mot riktmärket</caption>
<thead><tr><th scope="col">Vårdcentral</th><th scope="col">Listade</th><th scope="col">Timmar i veckan</th><th scope="col">Riktmärke</th><th scope="col">Andel</th></tr></thead>
<tbody><tr class="sum"><th scope="row">Hela regionen</th><td>${countText(rows.reduce((sum, row) => sum + row.listade, 0))}</td><td></td><td></td><td>${share(report.region, 'region')}</td></tr>
!${rows.map(
      (row) =>
        html`<tr><th scope="row">${row.name}</th><td>${countText(row.listade)}</td><td>${decimal(row.timmar)}</td><td>${decimal(row.riktmarke)}</td><td>${share(row.hsaId, 'vardcentral')}</td></tr>`,
    )}</tbody></table></div>` + definitionsOf(indicatorsOf(report, ids))
  );
}

const COURSE: readonly IndicatorId[] = [...PROCESS, 'dagar-medel', 'aterinskrivning-30'];

async function course(report: Report): Promise<string> {
  const indicators = indicatorsOf(report, COURSE);
  return (
    (await figureOf(trendPlot(report))) +
    html`<div class="wide" tabindex="0" role="region" aria-label="Månad för månad"><table>
<caption>Månad för månad, hela regionen</caption>
<thead><tr><th scope="col">Månad</th><th scope="col">Utskrivna</th>!${indicators.map((i) => html`<th scope="col">${i.short}</th>`)}</tr></thead>
<tbody>!${report.trend.map(
      ({ month, stays, values }) =>
        html`<tr><th scope="row" class="month">${monthText(month)}</th><td>${countText(stays)}</td>!${indicators.map((i) => html`<td>${valueText(values[i.id] ?? null, i.unit)}</td>`)}</tr>`,
    )}</tbody></table></div>`
  );
}
