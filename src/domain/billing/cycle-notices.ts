/** Who is told what of a month's billing: the basis, the objections, the invoices. Pure, so that telling again tells nothing new. */
import type { Agreement } from '../agreement.js';
import { type Instant, localDateOf, monthInWords } from '../calendar.js';
import type { UnitRef } from '../ids.js';
import { kronorInText, type Ore } from '../money.js';
import { OBJECTION_NAMES } from './objection-words.js';
import { disputeUntil, type Objection } from './objections.js';
import { answerReminderAt, type CycleParties } from './open-objections.js';

/** A notice about a month, or about a stay in it. No identity, and nobody's free text. */
export interface BillingNotice {
  /** The same for the same thing told to the same unit, so that it arrives once. */
  noticeId: string;
  to: UnitRef;
  type: string;
  /** Null: it concerns the month. */
  stayId: string | null;
  /** Path of the API where the rest is read. */
  reference: string;
  occurredAt: Instant;
  /** Swedish. */
  text: string;
}

/** A payer's month, and those who take part in its cycle. */
export interface CycleContext extends CycleParties {
  month: string;
  /** `Jönköping (0680)` */
  kommun: string;
}

/** A basis as it was sent. */
export interface SentToPayer {
  no: number;
  /** Whether it is the first that the payer got of the month. */
  isFirst: boolean;
  at: Instant;
  objectUntil: Instant;
  changed: number;
  sum: { stays: number; amountOre: Ore | null };
}

/** An invoice or a note, as it is told of. */
export interface IssuedInvoice {
  number: string;
  n: number;
  kind: 'faktura' | 'kreditfaktura' | 'debetfaktura';
  amountOre: Ore;
  refersTo: string | null;
  issuedAt: Instant;
  dueDate: string;
}

export const monthPath = (region: string, month: string): string => `/v1/billing/${region}/${month}`;
const payerPath = ({ region, month, payer }: CycleContext): string => `${monthPath(region, month)}/${payer}`;

/** The kommun of a payer's code in the agreement, `Jönköping (0680)`; the code alone where the agreement does not know it. */
export function kommunInWords(agreement: Pick<Agreement, 'kommuner'>, code: string): string {
  const name = agreement.kommuner.find((kommun) => kommun.code === code)?.name;
  return name === undefined ? `kommun ${code}` : `${name} (${code})`;
}

type Told = Omit<BillingNotice, 'noticeId' | 'to'>;

const regionOf = ({ region }: { region: string }): UnitRef => ({ party: 'region', unit: region });
const kommunOf = ({ payer }: { payer: string }): UnitRef => ({ party: 'kommun', unit: payer });

/** `thing` tells apart what is told of one payer's month: the objection, the invoice, the sending. */
function tell(context: CycleContext, thing: string, to: readonly (UnitRef | null)[], told: Told): BillingNotice[] {
  const { region, month, payer } = context;
  return to.flatMap((ref) =>
    ref === null ? [] : [{ ...told, noticeId: `${region}-${month}-${payer}~${thing}~${told.type}~${ref.unit}`, to: ref }],
  );
}

/** The basis was sent to the kommun: first the whole, later what is new in it. */
export function sentNotices(context: CycleContext, sent: SentToPayer): BillingNotice[] {
  const month = monthInWords(context.month);
  const told = { stayId: null, reference: `${monthPath(context.region, context.month)}?payer=${context.payer}`, occurredAt: sent.at };
  const until = `Invändningar kan göras till och med ${lastDay(sent.objectUntil)}.`;
  if (sent.isFirst) {
    const text = `Preliminärt underlag för ${month}: ${stays(sent.sum.stays)}, ${kronor(sent.sum.amountOre)}. ${until}`;
    return tell(context, `underlag-${sent.no}`, [kommunOf(context)], { ...told, type: 'underlag-preliminart', text });
  }
  const text = `Underlaget för ${month} har ändrats i ${stays(sent.changed)} och är nu ${kronor(sent.sum.amountOre)}. ${until}`;
  return [
    ...tell(context, `underlag-${sent.no}`, [kommunOf(context)], { ...told, type: 'underlag-andrat', text }),
    ...tell(context, `underlag-${sent.no}`, [regionOf(context)], {
      ...told,
      type: 'underlag-andrat',
      text: `${context.kommun}: underlaget för ${month} har ändrats i ${stays(sent.changed)} och sänts på nytt. ${until}`,
    }),
  ];
}

