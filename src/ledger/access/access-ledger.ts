/** What the ledger does for the log of accesses: written before an answer leaves, listed for patients and for checks, kept five years. */
import type { Instant } from '../../domain/calendar.js';
import type { Party } from '../../domain/ids.js';
import type { Page } from '../page.js';

/**
 * `seen`: something of the stay was shown. `done`: something was done to it. `not-done`: asked for, and refused by a rule or not possible
 * just then. `forbidden`: a known stay, but not this role's. `hidden`: a stay that the caller may not know of, answered as if there were none.
 */
export const ACCESS_OUTCOMES = ['seen', 'done', 'not-done', 'forbidden', 'hidden'] as const;
export type AccessOutcome = (typeof ACCESS_OUTCOMES)[number];

/** Who did what, when, to which stays. */
export interface Access {
  /** Real time, in milliseconds. */
  at: number;
  domainAt: Instant;
  /** The token's `sub`. */
  subject: string;
  name?: string | undefined;
  party: Party;
  unit: string;
  roles: readonly string[];
  /** The action, or the route's operation. */
  operation: string;
  outcome: AccessOutcome;
  stayIds: readonly string[];
  /** Where it is kept though it is about no stay that there is: the region that is to know of it. Only of what the codec server does. */
  region?: string | undefined;
}

/** As it was kept: one row for each region. */
export interface KeptAccess extends Access {
  no: number;
  region: string;
}

export interface AccessQuery {
  /** Of this stay. */
  stayId?: string | undefined;
  /** By this unit's people and systems. */
  unit?: string | undefined;
  party?: Party | undefined;
  /** Only stays of this region. */
  region?: string | undefined;
  /** Real time; `until` exclusive. */
  from?: number | undefined;
  until?: number | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

/** @source PDL 4:3, 8:5; issue: each access to a stay is logged, kept five years, and can be listed */
export interface AccessLedger {
  /** Keeps them all, or throws. What is about no stay that there is leaves nothing, unless it names a region. */
  recordAccesses(accesses: readonly Access[]): Promise<void>;
  /** Whose the stays are that there are. */
  regionsOf(stayIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Oldest first; undefined when the cursor is none of ours. */
  listAccesses(query: AccessQuery): Promise<Page<KeptAccess> | undefined>;
  /** Takes out what is older than five years, by the database's own clock. Answers how many. */
  purgeAccesses(): Promise<number>;
}
