/** The sentences that the program itself says in Temporal's pages: known by their form, so that nothing else is taken for one. */
import { CYCLE_ACTIONS } from '../../domain/billing/cycle-actions.js';
import { ACTIONS } from '../../domain/stay/actions.js';
import { REFUSALS } from '../../domain/stay/refusals.js';
import { FIELDS } from '../../domain/stay/sensitive.gen.js';
import { DEADLINE_NAMES, PHASE_NAMES } from '../../domain/stay/words.js';
import { isOwnCode } from './own-codes.js';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const anyOf = (texts: readonly string[]): string =>
  `(?:${[...texts]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})`;

const MONTHS = 'januari februari mars april maj juni juli augusti september oktober november december'.split(' ');

const CHECKLIST = FIELDS['lista']?.codes ?? [];
const PUNKT = `${anyOf(CHECKLIST)}: ${anyOf(FIELDS['punkt']?.codes ?? [])}`;

/** What stands in a sentence where its parts change. Names are of units and kommuner: one line, and short. */
const HOLES: Readonly<Record<string, string>> = {
  antal: '\\d{1,7}',
  tid: '\\d{4}-\\d\\d-\\d\\d \\d\\d\\.\\d\\d',
  dag: '\\d{4}-\\d\\d-\\d\\d',
  dagEllerTid: '\\d{4}-\\d\\d-\\d\\d[\\d T.:Z+-]{0,24}',
  manad: '\\d{4}-\\d\\d',
  manadIOrd: `${anyOf(MONTHS)} \\d{4}`,
  id: '[A-Za-z0-9._-]{1,64}',
  region: '[a-z][a-z-]{1,39}',
  payer: '\\d{4}',
  namn: '[^\\n:]{1,100}?',
  namnMedKolon: '[^\\n]{1,100}?',
  enhet: '(?:avdelningen|vårdcentralen|kommunen|regionen|tolkningsinstansen|systemet|annan part) \\([\\w.:/-]{1,100}\\)',
  frist: anyOf(Object.values(DEADLINE_NAMES)),
  titel: anyOf(Object.values(ACTIONS).map(({ titel }) => titel)),
  manadssteg: anyOf(Object.values(CYCLE_ACTIONS).map(({ beskrivning }) => beskrivning.slice(0, -1))),
  krav: anyOf(Object.values(REFUSALS).map(({ sv }) => sv)),
  kod: '[A-Za-z0-9_-]{1,40}',
  svar: '[a-z-]{1,20}',
  punkt: PUNKT,
  punkter: `${PUNKT}(?:, ${PUNKT}){0,80}`,
};

const NOTICE_NAME = `(?:(?:påminnelse|försenad|avvisad åtgärd): )?(?:${HOLES['titel']}|${HOLES['frist']}|meddelande)`;

/** Summaries of timers and activities, static summaries and memos. What is cut short ends with what fits. */
const SUMMARIES = [
  'Sparar händelse {antal} i registret',
  'Sparar händelse {antal}–{antal} i registret',
  'Registret tog inte emot händelserna; försöker igen',
  '{Påminnelse|Frist}: {frist} – {namnMedKolon}[, {senast|från} {tid}]',
  'Systemet avslutar ärendet för {namnMedKolon}',
  'Historiken är lång: väntar på ett lugnt ögonblick för att fortsätta i en ny körning',
  'Återupptaget: väntar på rättelsen',
  'Klockan går fort: inväntar meddelanden på väg',
  'Ser efter vilka låsta månader som har ändrats',
  'Ser efter vilka kommuner som närmar sig tröskeln',
  'Ser efter vilka kommuner som är klara',
  'Läser överenskommelsen för {manad}',
  'Låser {manad}: därefter ändras inga siffror',
  'Avslutar {manad}',
  'Sänder underlaget för {manad}',
  'Inväntar att registret har allt',
  'Månaden {manad} är slut: preliminärt underlag {tid}',
  'Sänder det som har ändrats {tid}; låses {tid}',
  'Underlaget låses {tid}',
  'Kommun {payer}: försöker igen',
  '{manadssteg}: sparas i registret',
  'Skriver nollunderlaget',
  'Skriver underlag och faktura {id}',
  'Gör upp det som är att göra, och meddelar parterna',
  'Påminnelse till regionen: svar på invändning mot {id}',
  'Regionens svar på invändning mot {id}, senast {tid}',
  '{namn} kan bestrida svaret om {id} till {tid}',
  'Nästa uppgörelse {tid}',
  'Försöker igen',
  'Underlag {manad}, region {region}',
  'Kommunens faktura {manad}, kommun {payer}, region {region}',
  'Startar underlaget för föregående månad, region {region}',
  'Månadens underlag för region {region}',
  '{Rättelser i låsta månader|Kommuner som närmar sig tröskeln}[, region {region}]',
  // A month's own words of how it stands.
  'Månaden läses in.',
  'Månaden pågår. Det preliminära underlaget sänds **{tid}**.',
  'Månaden är slut. Registret inväntar det som vårdtillfällena har svarat på.',
  'Underlaget låses. Registret inväntar det som vårdtillfällena har svarat på.',
  'Preliminärt underlag är sänt till {antal} kommuner. Invändningar till och med **{dag}**; låses **{tid}**.',
  'Låst {tid}. Alla kommuner är klara.',
  'Låst {tid} och fakturerad.',
];

