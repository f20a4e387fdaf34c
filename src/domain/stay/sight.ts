/** How much of a stay each role sees: one table, and the widest of what a person's roles see. */
import type { Party } from '../ids.js';
import type { Relation, Viewer } from './relation.js';

/**
 * From the widest to the narrowest. `clinical`: everything. `planning`: not what is handed over at discharge. `economic`: times, days and
 * evidence, no text and no identity. `states`: the same for those who follow the process. `own`: one's own part of the log.
 */
const SIGHTS = ['all', 'clinical', 'planning', 'economic', 'states', 'own'] as const;
export type Sight = (typeof SIGHTS)[number];

/**
 * @source domain.md §2 "What roles see"
 * @interpretation The vårdsamordnare is the vårdcentral's legitimerade in the planning; its verksamhetschef leads it and treats nobody.
 */
const SIGHT_OF_ROLE: Partial<Record<Party, Record<string, Sight>>> = {
  slutenvard: { lakare: 'clinical', sjukskoterska: 'clinical', arbetsterapeut: 'clinical', fysioterapeut: 'clinical' },
  vardcentral: { lakare: 'clinical', vardsamordnare: 'clinical', verksamhetschef: 'planning' },
  kommun: {
    sjukskoterska: 'clinical',
    arbetsterapeut: 'clinical',
    fysioterapeut: 'clinical',
    handlaggare: 'planning',
    ekonom: 'economic',
  },
  region: { ekonom: 'economic', processledare: 'states' },
  tolkningsinstans: { ledamot: 'economic' },
};

/** Null: nothing at all, to a stranger, or to a role that has no business with any stay (`loggranskare`). */
export function sightOf(relation: Relation, viewer: Viewer): Sight | null {
  if (relation === 'stranger') return null;
  // What a system transports it need not be shown again.
  if (relation === 'system') return 'states';
  const own = viewer.roles.flatMap((role) => SIGHT_OF_ROLE[viewer.party]?.[role] ?? []);
  const widest = SIGHTS.find((sight) => own.includes(sight)) ?? null;
  return relation === 'former' && widest !== null ? 'own' : widest;
}

/** Whether one of the roles may read what is written: economists and those who follow the process have no need of it. */
export function readsText(viewer: Viewer): boolean {
  return viewer.roles.some((role) => ['clinical', 'planning'].includes(SIGHT_OF_ROLE[viewer.party]?.[role] ?? ''));
}
