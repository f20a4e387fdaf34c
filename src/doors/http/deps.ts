/** What the HTTP door is given: the one way in, the ledger's lists, the months and the clock. */
import type { FastifyBaseLogger } from 'fastify';
import type { Ledger } from '../../ledger/ledger.js';
import type { DoorClock, Submit } from '../submit.js';

export interface AppDeps {
  submit: Submit;
  ledger: Pick<Ledger, 'listStays' | 'inbox' | 'acknowledge' | 'renewFeed' | 'ping'>;
  clock: DoorClock;
  /** A region's month, running or frozen, as the API shows it; undefined when no agreement has such a month. */
  readMonth(region: string, month: string): Promise<Record<string, unknown> | undefined>;
  /** Throws when Temporal does not answer. */
  pingTemporal(): Promise<void>;
  logger?: FastifyBaseLogger | undefined;
  /** Requests a minute from one address; default 60 000, enough for a hospital's integration engine and a feed played at once. */
  requestsPerMinute?: number | undefined;
  /** How often a listening system's inbox is looked at, in milliseconds; default a second. */
  pollMs?: number | undefined;
  /** Checks every answer against its documented schema: for tests. */
  checkAnswers?: boolean | undefined;
}