/** What units are told, why something was refused, what went wrong. */
const SENTENCES = [
  '{titel} – {enhet}.[ Beräknad utskrivning {dagEllerTid}.][ Ny dag {dag}.][ Svar: {svar}.][ Ursprungligen sänt {tid}.]',
  'Åtgärden togs inte emot: {krav} ({kod})',
  'Påminnelse: {frist} {senast|från} {tid} – {enhet}.',
  'Försenad: {frist} skulle ha varit klar {tid} – {enhet}.',
  'Inte försenad: {frist} skulle ha varit klar {tid} och var det, men registrerades i efterhand – {enhet}.',
  'Ett meddelande kunde inte levereras till {enhet}.',
  'Systemet har avslutat ärendet, eftersom det inte avslutats inom {antal} dagar.',
  'Avvisningen har prövats: ärendet hör till kommunen.',
  '{krav}',
  'För mycket väntar på att sparas. Försök igen senare.',
  'Meddelandet kunde inte behandlas. Inget har ändrats.',
  'Punkt på checklistan är inte klar – {punkt}',
  '{punkter}',
  'Bedömd på nytt: fristen hölls – {frist}, {tid}',
  'Det är inte den enhetens sak.',
  'Registret svarade inte i tid. Försök igen.',
  'Ingen leverans lyckades i tid',
  'Liggaren tog inte emot det just nu ({kod}). Nytt försök görs.',
  'Databasen vägrar att spara innehållet ({kod}).',
  'En tom sändning till liggaren.',
  'Vårdtillfällets första händelser saknar överenskommelsens regler.',
  'Vårdtillfällets första händelse är inte en inskrivning.',
  'Händelse {antal} finns redan i liggaren, med annat innehåll.',
  'Liggaren väntar händelse {antal} men fick {antal}.',
  'Vårdtillfällets id är upptaget i region {region}.',
  'Ingen överenskommelse och ingen lag gäller för {region} i {manad}.',
  'Månaden {manad} är slut först {tid}.',
  'Månaden {manad} är inte låst ännu.',
  'Månaden {manad} har ingen faktura.',
  'Ingen kommuns månad: region, månad (ÅÅÅÅ-MM) och kommunkod behövs.',
  'Ingen region angavs.',
  'Vårdtillfället kan inte börja: det startades med ofullständiga uppgifter.',
  'Activity task timed out',
  'Activity task failed',
  'Child Workflow execution failed',
];

/** What the handlers of updates, signals and queries say of themselves. */
const DESCRIPTIONS = [
  ...Object.values(ACTIONS).map(({ beskrivning }) => beskrivning),
  ...Object.values(CYCLE_ACTIONS).map(({ beskrivning }) => beskrivning),
  'Ett meddelande kunde inte levereras utanför inkorgen: regionen får veta det, en gång.',
  'Hela vårdtillfället: fas, uppgifter, frister, vem som har bollen, avvikelser och logg.',
  'Öppna frister, den närmaste först.',
  'Antal händelser som registret ännu inte har bekräftat.',
  'Månaden har låsts.',
  'Ett vårdtillfälle i månaden har ändrats.',
  'Kommunens månad: belopp, öppna invändningar, fakturor och vad den väntar på.',
  'Var månaden är i sin gång, och vad den väntar på.',
  'En kommun har gjorts upp, eller väntar på något nytt.',
  // Those of the SDK's own.
  'Returns a sensible stack trace.',
  'Returns a stack trace annotated with source information.',
  'Returns metadata associated with this workflow.',
];

/** `{hole}`, `{either|or}`, `[what may be left out]`; the rest is as it stands. */
function patternOf(sentence: string): string {
  return sentence
    .split(/(\{[^}]*\}|\[|\])/)
    .map((part) => {
      if (part === '[') return '(?:';
      if (part === ']') return ')?';
      if (!part.startsWith('{')) return escaped(part);
      const hole = part.slice(1, -1);
      return HOLES[hole] ?? anyOf(hole.split('|'));
    })
    .join('');
}

