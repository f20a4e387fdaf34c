/** `/tavla/{region}`: the running month per kommun, what is warned of, the objections to answer, and the months. */
import { addMonths, type Instant, localMonthOf } from '../../domain/calendar.js';
import type { MonthSums } from '../../ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../../ledger/page.js';
import { kronor, monthText } from '../../out/documents/format.js';
import { knownMonth } from '../month-view.js';
import type { BoardDeps } from './deps.js';
import { type Html, html } from './html.js';
import { runningTable } from './kommun-table.js';
import { type MonthLine, monthLines, type ReadMonth, recentSums } from './months.js';
import { openTable } from './objection-lists.js';
import { page } from './page.js';
import { type Column, figures, section, stateBadge, table } from './pieces.js';
import { BOARD, kommunName, kommunPath, monthPath, regionName, regionsOf, reportPath, rulesPath } from './places.js';
import { standingsPlot } from './plots.js';
import { hasThreshold, type Standing, standingsOf } from './standing.js';
import { warningLines } from './warning-lines.js';
import { capital, countText, nextStepText, thousands } from './words.js';

/** Undefined when no region of that name has an agreement. `before`: show the months before that one. */
export async function regionPage(deps: BoardDeps, region: string, before?: string): Promise<string | undefined> {
  if (!regionsOf(deps).some((one) => one.region === region)) return undefined;
  const { ledger, clock } = deps;
  const now = clock.now();
  const month = localMonthOf(now);
  const asked = new Map<string, Promise<MonthSums | undefined>>();
  const read: ReadMonth = (of) => {
    const fresh = () => knownMonth(deps, region, of);
    const answer = asked.get(of) ?? (of === month ? fresh() : recentSums(ledger, `${region}/${of}`, fresh));
    asked.set(of, answer);
    return answer;
  };
  const [sums, ready, unanswered, disputed, months] = await Promise.all([
    read(month),
    ledger.readyStays({ region, limit: PAGE_LIMIT_MAX }),
    ledger.objections({ region, state: 'obesvarad', limit: PAGE_LIMIT_MAX }),
    ledger.objections({ region, state: 'bestridd', limit: PAGE_LIMIT_MAX }),
    monthLines(deps, region, before, read, now),
  ]);
  const rules = sums?.rules ?? months.rules;
  const listed = [...unanswered, ...disputed]
    .sort((a, b) => a.at - b.at)
    .map((objection) => ({ objection, kommun: rules === undefined ? objection.payer : kommunName(deps, rules, objection.payer) }));
  const standings = sums === undefined ? [] : standingsOf(deps, sums, ready, now);
  const main = html`
${sums === undefined ? html`<p class="lead">Ingen överenskommelse gäller ${monthText(month)}.</p>` : await running(sums, standings, unanswered.length, now)}
${standings.length === 0 ? '' : warningsSection({ region, month }, standings)}
${section(
  'invandningar',
  'Invändningar att besvara och avgöra',
  rules === undefined || listed.length === 0
    ? html`<p>Ingen invändning väntar på någon.</p>`
    : openTable(listed, { tolkningsinstans: rules.agreement.tolkningsinstans, cycle: rules.agreement.cycle }, now, true),
)}
${monthsSection(region, months)}
${reportsSection(region, month)}`;
  return page({
    heading: regionName(deps, region),
    kicker: rules?.agreement.name,
    crumbs: [{ text: 'Tavlan', href: BOARD }],
    main,
    now,
    scale: clock.scale,
  });
}

