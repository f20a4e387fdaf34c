/** Deviations by type and objections by code, each with what became of them. */
import { DEADLINE_IDS } from '../agreement.js';
import { OBJECTION_NAMES } from '../billing/objection-words.js';
import { OBJECTION_CODES, OBJECTION_STATES, type ObjectionCode, type ObjectionState } from '../billing/objections.js';
import { DEADLINE_NAMES } from '../stay/words.js';
import type { Tally } from './tally.js';

/** The objections of one month, payer and vårdcentral that are alike. */
export interface ObjectionTally {
  /** Of the basis: the stay's month of discharge. */
  month: string;
  payer: string;
  /** HSA-id; null where the stay is in no report. */
  vardcentral: string | null;
  code: ObjectionCode;
  state: ObjectionState;
  count: number;
}

export interface ObjectionRow {
  code: ObjectionCode;
  name: string;
  count: number;
  /** Accepted by the region, by default, or by the tolkningsinstans. */
  upheld: number;
  rejected: number;
  /** Not decided yet. */
  open: number;
  states: Record<ObjectionState, number>;
}

const UPHELD: readonly ObjectionState[] = ['godtagen', 'bifallen'];
const OPEN: readonly ObjectionState[] = ['obesvarad', 'bestridd'];
/** Not decided yet. */
export const isOpen = (state: ObjectionState): boolean => OPEN.includes(state);

/** Every code that occurs, in the order of the codes. */
export function objectionRows(tallies: readonly ObjectionTally[]): ObjectionRow[] {
  return OBJECTION_CODES.flatMap((code) => {
    const own = tallies.filter((t) => t.code === code);
    if (own.length === 0) return [];
    const states = Object.fromEntries(
      OBJECTION_STATES.map((state) => [state, own.filter((t) => t.state === state).reduce((sum, t) => sum + t.count, 0)]),
    ) as Record<ObjectionState, number>;
    const of = (some: readonly ObjectionState[]) => some.reduce((sum, state) => sum + states[state], 0);
    const count = of(OBJECTION_STATES);
    const [upheld, open] = [of(UPHELD), of(OPEN)];
    return [{ code, name: capital(OBJECTION_NAMES[code]), count, upheld, rejected: count - upheld - open, open, states }];
  });
}

export interface DeviationRow {
  type: string;
  name: string;
  count: number;
  before: number;
}

const NAMES: Record<string, string> = {
  ...Object.fromEntries(
    DEADLINE_IDS.map((id) => [id, `Frist: ${DEADLINE_NAMES[id].toLowerCase().replace('svpl', 'SVPL').replace('sip', 'SIP')}`]),
  ),
  checklista: 'Öppen punkt i checklista',
  franvaro: 'Kallad part uteblev',
  ovrigt: 'Övrigt rapporterat',
};

/** The most frequent first. */
export function deviationRows(tally: Tally, before: Tally): DeviationRow[] {
  return [...new Set([...Object.keys(tally.deviations), ...Object.keys(before.deviations)])]
    .map((type) => ({ type, name: deviationName(type), count: tally.deviations[type] ?? 0, before: before.deviations[type] ?? 0 }))
    .sort((a, b) => b.count - a.count || b.before - a.before || (a.type < b.type ? -1 : 1));
}

export const deviationName = (type: string): string => NAMES[type] ?? `Rapporterat: ${type.replaceAll('-', ' ')}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
