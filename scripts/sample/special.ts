/** The stays in the other nine kommuner: they cost nothing, and each shows something that the examples do not. */
import { deviating } from './special-deviating.js';
import { meetings } from './special-meetings.js';
import { payers } from './special-payers.js';
import { turns } from './special-turns.js';
import type { Story } from './story.js';

export function specialStays(): Story[] {
  return [...deviating(), ...payers(), ...turns(), ...meetings()];
}
