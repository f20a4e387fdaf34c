/** `/tavla`: the regions, each with its running month in a few figures. */
import { localMonthOf } from '../../domain/calendar.js';
import { kronor, monthText } from '../../out/documents/format.js';
import { knownMonth } from '../month-view.js';
import type { BoardDeps } from './deps.js';
import { type Html, html } from './html.js';
import { page } from './page.js';
import { regionPath, regionsOf, rulesPath } from './places.js';
import { standingsOf } from './standing.js';
import { capital, countText } from './words.js';

export async function regionsPage(deps: BoardDeps): Promise<string> {
  const now = deps.clock.now();
  const month = localMonthOf(now);
  const cards = await Promise.all(regionsOf(deps).map(({ region, name }) => card(deps, region, name, month, now)));
  const main = html`<p class="lead">Vad kommunerna betalar för patienter som är utskrivningsklara och ändå är kvar på sjukhus: den löpande månaden mot tröskeln, varje vårdtillfälle med sina bevis, invändningar, underlag och fakturor.</p>
<ul class="cards">${cards}</ul>`;
  return page({ heading: 'Tavlan', crumbs: [], main, now, scale: deps.clock.scale });
}

async function card(deps: BoardDeps, region: string, name: string, month: string, now: number): Promise<Html> {
  const [sums, open] = await Promise.all([
    knownMonth(deps, region, month),
    deps.ledger.objections({ region, state: 'obesvarad', limit: 1_000 }),
  ]);
  const over = sums === undefined ? [] : standingsOf(deps, sums, [], now).filter(({ level }) => level === 'over');
  const running =
    sums === undefined
      ? html`<p>Ingen överenskommelse gäller ${monthText(month)}.</p>`
      : html`<p>${capital(monthText(month))} hittills: <strong>${kronor(sums.amountOre)}</strong>, ${countText(over.length, 'kommun', 'kommuner')} över tröskeln.</p>`;
  return html`<li><h2><a href="${regionPath(region)}">${name}</a></h2>
${running}
<p>${open.length === 0 ? 'Inga invändningar väntar på svar.' : `${countText(open.length, 'invändning', 'invändningar')} väntar på regionens svar.`}</p>
<p><a href="${rulesPath(region)}">Så räknas det</a></p></li>\n`;
}
