/** A region's month: waits until it is over, reckons it, freezes it once and writes the basis. Run again, it gives the same and changes nothing. */
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  sleep,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { createActivities } from '../activities/index.js';
import { type Instant, toSwedish } from '../src/domain/calendar.js';
import { kronorInText } from '../src/domain/money.js';
import { MANAD, REGION } from '../src/temporal/search-attributes.js';
import { clockOr, type DomainClock, domainTime, realMsUntil } from './clock.js';
import { billableFrom, isMonth, monthBefore } from './months.js';

export interface MonthlyBillingInput {
  region: string;
  /** `YYYY-MM` */
  month: string;
  /** Left out: real time, as when it is started by hand. */
  clock?: DomainClock | undefined;
}

export interface StartMonthlyBillingInput {
  region: string;
  clock?: DomainClock | undefined;
}

type Activities = ReturnType<typeof createActivities>;
type Frozen = Awaited<ReturnType<Activities['freezeMonth']>>;
type Written = Awaited<ReturnType<Activities['writeBasis']>>;

export interface MonthlyBillingResult extends Omit<Frozen, 'fresh'> {
  /** Where the basis is, and the files in it. */
  folder: string;
  files: Written['files'];
}

const { computeMonth, freezeMonth, writeBasis } = proxyActivities<Pick<Activities, 'computeMonth' | 'freezeMonth' | 'writeBasis'>>({
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
const { settled } = proxyActivities<Pick<Activities, 'settled'>>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

const { caughtUp } = proxyActivities<Pick<Activities, 'caughtUp'>>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

const ASK_AGAIN = '1s';

/**
 * @source J bilaga 2, Underlag och fakturering
 * @throws ApplicationFailure, not to be retried, with a Swedish message: a year without vårdpris, a month in which nothing is in force
 */
export async function monthlyBilling(input: MonthlyBillingInput): Promise<MonthlyBillingResult> {
  const { region, month } = input ?? {};
  const clock = clockOr(input?.clock);
  if (typeof region !== 'string' || !isMonth(month))
    throw ApplicationFailure.nonRetryable(`Ingen månad: ${String(month).slice(0, 40)}. Skriv den ÅÅÅÅ-MM.`, 'ogiltig-manad');
  showInLists(region, month);
  const title = `## Underlag ${month}, region ${region}`;
  const tell = (...lines: string[]): void => setCurrentDetails([title, '', ...lines].join('\n'));
  const from = billableFrom(month);

  tell(`Månaden pågår. Underlaget görs **${toSwedish(from)}**.`);
  await untilOver(clock, from, month);
  try {
    tell('Månaden är slut. Registret inväntar det som vårdtillfällena har svarat på.');
    await caughtUp.executeWithOptions({ summary: 'Inväntar att registret har allt' }, [{ region }]);
    tell('Underlaget räknas fram.');
    const asNow = await computeMonth.executeWithOptions({ summary: `Räknar fram ${month}` }, [{ region, month }]);
    tell('Underlaget är framräknat och låses.', '', ...perKommun(asNow.kommuner));
    const { fresh, ...frozen } = await freezeMonth.executeWithOptions({ summary: `Låser ${month}: därefter ändras inga siffror` }, [
      { region, month },
    ]);
    const { folder, files } = await writeBasis.executeWithOptions({ summary: `Skriver underlaget för ${month}` }, [{ region, month }]);
    const when = toSwedish(frozen.frozenAt);
    tell(
      fresh ? `Låst ${when}.` : `Var redan låst ${when}; inget har ändrats.`,
      '',
      ...perKommun(frozen.kommuner),
      '',
      `**Summa ${kronor(frozen.amountOre)}** · överenskommelse ${frozen.agreement} · ${files.length} filer`,
    );
    return { ...frozen, folder, files };
  } catch (error) {
    const reason = error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
    if (!reason) throw error;
    tell(`**Underlaget kunde inte göras:** ${reason.message}`);
    throw ApplicationFailure.nonRetryable(reason.message, reason.type);
  }
}

/** What a region's Schedule runs: starts the billing of the month before its scheduled time. Run twice, it starts nothing more. */
export async function startMonthlyBilling(input: StartMonthlyBillingInput): Promise<string> {
  const { region } = input ?? {};
  if (typeof region !== 'string') throw ApplicationFailure.nonRetryable('Ingen region angavs.', 'ogiltig-region');
  const clock = clockOr(input.clock);
  const scheduled = workflowInfo().typedSearchAttributes.get(SCHEDULED_START);
  const month = monthBefore(scheduled ? scheduled.getTime() : domainTime(clock, Date.now()));
  const workflowId = `billing/${region}/${month}`;
  try {
    await startChild(monthlyBilling, {
      workflowId,
      args: [{ region, month, clock }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: attributes(region, month),
      staticSummary: `Underlag ${month}, region ${region}`,
      memo: { rubrik: `Underlag ${month}, region ${region}` },
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflowId;
}

const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

const attributes = (region: string, month: string): SearchAttributePair[] => [
  { key: REGION, value: region },
  { key: MANAD, value: month },
];

/** Started from the CLI or the UI it may lack them. */
function showInLists(region: string, month: string): void {
  const known = workflowInfo().typedSearchAttributes;
  if (known.get(REGION) !== region || known.get(MANAD) !== month) upsertSearchAttributes(attributes(region, month));
}

/** Until it is 05:00 on the first, and on a fast clock also until every feed has been answered that far. */
async function untilOver(clock: DomainClock, from: Instant, month: string): Promise<void> {
  const now = Date.now();
  if (domainTime(clock, now) < from) await sleep(realMsUntil(clock, now, from), { summary: `Månaden ${month} är slut ${toSwedish(from)}` });
  if (clock.scale === 1) return;
  const summary = 'Klockan går fort: inväntar meddelanden på väg';
  while ((await settled.executeWithOptions({ summary }, [{ until: from }])) < from) await sleep(ASK_AGAIN, { summary });
}

/** `488 280 kr`; öre only where there are any; without a vårdpris nothing is guessed. */
function kronor(ore: number | null): string {
  return ore === null ? 'utan vårdpris' : kronorInText(ore);
}

function perKommun(kommuner: { payer: string; stays: number; amountOre: number | null }[]): string[] {
  const rows = kommuner.map(({ payer, stays, amountOre }) => `| ${payer} | ${stays} | ${kronor(amountOre)} |`);
  return ['| Kommun | Vårdtillfällen | Belopp |', '| --- | ---: | ---: |', ...rows];
}
