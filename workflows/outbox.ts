/**
 * What goes out of a stay: events to the ledger, notices to units. Started when not under way, never waited for, never given up in silence.
 *
 * An event is recorded only when Temporal has it: a local activity would put it into the ledger before the task that made it was kept, and a
 * worker killed in between would make another event of the same number. What the ledger has confirmed is told; that may go as a local
 * activity, since nothing in it can turn out otherwise. What fails that way is left to the server to retry, for as long as it takes.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import type { ProcessRules } from '../src/domain/agreement.js';
import type { UnitRef } from '../src/domain/ids.js';
import { factsOf } from '../src/domain/stay/facts.js';
import { eventSeqOf } from '../src/domain/stay/notices.js';
import { cut, namesOf } from '../src/domain/stay/owner-names.js';
import type { Notice, NumberedEvent } from '../src/domain/stay/state.js';
import { noticesLabel } from '../src/domain/stay/words.js';
import type { HeldStay } from './held-stay.js';

type Activities = ReturnType<typeof createActivities>;

// A local activity holds the answers of its workflow task: short, and tried once.
const local = proxyLocalActivities<Pick<Activities, 'notify'>>({ startToCloseTimeout: '5s', retry: { maximumAttempts: 1 } });
const { record } = proxyActivities<Pick<Activities, 'record'>>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
const { notify: notifyForDays } = proxyActivities<Pick<Activities, 'notify'>>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '5s', maximumInterval: '1h' },
});

const REFUSED_PAUSE = '10m';
const MAX_BATCH = 200;
const MAX_NOTICES = 50;
const MAX_UNDER_WAY = 20;
const OWNER_MAX = 40;
const SUMMARY_MAX = 120;

export interface Outbox {
  /** Starts what waits and is not under way. */
  start(): void;
  /** How many sends are under way. */
  underWay(): number;
  /** Some of them are local activities, which cannot outlive their workflow task: no continue-as-new meanwhile. */
  isLocal(): boolean;
}

export interface OutboxDeps {
  stayId: string;
  region: string;
  rules: ProcessRules;
  held(): HeldStay;
  /** The ledger has the events up to this number. */
  recorded(seq: number): void;
  /** These notices need no more care; with a reason when they could not be delivered. */
  delivered(notices: readonly Notice[], failure?: string): void;
}

const unitKey = ({ party, unit }: UnitRef): string => `${party}/${unit}`;

/** The activity failed; a local one does so without an `ActivityFailure` around its reason. Anything else is a broken program, and must be seen. */
const isFailure = (error: unknown): boolean => error instanceof TemporalFailure && !isCancellation(error);

/** Why a delivery failed for good, in words a process owner can read. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return (cause instanceof ApplicationFailure ? cause.message : 'Ingen leverans lyckades i tid').slice(0, 200);
};

export function outbox({ stayId, region, rules, held, recorded, delivered }: OutboxDeps): Outbox {
  let recording = false;
  let locals = 0;
  const notifying = new Set<string>();
  // After a failure what a unit is told next takes the durable way at once, so that a ledger that hangs delays no answer twice.
  const unreachable = new Set<string>();

  /** True when it worked. */
  const locally = async (send: () => Promise<unknown>): Promise<boolean> => {
    locals++;
    try {
      await send();
      return true;
    } catch (error) {
      if (!isFailure(error)) throw error;
      return false;
    } finally {
      locals--;
    }
  };

  /** The server retries it for as long as it takes, and the stay goes on meanwhile. Even a failure called final is no reason to forget what happened. */
  const recordDurably = async (batch: Parameters<Activities['record']>[0], summary: string): Promise<void> => {
    for (;;) {
      try {
        await record.executeWithOptions({ summary }, [batch]);
        return;
      } catch (error) {
        if (!isFailure(error)) throw error;
        await sleep(REFUSED_PAUSE, { summary: 'Registret tog inte emot händelserna; försöker igen' });
      }
    }
  };

  const sendRecord = async (events: NumberedEvent[]): Promise<void> => {
    const last = events[events.length - 1]?.seq ?? 0;
    const batch = { stayId, region, ...(events[0]?.seq === 1 ? { rules } : {}), events };
    const first = events[0]?.seq ?? last;
    const summary = `Sparar händelse ${first === last ? last : `${first}–${last}`} i registret`;
    recording = true;
    await recordDurably(batch, summary);
    recording = false;
    recorded(last);
  };

  const sendNotices = async (to: UnitRef, notices: Notice[]): Promise<void> => {
    const name = namesOf(factsOf(held().stay), rules)(to);
    const summary = cut(noticesLabel(cut(name, OWNER_MAX), notices), SUMMARY_MAX);
    const request = { stayId, region, to, notices };
    const key = unitKey(to);
    let failure: string | undefined;
    if (unreachable.has(key) || !(await locally(() => local.notify.executeWithOptions({ summary }, [request])))) {
      unreachable.add(key);
      try {
        await notifyForDays.executeWithOptions({ summary }, [request]);
        unreachable.delete(key);
      } catch (error) {
        if (!isFailure(error)) throw error;
        failure = reasonOf(error);
      }
    }
    notifying.delete(key);
    delivered(notices, failure);
  };

  const startNotices = (): void => {
    // One send per unit at a time: what a unit is told arrives in order, and everything that waits goes together.
    const waiting = new Map<string, Notice[]>();
    const { notices: all, records } = held();
    const confirmedBefore = records[0]?.seq ?? Number.POSITIVE_INFINITY;
    for (const notice of all) {
      if (eventSeqOf(notice) >= confirmedBefore) continue;
      const key = unitKey(notice.to);
      if (!notifying.has(key)) waiting.set(key, [...(waiting.get(key) ?? []), notice]);
    }
    for (const [key, notices] of waiting) {
      const [first] = notices;
      if (!first || notifying.size >= MAX_UNDER_WAY) return;
      notifying.add(key);
      void sendNotices(first.to, notices.slice(0, MAX_NOTICES));
    }
  };

  return {
    start() {
      const { records } = held();
      if (!recording && records.length > 0) void sendRecord(records.slice(0, MAX_BATCH));
      startNotices();
    },
    underWay: () => notifying.size + (recording ? 1 : 0),
    isLocal: () => locals > 0,
  };
}
