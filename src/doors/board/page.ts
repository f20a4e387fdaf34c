/** The frame of every page: its head, the way back, what stands at its foot. */
import type { Instant } from '../../domain/calendar.js';
import { timeText } from '../../out/documents/format.js';
import { type Html, html, toText } from './html.js';
import { BOARD } from './places.js';
import { STYLES_PATH } from './styles.js';

export interface Crumb {
  text: string;
  href: string;
}

export interface PageContent {
  /** Also the page's title in the browser, before the crumbs. */
  heading: string;
  /** A few words above the heading. */
  kicker?: string | undefined;
  /** The pages above this one, outermost first. */
  crumbs: Crumb[];
  main: Html;
  now: Instant;
  /** Other than 1: the clock is simulated, which is said. */
  scale: number;
}

/** The whole document. */
export function page({ heading, kicker, crumbs, main, now, scale }: PageContent): string {
  const title = [heading, ...crumbs.map(({ text }) => text).reverse(), 'Hemgång'].join(' – ');
  return `<!doctype html>\n${toText(html`<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${STYLES_PATH}">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#innehall">Till innehållet</a>
<header class="top">
<div class="frame">
<a class="brand" href="${BOARD}"><span aria-hidden="true" class="mark"></span>Hemgång</a>
<p>Betalningsansvar vid utskrivning</p>
</div>
</header>
<div class="frame">
${
  crumbs.length === 0
    ? ''
    : html`<nav class="crumbs" aria-label="Du är här"><ol>
${crumbs.map(({ text, href }) => html`<li><a href="${href}">${text}</a></li>`)}
<li aria-current="page">${heading}</li>
</ol></nav>`
}
<main id="innehall" tabindex="-1">
<header class="title">
${kicker === undefined ? '' : html`<p class="kicker">${kicker}</p>`}
<h1>${heading}</h1>
</header>
${main}
</main>
</div>
<footer class="foot">
<div class="frame">
<p>Uppgifterna är hämtade ur huvudboken ${timeText(now)}.${scale === 1 ? '' : ' Tiden är en övningsklocka som går fortare än den riktiga.'}</p>
<p>Tavlan visar vårdtillfällen med id, aldrig personer. <a href="${BOARD}">Alla regioner</a> · <a href="/docs/fragor">Frågor i Temporals UI</a> · <a href="/docs">API för andra system</a></p>
</div>
</footer>
</body>
</html>`)}\n`;
}
