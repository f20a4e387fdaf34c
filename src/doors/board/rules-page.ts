/** `/tavla/{region}/sa-raknas-det`: what is agreed, from the agreement's own data: threshold, demands, prices, the month's days. */
import type { Agreement, PaymentPeriod, PaymentRule, Vardpriser } from '../../domain/agreement.js';
import { agreementInForce, lawInForce } from '../../domain/agreement-in-force.js';
import { averageRuleIn, kommunSum, priceOf } from '../../domain/billing/kommun-month.js';
import { addDays, localDateOf } from '../../domain/calendar.js';
import { tenthsOf } from '../../domain/money.js';
import { arithmeticOf } from '../../out/documents/arithmetic.js';
import { dateText, decimal, instansName, kronor } from '../../out/documents/format.js';
import type { BoardDeps } from './deps.js';
import { type Html, html } from './html.js';
import { page } from './page.js';
import { type Column, facts, section, table } from './pieces.js';
import { BOARD, regionName, regionPath, regionsOf } from './places.js';

/** The national register of laws, by their number. */
const lawPath = (sfs: string): string => `https://rkrattsbaser.gov.se/sfst?bet=${sfs}`;

/** Undefined when no region of that name has an agreement. */
export async function rulesPage(deps: BoardDeps, region: string): Promise<string | undefined> {
  if (!regionsOf(deps).some((one) => one.region === region)) return undefined;
  const now = deps.clock.now();
  const today = localDateOf(now);
  const { agreements } = deps.agreements;
  const agreement = agreementInForce(agreements, region, today);
  const law = lawInForce(agreements, today);
  const sums = await deps.ledger.monthSums({ region, month: today.slice(0, 7) }, now);
  const main = html`${agreement === undefined ? html`<p class="lead">Ingen överenskommelse och ingen lag är inlagd för ${dateText(today)}.</p>` : agreed(agreement, today.slice(0, 7), sums?.rules.vardpriser ?? {})}
${law === undefined || law === agreement ? '' : section('andra-regioner', 'Kommuner utanför överenskommelsen', html`<p>En kommun i en annan region betalar enligt ${law.name}.</p>`, rulesList(law, today))}
${section('vardpris', 'Vårdpriset', prices(deps, sums?.rules.vardpriser ?? {}))}
${section('kallor', 'Källor', sources())}`;
  return page({
    heading: 'Så räknas det',
    kicker: agreement?.name ?? regionName(deps, region),
    crumbs: [
      { text: 'Tavlan', href: BOARD },
      { text: regionName(deps, region), href: regionPath(region) },
    ],
    main,
    now,
    scale: deps.clock.scale,
  });
}

