import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ADMITTED,
  encounter,
  errorsOf,
  finished,
  type Json,
  leavePeriod,
  OTHER_WARD,
  PERSONNUMMER,
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

const actionsOf = async (id: string) => (await s.stay(id)).log.map(({ action }) => action);

describe('an Encounter by itself', () => {
  test('a create begins the stay; the same again changes nothing; other content is told where to go', async () => {
    const first = await s.post(encounter('S1'), '/Encounter');
    expect([first.status, first.body['resourceType']]).toEqual([201, 'OperationOutcome']);
    expect(first.headers['location']).toMatch(/^\/fhir\/R4\/Encounter\/S1\/_history\/[0-9a-f]{16}$/);
    expect(first.headers['etag']).toMatch(/^W\/"[0-9a-f]{16}"$/);
    expect(first.headers['content-type']).toMatch(/^application\/fhir\+json/);
    expect(await s.stay('S1')).toMatchObject({
      region: 'jonkoping',
      phase: 'inskriven',
      kommun: '0680',
      admittedAt: '2019-03-01T08:30:00Z',
      ward: WARD,
      vardcentral: VARDCENTRAL,
      careForm: 'somatisk',
      legalForm: 'HSL',
      patient: { personnummer: PERSONNUMMER, name: 'Bo Exempel', folkbokforingsadress: 'Storgatan 1, 553 18 Jönköping' },
    });
    expect((await s.post(encounter('S1'), '/Encounter')).status).toBe(200);
    const other = await s.post(finished('S1', '2019-03-08T11:00:00+01:00'), '/Encounter');
    expect([other.status, errorsOf(other)]).toEqual([409, ['duplicate Encounter.identifier']]);
    expect(await actionsOf('S1')).toEqual([]);
  });

  test('a put creates by the id, then tells the stay anew', async () => {
    expect((await s.put('S1', encounter('S1'))).status).toBe(201);
    expect((await s.put('S1', encounter('S1'))).status).toBe(200);
    expect((await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00', 'snf'))).status).toBe(200);
    expect(await s.stay('S1')).toMatchObject({ phase: 'avslutad', episode: { dischargedAt: '2019-03-08T10:00:00Z' } });
    expect(await actionsOf('S1')).toEqual(['skriv-ut']);
    expect((await s.stay('S1')).log[0]?.data).toMatchObject({ till: 'sarskilt-boende' });
  });

  test('what is read, put back unchanged, changes nothing', async () => {
    await s.put(
      'S1',
      encounter('S1', {
        extension: [...encounter('S1')['extension'], leavePeriod('2019-03-04T10:00:00+01:00', '2019-03-05T10:00:00+01:00')],
      }),
    );
    await s.put(
      'S1',
      finished('S1', '2019-03-08T11:00:00+01:00', 'oth', {
        location: [
          { location: unit(WARD), period: { start: ADMITTED, end: '2019-03-03T10:00:00+01:00' } },
          { location: unit(OTHER_WARD), period: { start: '2019-03-03T10:00:00+01:00' } },
        ],
      }),
    );
    const log = await actionsOf('S1');
    expect(log.sort()).toEqual(['flytta', 'permission', 'skriv-ut']);
    const read = await s.get('/Encounter/S1');
    expect(read.body).toMatchObject({ resourceType: 'Encounter', id: 'S1', status: 'finished' });
    const back = await s.put('S1', read.body, { 'if-match': String(read.headers['etag']) });
    expect([back.status, errorsOf(back)]).toEqual([200, []]);
    expect((await actionsOf('S1')).sort()).toEqual(log.sort());
    expect((await s.get('/Encounter/S1')).headers['etag']).toBe(read.headers['etag']);
  });

  test('a leave and the return from it, whether or not anybody says when', async () => {
    await s.put('S1', encounter('S1'));
    await s.put('S1', encounter('S1', { status: 'onleave' }));
    s.service.now += 3_600_000;
    expect((await s.get('/Encounter/S1')).body['status']).toBe('onleave');
    await s.put('S1', encounter('S1'));
    const [leave] = (await s.stay('S1')).log;
    expect(leave).toMatchObject({ action: 'permission', data: { from: '2019-03-20T11:00:00Z', until: '2019-03-20T12:00:00Z' } });
    const history = [
      { status: 'in-progress', period: { start: ADMITTED, end: '2019-03-05T10:00:00+01:00' } },
      { status: 'onleave', period: { start: '2019-03-05T10:00:00+01:00', end: '2019-03-06T10:00:00+01:00' } },
    ];
    await s.put('S2', encounter('S2', { statusHistory: history }));
    expect((await s.stay('S2')).log).toMatchObject([
      { action: 'permission', data: { from: '2019-03-05T09:00:00Z', until: '2019-03-06T09:00:00Z' } },
    ]);
  });

  test('a move by another ward, at the time of the telling; by dated locations, at theirs', async () => {
    await s.put('S1', encounter('S1'));
    await s.put('S1', encounter('S1', { serviceProvider: unit(OTHER_WARD) }));
    expect(await s.stay('S1')).toMatchObject({ ward: OTHER_WARD, log: [{ action: 'flytta', data: { tidpunkt: '2019-03-20T11:00:00Z' } }] });
    await s.put(
      'S1',
      encounter('S1', {
        location: [
          { location: unit(WARD), period: { start: ADMITTED, end: '2019-03-03T10:00:00+01:00' } },
          { location: unit(OTHER_WARD), period: { start: '2019-03-03T10:00:00+01:00' } },
        ],
      }),
    );
    const read = (await s.get('/Encounter/S1')).body;
    expect(read['location'].at(-1)).toMatchObject({ location: { identifier: { value: OTHER_WARD.hsaId } } });
    expect((await s.stay('S1')).log.some(({ data }) => data?.['tidpunkt'] === '2019-03-03T09:00:00Z')).toBe(true);
  });

  test('a discharge that is undone, and one at another time', async () => {
    await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'));
    await s.put('S1', encounter('S1'));
    expect(await s.stay('S1')).toMatchObject({ phase: 'inskriven' });
    await s.put('S1', finished('S1', '2019-03-09T11:00:00+01:00'));
    await s.put('S1', finished('S1', '2019-03-09T12:00:00+01:00'));
    expect(await s.stay('S1')).toMatchObject({ episode: { dischargedAt: '2019-03-09T11:00:00Z' } });
  });

  test.each([
    ['the disposition', finished('S1', '2019-03-08T11:00:00+01:00', 'exp')],
    ['the patient who is dead', finished('S1', '2019-03-08T11:00:00+01:00', 'home', { contained: [patient({ deceasedBoolean: true })] })],
    [
      'the time of death',
      finished('S1', '2019-03-08T11:00:00+01:00', 'home', { contained: [patient({ deceasedDateTime: '2019-03-08' })] }),
    ],
  ])('a death is told by %s', async (_, body) => {
    expect((await s.put('S1', body)).status).toBe(201);
    expect((await s.stay('S1')).log).toMatchObject([{ action: 'skriv-ut', data: { till: 'avliden' } }]);
  });

  test('a stay that is cancelled stays so, and needs little to be cancelled by', async () => {
    await s.put('S1', encounter('S1'));
    const { contained: _c, subject: _s, period: _p, serviceProvider: _o, ...little } = encounter('S1', { status: 'entered-in-error' });
    expect((await s.put('S1', little)).status).toBe(200);
    expect((await s.stay('S1')).phase).toBe('annullerad');
    expect((await s.get('/Encounter/S1')).body['status']).toBe('entered-in-error');
    const back = await s.put('S1', encounter('S1'));
    expect([back.status, errorsOf(back)]).toEqual([409, ['conflict Encounter.status']]);
    const unknown = await s.put('S2', { ...little, identifier: [{ system: 'urn:hemgang:fhir:stay', value: 'S2' }] });
    expect([unknown.status, errorsOf(unknown).includes('required Encounter.period.start')]).toEqual([422, true]);
    expect((await s.put('S3', encounter('S3', { status: 'cancelled' }))).status).toBe(201);
    expect((await s.stay('S3')).phase).toBe('annullerad');
  });

  test('what nothing can change afterwards is said, and the rest is done', async () => {
    await s.put('S1', encounter('S1'));
    const answer = await s.put(
      'S1',
      encounter('S1', { period: { start: '2019-03-01T10:30:00+01:00' }, contained: [patient({ name: [{ text: 'Bo Annan' }] })] }),
    );
    expect([answer.status, answer.issues]).toEqual([200, expect.arrayContaining(['warning not-supported Encounter.period.start'])]);
    expect(await s.stay('S1')).toMatchObject({ admittedAt: '2019-03-01T08:30:00Z', patient: { name: 'Bo Annan' } });
  });

  test('a stay that was admitted in another way is told the rest', async () => {
    await s.app.inject({
      method: 'PUT',
      url: '/v1/stays/S1',
      payload: {
        region: 'jonkoping',
        admittedAt: ADMITTED,
        ward: WARD,
        careForm: 'somatisk',
        legalForm: 'HSL',
        kommun: '0682',
        vardcentral: VARDCENTRAL,
        patient: { personnummer: PERSONNUMMER },
      },
    });
    expect((await s.post(encounter('S1'), '/Encounter')).status).toBe(409);
    const told = await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'));
    expect([told.status, told.issues]).toEqual([200, expect.arrayContaining(['warning conflict Encounter'])]);
    expect(await s.stay('S1')).toMatchObject({
      kommun: '0682',
      patient: { name: 'Bo Exempel' },
      episode: { dischargedAt: '2019-03-08T10:00:00Z' },
    });
  });

  test('what a stay refuses is told with its element', async () => {
    await s.put('S1', encounter('S1'));
    const by = { party: 'slutenvard', unit: WARD.hsaId, role: 'sjukskoterska' };
    await s.app.inject({
      method: 'POST',
      url: '/v1/stays/S1/actions/skriv-ut',
      payload: { id: 'a', by, data: { tidpunkt: '2019-03-07T11:00:00+01:00', till: 'hem' } },
    });
    const answer = await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'));
    expect(answer.status).toBe(409);
    expect(errorsOf(answer)).toEqual(['conflict Encounter.period.end']);
    expect(answer.body['issue'][0].details.coding[0]).toEqual({ system: 'urn:hemgang:problem', code: 'avslutad' });
  });

  test('while Temporal is away nothing is lost: the same again goes on where it stopped', async () => {
    s.service.away = true;
    const away = await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'));
    expect([away.status, away.body['issue'][0].code]).toEqual([503, 'transient']);
    expect(Number(away.headers['retry-after'])).toBeGreaterThan(0);
    s.service.away = false;
    expect((await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'))).status).toBe(201);
    expect(await actionsOf('S1')).toEqual(['skriv-ut']);
  });
});

describe('what a FHIR client expects', () => {
  test('Prefer: what comes back', async () => {
    expect((await s.put('S1', encounter('S1'), { prefer: 'return=minimal' })).body).toEqual({});
    expect((await s.put('S1', encounter('S1'), { prefer: 'return=representation' })).body['resourceType']).toBe('Encounter');
    expect((await s.put('S1', encounter('S1'), { prefer: 'return=OperationOutcome' })).body['resourceType']).toBe('OperationOutcome');
  });

  test('If-None-Exist: one that is there is left alone', async () => {
    const query = { 'if-none-exist': 'identifier=urn:hemgang:fhir:stay|S1' };
    expect((await s.post(encounter('S1'), '/Encounter', query)).status).toBe(201);
    const again = await s.post(finished('S1', '2019-03-08T11:00:00+01:00'), '/Encounter', query);
    expect([again.status, await actionsOf('S1')]).toEqual([200, []]);
    expect((await s.post(encounter('S2'), '/Encounter', { 'if-none-exist': 'subject=x' })).status).toBe(412);
  });

  test('If-Match: another version is refused, and nothing done', async () => {
    const { headers } = await s.put('S1', encounter('S1'));
    expect((await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'), { 'if-match': 'W/"0"' })).status).toBe(412);
    expect(await actionsOf('S1')).toEqual([]);
    expect((await s.put('S1', finished('S1', '2019-03-08T11:00:00+01:00'), { 'if-match': String(headers['etag']) })).status).toBe(200);
    expect((await s.put('S2', encounter('S2'), { 'if-match': 'W/"0"' })).status).toBe(412);
  });

  test('a search by identifier finds one or none', async () => {
    await s.put('S1', encounter('S1'));
    const found = await s.get('/Encounter?identifier=urn:hemgang:fhir:stay%7CS1');
    expect(found.body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource: { id: 'S1' } }] });
    expect((await s.get('/Encounter?identifier=S1&_format=json&_pretty=true')).body['total']).toBe(1);
    expect((await s.get('/Encounter?_id=S1')).body['total']).toBe(1);
    expect((await s.get('/Encounter?identifier=urn:other%7CS1')).body['total']).toBe(0);
    expect((await s.get('/Encounter?identifier=S9')).body['total']).toBe(0);
    expect((await s.get('/Encounter')).status).toBe(422);
  });

  test.each([
    ['XML', { 'content-type': 'application/fhir+xml' }, '<Encounter/>', 415],
    ['another charset', { 'content-type': 'application/fhir+json; charset=iso-8859-1' }, '{}', 415],
    ['an answer in XML', { accept: 'application/fhir+xml' }, '{}', 406],
    ['no JSON', {}, '{', 400],
    ['nothing', {}, '', 400],
    ['more than 1 MiB', {}, JSON.stringify(encounter('S1', { text: 'x'.repeat(1024 * 1024) })), 413],
  ])('%s is refused by an OperationOutcome', async (_, headers, body, status) => {
    const answer = await s.put('S1', body, headers as Record<string, string>);
    expect([answer.status, answer.body['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(answer.body['issue'][0].severity).toBe('error');
  });

  test('what is not there is said as an OperationOutcome', async () => {
    for (const path of ['/Encounter/S9', '/Encounter/S_9', '/Patient/1', '/Encounter/S1/_history']) {
      const answer = await s.get(path);
      expect([path, answer.status, answer.body['resourceType']]).toEqual([path, 404, 'OperationOutcome']);
    }
    expect((await s.get('/metadata?_format=xml')).status).toBe(406);
  });

  test('the CapabilityStatement names what there is, and no more', async () => {
    const { body } = await s.get('/metadata');
    const routes = s.app.printRoutes({ commonPrefix: false });
    expect(body).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
    const [rest] = body['rest'];
    expect(rest.resource.map(({ type }: Json) => type)).toEqual(['Encounter']);
    expect(rest.resource[0].interaction.map(({ code }: Json) => code)).toEqual(['read', 'create', 'update', 'search-type']);
    expect(rest.interaction.map(({ code }: Json) => code)).toEqual(['transaction']);
    expect(routes).toMatch(/R4/);
    for (const [method, url, isThere] of [
      ['GET', '/fhir/R4/Encounter/:id', true],
      ['PUT', '/fhir/R4/Encounter/:id', true],
      ['POST', '/fhir/R4/Encounter', true],
      ['GET', '/fhir/R4/Encounter', true],
      ['POST', '/fhir/R4', true],
      ['DELETE', '/fhir/R4/Encounter/:id', false],
      ['PATCH', '/fhir/R4/Encounter/:id', false],
      ['GET', '/fhir/R4/Encounter/:id/_history/:version', false],
    ] as const)
      expect([method, url, s.app.hasRoute({ method, url })]).toEqual([method, url, isThere]);
  });
});
