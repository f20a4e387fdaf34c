/** Periods, figures and their changes as the readers of a report read them. */
import type { Definition, Figure, FigureUnit } from '../../domain/reports/figure.js';
import { monthsIn, type Period } from '../../domain/reports/period.js';
import type { UnitFigure } from '../../domain/reports/report.js';
import { decimal, kronor, monthText } from '../documents/format.js';

const NBSP = '\u00a0';

/** `mars 2019`, `kvartal 1 2019`, `2019`, `januari–juni 2019`, `december 2018–maj 2019`. */
export function periodText(period: Period): string {
  const { from, to } = period;
  const [year, month] = [from.slice(0, 4), Number(from.slice(5))];
  const months = monthsIn(period);
  if (months === 1) return monthText(from);
  if (months === 12 && month === 1) return year;
  if (months === 3 && month % 3 === 1) return `kvartal ${(month + 2) / 3} ${year}`;
  return year === to.slice(0, 4) ? `${monthText(from).split(' ')[0]}–${monthText(to)}` : `${monthText(from)}–${monthText(to)}`;
}

const thousands = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, NBSP);
export const countText = (count: number): string => thousands(String(count));

/** `87,5 %`, `2,4`, `1 204`, `54 600 kr`; a dash where there is nothing to say. */
export function valueText(value: string | null, unit: FigureUnit): string {
  if (value === null) return '–';
  if (unit === 'procent') return `${decimal(value)}${NBSP}%`;
  if (unit === 'kronor') return kronor(Math.round(Number(value) * 100));
  return unit === 'antal' ? countText(Number(value)) : decimal(value);
}

export const UNIT_WORDS: Record<FigureUnit, string> = { procent: 'procent', dagar: 'dagar', antal: 'antal', kronor: 'kronor' };

/** What is seen at a glance of a change: how much, and whether that is better. */
export interface Change {
  /** `+3,2`; `±0` where nothing changed. */
  text: string;
  /** `procentenheter`, `dagar`, `kr`. */
  unit: string;
  trend: 'battre' | 'samre' | 'lika' | 'neutral';
}

/** From the period before; null where one of them says nothing. */
export function changeOf(now: Pick<Figure, 'value'>, before: Pick<Figure, 'value'>, { unit, better }: Definition): Change | null {
  if (now.value === null || before.value === null) return null;
  // Decimals of the same precision: whole tenths or öre, so that nothing is lost.
  const parts = unit === 'kronor' ? 100 : 10;
  const difference = Math.round(Number(now.value) * parts) - Math.round(Number(before.value) * parts);
  const sign = difference > 0 ? '+' : difference < 0 ? '\u2212' : '±';
  const size = Math.abs(difference);
  const shown =
    unit === 'kronor'
      ? kronor(size)
      : unit === 'antal'
        ? countText(size / parts)
        : decimal((size / parts).toFixed(1)).replace(/^0,0$/, '0');
  const trend = difference === 0 ? 'lika' : better === null ? 'neutral' : difference > 0 === (better === 'hogre') ? 'battre' : 'samre';
  return { text: `${sign}${shown}`, unit: unit === 'procent' ? 'procentenheter' : unit === 'dagar' ? 'dagar' : '', trend };
}

/** `7 av 8`, `24 fall`; what a value rests on. */
export function basisText({ numerator, denominator }: UnitFigure, unit: FigureUnit): string | null {
  if (denominator === null || denominator === 0) return null;
  if (unit === 'procent' && numerator !== null) return `${countText(numerator)} av ${countText(denominator)}`;
  return `${countText(denominator)} ${unit === 'procent' ? 'svar' : 'fall'}`;
}

export const KOMMUN_NOTES: Record<string, string> = {
  lopande: 'löpande',
  preliminar: 'preliminär',
  last: 'låst',
  fakturerad: 'fakturerad',
};
