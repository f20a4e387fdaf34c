/** One stay, from admission to the end: messages come in, time passes, and what follows goes out. The rules are all in `src/domain/stay`. */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Instant } from '../src/domain/calendar.js';
import { ACTION_NAMES, ACTIONS } from '../src/domain/stay/actions.js';
import { decide } from '../src/domain/stay/decide.js';
import { elapse } from '../src/domain/stay/elapse.js';
import { admit, evolve, initialStay } from '../src/domain/stay/evolve.js';
import { currentDetailsOf, type RefusedUpdate } from '../src/domain/stay/owner-details.js';
import type { Viewer } from '../src/domain/stay/relation.js';
import type { StayEvent } from '../src/domain/stay/state.js';
import { answerOf, deadlineViews, seenBy, viewOf } from '../src/domain/stay/view.js';
import { domainTime, isClock, realMsUntil, tolerances } from './clock.js';
import { DELIVERY_SIGNAL, isFailedDelivery, REASON_MAX } from './failed-delivery.js';
import { after, type HeldStay, held } from './held-stay.js';
import { judgeByClock, judgeByFeeds } from './judge.js';
import type { ActionAnswer, CarriedStay, StayInput } from './messages.js';
import { namedTimers } from './named-timers.js';
import { outbox } from './outbox.js';
import { publishAttributes, publishDetails } from './publish.js';
import { stopwatch } from './stopwatch.js';

/** An outbox with fewer than this is small enough to be carried into the next run. */
const FEW = 200;
/** How long a run that has grown long waits for a quiet moment before it takes what is under way with it. */
const QUIET_WITHIN = '1m';
/** What is carried must fit in one payload, 2 MB at most; this many bytes of JSON leave room for encryption. */
const CARRIED_MAX_BYTES = 1_500_000;
/** More than this waiting means that nothing has left for long: no more is taken in until something has. */
const WAITING_MAX = 20_000;
/** So many of the refused updates are remembered for the page, in this run only: their senders were answered. */
const REFUSED_SHOWN = 5;
/** A stay that was taken up again ends as it was, should its message never come. */
const REOPENED_FOR = '1m';

/** Cannot be cancelled: a stay that was a mistake is annulled, which undoes it for all who were told. */
export async function stay(input: StayInput): Promise<void> {
  await CancellationScope.nonCancellable(() => live(input));
}

