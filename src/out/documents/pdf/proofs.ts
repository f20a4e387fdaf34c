/** The proof of each stay: what was demanded and met, how the days were counted, and who did what when. */
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { OBJECTION_NAMES, OBJECTION_STATE_NAMES } from '../../../domain/billing/objection-words.js';
import type { PreconditionProof, ProofState, ProofStep } from '../../../domain/billing/proof.js';
import { REASON_NAMES } from '../../../domain/billing/words.js';
import type { UnitRef } from '../../../domain/ids.js';
import { stayFormula } from '../arithmetic.js';
import { type BasisData, type BasisStay, costs } from '../basis-data.js';
import { daysText, partyName, shortTime, timeText } from '../format.js';
import { outcomeText, proofId } from './stay-table.js';
import { cell, head, INK, LINE, MUTED, mark, NO, ROWS, WAITS, YES } from './style.js';

export function proofPages(data: BasisData): Content[] {
  if (data.stays.length === 0) return [];
  const [full, short] = [data.stays.filter((stay) => isFull(stay, data)), data.stays.filter((stay) => !isFull(stay, data))];
  return [
    { text: 'Bevis för varje vårdtillfälle', style: 'section', pageBreak: 'before', margin: [0, 0, 0, 3], outline: true },
    {
      text: '»Hände» är tiden som uppgavs, »registrerat» när uppgiften kom in, »räknas från» den tid som gäller: ett meddelande som registrerades mer än en timme efteråt räknas från registreringen.',
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
  const withSteps = stay.outcome !== 'utesluten' || stay.objections.length > 0;
  return {
    stack: [
      {
        unbreakable: true,
        stack: [
          stayHead(stay, data),
          conclusion(stay, data),
          ...stay.objections.map(objectionLine),
          preconditionTable(stay.proof.preconditions),
        ],
      },
      { text: [{ text: 'Dagarna. ', bold: true }, stay.proof.days.text, ...removed(stay)], fontSize: 8.5, margin: [5, 4, 0, 4] },
      ...(withSteps ? [stepTable(stay.proof.steps, data)] : []),
    ],
    margin: [0, 0, 0, 16],
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
  if (stay.outcome === 'utesluten') {
    const blocking = proof.preconditions.find((condition) => condition.state === 'nej' && condition.reason === stay.reason);
    const why = stay.reason === null ? '' : `: ${REASON_NAMES[stay.reason]}`;
    return `Ni betalar inte för vårdtillfället${why}${blocking === undefined ? '' : ` (${blocking.source})`}.`;
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
  const answer = verdict === null ? ` Svar senast ${timeText(objection.answerDueAt)}.` : ` ${timeText(verdict.at)}: ${verdict.text}`;
  return {
    text: [
      mark('Invändning ', WAITS),
      `${timeText(objection.at)}: ${OBJECTION_NAMES[objection.code]}. »${objection.text}» – ${OBJECTION_STATE_NAMES[state]}.${answer}`,
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

function preconditionTable(preconditions: readonly PreconditionProof[]): Content {
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: ['*', 42, 76, 76, 76],
      body: [
        [head('Krav för att ni ska betala'), head('Uppfyllt'), head('Hände'), head('Registrerat'), head('Räknas från')],
        ...preconditions.map((condition): TableCell[] => {
          const [word, color] = STATES[condition.state];
          const due = condition.dueAt === null ? '' : ` Senast ${timeText(condition.dueAt)}.`;
          return [
            {
              stack: [
                { text: [condition.title, { text: `  ${condition.source}`, color: MUTED, fontSize: 7.5 }], fontSize: 8.5 },
                { text: condition.text + due, fontSize: 8, color: MUTED },
              ],
            },
            mark(word, color) as TableCell,
            cell(shortTime(condition.at)),
            cell(shortTime(condition.registeredAt)),
            cell(shortTime(condition.countsFrom)),
          ];
        }),
      ],
    },
    layout: ROWS,
  };
}

/** Notices that were withdrawn, and time during which open care was unavailable. */
function removed({ proof }: BasisStay): string[] {
  const span = ({ from, until }: { from: number; until: number }) => `${shortTime(from)} till ${shortTime(until)}`;
  return [
    ...(proof.days.withdrawn.length === 0 ? [] : [` Återkallat besked om utskrivningsklar: ${proof.days.withdrawn.map(span).join('; ')}.`]),
    ...(proof.days.blocked.length === 0 ? [] : [` Regionens öppenvård ej tillgänglig: ${proof.days.blocked.map(span).join('; ')}.`]),
  ];
}

function stepTable(steps: readonly ProofStep[], data: BasisData): Content {
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: [76, '*', '*', 76],
      body: [
        [head('Räknas från'), head('Vad som gjordes, av vem'), head('Sänt till'), head('Registrerat')],
        ...steps.map((step): TableCell[] => [
          cell(shortTime(step.countsFrom)),
          { stack: [{ text: [{ text: step.title, bold: true }, `, ${unitText(step.by, data)}`], fontSize: 8.5 }, ...remarks(step)] },
          cell(step.to.map((unit) => unitText(unit, data)).join(', ') || '–'),
          cell(shortTime(step.registeredAt)),
        ]),
      ],
    },
    layout: ROWS,
  };
}

function remarks(step: ProofStep): Content[] {
  const note = (text: string): Content => ({ text, fontSize: 8, color: WAITS });
  return [
    ...(step.late ? [note(`Registrerades sent: uppgavs ha hänt ${timeText(step.at)}.`)] : []),
    ...(step.imported ? [note('Ur en inspelad ström, med tiden då det sändes.')] : []),
    ...step.corrected.map((was) => note(`Rättat ${timeText(was.at)}; angavs först ${timeText(was.wasAt)}.`)),
  ];
}

function unitText(unit: UnitRef, { unitNames }: BasisData): string {
  return unitNames[unit.unit] ?? `${partyName(unit.party)} ${unit.unit}`;
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
            { text: stay.stayId, fontSize: 8, id: proofId(stay) },
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
