/** The routing as it is now: read again when its file or a secret's file has changed, kept as it was when what came is wrong. */
import { statSync } from 'node:fs';
import { problemText } from '../../agreements/yaml-file.js';
import type { Router } from '../../ledger/deliveries/router.js';
import type { Routing } from './routing.js';
import { type LoadedRouting, loadRouting, type RoutingContext } from './routing-file.js';

export interface OpenRouting {
  current(): Routing;
  /** Looks whether a file has changed, and reads it then. */
  refresh(): void;
  /** For the ledger. */
  router: Router;
}

interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** @param loaded what was read at start, and found right */
export function openRouting(file: string | undefined, loaded: LoadedRouting, context: RoutingContext, log: Log): OpenRouting {
  let { routing, files } = loaded;
  let seen = signatureOf(files);
  return {
    current: () => routing,
    refresh() {
      const now = signatureOf(files);
      if (now === seen) return;
      seen = now;
      const again = loadRouting(file, context);
      if ('problems' in again) {
        const reason = again.problems.slice(0, 3).map(problemText).join('; ');
        log.error({ reason }, 'ROUTING_FILE: what it says now is wrong; notices go the ways that it said before');
        return;
      }
      ({ routing, files } = again);
      seen = signatureOf(files);
      log.info({ endpoints: routing.endpoints.size }, 'ROUTING_FILE: read again');
    },
    router: {
      waysOf: (notice) => routing.waysOf(notice),
      unrouted: (to, noticeIds) =>
        log.error({ party: to.party, unit: to.unit, region: to.region, noticeIds }, 'notices have no way: nobody is told (ROUTING_FILE)'),
    },
  };
}

const signatureOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'gone' : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
    })
    .join(' ');
