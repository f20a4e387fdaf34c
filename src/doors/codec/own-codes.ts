/** The codes and the names of fields that the program's own values have: what is none of them may be what somebody wrote. */
import { CYCLE_ACTION_NAMES } from '../../domain/billing/cycle-actions.js';
import { OBJECTION_NAMES } from '../../domain/billing/objection-words.js';
import { OUTCOME_NAMES, REASON_NAMES } from '../../domain/billing/words.js';
import { PARTIES, ROLES } from '../../domain/ids.js';
import { ACTION_NAMES } from '../../domain/stay/actions.js';
import { DEFS, ENVELOPES } from '../../domain/stay/catalogue.schema.gen.js';
import { REFUSALS } from '../../domain/stay/refusals.js';
import { FIELDS } from '../../domain/stay/sensitive.gen.js';
import { DEADLINE_NAMES, PHASE_NAMES } from '../../domain/stay/words.js';
import { PROBLEMS } from '../problems.js';

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const CODES: ReadonlySet<string> = new Set([
  ...ACTION_NAMES,
  ...CYCLE_ACTION_NAMES,
  ...Object.keys(DEADLINE_NAMES),
  ...Object.keys(PHASE_NAMES),
  ...Object.keys(REFUSALS),
  ...Object.keys(PROBLEMS),
  ...Object.keys(REASON_NAMES),
  ...Object.keys(OUTCOME_NAMES),
  ...Object.keys(OBJECTION_NAMES),
  ...PARTIES,
  ...Object.values(ROLES).flat(),
  ...Object.values(FIELDS).flatMap(({ codes = [] }) => codes),
  // Events of a stay, what ended it, deviations and their state, how it was sent.
  ...words(`admitted accepted refused reminded breached deviation-noted deviation-closed closed-by-system delivery-failed reopened ended
    annullerad utskriven-utan-behov avslutad avliden oppen sen-registrering checklista franvaro rapporterad update signal`),
  // Notices.
  ...words(`paminnelse forsenad avvisad leverans-misslyckad noterad underlag-preliminart underlag-andrat underlag-last invandning invandning-svar
    invandning-bestridd invandning-beslut faktura kreditfaktura debetfaktura webhook epost inkorg`),
  // Months and invoices.
  ...words(`lopande preliminar last fakturerad obesvarad godtagen bestridd bifallen avslagen release approval automatic approved
    troskel-passerad troskel-nara betalning-nara individuell-nara`),
  // Agreements: their rules as data.
  ...words(`average individual-calendar individual-30 lag-1990 half-up-one-decimal exact exclude never-raises count excluded required
    not-required hours days weekdays end-of-day calendar start-of-day moment first last each midnight start notice admission`),
  // What Temporal says of a workflow.
  ...words(
    'stay monthlyBilling kommunInvoice startMonthlyBilling startCorrections watchMonth deadlines unrecorded lage underlag uppgjord andrad leverans',
  ),
]);

/** Whether it is made of our codes alone: `forsenad:svpl-kallelse`, `kommun/ekonom`. */
export function isOwnCode(text: string): boolean {
  return text.length <= 200 && text !== '' && text.split(/[:/]/).every((part) => CODES.has(part) || /^\d{4}$/.test(part));
}

