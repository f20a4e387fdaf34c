/** Parts of a kommun's page: why it pays, where the month is heading, and the invoice's steering. */
import type { Agreement } from '../../domain/agreement.js';
import type { ForecastStay } from '../../domain/billing/forecast.js';
import { averageRuleIn } from '../../domain/billing/kommun-month.js';
import { type Mover, moversOf } from '../../domain/billing/movers.js';
import type { CycleParties } from '../../domain/billing/open-objections.js';
import { REASON_NAMES } from '../../domain/billing/words.js';
import type { Invoice, KommunState, MonthStay, MonthSums, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { arithmeticOf, stayFormula } from '../../out/documents/arithmetic.js';
import { daysText, decimal, kronor, monthText, shortTime, staysText, timeText } from '../../out/documents/format.js';
import { form, nameField, type Rejected } from './forms.js';
import { type Html, html } from './html.js';
import { type Column, facts, stayLink, table } from './pieces.js';
import { forecastPlot } from './plots.js';
import type { Standing } from './standing.js';
import { costOf } from './stays-table.js';

/** The one sentence that a newcomer needs. */
export function answerText(sums: MonthSums, { sum, name }: Standing, agreement: Agreement): string {
  const month = monthText(sums.month);
  const over = sum.averageBillableDays !== null && sum.averageBillableDays !== '0.0';
  const individual = Object.values(sum.billableByYear).reduce((all, days) => all + days, 0);
  if (sum.stays === 0)
    return `Ingen utskrivning i ${month} som ${name} svarar för: inget att betala${sums.state === 'lopande' ? ' hittills' : ''}.`;
  const why = [
    ...(sum.average === null || sum.threshold === null
      ? []
      : [
          over
            ? `snittet ${decimal(sum.average)} dagar är över tröskeln ${decimal(sum.threshold)}`
            : `snittet ${decimal(sum.average)} dagar är inte över tröskeln ${decimal(sum.threshold)}`,
        ]),
    ...(individual > 0
      ? [`${daysText(individual)} betalas ${averageRuleIn(agreement, sums.month) === null ? 'enligt lagen' : 'enskilt'}`]
      : []),
  ].join(', och ');
  const verb = sums.state === 'lopande' ? 'har hittills att betala' : sums.state === 'preliminar' ? 'får preliminärt betala' : 'betalar';
  const ends = why === '' ? '.' : `: ${why}.`;
  if (sum.amountOre === null) return `Vårdpriset för ${sums.month.slice(0, 4)} saknas, så dagarna kan räknas men inte kronorna${ends}`;
  if (sum.amountOre === 0) return `${name} har inget att betala för ${month}${ends}`;
  return `${name} ${verb} ${kronor(sum.amountOre)} för ${month}${ends}`;
}

/** How the amount comes about, step by step, and each stay that is paid for by itself. */
export function arithmeticList(
  sums: MonthSums,
  { sum }: Standing,
  agreement: Agreement,
  dearest: readonly MonthStay[],
  ref: PayerRef,
): Html {
  const by = { agreement, month: sums.month, vardpriser: sums.rules.vardpriser };
  const alone = dearest.filter(({ judgement }) => judgement.individual !== null);
  const outside = sum.averageStays === null ? 0 : sum.stays - sum.averageStays;
  return html`<p>${staysText(sum.stays)} skrevs ut${
    sum.averageStays === null
      ? '.'
      : `: ${sum.averageStays} räknas i snittet${outside === 0 ? '.' : ` och ${outside} gör det inte, för att de räknas enskilt eller inte ingår. Skälet står vid vart och ett i listan.`}`
  }</p>
<table class="sum"><caption class="unseen">Så blir beloppet till</caption>
<thead><tr><th scope="col">Steg</th><th scope="col">Räkning</th><th scope="col" class="number">Kronor</th></tr></thead>
<tbody>${arithmeticOf(sum, by).map((step) => html`<tr><th scope="row">${step.label}</th><td>${step.formula}</td><td class="number">${step.amountOre === null ? '' : kronor(step.amountOre)}</td></tr>\n`)}</tbody>
<tfoot><tr><th scope="row">Sammanlagt</th><td></td><td class="number">${kronor(sum.amountOre)}</td></tr></tfoot>
</table>
${
  alone.length === 0
    ? ''
    : html`<p>Enskilt räknas:</p><ul class="plain">${alone.map((stay) => html`<li>${stayLink({ ...ref, stayId: stay.stayId })}: ${stayFormula(costOf(stay, { ref, sums, agreement }), by)}</li>`)}</ul>`
}`;
}

const MOST_MOVERS = 8;

/** What each of the dearest stays adds. */
export function moversTable(
  sums: MonthSums,
  { sum }: Standing,
  agreement: Agreement,
  dearest: readonly MonthStay[],
  ref: PayerRef,
): Html | null {
  const movers = moversOf(dearest, sum, agreement, { month: sums.month, vardpriser: sums.rules.vardpriser })
    .filter(({ days }) => days !== null && days > 0)
    .slice(0, MOST_MOVERS);
  if (movers.length === 0) return null;
  const columns: Column<Mover>[] = [
    { title: 'Vårdtillfälle', cell: ({ stayId }) => stayLink({ ...ref, stayId }) },
    { title: 'Dagar', number: true, cell: ({ days }) => days ?? '–' },
    {
      title: 'Utan det blir månaden',
      number: true,
      cell: ({ amountOre }) =>
        amountOre === null
          ? '–'
          : amountOre === 0
            ? 'lika dyr'
            : amountOre > 0
              ? `${kronor(amountOre)} billigare`
              : `${kronor(-amountOre)} dyrare`,
    },
    { title: 'Varför', prose: true, cell: ({ reason }) => reason },
  ];
  return table('tyngst', 'Vårdtillfällena som påverkar beloppet mest', columns, movers);
}

/** Where the running month is heading, and who waits. Null where the month does not run. */
export async function forecastPart(ref: PayerRef, standing: Standing): Promise<Html | null> {
  const { forecast, sum } = standing;
  if (forecast === null) return null;
  if (forecast.ready.length === 0)
    return html`<p>Ingen av kommunens patienter är utskrivningsklar just nu: månaden står på ${kronor(sum.amountOre)} tills någon mer skrivs ut.</p>`;
  const average = (text: string | null): string => (text === null ? '' : `, snitt ${decimal(text)}`);
  const columns: Column<ForecastStay>[] = [
    { title: 'Vårdtillfälle', cell: ({ stayId }) => stayLink({ ...ref, stayId }) },
    { title: 'Utskrivningsklar', cell: ({ readyAt }) => shortTime(readyAt) },
    { title: 'Dagar nu', number: true, cell: ({ daysNow }) => daysNow },
    { title: 'Månaden ut', number: true, cell: ({ daysAtMonthEnd }) => daysAtMonthEnd },
    {
      title: sum.threshold === null ? 'Börjar betalas' : 'Räknas enskilt från',
      cell: ({ becomesIndividualAt }) => shortTime(becomesIndividualAt),
    },
    { title: 'Räknas med', prose: true, cell: ({ reason }) => (reason === null ? 'ja' : `nej: ${REASON_NAMES[reason]}`) },
  ];
  return html`${await forecastPlot(standing)}
${facts([
  ['Hittills', `${kronor(forecast.now.amountOre)}${average(forecast.now.average)}`],
  [
    `Om ${forecast.ready.length === 1 ? 'den som är utskrivningsklar' : `de ${forecast.ready.length} som är utskrivningsklara`} går hem i dag`,
    `${kronor(forecast.ifHomeToday.amountOre)}${average(forecast.ifHomeToday.average)}`,
  ],
  ['Om de går hem i morgon', `${kronor(forecast.ifHomeTomorrow.amountOre)}${average(forecast.ifHomeTomorrow.average)}`],
  ['Om de är kvar månaden ut', `${kronor(forecast.ifStaying.amountOre)}${average(forecast.ifStaying.average)}`],
])}
${table('utskrivningsklara', 'Utskrivningsklara just nu, den som väntat längst först', columns, forecast.ready)}`;
}

export interface SteeringContext {
  parties: CycleParties;
  action: string;
  rejected: Rejected | undefined;
  sums: MonthSums;
  state: KommunState;
  invoices: readonly Invoice[];
}

/** What the region's economist can say of the kommun's invoice. */
export function steering({ sums, state, action, rejected }: SteeringContext): Html {
  const { held, approved } = state;
  const needsApproval = sums.rules.agreement.cycle.invoicing === 'approved';
  const isOpen = rejected !== undefined && ['hall', 'slapp', 'godkann'].includes(rejected.deed);
  const standing =
    held !== null
      ? html`<p><strong>Fakturan hålls av regionen</strong>${held.by.name === undefined ? '' : html` (${held.by.name})`} sedan ${timeText(held.at)}: ${held.text}</p>`
      : html`<p>${needsApproval ? (approved === null ? 'Fakturan ställs när regionens ekonom har godkänt den.' : html`Fakturan är godkänd ${timeText(approved.at)}${approved.by.name === undefined ? '' : html` av ${approved.by.name}`}.`) : 'Fakturan ställs av sig själv när månaden är låst.'}</p>`;
  return html`${standing}
<details class="act"${isOpen ? html` open` : ''}><summary>Styr fakturan som regionens ekonom</summary>
${
  held === null
    ? form(
        { deed: 'hall', action, rejected },
        'Håll fakturan',
        (of) => html`${of.area('text', 'Varför hålls den?', { hint: 'Kommunen ser texten.' })}${nameField(of)}`,
      )
    : form(
        { deed: 'slapp', action, rejected },
        'Släpp fakturan',
        (of) => html`${of.area('text', 'Kommentar', { optional: true })}${nameField(of)}`,
      )
}
${needsApproval && approved === null ? form({ deed: 'godkann', action, rejected }, 'Godkänn fakturan', nameField) : ''}
</details>`;
}
