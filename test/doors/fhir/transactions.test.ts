import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Auth } from '../../../src/doors/access/auth.js';
import type { Caller } from '../../../src/doors/access/caller.js';
import {
  ADMITTED,
  encounter,
  errorsOf,
  finished,
  type Json,
  OTHER_WARD,
  patient,
  type Scene,
  scene,
  unit,
  VARDCENTRAL,
  WARD,
} from './scene.js';

let s: Scene;
beforeEach(async () => {
  s = await scene();
});
afterEach(() => s.app.close());

const PATIENT = 'urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const { contained: _, ...rest } = encounter('S1', { subject: { reference: PATIENT } });
const bundle = (...entry: Json[]): Json => ({ resourceType: 'Bundle', type: 'transaction', entry });
const person = { fullUrl: PATIENT, resource: patient(), request: { method: 'POST', url: 'Patient' } };
const create = (stayId: string, over: Json = {}): Json => ({
  fullUrl: `urn:uuid:${stayId}`,
  resource: { ...rest, identifier: [{ system: 'urn:hemgang:fhir:stay', value: stayId }], ...over },
  request: { method: 'POST', url: 'Encounter' },
});
const update = (stayId: string, resource: Json): Json => ({ resource, request: { method: 'PUT', url: `Encounter/${stayId}` } });

describe('a transaction', () => {
  test('creates, updates and reads, in that order, answered in the order of the entries', async () => {
    await s.put('S2', encounter('S2'));
    const answer = await s.post(
      bundle(
        { request: { method: 'GET', url: 'Encounter/S2' } },
        update('S2', finished('S2', '2019-03-08T11:00:00+01:00')),
        person,
        create('S1'),
        { request: { method: 'GET', url: 'Encounter?identifier=urn:hemgang:fhir:stay|S1' } },
      ),
    );
    expect([answer.status, answer.body['type']]).toEqual([200, 'transaction-response']);
    expect(answer.body['entry'].map(({ response }: Json) => response.status)).toEqual([
      '200 OK',
      '200 OK',
      '200 OK',
      '201 Created',
      '200 OK',
    ]);
    expect(answer.body['entry'][0].resource).toMatchObject({ id: 'S2', status: 'finished' });
    expect(answer.body['entry'][3].response).toMatchObject({ location: 'Encounter/S1', outcome: { resourceType: 'OperationOutcome' } });
    expect(answer.body['entry'][4].resource).toMatchObject({ type: 'searchset', total: 1 });
    expect((await s.stay('S1')).patient?.name).toBe('Bo Exempel');
  });

  test('one entry that is wrong, and none is done; all that is wrong is said', async () => {
    const answer = await s.post(bundle(person, create('S1'), create('S2', { status: 'x' }), create('S3', { period: {} })));
    expect(errorsOf(answer)).toEqual(['code-invalid Bundle.entry[2].resource.status', 'required Bundle.entry[3].resource.period.start']);
    expect([answer.status, s.service.stays.size]).toEqual([422, 0]);
  });

  test.each<[string, Json, string]>([
    ['no request', { resource: rest }, 'required Bundle.entry[0].request'],
    ['a deletion', { request: { method: 'DELETE', url: 'Encounter/S1' } }, 'not-supported Bundle.entry[0].request.method'],
    ['another resource', { request: { method: 'POST', url: 'Observation' } }, 'not-supported Bundle.entry[0].request.url'],
    ['an update of nothing', { resource: rest, request: { method: 'PUT', url: 'Encounter' } }, 'value Bundle.entry[0].request.url'],
    ['no resource', { request: { method: 'POST', url: 'Encounter' } }, 'structure Bundle.entry[0].resource'],
  ])('%s is refused', async (_name, entry, issue) => {
    const answer = await s.post(bundle(entry, person, create('S9')));
    expect([answer.status, errorsOf(answer), s.service.stays.size]).toEqual([422, [issue], 0]);
  });

  test('a stay is in it once', async () => {
    expect(errorsOf(await s.post(bundle(person, create('S1'), create('S1'))))).toEqual(['duplicate Bundle.entry[2].resource.identifier']);
  });

  test('what a stay refuses ends it, and what had been done is said', async () => {
    await s.put('S2', encounter('S2'));
    const by = { party: 'slutenvard', unit: WARD.hsaId, role: 'sjukskoterska' };
    const payload = { id: 'a', by, data: { tidpunkt: '2019-03-07T11:00:00+01:00', till: 'hem' } };
    await s.app.inject({ method: 'POST', url: '/v1/stays/S2/actions/skriv-ut', payload });
    const answer = await s.post(bundle(person, create('S1'), update('S2', finished('S2', '2019-03-08T11:00:00+01:00'))));
    expect([answer.status, errorsOf(answer)]).toEqual([409, ['conflict Bundle.entry[2].resource.period.end']]);
    expect(answer.body['issue'].some(({ diagnostics }: Json) => /done before: 0, 1/.test(diagnostics))).toBe(true);
  });

  test('a batch is not taken', async () => {
    expect(errorsOf(await s.post({ ...bundle(person), type: 'batch' }))).toEqual(['not-supported Bundle.type']);
  });
});

