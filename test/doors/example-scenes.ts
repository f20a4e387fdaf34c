/** For each operation of the API a service in which its examples of the documentation are answered as they should be. */
import type { FastifyInstance } from 'fastify';
import { documentReader } from '../../activities/documents.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { ACTION_NAMES, type ActionName } from '../../src/domain/stay/actions.js';
import type { AppDeps } from '../../src/doors/http/deps.js';
import { ADMISSION_EXAMPLE, CYCLE_EXAMPLES, exampleOf, PARAMETER_EXAMPLES } from '../../src/doors/http/examples.js';
import { exampleDeliveries } from './example-deliveries.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { memoryService } from './memory-service.js';
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

/** A proof needs a stay with its log: that of the sample month. */
const STAYS = [plainStay('0680-01', '0680', '2019-03-04', 5), plainStay('0680-02', '0680', '2019-03-05', 9)];

export type SceneOver = Partial<AppDeps> & { scale?: number; away?: boolean };

/** A new service; the caller closes it. */
export async function sceneOf(operationId: string, path: string, over: SceneOver = {}): Promise<FastifyInstance> {
  if (path.startsWith('/v1/billing/')) return billingScene(operationId, over);
  if (path.startsWith('/v1/reports/')) {
    const now = Date.parse('2019-04-20T10:00:00Z');
    return memoryService(now).app({ reports: sampleDesk(now).desk, ...over });
  }
  if (operationId === 'renewFeed') return memoryService(Date.parse('2019-03-01T08:00:00Z')).app({ scale: 20_000, ...over });
  return stayScene(operationId, over);
}

async function stayScene(operationId: string, { away = false, ...over }: SceneOver): Promise<FastifyInstance> {
  const service = memoryService(Date.parse('2019-03-05T10:31:00+01:00'));
  const app = await service.app({ longestStreamMs: 60, streamsPerUnit: 3, deliveries: exampleDeliveries, ...over });
  const quiet = await service.app();
  const isAction = (ACTION_NAMES as readonly string[]).includes(operationId);
  if (operationId !== 'admit') await quiet.inject({ method: 'PUT', url: `/v1/stays/${STAY}`, payload: ADMISSION_EXAMPLE });
  const before = isAction ? (BEFORE[operationId as ActionName] ?? []) : TOLD;
  for (const action of before) {
    const payload = exampleOf(action);
    service.now = Math.max(service.now, Date.parse(payload.at) + 60_000);
    const answer = await quiet.inject({ method: 'POST', url: `/v1/stays/${STAY}/actions/${action}`, payload });
    if (operationId !== 'admit' && answer.statusCode !== 200) throw new Error(`${operationId}: ${action} before it: ${answer.body}`);
  }
  await quiet.close();
  if (isAction) service.now = Math.max(service.now, Date.parse(exampleOf(operationId as ActionName).at) + 60_000);
  service.away = away;
  return app;
}

async function billingScene(operationId: string, { away, ...over }: SceneOver): Promise<FastifyInstance> {
  const now = Date.parse('2019-04-02T12:00:00+02:00');
  const billing: FakeBilling = fakeBillingLedger(operationId === 'readStayProof' ? { until: now } : { until: 0, episodes: STAYS });
  await billing.sendBasis(MARCH, Date.parse('2019-04-01T05:00:00+02:00'));
  const service = memoryService(now, billing);
  const documents = documentReader({
    ledger: billing,
    agreements: { ...loaded } as never,
    allowExamples: true,
    clock: { now: () => service.now },
  });
  const quiet = await service.app();
  for (const action of SAID_BEFORE[operationId] ?? []) {
    const one = `/v1/billing/jonkoping/2019-03/0680/${action === 'objection' ? 'objections' : action === 'hold' ? 'hold' : `objections/invandning-1/${action}`}`;
    const answer = await quiet.inject({ method: 'POST', url: one, payload: CYCLE_EXAMPLES[action] });
    if (answer.statusCode >= 300) throw new Error(`${operationId}: ${action} before it: ${answer.body}`);
  }
  if (operationId === 'readInvoice' || operationId === 'readInvoiceXml') {
    const frozen = Date.parse('2019-04-13T05:00:00+02:00');
    await billing.freezeMonth(MARCH, frozen);
    await billing.settle(OWN, frozen);
    service.now = frozen;
    await billing.saveDocument({ ...OWN, n: 1, kind: 'faktura.xml', bytes: Buffer.from(INVOICE), at: frozen });
  }
  await quiet.close();
  return service.app({ documents, maxEventLoopDelayMs: 0, ...over });
}

const INVOICE =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">…</Invoice>\n';
