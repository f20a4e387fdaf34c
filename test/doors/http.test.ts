import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/domain/calendar.js';
import { ADMISSION_EXAMPLE } from '../../src/doors/http/examples.js';
import { PROBLEMS } from '../../src/doors/problems.js';
import { logOn } from '../../src/telemetry/log.js';
import { type MemoryService, memoryService } from './memory-service.js';

const at = (text: string) => parseInstant(text) as number;
const WARD = ADMISSION_EXAMPLE.ward.hsaId;
const nurse = { party: 'slutenvard', unit: WARD, role: 'sjukskoterska' };
const assessment = { id: 'a1', by: nurse, data: { harInsatser: true, nyttBehov: true, endastRegionensOppenvard: false } };

// From the first application on: a warning is given once in a process.
const warned: string[] = [];
process.on('warning', ({ message }) => warned.push(message));

let service: MemoryService;
let app: FastifyInstance;
beforeEach(async () => {
  service = memoryService(at('2019-03-05T12:00:00+01:00'));
  app = await service.app();
});
afterEach(() => app.close());

const put = (id: string, body: unknown = ADMISSION_EXAMPLE) =>
  app.inject({ method: 'PUT', url: `/v1/stays/${encodeURIComponent(id)}`, payload: body as object });
const act = (id: string, action: string, body: unknown, headers = {}) =>
  app.inject({ method: 'POST', url: `/v1/stays/${id}/actions/${action}`, payload: body as object, headers });
const read = (id: string) => app.inject(`/v1/stays/${id}`);

test('a line of the log names the request that it is about, once', async () => {
  const written: string[] = [];
  const logger = logOn('error', { write: (line: string) => void written.push(line) });
  const logging = await service.app({ logger });
  service.away = true;
  const answer = await logging.inject({ method: 'PUT', url: '/v1/stays/S1', payload: ADMISSION_EXAMPLE });
  expect(answer.statusCode).toBe(503);
  expect(written.filter((line) => line.includes('"code":"temporal-unavailable"'))).toHaveLength(1);
  for (const line of written) expect(line.split(`"requestId":"${String(answer.headers['x-request-id'])}"`)).toHaveLength(2);
  await logging.close();
});

test('nothing that the server is asked for is deprecated', async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(warned).toEqual([]);
});

