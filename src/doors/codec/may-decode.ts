/** Who may have payloads decoded and encoded, and how much of them is then seen. */
import type { Caller } from '../access/caller.js';
import { SYSTEMFORVALTARE } from '../access/claims.js';

/** `whole`: as it was sent. `owner`: codes, times, units and the program's own words; who the patient is and what people wrote is hidden. */
export type CodecSight = 'whole' | 'owner';

/** For people: docs/access.md has the same words. */
export const CODEC_ROUTES: Readonly<Record<string, string>> = {
  'POST /decode': "region processledare (identity and text hidden), systemforvaltare (everything): what is not another region's",
  'POST /encode': 'region processledare',
  'GET /healthz': 'everybody',
};

export interface CodecRight {
  /** Undefined: none of it. */
  decode: CodecSight | undefined;
  encode: boolean;
  /** Whose payloads. */
  region: string;
}

/**
 * The region's processledare follow the process, and may act in an emergency; its systemforvaltare find faults in what runs. Nobody else.
 * Undefined: nothing at all.
 */
export function codecRightOf({ party, unit, roles }: Caller): CodecRight | undefined {
  if (party !== 'region') return undefined;
  const isOwner = roles.includes('processledare');
  const isKeeper = roles.includes(SYSTEMFORVALTARE);
  if (!isOwner && !isKeeper) return undefined;
  return { decode: isKeeper ? 'whole' : 'owner', encode: isOwner, region: unit };
}
