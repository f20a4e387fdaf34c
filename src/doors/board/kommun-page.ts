/** `/tavla/{region}/{month}/{payer}`: why the kommun pays, which stays, who says what, and what can be done until when. */
import type { CycleParties } from '../../domain/billing/open-objections.js';
import { localMonthOf } from '../../domain/calendar.js';
import { canonical } from '../../domain/canonical.js';
import type { MonthSums, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../../ledger/page.js';
import { kronor, monthText, timeText } from '../../out/documents/format.js';
import { adviceOf } from '../../out/documents/guidance.js';
import { knownMonth } from '../month-view.js';
import type { BoardDeps } from './deps.js';
import { basisLinks, invoiceList, keptText } from './documents-list.js';
import { objectionForm, type Rejected } from './forms.js';
import { type Html, html } from './html.js';
import { answerText, arithmeticList, forecastPart, moversTable, steering } from './kommun-parts.js';
import { objectionCards } from './objection-cards.js';
import { page } from './page.js';
import { figures, levelBadge, notice, section, steps } from './pieces.js';
import { agreementOf, BOARD, kommunPath, monthPath, regionName, regionPath, rulesPath } from './places.js';
import { type Standing, standingOf } from './standing.js';
import { staysTable } from './stays-table.js';
import { warningLines } from './warning-lines.js';
import { capital, datesOf, nextStepText } from './words.js';

export interface KommunQuery {
  /** Show the stays after this one. */
  efter?: string | undefined;
  /** `nu`: the stays as they are now, though the month is frozen. */
  som?: string | undefined;
  /** What has just been done. */
  klart?: string | undefined;
}

const STAYS_SHOWN = 50;
/** Enough that every stay that is paid for by itself is among them. */
const DEAREST = 60;

const HOW = 'Öppna vårdtillfället i listan och invänd där, eller använd formuläret längre ner på sidan.';

const DONE: Record<string, string> = {
  invand: 'Invändningen är mottagen. Regionen har fått den.',
  svara: 'Svaret är sparat. Kommunen har fått det.',
  bestrid: 'Avslaget är bestritt.',
  avgor: 'Beslutet är sparat.',
  hall: 'Fakturan hålls.',
  slapp: 'Fakturan är släppt.',
  godkann: 'Fakturan är godkänd.',
};

/** What has just been done, said once. */
export const doneNotice = (klart: string | undefined): Html | '' => {
  const text = klart === undefined ? undefined : DONE[klart];
  return text === undefined ? '' : html`<div class="notice under" role="status"><p>${text}</p></div>`;
};

/** Who acts on a kommun's month. */
export const partiesOf = ({ region, payer }: PayerRef, { rules }: Pick<MonthSums, 'rules'>): CycleParties => ({
  region,
  payer,
  tolkningsinstans: rules.agreement.tolkningsinstans,
  cycle: rules.agreement.cycle,
});

/** Undefined when there is no such month, or the kommun has no part in it. */
export async function kommunPage(deps: BoardDeps, ref: PayerRef, query: KommunQuery, rejected?: Rejected): Promise<string | undefined> {
  const { ledger, clock } = deps;
  const now = clock.now();
  const sums = await knownMonth(deps, ref.region, ref.month);
  const sum = sums && [...sums.kommuner, ...sums.others].find(({ payer }) => payer === ref.payer);
  if (sums === undefined || sum === undefined) return undefined;
  const isFrozen = sums.frozenAt !== null;
  const as = isFrozen && query.som === 'nu' ? 'current' : 'frozen';
  const [ready, dearest, stays, sent, objections, invoices, documents, state, current] = await Promise.all([
    ref.month === localMonthOf(now) ? ledger.readyStays({ region: ref.region, payer: ref.payer, limit: PAGE_LIMIT_MAX }) : [],
    ledger.monthStays({ ...ref, as, order: 'cost', limit: DEAREST }, now),
    ledger.monthStays({ ...ref, as, after: query.efter, limit: STAYS_SHOWN }, now),
    ledger.sentBases(ref),
    ledger.objections({ ...ref, limit: PAGE_LIMIT_MAX }),
    ledger.invoices(ref),
    ledger.documents(ref),
    ledger.kommunState(ref),
    isFrozen ? ledger.currentSums({ region: ref.region, month: ref.month }, now) : undefined,
  ]);
  const currentSum = current && [...current.kommuner, ...current.others].find(({ payer }) => payer === ref.payer);
  const shown = as === 'current' && current !== undefined && currentSum !== undefined ? { sums: current, sum: currentSum } : { sums, sum };
  const standing = standingOf(deps, shown.sums, shown.sum, ready, now);
  const agreement = agreementOf(sums.rules, ref.month, ref.payer);
  const parties = partiesOf(ref, sums);
  const action = kommunPath(ref);
  const changed = currentSum !== undefined && canonical(currentSum) !== canonical(sum);
  const lastInvoice = invoices.at(-1) ?? null;
  const advice = adviceOf(
    {
      process: sums.rules.agreement,
      objectUntil: sent.length === 0 ? null : Math.max(...sent.map(({ objectUntil }) => objectUntil)),
      plan: datesOf(sums),
      frozenAt: sums.frozenAt,
      month: ref.month,
      invoice: lastInvoice,
      sum,
      region: { id: ref.region, name: regionName(deps, ref.region), contact: contactOf(deps, ref.region) },
    },
    HOW,
  );
  const withQuery = as === 'current' ? '?som=nu' : '';
  const movers = moversTable(shown.sums, standing, agreement, dearest.items, ref);
  const forecast = await forecastPart(ref, standing);
  const name = standing.name;
  const lines = warningLines(standing);

  const main = html`${doneNotice(query.klart)}
${steps(sums.state)}
<p class="lead answer">${answerText(shown.sums, standing, agreement)}</p>
<p>${nextStepText(sums, now)}</p>
${changed ? changedNotice(as, sum.amountOre, currentSum?.amountOre ?? null, ref) : ''}
${figures(kommunFigures(standing))}
${lines.length === 0 ? '' : section('varningar', 'Att se upp med', html`<ul class="warnings">${lines.map(({ code, text }) => html`<li class="${code}">${text}</li>`)}</ul>`)}
${section('varfor', 'Varför betalar vi det här?', arithmeticList(shown.sums, standing, agreement, dearest.items, ref), html`<p>Villkoren står i ${agreement.name}: <a href="${rulesPath(ref.region)}">så räknas det</a>.</p>`, movers === null ? '' : html`<h3>Vad som påverkar mest</h3>`, movers)}
${forecast === null ? '' : section('prognos', 'Vart månaden är på väg', forecast)}
${section('gora', 'Vad kan vi göra, och till när?', html`<dl class="advice">${advice.map(({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`)}</dl>`)}
${section(
  'vardtillfallen',
  'Vilka vårdtillfällen?',
  html`<p>Öppna ett vårdtillfälle för att se vem som gjorde vad och när, och vad det bygger på.${isFrozen ? (as === 'current' ? html` Här visas de som de är nu; <a href="${action}#vardtillfallen">visa som låsta</a>.` : html` Här visas de som de låstes; <a href="?som=nu#vardtillfallen">visa som de är nu</a>.`) : ''}</p>`,
  stays.items.length === 0
    ? html`<p>Inga vårdtillfällen.</p>`
    : staysTable(stays.items, { ref, sums, agreement, objections, query: withQuery }),
  pager(query, stays.next, as),
)}
${section(
  'invandningar',
  'Invändningar',
  objections.length === 0
    ? html`<p>${sums.state === 'lopande' ? 'Det går att invända när det preliminära underlaget är sänt.' : 'Ni har inte invänt mot något vårdtillfälle.'}</p>`
    : objectionCards(objections, { parties, action, rejected, now }),
  sums.state === 'lopande' ? '' : html`<h3>Gör en invändning</h3>${objectionForm({ action, rejected }, undefined)}`,
)}
${section(
  'underlag',
  'Underlag och fakturor',
  html`<p>Underlag för ${monthText(ref.month)}: ${basisLinks(ref, undefined, `${name} ${monthText(ref.month)}`)} ${keptText(documents, lastInvoice === null ? 0 : 1)}</p>`,
  invoices.length === 0 ? '' : invoiceList(invoices, documents),
  sent.length === 0
    ? ''
    : html`<p>Sänt till kommunen: ${sent.map(({ no, at, changed: count }, index) => `${index === 0 ? '' : '; '}${timeText(at)}${no === 1 ? '' : ` (${count} ändrade)`}`)}.</p>`,
  sums.state === 'lopande' ? '' : steering({ sums, state, invoices, parties, action, rejected }),
)}`;
  return page({
    heading: `${name}, ${monthText(ref.month)}`,
    kicker: regionName(deps, ref.region),
    crumbs: [
      { text: 'Tavlan', href: BOARD },
      { text: regionName(deps, ref.region), href: regionPath(ref.region) },
      { text: capital(monthText(ref.month)), href: monthPath(ref) },
    ],
    main,
    now,
    scale: clock.scale,
  });
}

/** What an installation has not confirmed as its own is shown to nobody. */
function contactOf({ agreements }: BoardDeps, region: string) {
  const party = agreements.parties.regioner.find(({ id }) => id === region);
  return party?.contact === undefined || party.exempel?.includes('contact') ? null : party.contact;
}

function changedNotice(as: 'frozen' | 'current', frozenOre: number | null, currentOre: number | null, ref: PayerRef): Html {
  const amounts = `Låst belopp: ${kronor(frozenOre)}. Med det som ändrats sedan: ${kronor(currentOre)}.`;
  return notice(
    as === 'frozen'
      ? html`<p><strong>Något har ändrats efter att månaden låstes.</strong> ${amounts} Skillnaden regleras med en kredit- eller debetfaktura. <a href="?som=nu">Visa månaden som den är nu</a>.</p>`
      : html`<p><strong>Så är månaden nu, med det som ändrats efter låsningen.</strong> ${amounts} <a href="${kommunPath(ref)}">Visa månaden som den låstes</a>.</p>`,
    'nara',
  );
}

function kommunFigures({ sum, level, forecast }: Standing) {
  const tone = level === 'ingen' ? undefined : level;
  return [
    {
      name: 'Att betala',
      value: kronor(sum.amountOre),
      note: forecast === null ? undefined : `månaden ut: ${kronor(forecast.ifStaying.amountOre)}`,
    },
    ...(sum.threshold === null
      ? []
      : [
          {
            name: 'Snitt, dagar',
            value: sum.average === null ? '–' : sum.average.replace('.', ','),
            note: html`tröskel ${sum.threshold.replace('.', ',')} ${levelBadge(level)}`,
            tone,
          },
        ]),
    { name: 'Vårdtillfällen', value: sum.stays, note: sum.averageStays === null ? undefined : `${sum.averageStays} i snittet` },
    ...(forecast === null ? [] : [{ name: 'Utskrivningsklara nu', value: forecast.ready.length }]),
  ];
}

function pager({ efter }: KommunQuery, next: string | null, as: 'frozen' | 'current'): Html | '' {
  const som = as === 'current' ? 'som=nu&' : '';
  if (efter === undefined && next === null) return '';
  return html`<nav class="pager" aria-label="Fler vårdtillfällen">${efter === undefined ? '' : html`<a href="?${som === '' ? '' : 'som=nu'}#vardtillfallen">Till början</a>`}${next === null ? '' : html`<a rel="next" href="?${som}efter=${encodeURIComponent(next)}#vardtillfallen">Nästa ${STAYS_SHOWN}</a>`}</nav>`;
}