describe('admission', () => {
  test('the first is started, the same again is not, other content for its id is refused', async () => {
    const first = await put('S1');
    expect(first.statusCode).toBe(201);
    expect(first.headers['location']).toBe('/v1/stays/S1');
    expect(first.json()).toMatchObject({ stayId: 'S1', region: 'jonkoping', phase: 'inskriven', agreement: 'jonkoping-2018' });
    expect((await put('S1')).statusCode).toBe(200);
    const other = await put('S1', { ...ADMISSION_EXAMPLE, kommun: '0682' });
    expect(other.statusCode).toBe(409);
    expect(other.json().code).toBe('id-anvant');
    expect(service.stays.size).toBe(1);
  });

  test('an admission whose workflow could not be started is started by the next try', async () => {
    service.away = true;
    const away = await put('S1');
    expect(away.statusCode).toBe(503);
    expect(Number(away.headers['retry-after'])).toBeGreaterThan(0);
    service.away = false;
    // Meanwhile the id is that admission's.
    expect((await put('S1', { ...ADMISSION_EXAMPLE, kommun: '0682' })).json().code).toBe('id-anvant');
    expect((await put('S1')).statusCode).toBe(201);
    expect((await put('S1')).statusCode).toBe(200);
  });

  test('a region without an agreement is planned under the law, and a kommun of another region is admitted', async () => {
    expect((await put('S1', { ...ADMISSION_EXAMPLE, region: 'kalmar', kommun: '0880' })).json()).toMatchObject({
      agreement: 'lag-2017-612',
    });
    expect((await put('S2', { ...ADMISSION_EXAMPLE, kommun: '0180' })).statusCode).toBe(201);
  });

  test.each([
    ['a personnummer', '189001019802', 'stayId'],
    ['a personnummer with a hyphen', '18900101-9802', 'stayId'],
    ['an id that holds one', 'VT-189001019802', 'stayId'],
    ['a space', 'S 1', 'stayId'],
    ['65 characters', 'S'.repeat(65), 'stayId'],
  ])('%s is no stay id', async (_, id, path) => {
    const answer = await put(id);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });

  test('every field that is wrong, missing or unknown is told', async () => {
    const { ward, ...rest } = ADMISSION_EXAMPLE;
    const answer = await put('S1', {
      ...rest,
      kommun: '9999',
      careForm: 'annan',
      extra: 1,
      admittedAt: '2019-03-06T12:00:00+01:00',
      patient: { personnummer: '189001019803', shoe: 43 },
      vardcentral: { hsaId: 'X', name: 'Y', tel: 1 },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ code: 'ogiltig-data', status: 422 });
    expect(
      answer
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual(['admittedAt', 'careForm', 'extra', 'kommun', 'patient.personnummer', 'patient.shoe', 'vardcentral.tel', 'ward']);
  });

  test('what is not there is missing, whatever it might have been', async () => {
    const { errors } = (await put('S1', { region: 'jonkoping' })).json();
    expect(errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`)).toEqual(
      ['admittedAt', 'ward', 'careForm', 'legalForm', 'kommun', 'vardcentral', 'patient'].map((path) => `${path} missing`),
    );
  });

  test('a patient without any number is not admitted, one with a reservnummer is', async () => {
    expect((await put('S1', { ...ADMISSION_EXAMPLE, patient: {} })).json().errors).toEqual([
      { path: 'patient', message: 'personnummer or reservnummer is missing' },
    ]);
    expect((await put('S1', { ...ADMISSION_EXAMPLE, patient: { reservnummer: '19900101R123' } })).statusCode).toBe(201);
  });
});

describe('actions', () => {
  beforeEach(() => put('S1'));

  test('an accepted action answers phase and deadlines, and the next read shows it', async () => {
    const answer = await act('S1', 'bedom-behov', assessment);
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.json())).toEqual(['stayId', 'action', 'id', 'phase', 'deadlines']);
    expect(answer.json()).toMatchObject({ stayId: 'S1', action: 'bedom-behov', id: 'a1', phase: 'planering' });
    expect((await read('S1')).json()).toMatchObject({ phase: 'planering', log: [{ action: 'bedom-behov' }] });
  });

  test('the same id again gives the first verdict, other content for it is refused', async () => {
    await act('S1', 'bedom-behov', assessment);
    expect((await act('S1', 'bedom-behov', assessment)).statusCode).toBe(200);
    const other = await act('S1', 'bedom-behov', { ...assessment, data: { ...assessment.data, nyttBehov: false } });
    expect([other.statusCode, other.json().code]).toEqual([409, 'id-anvant']);
    expect((await read('S1')).json().log).toHaveLength(1);
  });

  test('the id may come as Idempotency-Key; the body wins', async () => {
    const { id: _, ...without } = assessment;
    expect((await act('S1', 'bedom-behov', without, { 'idempotency-key': 'k1' })).json().id).toBe('k1');
    expect((await act('S1', 'bedom-behov', assessment, { 'idempotency-key': 'k2' })).json().id).toBe('a1');
    expect((await act('S1', 'bedom-behov', without)).json().errors).toEqual([{ path: 'id', message: 'missing' }]);
    expect((await act('S1', 'bedom-behov', without, { 'idempotency-key': 'k'.repeat(129) })).statusCode).toBe(422);
  });

  test('an ended stay answers repeated ids as before, takes corrections, and refuses the rest', async () => {
    const discharge = { id: 'd1', by: nurse, data: { tidpunkt: '2019-03-05T11:00:00+01:00', till: 'hem' } };
    expect((await act('S1', 'skriv-ut', discharge)).statusCode).toBe(200);
    expect(service.stays.get('S1')?.running).toBe(false);
    expect((await act('S1', 'skriv-ut', discharge)).json()).toMatchObject({ id: 'd1', phase: 'avslutad' });
    const late = await act('S1', 'kommentera', { id: 'c1', by: nurse, data: { text: 'För sent' } });
    expect([late.statusCode, late.json().code]).toEqual([409, 'avslutad']);
    const correction = {
      id: 'r1',
      by: nurse,
      data: { actionId: 'd1', data: { tidpunkt: '2019-03-05T10:00:00+01:00', till: 'hem' }, skal: 'Fel tid' },
    };
    expect((await act('S1', 'ratta-uppgift', correction)).statusCode).toBe(200);
    expect((await read('S1')).json()).toMatchObject({ phase: 'avslutad', episode: { dischargedAt: '2019-03-05T09:00:00Z' } });
  });

  test('an annulled stay says so', async () => {
    await act('S1', 'annullera', { id: 'n1', by: nurse, data: { skal: 'fel-patient' } });
    const answer = await act('S1', 'kommentera', { id: 'c1', by: nurse, data: { text: 'x' } });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'annullerad']);
  });

  test('an ended stay can be read while Temporal is away, a running one cannot', async () => {
    await put('S2');
    await act('S1', 'annullera', { id: 'n1', by: nurse, data: { skal: 'fel-patient' } });
    service.away = true;
    expect((await read('S1')).statusCode).toBe(200);
    expect([(await read('S2')).statusCode, (await read('S2')).json().code]).toEqual([503, 'temporal-unavailable']);
  });
});

describe('what is wrong is told in one order', () => {
  const good = { 'content-type': 'application/json' };
  const kind = (status: number, code: string) => ({ status, code });
  const big = 'x'.repeat(1024 * 1024 + 1);
  const rows: [
    title: string,
    request: { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; url: string; payload?: string; headers?: Record<string, string> },
    expected: { status: number; code: string },
  ][] = [
    ['no such route', { url: '/v1/nothing' }, kind(404, 'no-such-route')],
    [
      'no such route, whatever is sent',
      { method: 'POST', url: '/v1/nothing', payload: '{', headers: { 'content-type': 'text/plain' } },
      kind(404, 'no-such-route'),
    ],
    ['a method that the route does not have', { method: 'DELETE', url: '/v1/stays/S1' }, kind(404, 'no-such-route')],
    ['a route that cannot be decoded', { url: '/v1/stays/%E0%A4%A' }, kind(404, 'no-such-route')],
    [
      'no such action, before the body is judged',
      { method: 'POST', url: '/v1/stays/S1/actions/dansa', payload: '{', headers: good },
      kind(404, 'okand-atgard'),
    ],
    [
      'no such stay, before the body is judged',
      { method: 'POST', url: '/v1/stays/S9/actions/kommentera', payload: '{"x":1}', headers: good },
      kind(404, 'no-such-stay'),
    ],
    [
      'no such stay, before its size is',
      { method: 'POST', url: '/v1/stays/S9/actions/kommentera', payload: big, headers: good },
      kind(404, 'no-such-stay'),
    ],
    ['no such stay to read', { url: '/v1/stays/S9' }, kind(404, 'no-such-stay')],
    ['an impossible stay to read', { url: '/v1/stays/a%20b' }, kind(404, 'no-such-stay')],
    [
      'larger than 1 MiB, before its type',
      { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: big, headers: { 'content-type': 'text/plain' } },
      kind(413, 'too-large'),
    ],
    [
      'another type, before its content',
      { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: '{', headers: { 'content-type': 'text/plain' } },
      kind(415, 'not-json-type'),
    ],
    [
      'no type',
      { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: '{}', headers: { 'content-type': '' } },
      kind(415, 'not-json-type'),
    ],
    ['not JSON', { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: '{"id":', headers: good }, kind(400, 'not-json')],
    ['nothing', { method: 'POST', url: '/v1/stays/S1/actions/kommentera', headers: good }, kind(400, 'not-json')],
    ['not JSON to admit', { method: 'PUT', url: '/v1/stays/S2', payload: 'hej', headers: good }, kind(400, 'not-json')],
    [
      'JSON of another shape',
      { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: '[]', headers: good },
      kind(422, 'ogiltig-data'),
    ],
    [
      'deeper than anything of ours',
      {
        method: 'POST',
        url: '/v1/stays/S1/actions/ratta-uppgift',
        payload: `{"id":"x","data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
        headers: good,
      },
      kind(422, 'ogiltig-data'),
    ],
    [
      'a missing `by`',
      { method: 'POST', url: '/v1/stays/S1/actions/kommentera', payload: '{"id":"x","data":{"text":"x"}}', headers: good },
      kind(422, 'ogiltig-data'),
    ],
    [
      'an `at` in the future',
      {
        method: 'POST',
        url: '/v1/stays/S1/actions/bedom-behov',
        payload: JSON.stringify({ ...assessment, at: '2019-03-05T12:02:00+01:00' }),
        headers: good,
      },
      kind(422, 'tidpunkt-i-framtiden'),
    ],
    [
      'wrong fields, before a wrong role',
      {
        method: 'POST',
        url: '/v1/stays/S1/actions/bedom-behov',
        payload: JSON.stringify({ ...assessment, by: { party: 'kommun', unit: '0680', role: 'ekonom' }, data: {} }),
        headers: good,
      },
      kind(422, 'ogiltig-data'),
    ],
    [
      "not this role's to do, before an unmet need",
      {
        method: 'POST',
        url: '/v1/stays/S1/actions/meddela-utskrivningsklar',
        payload: JSON.stringify({
          id: 'u1',
          by: { party: 'kommun', unit: '0680', role: 'ekonom' },
          data: { bedomd: '2019-03-05T11:00:00+01:00' },
        }),
        headers: good,
      },
      kind(403, 'ej-behorig'),
    ],
    [
      'an unmet need',
      {
        method: 'POST',
        url: '/v1/stays/S1/actions/meddela-utskrivningsklar',
        payload: JSON.stringify({ id: 'u2', by: nurse, data: { bedomd: '2019-03-05T11:00:00+01:00' } }),
        headers: good,
      },
      kind(409, 'inskrivningsmeddelande-saknas'),
    ],
    ['a query of unknown fields', { url: '/v1/stays?enhet=x' }, kind(422, 'ogiltig-data')],
    ['a limit of nothing', { url: '/v1/stays?limit=0' }, kind(422, 'ogiltig-data')],
    ['a limit above a thousand', { url: '/v1/stays?limit=1001' }, kind(422, 'ogiltig-data')],
    ['a cursor of nobody', { url: '/v1/stays?after=x' }, kind(422, 'ogiltig-data')],
    ['a month that is none', { url: '/v1/billing/jonkoping/2019-13' }, kind(404, 'no-such-month')],
    [
      'a feed on a real clock',
      { method: 'PUT', url: '/v1/clock/feeds/f1', payload: '{"watermark":null}', headers: good },
      kind(409, 'clock-not-simulated'),
    ],
    [
      'a watermark that is no time',
      { method: 'PUT', url: '/v1/clock/feeds/f1', payload: '{"watermark":"igår"}', headers: good },
      kind(422, 'ogiltig-data'),
    ],
  ];

  test.each(rows)('%s', async (_, request, expected) => {
    await put('S1');
    const answer = await app.inject({ method: 'GET', ...request });
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual(expected);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(PROBLEMS).toHaveProperty(expected.code);
    expect(answer.json()).toMatchObject({
      status: expected.status,
      type: `urn:hemgang:problem:${expected.code}`,
      title: expect.any(String),
    });
  });

  test('every wrong, missing or unknown field is named, in a query too', async () => {
    await put('S1');
    const query = await app.inject('/v1/stays?enhet=x&overdue=ja');
    expect(query.json().errors).toEqual([
      { path: 'overdue', message: expect.any(String) },
      { path: 'enhet', message: 'unknown field' },
    ]);
    const assessed = await act('S1', 'bedom-vardtid', { id: 'u1', at: '2019-03-05', by: nurse, data: { kommentar: 'x' } });
    expect(assessed.json().errors).toEqual([
      { path: 'at', message: 'has the wrong form' },
      { path: 'data.beraknadUtskrivning', message: 'missing' },
      { path: 'data.kommentar', message: 'unknown field' },
    ]);
  });

  test('an unmet need is told in Swedish', async () => {
    await put('S1');
    const answer = await act('S1', 'meddela-utskrivningsklar', { id: 'u1', by: nurse, data: { bedomd: '2019-03-05T11:00:00+01:00' } });
    expect(answer.json().detail).toBe('Inskrivningsmeddelande är inte skickat.');
  });

  test('too many requests are 429 with Retry-After', async () => {
    const narrow = await service.app({ requestsPerMinute: 2 });
    await narrow.inject('/v1/clock');
    await narrow.inject('/v1/clock');
    const answer = await narrow.inject('/v1/clock');
    expect([answer.statusCode, answer.json().code]).toEqual([429, 'too-many-requests']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await narrow.inject('/healthz')).statusCode).toBe(200);
    await narrow.close();
  });

  test('what nobody foresaw says nothing of itself', async () => {
    const broken = await service.app({
      readMonth: async () => {
        throw new Error('patient 189001019802');
      },
    });
    const answer = await broken.inject('/v1/billing/jonkoping/2019-03');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal']);
    expect(answer.body).not.toContain('189001019802');
    await broken.close();
  });
});

describe('lists', () => {
  test('pages of cases follow each other without gap or overlap', async () => {
    for (let i = 0; i < 7; i++) await put(`S${i}`);
    await act('S3', 'bedom-behov', assessment);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: { items: { stayId: string }[]; next: string | null } = (
        await app.inject(`/v1/stays?unit=0680&limit=3${after === null ? '' : `&after=${encodeURIComponent(after)}`}`)
      ).json();
      seen.push(...page.items.map((item) => item.stayId));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(['S3', 'S0', 'S1', 'S2', 'S4', 'S5', 'S6']);
    expect((await app.inject('/v1/stays?phase=planering')).json().items).toMatchObject([
      { stayId: 'S3', deadline: { dueAt: expect.stringMatching(/Z$/) } },
    ]);
    expect((await app.inject('/v1/stays?overdue=true')).json()).toEqual({ items: expect.any(Array), next: null });
    expect((await app.inject('/v1/stays?unit=9999')).json()).toEqual({ items: [], next: null });
  });

  test("an inbox is read in pages and acknowledged once, by its unit's own", async () => {
    await put('S1');
    await act('S1', 'bedom-behov', assessment);
    await act('S1', 'skicka-inskrivningsmeddelande', {
      id: 'm1',
      by: nurse,
      data: { samtycke: 'ja', beraknadUtskrivning: '2019-03-08', inskrivningsorsak: 'Fall' },
    });
    const page = (await app.inject('/v1/units/0680/notices')).json();
    expect(page.items[0]).toMatchObject({ type: 'skicka-inskrivningsmeddelande', stayId: 'S1', text: expect.any(String) });
    expect(page.items[0]).not.toHaveProperty('acknowledgedAt');
    const { noticeId } = page.items[0];
    const ack = (unit: string, id: string) =>
      app.inject({ method: 'POST', url: `/v1/units/${unit}/notices/${encodeURIComponent(id)}/ack` });
    expect((await ack('0682', noticeId)).json().code).toBe('no-such-notice');
    const first = await ack('0680', noticeId);
    expect([first.statusCode, first.body]).toEqual([204, '']);
    service.now += 60_000;
    expect((await ack('0680', noticeId)).statusCode).toBe(204);
    expect((await app.inject('/v1/units/0680/notices')).json().items[0].acknowledgedAt).toBe('2019-03-05T11:00:00Z');
    expect(
      (await app.inject(`/v1/units/0680/notices?after=${encodeURIComponent(noticeId)}`))
        .json()
        .items.some((item: { noticeId: string }) => item.noticeId === noticeId),
    ).toBe(false);
  });

  test('a system that listens gets what is there, then what comes, and goes on where it was', async () => {
    await put('S1');
    await act('S1', 'bedom-behov', assessment);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const send = (id: string) => act('S1', 'kommentera', { id, by: nurse, data: { text: 'Hej' } });
    await act('S1', 'skicka-inskrivningsmeddelande', {
      id: 'm1',
      by: nurse,
      data: { samtycke: 'ja', beraknadUtskrivning: '2019-03-08', inskrivningsorsak: 'Fall' },
    });
    const listen = async (headers: Record<string, string>, until: (text: string) => boolean) => {
      const stop = new AbortController();
      const response = await fetch(`${url}/v1/units/0680/notices`, {
        headers: { accept: 'text/event-stream', ...headers },
        signal: stop.signal,
      });
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      let text = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
        if (text.includes('skicka-inskrivningsmeddelande') && !text.includes('kommentera')) void send('c1');
        if (until(text)) break;
      }
      stop.abort();
      return text;
    };
    const text = await listen({}, (so) => so.includes('"type":"kommentera"'));
    expect(text.indexOf('skicka-inskrivningsmeddelande')).toBeLessThan(text.indexOf('kommentera'));
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map((match) => match[1] as string);
    await send('c2');
    const rest = await listen({ 'last-event-id': ids.at(-1) as string }, (so) => so.includes('data: '));
    expect(rest.match(/^id: /gm)).toHaveLength(1);
  });
});

describe('the service', () => {
  test('tells its clock, and takes the watermark of a feed when the clock is simulated', async () => {
    expect((await app.inject('/v1/clock')).json()).toEqual({ now: '2019-03-05T11:00:00Z', scale: 1 });
    const fast = await service.app({ scale: 20_000 });
    const tell = (watermark: string | null) => fast.inject({ method: 'PUT', url: '/v1/clock/feeds/abc', payload: { watermark } });
    expect((await tell('2019-03-01T08:00:00+01:00')).statusCode).toBe(200);
    expect(service.feeds.get('abc')).toBe(at('2019-03-01T08:00:00+01:00'));
    await tell(null);
    expect(service.feeds.get('abc')).toBe(null);
    await fast.close();
  });

  test('answers HEAD, for those who watch it', async () => {
    expect((await app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200);
  });

  test('is ready while Temporal and the ledger answer', async () => {
    expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
    service.away = true;
    const away = await app.inject('/readyz');
    expect([away.statusCode, away.json().code]).toEqual([503, 'temporal-unavailable']);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });
});