async function live(input: StayInput): Promise<void> {
  if (!isClock(input?.clock)) throw cannotBegin();
  const { stayId, rules, clock } = input;
  const now = (): Instant => domainTime(clock, Date.now());
  const forgiving = tolerances(clock);

  let current: HeldStay = begin(input, now());
  let refusedUpdates: RefusedUpdate[] = [];
  const showDetails = (): void => publishDetails(() => currentDetailsOf(current.stay, rules, now(), refusedUpdates));
  showDetails();
  let changed = true;
  let answering = input.reopen !== true;
  const touch = (): void => {
    changed = true;
  };
  const judge = clock.scale === 1 ? judgeByClock(now) : judgeByFeeds(now, input.carried?.judgedUntil ?? input.admission.admittedAt, touch);
  const happen = (events: readonly StayEvent[]): void => {
    current = after(current, events, rules, judge.until());
    touch();
  };

  const receive = (via: 'update' | 'signal', action: string, envelope: unknown): ActionAnswer => {
    answering = true;
    touch();
    try {
      if (current.records.length + current.notices.length > WAITING_MAX)
        return refusedFor('För mycket väntar på att sparas. Försök igen senare.');
      const verdict = decide(current.stay, rules, { action, envelope }, now(), { via, ...forgiving });
      happen(verdict.events);
      if (!verdict.accepted) {
        const { code, need, errors } = verdict;
        if (via === 'update') refusedUpdates = [...refusedUpdates, { action, at: now(), code }].slice(-REFUSED_SHOWN);
        return { accepted: false, code, need, ...(errors ? { errors } : {}) };
      }
      return answerOf(current.stay, rules, now(), action, (envelope as { id: string }).id, verdict.warnings);
    } catch (error) {
      log.error('An action could not be judged', { action, error: error instanceof Error ? error.name : 'unknown' });
      const answer = refusedFor('Meddelandet kunde inte behandlas. Inget har ändrats.');
      if (via === 'signal')
        remember([{ type: 'refused', at: now(), via, refusal: { action, at: now(), code: answer.code, need: answer.need } }]);
      return answer;
    }
  };
  /** Kept if it can be: it is about something that has failed already. */
  const remember = (events: readonly StayEvent[]): void => {
    try {
      happen(events);
    } catch (error) {
      log.error('Events could not be kept', { event: events[0]?.type, error: error instanceof Error ? error.name : 'unknown' });
    }
  };

  for (const name of ACTION_NAMES) {
    const description = ACTIONS[name].beskrivning;
    setHandler(defineUpdate<ActionAnswer, [unknown]>(name), (envelope) => receive('update', name, envelope), { description });
    setHandler(defineSignal<[unknown]>(name), (envelope) => void receive('signal', name, envelope), { description });
  }
  const stayAsSeen = (viewer?: Viewer) =>
    viewer === undefined ? viewOf(current.stay, rules, now()) : seenBy(current.stay, rules, now(), viewer);
  setHandler(
    defineSignal<[unknown]>(DELIVERY_SIGNAL),
    (told) => {
      if (!isFailedDelivery(told)) return;
      const { noticeId, channel, unit, reason } = told;
      if (current.stay.failedDeliveries.some((known) => known.noticeId === noticeId && known.channel === channel)) return;
      remember([{ type: 'delivery-failed', at: now(), noticeId, unit, reason: reason.slice(0, REASON_MAX), channel }]);
    },
    { description: 'Ett meddelande kunde inte levereras utanför inkorgen: regionen får veta det, en gång.' },
  );
  setHandler(defineQuery('stay'), stayAsSeen, {
    description: 'Hela vårdtillfället: fas, uppgifter, frister, vem som har bollen, avvikelser och logg.',
  });
  setHandler(defineQuery('deadlines'), () => deadlineViews(current.stay, rules, now()), {
    description: 'Öppna frister, den närmaste först.',
  });

  setHandler(defineQuery('unrecorded'), () => current.records.length, {
    description: 'Antal händelser som registret ännu inte har bekräftat.',
  });

  const timers = namedTimers(
    ({ at }) => realMsUntil(clock, Date.now(), at),
    (at) => {
      judge.ask(at);
      touch();
    },
  );
  const sends = outbox({
    stayId,
    region: input.admission.region,
    rules,
    held: () => current,
    recorded(seq) {
      current = { ...current, records: current.records.filter((record) => record.seq > seq) };
      touch();
    },
    delivered(notices, failure) {
      const gone = new Set(notices.map(({ noticeId }) => noticeId));
      current = { ...current, notices: current.notices.filter(({ noticeId }) => !gone.has(noticeId)) };
      touch();
      if (failure === undefined) return;
      remember(notices.map(({ noticeId, to }) => ({ type: 'delivery-failed', at: now(), noticeId, unit: to, reason: failure })));
    },
  });

  const waiting = (): number => current.records.length + current.notices.length;
  const ended = (): boolean => current.stay.ended !== null && waiting() === 0 && answering;
  const carried = (): CarriedStay => ({
    stay: current.stay,
    records: current.records,
    notices: current.notices,
    ...(clock.scale === 1 ? {} : { judgedUntil: judge.until() }),
  });
  const fits = (): boolean => new TextEncoder().encode(JSON.stringify(carried())).length < CARRIED_MAX_BYTES;
  const quiet = stopwatch(QUIET_WITHIN, 'Historiken är lång: väntar på ett lugnt ögonblick för att fortsätta i en ny körning', touch);
  const mayContinue = (): boolean => {
    if (!workflowInfo().continueAsNewSuggested || sends.isLocal()) return false;
    const calm = sends.underWay() === 0 && waiting() < FEW;
    return (calm || quiet.isOver()) && fits();
  };
  if (!answering) {
    stopwatch(REOPENED_FOR, 'Återupptaget: väntar på rättelsen', () => {
      answering = true;
      touch();
    }).isOver();
  }

  for (;;) {
    happen(elapse(current.stay, rules, judge.until()));
    changed = false;
    publishAttributes(current.attributes);
    showDetails();
    timers.keep(current.wakes.filter(({ at }) => at > judge.asked()));
    sends.start();
    if (ended() || mayContinue()) break;
    await condition(() => changed);
  }
  await condition(allHandlersFinished);
  if (!ended()) await continueAsNew<typeof stay>({ stayId, admission: input.admission, rules, clock, carried: carried() });
}

/** The stay as the ledger or the run before left it, or as it is admitted. */
function begin({ stayId, admission, rules, carried }: StayInput, now: Instant): HeldStay {
  try {
    if (carried) return held(carried, rules);
    const event = admit(admission, now);
    const stay = evolve(initialStay(stayId, admission), event);
    return held({ stay, records: [{ seq: stay.seq, event }], notices: [] }, rules);
  } catch {
    throw cannotBegin();
  }
}

const cannotBegin = () =>
  ApplicationFailure.nonRetryable('Vårdtillfället kan inte börja: det startades med ofullständiga uppgifter.', 'ogiltig-start');

const refusedFor = (need: string) => ({ accepted: false, code: 'internt-fel', need }) as const;
