/** The indicators of the basis' quality, of deviations, and of what is imported: what each one counts stands beside what it reckons. */
import { decimalText, type Ore, roundHalfUp } from '../money.js';
import { countFigure, type Figure, type Indicator, NO_FIGURE, percentOf, shareFigure, type UnitFacts } from './figure.js';

const ALL = ['region', 'kommun', 'vardcentral'] as const;
const POPULATION = 'Vårdtillfällen i målgruppen som skrivits ut under perioden.';
const NEVER_COUNTED = 'Annullerade vårdtillfällen och patienter utanför målgruppen.';

/** @source V, "20 timmar/vecka för en vårdcentral med 10 000 listade" */
export const BENCHMARK = { hours: 20, listade: 10_000 } as const;

/** Hours a week, in tenths, that the benchmark asks for; half up. */
export const benchmarkTenths = (listade: number): number => roundHalfUp(listade * BENCHMARK.hours, BENCHMARK.listade, 10);

const ofStays = (count: number, { tally }: UnitFacts) => shareFigure({ met: count, owed: tally.stays, waits: 0 });

const kronorFigure = (ore: Ore | null): Figure =>
  ore === null ? NO_FIGURE : { value: decimalText(ore, 2), numerator: null, denominator: null, waits: 0 };

/** @source domain.md §5 Reports */
export const QUALITY_INDICATORS = [
  {
    id: 'sent-registrerade',
    name: 'Sent registrerade',
    short: 'Sent registrerade',
    unit: 'procent',
    better: 'lagre',
    counted:
      'Vårdtillfällen där minst en uppgift som underlaget vilar på registrerades mer än en timme efter att den skickades eller inträffade.',
    numerator: 'Vårdtillfällen med minst en sådan uppgift.',
    denominator: POPULATION,
    leftOut: `${NEVER_COUNTED} Uppgifter som lästs in från en inspelad ström: de skickades när strömmen säger det.`,
    source: 'J Uppföljning och utveckling; J bilaga 2',
    per: ALL,
    figure: (facts) => ofStays(facts.tally.lateStays, facts),
  },
  {
    id: 'rattade',
    name: 'Rättade',
    short: 'Rättade',
    unit: 'procent',
    better: 'lagre',
    counted: 'Vårdtillfällen där minst en uppgift som underlaget vilar på har rättats i efterhand.',
    numerator: 'Vårdtillfällen med minst en rättad uppgift.',
    denominator: POPULATION,
    leftOut: NEVER_COUNTED,
    source: 'J Uppföljning och utveckling; J bilaga 2',
    per: ALL,
    figure: (facts) => ofStays(facts.tally.correctedStays, facts),
  },
  {
    id: 'invanda',
    name: 'Med invändning',
    short: 'Med invändning',
    unit: 'procent',
    better: 'lagre',
    counted: 'Vårdtillfällen i periodens underlag som kommunen har invänt mot, när invändningen än kom.',
    numerator: 'Vårdtillfällen med minst en invändning.',
    denominator: POPULATION,
    leftOut: NEVER_COUNTED,
    source: 'J bilaga 2; Region Västmanland 5/22',
    per: ALL,
    figure: (facts) => ofStays(facts.contestedStays, facts),
  },
  {
    id: 'belopp-i-tvist',
    name: 'Belopp i tvist',
    short: 'I tvist',
    unit: 'kronor',
    better: 'lagre',
    counted: 'Belopp i låsta månader som inte har fakturerats därför att en invändning är öppen.',
    numerator: 'Det låsta beloppet minus det som hittills fakturerats, för månader där kommunen har en öppen invändning.',
    denominator: 'Ingen.',
    leftOut: 'Månader som inte är låsta. Fakturor ställs till kommuner: måttet finns inte per vårdcentral.',
    source: 'J bilaga 2; Region Västmanland 5/22',
    per: ['region', 'kommun'],
    figure: ({ disputedOre }) => kronorFigure(disputedOre),
  },
  {
    id: 'krediterade',
    name: 'Krediterade',
    short: 'Krediterade',
    unit: 'antal',
    better: 'lagre',
    counted: 'Vårdtillfällen som ändrats efter fakturan och lett till en kreditfaktura för en månad i perioden.',
    numerator: 'Antalet vårdtillfällen som kreditfakturorna anger.',
    denominator: 'Ingen.',
    leftOut: 'Ändringar som inte gav något att kreditera. Fakturor ställs till kommuner: måttet finns inte per vårdcentral.',
    source: 'J bilaga 2',
    per: ['region', 'kommun'],
    figure: ({ credited }) => (credited === null ? NO_FIGURE : countFigure(credited.stays)),
  },
  {
    id: 'krediterat-belopp',
    name: 'Krediterat belopp',
    short: 'Krediterat',
    unit: 'kronor',
    better: 'lagre',
    counted: 'Summan av kreditfakturorna för periodens månader, när de än skickades.',
    numerator: 'Kreditfakturornas belopp, i kronor.',
    denominator: 'Ingen.',
    leftOut: 'Debetfakturor.',
    source: 'J bilaga 2',
    per: ['region', 'kommun'],
    figure: ({ credited }) => kronorFigure(credited?.amountOre ?? null),
  },
  {
    id: 'med-avvikelse',
    name: 'Vårdtillfällen med avvikelse',
    short: 'Med avvikelse',
    unit: 'procent',
    better: 'lagre',
    counted:
      'Vårdtillfällen med minst en avvikelse: en frist som missats, en punkt i en checklista som stått öppen, en utebliven part eller något som rapporterats.',
    numerator: 'Vårdtillfällen med minst en avvikelse. I fördelningen efter typ räknas varje avvikelse.',
    denominator: POPULATION,
    leftOut: `${NEVER_COUNTED} Avvikelser som visade sig vara sen registrering. Fritext i det som rapporteras visas inte: sådana typer räknas som övrigt.`,
    source: 'J Uppföljning och utveckling, rapporterade avvikelser',
    per: ALL,
    figure: (facts) => ofStays(facts.tally.deviatingStays, facts),
  },
  {
    id: 'delaktighet',
    name: 'Upplevd delaktighet',
    short: 'Upplevd delaktighet',
    unit: 'procent',
    better: 'hogre',
    counted: 'Andelen som upplevt sig delaktiga, enligt inlästa mätningar: den nationella patientenkäten och punktmätningar.',
    numerator: 'Mätningarnas andelar, vägda med antalet svar.',
    denominator: 'Antalet svar i mätningar från periodens månader.',
    leftOut:
      'Månader som ingen inläst fil omfattar. Finns ett värde för hela regionen används det för regionen, annars de för vårdcentralerna, annars de för kommunerna.',
    source: 'J Uppföljning och utveckling, upplevd delaktighet',
    per: ALL,
    figure: ({ delaktighet }) =>
      delaktighet === null
        ? NO_FIGURE
        : {
            value: decimalText(roundHalfUp(delaktighet.weighted, delaktighet.answers, 1), 1),
            numerator: null,
            denominator: delaktighet.answers,
            waits: 0,
          },
  },
  {
    id: 'vardsamordnare',
    name: 'Vårdsamordnare mot riktmärket',
    short: 'Mot riktmärket',
    unit: 'procent',
    better: 'hogre',
    counted: `Vårdsamordnarnas timmar i veckan mot riktmärket, ${BENCHMARK.hours} timmar i veckan för en vårdcentral med 10 000 listade.`,
    numerator: 'Timmar i veckan enligt den senast inlästa filen.',
    denominator: 'Riktmärkets timmar för antalet listade: 0,002 timmar per listad.',
    leftOut: 'Vårdcentraler som inte finns i filen.',
    source: 'Region Västmanland 5/22; Primärvårdsprogrammet 2022 kap. 4.4',
    per: ['region', 'vardcentral'],
    figure: ({ vardsamordnare }) =>
      vardsamordnare === null
        ? NO_FIGURE
        : {
            value: percentOf(vardsamordnare.hoursTenths * BENCHMARK.listade, vardsamordnare.listade * BENCHMARK.hours * 10),
            numerator: null,
            denominator: null,
            waits: 0,
          },
  },
] as const satisfies readonly Indicator[];
