/** The steps of a stay's chain of evidence in the PDF: who did what when, whom it was sent to, and which demand it met. */
import type { Content, TableCell } from 'pdfmake';
import type { PreconditionProof, ProofStep, StayProof } from '../../../domain/billing/proof.js';
import type { UnitRef } from '../../../domain/ids.js';
import type { BasisData, BasisStay } from '../basis-data.js';
import { partyName, shortTime, timeText } from '../format.js';
import { head, ROWS, WAITS } from './style.js';

/** How units are spoken of within one stay: by a word where there is one of the kind, by name where there are several. */
export interface UnitNames {
  of(unit: UnitRef): string;
  /** Which unit each word stands for. */
  legend: string;
}

export function namesOf({ steps }: StayProof, { unitNames }: BasisData): UnitNames {
  const units = new Map(steps.flatMap((step) => [step.by, ...step.to]).map((unit) => [`${unit.party}/${unit.unit}`, unit]));
  const alone = (unit: UnitRef) => [...units.values()].filter(({ party }) => party === unit.party).length === 1;
  const full = (unit: UnitRef) => unitNames[unit.unit] ?? `${partyName(unit.party)} ${unit.unit}`;
  const explained = [...units.values()].filter((unit) => alone(unit) && unitNames[unit.unit] !== undefined && unit.party !== 'kommun');
  return {
    of: (unit) => (alone(unit) ? partyName(unit.party) : full(unit)),
    legend: explained.map((unit) => `${capital(partyName(unit.party))}: ${full(unit)}`).join('. '),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The actions by which a demand is met. */
const MET_BY: Record<PreconditionProof['id'], readonly string[]> = {
  inskrivningsmeddelande: ['skicka-inskrivningsmeddelande', 'ratta-kommun'],
  vardtidsbedomning: ['bedom-vardtid', 'skicka-inskrivningsmeddelande'],
  utskrivningsklar: ['meddela-utskrivningsklar', 'skicka-utskrivningsmeddelande'],
  utskrivningsmeddelande: ['skicka-utskrivningsmeddelande'],
  'svpl-kallelse': ['kalla-till-svpl', 'skjut-upp-svpl'],
  oppenvard: ['meddela-oppenvard'],
};

/** The step that met the demand; undefined where there is none. */
export function stepOf(condition: PreconditionProof, steps: readonly ProofStep[]): ProofStep | undefined {
  const own = steps.filter((step) => MET_BY[condition.id].includes(step.action));
  return own.find((step) => step.countsFrom === condition.countsFrom) ?? own.find((step) => step.at === condition.at);
}

/** What was done besides meeting the demands. */
export function restOf(proof: StayProof): ProofStep[] {
  const shown = new Set(proof.preconditions.map((condition) => stepOf(condition, proof.steps)?.actionId));
  return proof.steps.filter((step) => !shown.has(step.actionId));
}

export function restLine(steps: readonly ProofStep[], names: UnitNames): Content {
  const words = steps.map(
    (step) => `${shortTime(step.countsFrom)}\u00a0${step.title} (${names.of(step.by)})${step.late || step.corrected.length > 0 ? '*' : ''}`,
  );
  return {
    stack: [
      { text: [{ text: 'Övrigt. ', bold: true }, `${words.join(' · ')}`], fontSize: 8, margin: [5, 2, 0, 0] },
      ...steps
        .filter((step) => step.late || step.corrected.length > 0)
        .flatMap((step) =>
          remarks(step).map((note): Content => ({ stack: [{ text: `* ${step.title}`, fontSize: 8 }, note], margin: [5, 1, 0, 0] })),
        ),
    ],
  };
}

/** What a recorded feed brought counts from the time at which it was sent. */
export function importedText({ proof: { steps } }: BasisStay): string[] {
  const imported = steps.filter((step) => step.imported).length;
  if (imported === 0) return [];
  return [
    ` ${imported === steps.length ? 'Uppgifterna' : `${imported} av ${steps.length} uppgifter`} kom ur en inspelad ström och räknas från tiden då de sändes.`,
  ];
}

export function stepTable(steps: readonly ProofStep[], names: UnitNames): Content {
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: [68, '*', 150, 68],
      body: [
        [head('Räknas från'), head('Allt som gjordes, och av vem'), head('Sänt till'), head('Registrerat')],
        ...steps.map((step): TableCell[] => [
          small(shortTime(step.countsFrom)),
          { stack: [{ text: [{ text: step.title, bold: true }, `, ${names.of(step.by)}`], fontSize: 8 }, ...remarks(step)] },
          small(step.to.map(names.of).join(', ') || '–'),
          small(shortTime(step.registeredAt)),
        ]),
      ],
    },
    layout: ROWS,
    margin: [0, 5, 0, 0],
  };
}

export function remarks(step: ProofStep): Content[] {
  const note = (text: string): Content => ({ text, fontSize: 7.5, color: WAITS });
  return [
    ...(step.late ? [note(`Registrerades sent: uppgavs ha hänt ${timeText(step.at)}.`)] : []),
    ...step.corrected.map((was) => note(`Rättat ${timeText(was.at)}; angavs först ${timeText(was.wasAt)}.`)),
  ];
}

/** A cell of the smaller size. */
export const small = (text: string): TableCell => ({ text, fontSize: 8 });
