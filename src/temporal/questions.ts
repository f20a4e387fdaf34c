/** The questions that process owners ask of the lists in the Temporal UI, each as a visibility query: what is shown, documented and tested. */
import { addDays, addMonths, DAY, type Instant, localDateOf, localMonthOf } from '../domain/calendar.js';
import type { Phase } from '../domain/stay/parties.js';
import { PHASE_NAMES } from '../domain/stay/words.js';
import { is, text, time } from './query-text.js';

/** What a question is asked with. Whatever is given narrows every list to it. */
export interface Asked {
  /** Domain time: a query knows no "now" of its own. */
  now: Instant;
  region?: string | undefined;
  /** Kommunkod. */
  kommun?: string | undefined;
  /** HSA-id. */
  avdelning?: string | undefined;
  /** HSA-id. */
  vardcentral?: string | undefined;
  /** Who has the ball: party and unit, as in `kommun/0680`. */
  unit?: string | undefined;
}

export type Choice = Exclude<keyof Asked, 'now'>;

export interface Question {
  id: string;
  group: keyof typeof GROUPS;
  /** Swedish, as are all texts here. */
  title: string;
  explanation: string;
  /** Without it the question cannot be asked. */
  needs?: Choice;
  query(asked: Asked): string;
}

export const GROUPS = {
  frister: 'Frister',
  utskrivning: 'Utskrivning och planering',
  avvikelser: 'Avvikelser',
  var: 'Per enhet',
  faser: 'Per fas',
  ekonomi: 'Månader och fakturor',
  drift: 'Drift',
} as const;

const all = (...parts: string[]): string => parts.join(' AND ');

/** Running stays, narrowed to what was chosen. */
const stays = (asked: Asked, ...parts: string[]): string =>
  all('WorkflowType = "stay"', 'ExecutionStatus = "Running"', ...parts, ...narrowed(asked));
const narrowed = ({ region, kommun, avdelning, vardcentral }: Asked): string[] => [
  ...is('Region', region),
  ...is('Kommun', kommun),
  ...is('Avdelning', avdelning),
  ...is('Vardcentral', vardcentral),
];
/** Months have a region, invoices a kommun too. */
const months = ({ region }: Asked, ...parts: string[]): string => all('WorkflowType = "monthlyBilling"', ...parts, ...is('Region', region));
const invoices = ({ region, kommun }: Asked, ...parts: string[]): string =>
  all('WorkflowType = "kommunInvoice"', ...parts, ...is('Region', region), ...is('Kommun', kommun));

/** How long somebody may be utskrivningsklar before owners want to know: whole days of 24 hours. */
const READY_LONG = 3 * DAY;
/** Reached is passed. Said with `<`, since a store of SQLite's finds no two times equal. */
const passed = (attribute: string, at: Instant): string => `${attribute} < ${time(at + 1)}`;
/** A PostgreSQL store finds nothing unequal where there is no value at all. */
const without = (attribute: string, value: string): string => `(${attribute} IS NULL OR ${attribute} != ${text(value)})`;
const missed = (deadline: string): string => all(...is('Avvikelser', deadline));

/** The phases of those who are still followed. */
const OPEN_PHASES = {
  inskriven: 'Behovet är inte bedömt.',
  planering: 'Patienten hör till målgruppen och är inte utskrivningsklar.',
  utskrivningsklar: 'Meddelad utskrivningsklar och inte utskriven; UtskrivningsklarSedan visar sedan när.',
  utskriven: 'Utskriven; SVPL är inte hållen, eller behövs inte.',
  uppfoljning: 'Utskriven, och SVPL är hållen.',
  utanfor: 'Bedömd att inte höra till målgruppen, och inte utskriven.',
} satisfies Partial<Record<Phase, string>>;

