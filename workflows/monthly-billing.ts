/** A region's month: preliminary on the 1st, sent again as it changes, frozen on the 13th, and followed until every kommun has its invoice. */
import { defineSearchAttributeKey, SearchAttributeType, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import { stepAfter } from '../src/domain/billing/cycle.js';
import { DAY, type Instant, toSwedish } from '../src/domain/calendar.js';
import { billingWorkflowId } from '../src/temporal/workflow-ids.js';
import { clockOr, domainTime } from './clock.js';
import { startOrTell } from './invoice-child.js';
import { type MonthBoard, monthAttributes, monthBoard } from './month-board.js';
import type { MonthlyBillingInput, MonthlyBillingResult, StartMonthlyBillingInput } from './month-messages.js';
import { isMonth, monthBefore } from './months.js';
import { reach } from './reach.js';

type Activities = ReturnType<typeof createActivities>;
type Steps = 'planMonth' | 'sendBasis' | 'freezeMonth' | 'monthProgress' | 'finishMonth';

const { planMonth, sendBasis, freezeMonth, monthProgress, finishMonth } = proxyActivities<Pick<Activities, Steps>>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
const { caughtUp } = proxyActivities<Pick<Activities, 'caughtUp'>>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** The kommuner tell when something happens; this often they are looked after anyway, and started again where somebody has ended them. */
const LOOKED_AFTER_EVERY = 7 * DAY;

/**
 * Every step happens once: what a step did is in the ledger, and a month that is started again goes on where it was, or gives the same.
 *
 * @source domain.md §5, The month's cycle
 * @throws ApplicationFailure, not to be retried, with a Swedish message: a year without vårdpris, a month in which nothing is in force
 */
export async function monthlyBilling(input: MonthlyBillingInput): Promise<MonthlyBillingResult> {
  const { region, month } = input ?? {};
  const board = monthBoard(region, month);
  setHandler(defineQuery('lage'), board.stage, { description: 'Var månaden är i sin gång, och vad den väntar på.' });
  let news = false;
  setHandler(
    defineSignal('uppgjord'),
    () => {
      news = true;
    },
    { description: 'En kommun har gjorts upp, eller väntar på något nytt.' },
  );
  if (typeof region !== 'string' || !isMonth(month))
    throw ApplicationFailure.nonRetryable(`Ingen månad: ${String(month).slice(0, 40)}. Skriv den ÅÅÅÅ-MM.`, 'ogiltig-manad');
  // Started from the CLI or the UI it may lack what it is found by.
  board.busy(board.stage().text);
  const ref = { region, month, clock: clockOr(input.clock) };
  const now = (): Instant => domainTime(ref.clock, Date.now());
  const atNow = () => ({ region, month, at: now() });

  try {
    const plan = await planMonth.executeWithOptions({ summary: `Läser överenskommelsen för ${month}` }, [atNow()]);
    const at = plan.frozenAt ?? (await untilFrozen(ref, board, plan.preliminaryAt));
    const frozen = await freezeMonth.executeWithOptions({ summary: `Låser ${month}: därefter ändras inga siffror` }, [
      { region, month, at },
    ]);
    for (let heard = false; ; ) {
      news = false;
      const progress = await monthProgress.executeWithOptions({ summary: 'Ser efter vilka kommuner som är klara' }, [atNow()]);
      board.frozen(frozen, progress);
      if (progress.waiting.length === 0) {
        const { folder } = await finishMonth.executeWithOptions({ summary: `Avslutar ${month}` }, [atNow()]);
        const result = { ...frozen, folder, invoices: progress.invoices };
        board.invoiced(result);
        return result;
      }
      if (!heard) await Promise.all(progress.waiting.map(({ payer }) => startOrTell({ ...ref, payer }, 'last')));
      heard = await condition(() => news, Math.ceil(LOOKED_AFTER_EVERY / ref.clock.scale), { summary: board.waitsFor() });
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof monthlyBilling>(input);
    }
  } catch (error) {
    const reason = error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
    if (!reason) throw error;
    board.failed(reason.message);
    throw ApplicationFailure.nonRetryable(reason.message, reason.type);
  }
}

type Ref = Required<MonthlyBillingInput>;

/** The running month, then the preliminary one: sent, and each day until the freeze what has changed in it. Answers when it is to be frozen. */
async function untilFrozen({ clock, ...ref }: Ref, board: MonthBoard, preliminaryAt: Instant): Promise<Instant> {
  const started = new Set<string>();
  const send = async (at: Instant) => {
    const sent = await sendBasis.executeWithOptions({ summary: `Sänder underlaget för ${ref.month}` }, [{ ...ref, at }]);
    const fresh = sent.payers.filter((payer) => !started.has(payer));
    for (const payer of fresh) started.add(payer);
    await Promise.all(fresh.map((payer) => startOrTell({ ...ref, clock, payer }, null)));
    board.sent(sent);
    return sent;
  };
  const catchUp = () => caughtUp.executeWithOptions({ summary: 'Inväntar att registret har allt' }, [{ region: ref.region }]);

  board.running(preliminaryAt);
  let sentAt = await reach(clock, preliminaryAt, `Månaden ${ref.month} är slut: preliminärt underlag ${toSwedish(preliminaryAt)}`);
  board.busy('Månaden är slut. Registret inväntar det som vårdtillfällena har svarat på.');
  await catchUp();
  let { freezeAt } = await send(sentAt);
  for (let at = stepAfter(sentAt); at < freezeAt; at = stepAfter(sentAt)) {
    sentAt = await reach(clock, at, `Sänder det som har ändrats ${toSwedish(at)}; låses ${toSwedish(freezeAt)}`);
    ({ freezeAt } = await send(sentAt));
  }
  const frozenAt = await reach(clock, freezeAt, `Underlaget låses ${toSwedish(freezeAt)}`);
  board.busy('Underlaget låses. Registret inväntar det som vårdtillfällena har svarat på.');
  await catchUp();
  // Whatever is frozen has been sent, so that it can be objected to.
  await send(frozenAt);
  return frozenAt;
}

/** What a region's Schedule runs: starts the billing of the month before its scheduled time. Run twice, it starts nothing more. */
export async function startMonthlyBilling(input: StartMonthlyBillingInput): Promise<string> {
  const { region } = input ?? {};
  if (typeof region !== 'string') throw ApplicationFailure.nonRetryable('Ingen region angavs.', 'ogiltig-region');
  const clock = clockOr(input.clock);
  const scheduled = workflowInfo().typedSearchAttributes.get(SCHEDULED_START);
  const month = monthBefore(scheduled ? scheduled.getTime() : domainTime(clock, Date.now()));
  const workflowId = billingWorkflowId(region, month);
  try {
    await startChild(monthlyBilling, {
      workflowId,
      args: [{ region, month, clock }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: monthAttributes(region, month),
      staticSummary: `Underlag ${month}, region ${region}`,
      memo: { rubrik: `Underlag ${month}, region ${region}` },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}

const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);
