/** For each operation of the API a service in which its examples of the documentation are answered as they should be. */
import type { FastifyInstance } from 'fastify';
import { documentReader } from '../../activities/documents.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { ACTION_NAMES, type ActionName } from '../../src/domain/stay/actions.js';
import { buildApp } from '../../src/doors/http/app.js';
import type { AppDeps } from '../../src/doors/http/deps.js';
import { ADMISSION_EXAMPLE, CYCLE_EXAMPLES, exampleOf, PARAMETER_EXAMPLES } from '../../src/doors/http/examples.js';
import { exampleDeliveries } from './example-deliveries.js';
import { exampleMessages } from './example-messages.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { type MemoryService, memoryService } from './memory-service.js';
import { sampleDesk } from './sample-desk.js';

const STAY = String(PARAMETER_EXAMPLES['stayId']);
const MARCH = { region: 'jonkoping', month: '2019-03' };
const OWN = { ...MARCH, payer: '0680' };

const TOLD: ActionName[] = ['bedom-behov', 'skicka-inskrivningsmeddelande'];
const BEGUN: ActionName[] = [...TOLD, 'initiera-svpl'];
const CALLED: ActionName[] = [...BEGUN, 'utse-fast-vardkontakt', 'kalla-till-svpl'];
const MET: ActionName[] = [...CALLED, 'hall-svpl'];
const PLANNED: ActionName[] = [...MET, 'uppratta-sip'];

/** What must have been done before an action, where something must. */
const BEFORE: Partial<Record<ActionName, ActionName[]>> = {
  'skicka-inskrivningsmeddelande': ['bedom-behov'],
  'svara-inskrivning': TOLD,
  'meddela-utskrivningsklar': TOLD,
  'meddela-hemkomst': TOLD,
  'initiera-svpl': TOLD,
  'aterkalla-utskrivningsklar': [...TOLD, 'meddela-utskrivningsklar'],
  'skicka-utskrivningsmeddelande': [...TOLD, 'meddela-utskrivningsklar'],
  bemanna: BEGUN,
  'foresla-tid': BEGUN,
  'kvittera-kallelse': CALLED,
  'papeka-saknad-profession': CALLED,
  'kalla-till-svpl': [...BEGUN, 'utse-fast-vardkontakt'],
  'skriv-vardplan': BEGUN,
  'signera-vardplan': [...BEGUN, 'skriv-vardplan'],
  'godkann-vardplan': [...BEGUN, 'skriv-vardplan', 'signera-vardplan'],
  'skriv-ut-vardplan': [...BEGUN, 'skriv-vardplan', 'signera-vardplan', 'godkann-vardplan'],
  'hall-svpl': CALLED,
  'uppratta-sip': MET,
  'folj-upp': MET,
  'folj-upp-del': PLANNED,
  'lamna-beslut': PLANNED,
  'signera-sip': [...PLANNED, 'lamna-beslut'],
  'delge-sip': [...PLANNED, 'lamna-beslut', 'signera-sip'],
  'avsluta-arende': ['bedom-behov', 'skriv-ut'],
  'angra-utskrivning': ['skriv-ut'],
  'ratta-uppgift': ['skriv-ut'],
};

/** What the parties have said of the example's objection before the next of them speaks. */
const SAID_BEFORE: Record<string, (keyof typeof CYCLE_EXAMPLES)[]> = {
  readMonth: ['objection'],
  readObjections: ['objection', 'answer'],
  answerInvoice: ['objection'],
  disputeInvoice: ['objection', 'answer'],
  decisionInvoice: ['objection', 'answer', 'dispute'],
  releaseInvoice: ['hold'],
};

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');
const shipped = loaded;

const STAYS = [plainStay('0680-01', '0680', '2019-03-04', 5), plainStay('0680-02', '0680', '2019-03-05', 9)];

/** A service in which the operation's example belongs, and whose clock and answers can be changed. */
export interface Scene {
  app: FastifyInstance;
  service: MemoryService;
}

/** Scenes are built once and set up anew for each operation; `close` when all is done. */
export interface Scenes {
  of(operationId: string, path: string): Promise<Scene>;
  close(): Promise<void>;
}

/** `change`: what the services are given beside, or instead of, what they have. */
export function scenes(change: (deps: AppDeps) => Partial<AppDeps> = () => ({})): Scenes {
  const opened: FastifyInstance[] = [];
  const build = async (service: MemoryService, over: Partial<AppDeps> & { scale?: number } = {}): Promise<Scene> => {
    const app = await buildApp(within(service, over, change));
    opened.push(app);
    return { app, service };
  };
  let stays: Promise<Scene> | undefined;
  let sample: Promise<Scene> | undefined;
  return {
    async of(operationId, path) {
      if (NEEDS_STAYS.has(operationId)) return (sample ??= billingScene(operationId, build));
      if (path.startsWith('/v1/billing/')) return billingScene(operationId, build);
      if (path.startsWith('/v1/reports/')) {
        const now = Date.parse('2019-04-20T10:00:00Z');
        return build(memoryService(now), { reports: sampleDesk(now).desk });
      }
      if (operationId === 'renewFeed') return build(memoryService(Date.parse('2019-03-01T08:00:00Z')), { scale: 20_000 });
      stays ??= build(memoryService(0), { longestStreamMs: 60, deliveries: exampleDeliveries });
      return stayScene(operationId, await stays);
    },
    async close() {
      for (const app of opened) await app.close();
    },
  };
}