function agreed(agreement: Agreement, month: string, vardpriser: Vardpriser): Html {
  const { cycle, preconditions, tolkningsinstans, kommuner, inForce } = agreement;
  return html`<p class="lead">En kommun betalar för den tid som en patient är utskrivningsklar och ändå är kvar på sjukhuset. Här står vad som är avtalat; siffrorna kommer ur överenskommelsen själv.</p>
${facts([
  [
    'Gäller',
    `från ${dateText(inForce.from)}${inForce.until === null ? ', tills vidare' : ` till ${dateText(addDays(inForce.until, -1))}`}`,
  ],
  [
    'Kommuner',
    kommuner
      .map(({ name }) => name)
      .sort((a, b) => a.localeCompare(b, 'sv'))
      .join(', '),
  ],
  ['Tolkar överenskommelsen', tolkningsinstans === null ? 'ingen är utsedd: parterna enas' : instansName(tolkningsinstans)],
  ['Version', html`<code>${agreement.version.slice(0, 16)}</code>`],
])}
${section('dagar', 'Så räknas dagarna', html`<p>Från det att kommunen fick besked om att patienten är utskrivningsklar till utskrivningen, i hela dygn: 0–24 timmar är 0 dagar, 24–48 timmar är 1 dag. Tid då regionens öppenvård inte var tillgänglig räknas bort (LUS 5 kap. 5 §). Vårdtillfället hör till den månad då patienten skrevs ut.</p>`)}
${section('betalning', 'Så räknas beloppet', periods(agreement), example(agreement, month, vardpriser))}
${section(
  'krav',
  'Vad som krävs för att kommunen ska betala',
  html`<p>Saknas något av detta betalar kommunen inte för vårdtillfället${preconditions.failing === 'never-raises' ? ' om det skulle höja beloppet' : ''}. Det som räknas är vad som nådde den betalande kommunen, och när.</p>
<ol>
<li>Inskrivningsmeddelande, före utskrivningen${preconditions.inskrivningsmeddelandeWithinHours === null ? '' : ` och inom ${preconditions.inskrivningsmeddelandeWithinHours} timmar`} (LUS 5 kap. 1 §).</li>
<li>Bedömd vårdtid, före utskrivningen (LUS 5 kap. 1 §, 2 kap. 4 §).</li>
<li>Bedömning och besked om att patienten är utskrivningsklar (LUS 5 kap. 1 §).</li>
<li>Utskrivningsmeddelande, före utskrivningen.</li>
<li>Kallelse till samordnad vårdplanering av den fasta vårdkontakten, när en sådan ska hållas${preconditions.callWithinDays === null ? '' : `, inom ${preconditions.callWithinDays} dagar efter beskedet`} (LUS 5 kap. 3 §, 4 kap. 3 §).</li>
<li>Regionens öppenvård är tillgänglig när patienten skrivs ut (LUS 5 kap. 5 §).</li>
</ol>`,
)}
${section(
  'manaden',
  'Månadens gång',
  html`<ol>
<li><strong>Den ${ordinal(cycle.preliminaryDay)}</strong> i månaden efter sänds det preliminära underlaget till varje kommun.</li>
<li><strong>Till och med den ${ordinal(cycle.objectionsUntilDay)}</strong> kan kommunen invända mot vart och ett av vårdtillfällena. Det som sänds eller ändras senare kan kommunen invända mot i minst ${cycle.objectWithinDays} dagar.</li>
<li>Regionen svarar <strong>inom ${cycle.answerWithinDays} dagar</strong>; annars räknas invändningen som godtagen. Lika länge kan kommunen bestrida ett avslag.${tolkningsinstans === null ? ' Någon tolkningsinstans finns inte.' : ` Då avgör ${instansName(tolkningsinstans)}.`}</li>
<li><strong>Den ${ordinal(cycle.frozenDay)}</strong> låses underlaget, med siffror, överenskommelsens version och en kontrollsumma.</li>
<li>Därefter kommer fakturan${cycle.invoicing === 'approved' ? ', när regionens ekonom har godkänt den' : ''}, att betala inom ${cycle.paymentDays} dagar. Omtvistade vårdtillfällen hålls utanför, till det lägre beloppet, tills de är avgjorda.</li>
<li>Ändras något efteråt räknas kommunens månad om med samma regler, och skillnaden blir en kredit- eller debetfaktura.</li>
</ol>`,
)}`;
}

/** `1:a`, `12:e`, `22:a`. */
const ordinal = (day: number): string => `${day}:${/(^|[^1])[12]$/.test(String(day)) ? 'a' : 'e'}`;

/** What holds still comes before what is over. */
const newestFirst = (a: PaymentPeriod, b: PaymentPeriod): number =>
  Number(a.until !== null) - Number(b.until !== null) || (a.from < b.from ? 1 : a.from > b.from ? -1 : 0);

/** Each period with its rule; those that are over too, since old months can still be opened. */
function periods({ payment, priceYear }: Agreement): Html {
  const columns: Column<PaymentPeriod>[] = [
    { title: 'Utskrivna', cell: ({ from, until }) => `${from} – ${until === null ? 'tills vidare' : addDays(until, -1)}` },
    { title: 'Vård', cell: ({ careForms }) => careForms.join(' och ') },
    { title: 'Regel', prose: true, cell: ({ rule }) => ruleText(rule) },
  ];
  return html`${table('regler', 'Ersättningsregler efter utskrivningsdag, de som gäller nu först', columns, [...payment].sort(newestFirst))}
<p>Kronorna räknas med vårdpriset för ${priceYear === 'discharge' ? 'utskrivningens år' : 'varje dags eget år'}.</p>`;
}

