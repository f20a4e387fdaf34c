/** `/tavla/{region}/{month}/{payer}/{stayId}`: the stay's proof, what it came to, and what the kommun can say of it until when. */
import { type Objection, objectionState } from '../../domain/billing/objections.js';
import { localMonthOf } from '../../domain/calendar.js';
import type { MonthSums, PayerRef, SentBasis } from '../../ledger/billing/billing-ledger.js';
import { stayFormula } from '../../out/documents/arithmetic.js';
import { daysText, kronor, lastDayText, monthText, timeText } from '../../out/documents/format.js';
import { knownMonth } from '../month-view.js';
import type { BoardDeps } from './deps.js';
import { objectionForm, type Rejected } from './forms.js';
import { type Html, html } from './html.js';
import { doneNotice, type KommunQuery, partiesOf } from './kommun-page.js';
import { objectionCards } from './objection-cards.js';
import { page } from './page.js';
import { facts, notice, section } from './pieces.js';
import { agreementOf, BOARD, kommunName, kommunPath, monthPath, regionName, regionPath, stayPath } from './places.js';
import { daysPart, namesOf, preconditionList, timeline } from './proof-parts.js';
import { readStay } from './stay-read.js';
import { costOf, outcomeText } from './stays-table.js';
import { capital, countText, datesOf, timeLeft } from './words.js';

/** Undefined when the stay is none of the kommun's in that month. */
export async function stayPage(
  deps: BoardDeps,
  ref: PayerRef & { stayId: string },
  query: Pick<KommunQuery, 'klart' | 'som'>,
  rejected?: Rejected,
): Promise<string | undefined> {
  const { ledger, clock } = deps;
  const now = clock.now();
  const { region, month, payer, stayId } = ref;
  const sums = await knownMonth(deps, region, month);
  if (sums === undefined) return undefined;
  const agreement = agreementOf(sums.rules, month, payer);
  const as = query.som === 'nu' && sums.frozenAt !== null ? 'current' : 'frozen';
  const [found, objections, sent] = await Promise.all([
    readStay(deps, ref, sums, agreement, as, now),
    ledger.objections({ region, month, payer, stayId }),
    ledger.sentBases({ region, month, payer }),
  ]);
  if (found === undefined) return undefined;
  const { row, proof, unitNames } = found;
  const by = { agreement, month, vardpriser: sums.rules.vardpriser };
  const cost = row === null ? null : costOf(row, { ref, sums, agreement });
  const formula = cost === null ? null : stayFormula(cost, by);
  const parties = partiesOf(ref, sums);
  const action = stayPath(ref);
  const kommun = (code: string) => kommunName(deps, sums.rules, code);
  const name = kommun(payer);
  const main = html`${doneNotice(query.klart)}
${as === 'current' ? notice(html`<p>Så är vårdtillfället nu. <a href="${action}">Visa det som månaden låstes</a>.</p>`) : ''}
<p class="lead answer">${proof?.summary ?? (row === null ? '' : `${outcomeText(row)}.`)}</p>
${facts([
  row === null
    ? ['Läge', `utskrivningsklar eller inskriven nu; hör till ${monthText(localMonthOf(now))} om utskrivningen blir då`]
    : ['Vad det blev', outcomeText(row)],
  ['Inskriven', timeOrDash(proof?.admittedAt ?? row?.episode.admittedAt)],
  ['Besked om utskrivningsklar', timeOrDash(proof?.utskrivningsklarAt)],
  ['Utskriven', timeOrDash(proof?.dischargedAt ?? row?.episode.dischargedAt)],
  cost === null || cost.days === null ? null : ['Dagar', daysText(cost.days)],
  cost === null || cost.billableDays === null
    ? null
    : [
        'Egna kronor',
        html`<strong>${kronor(cost.amountOre)}</strong>${formula === null ? '' : html` <span class="fine">(${formula})</span>`}`,
      ],
  ['Betalas av', html`<a href="${kommunPath(ref)}">${name}</a>${proof?.placerandeKommun ? ', som placerade patienten' : ''}`],
  row === null || row.objectionId === null
    ? null
    : ['Avgjort av', html`<a href="#invandning-${row.objectionId}">en invändning som fick rätt</a>`],
])}
${
  proof === null
    ? section('bevis', 'Bevisen', html`<p>Händelserna bakom vårdtillfället finns inte i huvudboken.</p>`)
    : html`${section('krav', 'Vad som krävs för att kommunen ska betala', preconditionList(proof.preconditions))}
${section('dagar', 'Hur dagarna räknades', daysPart(proof))}
${section('handelser', 'Vem gjorde vad, och när', html`<p>Ordnat efter den tid som räknas. Ett meddelande som registreras mer än en timme efteråt räknas från registreringen.${importedText(proof.steps)}</p>`, timeline(proof.steps, namesOf(unitNames, kommun)))}`
}
${section(
  'invandningar',
  'Vad kan kommunen göra, och till när?',
  untilText(sums, sent, row !== null, now),
  objections.length === 0 ? '' : html`<h3 class="unseen">${countText(objections.length, 'invändning', 'invändningar')}</h3>`,
  objections.length === 0 ? '' : objectionCards(objections, { parties, action, rejected, now }),
  row === null || sent.length === 0 ? '' : objecting(objections, action, stayId, rejected),
)}`;
  return page({
    heading: stayId,
    kicker: 'Vårdtillfälle',
    crumbs: [
      { text: 'Tavlan', href: BOARD },
      { text: regionName(deps, region), href: regionPath(region) },
      { text: capital(monthText(month)), href: monthPath(ref) },
      { text: name, href: kommunPath(ref) },
    ],
    main,
    now,
    scale: clock.scale,
  });
}

