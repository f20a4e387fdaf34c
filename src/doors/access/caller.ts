/** Who calls: read from a token's claims, never from what is sent. */
import type { Party } from '../../domain/ids.js';

/**
 * A caller who has shown who they are. Where a function takes none, nobody has been asked: authorisation is off
 * (loopback only), or the caller is a door of this very service, which answers for what it sends.
 *
 * @source contract.md, HTTP API: claims `party`, `unit`, `roles`
 */
export interface Caller {
  party: Party;
  /**
   * HSA-id, kommunkod, region id, or the id of a tolkningsinstans. Of a sending system (party `system`): the id of the region
   * whose stays it transports, which `/` and the system's own name may follow (`jonkoping/journal`).
   */
  unit: string;
  /** The roles of `domain.md` §2, and `loggranskare`: may read who has read. */
  roles: readonly string[];
  /** The token's `sub`: who it is at the issuer, for the log of accesses. */
  subject: string;
  /** The token's `name`, when it has one. */
  name?: string | undefined;
}