const compiled = (sentences: readonly string[]): RegExp => new RegExp(`^(?:${sentences.map(patternOf).join('|')})…?$`);
const SUMMARY = compiled(SUMMARIES);
const SENTENCE = compiled(SENTENCES);
const DESCRIPTION: ReadonlySet<string> = new Set(DESCRIPTIONS);
const LONGEST = 4_000;

/** A line of the timeline, the head of a workflow, a sentence to staff: one that the program has said, and nothing else. */
export function isOwnSentence(text: string): boolean {
  if (text.length > LONGEST || text.includes('\n')) return false;
  return (
    SUMMARY.test(text) ||
    SENTENCE.test(text) ||
    DESCRIPTION.has(text) ||
    isHeadline(text) ||
    isTold(text) ||
    isStanding(text) ||
    isRefusalInParticular(text)
  );
}

/** The head of a stay: its id, ward, kommun and vårdcentral, and when the patient was admitted. It may be cut short. */
const HEADLINE = new RegExp(`^${HOLES['id']} · (?:inskriven ${HOLES['tid']} · [^\\n]{1,200}|[^\\n]{1,100} · kommun [^\\n]{1,200})$`);
const isHeadline = (text: string): boolean => HEADLINE.test(text);

/** To whom something is told, and what about. Cut short, its last part is the beginning of one of ours. */
const TOLD = new RegExp(`^Meddelar [^\\n]{1,120}?: (${NOTICE_NAME}(?:, ${NOTICE_NAME}){0,2}(?: och \\d{1,3} till)?)$`);
const TOLD_CUT = new RegExp(
  `^Meddelar [^\\n]{1,120}?: (?:${NOTICE_NAME}, ){0,2}([^:,]{0,60}|(?:påminnelse|försenad|avvisad åtgärd): [^:,]{0,60})…?$`,
);
const NAMES = [
  ...Object.values(ACTIONS).map(({ titel }) => titel),
  ...Object.values(DEADLINE_NAMES),
  ...['meddelande', 'påminnelse: ', 'försenad: ', 'avvisad åtgärd: '],
];
const CUT_FROM = 110;
function isTold(text: string): boolean {
  if (TOLD.test(text)) return true;
  const rest = text.length < CUT_FROM ? undefined : TOLD_CUT.exec(text)?.[1]?.replace(/^(?:påminnelse|försenad|avvisad åtgärd): /, '');
  return (
    rest !== undefined && NAMES.some((name) => name.startsWith(rest.replace(/ ?(?:o|oc|och|och \d{1,3}|och \d{1,3} t(?:il?)?)?…?$/, '')))
  );
}

/** `Låst 2019-04-13 05.00. Återstår: Jönköping (0680) görs upp, …`: how the kommuner of a frozen month stand. */
const STANDING = new RegExp(`^Låst ${HOLES['tid']}\\. Återstår: [^\\n]{1,500}$`);
const isStanding = (text: string): boolean => STANDING.test(text);

/** A refusal with what is missing in particular: codes of ours in brackets. */
const PARTICULAR = new RegExp(`^(?:Åtgärden togs inte emot: )?${HOLES['krav']} \\(([^()\\n]{1,400})\\)(?: \\(${HOLES['kod']}\\))?$`);
function isRefusalInParticular(text: string): boolean {
  const inside = PARTICULAR.exec(text)?.[1]?.split(/, |: | /) ?? [];
  return inside.length > 0 && inside.every((part) => part === 'senast' || isOwnCode(part) || /^\d{4}-\d\d-\d\d$/.test(part));
}

/** The pages that the program writes of a stay, of a region's month and of a kommun's month, by their first lines. */
const PAGES: Readonly<Record<string, RegExp>> = {
  stay: new RegExp(
    `^\\*\\*[\\w.\\\\-]{1,80}\\*\\* · [^\\n]{0,500}inskriven ${HOLES['tid']}[^\\n]{0,400}\\n\\n## ${anyOf(Object.values(PHASE_NAMES))} sedan ${HOLES['tid']}\\n`,
  ),
  monthlyBilling: new RegExp(`^## Underlag ${HOLES['manad']}, region ${HOLES['region']}\\n`),
  kommunInvoice: new RegExp(`^## [^\\n]{1,60}, ${HOLES['manadIOrd']}, region ${HOLES['region']}\\n`),
};

/** Whether this is the page of a workflow of that type. */
export const isOwnPage = (type: string, text: string): boolean => Object.hasOwn(PAGES, type) && PAGES[type]?.test(text) === true;
