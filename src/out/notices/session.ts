/** One dispatcher's turn with one receiver: a single probe while it fails, a bounded stream while it is well. */
import type { DeliveryLedger, OutgoingNotice, TakenEndpoint } from '../../ledger/deliveries/delivery-ledger.js';
import { backOffMs } from './back-off.js';
import type { Endpoint, RoutingSettings } from './routing.js';
import type { Sender, Sent } from './sent.js';

export interface SessionDeps {
  ledger: DeliveryLedger;
  senders: Record<Endpoint['kind'], Sender | undefined>;
  /** Domain time, for the delivery's life. */
  clock: { now(): number };
  /** Real time, for everything that waits. */
  realNow(): number;
  sleep(ms: number): Promise<void>;
  random(): number;
  log: DispatchLog;
  /** Takes one of the places that there are for all receivers together; answers how it is given back. */
  place(): Promise<() => void>;
  isStopping(): boolean;
  /** By receiver, when the next request may begin: one turn goes on at the pace of the turn before. */
  freeAt: Map<string, number>;
}

export interface DispatchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** After so many refusals a notice steps aside, so that one that a receiver will not have does not hold up the others. */
const ASIDE_AFTER = 3;
const BATCH = 50;
const ROUNDS = 20;
export const leaseMsOf = ({ timeoutMs }: Pick<RoutingSettings, 'timeoutMs'>): number => Math.max(60_000, 4 * timeoutMs);

interface Turn {
  endpoint: Endpoint;
  failures: number;
  settings: RoutingSettings;
  holder: string;
}

/** Sends what is due until nothing is, the receiver fails, or others should have a turn; then gives the receiver back. */
export async function session(deps: SessionDeps, taken: TakenEndpoint, turn: Omit<Turn, 'failures'>): Promise<void> {
  const { ledger } = deps;
  const { endpoint, settings, holder } = turn;
  const isMail = endpoint.kind === 'epost';
  let { failures } = taken;
  let untilAt: number | undefined;
  try {
    for (let round = 0; round < ROUNDS && !deps.isStopping(); round++) {
      const realNow = deps.realNow();
      if (!(await ledger.renewEndpoint({ endpoint: endpoint.channel, holder, realNow, leaseMs: leaseMsOf(settings) }))) return;
      const limit = isMail ? BATCH : failures > 0 ? 1 : BATCH;
      const due = await ledger.dueNotices({ endpoint: endpoint.channel, realNow, limit });
      if (due.length === 0) return;
      const isWell = isMail ? await mail(deps, { ...turn, failures }, due) : await stream(deps, { ...turn, failures }, due);
      if (!isWell) return;
      failures = 0;
      // What comes close after a mail goes together in the next one.
      if (isMail) {
        untilAt = deps.realNow() + settings.gatherMs;
        return;
      }
    }
  } finally {
    await ledger.releaseEndpoint({ endpoint: endpoint.channel, holder, untilAt });
  }
}

/** The head of the queue and what goes into the same mail: what was put together before stays together. */
async function mail(deps: SessionDeps, turn: Turn, due: readonly OutgoingNotice[]): Promise<boolean> {
  const batch = due[0]?.batch ?? null;
  const together = due.filter((notice) => notice.batch === batch);
  const noticeIds = together.map(({ noticeId }) => noticeId);
  if (batch === null) await deps.ledger.batchNotices({ channel: turn.endpoint.channel, noticeIds, batch: noticeIds[0] as string });
  return settled(deps, turn, together, await sendOne(deps, turn, together));
}