const COMPACT = /^[A-Za-z0-9][\w.:~#/@+=-]{0,299}$/;
const REGION = /^[a-z][a-z-]{1,39}$/;
const KOMMUNKOD = /^\d{4}$/;
/** A ward, a vårdcentral, a kommun, a region: with a digit, or as the ids of regions are. */
const UNIT = /^(?=[^\d]*\d)[A-Za-z0-9][\w./-]{0,99}$|^[a-z][a-z-]{1,39}(?:\/[\w.-]{1,60})?$/;
const NUMBERED = /^(?=[^\d]*\d)[\w.:-]{1,100}$/;

const formed = (names: string, form: RegExp): [string, RegExp][] => words(names).map((name) => [name, form]);

/** Fields with an id, and its form. What a caller makes up is compact, and holds nobody's name by agreement. */
const IDS: ReadonlyMap<string, RegExp> = new Map([
  ...formed('id stayId actionId byAction deadline deviation objectionId noticeId verdicts', COMPACT),
  ...formed('unit hsaId', UNIT),
  ...formed('region tolkningsinstans', REGION),
  ...formed('kommun payer payers placerandeKommun rattKommun', KOMMUNKOD),
  ...formed('agreement agreementId agreementVersion version agreements number refersTo invoices', NUMBERED),
  ...formed('channel', /^(?:webhook|epost|inkorg)(?::[\w.-]{1,100})?$/),
  ...formed('reference', /^\/v1\/[\w./?=&-]{1,200}$/),
  ...formed('folder', /^[\w./-]*\bbilling\/[a-z-]{1,40}\/\d{4}-\d\d(?:\/\d{4})?$/),
  ...formed('files', /^(?:underlag|faktura|kreditfaktura|debetfaktura)[\w-]{0,40}\.(?:pdf|xlsx|csv|xml|json)$/),
]);
export const isId = (field: string, text: string): boolean => IDS.get(field)?.test(text) === true;

/** Fields with a sentence of the program's own. */
const SENTENCES: ReadonlySet<string> = new Set(words('text need reason message description label warnings rubrik'));
export const isSentenceField = (field: string): boolean => SENTENCES.has(field);

/** The other fields that there are. A field that is none is not shown; a test holds the list to what workflows send and answer. */
const OTHERS: ReadonlySet<string> = new Set([
  // Of a stay: its state, its events, its view.
  ...words(`code stay patient admission admittedAt ward vardcentral log data by party role receivedAt countsFrom imported corrections was
    corrected event events entry hash seq type at via refusal refused owner dueAt reminderAt deviations status closedAt reminded closedBySystem
    failedDeliveries ended reason verdicts trimmed size notices to occurredAt records rules carried judgedUntil reopen clock start realStart
    scale phase deadlines startedAt overdue ball episode utskrivningsklarAt intervals missing dischargedAt days endedAt former errors path
    relation roles delivered appended`),
  // What was planned; the texts in it are hidden by what they are.
  ...words(`fastVardkontakt svpl vardplan checklists sip required initiatedAt declined postponedTo proposed call kallade acknowledged staffed
    held absent followUps approvedAt parts writtenAt signedAt waiting decidedAt initiated`),
  // Of an agreement.
  ...words(`deadlines initierarSvpl postponementCountsAsCall checklistDemanded systemClosesAfterDays preconditions kommuner payment careForms
    rule kind threshold rounding individual fromDays freeDays daysAfterNotice daysAfterCutoff cutoff fromCalendarDay weekdaysSomatic
    weekdaysPsychiatric callWithinDays inskrivningsmeddelandeWithinHours failing deceased owners calendarDays hours months
    expectedDischarge reminder from until days`),
  // Of months and invoices.
  ...words(`month region payer state busy preliminaryAt freezeAt frozenAt news objectUntil stays vardprisOre amountOre kommuner waitsFor folder
    inMonth owedOre issuedOre open objections n issuedAt dueDate undocumented nextAt settled remindAt inTime answerDueAt answer dispute
    decision rattad objection approved action`),
  // What Temporal tells of a workflow.
  ...words('definition queryDefinitions signalDefinitions updateDefinitions currentDetails'),
]);

/** The fields of the actions' envelopes and data. */
const OF_ACTIONS: ReadonlySet<string> = new Set([DEFS, ...Object.values(ENVELOPES)].flatMap((schema) => propertiesIn(JSON.parse(schema))));

function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(propertiesIn)];
}

const known = (field: string): boolean =>
  OF_ACTIONS.has(field) || IDS.has(field) || SENTENCES.has(field) || field === 'name' || OTHERS.has(field);

/** Whether a value of ours may have a field of this name. Ids and codes are keys in some: kommuner, deadlines, years. */
export const isOwnField = (field: string): boolean => known(field) || isOwnCode(field) || isDeadlineKey(field);

/** `uppfoljning:mote-1`: a deadline, and what started it. */
const isDeadlineKey = (text: string): boolean => CODES.has(text.split(':', 1)[0] ?? '') && /^[a-z-]+:[\w.:~#/@+-]{1,200}$/.test(text);
