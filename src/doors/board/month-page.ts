/** `/tavla/{region}/{month}`: one month: its state and what happens next, its kommuner, its sums, what can be fetched. */
import type { KommunSum } from '../../domain/billing/kommun-month.js';
import type { Objection } from '../../domain/billing/objections.js';
import { objectionState } from '../../domain/billing/objections.js';
import { problemText } from '../../domain/billing/region-month.js';
import { localMonthOf } from '../../domain/calendar.js';
import type { Invoice, KommunState, MonthRef, MonthSums } from '../../ledger/billing/billing-ledger.js';
import { PAGE_LIMIT_MAX } from '../../ledger/page.js';
import { kronor, monthText } from '../../out/documents/format.js';
import { knownMonth } from '../month-view.js';
import type { BoardDeps } from './deps.js';
import { basisLinks } from './documents-list.js';
import { type Html, html, type Part } from './html.js';
import { averageColumn, kommunColumn, levelColumn, runningTable } from './kommun-table.js';
import { openTable } from './objection-lists.js';
import { page } from './page.js';
import { type Column, facts, figures, notice, section, steps, table } from './pieces.js';
import { BOARD, kommunName, kommunPath, regionName, regionPath, reportPath, rulesPath } from './places.js';
import { standingsPlot } from './plots.js';
import { hasThreshold, type Standing, standingsOf } from './standing.js';
import { capital, countText, INVOICE_NAMES, nextStepText } from './words.js';

/** Undefined when the region has no such month. */
export async function monthPage(deps: BoardDeps, ref: MonthRef): Promise<string | undefined> {
  const { ledger, clock } = deps;
  const now = clock.now();
  const sums = await knownMonth(deps, ref.region, ref.month);
  if (sums === undefined) return undefined;
  const runs = ref.month === localMonthOf(now);
  const [ready, objections, invoices, current] = await Promise.all([
    runs ? ledger.readyStays({ region: ref.region, limit: PAGE_LIMIT_MAX }) : [],
    ledger.objections({ ...ref, limit: PAGE_LIMIT_MAX }),
    ledger.invoices(ref),
    sums.frozenAt === null ? undefined : ledger.currentSums(ref, now),
  ]);
  const standings = standingsOf(deps, sums, ready, now);
  const states = await statesOf(deps, sums, invoices);
  const open = objections.filter((objection) => ['obesvarad', 'avvisad', 'bestridd'].includes(objectionState(objection)));
  const name = capital(monthText(ref.month));
  const main = html`${steps(sums.state)}
<p class="lead">${nextStepText(sums, now)}</p>
${sums.problems.length === 0 ? '' : notice(html`<p><strong>Månaden kan inte låsas ännu.</strong></p><ul>${sums.problems.map((problem) => html`<li>${problemText(problem)}</li>`)}</ul>`, 'over')}
${figures(monthFigures(sums, current, standings, invoices, open.length))}
${section(
  'kommuner-avsnitt',
  'Kommun för kommun',
  await standingsPlot(standings, monthText(ref.month)),
  runs ? runningTable(ref, standings, sums.amountOre) : monthTable(ref, standings, { sums, current, invoices, states, objections }),
)}
${section(
  'invandningar',
  'Invändningar',
  objections.length === 0
    ? html`<p>${sums.state === 'lopande' ? 'Kommunerna kan invända när det preliminära underlaget är sänt.' : 'Ingen kommun har invänt.'}</p>`
    : html`<p>${countText(objections.length, 'invändning', 'invändningar')} i månaden${open.length === 0 ? ', alla avgjorda' : `, varav ${open.length} inte är ${open.length === 1 ? 'avgjord' : 'avgjorda'}`}.</p>`,
  open.length === 0
    ? ''
    : openTable(
        open.map((objection) => ({ objection, kommun: kommunName(deps, sums.rules, objection.payer) })),
        { tolkningsinstans: sums.rules.agreement.tolkningsinstans, cycle: sums.rules.agreement.cycle },
        now,
        false,
      ),
)}
${invoices.length === 0 ? '' : section('fakturor', 'Fakturor', invoiceTable(deps, sums, invoices))}
${section('om', 'Om månaden', aboutMonth(deps, sums))}`;
  return page({
    heading: name,
    kicker: regionName(deps, ref.region),
    crumbs: [
      { text: 'Tavlan', href: BOARD },
      { text: regionName(deps, ref.region), href: regionPath(ref.region) },
    ],
    main,
    now,
    scale: clock.scale,
  });
}

