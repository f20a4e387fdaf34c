/** What the months came to for each kommun: sums, averages and what was invoiced, as the ledger has them. */
import { html } from 'ghtml';
import { localDateOf } from '../../domain/calendar.js';
import type { KommunOutcome } from '../../domain/reports/outcome.js';
import { monthsOf } from '../../domain/reports/period.js';
import type { Report } from '../../domain/reports/report.js';
import { dateText, decimal, kronor, monthText } from '../documents/format.js';
import { renderPlot } from '../plots/render.js';
import { outcomePlot } from './plots.js';
import { countText, KOMMUN_NOTES, periodText } from './words.js';

/** More months than these are shown by their sums. */
const MONTHS_SIDE_BY_SIDE = 3;
const KINDS = { faktura: 'Faktura', kreditfaktura: 'Kreditfaktura', debetfaktura: 'Debetfaktura' } as const;

export async function outcomeSection(report: Report): Promise<string> {
  const { outcome } = report;
  const plot = outcomePlot(report);
  const months = monthsOf(report.period);
  const change =
    outcome.before === null || outcome.before.stays === 0
      ? ''
      : ` Perioden före (${periodText(report.before)}): ${countText(outcome.before.stays)} vårdtillfällen, ${kronor(outcome.before.amountOre)}.`;
  return [
    html`<p>${`${countText(outcome.stays)} vårdtillfällen i underlagen, ${kronor(outcome.amountOre)}; hittills fakturerat ${kronor(outcome.invoicedOre)}.${change}`}</p>`,
    plot === null ? '' : html`<figure>!${await renderPlot(plot)}<figcaption>${plot.title}</figcaption></figure>`,
    months.length <= MONTHS_SIDE_BY_SIDE ? sideBySide(report, months) : sums(report),
    monthTable(report, months),
    invoices(report, months.length <= MONTHS_SIDE_BY_SIDE),
    DEFINITION,
  ].join('');
}

const overThreshold = ({ average, threshold }: KommunOutcome['months'][number]): boolean =>
  average !== null && threshold !== null && Number(average) > Number(threshold);

/** The months of a quarter beside each other: what each came to, and of how many stays with which average. */
function sideBySide({ outcome, period }: Report, months: readonly string[]): string {
  const cell = (kommun: KommunOutcome, month: string) => {
    const of = kommun.months.find((m) => m.month === month);
    if (of === undefined) return html`<td>–</td>`;
    const average = of.average === null ? '' : ` · snitt ${decimal(of.average)}${overThreshold(of) ? ' · över' : ''}`;
    return html`<td>${kronor(of.amountOre)}<span class="small">${`${countText(of.stays)} st${average}`}</span></td>`;
  };
  const sumOf = (month: string) => {
    const all = outcome.kommuner.flatMap((k) => k.months.filter((m) => m.month === month));
    const amount = all.some((m) => m.amountOre === null) ? null : all.reduce((sum, m) => sum + (m.amountOre ?? 0), 0);
    return html`<td>${kronor(amount)}<span class="small">${countText(all.reduce((sum, m) => sum + m.stays, 0))} st</span></td>`;
  };
  return html`<div class="wide" tabindex="0" role="region" aria-label="Utfall per kommun och månad"><table>
<caption>Utfall per kommun och månad <span>${periodText(period)}; under beloppet antalet vårdtillfällen, snittet och om det är över tröskeln</span></caption>
<thead><tr><th scope="col">Kommun</th>!${months.map((m) => html`<th scope="col">${monthText(m)}</th>`)}<th scope="col">Summa</th><th scope="col">Fakturerat</th></tr></thead>
<tbody><tr class="sum"><th scope="row">Alla kommuner</th>!${months.map(sumOf)}<td>${kronor(outcome.amountOre)}</td><td>${kronor(outcome.invoicedOre)}</td></tr>
!${outcome.kommuner.map(
    (k) =>
      html`<tr><th scope="row">${k.name}</th>!${months.map((m) => cell(k, m))}<td>${kronor(k.amountOre)}</td><td>${kronor(k.invoicedOre)}</td></tr>`,
  )}</tbody></table></div>`;
}

