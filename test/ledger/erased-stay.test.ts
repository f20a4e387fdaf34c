/** What every door answers of an erased stay: it is read without who it was, nothing is added to it, and its money is the same to the öre. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentReader } from '../../activities/documents.js';
import { processRulesOf } from '../../src/agreements/load.js';
import { agreementInForce } from '../../src/domain/agreement-in-force.js';
import { HOUR, localDateOf, MINUTE } from '../../src/domain/calendar.js';
import { exceptErased } from '../../src/doors/erased-invoices.js';
import type { StayGateway } from '../../src/doors/gateway.js';
import { applyStay } from '../../src/doors/hl7/apply.js';
import { hospitalDesk } from '../../src/doors/hospital/desk.js';
import { buildApp } from '../../src/doors/http/app.js';
import { monthReader } from '../../src/doors/month-view.js';
import { type SubmitDeps, submitOver } from '../../src/doors/submit.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { encounter } from '../doors/fhir/scene.js';
import { memoryService } from '../doors/memory-service.js';
import { billedStory, economist, FREEZE, march, objectionTo, PRELIMINARY, shippedRules } from './billing-sample.js';
import { accepted, numbered, rules, t, VARDCENTRAL, WARD } from './sample.js';

const NOW = t('2029-08-01T10:00:00Z');
const NAME = 'Ossian Bengtsdotter';
const PERSON = '189001019802';
const KEYS = [{ id: 'k', key: new Uint8Array(32).fill(5) }];

let ledger: Ledger;
let app: FastifyInstance;
let submit: ReturnType<typeof submitOver>;
const reopened: string[] = [];
let objectionId = '';

/** Temporal, in which all has ended and nothing is left. */
const gateway: StayGateway = {
  admit: async () => 'exists',
  act: async () => 'unknown',
  view: async () => undefined,
  see: async () => undefined,
  reopen: async (stay) => {
    reopened.push(stay.stayId);
    return { accepted: false, code: 'internt-fel', need: 'taken up' } as never;
  },
  ping: async () => undefined,
};

beforeAll(async () => {
  const agreements = shippedRules();
  ledger = await openLedger({ keys: KEYS, rules: agreements });
  for (const [stayId, personnummer] of [
    ['S', PERSON],
    ['annan', '189002029809'],
  ] as const) {
    const [first, ...rest] = billedStory({ stayId, days: stayId === 'S' ? 4 : 2 });
    if (first?.type !== 'admitted') throw new Error('a story begins with an admission');
    const patient = { personnummer, name: NAME, folkbokforingsadress: 'Provgatan 1' };
    const events = [
      { ...first, admission: { ...first.admission, patient } },
      ...rest,
      accepted('kommentera', '2019-03-21T12:00:00Z', { text: `${NAME} ringde` }),
      { type: 'ended' as const, at: t('2019-03-22T12:00:00Z'), reason: 'avslutad' as const },
    ];
    await ledger.record({ stayId, region: 'jonkoping', rules: rules(), events: numbered(events) });
  }
  await ledger.sendBasis(march, PRELIMINARY);
  const objection = objectionTo('S', PRELIMINARY + MINUTE, { text: `${NAME} var hemma` });
  ({ objectionId } = objection);
  await ledger.addObjection(objection);
  await ledger.answerObjection({
    ...march,
    payer: '0680',
    objectionId,
    accepted: false,
    text: 'Den sändes i tid.',
    by: economist,
    at: PRELIMINARY + HOUR,
  });
  await ledger.freezeMonth(march, FREEZE);
  for (const { payer } of (await ledger.monthSums(march, FREEZE))?.kommuner ?? []) await ledger.settle({ ...march, payer }, FREEZE);
  await ledger.markInvoiced(march);

  const clock = { now: () => NOW, scale: 1, futureToleranceMs: MINUTE, lateToleranceMs: HOUR };
  const rulesFor: SubmitDeps['rulesFor'] = (region, at) => {
    const agreement = agreementInForce(agreements.agreements, region, localDateOf(at));
    return agreement && processRulesOf(agreement, at, region);
  };
  submit = submitOver({ ledger, gateway, clock, rulesFor });
  const deps = memoryService(NOW).deps();
  app = await buildApp({
    ...deps,
    ledger,
    submit,
    clock,
    invoices: exceptErased(deps.invoices, ledger),
    readMonth: monthReader({ ledger, agreements, clock }),
    documents: documentReader({ ledger, agreements, clock: { now: () => NOW } as never, allowExamples: true }),
    hospital: hospitalDesk({ submit, ledger, now: () => NOW, door: 'fhir' }),
  });
}, 180_000);
afterAll(async () => {
  await app?.close();
  await ledger?.close();
});

