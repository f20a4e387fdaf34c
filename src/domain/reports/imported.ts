/** What the process cannot know of itself and is read from files: upplevd delaktighet, and the vårdcentraler's size and vårdsamordnare. */
import { decimalText } from '../money.js';
import type { UnitFacts } from './figure.js';
import type { Period } from './period.js';
import { benchmarkTenths } from './quality-indicators.js';

/** One measurement of one unit; for the whole region both units are null. */
export interface Measurement {
  /** `YYYY-MM` in which it was made. */
  month: string;
  /** Which one: the national enquiry, one of the parties' own. */
  matning: string;
  kommun: string | null;
  vardcentral: string | null;
  answers: number;
  /** Share that felt involved, in tenths of a percent. */
  shareTenths: number;
}

export interface VardcentralRow {
  hsaId: string;
  name: string;
  listade: number;
  /** The vårdsamordnare's hours a week, in tenths. */
  hoursTenths: number;
}

type Unit = { type: 'region' } | { type: 'kommun' | 'vardcentral'; id: string };

/** A unit's measurements in the period, weighed by their answers; for the region its own, else its vårdcentralers, else its kommuners. Null: none. */
export function delaktighetOf(measurements: readonly Measurement[], unit: Unit, { from, to }: Period): UnitFacts['delaktighet'] {
  const inPeriod = measurements.filter(({ month }) => from <= month && month <= to);
  const choices: ((m: Measurement) => boolean)[] =
    unit.type === 'region'
      ? [(m) => m.kommun === null && m.vardcentral === null, (m) => m.vardcentral !== null, (m) => m.kommun !== null]
      : [(m) => (unit.type === 'kommun' ? m.kommun : m.vardcentral) === unit.id];
  const own = choices.map((chosen) => inPeriod.filter(chosen)).find((found) => found.length > 0);
  return own === undefined
    ? null
    : {
        answers: own.reduce((sum, m) => sum + m.answers, 0),
        weighted: own.reduce((sum, m) => sum + m.answers * m.shareTenths, 0),
      };
}

export function vardsamordnareOf(rows: readonly VardcentralRow[], unit: Unit): UnitFacts['vardsamordnare'] {
  const own = unit.type === 'region' ? rows : unit.type === 'vardcentral' ? rows.filter((row) => row.hsaId === unit.id) : [];
  return own.length === 0
    ? null
    : {
        listade: own.reduce((sum, row) => sum + row.listade, 0),
        hoursTenths: own.reduce((sum, row) => sum + row.hoursTenths, 0),
      };
}

/** A vårdcentral beside the benchmark, in hours. */
export interface VardsamordnareRow {
  hsaId: string;
  name: string;
  listade: number;
  timmar: string;
  riktmarke: string;
}

export const vardsamordnareRows = (rows: readonly VardcentralRow[]): VardsamordnareRow[] =>
  rows.map(({ hsaId, name, listade, hoursTenths }) => ({
    hsaId,
    name,
    listade,
    timmar: decimalText(hoursTenths, 1),
    riktmarke: decimalText(benchmarkTenths(listade), 1),
  }));
