/** The look of the board: colours by day and by night, letters, the frame of a page, and how it prints. */

export const BASE_CSS = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f5; --paper: #ffffff; --soft: #eaf0ee;
  --ink: #1b2827; --muted: #51615e; --line: #d3dcd9; --strong-line: #7d8d8a;
  --link: #0b5a66; --link-hover: #083f48; --button: #0b5a66; --button-ink: #ffffff; --focus: #1257c4;
  --over: #96233a; --over-soft: #f8e6e8; --near: #6b4a00; --near-soft: #fbf0d4; --under: #1f6355; --under-soft: #e1f0ec;
  --top: #0d3f48; --top-ink: #f3f8f8;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-size: 100%; line-height: 1.55; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #101817; --paper: #172120; --soft: #1f2c2a;
    --ink: #e6edeb; --muted: #a7b7b3; --line: #30403d; --strong-line: #7c8d89;
    --link: #86d0da; --link-hover: #b4e5eb; --button: #7fcbd6; --button-ink: #08272c; --focus: #9cc4ff;
    --over: #ffa9b4; --over-soft: #3d1d24; --near: #f4cf7c; --near-soft: #382b10; --under: #86d6c2; --under-soft: #15332d;
    --top: #0b2b31; --top-ink: #e6f1f2;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
.frame { max-width: 76rem; margin-inline: auto; padding-inline: clamp(1rem, 3.5vw, 2.25rem); }
a { color: var(--link); text-underline-offset: .16em; text-decoration-thickness: .07em; }
a:hover { color: var(--link-hover); text-decoration-thickness: .14em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: .75rem; top: -4rem; z-index: 2; background: var(--paper); color: var(--link); padding: .6rem 1rem; border-radius: 0 0 6px 6px; }
.skip:focus { top: 0; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.top { background: var(--top); color: var(--top-ink); }
.top .frame { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem 1.1rem; padding-block: .8rem; }
.top p { margin: 0; font-size: .92rem; opacity: .88; }
.brand { display: inline-flex; align-items: center; gap: .5rem; color: inherit; font-weight: 650; font-size: 1.12rem; letter-spacing: .01em; text-decoration: none; }
.brand:hover { color: inherit; text-decoration: underline; }
.top :focus-visible { outline-color: #ffffff; }
.mark { width: .95rem; height: .95rem; border: .17rem solid currentColor; border-radius: .28rem .28rem .28rem 0; border-bottom-color: transparent; transform: translateY(.04rem); }

.crumbs { margin-top: 1.05rem; font-size: .92rem; }
.crumbs ol { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem .4rem; margin: 0; padding: 0; color: var(--muted); }
.crumbs li + li::before { content: "›"; margin-right: .45rem; color: var(--strong-line); }
.title { margin: 1.5rem 0 .9rem; }
.kicker { margin: 0 0 .15rem; color: var(--muted); }
h1, h2, h3 { line-height: 1.22; text-wrap: balance; }
h1 { font-size: clamp(1.7rem, 1.35rem + 1.6vw, 2.5rem); font-weight: 680; letter-spacing: -.012em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: clamp(1.25rem, 1.15rem + .45vw, 1.5rem); font-weight: 660; margin: 0 0 .75rem; }
h3 { font-size: 1.06rem; margin: 1.6rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
ul, ol { padding-left: 1.3rem; max-width: 46rem; }
li { margin: .25rem 0; }
.lead { font-size: 1.13rem; max-width: 44rem; }
.answer { font-size: clamp(1.15rem, 1.05rem + .5vw, 1.38rem); line-height: 1.42; }
.fine { color: var(--muted); font-size: .9rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
section { margin-top: 2.6rem; padding-top: 1.7rem; border-top: 1px solid var(--line); scroll-margin-top: .5rem; }
[id] { scroll-margin-top: .75rem; }
.foot { margin-top: 4rem; padding-block: 1.3rem 2.4rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .92rem; }
.foot p { margin: .2rem 0; max-width: none; }

@media print {
  :root { --ground: #fff; --paper: #fff; font-size: 10pt; }
  .top, .crumbs, .skip, .act, form, .pager { display: none; }
  .frame { max-width: none; padding: 0; }
  a { color: inherit; text-decoration: none; }
  section { break-inside: auto; margin-top: 1.4rem; padding-top: .9rem; }
  h2, h3 { break-after: avoid; }
  tr, li, figure { break-inside: avoid; }
  .scroll { overflow: visible; border: 0; }
}
`;
