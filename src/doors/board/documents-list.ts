/** A kommun's documents and invoices: what can be fetched, and what each invoice or note charges and why. */
import type { DocumentKind, DocumentNote, Invoice, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { dateText, kronor, timeText } from '../../out/documents/format.js';
import { type Html, html, type Part } from './html.js';
import { stayLink } from './pieces.js';
import { documentPath } from './places.js';
import { INVOICE_NAMES } from './words.js';

const BASIS: readonly (readonly [DocumentKind, string])[] = [
  ['underlag.pdf', 'PDF'],
  ['underlag.xlsx', 'Excel'],
  ['underlag.csv', 'CSV'],
];

/** Links to the basis in its three forms; `of`: whose it is, said to those who do not see the row. */
export function basisLinks(ref: PayerRef, n: number | undefined, of: string): Html {
  return html`<span class="files">${BASIS.map(([kind, name]) => html`<a href="${documentPath({ ...ref, kind, n })}">${name}<span class="unseen"> underlag, ${of}</span></a> `)}</span>`;
}

/** `Sparat 13 april 2019 kl. 05.00`, or that it is made as the month stands now. */
export function keptText(documents: readonly DocumentNote[], n: number): string {
  const kept = documents.find((document) => document.n === n && document.kind === 'underlag.pdf');
  return kept === undefined ? 'Görs när det hämtas, som månaden är just då.' : `Sparat ${timeText(kept.at)}; ändras aldrig.`;
}

/** Every invoice and note, oldest first, each with what it charges and what has changed. */
export function invoiceList(invoices: readonly Invoice[], documents: readonly DocumentNote[]): Html {
  return html`<ol class="invoices">${invoices.map((invoice) => invoiceItem(invoice, documents))}</ol>`;
}

function invoiceItem(invoice: Invoice, documents: readonly DocumentNote[]): Html {
  const { number, kind, n, amountOre, totalOre, refersTo, issuedAt, dueDate, contested, changed } = invoice;
  const isMade = documents.some((document) => document.n === n && document.kind === 'faktura.xml');
  return html`<li id="faktura-${n}">
<h3>${INVOICE_NAMES[kind]} ${number}</h3>
<p><strong>${kronor(amountOre)}</strong>, ställd ${timeText(issuedAt)}${amountOre > 0 ? html`, att betala senast ${dateText(dueDate)}` : ''}.
${refersTo === null ? '' : html`Avser ${refersTo}; månaden blir därmed ${kronor(totalOre)}.`}</p>
${changed.length === 0 ? '' : html`<p>Ändrat sedan den förra: ${stayLinks(invoice, changed)}.</p>`}
${contested.length === 0 ? '' : html`<p>Omtvistat och därför hållet utanför, till det lägre beloppet: ${stayLinks(invoice, contested)}.</p>`}
<p>Underlag: ${basisLinks(invoice, n, number)} ${isMade ? html`Faktura: <a href="${documentPath({ ...invoice, kind: 'faktura.xml', n })}">Peppol-XML<span class="unseen"> ${number}</span></a>` : 'Fakturafilen är inte gjord ännu.'}</p>
</li>`;
}

const stayLinks = (ref: PayerRef, stays: readonly string[]): Part[] =>
  stays.map(
    (stayId, index) => html`${index === 0 ? '' : ', '}${stayLink({ region: ref.region, month: ref.month, payer: ref.payer, stayId })}`,
  );
