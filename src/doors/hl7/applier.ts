/** Everything that was accepted and not yet applied: tried at once, tried again while it cannot be done, and told of when it stays so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR } from '../../domain/calendar.js';
import type { Ledger } from '../../ledger/ledger.js';
import { TemporalUnavailable } from '../gateway.js';
import { type ApplyDeps, applyStay } from './apply.js';
import { saidOf } from './said.js';

export interface ApplierDeps extends ApplyDeps {
  ledger: ApplyDeps['ledger'] & Pick<Ledger, 'staysOfPersons' | 'dueStays' | 'dueMerges' | 'nextWait' | 'parkedSince' | 'markAlarmed'>;
  /** Whether Temporal answers, known within a second. */
  reachable(): Promise<boolean>;
  log: ApplierLog;
  /** Runs each stay's turn, so that it can be told of; default: as it is. */
  around?: ((stayId: string, run: () => Promise<void>) => Promise<void>) | undefined;
  /** How much faster than real time the clock runs; default 1. */
  scale?: number | undefined;
}

export interface ApplierLog {
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

export interface Applier {
  /** Something was accepted: these stays are tried as soon as may be, those being tried once more. */
  wake(stayIds: Iterable<string>): void;
  /** Tries everything that is due, and waits until it has been tried. */
  look(): Promise<void>;
  /** Looks now, and from then on every second. */
  start(): void;
  /** Lets what is being done be done. */
  stop(): Promise<void>;
}

const SIDE_BY_SIDE = 8;
const LOOK_EVERY_MS = 1_000;
const SHORTEST_LOOK_MS = 50;
const AT_ONCE = 1_000;
/** @source contract.md, HL7: parked ones are alarmed after a day */
const PARKED_TOO_LONG_MS = 24 * HOUR;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

export function hl7Applier(deps: ApplierDeps): Applier {
  const { log, around = (_stayId, run) => run() } = deps;
  const queue = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const pauses = pausesOf();
  const stopping = new AbortController();
  let looking: Promise<void> | undefined;

  const apply = async (stayId: string) => {
    try {
      await around(stayId, () => applyStay(deps, stayId));
      pauses.forget(stayId);
    } catch (error) {
      pauses.failed(stayId);
      if (!(error instanceof TemporalUnavailable)) log.error({ stayId, err: error }, 'HL7: a stay could not be brought to its messages');
    }
  };
  const pump = () => {
    for (const stayId of queue) {
      if (stopping.signal.aborted || running.size >= SIDE_BY_SIDE) return;
      if (running.has(stayId)) continue;
      queue.delete(stayId);
      const done = apply(stayId).finally(() => {
        running.delete(stayId);
        pump();
      });
      running.set(stayId, done);
    }
  };
  const wake = (stayIds: Iterable<string>) => {
    for (const stayId of stayIds) queue.add(stayId);
    pump();
  };
  const drained = async () => {
    while (running.size > 0) await Promise.all(running.values());
  };
  const lookOnce = async () => {
    await alarm(deps);
    if (!(await deps.reachable())) return;
    await applyMerges(deps);
    const due = await deps.ledger.dueStays(deps.now(), AT_ONCE);
    wake(due.filter((stayId) => pauses.isOver(stayId)));
  };
  const look = async () => {
    await lookOnce();
    await drained();
  };

  const goOn = async () => {
    while (!stopping.signal.aborted) {
      try {
        await lookOnce();
      } catch (error) {
        log.warn({ err: error }, 'HL7: messages that wait could not be looked at');
      }
      await sleep(await pauseUntilNext(deps), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  return {
    wake,
    look,
    start() {
      looking ??= goOn();
    },
    async stop() {
      stopping.abort();
      await looking;
      await drained();
    },
  };
}

/** Until something's time has come; a second at most. */
async function pauseUntilNext({ ledger, now, scale = 1 }: ApplierDeps): Promise<number> {
  if (scale === 1) return LOOK_EVERY_MS;
  const next = await ledger.nextWait().catch(() => null);
  if (next === null) return LOOK_EVERY_MS;
  return Math.min(Math.max((next - now()) / scale, SHORTEST_LOOK_MS), LOOK_EVERY_MS);
}

/** A change of identity reaches every stay of that person that has not ended; those that come later find it themselves. */
async function applyMerges(deps: ApplierDeps): Promise<void> {
  const { ledger, now } = deps;
  for (const { id, said } of await ledger.dueMerges(AT_ONCE)) {
    const what = saidOf(said);
    if (what.kind !== 'merge') continue;
    const { stayId, region, prior } = what.merge;
    const stays = stayId === undefined ? await ledger.staysOfPersons({ region, persons: prior }) : [stayId];
    try {
      for (const each of stays) await applyStay(deps, each, region);
    } catch (error) {
      if (error instanceof TemporalUnavailable) return;
      throw error;
    }
    const reason = stays.length === 0 ? 'inget öppet vårdtillfälle' : undefined;
    await ledger.settleMessages([{ id, state: 'tillampad', reason }], now());
  }
}

/** Somebody is told, once, of each message that has waited for its stay for a day. */
async function alarm({ ledger, now, log }: ApplierDeps): Promise<void> {
  for (const message of await ledger.parkedSince(now() - PARKED_TOO_LONG_MS, AT_ONCE)) {
    const { id, source, trigger, region, stayId } = message;
    if (region !== null)
      await ledger.notify({
        stayId: null,
        region,
        to: { party: 'region', unit: region },
        notices: [
          {
            noticeId: `hl7~${id}~parkerad`,
            type: 'hl7-parkerad',
            occurredAt: now(),
            text: `Ett meddelande (${trigger}) från ${source} om vårdtillfälle ${stayId} har väntat i mer än ett dygn på att patienten skrivs in.`,
            reference: `/v1/messages/${id}`,
          },
        ],
        at: now(),
      });
    log.error({ message: id, source, trigger, region, stayId }, 'HL7: a message has been parked for more than a day');
    await ledger.markAlarmed(id, now());
  }
}

/** How long each stay that could not be reached is left in peace: longer each time. */
function pausesOf(): { isOver(stayId: string): boolean; failed(stayId: string): void; forget(stayId: string): void } {
  const pauses = new Map<string, { until: number; ms: number }>();
  return {
    isOver: (stayId) => (pauses.get(stayId)?.until ?? 0) <= Date.now(),
    failed(stayId) {
      const ms = Math.min((pauses.get(stayId)?.ms ?? FIRST_PAUSE_MS / 2) * 2, LONGEST_PAUSE_MS);
      pauses.set(stayId, { until: Date.now() + ms * (0.5 + Math.random() / 2), ms });
    },
    forget: (stayId) => void pauses.delete(stayId),
  };
}
