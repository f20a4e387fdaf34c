/** The table of a month's kommuner: how each stands, what it comes to, and, while the month runs, where it is heading. */
import { decimal, kronor } from '../../out/documents/format.js';
import { type Html, html, type Part } from './html.js';
import { type Column, levelBadge, table } from './pieces.js';
import { kommunPath } from './places.js';
import { hasThreshold, type Standing } from './standing.js';

interface Ref {
  region: string;
  month: string;
}

const dash = (text: string | null): string => (text === null ? '–' : decimal(text));

/** While the month runs: with the forecast. */
export function runningTable(ref: Ref, standings: readonly Standing[], amountOre: number | null): Html {
  const measured = hasThreshold(standings);
  const columns: Column<Standing>[] = [
    kommunColumn(ref),
    { title: 'Vård\u00adtillfällen', number: true, cell: ({ sum }) => sum.stays },
    ...(measured ? [averageColumn, levelColumn] : []),
    { title: 'Kronor hittills', number: true, cell: ({ sum }) => kronor(sum.amountOre) },
    { title: 'Om alla går hem i dag', number: true, cell: ({ forecast, sum }) => kronor(forecast?.ifHomeToday.amountOre ?? sum.amountOre) },
    {
      title: 'Om alla är kvar månaden ut',
      number: true,
      cell: ({ forecast, sum }) => kronor(forecast?.ifStaying.amountOre ?? sum.amountOre),
    },
    { title: 'Utskrivnings\u00adklara nu', number: true, cell: ({ forecast }) => forecast?.ready.length ?? 0 },
    {
      title: measured ? 'Enskilt, nu eller strax' : 'Betalas, nu eller strax',
      number: true,
      cell: ({ nearIndividual }) => flagged(nearIndividual),
    },
  ];
  const sums: Part[] = [
    'Summa',
    standings.reduce((all, { sum }) => all + sum.stays, 0),
    ...(measured ? ['', ''] : []),
    kronor(amountOre),
    '',
    '',
    standings.reduce((all, { forecast }) => all + (forecast?.ready.length ?? 0), 0),
    standings.reduce((all, { nearIndividual }) => all + nearIndividual, 0),
  ];
  return table('kommuner', 'Kommunerna hittills i månaden, med prognos', columns, standings, sums);
}

const flagged = (count: number): Part => (count === 0 ? 0 : html`<strong class="flag">${count}</strong>`);

export function kommunColumn(ref: Ref): Column<Standing> {
  return { title: 'Kommun', cell: ({ sum, name }) => html`<a href="${kommunPath({ ...ref, payer: sum.payer })}">${name}</a>` };
}

export const averageColumn: Column<Standing> = { title: 'Snitt, dagar', number: true, cell: ({ sum }) => dash(sum.average) };
export const levelColumn: Column<Standing> = {
  title: 'Mot tröskeln',
  cell: ({ sum, level }) => (sum.threshold === null ? '–' : html`${decimal(sum.threshold)} ${level === 'ingen' ? '' : levelBadge(level)}`),
};
