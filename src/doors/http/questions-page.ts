/** The page of ready-made lists: every question that process owners ask, as a link into the Temporal UI, made when the page is opened. */
import { kommunerIn } from '../../domain/agreement-in-force.js';
import { type Instant, localMonthOf, toSwedish } from '../../domain/calendar.js';
import { partyName } from '../../domain/stay/words.js';
import { questionCommand, questionLink } from '../../temporal/query-text.js';
import { type Asked, GROUPS, QUESTIONS, type Question } from '../../temporal/questions.js';
import type { BoardDeps } from '../board/deps.js';
import { type Html, html, toText } from '../board/html.js';
import { BOARD, kommunName, regionsOf } from '../board/places.js';
import { STYLES_PATH } from '../board/styles.js';

export const QUESTIONS_PATH = '/docs/fragor';

/** Where process owners watch, and how many a list holds; without a count, none is shown. */
export interface TemporalLists {
  /** Undefined: nobody has said where the UI is. */
  uiUrl: string | undefined;
  namespace: string;
  count?: ((query: string) => Promise<number>) | undefined;
}

export type Chosen = Omit<Asked, 'now' | 'unit'>;

export interface QuestionsPage extends Pick<BoardDeps, 'agreements'> {
  lists: TemporalLists;
  chosen: Chosen;
  clock: { now: Instant; scale: number };
}

interface Row {
  id: string;
  title: string;
  explanation: string;
  query: string;
  count?: number | undefined;
}

/** A choice from the address, as far as it is one; everything else is as if it had not been said. */
export function chosenFrom(query: Readonly<Record<string, unknown>>, deps: Pick<BoardDeps, 'agreements'>): Chosen {
  const said = (name: string): string | undefined => {
    const value = query[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, UNIT_MAX) : undefined;
  };
  const region = regionsOf(deps).find((one) => one.region === said('region'))?.region;
  const kommun = said('kommun');
  return {
    region,
    kommun: kommun !== undefined && /^\d{4}$/.test(kommun) ? kommun : undefined,
    avdelning: said('avdelning'),
    vardcentral: said('vardcentral'),
  };
}

const UNIT_MAX = 64;

export async function questionsPage(page: QuestionsPage): Promise<string> {
  const groups = await Promise.all(
    Object.entries(GROUPS).map(async ([group, heading]) => ({
      group,
      heading,
      rows: await counted(
        page,
        QUESTIONS.filter((question) => question.group === group).flatMap((question) => rowsOf(question, page)),
      ),
    })),
  );
  return frame(page, [
    html`<p class="lead">Varje fråga öppnar en lista i Temporals UI. En lista känner inte klockan, så frågorna gäller <strong>${toSwedish(page.clock.now)}</strong>: öppna sidan på nytt för att fråga om nu.${page.clock.scale === 1 ? '' : ' Tiden är en övningsklocka som går fortare än den riktiga.'}</p>`,
    page.lists.uiUrl === undefined
      ? html`<div class="notice nara"><p>Var Temporals UI finns är inte sagt (TEMPORAL_UI_URL), så här finns inga länkar. Klistra in frågan i UI:ts sökfält.</p></div>`
      : null,
    chooser(page),
    ...groups.map(({ group, heading, rows }) => section(group, heading, rows, page)),
  ]);
}

/** A question about a unit is asked for each that was chosen; the one about kommuner for all of the region, until one is chosen. */
function rowsOf(question: Question, page: QuestionsPage): Row[] {
  const { chosen, clock } = page;
  const row = (more: Partial<Asked>, id: string, suffix: string): Row => ({
    id: `${question.id}${id}`,
    title: `${question.title}${suffix}`,
    explanation: question.explanation,
    query: question.query({ now: clock.now, ...chosen, ...more }),
  });
  if (question.needs === undefined) return [row({}, '', '')];
  if (question.needs === 'unit')
    return unitsOf(chosen).map(([party, unit]) => row({ unit: `${party}/${unit}` }, `-${party}`, `: ${partyName({ party, unit })}`));
  if (question.needs === 'kommun' && chosen.kommun === undefined)
    return kommunerOf(page, chosen.region).map(({ code, name }) => row({ kommun: code }, `-${code}`, `: ${name}`));
  const value = chosen[question.needs];
  return value === undefined ? [] : [row({}, '', `: ${question.needs === 'kommun' ? nameOf(page, value) : value}`)];
}

function unitsOf({ region, kommun, avdelning, vardcentral }: Chosen) {
  const all = [
    ['slutenvard', avdelning],
    ['vardcentral', vardcentral],
    ['kommun', kommun],
    ['region', region],
  ] as const;
  return all.flatMap(([party, unit]) => (unit === undefined ? [] : [[party, unit] as const]));
}

/** In a list too: a count is a help, and its absence no fault. */
async function counted({ lists: { count } }: QuestionsPage, rows: Row[]): Promise<Row[]> {
  if (count === undefined) return rows;
  return Promise.all(rows.map(async (row) => ({ ...row, count: await count(row.query).catch(() => undefined) })));
}