/** One unit's notices one after the other, several units side by side, never more at a time or in a second than was agreed. */
async function stream(deps: SessionDeps, turn: Turn, due: readonly OutgoingNotice[]): Promise<boolean> {
  const queues = new Map<string, OutgoingNotice[]>();
  for (const notice of due) queues.set(notice.to.unit, [...(queues.get(notice.to.unit) ?? []), notice]);
  const waiting = [...queues.values()];
  const gapMs = 1_000 / turn.settings.perSecond;
  let isWell = true;
  const lane = async (): Promise<void> => {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      for (const notice of queue) {
        const startAt = Math.max(deps.freeAt.get(turn.endpoint.channel) ?? 0, deps.realNow());
        deps.freeAt.set(turn.endpoint.channel, startAt + gapMs);
        if (startAt > deps.realNow()) await deps.sleep(startAt - deps.realNow());
        if (!isWell || deps.isStopping()) return;
        const sent = await sendOne(deps, turn, [notice]);
        // Only the first failure is the receiver's; those that were under way with it tell nothing new.
        if (sent.outcome === 'retry' && !isWell) await postpone(deps, turn, [notice], sent);
        else if (!(await settled(deps, turn, [notice], sent))) isWell = false;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(turn.settings.perEndpoint, waiting.length) }, lane));
  return isWell;
}

async function sendOne(deps: SessionDeps, { endpoint, settings }: Turn, notices: readonly OutgoingNotice[]): Promise<Sent> {
  const sender = deps.senders[endpoint.kind];
  if (sender === undefined) return { outcome: 'retry', reason: 'e-post är inte inställd (SMTP_URL)', answered: false };
  const leave = await deps.place();
  try {
    return await sender.send(endpoint, notices, settings.timeoutMs);
  } finally {
    leave();
  }
}

/** Writes down what became of a try. False: the receiver is to be left alone now. */
async function settled(deps: SessionDeps, turn: Turn, notices: readonly OutgoingNotice[], sent: Sent): Promise<boolean> {
  const { ledger, clock, log } = deps;
  const { channel } = turn.endpoint;
  const realNow = deps.realNow();
  const tried = { channel, noticeIds: notices.map(({ noticeId }) => noticeId), at: clock.now(), realNow };
  switch (sent.outcome) {
    case 'delivered':
      await ledger.noticesDelivered(tried);
      await ledger.endpointAnswered({ endpoint: channel, realNow });
      return true;
    case 'refused':
      await ledger.noticesFailed({ ...tried, error: sent.reason });
      await ledger.endpointAnswered({ endpoint: channel, realNow });
      log.error({ channel, noticeIds: tried.noticeIds, reason: sent.reason }, 'notices were refused for good');
      return true;
    case 'gone':
      await ledger.noticesFailed({ ...tried, error: sent.reason });
      await ledger.disableEndpoint({ endpoint: channel, realNow, error: sent.reason });
      log.error(
        { channel, reason: sent.reason },
        'a receiver wants nothing more and is disabled; POST /v1/endpoints/{id}/enable enables it',
      );
      return false;
    case 'retry': {
      const failures = turn.failures + 1;
      const pauseMs = Math.max(backOffMs(failures, turn.settings, deps.random()), sent.notBeforeMs ?? 0);
      await postpone(deps, turn, notices, sent);
      await ledger.endpointFailed({ endpoint: channel, realNow, untilAt: realNow + pauseMs, error: sent.reason });
      log.warn({ channel, failures, pauseMs, reason: sent.reason }, 'a receiver did not take a notice');
      const before = realNow - turn.settings.giveUpMs;
      for (let expired = 1; expired > 0; ) {
        expired = await ledger.expireNotices({ channel, before, at: tried.at, realNow, error: `gavs upp: ${sent.reason}` });
        if (expired > 0) log.error({ channel, expired }, 'notices were given up');
      }
      return false;
    }
  }
}

/** A receiver that cannot be reached gets the same notice next time; one that keeps refusing it gets another one meanwhile. */
async function postpone(
  deps: SessionDeps,
  turn: Turn,
  notices: readonly OutgoingNotice[],
  sent: Sent & { outcome: 'retry' },
): Promise<void> {
  const { channel } = turn.endpoint;
  const realNow = deps.realNow();
  const refusals = Math.max(...notices.map(({ answered }) => answered)) + 1;
  const isAside = sent.answered && refusals >= ASIDE_AFTER;
  await deps.ledger.noticesPostponed({
    channel,
    noticeIds: notices.map(({ noticeId }) => noticeId),
    at: deps.clock.now(),
    realNow,
    error: sent.reason,
    answered: sent.answered,
    dueAt: isAside ? realNow + 2 * backOffMs(refusals, turn.settings, deps.random()) : undefined,
  });
}
