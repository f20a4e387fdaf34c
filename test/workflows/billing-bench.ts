/** A region's months on a Temporal server: the real activities on a ledger in memory, and a hand on each workflow. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { createActivities } from '../../activities/index.js';
import { type Agreements, loadAgreements } from '../../src/agreements/load.js';
import type { BillingNotice } from '../../src/domain/billing/cycle-notices.js';
import type { InvoiceGateway } from '../../src/doors/billing-gateway.js';
import { type BillingLedger, DOCUMENT_KINDS, type PayerRef } from '../../src/ledger/billing/billing-ledger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { type BillingGateway, createBillingGateway } from '../../src/temporal/billing-client.js';
import { createInvoiceGateway } from '../../src/temporal/invoice-client.js';
import { invoiceWorkflowId } from '../../src/temporal/workflow-ids.js';
import type { DomainClock } from '../../workflows/clock.js';
import type { KommunStanding } from '../../workflows/invoice-details.js';
import { fakeBillingLedger } from '../doors/fake-billing-ledger.js';
import { type Activities, type Bench, leap, newWorld, timeSkipping, type World } from './harness.js';
import { t } from './scenario.js';

export const REGION = 'jonkoping';

export interface BillingWorld {
  /** In memory; or a real one, which then keeps the notices and real documents too. */
  ledger: BillingLedger | Ledger;
  agreements: Agreements;
  told: BillingNotice[];
  /** Names of the activities as they began, in order. */
  steps: string[];
  /** Throw in it to be an activity that fails, or that is killed after its work is done. */
  before: (name: string, input: never) => void | Promise<void>;
  after: (name: string, input: never) => void | Promise<void>;
}

export interface BillingBench extends Bench {
  billing: BillingWorld;
  /** A clock that shows `at` now. */
  clockAt(at: string, scale?: number): Promise<DomainClock>;
  months(clock: DomainClock): BillingGateway;
  invoices(clock: DomainClock): InvoiceGateway;
  /** Lets so much real time pass, when everything is quiet. */
  leap(ms: number): Promise<void>;
  /** Lets the clock reach this time. */
  until(clock: DomainClock, iso: string): Promise<void>;
  invoice(ref: PayerRef): WorkflowHandle & { standing(): Promise<KommunStanding> };
  /** What a unit was told, of one payer's month: `type: text`. */
  toldTo(unit: string, month: string): string[];
}

const QUIET_MS = 300;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const isReal = (ledger: BillingLedger | Ledger): ledger is Ledger => 'notify' in ledger;

export function billingWorld(
  ledger: BillingLedger | Ledger = fakeBillingLedger({ until: 0 }),
  agreements = shippedAgreements(),
): BillingWorld {
  return { ledger, agreements, told: [], steps: [], before: () => undefined, after: () => undefined };
}

export function shippedAgreements(): Agreements {
  const loaded = loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements cannot be read');
  return loaded;
}

/** The real activities over the world's ledger; on the one in memory documents are their names. */
function billingActivitiesOf(world: BillingWorld): Partial<Activities> {
  const ids = new Set<string>();
  const notify: Ledger['notify'] = async (batch) => {
    const fresh = batch.notices.filter(({ noticeId }) => !ids.has(noticeId) && ids.add(noticeId));
    world.told.push(...(fresh as unknown as BillingNotice[]));
    return isReal(world.ledger) ? world.ledger.notify(batch) : { delivered: fresh.length };
  };
  const ledger = new Proxy({} as Ledger, {
    get: (_, name: string) => (name === 'notify' ? notify : (world.ledger as Ledger)[name as keyof Ledger]),
  });
  const {
    caughtUp: _,
    settled: __,
    record: ___,
    notify: ____,
    ...real
  } = createActivities({
    ledger,
    agreements: world.agreements,
    allowExamples: true,
    dataDir: mkdtempSync(join(tmpdir(), 'hemgang-cycle-')),
    clock: { now: () => Number.NaN },
    log: silent,
  });
  const makeDocuments = async ({ at, ...ref }: PayerRef & { n: number; at: number }) => {
    for (const kind of DOCUMENT_KINDS)
      if (ref.n > 0 || kind !== 'faktura.xml') await world.ledger.saveDocument({ ...ref, kind, bytes: Buffer.from(kind), at });
  };
  const watched = Object.entries({ ...real, ...(isReal(world.ledger) ? {} : { makeDocuments }) }).map(([name, run]) => [
    name,
    async (input: never) => {
      world.steps.push(name);
      await world.before(name, input);
      const result = await (run as (given: never) => Promise<unknown>)(input);
      await world.after(name, input);
      return result;
    },
  ]);
  return Object.fromEntries(watched);
}

/** On the time-skipping server; or on a real one, in real time. */
export async function billingBench(
  world = billingWorld(),
  serverOf: (world: World, more: Partial<Activities>) => Promise<Bench> = timeSkipping,
): Promise<BillingBench> {
  const bench = await serverOf(newWorld(), billingActivitiesOf(world));
  const { client, taskQueue } = bench;
  // One step of a month follows another: a leap between two of them can lose the server's hold on time.
  const quietLeap = async (ms: number): Promise<void> => {
    for (let before = -1; before !== world.steps.length || bench.world.busy > 0; ) {
      before = world.steps.length;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
    await leap(bench, ms);
  };
  return {
    ...bench,
    billing: world,
    clockAt: async (at, scale = 1) => ({ start: t(at), realStart: await bench.now(), scale }),
    months: (clock) => createBillingGateway({ client, clock, taskQueue }),
    invoices: (clock) => createInvoiceGateway({ client, clock, taskQueue }),
    async until(clock, iso) {
      const left = (t(iso) - (clock.start + ((await bench.now()) - clock.realStart) * clock.scale)) / clock.scale;
      if (left > 0) await quietLeap(Math.ceil(left));
    },
    leap: quietLeap,
    invoice({ region, month, payer }) {
      const handle = client.workflow.getHandle(invoiceWorkflowId(region, month, payer));
      return Object.assign(handle, { standing: () => handle.query<KommunStanding>('underlag') });
    },
    toldTo: (unit, month) =>
      world.told
        .filter(({ to, noticeId }) => to.unit === unit && noticeId.includes(`-${month}`))
        .map(({ type, text }) => `${type}: ${text}`.replaceAll('\u00a0', ' ')),
  };
}

/** Sends again what has changed since: the ledger in memory sends once only. */
export function sendingAgain(ledger: BillingLedger, changed: Map<string, string[]>): BillingLedger {
  const sent: Awaited<ReturnType<BillingLedger['sendBasis']>> = [];
  return {
    ...ledger,
    async sendBasis(ref, at) {
      const first = await ledger.sendBasis(ref, at);
      const known = [...(await ledger.sentBases(ref)), ...sent];
      const sums = await ledger.monthSums(ref, at);
      const again = [...changed].flatMap(([payer, stays]) => {
        const sum = [...(sums?.kommuner ?? []), ...(sums?.others ?? [])].find((one) => one.payer === payer);
        if (sum === undefined || first.length > 0) return [];
        changed.delete(payer);
        const no = Math.max(0, ...known.map((one) => one.no)) + 1;
        return [{ ...ref, payer, no, at, objectUntil: at + 10 * 86_400_000, changed: stays.length, sum }];
      });
      sent.push(...again);
      return [...first, ...again];
    },
    sentBases: async (query) => [
      ...(await ledger.sentBases(query)),
      ...sent.filter((one) => one.month === query.month && (query.payer === undefined || query.payer === one.payer)),
    ],
  };
}
