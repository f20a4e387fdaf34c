/** The table of all stays of the month: one line each, with the page of its proof. */
import type { Content, TableCell } from 'pdfmake';
import { REASON_NAMES } from '../../../domain/billing/words.js';
import type { BasisData, BasisStay } from '../basis-data.js';
import { kronor, shortTime } from '../format.js';
import { codesText } from '../guidance.js';
import { outcomeText } from '../words.js';
import { cell, head, MUTED, NO, ROWS, WAITS } from './style.js';

export function stayTable(data: BasisData): Content[] {
  if (data.stays.length === 0) return [];
  const rows = data.stays.map((stay): TableCell[] => [
    { ...text(idText(stay.stayId)), linkToDestination: proofId(stay) },
    cell(shortTime(stay.episode.intervals.at(-1)?.from ?? null)),
    cell(shortTime(stay.episode.dischargedAt)),
    cell(stay.days === null ? '–' : String(stay.days), 'right'),
    { stack: [text(outcomeText(stay, data)), ...remarks(stay)] },
    cell(stay.billableDays === null ? '' : String(stay.billableDays), 'right'),
    cell(stay.amountOre === null ? '' : kronor(stay.amountOre), 'right'),
    { pageReference: proofId(stay), style: 'cell', alignment: 'right', color: MUTED },
  ]);
  return [
    { text: 'Månadens vårdtillfällen', style: 'section', pageBreak: 'before', margin: [0, 0, 0, 5], outline: true },
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: ['auto', 70, 70, 28, '*', 34, 58, 26],
        body: [
          [
            head('Vårdtillfälle'),
            head('Utskrivningsklar'),
            head('Utskriven'),
            head('Dagar', 'right'),
            head('Räknas'),
            head('Betalda dagar', 'right'),
            head('Belopp', 'right'),
            head('Bevis sida', 'right'),
          ],
          ...rows,
        ],
      },
      layout: ROWS,
    },
    { text: explanation(data), style: 'small', margin: [5, 6, 0, 0] },
    { text: [{ text: 'Koder för invändningar. ', bold: true }, codesText()], style: 'small', margin: [5, 4, 0, 0] },
  ];
}

export const proofId = ({ stayId }: BasisStay): string => `bevis-${stayId}`;

function remarks(stay: BasisStay): Content[] {
  return [
    ...(stay.reason === null ? [] : [{ ...text(REASON_NAMES[stay.reason]), color: NO, fontSize: 8 }]),
    ...(stay.vantar ? [{ ...text('väntar på kallelse'), color: WAITS, fontSize: 8 }] : []),
    ...(stay.contested ? [{ ...text('omstritt'), color: WAITS, fontSize: 8 }] : []),
    ...(stay.changed ? [{ ...text('ändrat sedan förra fakturan'), color: WAITS, fontSize: 8 }] : []),
  ];
}

const text = (value: string) => ({ text: value, fontSize: 8.5 });

const ID_WIDTH = 20;

/** A long id on several lines: nothing else in the table gives way to it. */
export const idText = (stayId: string): string => stayId.match(new RegExp(`.{1,${ID_WIDTH}}`, 'g'))?.join('\n') ?? stayId;

function explanation({ sum }: BasisData): string {
  return sum.averageStays === null
    ? 'Tider i svensk tid. Dagar: kalenderdagar från beskedet till utskrivningen.'
    : 'Tider i svensk tid. Vårdtillfällen i snittet har inget eget belopp: de betalas tillsammans, när snittet är högre än tröskeln.';
}