/** Who holds back what: asked only where something is left to invoice. */
async function statesOf({ ledger }: BoardDeps, sums: MonthSums, invoices: readonly Invoice[]): Promise<Map<string, KommunState>> {
  if (sums.frozenAt === null && sums.state === 'lopande') return new Map();
  const waiting = [...sums.kommuner, ...sums.others].filter(
    ({ payer, amountOre }) => amountOre !== 0 && !invoices.some((invoice) => invoice.payer === payer),
  );
  const read = await Promise.all(waiting.map(({ payer }) => ledger.kommunState({ region: sums.region, month: sums.month, payer })));
  return new Map(read.map((state) => [state.payer, state]));
}

function monthFigures(
  sums: MonthSums,
  current: MonthSums | undefined,
  standings: readonly Standing[],
  invoices: readonly Invoice[],
  open: number,
) {
  const paying = standings.filter(({ sum }) => (sum.amountOre ?? 0) > 0).length;
  const changedOre = current === undefined ? null : difference(current.amountOre, sums.amountOre);
  return [
    {
      name: sums.frozenAt === null ? 'Summa, som den är nu' : 'Låst summa',
      value: kronor(sums.amountOre),
      note: changedOre === null || changedOre === 0 ? undefined : `efter ändringar ${kronor(current?.amountOre ?? null)}`,
    },
    { name: 'Kommuner som betalar', value: paying, note: `av ${standings.length}` },
    ...(invoices.length === 0
      ? []
      : [
          {
            name: 'Fakturerat',
            value: kronor(invoices.reduce((all, { amountOre }) => all + amountOre, 0)),
            note: countText(invoices.length, 'faktura', 'fakturor och rättelser'),
          },
        ]),
    { name: 'Invändningar som inte är avgjorda', value: open, tone: open > 0 ? ('nara' as const) : undefined },
  ];
}

const difference = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);

interface MonthParts {
  sums: MonthSums;
  current: MonthSums | undefined;
  invoices: readonly Invoice[];
  states: Map<string, KommunState>;
  objections: readonly Objection[];
}

/** A month that is over: what each kommun owes and has been charged, and its documents. */
function monthTable(ref: MonthRef, standings: readonly Standing[], { sums, current, invoices, states, objections }: MonthParts): Html {
  const currentOf = new Map<string, KommunSum>([...(current?.kommuner ?? []), ...(current?.others ?? [])].map((sum) => [sum.payer, sum]));
  const isFrozen = sums.frozenAt !== null;
  const issued = (payer: string) => invoices.filter((invoice) => invoice.payer === payer);
  const columns: Column<Standing>[] = [
    kommunColumn(ref),
    { title: 'Vård\u00adtillfällen', number: true, cell: ({ sum }) => sum.stays },
    ...(hasThreshold(standings) ? [averageColumn, levelColumn] : []),
    { title: isFrozen ? 'Låst belopp' : 'Belopp', number: true, cell: ({ sum }) => kronor(sum.amountOre) },
    ...(isFrozen
      ? [
          {
            title: 'Ändrat sedan',
            number: true,
            cell: ({ sum }: Standing): Part => signed(difference(currentOf.get(sum.payer)?.amountOre ?? null, sum.amountOre)),
          },
          {
            title: 'Fakturerat',
            number: true,
            cell: ({ sum }: Standing): Part =>
              issued(sum.payer).length === 0 ? '–' : kronor(issued(sum.payer).reduce((all, { amountOre }) => all + amountOre, 0)),
          },
        ]
      : []),
    { title: 'Invänd\u00adningar', number: true, cell: ({ sum }) => objections.filter(({ payer }) => payer === sum.payer).length || '–' },
    { title: 'Faktura', cell: ({ sum }) => invoicingText(sums, sum, issued(sum.payer), states.get(sum.payer)) },
    { title: 'Underlag', cell: ({ sum, name }) => basisLinks({ ...ref, payer: sum.payer }, undefined, name) },
  ];
  return table('kommuner', isFrozen ? 'Kommunerna i den låsta månaden' : 'Kommunerna i månaden, som de är nu', columns, standings);
}