test('the same life told by FHIR and by the HTTP API comes to the same stay', async () => {
  const end = '2019-03-08T11:00:00+01:00';
  const moved = '2019-03-04T10:00:00+01:00';
  const left = { from: '2019-03-05T09:00:00Z', until: '2019-03-06T09:00:00Z' };
  await s.put('F', encounter('F'));
  const location = [
    { location: unit(WARD), period: { start: ADMITTED, end: moved } },
    { location: unit(OTHER_WARD), period: { start: moved } },
  ];
  const leave = { url: 'urn:hemgang:fhir:leavePeriod', valuePeriod: { start: left.from, end: left.until } };
  await s.put('F', encounter('F', { location, extension: [...encounter('F')['extension'], leave] }));
  await s.put('F', finished('F', end, 'long', { location }));

  const send = (method: 'PUT' | 'POST', url: string, payload: object) => s.app.inject({ method, url: `/v1/stays/H${url}`, payload });
  const who = { personnummer: '192201159809', name: 'Bo Exempel', folkbokforingsadress: 'Storgatan 1, 553 18 Jönköping' };
  const admission = {
    region: 'jonkoping',
    admittedAt: ADMITTED,
    ward: WARD,
    careForm: 'somatisk',
    legalForm: 'HSL',
    kommun: '0680',
    vardcentral: VARDCENTRAL,
    patient: who,
  };
  expect((await send('PUT', '', admission)).statusCode).toBe(201);
  const by = { party: 'system', unit: 'jonkoping/journal' };
  for (const [action, at, data] of [
    ['flytta', moved, { avdelning: OTHER_WARD, tidpunkt: moved }],
    ['permission', left.from, left],
    ['skriv-ut', end, { tidpunkt: end, till: 'sarskilt-boende' }],
  ] as const)
    expect((await send('POST', `/actions/${action}`, { id: action, at, by, data, imported: true })).statusCode).toBe(200);

  const facts = async (id: string) => {
    const { stayId: _id, log, ...all } = await s.stay(id);
    const instants = (data: object = {}) =>
      Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Date.parse(String(value)) || value]));
    return { ...all, log: log.map(({ action, at, data }) => ({ action, at, data: instants(data) })) };
  };
  expect(await facts('F')).toEqual(await facts('H'));
});

describe('with tokens', () => {
  const callers: Record<string, Caller> = {
    journal: { party: 'system', unit: 'jonkoping/journal', roles: [], subject: 'a' },
    vastmanland: { party: 'system', unit: 'vastmanland', roles: [], subject: 'b' },
    ward: { party: 'slutenvard', unit: WARD.hsaId, roles: ['sjukskoterska'], subject: 'c' },
    otherWard: { party: 'slutenvard', unit: OTHER_WARD.hsaId, roles: ['sjukskoterska'], subject: 'd' },
  };
  const auth: Auth = {
    identify: async (header) => {
      const caller = callers[header?.replace('Bearer ', '') ?? ''];
      return caller === undefined ? { ok: false, problem: { code: 'no-token' } } : { ok: true, value: caller };
    },
  };
  const as = (name: string) => ({ authorization: `Bearer ${name}` });
  beforeEach(async () => {
    await s.app.close();
    s = await scene({ auth });
  });

  test('nobody without a token, but for the CapabilityStatement', async () => {
    const answer = await s.put('S1', encounter('S1'));
    expect([answer.status, answer.body['issue'][0].code, answer.headers['www-authenticate']]).toEqual([
      401,
      'login',
      'Bearer realm="hemgang"',
    ]);
    expect((await s.get('/metadata')).status).toBe(200);
  });

  test("a system tells its own region's stays, whose region it need not say", async () => {
    const extension = encounter('S1')['extension'].slice(1);
    expect((await s.put('S1', encounter('S1', { extension }), as('journal'))).status).toBe(201);
    expect((await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'), as('journal'))).status).toBe(200);
    const read = await s.get('/Encounter/S1', as('journal'));
    expect([read.status, read.body['id']]).toEqual([200, 'S1']);
    expect(s.service.stays.get('S1')?.stay.log.map(({ by }) => by)).toEqual([{ party: 'system', unit: 'jonkoping/journal' }]);
  });

  test('another region gets nowhere, and learns nothing', async () => {
    await s.put('S1', encounter('S1'), as('journal'));
    expect((await s.put('S2', encounter('S2'), as('vastmanland'))).status).toBe(403);
    const extension = encounter('S1')['extension'].slice(1);
    const theirs = await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00', 'home', { extension }), as('vastmanland'));
    expect(theirs.status).toBe(409);
    expect(JSON.stringify(theirs.body)).not.toMatch(/Medicinavdelning|Exempel/);
    expect((await s.get('/Encounter/S1', as('vastmanland'))).status).toBe(404);
    expect((await s.get('/Encounter?_id=S1', as('vastmanland'))).body['total']).toBe(0);
    expect(s.service.stays.get('S1')?.stay.log).toEqual([]);
  });

  test('a ward reads its own stays, and tells nothing by FHIR', async () => {
    await s.put('S1', encounter('S1'), as('journal'));
    expect((await s.put('S1', encounter('S1'), as('ward'))).status).toBe(403);
    expect((await s.get('/Encounter/S1', as('ward'))).body['contained'][0].name[0].text).toBe('Bo Exempel');
    expect((await s.get('/Encounter/S1', as('otherWard'))).status).toBe(404);
  });
});
