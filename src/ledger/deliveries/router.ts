/** Which ways a unit's notices go, as the ledger asks for it; the routing file answers. */
import type { UnitRef } from '../../domain/ids.js';

export interface RoutedNotice extends UnitRef {
  region: string;
  type: string;
}

/** A notice's ways. None at all: nobody would ever hear of it. */
export interface Ways {
  /** Being in the inbox counts as delivered. Every notice can be read there, whatever its ways. */
  inbox: boolean;
  /** `webhook:<id>` or `epost:<address>`. */
  channels: readonly string[];
}

export interface Router {
  waysOf(notice: RoutedNotice): Ways;
  /** Notices that found no way: for the error log. Called when they are kept. */
  unrouted?(to: UnitRef & { region: string }, noticeIds: readonly string[]): void;
}

/** Without a routing file every unit has its inbox. */
export const INBOX_ONLY: Router = { waysOf: () => ({ inbox: true, channels: [] }) };

/** What stands as channel where there was no way. */
export const NO_WAY = 'ingen';
