/** The proof of each stay: what was demanded and met, how the days were counted, and who did what when. */
import type { Content, TableCell } from 'pdfmake';
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../../../domain/billing/objection-words.js';
import type { PreconditionProof, ProofState, ProofStep } from '../../../domain/billing/proof.js';
import { stayFormula } from '../arithmetic.js';
import { type BasisData, type BasisStay, costs } from '../basis-data.js';
import { daysText, lastDayText, shortTime, timeText } from '../format.js';
import { outcomeText } from '../words.js';
import { idText, proofId } from './stay-table.js';
import { importedText, namesOf, remarks, restLine, restOf, small, stepOf, stepTable, type UnitNames } from './steps.js';
import { head, INK, LINE, MUTED, mark, NO, ROWS, WAITS, YES } from './style.js';

export function proofPages(data: BasisData): Content[] {
  if (data.stays.length === 0) return [];
  const [full, short] = [data.stays.filter((stay) => isFull(stay, data)), data.stays.filter((stay) => !isFull(stay, data))];
  return [
    { text: 'Bevis för varje vårdtillfälle', style: 'section', pageBreak: 'before', margin: [0, 0, 0, 3], outline: true },
    {
      text: '”Räknas från” är den tid som gäller, ”registrerat” när uppgiften kom in. Ett meddelande som registrerades mer än en timme efter att det uppgavs ha sänts räknas från registreringen; då står båda tiderna.',
      style: 'small',
      margin: [0, 0, 0, 8],
    },
    ...full.map((stay) => fullProof(stay, data)),
    ...(short.length === 0 ? [] : shortProofs(short)),
  ];
}

/** In full: what costs something, what is left out, what is disputed or has changed. */
function isFull(stay: BasisStay, { sum }: BasisData): boolean {
  return costs(stay, sum) || stay.reason !== null || stay.vantar || stay.contested || stay.changed || stay.objections.length > 0;
}

function fullProof(stay: BasisStay, data: BasisData): Content {
  // Who did everything else when: a table where the stay has kronor of its own, a few lines where it shares them with the others.
  const { proof } = stay;
  const names = namesOf(proof, data);
  const rest = restOf(proof);
  const isOwn = stay.billableDays !== null || stay.objections.length > 0;
  const chain = isOwn ? [stepTable(proof.steps, names)] : rest.length === 0 ? [] : [restLine(rest, names)];
  const rows = proof.preconditions.map((condition) => preconditionRow(condition, stepOf(condition, proof.steps), names, data));
  return {
    stack: [
      // The heading is never left alone at the foot of a page; the rest may go on over it.
      {
        unbreakable: true,
        stack: [
          stayHead(stay, data),
          conclusion(stay, data),
          ...stay.objections.map(objectionLine),
          preconditionTable([preconditionHead(), ...rows.slice(0, 2)], 1),
        ],
      },
      ...(rows.length > 2 ? [preconditionTable(rows.slice(2), 0)] : []),
      {
        text: [{ text: 'Dagarna. ', bold: true }, proof.days.text, ...removed(stay), ...importedText(stay)],
        fontSize: 8,
        margin: [5, 3, 0, 0],
      },
      ...(names.legend === ''
        ? []
        : [{ text: [{ text: 'Enheter. ', bold: true }, names.legend], fontSize: 8, margin: [5, 2, 0, 0] } as Content]),
      ...chain,
    ],
    margin: [0, 0, 0, 13],
  };
}

function stayHead(stay: BasisStay, data: BasisData): Content {
  const facts = [outcomeText(stay, data), ...(stay.days === null ? [] : [daysText(stay.days)])];
  return {
    table: {
      widths: ['*', 'auto'],
      body: [
        [
          { text: stay.stayId, id: proofId(stay), style: 'stay', outline: true, outlineText: stay.stayId },
          { text: facts.join(', '), fontSize: 9.5, alignment: 'right', margin: [0, 1, 0, 0] },
        ],
      ],
    },
    layout: {
      hLineWidth: (line: number) => (line === 0 ? 1.2 : 0),
      vLineWidth: () => 0,
      hLineColor: () => INK,
      paddingTop: () => 4,
      paddingBottom: () => 2,
      paddingLeft: () => 0,
      paddingRight: () => 0,
    },
  };
}

/** The sentence that answers "why do we pay this". */
function conclusion(stay: BasisStay, data: BasisData): Content {
  return {
    text: conclusionText(stay, data),
    fontSize: 9,
    margin: [0, 0, 0, 5],
    ...(stay.reason !== null && stay.outcome === 'utesluten' ? { color: NO } : {}),
  };
}

export function conclusionText(stay: BasisStay, data: BasisData): string {
  const { proof, episode } = stay;
  // What the proof says is enough where nothing of the stay is paid for, and where it is in the average in spite of something.
  if (stay.reason !== null) {
    const blocking = proof.preconditions.find((condition) => condition.state === 'nej' && condition.reason === stay.reason);
    return `${proof.summary}${blocking === undefined ? '' : ` (${sourceText(blocking.source, data)})`}`;
  }
  const from = proof.utskrivningsklarAt ?? episode.intervals.at(-1)?.from;
  const span =
    from === undefined || episode.dischargedAt === null
      ? ''
      : ` Utskrivningsklar ${timeText(from)}, utskriven ${timeText(episode.dischargedAt)}.`;
  const formula = stayFormula(stay, data);
  if (formula !== null) return `Ni betalar för vårdtillfället: ${formula}.${span}`;
  if (stay.outcome === 'fri') return `Det finns inga dagar att betala för.${span}`;
  return costs(stay, data.sum)
    ? `Vårdtillfällets ${daysText(stay.days ?? 0)} räknas i snittet, som ni betalar för.${span}`
    : `Vårdtillfällets ${daysText(stay.days ?? 0)} räknas i snittet.${span}`;
}