async function running(sums: MonthSums, standings: readonly Standing[], unanswered: number, now: Instant): Promise<Html> {
  const over = standings.filter(({ level }) => level === 'over').length;
  const near = standings.filter(({ level }) => level === 'nara').length;
  const waiting = standings.reduce((all, { forecast }) => all + (forecast?.ready.length ?? 0), 0);
  const soon = standings.reduce((all, { nearIndividual }) => all + nearIndividual, 0);
  const ifStaying = standings.map(({ forecast, sum }) => (forecast?.ifStaying ?? sum).amountOre);
  const staying = ifStaying.some((ore) => ore === null) ? null : ifStaying.reduce((all: number, ore) => all + (ore ?? 0), 0);
  const name = monthText(sums.month);
  const measured = hasThreshold(standings);
  return html`<p class="lead">${nextStepText(sums, now)} <a href="${rulesPath(sums.region)}">Så räknas det.</a></p>
${figures([
  { name: `${capital(name)} hittills`, value: kronor(sums.amountOre), note: `månaden ut om alla är kvar: ${kronor(staying)}` },
  ...(measured
    ? [
        {
          name: 'Över tröskeln',
          value: over,
          note:
            near === 0
              ? `av ${countText(standings.length, 'kommun', 'kommuner')}`
              : `och ${near} nära, av ${countText(standings.length, 'kommun', 'kommuner')}`,
          tone: over > 0 ? ('over' as const) : near > 0 ? ('nara' as const) : ('under' as const),
        },
      ]
    : []),
  {
    name: 'Utskrivningsklara nu',
    value: thousands(waiting),
    note: soon === 0 ? 'ingen nära att betalas enskilt' : `${soon} betalas enskilt, nu eller inom ett dygn`,
    tone: soon > 0 ? 'nara' : undefined,
  },
  {
    name: 'Invändningar att besvara',
    value: thousands(unanswered),
    note: unanswered === 0 ? 'alla är besvarade' : 'obesvarad i tid räknas som godtagen',
    tone: unanswered > 0 ? 'nara' : undefined,
  },
])}
${section('lopande', `${capital(name)}, kommun för kommun`, await standingsPlot(standings, name), runningTable(sums, standings, sums.amountOre))}`;
}

const SHOWN_WARNINGS = 8;

function warningsSection(ref: { region: string; month: string }, standings: readonly Standing[]): Html {
  const all = standings.flatMap((standing) =>
    warningLines(standing).map((line) => ({ name: standing.name, payer: standing.sum.payer, ...line })),
  );
  const urgent = [...all].sort((a, b) => Number(b.ofStay) - Number(a.ofStay));
  const item = ({ name, payer, code, text }: (typeof all)[number]) =>
    html`<li class="${code}"><a href="${kommunPath({ ...ref, payer })}">${name}</a>: ${text}</li>`;
  const rest = urgent.slice(SHOWN_WARNINGS);
  return section(
    'varningar',
    'Att se upp med',
    all.length === 0 ? html`<p>Ingen kommun är över eller nära tröskeln, och inget vårdtillfälle är nära att betalas enskilt.</p>` : '',
    html`<ul class="warnings">${urgent.slice(0, SHOWN_WARNINGS).map(item)}</ul>`,
    rest.length === 0
      ? ''
      : html`<details><summary>${countText(rest.length, 'varning till', 'varningar till')}</summary><ul class="warnings">${rest.map(item)}</ul></details>`,
  );
}

function monthsSection(region: string, months: Awaited<ReturnType<typeof monthLines>>): Html {
  const columns: Column<MonthLine>[] = [
    { title: 'Månad', cell: ({ month }) => html`<a href="${monthPath({ region, month })}">${capital(monthText(month))}</a>` },
    { title: 'Läge', cell: ({ state }) => stateBadge(state) },
    { title: 'Summa', number: true, cell: ({ amountOre }) => kronor(amountOre) },
    { title: 'Nästa steg', prose: true, cell: ({ next }) => next },
    {
      title: 'Rapport',
      cell: ({ month }) =>
        html`<a href="${reportPath(region, month, month)}">Rapport<span class="unseen"> för ${monthText(month)}</span></a>`,
    },
  ];
  return section(
    'manader',
    'Månaderna',
    months.lines.length === 0 ? html`<p>Inga månader ännu.</p>` : table('manaderna', 'Månaderna, den nyaste först', columns, months.lines),
    months.older === null ? '' : html`<p><a href="?fore=${months.older}#manader">Äldre månader</a></p>`,
  );
}

/** The reports that are due at this time of the year. */
function reportsSection(region: string, month: string): Html {
  const last = addMonths(`${month}-01`, -1).slice(0, 7);
  const back = (months: number) => addMonths(`${last}-01`, 1 - months).slice(0, 7);
  return section(
    'rapporter',
    'Rapporter',
    html`<ul class="links">
<li><a href="${reportPath(region, last, last)}">Månadens kvalitet, ${monthText(last)}</a></li>
<li><a href="${reportPath(region, back(3), last)}">De senaste tre månaderna, till tolkningsinstansen</a></li>
<li><a href="${reportPath(region, back(6), last)}">Halvåret till och med ${monthText(last)}</a></li>
<li><a href="${reportPath(region, back(12), last)}">Året till och med ${monthText(last)}</a></li>
</ul>`,
  );
}
