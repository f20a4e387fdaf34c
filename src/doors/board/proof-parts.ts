/** The proof of a stay on its page: the preconditions, how the days were counted, and the chain of evidence as a timeline. */
import type { PreconditionProof, ProofState, ProofStep, StayProof } from '../../domain/billing/proof.js';
import { MINUTE } from '../../domain/calendar.js';
import type { UnitRef } from '../../domain/ids.js';
import { daysText, partyName, shortTime, timeText } from '../../out/documents/format.js';
import { type Html, html, type Part } from './html.js';
import { capital } from './words.js';

export type NameOf = (unit: UnitRef) => string;

const STATE_WORDS: Record<ProofState, string> = { ja: 'Uppfyllt', nej: 'Inte uppfyllt', vantar: 'Väntar', 'behovs-inte': 'Krävs inte' };

/** Each demand, met or the paragraph that blocks. */
export function preconditionList(preconditions: readonly PreconditionProof[]): Html {
  return html`<ul class="demands">${preconditions.map(
    ({ title, source, state, at, registeredAt, countsFrom, dueAt, text }) => html`<li class="${state}">
<p class="verdict"><span class="badge demand ${state}">${STATE_WORDS[state]}</span></p>
<div><h3>${title}</h3>
<p>${text}</p>
<p class="fine">${times([
      countsFrom === null ? null : [registeredAt === countsFrom ? 'Räknas från och registrerat' : 'Räknas från', timeText(countsFrom)],
      at === null || at === countsFrom ? null : ['Uppgavs ha hänt', timeText(at)],
      registeredAt === null || registeredAt === countsFrom ? null : ['Registrerat', timeText(registeredAt)],
      dueAt === null || state === 'ja' ? null : ['Skulle vara gjort före', timeText(dueAt)],
      ['Krävs enligt', source],
    ])}</p></div></li>\n`,
  )}</ul>`;
}

const times = (all: readonly (readonly [string, string] | null)[]): Part =>
  all.filter((one) => one !== null).map(([name, value]) => html`<span>${name}: ${value}.</span> `);

export function daysPart({ days }: StayProof): Html {
  const out = (name: string, all: readonly { from: number; until: number }[]): Part =>
    all.length === 0
      ? ''
      : html`<p>${name}:</p><ul class="plain">${all.map(({ from, until }) => html`<li>${timeText(from)} – ${timeText(until)}</li>`)}</ul>`;
  return html`<p>${days.text}</p>
${out('Besked som togs tillbaka', days.withdrawn)}
${out('Bortdraget, regionens öppenvård var inte tillgänglig', days.blocked)}
${days.days === null ? '' : html`<p class="total">Sammanlagt <strong>${daysText(days.days)}</strong>.</p>`}`;
}

const ROLE_NAMES: Record<string, string> = {
  lakare: 'läkare',
  sjukskoterska: 'sjuksköterska',
  arbetsterapeut: 'arbetsterapeut',
  fysioterapeut: 'fysioterapeut',
  vardsamordnare: 'vårdsamordnare',
  verksamhetschef: 'verksamhetschef',
  handlaggare: 'handläggare',
  ekonom: 'ekonom',
  processledare: 'processledare',
  ledamot: 'ledamot',
};

/** Everything that bears on payment, in order of the time that counts. */
export function timeline(steps: readonly ProofStep[], nameOf: NameOf): Html {
  return html`<ol class="timeline">${steps.map(
    (step) => html`<li${step.late || step.corrected.length > 0 ? html` class="remarked"` : ''}>
<p class="when"><time>${shortTime(step.countsFrom)}</time></p>
<div><h3>${step.title}</h3>
<p>${capital(nameOf(step.by))}${step.by.role === undefined ? '' : ` (${ROLE_NAMES[step.by.role] ?? step.by.role})`}${step.to.length === 0 ? '' : html` <span class="to">till ${step.to.map(nameOf).join(', ')}</span>`}</p>
${remarks(step)}</div></li>\n`,
  )}</ol>`;
}

function remarks(step: ProofStep): Part {
  const { at, registeredAt, countsFrom, late, reachedPayerAt, corrected } = step;
  const lines = [
    ...(late ? [`Registrerades sent och räknas från ${timeText(countsFrom)}, fastän det uppgavs ha hänt ${timeText(at)}.`] : []),
    ...(!late && Math.abs(registeredAt - countsFrom) > MINUTE ? [`Registrerades ${timeText(registeredAt)}.`] : []),
    ...(reachedPayerAt === undefined ? [] : [`Nådde den betalande kommunen ${timeText(reachedPayerAt)}.`]),
    ...corrected.map((was) => `Rättat ${timeText(was.at)}; angavs först ${timeText(was.wasAt)}.`),
  ];
  return lines.length === 0 ? '' : html`<p class="fine">${lines.join(' ')}</p>`;
}

/** Units by name where it is known, with what they are. */
export function namesOf(unitNames: Record<string, string>, kommun: (code: string) => string): NameOf {
  return ({ party, unit }) => (party === 'kommun' ? kommun(unit) : (unitNames[unit] ?? `${partyName(party)} ${unit}`));
}
