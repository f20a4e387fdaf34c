/** What goes out of a stay: events to the ledger, notices to units. Started when not under way, never waited for, never given up in silence. */
import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import type { ProcessRules } from '../src/domain/agreement.js';
import type { UnitRef } from '../src/domain/ids.js';
import type { Notice } from '../src/domain/stay/state.js';
import type { HeldStay } from './held-stay.js';
import type { NumberedEvent } from './messages.js';

type Activities = ReturnType<typeof createActivities>;

const local = proxyLocalActivities<Pick<Activities, 'record'>>({ startToCloseTimeout: '5s', retry: { maximumAttempts: 1 } });
const durable = proxyActivities<Pick<Activities, 'record'>>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
const { notify } = proxyActivities<Pick<Activities, 'notify'>>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '5s', maximumInterval: '1h' },
});

const REFUSED_PAUSE = '10m';
const MAX_BATCH = 200;
const MAX_NOTICES = 50;
const MAX_UNDER_WAY = 20;

export interface Outbox {
  /** Starts what waits and is not under way. */
  start(): void;
  /** How many sends are under way. */
  underWay(): number;
  /** A local activity cannot outlive its workflow task: no continue-as-new while one runs. */
  recordingLocally(): boolean;
}

export interface OutboxDeps {
  stayId: string;
  rules: ProcessRules;
  held(): HeldStay;
  /** The ledger has the events up to this number. */
  recorded(seq: number): void;
  /** These notices need no more care; with a reason when they could not be delivered. */
  delivered(notices: readonly Notice[], failure?: string): void;
}

const unitKey = ({ party, unit }: UnitRef): string => `${party}/${unit}`;

/** Why a delivery failed for good, in words a process owner can read. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return (cause instanceof ApplicationFailure ? cause.message : 'Ingen leverans lyckades i tid').slice(0, 200);
};

export function outbox({ stayId, rules, held, recorded, delivered }: OutboxDeps): Outbox {
  let recording: 'no' | 'locally' | 'durably' = 'no';
  // After a failure the next batch takes the durable way at once, so that a ledger that hangs delays no answer twice.
  let ledgerAnswers = true;
  const notifying = new Set<string>();

  /** The server retries it for as long as it takes, and the stay goes on meanwhile. Even a failure called final is no reason to forget what happened. */
  const recordDurably = async (batch: Parameters<Activities['record']>[0], summary: string): Promise<void> => {
    for (;;) {
      try {
        await durable.record.executeWithOptions({ summary }, [batch]);
        return;
      } catch (error) {
        if (isCancellation(error)) throw error;
        await sleep(REFUSED_PAUSE, { summary: 'Registret tog inte emot händelserna; försöker igen' });
      }
    }
  };

  const sendRecord = async (events: NumberedEvent[]): Promise<void> => {
    const last = events[events.length - 1]?.seq ?? 0;
    const batch = { stayId, region: rules.region, ...(events[0]?.seq === 1 ? { rules } : {}), events };
    const summary = `Sparar händelse ${events[0]?.seq}–${last} i registret`;
    if (ledgerAnswers) {
      recording = 'locally';
      ledgerAnswers = await local.record.executeWithOptions({ summary }, [batch]).then(
        () => true,
        () => false,
      );
    }
    if (!ledgerAnswers) {
      recording = 'durably';
      await recordDurably(batch, `${summary}: registret svarade inte, försöker tills det gör det`);
      ledgerAnswers = true;
    }
    recording = 'no';
    recorded(last);
  };

  const sendNotices = async (to: UnitRef, notices: Notice[]): Promise<void> => {
    const types = [...new Set(notices.map(({ type }) => type))].slice(0, 3).join(', ');
    let failure: string | undefined;
    try {
      await notify.executeWithOptions({ summary: `Meddelar ${to.party} ${to.unit}: ${types}`.slice(0, 120) }, [{ stayId, region: rules.region, to, notices }]);
    } catch (error) {
      if (isCancellation(error)) throw error;
      failure = reasonOf(error);
    }
    notifying.delete(unitKey(to));
    delivered(notices, failure);
  };

  const startNotices = (): void => {
    // One send per unit at a time: what a unit is told arrives in order, and everything that waits goes together.
    const waiting = new Map<string, Notice[]>();
    for (const notice of held().notices) {
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
      if (recording === 'no' && records.length > 0) void sendRecord(records.slice(0, MAX_BATCH));
      startNotices();
    },
    underWay: () => notifying.size + (recording === 'no' ? 0 : 1),
    recordingLocally: () => recording === 'locally',
  };
}