/** The region's own word that a month's basis has gone out to all. */
export function regionSentNotice(
  { region, month }: { region: string; month: string },
  { at, objectUntil, kommuner }: { at: Instant; objectUntil: Instant; kommuner: number },
): BillingNotice {
  return regionNotice(
    region,
    month,
    'underlag-preliminart',
    at,
    `Preliminärt underlag för ${monthInWords(month)} har sänts till ${kommuner} kommuner. De kan invända till och med ${lastDay(objectUntil)}.`,
  );
}

/** The region's own word that a month is frozen. */
export function regionFrozenNotice(
  { region, month }: { region: string; month: string },
  { frozenAt, amountOre, approves }: { frozenAt: Instant; amountOre: Ore | null; approves: boolean },
): BillingNotice {
  const text = `Underlaget för ${monthInWords(month)} är låst: ${kronor(amountOre)}.${approves ? ' Fakturorna väntar på att regionens ekonom godkänner dem.' : ''}`;
  return regionNotice(region, month, 'underlag-last', frozenAt, text);
}

function regionNotice(region: string, month: string, type: string, occurredAt: Instant, text: string): BillingNotice {
  const to = regionOf({ region });
  return {
    noticeId: `${region}-${month}~${type}~${region}`,
    to,
    type,
    stayId: null,
    reference: monthPath(region, month),
    occurredAt,
    text,
  };
}

/** The kommun's month is frozen. */
export function frozenNotices(context: CycleContext, frozenAt: Instant): BillingNotice[] {
  return tell(context, 'manad', [kommunOf(context)], {
    type: 'underlag-last',
    stayId: null,
    reference: `${monthPath(context.region, context.month)}?payer=${context.payer}`,
    occurredAt: frozenAt,
    text: `Underlaget för ${monthInWords(context.month)} är låst. Det som ändras därefter blir en kredit- eller debetfaktura.`,
  });
}

/** What an objection gives rise to: who is told that it was made, answered, disputed, decided; and the region that its time runs out. */
export function objectionNotices(context: CycleContext, objection: Objection, at: Instant): BillingNotice[] {
  const { objectionId, stayId, code, answer, dispute, decision } = objection;
  const { kommun, tolkningsinstans, cycle } = context;
  const where = `vårdtillfälle ${stayId} i underlaget för ${monthInWords(context.month)}`;
  const told = { stayId, reference: `${payerPath(context)}/objections` };
  const instans: UnitRef | null = tolkningsinstans === null ? null : { party: 'tolkningsinstans', unit: tolkningsinstans };
  const notices: BillingNotice[] = [];
  const add = (to: (UnitRef | null)[], type: string, occurredAt: Instant, text: string): void => {
    notices.push(...tell(context, objectionId, to, { ...told, type, occurredAt, text }));
  };

  const late = objection.inTime ? '' : ' Den kom efter tiden och ändrar inget förrän den godtas.';
  add(
    [regionOf(context)],
    'invandning',
    objection.at,
    `${kommun} invänder mot ${where}: ${OBJECTION_NAMES[code]}. Svara senast ${lastDay(objection.answerDueAt)}; därefter räknas den som godtagen.${late}`,
  );
  const remindAt = answerReminderAt(objection);
  if (answer === null && at >= remindAt)
    add(
      [regionOf(context)],
      'paminnelse:invandning',
      remindAt,
      `Påminnelse: invändningen från ${kommun} mot ${where} ska besvaras senast ${lastDay(objection.answerDueAt)}.`,
    );
  if (answer !== null && answer.by === null)
    add(
      [kommunOf(context), regionOf(context)],
      'invandning-svar',
      answer.at,
      `Invändningen mot ${where} besvarades inte i tid och räknas som godtagen: vårdtillfället tas ur underlaget.`,
    );
  else if (answer !== null)
    add(
      [kommunOf(context)],
      'invandning-svar',
      answer.at,
      `Invändningen mot ${where} har ${answer.accepted ? accepted(answer.rattad) : rejected(disputeUntil(objection, cycle), instans)}`,
    );
  if (dispute !== null)
    add(
      [regionOf(context), instans],
      'invandning-bestridd',
      dispute.at,
      instans === null
        ? `${kommun} godtar inte svaret på invändningen mot ${where}. Överenskommelsen har ingen tolkningsinstans: vårdtillfället faktureras inte förrän en av parterna ger sig.`
        : `${kommun} godtar inte svaret på invändningen mot ${where}. Frågan avgörs av ${inWords(instans)}.`,
    );
  if (decision !== null)
    add(
      [kommunOf(context), regionOf(context)],
      'invandning-beslut',
      decision.at,
      instans === null
        ? `${decision.accepted ? 'Regionen har gett kommunen rätt' : 'Kommunen har dragit tillbaka sin invändning'} om ${where}.`
        : `${decided(instans)} har gett ${decision.accepted ? 'kommunen' : 'regionen'} rätt om ${where}. Beslutet följs.`,
    );
  return notices;
}

