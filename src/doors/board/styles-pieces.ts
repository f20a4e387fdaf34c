/** The look of the board's pieces: figures, tables, badges, forms, cards and timelines. */

export const PIECES_CSS = `
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: .8rem; margin: 1.4rem 0 0; }
.figures > div { background: var(--paper); border: 1px solid var(--line); border-top: 4px solid var(--strong-line); border-radius: 6px; padding: .75rem .95rem .85rem; }
.figures > .over { border-top-color: var(--over); } .figures > .nara { border-top-color: #d9981f; } .figures > .under { border-top-color: var(--under); }
.figures dt { color: var(--muted); font-size: .93rem; }
.figures dd { margin: .1rem 0 0; display: flex; flex-direction: column; gap: .1rem; }
.figures strong { font-size: 1.65rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.figures span { color: var(--muted); font-size: .9rem; }

.scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; max-width: 100%; position: relative; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .7rem .85rem .55rem; color: var(--muted); font-size: .93rem; } caption > span { position: sticky; left: .85rem; display: inline-block; max-width: min(100%, calc(100vw - 4rem)); }
th, td { text-align: left; vertical-align: top; padding: .52rem .85rem; border-top: 1px solid var(--line); }
thead th { vertical-align: bottom; border-top: 0; border-bottom: 2px solid var(--strong-line); font-size: .9rem; font-weight: 600; line-height: 1.3; color: var(--muted); hyphens: manual; }
.scroll tbody th, .scroll tfoot th, .scroll thead th:first-child { position: sticky; left: 0; background: var(--paper); z-index: 1; }
tbody th { font-weight: 600; }
tbody tr:hover > * { background: var(--soft); }
tfoot th, tfoot td { font-weight: 650; border-top: 2px solid var(--strong-line); }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
.sum { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; border-collapse: separate; border-spacing: 0; margin: .9rem 0; max-width: 60rem; }
.sum thead th { border-bottom-width: 1px; }
.plain { list-style: none; padding: 0; } .links { list-style: none; padding: 0; } .links li { margin: .45rem 0; }
.files { display: inline-flex; gap: .1rem .7rem; } .scroll :is(td, tbody th, tfoot th) { white-space: nowrap; } .scroll .prose { white-space: normal; min-width: 15rem; } .id { display: inline-block; max-width: min(38vw, 18rem); white-space: normal; overflow-wrap: anywhere; vertical-align: top; } h3 .id { display: inline; }
.facts { display: grid; gap: .1rem 1.5rem; margin: 1rem 0; max-width: 60rem; }
.facts > div { display: grid; grid-template-columns: minmax(10rem, 17rem) 1fr; gap: .1rem 1rem; padding: .42rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }

.badge { display: inline-block; padding: .04rem .5rem; border-radius: 4px; font-size: .88rem; font-weight: 600; white-space: nowrap; background: var(--soft); color: var(--ink); border: 1px solid transparent; }
.badge.under, .badge.ja, .badge.fakturerad, .badge.godtagen, .badge.bifallen { background: var(--under-soft); color: var(--under); }
.badge.nara, .badge.vantar, .badge.preliminar, .badge.obesvarad, .badge.bestridd { background: var(--near-soft); color: var(--near); }
.badge.over, .badge.nej { background: var(--over-soft); color: var(--over); }
.badge.none { color: var(--muted); font-weight: 400; background: none; padding-inline: 0; }
.badge.over::before, .badge.nej::before { content: "▲ "; content: "▲ " / ""; font-size: .78em; } .badge.nej::before { content: "✕ "; content: "✕ " / ""; }
.badge.nara::before { content: "◆ "; content: "◆ " / ""; font-size: .78em; } .badge.ja::before { content: "✓ "; content: "✓ " / ""; }
.flag { color: var(--over); }

.steps { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: 0 0 1rem; max-width: none; font-size: .93rem; }
.steps li { margin: 0; padding: .22rem .8rem; border: 1px solid var(--line); border-radius: 99px; color: var(--muted); background: var(--paper); }
.steps .done { color: var(--under); border-color: var(--under); } .steps .done::before { content: "✓ "; content: "✓ " / ""; }
.steps [aria-current] { background: var(--button); border-color: var(--button); color: var(--button-ink); font-weight: 600; }

.notice { border-left: 5px solid var(--link); background: var(--paper); border-radius: 4px; padding: .65rem 1rem; margin: 1rem 0; max-width: 50rem; }
.notice p { margin: .2rem 0; }
.notice.over { border-color: var(--over); background: var(--over-soft); } .notice.nara { border-color: #d9981f; background: var(--near-soft); } .notice.under { border-color: var(--under); background: var(--under-soft); }
.warnings { list-style: none; padding: 0; max-width: 58rem; }
.warnings li { border-left: 4px solid #d9981f; padding: .15rem 0 .15rem .9rem; margin: .7rem 0; }
.warnings :is(.troskel-passerad, .individuell-nu) { border-color: var(--over); }
.cards { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; max-width: none; margin-top: 2rem; }
.cards li { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 1.1rem 1.3rem; margin: 0; } .cards h2 { margin: 0 0 .5rem; } .cards p { margin: .35rem 0; }
.advice > div { border-left: 4px solid var(--line); padding-left: .95rem; margin: 0 0 1rem; max-width: 48rem; } .advice dt { font-weight: 650; } .advice dd { margin: .1rem 0 0; }
.pager { display: flex; gap: 1.5rem; margin: .8rem 0; }

.figure { width: fit-content; max-width: 100%; margin: 1rem 0; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
.figure svg { display: block; max-width: 100%; height: auto; } .figure .narrow { display: none; }
.figure figcaption { color: var(--muted); font-size: .92rem; margin-top: .6rem; max-width: 46rem; }

details { margin: .8rem 0; } summary { cursor: pointer; color: var(--link); font-weight: 600; padding: .2rem 0; width: fit-content; }
.act[open] > summary { margin-bottom: .4rem; }
form { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 1rem clamp(.9rem, 3vw, 1.4rem) 1.1rem; margin: .8rem 0; max-width: 42rem; }
.field { margin: 0 0 1.05rem; border: 0; padding: 0; min-width: 0; } .field label, .field legend { font-weight: 600; padding: 0; }
.field .choice { display: flex; gap: .55rem; align-items: baseline; font-weight: 400; margin: .4rem 0; }
.hint, .optional { color: var(--muted); font-weight: 400; font-size: .92rem; } .hint { margin: .05rem 0 .3rem; }
.error { color: var(--over); font-weight: 600; margin: .1rem 0 .3rem; } .wrong { border-left: 4px solid var(--over); padding-left: .8rem; }
input[type="text"], select, textarea { display: block; width: 100%; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--strong-line); border-radius: 5px; padding: .5rem .65rem; margin-top: .25rem; }
textarea { resize: vertical; min-height: 6.5rem; } input[type="radio"] { accent-color: var(--button); inline-size: 1.05rem; block-size: 1.05rem; flex: none; transform: translateY(.12rem); }
button { font: inherit; font-weight: 600; color: var(--button-ink); background: var(--button); border: 0; border-radius: 6px; padding: .62rem 1.25rem; cursor: pointer; min-height: 2.75rem; } button:hover { filter: brightness(1.12); }

.objections, .invoices, .demands, .timeline, .said { list-style: none; padding: 0; max-width: 58rem; }
.objections > li, .invoices > li { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.15rem; margin: 0 0 .9rem; } .objections h3, .invoices h3 { margin-top: 0; overflow-wrap: anywhere; }
.objections > :target, .invoices > :target { border-color: var(--focus); }
.said li { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .6rem 0; } .said p { margin: .05rem 0; } .who { font-weight: 600; } .when { color: var(--muted); font-weight: 400; font-size: .92rem; } .words { white-space: pre-wrap; overflow-wrap: anywhere; }
.demands > li { display: grid; grid-template-columns: 9.5rem 1fr; gap: .2rem 1rem; padding: .75rem 0; border-bottom: 1px solid var(--line); margin: 0; } .demands p { margin: .15rem 0; } .demands h3 { margin: 0; }
.demands .nej > div { border-left: 4px solid var(--over); padding-left: .8rem; }
.fine span { display: inline-block; }
.timeline { border-left: 2px solid var(--line); padding-left: 0; margin-left: .45rem; } .timeline > li { position: relative; display: grid; grid-template-columns: 10.5rem 1fr; gap: .1rem 1rem; padding: .1rem 0 .9rem 1.3rem; margin: 0; } .timeline h3 { margin: 0; font-size: 1rem; } .timeline p { margin: .05rem 0; }
.timeline > li::before { content: ""; position: absolute; left: calc(-.36rem - 1px); top: .55rem; width: .72rem; height: .72rem; border-radius: 50%; background: var(--link); border: 2px solid var(--ground); } .timeline .remarked::before { background: #d9981f; } .to { color: var(--muted); }

@media (max-width: 44rem) {
  .figure .wide { display: none; } .figure .narrow { display: block; } .figure { padding: .8rem .6rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; } .figures strong { font-size: 1.3rem; } .figures > div { padding: .6rem .7rem; }
  .facts > div, .demands > li, .timeline > li { grid-template-columns: 1fr; } .demands .fine span { display: block; } th, td { padding: .5rem .65rem; }
  .sum, .sum tbody, .sum tfoot, .sum tr, .sum th, .sum td { display: block; } .sum thead { display: none; } .sum td, .sum tfoot th { border-top: 0; padding-top: 0; } .sum tfoot tr { border-top: 2px solid var(--strong-line); padding-top: .5rem; } .sum td:empty { display: none; } .sum .number { text-align: left; font-weight: 600; }
}
@media print { .steps [aria-current] { background: none; color: var(--ink); border: 2px solid var(--ink); } .scroll :is(th, tbody th, tfoot th) { position: static; } .figure .narrow { display: none; } .figure .wide { display: block; } .figures > div, .figure, .badge { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
`;
