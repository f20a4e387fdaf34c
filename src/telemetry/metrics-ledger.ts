/** The gauges that the ledger is asked for: at a scrape, at most every quarter of a minute, and never waited for longer than a little. */
import { DEADLINE_IDS } from '../domain/agreement.js';
import { addMonths, type Instant, localDateOf } from '../domain/calendar.js';
import { PARTIES } from '../domain/ids.js';
import { PHASES } from '../domain/stay/parties.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Measures } from '../ledger/measures.js';
import type { Metrics, Sample } from './metrics.js';
import { type GaugeName, METRIC_NAMES, METRICS } from './metrics-catalogue.js';
import { channelLabel, merged, OTHER, oneOf, summed, unitLabel } from './metrics-labels.js';

export interface LedgerGaugesOptions {
  metrics: Pick<Metrics, 'set' | 'onScrape'>;
  ledger: Pick<Ledger, 'measure'>;
  clock: { now(): Instant };
  /** Of the agreements: those that have months. */
  regions: readonly string[];
  /** Told once for each time that the ledger stops answering. */
  onTrouble?: (error: unknown) => void;
  /** Real time; default the machine's. */
  realNow?: () => number;
  /** Default 15 s. */
  freshMs?: number;
  /** Default 3 s, less than a scrape may take. */
  timeoutMs?: number;
}

const FRESH_MS = 15_000;
const TIMEOUT_MS = 3_000;
const GAUGES = METRIC_NAMES.filter((name) => METRICS[name].from === 'ledger') as GaugeName[];

type Found = Partial<Record<GaugeName, Sample[]>>;

