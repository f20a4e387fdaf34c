/** Small pieces that pages are built of: tables that scroll, badges, figures, the months' steps. */
import type { MonthState, PayerRef } from '../../ledger/billing/billing-ledger.js';
import { MONTH_STATES } from '../../ledger/billing/billing-ledger.js';
import { type Html, html, type Part } from './html.js';
import { stayPath } from './places.js';
import { LEVEL_NAMES, type Level } from './standing.js';
import { capital, STATE_NAMES } from './words.js';

export interface Column<T> {
  title: string;
  /** A number, to the right. */
  number?: boolean;
  /** Sentences, which may wrap; all else stays on one line. */
  prose?: boolean;
  cell(row: T): Part;
}

/**
 * A table that scrolls by itself where it is too wide, by keyboard too. The first column names the row and stays in sight.
 * `caption` is its name; `id` must be its own on the page.
 */
export function table<T>(id: string, caption: string, columns: readonly Column<T>[], rows: readonly T[], sum?: readonly Part[]): Html {
  const kindOf = ({ number, prose }: Column<T>) => (number ? html` class="number"` : prose ? html` class="prose"` : '');
  const head = columns.map((column) => html`<th scope="col"${kindOf(column)}>${column.title}</th>`);
  const cellOf = (content: Part, column: Column<T>, index: number) =>
    index === 0 ? html`<th scope="row"${kindOf(column)}>${content}</th>` : html`<td${kindOf(column)}>${content}</td>`;
  const body = rows.map((row) => html`<tr>${columns.map((column, index) => cellOf(column.cell(row), column, index))}</tr>\n`);
  const foot =
    sum === undefined ? '' : html`<tfoot><tr>${columns.map((column, index) => cellOf(sum[index] ?? '', column, index))}</tr></tfoot>`;
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-namn">
<table id="${id}"><caption><span id="${id}-namn">${caption}</span></caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
${foot}</table>
</div>`;
}

/** Where a kommun stands, in a word and a colour. */
export function levelBadge(level: Level): Html {
  if (level === 'ingen') return html`<span class="badge none">inga</span>`;
  return html`<span class="badge ${level}">${LEVEL_NAMES[level]}</span>`;
}

export const stateBadge = (state: MonthState): Html => html`<span class="badge state ${state}">${STATE_NAMES[state]}</span>`;

export interface Figure {
  name: string;
  value: Part;
  note?: Part;
  tone?: 'over' | 'nara' | 'under' | undefined;
}

/** A row of figures that are seen at once. */
export function figures(all: readonly Figure[]): Html {
  return html`<dl class="figures">
${all.map(({ name, value, note, tone }) => html`<div${tone === undefined ? '' : html` class="${tone}"`}><dt>${name}</dt><dd><strong>${value}</strong>${note === undefined ? '' : html`<span>${note}</span>`}</dd></div>\n`)}</dl>`;
}

/** The four states of a month as steps, the present one marked. */
export function steps(state: MonthState): Html {
  const at = MONTH_STATES.indexOf(state);
  const step = (one: MonthState, index: number) => {
    const label = capital(STATE_NAMES[one]);
    if (index === at) return html`<li aria-current="step">${label}</li>`;
    return index < at ? html`<li class="done">${label}<span class="unseen"> (klart)</span></li>` : html`<li>${label}</li>`;
  };
  return html`<ol class="steps" aria-label="Månadens gång">${MONTH_STATES.map(step)}</ol>`;
}

/** A list of facts. */
export function facts(all: readonly (readonly [string, Part] | null)[]): Html {
  return html`<dl class="facts">${all.map((fact) => (fact === null ? '' : html`<div><dt>${fact[0]}</dt><dd>${fact[1]}</dd></div>`))}</dl>`;
}

/** A stay's id as a link to its page: long ones break anywhere. `query` is kept. */
export const stayLink = (ref: PayerRef & { stayId: string }, query = ''): Html =>
  html`<a class="id" href="${stayPath(ref)}${query}">${ref.stayId}</a>`;

/** A part of a page with a heading of its own, which a link can lead to. */
export function section(id: string, heading: string, ...content: Part[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-rubrik">
<h2 id="${id}-rubrik">${heading}</h2>
${content}
</section>`;
}

/** A box that is read before the rest. */
export const notice = (content: Part, tone: 'info' | 'nara' | 'over' | 'under' = 'info'): Html =>
  html`<div class="notice ${tone}">${content}</div>`;
