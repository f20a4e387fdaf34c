/** An objection as a card: what each party has said and when, and the form of whoever's turn it is. */
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../../domain/billing/objection-words.js';
import { disputeUntil, type Objection, objectionState } from '../../domain/billing/objections.js';
import type { CycleParties } from '../../domain/billing/open-objections.js';
import type { Instant } from '../../domain/calendar.js';
import type { Actor } from '../../domain/ids.js';
import { instansName, timeText } from '../../out/documents/format.js';
import { form, isRejected, nameField, type Rejected } from './forms.js';
import { type Html, html, type Part } from './html.js';
import { dueText } from './objection-lists.js';
import { stayLink } from './pieces.js';
import { capital } from './words.js';

export interface CardContext {
  parties: CycleParties;
  /** The page that the cards stand on. */
  action: string;
  rejected: Rejected | undefined;
  now: Instant;
}

export function objectionCards(objections: readonly Objection[], context: CardContext): Html {
  return html`<ul class="objections">${objections.map((objection) => card(objection, context))}</ul>`;
}

function card(objection: Objection, context: CardContext): Html {
  const { objectionId, code, at, by, text, inTime, answer, dispute, decision } = objection;
  const state = objectionState(objection);
  return html`<li id="invandning-${objectionId}" class="${state}">
<h3>${stayLink(objection)}: ${OBJECTION_NAMES[code]}</h3>
<p><span class="badge objection ${state}">${capital(OBJECTION_STATE_NAMES[state])}</span>${inTime ? '' : ' Kom efter att tiden att invända gått ut.'}</p>
<ol class="said">
${said('Kommunen invände', by, at, text)}
${answer === null ? '' : said(answeredText(answer), answer.by, answer.at, answer.text)}
${dispute === null ? '' : said('Kommunen bestred avslaget', dispute.by, dispute.at, dispute.text)}
${decision === null ? '' : said(decidedText(objection, context.parties), decision.by, decision.at, decision.text)}
</ol>
${turn(objection, context)}
</li>\n`;
}

const said = (what: string, by: Actor | null, at: Instant, text: string): Html =>
  html`<li><p class="who">${what}${by?.name === undefined ? '' : html`, ${by.name}`} <span class="when">${timeText(at)}</span></p><p class="words">${text}</p></li>`;

function answeredText({ accepted, rattad, by }: NonNullable<Objection['answer']>): string {
  if (by === null) return 'Regionen svarade inte i tid: invändningen räknas som godtagen';
  if (!accepted) return 'Regionen avvisade invändningen';
  return rattad ? 'Regionen godtog invändningen och har rättat uppgifterna' : 'Regionen godtog invändningen';
}

function decidedText({ decision }: Objection, { tolkningsinstans }: CycleParties): string {
  if (tolkningsinstans !== null)
    return `${instansName(tolkningsinstans)} ${decision?.accepted ? 'biföll invändningen' : 'avslog invändningen'}`;
  return decision?.accepted ? 'Regionen gav sig' : 'Kommunen tog tillbaka invändningen';
}

/** Whose turn it is, until when, and the form to act with. */
function turn(objection: Objection, context: CardContext): Part {
  const { parties, now } = context;
  switch (objectionState(objection)) {
    case 'obesvarad':
      return html`<p>Regionen svarar senast ${dueText(objection.answerDueAt, now)}. Utan svar räknas invändningen som godtagen.</p>
${folded('Besvara som regionen', 'svara', objection, context, answerForm)}`;
    case 'avvisad': {
      const until = disputeUntil(objection, parties.cycle);
      const time =
        until === null || now >= until
          ? html`<p>Tiden att bestrida avslaget har gått ut. Det går ännu att bestrida, men fakturan hålls inte längre tillbaka.</p>`
          : html`<p>Kommunen kan bestrida avslaget senast ${dueText(until, now)}. ${parties.tolkningsinstans === null ? '' : `Då avgör ${instansName(parties.tolkningsinstans)}.`}</p>`;
      return html`${time}${folded('Bestrid avslaget som kommunen', 'bestrid', objection, context, disputeForm)}`;
    }
    case 'bestridd':
      return parties.tolkningsinstans === null
        ? html`<p>Ingen tolkningsinstans är utsedd. Tvisten tar slut när regionen ger sig eller kommunen tar tillbaka invändningen; tills dess faktureras det lägre beloppet.</p>
${folded('Avsluta tvisten', 'avgor', objection, context, decisionForm)}`
        : html`<p>${instansName(parties.tolkningsinstans)} avgör, och beslutet gäller. Tills dess faktureras det lägre beloppet.</p>
${folded(`Avgör som ${instansName(parties.tolkningsinstans)}`, 'avgor', objection, context, decisionForm)}`;
    case 'godtagen':
    case 'bifallen':
    case 'avslagen':
      return '';
  }
}

type Deed = 'svara' | 'bestrid' | 'avgor';
type Maker = (objection: Objection, context: CardContext) => Html;

function folded(label: string, deed: Deed, objection: Objection, context: CardContext, make: Maker): Html {
  const isOpen = isRejected({ deed, objectionId: objection.objectionId, ...context });
  return html`<details class="act"${isOpen ? html` open` : ''}><summary>${label}</summary>${make(objection, context)}</details>`;
}

const answerForm: Maker = ({ objectionId }, context) =>
  form(
    { ...context, deed: 'svara', objectionId },
    'Skicka svaret',
    (of) => html`${of.radios('utfall', 'Regionens svar', [
      ['godta', 'Godta: vårdtillfället tas ur underlaget'],
      ['rattat', 'Godta: uppgifterna är rättade i vårdtillfället och avgör'],
      ['avvisa', 'Avvisa'],
    ])}
${of.area('text', 'Motivering', { hint: 'Hänvisa till bevisen: vad som sändes, till vem och när. Skriv inga namn på patienter.' })}
${nameField(of)}`,
  );

const disputeForm: Maker = ({ objectionId }, context) =>
  form(
    { ...context, deed: 'bestrid', objectionId },
    'Bestrid avslaget',
    (of) => html`${of.area('text', 'Varför stämmer inte avslaget?', { hint: 'Skriv inga namn på patienter.' })}
${nameField(of)}`,
  );

const decisionForm: Maker = ({ objectionId }, context) => {
  const { tolkningsinstans } = context.parties;
  const choices =
    tolkningsinstans === null
      ? ([
          ['bifall', 'Regionen ger sig: vårdtillfället tas ur underlaget'],
          ['avslag', 'Kommunen tar tillbaka invändningen: vårdtillfället är kvar'],
        ] as const)
      : ([
          ['bifall', 'Bifall: vårdtillfället tas ur underlaget'],
          ['avslag', 'Avslag: vårdtillfället är kvar'],
        ] as const);
  return form(
    { ...context, deed: 'avgor', objectionId },
    'Spara beslutet',
    (of) => html`${of.radios('utfall', 'Beslut', choices)}
${of.area('text', 'Motivering', { hint: 'Beslutet är bindande. Skriv inga namn på patienter.' })}
${nameField(of)}`,
  );
};