/** Tells at each scrape how things stand. While the ledger does not answer, only that is told. */
export function ledgerGauges({ metrics, ledger, clock, regions, onTrouble, ...options }: LedgerGaugesOptions): void {
  const { realNow = Date.now, freshMs = FRESH_MS, timeoutMs = TIMEOUT_MS } = options;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<Found> | undefined;
  let isTroubled = false;

  const ask = async (): Promise<Found> => {
    const startedAt = performance.now();
    const now = clock.now();
    const previousMonth = addMonths(`${localDateOf(now).slice(0, 7)}-01`, -1).slice(0, 7);
    const measured = await ledger.measure({ now, realNow: realNow(), previousMonth, regions });
    return {
      ...samplesOf(measured, { now, realNow: realNow(), regions: new Set(regions) }),
      hemgang_ledger_measured_seconds: [[{}, (performance.now() - startedAt) / 1_000]],
      hemgang_ledger_up: [[{}, 1]],
    };
  };

  metrics.onScrape(async () => {
    if (realNow() - askedAt < freshMs) return;
    // One question at a time: a ledger that is slow is not asked again before it has answered.
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const found = await within(asking, timeoutMs).catch((error: unknown): Found => {
      if (!isTroubled) onTrouble?.(error);
      return { hemgang_ledger_up: [[{}, 0]] };
    });
    isTroubled = found.hemgang_ledger_measured_seconds === undefined;
    if (!isTroubled) askedAt = realNow();
    for (const name of GAUGES) metrics.set(name, found[name] ?? []);
  });
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const DEADLINES: ReadonlySet<string> = new Set(DEADLINE_IDS);
const PARTY_NAMES: ReadonlySet<string> = new Set(PARTIES);
const PHASE_NAMES: ReadonlySet<string> = new Set(PHASES);
const MESSAGE_STATES: ReadonlySet<string> = new Set(['mottagen', 'vantar', 'parkerad']);
const MONTH_STATES: ReadonlySet<string> = new Set(['tom', 'lopande', 'preliminar', 'last', 'fakturerad']);
const OBJECTION_STATES: ReadonlySet<string> = new Set(['obesvarad', 'bestridd']);

/** The samples of each gauge; exported for its tests. */
export function samplesOf(
  found: Measures,
  { now, realNow, regions }: { now: Instant; realNow: number; regions: ReadonlySet<string> },
): Found {
  const region = (of: string | null) => oneOf(regions, of ?? OTHER);
  const payer = (of: string | null) => (of !== null && /^\d{4}$/.test(of) ? of : OTHER);
  const age = (since: number, at: number) => Math.max(0, at - since) / 1_000;
  const longest = (samples: Sample[]) => merged(samples, Math.max);
  const deadline = (row: Measures['openDeadlines'][number]) => ({
    region: region(row.region),
    deadline: oneOf(DEADLINES, row.deadline),
    party: oneOf(PARTY_NAMES, row.party),
  });
  const pressing = (overdue: boolean) =>
    summed(
      found.pressingDeadlines
        .filter((row) => row.overdue === overdue)
        .map((row) => [{ ...deadline(row), unit: unitLabel(row.unit) }, row.count]),
    );
  const ready = found.readyStays.map((row) => ({ labels: { region: region(row.region), payer: payer(row.payer) }, row }));
  const messages = found.hospitalMessages.map((row) => ({
    labels: { region: region(row.region), state: oneOf(MESSAGE_STATES, row.state) },
    row,
  }));
  const waiting = found.undelivered.map((row) => ({ labels: { channel: channelLabel(row.channel) }, row }));
  return {
    hemgang_stays_open: summed(
      found.openStays.map((row) => [{ region: region(row.region), phase: oneOf(PHASE_NAMES, row.phase) }, row.count]),
    ),
    hemgang_stays_next_owner: summed(
      found.openStays.map((row) => [
        { region: region(row.region), party: row.party === null ? 'ingen' : oneOf(PARTY_NAMES, row.party) },
        row.count,
      ]),
    ),
    hemgang_stays_ready: summed(ready.map(({ labels, row }) => [labels, row.count])),
    hemgang_stays_ready_longest_seconds: longest(ready.map(({ labels, row }) => [labels, age(row.since, now)])),
    hemgang_deadlines_open: summed(found.openDeadlines.map((row) => [deadline(row), row.count])),
    hemgang_deadlines_overdue: pressing(true),
    hemgang_deadlines_due_soon: pressing(false),
    hemgang_hospital_messages_open: summed(messages.map(({ labels, row }) => [labels, row.count])),
    hemgang_hospital_messages_oldest_seconds: longest(messages.map(({ labels, row }) => [labels, age(row.since, now)])),
    hemgang_notices_undelivered: summed(waiting.map(({ labels, row }) => [labels, row.count])),
    hemgang_notices_undelivered_oldest_seconds: longest(waiting.map(({ labels, row }) => [labels, age(row.since, realNow)])),
    hemgang_notices_failed: summed(found.failed.map((row) => [{ channel: channelLabel(row.channel) }, row.count])),
    hemgang_endpoint_disabled: longest(found.endpoints.map((row) => [{ channel: channelLabel(row.channel) }, row.disabled ? 1 : 0])),
    hemgang_endpoint_failures: longest(found.endpoints.map((row) => [{ channel: channelLabel(row.channel) }, row.failures])),
    hemgang_billing_months: summed(
      found.months.map((row) => [{ region: region(row.region), state: oneOf(MONTH_STATES, row.state) }, row.count]),
    ),
    hemgang_billing_previous_month: longest(
      found.previousMonths.map((row) => [{ region: region(row.region), state: oneOf(MONTH_STATES, row.state) }, 1]),
    ),
    hemgang_objections_open: summed(
      found.objections.map((row) => [{ region: region(row.region), state: oneOf(OBJECTION_STATES, row.state) }, row.count]),
    ),
    hemgang_objections_overdue: summed(found.objections.map((row) => [{ region: region(row.region) }, row.overdue])),
    hemgang_invoices_held: summed(found.heldInvoices.map((row) => [{ region: region(row.region) }, row.count])),
    hemgang_erasures_unfinished: [[{}, found.erasuresUnfinished]],
  };
}