const signed = (ore: number | null): string => (ore === null || ore === 0 ? '–' : ore > 0 ? `+${kronor(ore)}` : kronor(ore));

/** Where a kommun's invoice is. */
export function invoicingText(
  { frozenAt, rules }: Pick<MonthSums, 'frozenAt' | 'rules'>,
  { amountOre }: KommunSum,
  issued: readonly Invoice[],
  state: KommunState | undefined,
): string {
  if (state?.held) return 'hålls av regionen';
  const last = issued.at(-1);
  if (last !== undefined) return issued.length === 1 ? 'ställd' : `ställd och rättad (${INVOICE_NAMES[last.kind].toLowerCase()})`;
  if (amountOre === 0) return 'inget att betala';
  if (frozenAt === null) return 'efter låsningen';
  return rules.agreement.cycle.invoicing === 'approved' && !state?.approved ? 'väntar på godkännande' : 'ställs';
}

function invoiceTable(deps: BoardDeps, sums: MonthSums, invoices: readonly Invoice[]): Html {
  const columns: Column<Invoice>[] = [
    { title: 'Nummer', cell: (invoice) => html`<a href="${kommunPath(invoice)}#faktura-${invoice.n}">${invoice.number}</a>` },
    { title: 'Kommun', cell: ({ payer }) => kommunName(deps, sums.rules, payer) },
    { title: 'Slag', cell: ({ kind }) => INVOICE_NAMES[kind] },
    { title: 'Belopp', number: true, cell: ({ amountOre }) => kronor(amountOre) },
    { title: 'Förfaller', cell: ({ amountOre, dueDate }) => (amountOre > 0 ? dueDate : '–') },
    { title: 'Avser', cell: ({ refersTo }) => refersTo ?? '–' },
  ];
  return table('fakturorna', 'Månadens fakturor, kredit- och debetfakturor', columns, invoices);
}

function aboutMonth(deps: BoardDeps, sums: MonthSums): Html {
  const { agreement, vardpriser } = sums.rules;
  const price = vardpriser[sums.month.slice(0, 4)] ?? null;
  return html`${facts([
    ['Räknas efter', html`<a href="${rulesPath(sums.region)}">${agreement.name}</a>, version ${agreement.version.slice(0, 12)}`],
    ['Vårdpris', price === null ? 'saknas för året: dagarna visas, men inga kronor' : `${kronor(price)} per dag`],
    ['Utan betalare', `${countText(sums.withoutPayer, 'vårdtillfälle', 'vårdtillfällen')} där ingen är folkbokförd i någon kommun`],
    ['Utanför kommunernas ansvar', `${countText(sums.outOfSight, 'utskrivning', 'utskrivningar')} som aldrig rörde en kommun`],
    sums.vantar === 0
      ? null
      : [
          'Väntar på kallelse',
          `${countText(sums.vantar, 'vårdtillfälle', 'vårdtillfällen')} räknas med så länge tiden för kallelsen inte är ute`,
        ],
    sums.hash === null ? null : ['Kontrollsumma', html`<code>${sums.hash}</code>`],
  ])}
<ul class="links">
<li><a href="${reportPath(sums.region, sums.month, sums.month)}">Månadens rapport: kvaliteten i underlaget</a></li>
<li><a href="/v1/billing/${sums.region}/${sums.month}">Månaden som data (JSON)</a></li>
<li><a href="/v1/billing/${sums.region}/${sums.month}/episodes.jsonl">Vårdtillfällena som data, för den som vill räkna själv</a></li>
<li><a href="${regionPath(sums.region)}">Alla månader, ${regionName(deps, sums.region)}</a></li>
</ul>`;
}