/** An invoice, or a note for the difference, was issued. */
export function invoiceNotices(context: CycleContext, invoice: IssuedInvoice): BillingNotice[] {
  const { number, n, kind, amountOre, refersTo, issuedAt, dueDate } = invoice;
  const what = {
    faktura: `Faktura ${number} för ${monthInWords(context.month)}: ${kronor(amountOre)}, att betala senast ${dueDate}.`,
    kreditfaktura: `Kreditfaktura ${number} för ${monthInWords(context.month)}: ${kronor(-amountOre)} tillbaka på faktura ${refersTo}.`,
    debetfaktura: `Debetfaktura ${number} för ${monthInWords(context.month)}: ytterligare ${kronor(amountOre)} till faktura ${refersTo}, att betala senast ${dueDate}.`,
  }[kind];
  const told = { type: kind, stayId: null, reference: `${payerPath(context)}/basis.pdf${n > 1 ? `?n=${n}` : ''}`, occurredAt: issuedAt };
  return [
    ...tell(context, number, [kommunOf(context)], { ...told, text: what }),
    ...tell(context, number, [regionOf(context)], { ...told, text: `${context.kommun}: ${what}` }),
  ];
}

/** A kommun is about to pass its threshold, or has: told once of each, to it and to the region. */
export function thresholdNotices(context: CycleContext, warning: { code: string; text: string }, at: Instant): BillingNotice[] {
  const told = {
    type: warning.code,
    stayId: null,
    reference: `${monthPath(context.region, context.month)}?payer=${context.payer}`,
    occurredAt: at,
  };
  const text = `${monthInWords(context.month)}: ${warning.text}`;
  return [
    ...tell(context, 'varning', [kommunOf(context)], { ...told, text }),
    ...tell(context, 'varning', [regionOf(context)], { ...told, text: `${context.kommun}, ${text}` }),
  ];
}

const accepted = (rattad: boolean): string =>
  rattad ? 'godtagits: uppgifterna har rättats, och avgör.' : 'godtagits: vårdtillfället tas ur underlaget.';

function rejected(until: Instant | null, instans: UnitRef | null): string {
  if (until === null) return 'avvisats.';
  const whereto = instans === null ? '' : ` Då avgörs frågan av ${inWords(instans)}.`;
  return `avvisats. Svaret kan bestridas till och med ${lastDay(until)}.${whereto}`;
}

const decided = ({ unit }: UnitRef): string => `Tolkningsinstansen (${unit})`;
const inWords = ({ unit }: UnitRef): string => `tolkningsinstansen (${unit})`;
const stays = (count: number): string => `${count} ${count === 1 ? 'vårdtillfälle' : 'vårdtillfällen'}`;
const kronor = (ore: Ore | null): string => (ore === null ? 'vårdpriset är ännu okänt' : kronorInText(ore));
/** The last whole day before an exclusive limit. */
const lastDay = (until: Instant): string => localDateOf(until - 1);
