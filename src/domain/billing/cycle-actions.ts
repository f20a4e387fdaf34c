/** What the parties of a month's cycle do, and whose each act is. */
import type { Actor, UnitRef } from '../ids.js';
import type { CycleParties } from './open-objections.js';

/** By the names that the workflow of a kommun's invoice takes them under. */
export const CYCLE_ACTIONS = {
  objection: { by: 'kommun', role: 'ekonom', beskrivning: 'Kommunen invänder mot ett vårdtillfälle i underlaget.' },
  answer: { by: 'region', role: 'ekonom', beskrivning: 'Regionen besvarar en invändning: godtar eller avvisar den.' },
  dispute: { by: 'kommun', role: 'ekonom', beskrivning: 'Kommunen bestrider att invändningen avvisades.' },
  decision: { by: 'tolkningsinstans', role: 'ledamot', beskrivning: 'Tolkningsinstansen avgör en bestridd invändning.' },
  hold: { by: 'region', role: 'ekonom', beskrivning: 'Regionen håller kommunens faktura.' },
  release: { by: 'region', role: 'ekonom', beskrivning: 'Regionen släpper en faktura som har hållits.' },
  approve: { by: 'region', role: 'ekonom', beskrivning: 'Regionen godkänner kommunens faktura.' },
} as const satisfies Record<string, { by: 'kommun' | 'region' | 'tolkningsinstans'; role: string; beskrivning: string }>;
export type CycleAction = keyof typeof CYCLE_ACTIONS;
export const CYCLE_ACTION_NAMES = Object.keys(CYCLE_ACTIONS) as CycleAction[];

/** Who an act belongs to; null: the agreement names no tolkningsinstans. @source domain.md §2, §5 */
export function actorOf(action: CycleAction, { region, payer, tolkningsinstans }: CycleParties): Actor | null {
  const { by: party, role } = CYCLE_ACTIONS[action];
  const unit = { kommun: payer, region, tolkningsinstans }[party];
  return unit === null ? null : { party, unit, role };
}

/** Whether somebody may do what belongs to that unit. */
export const isSameUnit = (by: UnitRef, owner: UnitRef): boolean => by.party === owner.party && by.unit === owner.unit;
