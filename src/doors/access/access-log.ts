/** Notes who looks at which stays, before any answer leaves: many at once in one write, and none of it lost unnoticed. */
import type { Instant } from '../../domain/calendar.js';
import type { Access, AccessLedger, AccessOutcome } from '../../ledger/access/access-ledger.js';
import type { Caller } from './caller.js';

export interface AccessLog {
  /** `region`: kept though no stay is known of it. Resolves when it is kept; throws `AccessesUnavailable` when it cannot be, and then nothing may be shown. */
  note(caller: Caller, operation: string, outcome: AccessOutcome, stayIds: readonly string[], region?: string): Promise<void>;
}

/** Thrown when an access cannot be logged: 503, try again. */
export class AccessesUnavailable extends Error {
  override readonly name = 'AccessesUnavailable';
}

export interface AccessLogDeps {
  ledger: Pick<AccessLedger, 'recordAccesses'>;
  clock: { now(): Instant };
  /** Real time; default the machine's. */
  realNow?: () => number;
}

/** Long enough that what comes at the same time is written together, short enough that nobody notices. */
const GATHER_MS = 2;
const GROUP_MAX = 500;
/** More than this waiting means that the ledger has stopped answering. */
const WAITING_MAX = 20_000;

interface Waiting {
  access: Access;
  kept(): void;
  lost(error: Error): void;
}

/** One write at a time; what comes meanwhile goes with the next. */
export function accessLog({ ledger, clock, realNow = Date.now }: AccessLogDeps): AccessLog {
  const waiting: Waiting[] = [];
  let writing = false;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, GROUP_MAX);
      try {
        await ledger.recordAccesses(group.map(({ access }) => access));
        for (const { kept } of group) kept();
      } catch (error) {
        const lost = new AccessesUnavailable('the log of accesses cannot be written', { cause: error });
        for (const one of group) one.lost(lost);
      }
    }
    writing = false;
  };

  return {
    async note(caller, operation, outcome, stayIds, region) {
      if (stayIds.length === 0 && region === undefined) return;
      if (waiting.length >= WAITING_MAX) throw new AccessesUnavailable('too much waits to be written to the log of accesses');
      const { subject, name, party, unit, roles } = caller;
      const access = { at: realNow(), domainAt: clock.now(), subject, name, party, unit, roles, operation, outcome, stayIds, region };
      const done = new Promise<void>((kept, lost) => waiting.push({ access, kept, lost }));
      if (!writing) {
        writing = true;
        setTimeout(() => void write(), GATHER_MS);
      }
      await done;
    },
  };
}
