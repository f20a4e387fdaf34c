/** The month as an economist reads it in a terminal: one row per kommun, then the stays that stand out. */
import type { Agreement } from '../domain/agreement.js';
import { kommunerIn } from '../domain/agreement-in-force.js';
import type { KommunMonth } from '../domain/billing/kommun-month.js';
import type { MonthResult } from '../domain/billing/month.js';
import { kronorText, type Ore } from '../domain/money.js';
import { decimal } from './swedish.js';

/** The whole text, ending in a line break. */
export function previewTable(result: MonthResult, agreement: Agreement): string {
  const names = new Map(kommunerIn(agreement, result.month).map((kommun) => [kommun.code, kommun.name]));
  const hasAverage = result.kommuner.some((kommun) => kommun.averageStays !== null);
  const headings = hasAverage
    ? [
        'Kommun',
        'Utskrivna',
        'Uteslutna',
        'I snittet',
        'Dagar',
        'Snitt',
        'Tröskel',
        'Dagar över',
        'Kronor snitt',
        'Kronor enskilda',
        'Kronor',
      ]
    : ['Kommun', 'Utskrivna', 'Uteslutna', 'Dagar', 'Kronor'];
  const rows = result.kommuner.map((kommun) => {
    const name = `${kommun.payer} ${names.get(kommun.payer) ?? ''}`.trimEnd();
    const counts = [name, String(kommun.stays), String(kommun.excluded.length)];
    return hasAverage ? [...counts, ...averageCells(kommun)] : [...counts, String(billableDays(kommun)), kronor(kommun.amountOre)];
  });
  const total = headings.map((_heading, index) => (index === 0 ? 'Summa' : index === headings.length - 1 ? kronor(result.amountOre) : ''));
  return [
    `${agreement.name}, ${result.month}. Vårdpris ${kronor(result.vardprisOre)} kr per dag.`,
    '',
    ...aligned([headings, ...rows, total]),
    ...individualLines(result),
    ...excludedLines(result),
    '',
  ].join('\n');
}

function averageCells(kommun: KommunMonth): string[] {
  return [
    String(kommun.averageStays ?? 0),
    String(kommun.averageDaysTotal ?? 0),
    decimal(kommun.average),
    decimal(kommun.threshold),
    decimal(kommun.averageBillableDays),
    kronor(kommun.averageAmountOre),
    kronor(kommun.individualAmountOre),
    kronor(kommun.amountOre),
  ];
}

function individualLines(result: MonthResult): string[] {
  const lines = result.kommuner.flatMap((kommun) =>
    kommun.individual.map(
      (stay) => `  ${kommun.payer}  ${stay.stayId}: ${stay.days} dagar, ${stay.billableDays} att betala, ${kronor(stay.amountOre)} kr`,
    ),
  );
  return lines.length === 0 ? [] : ['', 'Enskilt beräknade:', ...lines];
}

function excludedLines(result: MonthResult): string[] {
  const lines = result.kommuner.flatMap((kommun) => kommun.excluded.map((stay) => `  ${kommun.payer}  ${stay.stayId}: ${stay.reason}`));
  return lines.length === 0 ? [] : ['', 'Uteslutna ur underlaget:', ...lines];
}

/** Columns side by side: the first to the left, numbers to the right. */
function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const billableDays = (kommun: KommunMonth): number => kommun.individual.reduce((sum, stay) => sum + stay.billableDays, 0);
const kronor = (ore: Ore | null): string => (ore === null ? '–' : kronorText(ore));
