/** What the parties of a month's cycle do, and whose each act is. */
import type { Actor, UnitRef } from '../ids.js';
import type { CycleParties } from './open-objections.js';

/** By the names that the workflow of a kommun's invoice takes them under. */
export const CYCLE_ACTIONS = {
  objection: { by: 'kommun', role: 'ekonom', beskrivning: 'Kommunen invänder mot ett vårdtillfälle i underlaget.' },
  answer: { by: 'region', role: 'ekonom', beskrivning: 'Regionen besvarar en invändning: godtar eller avvisar den.' },
  dispute: { by: 'kommun', role: 'ekonom', beskrivning: 'Kommunen bestrider att invändningen avvisades.' },
  decision: {
    by: 'tolkningsinstans',
    role: 'ledamot',
    beskrivning: 'Tolkningsinstansen avgör en bestridd invändning; finns ingen, ger sig en av parterna.',
  },
  hold: { by: 'region', role: 'ekonom', beskrivning: 'Regionen håller kommunens faktura.' },
  release: { by: 'region', role: 'ekonom', beskrivning: 'Regionen släpper en faktura som har hållits.' },
  approve: { by: 'region', role: 'ekonom', beskrivning: 'Regionen godkänner kommunens faktura.' },
} as const satisfies Record<string, { by: 'kommun' | 'region' | 'tolkningsinstans'; role: string; beskrivning: string }>;
export type CycleAction = keyof typeof CYCLE_ACTIONS;
export const CYCLE_ACTION_NAMES = Object.keys(CYCLE_ACTIONS) as CycleAction[];

/**
 * Who an act belongs to. `accepted`: what a decision says.
 *
 * @interpretation Where the agreement names no tolkningsinstans a dispute ends when one of the parties gives in: the region by accepting, the
 * kommun by withdrawing.
 * @source domain.md §2, §5
 */
export function actorOf(action: CycleAction, { region, payer, tolkningsinstans }: CycleParties, accepted = false): Actor {
  const { by: party, role } = CYCLE_ACTIONS[action];
  if (party !== 'tolkningsinstans') return { party, unit: party === 'region' ? region : payer, role };
  if (tolkningsinstans !== null) return { party, unit: tolkningsinstans, role };
  return accepted ? { party: 'region', unit: region, role: 'ekonom' } : { party: 'kommun', unit: payer, role: 'ekonom' };
}

/** Whether somebody may do what belongs to that unit. */
export const isSameUnit = (by: UnitRef, owner: UnitRef): boolean => by.party === owner.party && by.unit === owner.unit;