function sums({ outcome, period }: Report): string {
  const notes = (k: KommunOutcome, kind: string) => k.months.flatMap((m) => m.invoices).filter((i) => i.kind === kind).length;
  return html`<div class="wide" tabindex="0" role="region" aria-label="Periodens utfall per kommun"><table>
<caption>Utfall per kommun <span>${periodText(period)}</span></caption>
<thead><tr><th scope="col">Kommun</th><th scope="col">Vårdtillfällen</th><th scope="col">Månader över tröskeln</th><th scope="col">Belopp</th><th scope="col">Fakturerat</th><th scope="col">Kreditfakturor</th><th scope="col">Debetfakturor</th></tr></thead>
<tbody><tr class="sum"><th scope="row">Alla kommuner</th><td>${countText(outcome.stays)}</td><td>${countText(
    outcome.kommuner.reduce((sum, k) => sum + k.months.filter(overThreshold).length, 0),
  )}</td><td>${kronor(outcome.amountOre)}</td><td>${kronor(outcome.invoicedOre)}</td><td>${countText(
    outcome.kommuner.reduce((sum, k) => sum + notes(k, 'kreditfaktura'), 0),
  )}</td><td>${countText(outcome.kommuner.reduce((sum, k) => sum + notes(k, 'debetfaktura'), 0))}</td></tr>
!${outcome.kommuner.map(
    (k) =>
      html`<tr><th scope="row">${k.name}</th><td>${countText(k.stays)}</td><td>${countText(k.months.filter(overThreshold).length)}</td><td>${kronor(
        k.amountOre,
      )}</td><td>${kronor(k.invoicedOre)}</td><td>${countText(notes(k, 'kreditfaktura'))}</td><td>${countText(notes(k, 'debetfaktura'))}</td></tr>`,
  )}</tbody></table></div>`;
}

function monthTable({ outcome }: Report, months: readonly string[]): string {
  const rows = months.map((month) => {
    const own = outcome.kommuner.flatMap((k) => k.months.filter((m) => m.month === month));
    const amount = own.some((m) => m.amountOre === null) ? null : own.reduce((sum, m) => sum + (m.amountOre ?? 0), 0);
    return { month, own, amount, state: own[0]?.state };
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label="Månaderna"><table>
<caption>Månaderna</caption>
<thead><tr><th scope="col">Månad</th><th scope="col" class="text">Läge</th><th scope="col">Vårdtillfällen</th><th scope="col">Kommuner över tröskeln</th><th scope="col">Belopp</th><th scope="col">Fakturerat</th></tr></thead>
<tbody>!${rows.map(
    ({ month, own, amount, state }) =>
      html`<tr><th scope="row" class="month">${monthText(month)}</th><td class="text">${state === undefined ? '–' : (KOMMUN_NOTES[state] ?? state)}</td><td>${countText(
        own.reduce((sum, m) => sum + m.stays, 0),
      )}</td><td>${countText(own.filter(overThreshold).length)}</td><td>${kronor(amount)}</td><td>${kronor(own.reduce((sum, m) => sum + m.invoicedOre, 0))}</td></tr>`,
  )}</tbody></table></div>`;
}

/** Every one in a quarter; in a longer period those that changed an invoice. */
function invoices({ outcome }: Report, all: boolean): string {
  const rows = outcome.kommuner.flatMap((k) =>
    k.months.flatMap((m) => m.invoices.filter((i) => all || i.kind !== 'faktura').map((i) => ({ ...i, name: k.name, month: m.month }))),
  );
  const what = all ? 'Fakturor, kredit- och debetfakturor' : 'Kredit- och debetfakturor';
  if (rows.length === 0)
    return html`<p>${all ? 'Inga fakturor är skickade för perioden.' : 'Inga kredit- eller debetfakturor för perioden.'}</p>`;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${what}"><table>
<caption>${what}</caption>
<thead><tr><th scope="col">Nummer</th><th scope="col" class="text">Slag</th><th scope="col" class="text">Kommun</th><th scope="col" class="text">Månad</th><th scope="col" class="text">Datum</th><th scope="col">Belopp</th></tr></thead>
<tbody>!${rows.map(
    (i) =>
      html`<tr><th scope="row">${i.number}</th><td class="text">${KINDS[i.kind]}</td><td class="text">${i.name}</td><td class="text">${monthText(i.month)}</td><td class="text">${dateText(
        localDateOf(i.issuedAt),
      )}</td><td>${kronor(i.amountOre)}</td></tr>`,
  )}</tbody></table></div>`;
}

const DEFINITION = html`<div class="definitions"><h3>Så räknas det</h3><div><section><h4>Utfall</h4><dl>
<div><dt>Räknas</dt><dd>Månadernas underlag så som de är låsta; för en månad som inte är låst, så som den står nu. Beloppen är liggarens egna.</dd></div>
<div><dt>Snitt och tröskel</dt><dd>Genomsnittligt antal dagar bland dem som ingår i snittet, jämfört med överenskommelsens tröskel.</dd></div>
<div><dt>Fakturerat</dt><dd>Fakturor och debetfakturor minus kreditfakturor för periodens månader, när de än skickades.</dd></div>
<div><dt>Belopp och fakturerat skiljer</dt><dd>när en invändning är öppen eller har godtagits, och när uppgifter har ändrats efter låsningen.</dd></div>
<div><dt>Källa</dt><dd>J bilaga 2, Ersättningsmodell; Region Västmanland 5/22; LUS 5 kap.</dd></div></dl></section></div></div>`;
