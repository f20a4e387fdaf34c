/** One kommun's month: its parties object, answer and decide; what follows is done as it falls due, until it is invoiced and nothing is open. */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import { CYCLE_ACTION_NAMES, CYCLE_ACTIONS, type CycleAction } from '../src/domain/billing/cycle-actions.js';
import { type Instant, MINUTE, toSwedish } from '../src/domain/calendar.js';
import type { Wake } from '../src/domain/stay/state.js';
import { BOLLEN_HOS, FAS, searchableList } from '../src/temporal/search-attributes.js';
import { billingWorkflowId } from '../src/temporal/workflow-ids.js';
import { clockOr, domainTime, realMsUntil } from './clock.js';
import type { InvoiceSignal } from './invoice-child.js';
import { type CycleAnswer, type KommunStanding, standingDetails } from './invoice-details.js';
import { invoiceAttributes, type KommunInvoiceInput } from './invoice-start.js';
import { isMonth } from './months.js';
import { namedTimers } from './named-timers.js';
import { publishDetails } from './publish.js';
import { publishPairs } from './publish-pairs.js';

type Activities = ReturnType<typeof createActivities>;

const { settleKommun, makeDocuments } = proxyActivities<Pick<Activities, 'settleKommun' | 'makeDocuments'>>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
/** Whoever sent it is answered within this time, or told to send it again. */
const { takeCycleMessage } = proxyActivities<Pick<Activities, 'takeCycleMessage'>>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
});

/** Real time after which what was refused for good is tried again: somebody may have put it right. */
const REFUSED_PAUSE_MS = 30 * MINUTE;

/**
 * What it does is in the ledger, so it carries nothing from run to run, may end, be ended and be started again, and does nothing twice.
 *
 * @source domain.md §5, The month's cycle
 * @throws ApplicationFailure, not to be retried: no such month or payer
 */
export async function kommunInvoice(input: KommunInvoiceInput): Promise<KommunStanding> {
  const { region, month, payer } = input ?? {};
  if (typeof region !== 'string' || !isMonth(month) || typeof payer !== 'string' || !/^\d{4}$/.test(payer))
    throw ApplicationFailure.nonRetryable('Ingen kommuns månad: region, månad (ÅÅÅÅ-MM) och kommunkod behövs.', 'ogiltig-manad');
  const clock = clockOr(input.clock);
  const ref = { region, month, payer };
  const now = (): Instant => domainTime(clock, Date.now());

  let changed = true;
  const touch = (): void => {
    changed = true;
  };
  let standing: KommunStanding | undefined;
  let trouble: string | undefined;
  const publish = (): void => publishDetails(() => standingDetails(ref, standing, trouble, now()));
  publish();

  const take = async (action: CycleAction, data: unknown): Promise<CycleAnswer> => {
    const summary = `${CYCLE_ACTIONS[action].beskrivning.slice(0, -1)}: sparas i registret`;
    try {
      return await takeCycleMessage.executeWithOptions({ summary }, [{ ...ref, action, data: data ?? null, at: now() }]);
    } catch (error) {
      const { type, message } = reasonOf(error);
      return { accepted: false, code: type === 'liggaren-svarar-inte' ? 'internt-fel' : type, need: message };
    } finally {
      touch();
    }
  };
  for (const action of CYCLE_ACTION_NAMES) {
    const description = CYCLE_ACTIONS[action].beskrivning;
    setHandler(defineUpdate<CycleAnswer, [unknown]>(action), (data) => take(action, data), { description });
  }
  setHandler(defineSignal('last' satisfies InvoiceSignal), touch, { description: 'Månaden har låsts.' });
  setHandler(defineSignal('andrad' satisfies InvoiceSignal), touch, { description: 'Ett vårdtillfälle i månaden har ändrats.' });
  setHandler(defineQuery('underlag'), () => standing ?? null, {
    description: 'Kommunens månad: belopp, öppna invändningar, fakturor och vad den väntar på.',
  });

  publishPairs(invoiceAttributes(input));
  const timers = namedTimers(({ at }) => realMsUntil(clock, Date.now(), at), touch);
  const told = tellMonth(region, month);
  /** Invoices whose documents have been asked for since the last pause. */
  const asked = new Set<number>();

  /** Tried again after a while; what else happens meanwhile is not held up. */
  const failed = (error: unknown): void => {
    trouble = reasonOf(error).message;
  };
  const documents = async (numbers: readonly number[]): Promise<void> => {
    for (const n of numbers) {
      const summary = n === 0 ? 'Skriver nollunderlaget' : `Skriver underlag och faktura ${region}-${month}-${payer}-${n}`;
      try {
        await makeDocuments.executeWithOptions({ summary }, [{ ...ref, n, at: now() }]);
        touch();
      } catch (error) {
        failed(error);
      }
      // Whether they are there now is what the next settlement says.
      asked.add(n);
    }
  };

  for (;;) {
    changed = false;
    try {
      standing = await settleKommun.executeWithOptions({ summary: 'Gör upp det som är att göra, och meddelar parterna' }, [
        { ...ref, at: now() },
      ]);
      trouble = undefined;
      await documents(standing.undocumented.filter((n) => !asked.has(n)));
    } catch (error) {
      if (standing === undefined && isFinal(error)) {
        await condition(allHandlersFinished);
        throw ApplicationFailure.nonRetryable(reasonOf(error).message, reasonOf(error).type);
      }
      failed(error);
    }
    publish();
    if (standing !== undefined) publishPairs(standingAttributes(region, standing));
    if (standing !== undefined) await told(standing);
    if (changed) continue;
    const at = now();
    const isStuck = trouble !== undefined || (standing?.undocumented.length ?? 0) > 0;
    timers.keep([
      ...(standing === undefined ? [] : wakesOf(standing, at)),
      ...(isStuck ? [tryAgain(at + REFUSED_PAUSE_MS * clock.scale)] : []),
    ]);
    if (isStuck) asked.clear();
    const rests = standing !== undefined && !isStuck && isDone(standing, at);
    await condition(() => changed || (allHandlersFinished() && (rests || workflowInfo().continueAsNewSuggested)));
    if (changed) continue;
    if (rests) return standing as KommunStanding;
    await continueAsNew<typeof kommunInvoice>(input);
  }
}