function kommunerOf({ agreements, clock }: QuestionsPage, region: string | undefined) {
  if (region === undefined) return [];
  const own = agreements.agreements.findLast((agreement) => agreement.region === region);
  return own === undefined ? [] : kommunerIn(own, localMonthOf(clock.now)).map(({ code, name }) => ({ code, name }));
}

const nameOf = ({ agreements }: QuestionsPage, code: string): string => {
  const [agreement] = agreements.agreements;
  return agreement === undefined ? code : `${kommunName({ agreements }, { agreement }, code)} (${code})`;
};

function chooser(page: QuestionsPage): Html {
  const { chosen } = page;
  const regions = regionsOf(page);
  const shown = regions.filter(({ region }) => chosen.region === undefined || region === chosen.region);
  const option = (value: string, text: string, selected: string | undefined) =>
    value === selected ? html`<option value="${value}" selected>${text}</option>` : html`<option value="${value}">${text}</option>`;
  const field = (name: 'avdelning' | 'vardcentral', label: string) =>
    html`<p class="field"><label for="${name}">${label} <span class="optional">(HSA-id)</span></label><input type="text" id="${name}" name="${name}" value="${chosen[name] ?? ''}" maxlength="${UNIT_MAX}" autocomplete="off" spellcheck="false"></p>`;
  return html`<form method="get" action="${QUESTIONS_PATH}">
<p class="field"><label for="region">Region</label><select id="region" name="region">${option('', 'Alla', chosen.region ?? '')}${regions.map(({ region, name }) => option(region, name, chosen.region))}</select></p>
<p class="field"><label for="kommun">Kommun</label><select id="kommun" name="kommun">${option('', 'Alla', chosen.kommun ?? '')}${shown.map(
    ({ region, name }) =>
      html`<optgroup label="${name}">${kommunerOf(page, region).map((kommun) => option(kommun.code, `${kommun.name} (${kommun.code})`, chosen.kommun))}</optgroup>`,
  )}</select></p>
${field('avdelning', 'Avdelning')}
${field('vardcentral', 'Vårdcentral')}
<p><button type="submit">Visa frågorna för detta, nu</button></p>
</form>`;
}

const EMPTY: Record<string, string> = {
  var: 'Välj region, kommun, avdelning eller vårdcentral ovan.',
};

function section(group: string, heading: string, rows: Row[], { lists, chosen }: QuestionsPage): Html {
  const lacking = group === 'frister' && unitsOf(chosen).length === 0;
  return html`<section>
<h2 id="${group}">${heading}</h2>
${rows.length === 0 ? html`<p>${EMPTY[group] ?? ''}</p>` : table(heading, rows, lists)}
${lacking ? html`<p class="fine">Välj en enhet ovan för att se vad just den har att agera på.</p>` : null}
</section>`;
}

function table(heading: string, rows: Row[], lists: TemporalLists): Html {
  const hasCounts = rows.some(({ count }) => count !== undefined);
  return html`<div class="scroll" role="region" aria-label="${heading}" tabindex="0"><table>
<thead><tr><th scope="col">Fråga</th>${hasCounts ? html`<th scope="col" class="number">Antal nu</th>` : null}<th scope="col">Text att kopiera</th></tr></thead>
<tbody>${rows.map(
    ({ id, title, explanation, query, count }) => html`<tr id="${id}">
<th scope="row" class="prose">${lists.uiUrl === undefined ? title : html`<a href="${questionLink(lists.uiUrl, lists.namespace, query)}">${title}</a>`}<br><span class="hint">${explanation}</span></th>
${hasCounts ? html`<td class="number">${count ?? '–'}</td>` : null}
<td class="prose"><details><summary>Fråga och kommando<span class="unseen"> för ${title}</span></summary><p><code>${query}</code></p><p><code>${questionCommand(lists.namespace, query)}</code></p></details></td>
</tr>`,
  )}</tbody>
</table></div>`;
}

function frame({ clock }: QuestionsPage, main: (Html | null)[]): string {
  return `<!doctype html>\n${toText(html`<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Frågor i Temporals UI – Hemgång</title>
<link rel="stylesheet" href="${STYLES_PATH}">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#innehall">Till innehållet</a>
<header class="top"><div class="frame"><a class="brand" href="${BOARD}"><span aria-hidden="true" class="mark"></span>Hemgång</a><p>Frågor för processägare</p></div></header>
<div class="frame">
<main id="innehall" tabindex="-1">
<header class="title"><h1>Frågor i Temporals UI</h1></header>
${main}
</main>
</div>
<footer class="foot"><div class="frame">
<p>Sidan gjordes ${toSwedish(clock.now)}. Listorna visar vårdtillfällen med id, aldrig personer.</p>
<p><a href="${BOARD}">Tavlan för ekonomer</a> · <a href="/docs">API för andra system</a></p>
</div></footer>
</body>
</html>`)}\n`;
}