/** A month that was made up, by the agreement's own rule and this year's price: the same arithmetic as in a kommun's month. */
function example(agreement: Agreement, month: string, vardpriser: Vardpriser): Html | '' {
  const rule = averageRuleIn(agreement, month);
  if (rule === null || priceOf({ vardpriser }, month.slice(0, 4)) === null) return '';
  const alone = rule.individual === null ? 0 : rule.individual.fromDays + 2 - rule.individual.freeDays;
  const tally = { payer: '', stays: 25, averageStays: 24, averageDays: 24 * Math.ceil(tenthsOf(rule.threshold) / 10) + 34 };
  const sum = kommunSum({ ...tally, billableByYear: alone === 0 ? {} : { [month.slice(0, 4)]: alone } }, agreement, { month, vardpriser });
  const steps = arithmeticOf(sum, { agreement, month, vardpriser });
  return html`<h3>Ett påhittat exempel</h3>
<p>En kommun har ${sum.averageStays} vårdtillfällen i snittet, tillsammans ${sum.averageDaysTotal} dagar${rule.individual === null ? '' : `, och ett på ${rule.individual.fromDays + 2} dagar som räknas enskilt`}.</p>
<ul class="plain">${steps.map(({ label, formula }) => html`<li>${label}: ${formula}</li>`)}<li><strong>Sammanlagt ${kronor(sum.amountOre)}</strong></li></ul>`;
}

const rulesList = (agreement: Agreement, today: string): Html =>
  html`<ul class="plain">${agreement.payment.filter(({ until }) => until === null || until > today).map(({ rule }) => html`<li>${ruleText(rule)}</li>`)}</ul>`;

function ruleText(rule: PaymentRule): string {
  switch (rule.kind) {
    case 'average':
      return `Genomsnitt per kommun och månad. Är snittet högre än ${decimal(rule.threshold)} dagar betalar kommunen (snittet − ${decimal(rule.threshold)}) × antalet vårdtillfällen × vårdpriset.${rule.rounding === 'exact' ? ' Snittet avrundas inte.' : ' Snittet avrundas till en decimal.'}${rule.individual === null ? '' : ` Ett vårdtillfälle med ${rule.individual.fromDays} dagar eller fler räknas enskilt, utanför snittet: dagarna utöver ${rule.individual.freeDays}.`}`;
    case 'individual-calendar':
      return `Varje vårdtillfälle för sig: från ${rule.daysAfterNotice} dagar efter den dag då beskedet sändes, ${rule.daysAfterCutoff} om det sändes efter klockan ${rule.cutoff.slice(0, 5).replace(':', '.')}, per kalenderdag till och med dagen före utskrivningen (LUS 5 kap. 4 och 6 §§).`;
    case 'individual-30':
      return `Varje vårdtillfälle för sig: från den ${ordinal(rule.fromCalendarDay)} kalenderdagen efter beskedet.`;
    case 'lag-1990':
      return `Enligt betalningsansvarslagen (1990:1404): från ${rule.weekdaysSomatic} vardagar efter kallelsen i somatisk vård, ${rule.weekdaysPsychiatric} i psykiatrisk.`;
  }
}

function prices({ agreements }: BoardDeps, vardpriser: Record<string, number>): Html {
  const known = Object.entries(vardpriser).sort(([a], [b]) => (a < b ? 1 : -1));
  if (known.length === 0) return html`<p>Inga vårdpriser är inlagda.</p>`;
  type Row = (typeof known)[number];
  const columns: Column<Row>[] = [
    { title: 'År', cell: ([year]) => year },
    { title: 'Per dag', number: true, cell: ([, ore]) => kronor(ore) },
    { title: 'Källa', prose: true, cell: ([year]) => agreements.vardprisKallor?.[year] ?? '–' },
  ];
  return html`<p>Beloppet per vårddag fastställs för varje år. Ett år som saknas gissas aldrig: då visas dagar men inga kronor.</p>
${table('vardpriser', 'Vårdpris per dag', columns, known)}`;
}

function sources(): Html {
  return html`<ul class="links">
<li><a href="${lawPath('2017:612')}">Lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård</a> (LUS)</li>
<li><a href="${lawPath('1990:1404')}">Lag (1990:1404) om kommunernas betalningsansvar för viss hälso- och sjukvård</a>, för tiden före 2018</li>
</ul>`;
}