const MONEY = [
  '/v1/billing/jonkoping/2019-03',
  '/v1/billing/jonkoping/2019-03/episodes.jsonl',
  '/v1/billing/jonkoping/2019-03/0680/basis.csv',
  '/v1/billing/jonkoping/2019-03/0680/stays/S/proof',
  '/tavla/jonkoping/2019-03',
  '/tavla/jonkoping/2019-03/0680',
  '/tavla/jonkoping/2019-03/0680/S',
];
const read = async (url: string) => {
  const { statusCode, body } = await app.inject(url);
  return { url, statusCode, body };
};

describe('a stay that is erased', () => {
  let before: Awaited<ReturnType<typeof read>>[];
  beforeAll(async () => {
    before = await Promise.all(MONEY.map(read));
    expect((await app.inject('/v1/stays/S')).body).toContain(PERSON);
    const begun = await ledger.beginErasure({ stayId: 'S', ground: 'gallringsfrist', by: 'prov', now: NOW, retentionYears: 10 }, NOW);
    expect(begun).toMatchObject({ ok: true });
    await ledger.markHistoriesGone('S', NOW);
    await ledger.completeErasure('S', NOW);
  });

  test('is read as it was, without who it was and what was written, and says so', async () => {
    const answer = await app.inject('/v1/stays/S');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toMatch(/Ossian|189001019802|Provgatan/);
    expect(answer.json()).toMatchObject({ gallratAt: '2029-08-01T10:00:00Z', phase: 'avslutad', patient: {}, episode: { days: 4 } });
    expect(answer.json().log.at(-1)).toMatchObject({ action: 'kommentera', data: { text: '«gallrat»' } });
    const other = (await app.inject('/v1/stays/annan')).json();
    expect(other).toMatchObject({ patient: { name: NAME } });
    expect(other.gallratAt).toBeUndefined();
  });

  test('costs what it cost: month, basis, proof and board are the same to the letter', async () => {
    expect(before.map(({ statusCode }) => statusCode)).toEqual(MONEY.map(() => 200));
    const after = await Promise.all(MONEY.map(read));
    for (const [index, { url, statusCode, body }] of after.entries()) {
      expect([url, statusCode]).toEqual([before[index]?.url, before[index]?.statusCode]);
      // Grounds of objections are shown to the parties: these alone are gone.
      const shown = (text = '') =>
        text
          .replaceAll(`${NAME} var hemma`, '«gallrat»')
          .replaceAll('Den sändes i tid.', '«gallrat»')
          // A form has a new one each time.
          .replaceAll(/value="[0-9a-f-]{36}"/g, 'value="uuid"');
      expect(shown(body)).toBe(shown(before[index]?.body));
    }
  });

  test('takes no action, and no correction takes it up again', async () => {
    const envelope = { id: 'x-1', by: { party: 'slutenvard', unit: WARD, role: 'sjukskoterska' } };
    for (const [action, data] of [
      ['ratta-uppgift', { actionId: 'skriv-ut@2019-03-20T11:00:00.000Z', data: { till: 'avliden' }, skal: 'fel' }],
      ['kommentera', { text: NAME }],
    ] as const) {
      const answer = await app.inject({ method: 'POST', url: `/v1/stays/S/actions/${action}`, payload: { ...envelope, data } });
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'gallrad']);
      expect(answer.json().detail).toBe('Vårdtillfället är gallrat: ingenting kan läggas till eller rättas.');
    }
    expect(reopened).toEqual([]);
    // Of one that is not erased a correction does.
    const correction = { actionId: 'skriv-ut@2019-03-20T11:00:00.000Z', data: { till: 'avliden' }, skal: 'fel' };
    await app.inject({ method: 'POST', url: '/v1/stays/annan/actions/ratta-uppgift', payload: { ...envelope, data: correction } });
    expect(reopened).toEqual(['annan']);
  });

  test('is not admitted again, and its id is not given to another', async () => {
    const body = {
      region: 'jonkoping',
      admittedAt: '2019-03-13T08:00:00+01:00',
      ward: { hsaId: WARD, name: 'Medicin A' },
      careForm: 'somatisk',
      legalForm: 'HSL',
      kommun: '0680',
      vardcentral: { hsaId: VARDCENTRAL, name: 'Vårdcentralen Öster' },
      patient: { personnummer: PERSON, name: NAME, folkbokforingsadress: 'Provgatan 1' },
    };
    for (const payload of [body, { ...body, kommun: '0682' }]) {
      const answer = await app.inject({ method: 'PUT', url: '/v1/stays/S', payload });
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'gallrad']);
    }
  });

  test('nothing is said of its money, and no workflow hears of it', async () => {
    const base = '/v1/billing/jonkoping/2019-03/0680/objections';
    const objection = { objectionId: 'ny', stayId: 'S', code: 'annat', text: NAME, by: { party: 'kommun', unit: '0680', role: 'ekonom' } };
    const dispute = { text: NAME, by: { party: 'kommun', unit: '0680', role: 'ekonom' } };
    for (const [url, payload] of [
      [base, objection],
      [`${base}/${objectionId}/dispute`, dispute],
    ] as const) {
      const answer = await app.inject({ method: 'POST', url, payload });
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'gallrad']);
    }
    expect((await app.inject(base)).json().items).toMatchObject([{ text: '«gallrat»', answer: { text: '«gallrat»' } }]);
  });

  test('by FHIR it is shown without its patient, and told nothing', async () => {
    const shown = await app.inject('/fhir/R4/Encounter/S');
    expect([shown.statusCode, shown.json().status]).toEqual([200, 'finished']);
    expect(shown.body).not.toContain(PERSON);
    const told = await app.inject({
      method: 'PUT',
      url: '/fhir/R4/Encounter/S',
      headers: { 'content-type': 'application/fhir+json' },
      payload: JSON.stringify(encounter('S', { id: 'S' })),
    });
    expect([told.statusCode, told.json().issue?.[0]?.diagnostics]).toEqual([409, expect.stringContaining('gallrat')]);
  });

  test('by HL7 a late message settles, and is tried by nobody', async () => {
    const late = { messageId: 'M1', source: 'journal', trigger: 'A03', kind: 'stay' as const, region: 'jonkoping', stayId: 'S', id: 'm-1' };
    const times = { occurredAt: NOW, registeredAt: NOW, receivedAt: NOW };
    const content = { content: PERSON, raw: Buffer.from(PERSON), said: JSON.stringify({ patient: PERSON }), persons: [PERSON] };
    expect(await ledger.keepMessages([{ ...late, ...times, ...content, state: 'mottagen', reason: null }])).toEqual(['new']);
    await applyStay({ ledger, desk: hospitalDesk({ submit, ledger, now: () => NOW, door: 'hl7' }), now: () => NOW }, 'S');
    expect(await ledger.readMessage('m-1')).toMatchObject({ state: 'avvisad', reason: 'vårdtillfället är gallrat' });
    expect(await ledger.dueStays(NOW, 10)).toEqual([]);
    expect(await ledger.parkedSince(NOW + 1, 10)).toEqual([]);
  });

  test('who has looked at it is told by its id as before', async () => {
    const access = {
      at: NOW,
      domainAt: NOW,
      subject: 'u',
      party: 'region' as const,
      unit: 'jonkoping',
      roles: ['processledare'],
      operation: 'readStay',
    };
    await ledger.recordAccesses([{ ...access, outcome: 'seen', stayIds: ['S'] }]);
    const answer = await app.inject('/v1/stays/S/accesses');
    expect([answer.statusCode, answer.json().items.length]).toEqual([200, 1]);
  });
});
