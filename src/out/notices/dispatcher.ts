/** Takes receivers that something waits for, sends to each in its own turn, and tells of what was given up. One per worker; several get along. */
import { randomUUID } from 'node:crypto';
import { addressDigest, type Routing } from './routing.js';
import { leaseMsOf, type SessionDeps, session } from './session.js';
import { type StayDeliveries, type TellDeps, tellFailures } from './tell.js';

export interface DispatcherDeps extends Omit<SessionDeps, 'place' | 'isStopping' | 'freeAt' | 'ledger'> {
  ledger: TellDeps['ledger'];
  stays: StayDeliveries;
  routing: { current(): Routing; refresh(): void };
}

export interface Dispatcher {
  /** Looks once: takes what may be taken, and waits for it. Answers whether anything was done. */
  once(): Promise<boolean>;
  /** Looks again and again, until it is stopped. */
  start(): void;
  /** Lets what is under way finish, within the time that one try may take. */
  stop(): Promise<void>;
}

/** How often it looks where nothing has come of the last look. */
const POLL_MS = 1_000;
const BUSY_POLL_MS = 100;
const IDLE_POLL_MS = 5_000;
/** A receiver that another worker's newer routing has may be unknown here for as long. */
const UNKNOWN_FOR_MS = 10 * 60_000;

export function dispatcher(deps: DispatcherDeps): Dispatcher {
  const { ledger, routing, log } = deps;
  const holder = randomUUID();
  let stopping = false;
  let known = '';
  let running: Promise<void> | undefined;
  let wake: () => void = () => undefined;
  const place = places(() => routing.current().settings.total);

  const know = async (): Promise<string[]> => {
    const endpoints = [...routing.current().endpoints.values()].map((endpoint) => ({
      endpoint: endpoint.channel,
      address: addressDigest(endpoint),
    }));
    const now = JSON.stringify(endpoints);
    if (now !== known) await ledger.knowEndpoints(endpoints);
    known = now;
    return endpoints.map(({ endpoint }) => endpoint);
  };

  const freeAt = new Map<string, number>();
  const sessions = new Set<Promise<void>>();
  /** Starts a turn with every receiver that may be asked now; answers whether anything was found to do. */
  const look = async (): Promise<boolean> => {
    routing.refresh();
    const endpoints = await know();
    const { settings, endpoints: all } = routing.current();
    let started = 0;
    while (!stopping && sessions.size < settings.total) {
      const taken = await ledger.takeEndpoint({ endpoints, holder, realNow: deps.realNow(), leaseMs: leaseMsOf(settings) });
      const endpoint = taken && all.get(taken.endpoint);
      if (taken === undefined || endpoint === undefined) break;
      const turn = session({ ...deps, place, freeAt, isStopping: () => stopping }, taken, { endpoint, settings, holder })
        .catch((error: unknown) => log.error({ channel: endpoint.channel, err: error }, 'a turn with a receiver broke off'))
        .finally(() => sessions.delete(turn));
      sessions.add(turn);
      started++;
    }
    const realNow = deps.realNow();
    const abandoned = await ledger.abandonNotices({ endpoints, queuedBefore: realNow - UNKNOWN_FOR_MS, at: deps.clock.now(), realNow });
    const told = await tellFailures(deps);
    return started + abandoned + told > 0;
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      const busy = await look().catch((error: unknown) => {
        log.error({ err: error }, 'the dispatcher could not look what is to be sent');
        return false;
      });
      if (stopping) break;
      const pauseMs = busy ? BUSY_POLL_MS : routing.current().endpoints.size === 0 ? IDLE_POLL_MS : POLL_MS;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await Promise.all(sessions);
  };

  return {
    async once() {
      const busy = await look();
      await Promise.all(sessions);
      // What failed just now is told of at once.
      return (await tellFailures(deps)) > 0 || busy;
    },
    start() {
      running ??= loop();
    },
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}

/** So many at a time; who comes later waits for a place. */
function places(most: () => number): () => Promise<() => void> {
  let taken = 0;
  const queue: (() => void)[] = [];
  const leave = (): void => {
    taken--;
    queue.shift()?.();
  };
  return async () => {
    while (taken >= most()) await new Promise<void>((resolve) => queue.push(resolve));
    taken++;
    return leave;
  };
}
