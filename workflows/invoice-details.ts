/** What a process owner sees of a kommun's month in the Temporal UI: how it stands, who has the ball and until when. Markdown, in Swedish. */
import type { createActivities } from '../activities/index.js';
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../src/domain/billing/objection-words.js';
import type { ObjectionState } from '../src/domain/billing/objections.js';
import { type Instant, localDateOf, monthInWords, toSwedish } from '../src/domain/calendar.js';
import { kronorInText } from '../src/domain/money.js';
import { partyName } from '../src/domain/stay/words.js';

type Activities = ReturnType<typeof createActivities>;
export type KommunStanding = Awaited<ReturnType<Activities['settleKommun']>>;
export type CycleAnswer = Awaited<ReturnType<Activities['takeCycleMessage']>>;

const STATES: Record<KommunStanding['state'], string> = {
  lopande: 'Månaden pågår',
  preliminar: 'Preliminärt underlag är sänt',
  last: 'Underlaget är låst',
  fakturerad: 'Månaden är fakturerad',
};
const WAITS = {
  release: '**Fakturan hålls** av regionens ekonom.',
  approval: '**Fakturan väntar** på att regionens ekonom godkänner den.',
};
const KINDS = { faktura: 'Faktura', kreditfaktura: 'Kreditfaktura', debetfaktura: 'Debetfaktura' };
const OPEN_SHOWN = 50;

/** @param trouble why something could not be done, to be tried again */
export function standingDetails(
  { region, month, payer }: { region: string; month: string; payer: string },
  standing: KommunStanding | undefined,
  trouble: string | undefined,
  now: Instant,
): string {
  const title = `## ${standing?.kommun ?? `Kommun ${payer}`}, ${monthInWords(month)}, region ${region}`;
  const stuck = trouble === undefined ? [] : [`⚠ ${trouble} Nytt försök görs.`, ''];
  if (standing === undefined) return [title, '', ...stuck, 'Underlaget läses.'].join('\n');
  const { state, stays, amountOre, frozenAt, owedOre, issuedOre, waitsFor, invoices } = standing;
  return [
    title,
    '',
    ...stuck,
    `**${STATES[state]}**${frozenAt === null ? '' : ` ${toSwedish(frozenAt)}`} · ${stays} vårdtillfällen · ${kronor(amountOre)}`,
    ...(waitsFor === null ? [] : ['', WAITS[waitsFor]]),
    '',
    '**Invändningar**',
    '',
    ...objectionLines(standing, now),
    ...(frozenAt === null ? [] : ['', '**Fakturor**', '', ...invoiceLines(invoices)]),
    ...(owedOre !== null && owedOre !== issuedOre ? ['', `Ännu inte fakturerat: ${kronor(owedOre - issuedOre)}.`] : []),
    '',
    `Senast uppgjord ${toSwedish(now)}`,
  ].join('\n');
}

function objectionLines({ open, objections, tolkningsinstans }: KommunStanding, now: Instant): string[] {
  const counts = Object.entries(objections).map(([state, count]) => `${count} ${OBJECTION_STATE_NAMES[state as ObjectionState]}`);
  if (counts.length === 0) return ['Inga invändningar.'];
  const rows = open.slice(0, OPEN_SHOWN).map(({ stayId, code, state, ball, until }) => {
    const holder = ball === null ? 'parterna, ingen tolkningsinstans finns' : partyName(ball);
    const late = until !== null && until <= now ? ' ⚠' : '';
    return `| ${stayId} | ${OBJECTION_NAMES[code]} | ${OBJECTION_STATE_NAMES[state]} | ${holder} | ${until === null ? '–' : toSwedish(until)}${late} |`;
  });
  const instans = tolkningsinstans === null ? '' : ` Tolkningsinstans: ${tolkningsinstans}.`;
  return [
    `${counts.join(', ')}.${instans}`,
    ...(rows.length === 0
      ? []
      : ['', '| Vårdtillfälle | Invändning | Läge | Bollen hos | Senast |', '| --- | --- | --- | --- | --- |', ...rows]),
    ...(open.length > OPEN_SHOWN ? ['', `… och ${open.length - OPEN_SHOWN} till.`] : []),
  ];
}

function invoiceLines(invoices: KommunStanding['invoices']): string[] {
  if (invoices.length === 0) return ['Inget att fakturera.'];
  return [
    '| Nummer | | Datum | Belopp | Betalas senast |',
    '| --- | --- | --- | ---: | --- |',
    ...invoices.map(
      ({ number, kind, issuedAt, amountOre, dueDate }) =>
        `| ${number} | ${KINDS[kind]} | ${localDateOf(issuedAt)} | ${kronor(amountOre)} | ${amountOre > 0 ? dueDate : '–'} |`,
    ),
  ];
}

/** Without a vårdpris nothing is guessed. */
const kronor = (ore: number | null): string => (ore === null ? 'utan vårdpris' : kronorInText(ore));