export const QUESTIONS: readonly Question[] = [
  {
    id: 'forsenade',
    group: 'frister',
    title: 'Försenade nu',
    explanation: 'Någon öppen frist har passerat. Frist och FristTid visar den som har legat längst.',
    query: (asked) => stays(asked, passed('FristTid', asked.now)),
  },
  {
    id: 'i-dag',
    group: 'frister',
    title: 'Förfaller i dag',
    explanation: 'Någon öppen frist har i dag som sista dag, också om en annan frist är äldre eller klockslaget har passerat.',
    query: (asked) => stays(asked, ...is('Frister', localDateOf(asked.now))),
  },
  {
    id: 'i-morgon',
    group: 'frister',
    title: 'Förfaller i morgon',
    explanation: 'Någon öppen frist har i morgon som sista dag.',
    query: (asked) => stays(asked, ...is('Frister', addDays(localDateOf(asked.now), 1))),
  },
  {
    id: 'att-agera-pa',
    group: 'frister',
    title: 'Att agera på',
    explanation: 'Enheten har bollen: den äger en öppen frist i vårdtillfället, eller något väntar på den i en faktura.',
    needs: 'unit',
    query: ({ unit, region }) => all('ExecutionStatus = "Running"', ...is('BollenHos', unit), ...is('Region', region)),
  },
  {
    id: 'utskrivningsklara-tre-dygn',
    group: 'utskrivning',
    title: 'Utskrivningsklara mer än tre dygn',
    explanation: 'Det har gått mer än tre dygn (72 timmar) sedan meddelandet om utskrivningsklar.',
    query: (asked) => stays(asked, `UtskrivningsklarSedan < ${time(asked.now - READY_LONG)}`),
  },
  {
    id: 'inskrivningsmeddelande-forsenat',
    group: 'utskrivning',
    title: 'Inskrivningsmeddelande försenat',
    explanation: 'Patienten hör till målgruppen, tiden har gått ut, och inskrivningsmeddelandet är inte sänt.',
    query: (asked) => stays(asked, missed('inskrivningsmeddelande')),
  },
  {
    id: 'svpl-inte-kallad',
    group: 'utskrivning',
    title: 'SVPL inte kallad',
    explanation: 'Patienten har varit utskrivningsklar, SVPL ska hållas, och ingen har kallat; både i tid och försenade.',
    query: (asked) => stays(asked, ...is('Frister', 'svpl-kallelse')),
  },
  {
    id: 'svpl-inte-kallad-i-tid',
    group: 'utskrivning',
    title: 'SVPL inte kallad, ännu i tid',
    explanation: 'Som ovan, och de tre dagarna har inte gått.',
    query: (asked) => stays(asked, ...is('Frister', 'svpl-kallelse'), without('Avvikelser', 'svpl-kallelse')),
  },
  {
    id: 'svpl-inte-kallad-forsenad',
    group: 'utskrivning',
    title: 'SVPL inte kallad, försenad',
    explanation: 'Som ovan, och de tre dagarna har gått: en avvikelse är öppen.',
    query: (asked) => stays(asked, missed('svpl-kallelse')),
  },
  {
    id: 'uppfoljning-missad',
    group: 'avvikelser',
    title: 'Uppföljning missad',
    explanation: 'En månad har gått sedan SVPL, eller sedan utskrivningen om den var senare, och uppföljningen är inte gjord.',
    query: (asked) => stays(asked, missed('uppfoljning')),
  },
  {
    id: 'oppna-avvikelser',
    group: 'avvikelser',
    title: 'Öppna avvikelser',
    explanation: 'Alla sorter: missade frister, brister i checklistan, frånvaro vid SVPL och det som någon har rapporterat.',
    query: (asked) => stays(asked, 'Avvikelser IS NOT NULL'),
  },
  {
    id: 'rapporterade-avvikelser',
    group: 'avvikelser',
    title: 'Rapporterade avvikelser',
    explanation: 'Någon har rapporterat en avvikelse. Vad den handlar om står i vårdtillfället, inte i listan.',
    query: (asked) => stays(asked, ...is('Avvikelser', 'rapporterad')),
  },
  {
    id: 'avslutade-med-avvikelse',
    group: 'avvikelser',
    title: 'Avslutade med öppen avvikelse',
    explanation: 'Vårdtillfället är avslutat, men någon avvikelse blev aldrig åtgärdad.',
    query: (asked) =>
      all('WorkflowType = "stay"', 'ExecutionStatus = "Completed"', 'Fas = "avslutad"', 'Avvikelser IS NOT NULL', ...narrowed(asked)),
  },
  {
    id: 'kommun',
    group: 'var',
    title: 'Kommunens vårdtillfällen',
    explanation: 'Efter folkbokföringskommun. En kommun som har placerat patienten syns i BollenHos.',
    needs: 'kommun',
    query: (asked) => stays(asked),
  },
  {
    id: 'avdelning',
    group: 'var',
    title: 'Avdelningens vårdtillfällen',
    explanation: 'Den avdelning där patienten är nu, eller skrevs ut från.',
    needs: 'avdelning',
    query: (asked) => stays(asked),
  },
  {
    id: 'vardcentral',
    group: 'var',
    title: 'Vårdcentralens vårdtillfällen',
    explanation: 'Den vårdcentral där patienten är listad.',
    needs: 'vardcentral',
    query: (asked) => stays(asked),
  },
  ...Object.entries(OPEN_PHASES).map(
    ([phase, explanation]): Question => ({
      id: `fas-${phase}`,
      group: 'faser',
      title: PHASE_NAMES[phase as Phase],
      explanation,
      query: (asked) => stays(asked, ...is('Fas', phase)),
    }),
  ),
  {
    id: 'manader-pagar',
    group: 'ekonomi',
    title: 'Månader som pågår',
    explanation: 'Regionens månader som ännu inte är fakturerade; Fas säger hur långt var och en har kommit.',
    query: (asked) => months(asked, 'ExecutionStatus = "Running"'),
  },
  {
    id: 'manader-preliminara',
    group: 'ekonomi',
    title: 'Månader med preliminärt underlag',
    explanation: 'Underlaget är sänt och kan bemötas med invändningar.',
    query: (asked) => months(asked, 'ExecutionStatus = "Running"', 'Fas = "preliminar"'),
  },
  {
    id: 'manader-lasta',
    group: 'ekonomi',
    title: 'Låsta månader som inte är klara',
    explanation: 'Siffrorna är låsta, och någon kommuns faktura återstår.',
    query: (asked) => months(asked, 'ExecutionStatus = "Running"', 'Fas = "last"'),
  },
  {
    id: 'manader-misslyckade',
    group: 'ekonomi',
    title: 'Månader som inte kunde göras',
    explanation:
      'Månadens arbetsflöde slutade med ett fel, till exempel för att årets vårdpris saknas. Felet står i dess historik. Hit hör också en månad som sedan har startats om.',
    query: (asked) => months(asked, 'ExecutionStatus IN ("Failed", "TimedOut", "Terminated", "Canceled")'),
  },
  {
    id: 'fakturor',
    group: 'ekonomi',
    title: 'Förra månadens fakturor',
    explanation: 'Kommunernas fakturor för månaden före denna, klara och pågående.',
    query: (asked) =>
      invoices(
        asked,
        ...is('Manad', addMonths(`${localMonthOf(asked.now)}-01`, -1).slice(0, 7)),
        'ExecutionStatus IN ("Running", "Completed")',
      ),
  },
  {
    id: 'fakturor-vantar',
    group: 'ekonomi',
    title: 'Fakturor som väntar på någon',
    explanation: 'En invändning är öppen, eller så hålls fakturan eller väntar på godkännande; BollenHos säger på vem.',
    query: (asked) => invoices(asked, 'ExecutionStatus = "Running"', 'BollenHos IS NOT NULL'),
  },
  {
    id: 'fel-i-arbetsfloden',
    group: 'drift',
    title: 'Arbetsflöden som står still',
    explanation: 'Programmet kan inte gå vidare: en nyckel saknas, eller något är fel i det. För den som driver systemet.',
    query: ({ region }) =>
      all('TemporalReportedProblems IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut")', ...is('Region', region)),
  },
  {
    id: 'avbrutna',
    group: 'drift',
    title: 'Vårdtillfällen som har avbrutits',
    explanation: 'Ett vårdtillfälle avslutas av sig självt. Står det här har någon stoppat det, eller så har det misslyckats.',
    query: (asked) =>
      all('WorkflowType = "stay"', 'ExecutionStatus IN ("Failed", "TimedOut", "Terminated", "Canceled")', ...narrowed(asked)),
  },
];
