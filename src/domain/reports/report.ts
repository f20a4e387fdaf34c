/** A report as data: every indicator of every unit, with the period before, what became of objections, and what the months came to. */
import { type Instant, localMonthOf, toIso } from '../calendar.js';
import { type DeviationRow, deviationRows, type ObjectionRow, type ObjectionTally, objectionRows } from './breakdowns.js';
import { type Definition, FEW, type Figure, type Indicator, type UnitFacts, type UnitType } from './figure.js';
import {
  delaktighetOf,
  type Measurement,
  type VardcentralRow,
  type VardsamordnareRow,
  vardsamordnareOf,
  vardsamordnareRows,
} from './imported.js';
import { creditedOf, disputedOf, type MonthOutcome, type Outcome, outcomeOf } from './outcome.js';
import { KINDS, monthsOf, type Period, periodBefore, type ReportKind, type Section, steeringName, trendPeriod } from './period.js';
import { PROCESS_INDICATORS } from './process-indicators.js';
import { QUALITY_INDICATORS } from './quality-indicators.js';
import { sumOfTallies, type UnitTally } from './tally.js';

export const INDICATORS = [...PROCESS_INDICATORS, ...QUALITY_INDICATORS] as const;
export type IndicatorId = (typeof INDICATORS)[number]['id'];

/** What a report is made of: the period, the one before, and at least a year for what is shown over time. */
export interface ReportInput {
  region: string;
  agreement: { id: string; name: string; tolkningsinstans: string | null };
  /** The agreement's, in order of kommunkod. */
  kommuner: readonly { code: string; name: string }[];
  kind: ReportKind;
  period: Period;
  asOf: Instant;
  tallies: readonly UnitTally[];
  objections: readonly ObjectionTally[];
  /** Stays with an objection, each once. */
  contested: readonly { month: string; payer: string; vardcentral: string | null; stays: number }[];
  months: readonly MonthOutcome[];
  measurements: readonly Measurement[];
  vardcentraler: readonly VardcentralRow[];
}

export interface Unit {
  type: UnitType;
  /** Region id, kommunkod, HSA-id; `ovriga` for kommuner outside the agreement, `ingen` where no kommun has the stays in sight. */
  id: string;
  name: string;
}

export interface UnitFigure extends Figure {
  unit: Unit;
  /** Rests on few cases: read with care. */
  few: boolean;
  before: Figure;
}

export interface Report {
  region: string;
  agreement: { id: string; name: string };
  kind: ReportKind;
  title: string;
  audience: string;
  period: Period;
  before: Period;
  asOf: string;
  /** Its last month is not over. */
  running: boolean;
  sections: readonly Section[];
  /** The region's stays with 0, 1, 2 … whole days as utskrivningsklar. */
  readyDays: number[];
  /** Discharges of the target group. */
  stays: { count: number; before: number };
  indicators: (Definition & { figures: UnitFigure[] })[];
  /** By month, oldest first: the region's figures by indicator id. */
  trend: { month: string; stays: number; values: Record<string, string | null> }[];
  deviations: { rows: DeviationRow[]; units: { unit: Unit; types: Record<string, number> }[] };
  objections: { rows: ObjectionRow[]; before: number; units: { unit: Unit; rows: ObjectionRow[] }[] };
  outcome: Outcome;
  vardsamordnare: VardsamordnareRow[];
}

/** The report of a period, compared with the one before. Months outside both are used for what is shown over time alone. */
export function reportOf(input: ReportInput): Report {
  const { region, agreement, kind, period, asOf } = input;
  const before = periodBefore(period);
  const units = unitsOf(input);
  const [inPeriod, inBefore] = [inputOf(input, period), inputOf(input, before)];
  const facts = new Map(units.map((unit) => [unit, { now: factsOf(inPeriod, unit), before: factsOf(inBefore, unit) }]));
  const whole = units[0] as Unit;
  const own = facts.get(whole) as { now: UnitFacts; before: UnitFacts };
  const objections = within(input.objections, period);
  return {
    region,
    agreement: { id: agreement.id, name: agreement.name },
    kind,
    title: KINDS[kind].title,
    audience: KINDS[kind].audience(steeringName(agreement.tolkningsinstans)),
    period,
    before,
    asOf: toIso(asOf),
    running: localMonthOf(asOf) <= period.to,
    sections: KINDS[kind].sections,
    readyDays: own.now.tally.readyDays,
    stays: { count: own.now.tally.stays, before: own.before.tally.stays },
    indicators: INDICATORS.map((indicator) => {
      const { figure: _, ...definition }: Indicator = indicator;
      const shown = units.filter(({ type }) => definition.per.includes(type));
      return { ...definition, figures: shown.map((unit) => figureOf(indicator, unit, facts)) };
    }),
    trend: monthsOf(trendPeriod(period)).map((month) => {
      const of = factsOf(inputOf(input, { from: month, to: month }), whole);
      return { month, stays: of.tally.stays, values: Object.fromEntries(INDICATORS.map(({ id, figure }) => [id, figure(of).value])) };
    }),
    deviations: {
      rows: deviationRows(own.now.tally, own.before.tally),
      units: units.map((unit) => ({ unit, types: facts.get(unit)?.now.tally.deviations ?? {} })),
    },
    objections: {
      rows: objectionRows(objections),
      before: within(input.objections, before).reduce((sum, o) => sum + o.count, 0),
      units: units.map((unit) => ({ unit, rows: objectionRows(inPeriod.objections.get(keyOf(unit)) ?? []) })),
    },
    outcome: outcomeOf(within(input.months, period), within(input.months, before), input.kommuner),
    vardsamordnare: vardsamordnareRows(input.vardcentraler),
  };
}