function objectionLine({ objection, state }: BasisStay['objections'][number]): Content {
  const verdict = objection.decision ?? objection.answer;
  const answer = verdict === null ? ` Svar senast den ${lastDayText(objection.answerDueAt)}.` : ` ${timeText(verdict.at)}: ${verdict.text}`;
  return {
    text: [
      mark('Invändning ', WAITS),
      `${timeText(objection.at)}: ${OBJECTION_NAMES[objection.code]}. ”${objection.text}” – ${OBJECTION_STATE_NAMES[state]}.${answer}`,
    ],
    fontSize: 8.5,
    margin: [0, 0, 0, 5],
  };
}

const STATES: Record<ProofState, [text: string, color: string]> = {
  ja: ['Ja', YES],
  nej: ['Nej', NO],
  vantar: ['Väntar', WAITS],
  'behovs-inte': ['Krävs inte', MUTED],
};

/** Made anew each time: what lays the page out writes into it. */
const preconditionHead = (): TableCell[] => [
  head('Krav för att ni ska betala'),
  head('Uppfyllt'),
  head('Räknas från'),
  head('Registrerat'),
];

function preconditionTable(body: TableCell[][], headerRows: 0 | 1): Content {
  // What follows on another table has the line between rows above it.
  const layout = headerRows === 1 ? ROWS : { ...ROWS, hLineWidth: (line: number) => (line === body.length ? 0 : 0.5) };
  return { table: { headerRows, dontBreakRows: true, widths: ['*', 44, 64, 64], body }, layout };
}

function preconditionRow(condition: PreconditionProof, step: ProofStep | undefined, names: UnitNames, data: BasisData): TableCell[] {
  const [word, color] = STATES[condition.state];
  const said =
    condition.at !== null && condition.countsFrom !== null && condition.at !== condition.countsFrom
      ? ` Uppgavs ha hänt ${timeText(condition.at)}.`
      : '';
  return [
    {
      stack: [
        { text: condition.title, fontSize: 8.5 },
        {
          text: `${condition.text}${said}${sentText(step, names)} (${sourceText(condition.source, data)})`,
          fontSize: 8,
          color: condition.state === 'nej' ? NO : MUTED,
        },
        ...(step === undefined ? [] : remarks(step)),
      ],
    },
    mark(word, color) as TableCell,
    small(shortTime(condition.countsFrom)),
    small(shortTime(condition.registeredAt)),
  ];
}

/** Whose agreement it is stands on every page already. */
export const sourceText = (source: string, { agreement }: Pick<BasisData, 'agreement'>): string =>
  source.replace(agreement.name, 'överenskommelsen');

function sentText(step: ProofStep | undefined, names: UnitNames): string {
  if (step === undefined) return '';
  const to = step.to.length === 0 ? '' : ` till ${step.to.map(names.of).join(' och ')}`;
  return ` Av ${names.of(step.by)}${to}.`;
}

/** Notices that were withdrawn, and time during which open care was unavailable. */
function removed({ proof }: BasisStay): string[] {
  const span = ({ from, until }: { from: number; until: number }) => `${shortTime(from)} till ${shortTime(until)}`;
  return [
    ...(proof.days.withdrawn.length === 0 ? [] : [` Återkallat besked om utskrivningsklar: ${proof.days.withdrawn.map(span).join('; ')}.`]),
    ...(proof.days.blocked.length === 0 ? [] : [` Regionens öppenvård ej tillgänglig: ${proof.days.blocked.map(span).join('; ')}.`]),
  ];
}

/** Those that cost nothing: their preconditions in one line each. */
function shortProofs(stays: readonly BasisStay[]): Content[] {
  const columns: [PreconditionProof['id'], string][] = [
    ['inskrivningsmeddelande', 'Inskrivnings-meddelande'],
    ['vardtidsbedomning', 'Vårdtid bedömd'],
    ['utskrivningsklar', 'Utskrivnings-klar'],
    ['utskrivningsmeddelande', 'Utskrivnings-meddelande'],
    ['svpl-kallelse', 'Kallelse till SVPL'],
  ];
  return [
    { text: 'Vårdtillfällen som inte höjer kostnaden', style: 'stay', margin: [0, 4, 0, 2], outline: true },
    { text: 'Tiden som räknas för varje krav. Hela beviskedjan finns i XLSX-filen och på tavlan.', style: 'small', margin: [0, 0, 0, 4] },
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: ['auto', 26, ...columns.map(() => '*')],
        body: [
          [head('Vårdtillfälle'), head('Dagar', 'right'), ...columns.map(([, title]) => head(title))],
          ...stays.map((stay): TableCell[] => [
            { text: idText(stay.stayId), fontSize: 8, id: proofId(stay) },
            { text: stay.days === null ? '–' : String(stay.days), fontSize: 8, alignment: 'right' },
            ...columns.map(([id]): TableCell => {
              const condition = stay.proof.preconditions.find((one) => one.id === id);
              const text = condition === undefined || condition.state === 'behovs-inte' ? 'krävs inte' : shortTime(condition.countsFrom);
              return { text, fontSize: 8, color: text === 'krävs inte' ? MUTED : INK };
            }),
          ]),
        ],
      },
      layout: { ...ROWS, hLineColor: () => LINE },
    },
  ];
}
