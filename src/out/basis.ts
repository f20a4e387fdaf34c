/** The basis of a month as files: one JSON with all that was reckoned, one CSV that an economist opens in a spreadsheet. */
import { stringify } from 'csv-stringify/sync';
import { kommunerIn } from '../domain/agreement-in-force.js';
import type { Episode } from '../domain/billing/episode.js';
import type { StayOutcome } from '../domain/billing/kommun-month.js';
import type { MonthResult } from '../domain/billing/month.js';
import { previewOf } from '../domain/billing/preview.js';
import type { RegionMonth } from '../domain/billing/region-month.js';
import { type Instant, toSwedish } from '../domain/calendar.js';

/** The preview's fields, and what is needed to explain the month and to reckon it anew under the same rules. */
export interface Basis extends ReturnType<typeof previewOf> {
  region: string;
  agreementVersion: string;
  andraRegioner: MonthResult['andraRegioner'];
  utanBetalare: MonthResult['utanBetalare'];
  outOfSight: number;
  stays: StayOutcome[];
  episodes: Episode[];
}

/** Everything of the month, in an order that depends on nothing but its content. */
export function basisOf(region: string, { agreement, result }: RegionMonth, episodes: readonly Episode[]): Basis {
  return {
    region,
    agreementVersion: agreement.version,
    ...previewOf(result),
    andraRegioner: result.andraRegioner,
    utanBetalare: result.utanBetalare,
    outOfSight: result.outOfSight,
    stays: result.stays,
    episodes: [...episodes].sort((a, b) => (a.stayId < b.stayId ? -1 : 1)),
  };
}

/** One kommun's own part of the basis: its stays and nobody else's. */
export function kommunBasis(basis: Basis, payer: string): object {
  const { kommuner, andraRegioner, stays, episodes, region, agreement, agreementVersion, month, vardprisOre } = basis;
  const own = stays.filter((stay) => stay.payer === payer);
  const ids = new Set(own.map((stay) => stay.stayId));
  return {
    region,
    agreement,
    agreementVersion,
    month,
    vardprisOre,
    kommun: kommuner.find((k) => k.payer === payer) ?? andraRegioner?.kommuner.find((k) => k.payer === payer) ?? null,
    stays: own,
    episodes: episodes.filter((episode) => ids.has(episode.stayId)),
  };
}

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

const time = (at: Instant | null | undefined): string => (at === null || at === undefined ? '' : toSwedish(at));
const comma = (decimal: string | null): string | null => decimal?.replace('.', ',') ?? null;
/** `54600,00`, without separators, so that a spreadsheet takes it for a number. */
const kronor = (ore: number | null): string | null =>
  ore === null ? null : `${Math.trunc(ore / 100)},${String(ore % 100).padStart(2, '0')}`;

/** What a CSV file begins with, so that spreadsheets read it as UTF-8. Not kept in the ledger: PGlite drops it at the beginning of a text. */
export const BOM = '\ufeff';

/** `;`, CRLF, decimal comma: after a BOM it opens in a Swedish spreadsheet as it is. A row per stay, and a sum per kommun, those with nothing to pay too. */
export function basisCsv({ agreement, result }: RegionMonth, episodes: readonly Episode[]): string {
  const names = new Map(kommunerIn(agreement, result.month).map((kommun) => [kommun.code, kommun.name]));
  const episodeOf = new Map(episodes.map((episode) => [episode.stayId, episode]));
  const rows = [...result.kommuner, ...(result.andraRegioner?.kommuner ?? [])].flatMap((kommun): Row[] => {
    const who = { Kommunkod: kommun.payer, Kommun: names.get(kommun.payer) ?? '' };
    const stays = result.stays.filter((stay) => stay.payer === kommun.payer);
    return [
      ...stays.map((stay) => ({ ...who, Rad: 'vårdtillfälle', ...stayRow(stay, episodeOf.get(stay.stayId)) })),
      {
        ...who,
        Rad: 'summa',
        Antal: kommun.stays,
        Dagar: kommun.averageDaysTotal,
        'Betalda dagar': comma(kommun.averageBillableDays),
        Snitt: comma(kommun.average),
        Tröskel: comma(kommun.threshold),
        'Belopp (kr)': kronor(kommun.amountOre),
      },
    ];
  });
  return stringify(
    rows.map((row) => COLUMNS.map((column) => row[column] ?? '')),
    {
      header: true,
      columns: COLUMNS.map((column) => ({ key: column, header: column })),
      delimiter: ';',
      escape_formulas: true,
      record_delimiter: '\r\n',
    },
  );
}

function stayRow(stay: StayOutcome, episode: Episode | undefined): Row {
  return {
    Vårdtillfälle: stay.stayId,
    Utfall: stay.outcome,
    Orsak: stay.reason,
    Inskriven: time(episode?.admittedAt),
    Inskrivningsmeddelande: time(episode?.inskrivningsmeddelandeAt),
    'Vårdtid bedömd': time(episode?.vardtidAt),
    Utskrivningsklar: time(episode?.intervals.at(-1)?.from),
    Utskrivningsmeddelande: time(episode?.utskrivningsmeddelandeAt),
    'Kallelse till SVPL': time(episode?.svplKallelseAt),
    Utskriven: time(episode?.dischargedAt),
    Dagar: stay.individual?.days ?? stay.averageDays,
    'Betalda dagar': stay.individual?.billableDays ?? null,
    'Belopp (kr)': kronor(stay.individual?.amountOre ?? null),
  };
}

/** The rows of one kommun out of the month's CSV, byte for byte, under the same header. */
export function kommunCsv(csv: string, payer: string): string {
  const [header, ...rows] = csv.split('\r\n');
  return [header, ...rows.filter((row) => row.startsWith(`${payer};`)), ''].join('\r\n');
}
