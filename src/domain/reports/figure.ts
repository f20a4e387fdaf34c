/** What an indicator is: its definition as people read it, and the figure that it makes of a unit's facts. */
import { decimalText, type Ore, roundHalfUp } from '../money.js';
import type { Share, Tally } from './tally.js';

/** All that is known of one unit in one period. */
export interface UnitFacts {
  tally: Tally;
  /** Stays with at least one objection. */
  contestedStays: number;
  /** What credit notes have taken back; null where invoices are not made out to the unit. */
  credited: { stays: number; amountOre: Ore } | null;
  /** Reckoned and not invoiced, because of objections that are open; null where invoices are not made out to the unit. */
  disputedOre: Ore | null;
  /** Null: not measured. */
  delaktighet: { answers: number /** Σ answers × share in tenths of a percent. */; weighted: number } | null;
  /** Null: not told. */
  vardsamordnare: { listade: number /** Hours a week, in tenths. */; hoursTenths: number } | null;
}

export interface Figure {
  /** A decimal, exact as its definition rounds it; null where nothing is counted. */
  value: string | null;
  /** What the value was made of, where it is a share or a mean. */
  numerator: number | null;
  denominator: number | null;
  /** How many cannot be judged yet. */
  waits: number;
}

export const UNITS = ['procent', 'dagar', 'antal', 'kronor'] as const;
export type FigureUnit = (typeof UNITS)[number];

/** Swedish throughout: it is printed beside the figure. */
export interface Definition {
  id: string;
  name: string;
  /** For the head of a column. */
  short: string;
  unit: FigureUnit;
  /** Which way is better; null where neither is. */
  better: 'hogre' | 'lagre' | null;
  counted: string;
  numerator: string;
  denominator: string;
  leftOut: string;
  source: string;
  /** For whom it is made. */
  per: readonly UnitType[];
}

export const UNIT_TYPES = ['region', 'kommun', 'vardcentral'] as const;
export type UnitType = (typeof UNIT_TYPES)[number];

export interface Indicator extends Definition {
  figure(facts: UnitFacts): Figure;
}

/** Below this many cases a figure says little, and is marked; it is shown all the same: it stays inside the system. */
export const FEW = 10;

/** Percent with one decimal, half up. */
export const shareFigure = ({ met, owed, waits }: Share): Figure => ({
  value: percentOf(met, owed),
  numerator: met,
  denominator: owed,
  waits,
});

export const percentOf = (part: number, whole: number): string | null =>
  whole === 0 ? null : decimalText(roundHalfUp(part * 100, whole, 10), 1);

export const countFigure = (count: number, of: number | null = null): Figure => ({
  value: String(count),
  numerator: count,
  denominator: of,
  waits: 0,
});

export const NO_FIGURE: Figure = { value: null, numerator: null, denominator: null, waits: 0 };