const within = <T extends { month: string }>(rows: readonly T[], { from, to }: Period): T[] =>
  rows.filter(({ month }) => from <= month && month <= to);

function figureOf(indicator: Indicator, unit: Unit, facts: Map<Unit, { now: UnitFacts; before: UnitFacts }>): UnitFigure {
  const { now, before } = facts.get(unit) as { now: UnitFacts; before: UnitFacts };
  const figure = indicator.figure(now);
  return {
    unit,
    ...figure,
    few: figure.value !== null && figure.denominator !== null && figure.denominator < FEW,
    before: indicator.figure(before),
  };
}

/** The region, its kommuner, what falls outside them where there is any, and its vårdcentraler by name. */
function unitsOf({ region, agreement, kommuner, period, tallies, vardcentraler }: ReportInput): Unit[] {
  const known = new Set(kommuner.map(({ code }) => code));
  const inPeriod = within(tallies, period);
  const names = new Map([
    ...inPeriod.map((t): [string, string] => [t.vardcentral, t.vardcentralName]),
    ...vardcentraler.map((v): [string, string] => [v.hsaId, v.name]),
  ]);
  return [
    { type: 'region', id: region, name: agreement.name },
    ...kommuner.map(({ code, name }): Unit => ({ type: 'kommun', id: code, name })),
    ...(inPeriod.some((t) => t.payer !== null && !known.has(t.payer))
      ? [{ type: 'kommun', id: OTHERS, name: 'Kommuner utanför överenskommelsen' } as const]
      : []),
    ...(inPeriod.some((t) => t.payer === null) ? [{ type: 'kommun', id: NONE, name: 'Ingen kommun' } as const] : []),
    ...[...names]
      .map(([id, name]): Unit => ({ type: 'vardcentral', id, name }))
      .sort((a, b) => a.name.localeCompare(b.name, 'sv') || (a.id < b.id ? -1 : 1)),
  ];
}

const OTHERS = 'ovriga';
const NONE = 'ingen';

const keyOf = ({ type, id }: Pick<Unit, 'type' | 'id'>): string => (type === 'region' ? type : `${type} ${id}`);

/** The units that something of that payer and vårdcentral belongs to. */
function keysOf({ payer, vardcentral }: { payer: string | null; vardcentral: string | null }, kommuner: ReadonlySet<string>): string[] {
  const kommun = payer === null ? NONE : kommuner.has(payer) ? payer : OTHERS;
  return ['region', `kommun ${kommun}`, ...(vardcentral === null ? [] : [`vardcentral ${vardcentral}`])];
}

/** What there is of one period, by unit: gone through once, however many units there are. */
interface PeriodInput {
  of: ReportInput;
  period: Period;
  tallies: Map<string, UnitTally[]>;
  contested: Map<string, ReportInput['contested'][number][]>;
  objections: Map<string, ObjectionTally[]>;
  months: MonthOutcome[];
}

function inputOf(of: ReportInput, period: Period): PeriodInput {
  const kommuner = new Set(of.kommuner.map(({ code }) => code));
  const byUnit = <T extends { month: string; payer: string | null; vardcentral: string | null }>(rows: readonly T[]): Map<string, T[]> => {
    const units = new Map<string, T[]>();
    for (const row of within(rows, period)) {
      for (const key of keysOf(row, kommuner)) {
        const known = units.get(key);
        if (known === undefined) units.set(key, [row]);
        else known.push(row);
      }
    }
    return units;
  };
  return {
    of,
    period,
    tallies: byUnit(of.tallies),
    contested: byUnit(of.contested),
    objections: byUnit(of.objections),
    months: within(of.months, period),
  };
}

function factsOf({ of, period, tallies, contested, objections, months }: PeriodInput, unit: Unit): UnitFacts {
  const key = keyOf(unit);
  const kommuner = new Set(of.kommuner.map(({ code }) => code));
  const pays = (payer: string) => keysOf({ payer, vardcentral: null }, kommuner).includes(key);
  const invoiced = unit.type !== 'vardcentral';
  return {
    tally: sumOfTallies(tallies.get(key) ?? []),
    contestedStays: (contested.get(key) ?? []).reduce((sum, row) => sum + row.stays, 0),
    credited: invoiced ? creditedOf(months, pays) : null,
    disputedOre: invoiced ? disputedOf(months, objections.get(key) ?? [], pays) : null,
    delaktighet: delaktighetOf(of.measurements, unit, period),
    // The file tells how it is, not how it was.
    vardsamordnare: period === of.period ? vardsamordnareOf(of.vardcentraler, unit) : null,
  };
}
