/** A board to look at: the sample month at some moment of its cycle, two invoiced months before it, and objections in every state. */
import type { FastifyInstance } from 'fastify';
import type { Episode } from '../../src/domain/billing/episode.js';
import type { ObjectionCode } from '../../src/domain/billing/objections.js';
import type { Actor } from '../../src/domain/ids.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { type MemoryService, memoryService } from './memory-service.js';

export const REGION = 'jonkoping';
export const MARCH = { region: REGION, month: '2019-03' };
const PAYERS = ['0680', '0682', '0683', '0604', '0617', '0685'];

/** The sample month runs. */
export const RUNNING = Date.parse('2019-03-20T12:00:00+01:00');
/** Its basis is sent, and objected to. */
export const PRELIMINARY = Date.parse('2019-04-06T12:00:00+02:00');
/** It is frozen, invoiced, and has been decided anew. */
export const INVOICED = Date.parse('2019-04-25T12:00:00+02:00');

export const kommun: Actor = { party: 'kommun', unit: '0680', role: 'ekonom', name: 'Kim <script>ek</script>' };
export const region: Actor = { party: 'region', unit: REGION, role: 'ekonom', name: 'Sam <script>da</script>' };

export interface Scene {
  billing: FakeBilling;
  service: MemoryService;
  app: FastifyInstance;
  /** The stays of Jönköping's March, in order. */
  stays: string[];
}

export async function boardScene(now: number, more: readonly Episode[] = []): Promise<Scene> {
  const billing = fakeBillingLedger({ until: now, episodes: [...before(), ...more] });
  await invoiceMonth(billing, '2019-01', '2019-02');
  await invoiceMonth(billing, '2019-02', '2019-03');
  if (now >= PRELIMINARY) await objections(billing);
  if (now >= INVOICED) await afterwards(billing);
  const service = memoryService(now, billing);
  // The month is played in this very process, on a machine that may be busy with other tests.
  const app = await service.app({ maxEventLoopDelayMs: 0 });
  const { items } = await billing.monthStays({ ...MARCH, payer: '0680' }, now);
  return { billing, service, app, stays: items.map(({ stayId }) => stayId) };
}

/** January and February, by hand. */
function before(): Episode[] {
  return ['2019-01', '2019-02'].flatMap((month, m) =>
    PAYERS.flatMap((payer, p) =>
      Array.from({ length: 6 + p }, (_, n) => {
        const days = ((n * (3 - m) + p) % 6) + (n === 3 && p === 1 ? 6 : 0);
        return plainStay(`${month}-${payer}-${n}`, payer, `${month}-${String(2 + n).padStart(2, '0')}`, days);
      }),
    ),
  );
}

async function invoiceMonth(billing: FakeBilling, month: string, next: string): Promise<void> {
  const ref = { region: REGION, month };
  await billing.sendBasis(ref, Date.parse(`${next}-01T05:00:00+01:00`));
  await billing.freezeMonth(ref, Date.parse(`${next}-13T05:00:00+01:00`));
  for (const payer of PAYERS) await billing.settle({ ...ref, payer }, Date.parse(`${next}-13T05:10:00+01:00`));
  await billing.markInvoiced(ref);
}

/** Jönköping's: `i-0` unanswered, `i-1` rejected, `i-2` disputed, `i-3` accepted. */
async function objections(billing: FakeBilling): Promise<void> {
  const own = { ...MARCH, payer: '0680' };
  const april = (day: number) => Date.parse(`2019-04-0${day}T09:12:00+02:00`);
  await billing.sendBasis(MARCH, Date.parse('2019-04-01T05:00:00+02:00'));
  const { items } = await billing.monthStays({ ...own }, PRELIMINARY);
  const object = (n: number, code: ObjectionCode, text: string) =>
    billing.addObjection({ ...own, objectionId: `i-${n}`, stayId: items[n]!.stayId, code, text, by: kommun, at: april(2) });
  await object(0, 'kallelse-saknas', 'Vi har ingen kallelse.\n<script>alert("text")</script>');
  await object(1, 'fel-kommun', 'Patienten bor i Nässjö.');
  await object(2, 'fel-tid', 'Patienten gick hem den 11, inte den 12.');
  await object(3, 'annat', 'Dubbelt.');
  const answer = (n: number, accepted: boolean, text: string) =>
    billing.answerObjection({ ...own, objectionId: `i-${n}`, accepted, text, by: region, at: april(4) });
  await answer(1, false, 'Folkbokföringen säger Jönköping.');
  await answer(2, false, 'Avdelningen angav den 12.<script>svar</script>');
  await answer(3, true, 'Ni har rätt.');
  await billing.disputeObjection({
    ...own,
    objectionId: 'i-2',
    text: 'Kvittot visar den 11.<script>tvist</script>',
    by: kommun,
    at: april(5),
  });
}

/** Frozen and invoiced; then REKO decides for the kommun, and a credit note follows. Gnosjö's invoice is held. */
async function afterwards(billing: FakeBilling): Promise<void> {
  const own = { ...MARCH, payer: '0680' };
  const at = (text: string) => Date.parse(`2019-04-${text}+02:00`);
  await billing.freezeMonth(MARCH, at('13T05:00:00'));
  await billing.holdInvoice({
    ...MARCH,
    payer: '0617',
    held: true,
    text: 'Vi utreder <script>håll</script>.',
    by: region,
    at: at('13T05:05:00'),
  });
  for (const payer of ['0680', '0617', '0642']) await billing.settle({ ...MARCH, payer }, at('13T05:10:00'));
  for (const kind of ['underlag.pdf', 'faktura.xml'] as const)
    await billing.saveDocument({ ...own, n: 1, kind, bytes: new Uint8Array([1]), at: at('13T05:11:00') });
  const reko: Actor = { party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' };
  await billing.decideObjection({
    ...own,
    objectionId: 'i-2',
    accepted: true,
    text: 'Kvittot gäller.<script>beslut</script>',
    by: reko,
    at: at('20T10:00:00'),
  });
  await billing.settle(own, at('20T10:10:00'));
}