/** One objection at a time: what is open is decided first. */
function objecting(objections: readonly Objection[], action: string, stayId: string, rejected: Rejected | undefined): Html {
  const isOpen = objections.some((objection) => ['obesvarad', 'bestridd'].includes(objectionState(objection)));
  if (isOpen && rejected?.deed !== 'invand')
    return html`<p>En ny invändning mot samma vårdtillfälle kan göras när den öppna är avgjord.</p>`;
  return html`<h3>Gör en invändning</h3>${objectionForm({ action, rejected }, stayId)}`;
}

const timeOrDash = (at: number | null | undefined): string => (at === null || at === undefined ? '–' : timeText(at));

function importedText(steps: readonly { imported: boolean }[]): string {
  const imported = steps.filter((step) => step.imported).length;
  if (imported === 0) return '';
  return ` ${imported === steps.length ? 'Alla händelser' : `${imported} av ${steps.length} händelser`} kom med en inspelad ström och räknas från tiden då de sändes.`;
}

/** Until when the stay can be objected to, and what becomes of an objection. */
function untilText(sums: MonthSums, sent: readonly SentBasis[], isDischarged: boolean, now: number): Html {
  const { cycle } = sums.rules.agreement;
  const answer = `Regionen svarar inom ${cycle.answerWithinDays} dagar med bevisen; annars räknas invändningen som godtagen.`;
  if (!isDischarged)
    return html`<p>Patienten är inte utskriven. Går hemgången att ordna räknas inga fler dagar; invända går det att göra när månadens underlag är sänt.</p>`;
  if (sent.length === 0)
    return html`<p>Underlaget är inte sänt ännu. Det sänds ${timeText(datesOf(sums).preliminaryAt)}, och då kan kommunen invända till och med ${lastDayText(datesOf(sums).objectUntil)}.</p>`;
  const until = Math.max(...sent.map(({ objectUntil }) => objectUntil));
  return now < until
    ? html`<p>Stämmer inte det här kan kommunen invända <strong>till och med ${lastDayText(until)}</strong> (${timeLeft(until, now)}). ${answer}</p>`
    : html`<p>Tiden att invända gick ut ${lastDayText(until)}. En invändning tas emot ändå: får den rätt regleras skillnaden med en kreditfaktura. ${answer}</p>`;
}
