/** How a report looks, on a screen and on paper: its only style sheet, which loads nothing. */
import { PLOT_COLOURS, PLOT_FONT } from '../plots/palette.js';

export const REPORT_CSS = `
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-right { content: counter(page) " (" counter(pages) ")"; font: 8pt ${PLOT_FONT}; color: ${PLOT_COLOURS.muted}; } }
:root { --ink: ${PLOT_COLOURS.ink}; --muted: ${PLOT_COLOURS.muted}; --line: ${PLOT_COLOURS.grid}; --soft: #f3f6f5; --accent: ${PLOT_COLOURS.under}; --bad: ${PLOT_COLOURS.above}; }
* { box-sizing: border-box; }
html { color: var(--ink); background: #fff; font: 16px/1.45 ${PLOT_FONT}; -webkit-text-size-adjust: 100%; hyphens: manual; }
body { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
a { color: #1f5a83; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #1f5a83; outline-offset: 2px; }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.6rem 0 .35rem; padding-top: .7rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .3rem; }
p { margin: .35rem 0 .7rem; max-width: 46rem; }
.kicker { margin: 0 0 .2rem; color: var(--muted); font-size: .95rem; }
.audience { font-size: 1.08rem; max-width: 44rem; }
.meta { display: flex; flex-wrap: wrap; gap: .15rem 1.6rem; margin: .9rem 0 0; padding: .7rem 0; border-block: 1px solid var(--line); font-size: .92rem; }
.meta div { display: flex; gap: .45rem; }
.meta dt { color: var(--muted); }
.meta dd { margin: 0; }
.notice { border-left: 4px solid ${PLOT_COLOURS.near}; background: #fdf6e7; padding: .55rem .85rem; max-width: none; }
nav ol { margin: .8rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; font-size: .95rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(12.2rem, 1fr)); gap: .7rem; margin: .8rem 0 .4rem; padding: 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem .7rem; display: flex; flex-direction: column; break-inside: avoid; }
.cards .name { font-size: .88rem; line-height: 1.25; color: var(--muted); min-height: 2.5em; }
.cards .value { font-size: 1.65rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.small { font-size: .82rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.battre { color: #1d6557; } .samre { color: var(--bad); }
.wide { overflow-x: auto; margin: .6rem 0 .2rem; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .2rem 0 .45rem; }
caption span { font-weight: 400; color: var(--muted); }
th, td { padding: .34rem .5rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; font-size: .86rem; line-height: 1.25; vertical-align: bottom; border-bottom: 1.5px solid var(--ink); }
tbody th, thead th:first-child, td.text, th.text { text-align: left; }
tbody th { font-weight: 400; }
table.figures th:first-child { width: 22%; }
thead .unit { display: block; font-weight: 400; }
tr.sum th, tr.sum td { font-weight: 600; background: var(--soft); }
tr.sum td .small { font-weight: 400; }
td .small { display: block; line-height: 1.25; }
table.figures { table-layout: fixed; min-width: 42rem; }
td .small .change { white-space: nowrap; }
tbody th.month { white-space: nowrap; }
td.few::before { content: "* "; color: var(--muted); }
th .code { color: var(--muted); font-size: .85em; }
figure { margin: .9rem 0 .4rem; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .88rem; color: var(--muted); margin-top: .25rem; }
.definitions { margin: .9rem 0 0; padding: .75rem .95rem; background: var(--soft); border-radius: 6px; font-size: .84rem; line-height: 1.4; }
.definitions h3 { margin: 0 0 .4rem; font-size: .9rem; }
.definitions > div { columns: 19rem 2; column-gap: 1.6rem; }
.definitions section { break-inside: avoid; padding-bottom: .7rem; }
.definitions h4 { margin: 0; font-size: .88rem; }
.definitions dl { margin: .1rem 0 0; }
.definitions dl div { margin: .12rem 0; }
.definitions dt { display: inline; color: var(--muted); } .definitions dt::after { content: ": "; }
.definitions dd { display: inline; margin: 0; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); font-size: .86rem; color: var(--muted); }
@media print {
  html { font-size: 9pt; line-height: 1.38; } body { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  h2 { break-after: avoid; margin-top: 1.6rem; } h3, caption { break-after: avoid; }
  th, td { padding-block: .22rem; } thead, tr.sum { break-after: avoid; }
  .wide { overflow: visible; break-inside: avoid; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  .cards { grid-template-columns: repeat(4, 1fr); } .cards .value { font-size: 1.5rem; }
  .definitions { -webkit-print-color-adjust: exact; print-color-adjust: exact; font-size: .82rem; }
  .definitions > div { columns: 17rem 2; }
  table.figures { min-width: 0; }
  tr.sum, .notice { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