function within(service: MemoryService, over: Partial<AppDeps> & { scale?: number }, change: (deps: AppDeps) => Partial<AppDeps>): AppDeps {
  const deps = service.deps({ maxEventLoopDelayMs: 0, ...over });
  return { ...deps, ...change(deps) };
}

async function stayScene(operationId: string, scene: Scene): Promise<Scene> {
  const { service } = scene;
  service.stays.clear();
  service.inbox.length = 0;
  service.accesses.length = 0;
  service.hospitalMessages = exampleMessages();
  service.now = Date.parse('2019-03-05T10:31:00+01:00');
  // The same deps, without what the scene's own app is changed by.
  const { submit } = service.deps();
  const isAction = (ACTION_NAMES as readonly string[]).includes(operationId);
  if (operationId !== 'admit') done(operationId, await submit.admit(STAY, ADMISSION_EXAMPLE));
  for (const action of operationId === 'admit' ? [] : isAction ? (BEFORE[operationId as ActionName] ?? []) : TOLD) {
    const envelope = exampleOf(action);
    service.now = Math.max(service.now, Date.parse(envelope.at) + 60_000);
    done(operationId, await submit.act(STAY, action, envelope));
  }
  if (isAction) service.now = Math.max(service.now, Date.parse(exampleOf(operationId as ActionName).at) + 60_000);
  if (operationId.endsWith('Accesses')) service.accesses.push(ACCESS);
  return scene;
}

function done(operationId: string, outcome: { ok: boolean }): void {
  if (!outcome.ok) throw new Error(`before ${operationId}: ${JSON.stringify(outcome)}`);
}

/** A basis and a proof are made of stays with their logs: those of the sample month. */
const NEEDS_STAYS = new Set(['readBasisPdf', 'readBasisXlsx', 'readBasisCsv', 'readStayProof']);

async function billingScene(
  operationId: string,
  build: (service: MemoryService, over: Partial<AppDeps>) => Promise<Scene>,
): Promise<Scene> {
  const now = Date.parse('2019-04-02T12:00:00+02:00');
  const billing: FakeBilling = fakeBillingLedger(NEEDS_STAYS.has(operationId) ? { until: now } : { until: 0, episodes: STAYS });
  await billing.sendBasis(MARCH, Date.parse('2019-04-01T05:00:00+02:00'));
  const service = memoryService(now, billing);
  const documents = documentReader({ ledger: billing, agreements: shipped, allowExamples: true, clock: { now: () => service.now } });
  const gateway = billing.gateway(() => now);
  const kommun = { party: 'kommun', unit: '0680', role: 'ekonom' } as const;
  const region = { party: 'region', unit: 'jonkoping', role: 'ekonom' } as const;
  const one = { ...OWN, objectionId: String(PARAMETER_EXAMPLES['objectionId']) };
  for (const said of SAID_BEFORE[operationId] ?? []) {
    const example = CYCLE_EXAMPLES[said] as never as { stayId: string; code: 'annat'; text: string; accepted: boolean };
    if (said === 'objection') await gateway.object({ ...one, stayId: example.stayId, code: example.code, text: example.text, by: kommun });
    if (said === 'answer') await gateway.answer({ ...one, accepted: false, text: example.text, by: region });
    if (said === 'dispute') await gateway.dispute({ ...one, text: example.text, by: kommun });
    if (said === 'hold') await gateway.hold({ ...OWN, held: true, text: example.text, by: region });
  }
  if (operationId === 'readInvoiceXml') {
    const frozen = Date.parse('2019-04-13T05:00:00+02:00');
    await billing.freezeMonth(MARCH, frozen);
    await billing.settle(OWN, frozen);
    service.now = frozen;
    await billing.saveDocument({ ...OWN, n: 1, kind: 'faktura.xml', bytes: Buffer.from(INVOICE), at: frozen });
  }
  return build(service, { documents });
}

const ACCESS: MemoryService['accesses'][number] = {
  no: 1,
  region: 'jonkoping',
  at: Date.parse('2019-03-05T09:12:00Z'),
  domainAt: Date.parse('2019-03-05T09:12:00Z'),
  subject: 'a1b2c3',
  name: 'Eva Exempel',
  party: 'kommun',
  unit: '0680',
  roles: ['handlaggare'],
  operation: 'readStay',
  outcome: 'seen',
  stayIds: [STAY],
};

const INVOICE =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">…</Invoice>\n';
