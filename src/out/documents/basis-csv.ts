/** The basis as CSV that a Swedish spreadsheet opens as it is: a row per stay, and a sum per kommun, those with nothing to pay too. */
import { stringify } from 'csv-stringify/sync';
import type { Episode } from '../../domain/billing/episode.js';
import type { KommunSum } from '../../domain/billing/kommun-month.js';
import { type Instant, toSwedish } from '../../domain/calendar.js';
import type { BasisStay } from './basis-data.js';

const COLUMNS = [
  'Kommunkod',
  'Kommun',
  'Rad',
  'Vårdtillfälle',
  'Utfall',
  'Orsak',
  'Inskriven',
  'Inskrivningsmeddelande',
  'Vårdtid bedömd',
  'Utskrivningsklar',
  'Utskrivningsmeddelande',
  'Kallelse till SVPL',
  'Utskriven',
  'Antal',
  'Dagar',
  'Betalda dagar',
  'Snitt',
  'Tröskel',
  'Belopp (kr)',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/** Whose rows they are. */
export interface CsvKommun {
  code: string;
  name: string;
}
export type CsvStay = Pick<BasisStay, 'stayId' | 'outcome' | 'reason' | 'days' | 'billableDays' | 'amountOre'> & { episode: Episode };

/** By which spreadsheets read the file as UTF-8. */
export const BOM = '\ufeff';

/** One kommun's whole file. */
export function basisCsv(kommun: CsvKommun, stays: readonly CsvStay[], sum: KommunSum): string {
  return csvHead() + csvStays(kommun, stays) + csvSum(kommun, sum);
}

/** What a file begins with: a file of several kommuner is this, and then each one's stays and sum. */
export const csvHead = (): string => BOM + lines([Object.fromEntries(COLUMNS.map((column) => [column, column]))]);

export function csvStays(kommun: CsvKommun, stays: readonly CsvStay[]): string {
  return lines(
    [...stays]
      .sort((a, b) => (a.stayId < b.stayId ? -1 : 1))
      .map((stay): Row => ({ ...who(kommun), Rad: 'vårdtillfälle', ...stayRow(stay) })),
  );
}

export function csvSum(kommun: CsvKommun, sum: KommunSum): string {
  return lines([
    {
      ...who(kommun),
      Rad: 'summa',
      Antal: sum.stays,
      Dagar: sum.averageDaysTotal,
      'Betalda dagar': comma(sum.averageBillableDays),
      Snitt: comma(sum.average),
      Tröskel: comma(sum.threshold),
      'Belopp (kr)': kronor(sum.amountOre),
    },
  ]);
}

const who = ({ code, name }: CsvKommun): Row => ({ Kommunkod: code, Kommun: name });
const time = (at: Instant | null | undefined): string => (at === null || at === undefined ? '' : toSwedish(at));
const comma = (decimal: string | null): string | null => decimal?.replace('.', ',') ?? null;

/** `54600,00`, without separators, so that a spreadsheet takes it for a number. */
const kronor = (ore: number | null): string | null =>
  ore === null ? null : `${ore < 0 ? '-' : ''}${Math.trunc(Math.abs(ore) / 100)},${String(Math.abs(ore) % 100).padStart(2, '0')}`;

function stayRow({ stayId, outcome, reason, days, billableDays, amountOre, episode }: CsvStay): Row {
  return {
    Vårdtillfälle: stayId,
    Utfall: outcome,
    Orsak: reason,
    Inskriven: time(episode.admittedAt),
    Inskrivningsmeddelande: time(episode.inskrivningsmeddelandeAt),
    'Vårdtid bedömd': time(episode.vardtidAt),
    Utskrivningsklar: time(episode.intervals.at(-1)?.from),
    Utskrivningsmeddelande: time(episode.utskrivningsmeddelandeAt),
    'Kallelse till SVPL': time(episode.svplKallelseAt),
    Utskriven: time(episode.dischargedAt),
    Dagar: days,
    'Betalda dagar': billableDays,
    'Belopp (kr)': kronor(amountOre),
  };
}

function lines(rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => COLUMNS.map((column) => row[column] ?? '')),
    { delimiter: ';', escape_formulas: true, record_delimiter: '\r\n' },
  );
}