/** Nothing more can happen by time alone, and nobody has the ball. A month that has not been sent yet is taken up when it is. */
function isDone({ state, inMonth, settled, open, nextAt, objections, invoices }: KommunStanding, now: Instant): boolean {
  if (state === 'lopande' || !inMonth) return Object.keys(objections).length === 0 && invoices.length === 0;
  return settled && open.length === 0 && (nextAt === null || nextAt <= now);
}

/** How far its month has come, and whose move it is: of each open objection, and the region's where it holds or is to approve the invoice. */
function standingAttributes(region: string, { state, open, waitsFor }: KommunStanding): SearchAttributeUpdatePair[] {
  const balls = open.flatMap(({ ball }) => (ball === null ? [] : [`${ball.party}/${ball.unit}`]));
  return [
    { key: FAS, value: state },
    { key: BOLLEN_HOS, value: searchableList([...(waitsFor === null ? [] : [`region/${region}`]), ...balls]) },
  ];
}

/** One named timer for each thing that time brings. */
function wakesOf({ open, nextAt, kommun }: KommunStanding, now: Instant): Wake[] {
  const wakes = open.flatMap(({ objectionId, stayId, state, until, remindAt }): Wake[] => [
    ...(remindAt === null
      ? []
      : [{ id: `paminnelse/${objectionId}`, at: remindAt, label: `Påminnelse till regionen: svar på invändning mot ${stayId}` }]),
    ...(until === null
      ? []
      : [
          state === 'obesvarad'
            ? { id: `svar/${objectionId}`, at: until, label: `Regionens svar på invändning mot ${stayId}, senast ${toSwedish(until)}` }
            : { id: `bestridande/${objectionId}`, at: until, label: `${kommun} kan bestrida svaret om ${stayId} till ${toSwedish(until)}` },
        ]),
  ]);
  const next = { id: 'nasta', at: nextAt ?? 0, label: `Nästa uppgörelse ${toSwedish(nextAt ?? 0)}` };
  // What is past has just been done.
  return [...wakes, ...(nextAt === null || wakes.some(({ at }) => at === nextAt) ? [] : [next])].filter(({ at }) => at > now);
}

const tryAgain = (at: Instant): Wake => ({ id: 'forsok-igen', at, label: 'Försöker igen' });

/** The region's month is told when its kommun is done, or waits for something else than before. */
function tellMonth(region: string, month: string): (standing: KommunStanding) => Promise<void> {
  let last = '';
  return async ({ state, settled, waitsFor }) => {
    const news = `${settled} ${waitsFor}`;
    if (state !== 'last' || news === last || (!settled && waitsFor === null)) return;
    last = news;
    try {
      await getExternalWorkflowHandle(billingWorkflowId(region, month)).signal('uppgjord');
    } catch (error) {
      // It is not running just now, and will look for itself.
      if (!(error instanceof TemporalFailure)) throw error;
    }
  };
}

const isFinal = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true;

/** Why something failed for good, or for longer than anybody waits; a broken program must be seen. */
function reasonOf(error: unknown): { type: string; message: string } {
  if (!(error instanceof TemporalFailure)) throw error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { type: cause.type ?? 'internt-fel', message: cause.message };
  return { type: 'internt-fel', message: 'Registret svarade inte i tid. Försök igen.' };
}
