/** What the doors need of whoever keeps the running stays: in the service Temporal, in tests the pure core in memory. */
import type { ProcessRules } from '../domain/agreement.js';
import type { Actor, JsonObject } from '../domain/ids.js';
import type { ActionName } from '../domain/stay/actions.js';
import type { Viewer } from '../domain/stay/relation.js';
import type { Admission, Stay } from '../domain/stay/state.js';
import type { Sighting, StayView } from '../domain/stay/view.js';

/** An action as the doors hand it on: checked by zod, times as ISO 8601 texts. */
export interface Envelope {
  id: string;
  at?: string;
  by: Actor;
  data?: JsonObject;
  imported?: boolean;
}

/** What an accepted action answers. @source contract.md, HTTP API and Temporal */
export interface AcceptedAnswer {
  accepted: true;
  stayId: string;
  action: string;
  id: string;
  phase: StayView['phase'];
  deadlines: StayView['deadlines'];
  warnings?: string[];
  /** Whoever did it has no part in the stay any more: for the doors, which then tell no more. */
  former?: true;
}

/** What a refused action answers; `code` is of the core's REFUSALS. */
export interface RefusedAnswer {
  accepted: false;
  code: string;
  need: string;
  errors?: { path: string; message: string }[];
}

/**
 * The running stays. Every method throws `TemporalUnavailable` when they cannot be reached just now; what was sent may
 * then have been applied or not, and sending it again is harmless.
 */
export interface StayGateway {
  /** Starts the stay's workflow (`stay/{region}/{stayId}`); `exists` when one of that id runs, or has run, already. */
  admit(stayId: string, admission: Admission, rules: ProcessRules): Promise<'started' | 'exists'>;
  /** Sends an action and waits for its verdict. `ended`: the workflow has completed; `unknown`: there is none of that id. */
  act(
    region: string,
    stayId: string,
    action: ActionName,
    envelope: Envelope,
  ): Promise<AcceptedAnswer | RefusedAnswer | 'ended' | 'unknown'>;
  /** The stay as it is now, every answered action in it; undefined unless its workflow is running. */
  view(region: string, stayId: string): Promise<StayView | undefined>;
  /** The same as somebody may see it, and what they are to it; undefined unless its workflow is running. */
  see(region: string, stayId: string, viewer: Viewer): Promise<Sighting | undefined>;
  /** Takes an ended stay up again from what the ledger holds, and sends it the action; when another caller has already done so, sends only the action. */
  reopen(stay: Stay, rules: ProcessRules, action: ActionName, envelope: Envelope): Promise<AcceptedAnswer | RefusedAnswer>;
  /** Throws unless the running stays can be reached: for readiness. */
  ping(): Promise<void>;
}

/** Thrown when Temporal, or a worker of its, does not answer: 503, try again. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
  constructor(
    message = 'Temporal cannot be reached',
    /** Seconds after which trying again is worth it. */
    readonly retryAfterSeconds = 2,
  ) {
    super(message);
  }
}
