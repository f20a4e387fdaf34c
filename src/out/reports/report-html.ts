/** A report as one page of HTML that needs nothing else: to read on a screen, and to print on A4. */
import { html } from 'ghtml';
import { instantOf } from '../../domain/calendar.js';
import type { Report } from '../../domain/reports/report.js';
import { timeText } from '../documents/format.js';
import { SECTION_BODIES, SECTION_TITLES } from './sections.js';
import { REPORT_CSS } from './style.js';
import { periodText } from './words.js';

export async function reportHtml(report: Report): Promise<string> {
  const title = `${report.title} ${periodText(report.period)}`;
  const sections = await Promise.all(
    report.sections.map(
      async (id) =>
        html`<section id="${id}" aria-labelledby="${id}-rubrik">
<h2 id="${id}-rubrik">${SECTION_TITLES[id]}</h2>
!${await SECTION_BODIES[id](report)}
</section>`,
    ),
  );
  return html`<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${report.agreement.name}</title>
<style>!${REPORT_CSS}</style>
</head>
<body>
<header>
<p class="kicker">${report.agreement.name}</p>
<h1>${title}</h1>
<p class="audience">${report.audience}</p>
<dl class="meta">
<div><dt>Period</dt><dd>${report.period.from === report.period.to ? report.period.from : `${report.period.from} – ${report.period.to}`}</dd></div>
<div><dt>Jämförs med</dt><dd>${periodText(report.before)}</dd></div>
<div><dt>Uppgifterna står som de var</dt><dd>${timeText(instantOf(report.asOf))}</dd></div>
</dl>
!${report.running ? html`<p class="notice">Perioden är inte slut: siffrorna är löpande och ändras.</p>` : ''}
<nav aria-label="Innehåll"><ol>!${report.sections.map((id) => html`<li><a href="#${id}">${SECTION_TITLES[id]}</a></li>`)}</ol></nav>
</header>
<main>
!${sections}
</main>
<footer>
<p>Månaden är den som patienten skrevs ut i. Inga vårdtillfällen och inga personer visas: bara antal och andelar. Små tal visas och märks ut, eftersom rapporten stannar mellan parterna; publiceras den, bör de som rör färre än tio fall tas bort.</p>
<p>Förkortningar: J – överenskommelsen i Jönköpings län med bilagor; LUS – lagen (2017:612) om samverkan vid utskrivning; SVPL – samordnad vårdplanering; SIP – samordnad individuell plan.</p>
</footer>
</body>
</html>
`;
}
