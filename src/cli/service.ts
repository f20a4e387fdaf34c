/** The service as one object: its parts started in order, its addresses, and an orderly end. */
import type { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { documentReader } from '../../activities/documents.js';
import { createActivities } from '../../activities/index.js';
import { installTelemetry, runWorker } from '../../worker/main.js';
import { tolerances } from '../../workflows/clock.js';
import { processRulesOf } from '../agreements/load.js';
import type { Clock } from '../clock.js';
import type { Address } from '../config.js';
import { agreementInForce } from '../domain/agreement-in-force.js';
import { type Instant, localDateOf } from '../domain/calendar.js';
import { accessLog } from '../doors/access/access-log.js';
import { startAccessPurge } from '../doors/access/purge.js';
import { tokenAuth } from '../doors/access/tokens.js';
import { deliveryDesk } from '../doors/delivery-desk.js';
import { exceptErased } from '../doors/erased-invoices.js';
import { TemporalUnavailable } from '../doors/gateway.js';
import { hospitalDesk } from '../doors/hospital/desk.js';
import { buildApp } from '../doors/http/app.js';
import { monthReader } from '../doors/month-view.js';
import { reportDesk } from '../doors/report-desk.js';
import { submitOver } from '../doors/submit.js';
import { startDailyErasure } from '../erasure/daily.js';
import { type Ledger, openLedger } from '../ledger/ledger.js';
import type { OpenRouting } from '../out/notices/open-routing.js';
import type { Log } from '../telemetry/log.js';
import { countedAccesses, countedAuth, countedSubmit } from '../telemetry/metrics-doors.js';
import { toldSubmit } from '../telemetry/told-submit.js';
import { createBillingGateway } from '../temporal/billing-client.js';
import { bundleWorkflows } from '../temporal/bundle.js';
import { answered } from '../temporal/calls.js';
import { connectLazily, createClient } from '../temporal/client.js';
import { listCounter } from '../temporal/count-lists.js';
import { startEmbeddedTemporal } from '../temporal/embedded.js';
import { ensureNamespace } from '../temporal/ensure-namespace.js';
import { ensureSearchAttributes } from '../temporal/ensure-search-attributes.js';
import { eraseHistories } from '../temporal/erase-histories.js';
import { createInvoiceGateway } from '../temporal/invoice-client.js';
import { NamespaceProblem } from '../temporal/namespace-problem.js';
import { ensureSchedules } from '../temporal/schedules.js';
import { SEARCH_ATTRIBUTES } from '../temporal/search-attributes.js';
import { createStayGateway } from '../temporal/stay-client.js';
import { ledgerError } from './ledger-error.js';
import { startMonths } from './months.js';
import { type Ready, regionsOf } from './preflight.js';
import { startCodec } from './start-codec.js';
import { startKeys } from './start-keys.js';
import { type MllpFiles, startMllp } from './start-mllp.js';
import { followRouting, startDispatcher } from './start-notices.js';
import { type ServiceTracing, startTracing, tracedParts } from './start-tracing.js';
import { type TemporalAddress, temporalAddress } from './temporal-connection.js';
import { openWatch, type Watch } from './watch.js';

export interface Addresses {
  api?: string;
  codec?: string;
  mllp?: string;
  metrics?: string;
  temporal: string;
  temporalUi?: string;
}

export interface Service {
  addresses: Addresses;
  /** Resolves with a plain line when a part has ended without having been asked to; never otherwise. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

/** How long a worker waits at its start for a Temporal that is not up yet. */
const TEMPORAL_WITHIN_MS = 5_000;
/** A new namespace is known to all parts of a server within some ten seconds. */
const PREPARED_WITHIN_MS = 90_000;

/** What has been started, newest last, and how each is stopped. */
type Stoppers = { part: string; stop: () => Promise<void> }[];

/** Starts the roles. Throws in plain words when a part does not start; what had started is stopped again. */
export async function startService(ready: Ready, log: Log): Promise<Service> {
  const stoppers: Stoppers = [{ part: 'data folder', stop: async () => ready.release() }];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopAll(stoppers, log));
  try {
    return { ...(await start(ready, log, stoppers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAll(stoppers: Stoppers, log: Log): Promise<void> {
  for (const { part, stop } of stoppers.reverse()) {
    await stop().catch((error: unknown) => log.error({ err: error, part }, 'a part could not be stopped in good order'));
  }
}

async function start(
  { config, roles, agreements, mllpFiles, fhir, routing: loadedRouting, keys, openClock }: Ready,
  log: Log,
  stoppers: Stoppers,
): Promise<Omit<Service, 'stop'>> {
  const watch = await openWatch({ config, roles, keys, regions: [...new Set(regionsOf(agreements))], log });
  const tracing = await startTracing(config.tracing, roles, log);
  if (tracing !== undefined) stoppers.push({ part: 'traces', stop: tracing.stop });
  installTelemetry(log, watch.coreAddress);
  // First, and stopped last: from now on it can be asked how far this process has come.
  const told = await watch.listen();
  if (told !== undefined) stoppers.push({ part: 'metrics', stop: told.close });
  const isWorker = roles.includes('worker');
  const isApi = roles.includes('api');
  const isCodec = roles.includes('codec');
  // Who has payloads decoded is in the log of accesses, where anybody is asked.
  const logsDecoding = isCodec && config.oidc !== undefined;
  // The slow ones side by side: the embedded server, the ledger, the workflow bundle.
  const bundling = quietly(isWorker ? bundleWorkflows() : undefined);
  const embedding = quietly(
    config.temporal.embedded
      ? startEmbeddedTemporal(config, { searchAttributes: SEARCH_ATTRIBUTES, uiCodecEndpoint: config.codecUrl ?? urlOf(config.codec) })
      : undefined,
  );
  const { databaseUrl, dataDir } = config;
  const routing = followRouting(config, loadedRouting, { agreements: agreements.agreements, withSecrets: isWorker, log });
  const opening = quietly(
    isWorker || isApi || logsDecoding || mllpFiles !== undefined
      ? openLedger({ databaseUrl, dataDir, keys, rules: agreements, router: routing.router })
      : undefined,
  );
  // Each is waited for, so that none is left running when another one fails.
  const [embedded, ledger] = await Promise.allSettled([embedding, opening]);
  if (ledger.status === 'fulfilled' && ledger.value) stoppers.push({ part: 'ledger', stop: ledger.value.close });
  if (embedded.status === 'fulfilled' && embedded.value) stoppers.push({ part: 'embedded Temporal server', stop: embedded.value.stop });
  if (ledger.status === 'rejected') throw ledgerError(config, ledger.reason);
  if (embedded.status === 'rejected') throw embedded.reason;
  stoppers.push({ part: 'keys', stop: await startKeys({ config, keys, ledger: ledger.value, isWorker, log }) });

  const temporal = temporalAddress(config, embedded.value?.address);
  const addresses: Addresses = { temporal: temporal.address };
  const broken = [...(embedded.value === undefined ? [] : [embedded.value.died])];
  if (told !== undefined) addresses.metrics = told.url;
  if (embedded.value !== undefined) addresses.temporalUi = embedded.value.uiUrl;
  const decoding = async (...asking: [] | [{ ledger: Ledger; clock: Clock }]) => {
    const parts = { config, keys, regions: regionsOf(agreements), embeddedUi: embedded.value?.uiUrl, log, metrics: watch.metrics };
    const codec = await startCodec(parts, ...asking);
    stoppers.push({ part: 'codec server', stop: codec.close });
    addresses.codec = config.codecUrl ?? codec.url;
  };
  if (isCodec && !logsDecoding) await decoding();
  if (ledger.value !== undefined) {
    const bundle = await bundling;
    const clock = openClock();
    const timed = tracedParts(tracing, watch.ledger(ledger.value, clock));
    const parts: Parts = { config, fhir, agreements, keys, ledger: timed, routing, temporal, clock, log, stoppers, watch, tracing };
    if (logsDecoding) await decoding({ ledger: timed, clock });
    if (bundle !== undefined) broken.push((await startWorker(parts, bundle)).broken);
    if (isApi) addresses.api = await startApi(parts, config.temporalUiUrl ?? addresses.temporalUi);
    if (mllpFiles !== undefined) addresses.mllp = await listenToHl7(parts, mllpFiles);
  }
  watch.started();
  return { addresses, broken: Promise.race([...broken, new Promise<string>(() => undefined)]) };
}

interface Parts extends Pick<Ready, 'config' | 'agreements' | 'keys' | 'fhir'> {
  ledger: Ledger;
  routing: OpenRouting;
  temporal: TemporalAddress;
  clock: Clock;
  log: Log;
  stoppers: Stoppers;
  watch: Watch;
  tracing: ServiceTracing | undefined;
}

/** The worker, with what only one of its kind must see to: search attributes, Schedules, the months of a fast clock. */
async function startWorker(
  parts: Parts,
  workflowBundle: Awaited<ReturnType<typeof bundleWorkflows>>,
): Promise<{ broken: Promise<string> }> {
  const { config, agreements, keys, ledger, temporal, clock, log, stoppers, watch } = parts;
  const { namespace } = config.temporal;
  const connection = connectLazily(temporal);
  stoppers.push({ part: 'connection', stop: () => connection.close() });
  watch.temporal(() => answered(connection, TEMPORAL_WITHIN_MS, () => connection.workflowService.getSystemInfo({})), true);
  await prepareNamespace(connection, { ...temporal, namespace });
  const client = createClient(connection, namespace, keys, parts.tracing?.clients);
  const domainClock = domainClockOf(clock);
  const regions = agreements.agreements.flatMap(({ region }) => (region === null ? [] : [region]));
  await ensureSchedules(client, [...new Set(regions)], domainClock);

  const native = await NativeConnection.connect(temporal);
  stoppers.push({ part: "worker's connection", stop: () => native.close() });
  // Before the first timer fires: a feed that was being played must hold the clock back until its player is heard again.
  if (clock.scale !== 1) await ledger.reviveFeeds(Date.now());
  const activities = watch.activities(
    createActivities({ ledger, agreements, dataDir: config.dataDir, allowExamples: !config.production, clock, log }),
  );
  const worker = await runWorker({ connection: native, namespace, activities, keys, workflowBundle, tracing: parts.tracing });
  stoppers.push({ part: 'worker', stop: worker.stop });
  watch.worker(worker);
  stoppers.push({
    part: 'dispatcher of notices',
    stop: startDispatcher({ config, client, ledger, routing: parts.routing, clock, log, metrics: watch.metrics }),
  });
  if (clock.scale !== 1) {
    const stop = startMonths({ clock, agreements, billing: createBillingGateway({ client, clock: domainClock }), ledger, log });
    stoppers.push({ part: 'months', stop });
  }
  const stopErasing = startDailyErasure({
    ledger,
    eraseHistories: (workflowIds) => eraseHistories({ client }, workflowIds),
    now: clock.now,
    retentionYears: config.retentionYears,
    log,
    onOutcome: ({ outcome }) => watch.metrics.count('hemgang_erasures_total', { outcome }),
  });
  stoppers.push({ part: 'erasure of what is due', stop: stopErasing });
  const broken = worker.ended.then(
    () => new Promise<string>(() => undefined),
    (error: unknown) => `The worker ended: ${error instanceof Error ? error.message : String(error)}`,
  );
  return { broken };
}

/** A worker cannot begin without its Temporal: it says so, and whoever runs it starts it again. */
async function prepareNamespace(connection: Connection, { address, namespace }: { address: string; namespace: string }): Promise<void> {
  try {
    await answered(connection, TEMPORAL_WITHIN_MS, () => connection.workflowService.getSystemInfo({}));
    await connection.withDeadline(Date.now() + PREPARED_WITHIN_MS, async () => {
      await ensureNamespace(connection, namespace);
      await ensureSearchAttributes(connection, namespace);
    });
  } catch (error) {
    if (error instanceof TemporalUnavailable) throw new Error(`TEMPORAL_ADDRESS: ${address} does not answer`);
    if (error instanceof NamespaceProblem) throw new Error(`TEMPORAL_NAMESPACE: ${error.message}`);
    throw error;
  }
}

/** The one way in, as every door that this process opens has it. */
function waysIn({
  agreements,
  ledger,
  clock,
  client,
  watch,
}: Pick<Parts, 'agreements' | 'ledger' | 'clock' | 'watch'> & { client: Client }) {
  const domainClock = domainClockOf(clock);
  const gateway = createStayGateway({ client, clock: domainClock });
  const doorClock = { now: clock.now, scale: clock.scale, ...tolerances(domainClock) };
  const rulesFor = (region: string, at: Instant) => {
    const agreement = agreementInForce(agreements.agreements, region, localDateOf(at));
    return agreement && processRulesOf(agreement, at, region);
  };
  const accesses = countedAccesses(accessLog({ ledger, clock }), watch.metrics);
  const interpretedBy = (unit: string) =>
    agreements.agreements.filter(({ tolkningsinstans }) => tolkningsinstans === unit).map(({ id }) => id);
  return { gateway, doorClock, accesses, submit: submitOver({ ledger, gateway, clock: doorClock, rulesFor, accesses, interpretedBy }) };
}

/** HL7 over MLLP; answers where it listens. */
async function listenToHl7(parts: Parts, files: MllpFiles): Promise<string> {
  const { config, keys, ledger, temporal, log, stoppers, watch, tracing } = parts;
  // Lazily: it listens, and answers AR, while Temporal is away.
  const connection = connectLazily(temporal);
  stoppers.push({ part: "MLLP's connection", stop: () => connection.close() });
  const client = createClient(connection, config.temporal.namespace, keys, tracing?.clients);
  const { gateway, doorClock, submit } = waysIn({ ...parts, client });
  // Ready without Temporal too: what it cannot take it answers with AR.
  watch.temporal(gateway.ping, false);
  const { metrics } = watch;
  const counted = toldSubmit(countedSubmit(submit, 'hl7', metrics), 'hl7', log);
  const server = await startMllp({ ...files, config, ledger, gateway, submit: counted, clock: doorClock, log, metrics });
  stoppers.push({ part: 'MLLP', stop: server.close });
  return server.url;
}

/** The API; answers where it listens. */
async function startApi(
  { config, fhir, agreements, keys, ledger, routing, temporal, clock, log, stoppers, watch, tracing }: Parts,
  temporalUi: string | undefined,
): Promise<string> {
  // Lazily: the API starts, and says 503, while Temporal is away.
  const connection = connectLazily(temporal);
  stoppers.push({ part: "API's connection", stop: () => connection.close() });
  const domainClock = domainClockOf(clock);
  const client = createClient(connection, config.temporal.namespace, keys, tracing?.clients);
  const { gateway, doorClock, submit, accesses } = waysIn({ agreements, ledger, clock, client, watch });
  const { metrics } = watch;
  watch.temporal(gateway.ping, true);
  stoppers.push({ part: 'clearing of the log of accesses', stop: startAccessPurge(ledger, log) });
  const onTrouble = (reason: string) => log.warn({ reason }, "the tokens' issuer cannot be asked");
  const app = await buildApp({
    auth: config.oidc && countedAuth(tokenAuth({ ...config.oidc, onTrouble }), metrics),
    accesses,
    submit: toldSubmit(countedSubmit(submit, 'http', metrics), 'http', log),
    ledger,
    clock: doorClock,
    invoices: exceptErased(createInvoiceGateway({ client, clock: domainClock }), ledger),
    agreements,
    readMonth: monthReader({ ledger, agreements, clock }),
    documents: documentReader({ ledger, agreements, clock, allowExamples: !config.production }),
    reports: reportDesk({ ledger, agreements, clock }),
    deliveries: deliveryDesk({ ledger, routing, clock }),
    hospital: hospitalDesk({
      submit: toldSubmit(countedSubmit(submit, 'fhir', metrics), 'fhir', log),
      ledger,
      now: clock.now,
      door: 'fhir',
    }),
    fhir,
    temporalLists: { uiUrl: temporalUi, namespace: config.temporal.namespace, count: listCounter(client) },
    metrics,
    pingTemporal: gateway.ping,
    requestsPerMinute: config.requestsPerMinute,
    logger: log,
  });
  stoppers.push({ part: 'API', stop: () => app.close() });
  await app.listen(config.http);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.http.port;
  return urlOf({ ...config.http, port });
}

/** Without its functions: it is part of what workflows are started with. */
const domainClockOf = ({ start, realStart, scale }: Clock) => ({ start, realStart, scale });

const urlOf = ({ host, port }: Address): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Its failure is met where it is awaited, which may be later. */
function quietly<T>(started: Promise<T> | undefined): Promise<T | undefined> {
  started?.catch(() => undefined);
  return Promise.resolve(started);
}
