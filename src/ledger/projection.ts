/** What lists and months are read from, as a pure function of a stay and its rules. */
import { createHash } from 'node:crypto';
import type { ProcessRules } from '../domain/agreement.js';
import type { Episode } from '../domain/billing/episode.js';
import { localMonthOf } from '../domain/calendar.js';
import type { UnitRef } from '../domain/ids.js';
import { openDeadlines } from '../domain/stay/deadlines.js';
import { episodeOf } from '../domain/stay/episode.js';
import { factsOf } from '../domain/stay/facts.js';
import { phaseOf } from '../domain/stay/parties.js';
import type { Deadline, Stay } from '../domain/stay/state.js';
import { caseUnitsOf } from './case-units.js';
import { storableText } from './storable.js';
import { NEVER } from './tables.js';

export interface Projection {
  /** Columns of the stay's own row. */
  row: {
    phase: string;
    kommun: string | null;
    placerande_kommun: string | null;
    payer: string | null;
    vardcentral: string | null;
    ward: string | null;
    next_deadline: string | null;
    next_owner_party: string | null;
    next_owner_unit: string | null;
    next_due: number;
    admitted_at: number | null;
    discharged_at: number | null;
    ended_at: number | null;
  };
  units: UnitRef[];
  deadlines: Deadline[];
  region: string;
  agreement: string;
  episode: Episode;
  month: string | null;
  /** Digests of units, deadlines and episode, in this order, separated by a space. */
  digest: string;
}

export function projectionOf(stay: Stay, rules: ProcessRules): Projection {
  const deadlines = openDeadlines(stay, rules);
  const next = deadlines.reduce<Deadline | undefined>(
    (soonest, d) => (soonest === undefined || d.dueAt < soonest.dueAt ? d : soonest),
    undefined,
  );
  const episode = episodeOf(stay, rules);
  const facts = factsOf(stay);
  const responsible = facts.kommuner.at(-1);
  const units = caseUnitsOf(stay);
  const phase = phaseOf(stay);
  const row = {
    phase,
    kommun: responsible?.kommun ?? null,
    placerande_kommun: responsible?.placerande ?? null,
    payer: episode.payer,
    vardcentral: facts.vardcentral.hsaId,
    ward: facts.ward.hsaId,
    next_deadline: next?.id ?? null,
    next_owner_party: next?.owner.party ?? null,
    next_owner_unit: next === undefined ? null : storableText(next.owner.unit),
    next_due: next?.dueAt ?? NEVER,
    admitted_at: stay.admission.admittedAt,
    discharged_at: episode.dischargedAt,
    ended_at: stay.ended?.at ?? null,
  };
  return {
    row,
    units,
    deadlines,
    region: stay.admission.region,
    agreement: rules.agreementId,
    episode,
    month: episode.dischargedAt === null ? null : localMonthOf(episode.dischargedAt),
    digest: [digest([units, phase, row.next_due]), digest(deadlines), digest([episode, rules.agreementId, row.vardcentral, row.ward])].join(
      ' ',
    ),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
