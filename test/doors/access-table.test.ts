/** Who × route × what they are to the stay: every cell, over HTTP with signed tokens. The tables here say what is right; nothing of them is taken from the policy. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN, POLICY, routeKey } from '../../src/doors/access/policy.js';
import { ADDRESS, accessScene, PEOPLE, PERSON, PERSONNUMMER, type Person, type Scene, STAYS } from './access-scene.js';
import { startIssuer, type TestIssuer } from './issuer.js';

let issuer: TestIssuer;
let scene: Scene;
beforeAll(async () => {
  issuer = await startIssuer();
  scene = await accessScene(issuer);
});
afterAll(async () => {
  await scene.app.close();
  await issuer.stop();
});

const ask = async (person: Person, method: 'GET' | 'POST' | 'PUT', url: string, payload?: unknown, headers: object = {}) =>
  scene.app.inject({
    method,
    url,
    headers: { ...(await scene.bearer(person)), ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });

//                          told untold rejected elsewhere protected nowhere
const RELATIONS: Record<Person, string> = {
  'ward nurse': '            P    P      P        -         P        -',
  'ward doctor': '           P    P      P        -         P        -',
  'ward loggranskare': '     X    X      X        -         X        -',
  'former ward': '           F    -      -        -         -        -',
  'other ward': '            -    -      -        -         -        -',
  vardsamordnare: '          P    -      P        -         P        -',
  verksamhetschef: '         P    -      P        -         P        -',
  'replaced vardcentral': '  F    -      -        -         -        -',
  'other vardcentral': '     -    -      -        -         -        -',
  handlaggare: '             P    -      R        -         P        -',
  'kommun nurse': '          P    -      R        -         P        -',
  'kommun ekonom': '         P    -      R        -         P        -',
  'placing kommun': '        P    -      -        -         -        -',
  'corrected-away kommun': ' F    -      -        -         -        -',
  'other kommun': '          -    -      -        -         -        -',
  'region ekonom': '         P    P      P        -         P        -',
  processledare: '           O    O      O        -         O        -',
  'region loggranskare': '   L    L      L        -         L        -',
  systemforvaltare: '        X    X      X        -         X        -',
  'other region': '          -    -      -        O         -        -',
  reko: '                    P    P      P        -         P        -',
  'other tolkningsinstans': '-    -      -        -         -        -',
  journal: '                 P    P      P        -         P        -',
  'other journal': '         -    -      -        P         -        -',
};

/** What each letter means on each route. A broken body is judged only for those who may know of the stay. */
const CELLS: Record<string, { read: number; comment: number; broken: number; accesses: number; own?: true }> = {
  P: { read: 200, comment: 200, broken: 400, accesses: 403 }, // takes part, or oversees
  O: { read: 200, comment: 200, broken: 400, accesses: 200 }, // and may read who has read
  L: { read: 403, comment: 403, broken: 400, accesses: 200 }, // reads who has read, and nothing else
  X: { read: 403, comment: 403, broken: 400, accesses: 403 }, // of a unit that takes part or oversees, in no role that does
  F: { read: 200, comment: 403, broken: 400, accesses: 403, own: true }, // has left
  R: { read: 200, comment: 200, broken: 400, accesses: 403, own: true }, // has rejected it, and may answer anew
  '-': { read: 404, comment: 404, broken: 404, accesses: 404 }, // a stranger
};

const everyCell = (Object.entries(RELATIONS) as [Person, string][]).flatMap(([person, row]) =>
  row
    .trim()
    .split(/\s+/)
    .map((letter, index) => [person, STAYS[index] ?? '', letter] as const),
);

describe('a stay', () => {
  test('has a cell for everybody and every stay', () => {
    expect(everyCell).toHaveLength(Object.keys(PEOPLE).length * STAYS.length);
    expect(new Set(everyCell.map(([, , letter]) => letter))).toEqual(new Set(Object.keys(CELLS)));
  });

  test.each(everyCell)('%s, %s: %s', async (person, stayId, letter) => {
    const expected = CELLS[letter] ?? CELLS['-'];
    const url = `/v1/stays/${stayId}`;
    const read = await ask(person, 'GET', url);
    const comment = await ask(person, 'POST', `${url}/actions/kommentera`, { id: `c-${person}`, data: { text: 'hej' } });
    const broken = await ask(person, 'POST', `${url}/actions/kommentera`, '{"by":');
    const accesses = await ask(person, 'GET', `${url}/accesses`);
    const got = { read: read.statusCode, comment: comment.statusCode, broken: broken.statusCode, accesses: accesses.statusCode };
    const { own, ...statuses } = expected ?? (undefined as never);
    expect(got).toEqual(statuses);

    if (read.statusCode === 200) {
      const stay = read.json();
      if (own) {
        const { deliveries, ...rest } = stay;
        expect(Object.keys(rest).sort()).toEqual(['admittedAt', 'agreement', 'log', 'region', 'stayId']);
        const { party, unit } = PEOPLE[person];
        for (const delivery of deliveries) expect(delivery.unit).toBe(unit);
        expect(stay.log.length).toBeGreaterThan(0);
        for (const { by } of stay.log) expect([by.party, by.unit]).toEqual([party, unit]);
      } else expect(stay.phase).toBeDefined();
    }
    if (own && comment.statusCode === 200) expect(comment.json()).toMatchObject({ deadlines: [] });
    if (own && comment.statusCode === 200) expect(comment.json().phase).toBeUndefined();
    // FHIR shows no more than that, and to a stranger nothing either.
    const fhir = await ask(person, 'GET', `/fhir/R4/Encounter/${stayId}`);
    expect([fhir.statusCode, fhir.body.includes(ADDRESS) && !read.body.includes(ADDRESS)]).toEqual([read.statusCode, false]);
    if (letter !== '-') return;
    // Answered as a stay that does not exist, to the letter.
    const none = (text: string) => JSON.parse(text.replaceAll('nowhere', stayId));
    expect(read.json()).toEqual(none((await ask(person, 'GET', '/v1/stays/nowhere')).body));
    expect(broken.json()).toEqual(none((await ask(person, 'POST', '/v1/stays/nowhere/actions/kommentera', '{"by":')).body));
    expect(accesses.json()).toEqual(none((await ask(person, 'GET', '/v1/stays/nowhere/accesses')).body));
  });

  const ADMITS: Partial<Record<Person, number>> = {
    'ward nurse': 409,
    'ward doctor': 409,
    'former ward': 409,
    'other ward': 409,
    journal: 409,
    'other journal': 403, // of another region
  };
  test.each(Object.keys(PEOPLE) as Person[])('an id that is used does not tell %s whose it is', async (person) => {
    const payload = {
      region: 'jonkoping',
      admittedAt: '2019-03-02T09:30:00+01:00',
      ward: { hsaId: PEOPLE[person].unit, name: 'Egen' },
      careForm: 'somatisk',
      legalForm: 'HSL',
      kommun: '0683',
      vardcentral: { hsaId: 'VC-EGEN', name: 'Egen' },
      patient: { reservnummer: 'R-2019-1' },
    };
    const answers = await Promise.all(['told', 'elsewhere'].map(async (stayId) => ask(person, 'PUT', `/v1/stays/${stayId}`, payload)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([ADMITS[person] ?? 403, ADMITS[person] ?? 403]);
    const [own, foreign] = answers.map(({ body }) => body.replaceAll(/told|elsewhere/g, ''));
    expect(own).toBe(foreign);
  });
});

describe('what is seen', () => {
  //                                  facts text identity protected-identity protected-address
  const SEES: Partial<Record<Person, string>> = {
    'ward nurse': '                   yes   yes  yes      yes                yes',
    'ward doctor': '                  yes   yes  yes      yes                yes',
    vardsamordnare: '                 yes   yes  yes      yes                no',
    verksamhetschef: '                yes   yes  yes      yes                no',
    handlaggare: '                    yes   yes  yes      yes                no',
    'kommun nurse': '                 yes   yes  yes      yes                no',
    'kommun ekonom': '                yes   no   no       no                 no',
    'region ekonom': '                yes   no   no       no                 no',
    processledare: '                  yes   no   no       no                 no',
    reko: '                           yes   no   no       no                 no',
    journal: '                        yes   no   no       no                 no',
  };
  test.each(Object.entries(SEES) as [Person, string][])('%s', async (person, row) => {
    const told = (await ask(person, 'GET', '/v1/stays/told')).body;
    const hidden = (await ask(person, 'GET', '/v1/stays/protected')).body;
    const holds = (text: string, ...parts: string[]) =>
      parts.every((part) => text.includes(part)) ? 'yes' : parts.some((part) => text.includes(part)) ? 'some' : 'no';
    expect([
      holds(told, '"deadlines"', '"episode"'),
      holds(told, 'nycklarna hos grannen', 'fritext om patienten', 'hemligt'),
      holds(told, PERSON, PERSONNUMMER),
      holds(hidden, PERSON, PERSONNUMMER, '"skyddad":true'),
      holds(hidden, ADDRESS),
    ]).toEqual(row.trim().split(/\s+/));
  });

  test('several roles see what the widest of them sees', async () => {
    const as = async (...roles: string[]) =>
      (await scene.app.inject({ url: '/v1/stays/told', headers: await scene.bearer({ party: 'kommun', unit: '0680', roles }) })).body;
    expect(await as('ekonom', 'loggranskare')).not.toContain(PERSON);
    expect(await as('ekonom', 'handlaggare', 'loggranskare')).toContain(PERSON);
  });
});

describe('routes', () => {
  const OWN = '/v1/billing/jonkoping/2019-02';
  const YES = (people: Person[]) => new Set<Person>(people);
  const ECONOMY: Person[] = ['region ekonom', 'processledare'];
  const KOMMUN: Person[] = ['handlaggare', 'kommun nurse', 'kommun ekonom'];
  const KOMMUNER: Person[] = [...KOMMUN, 'placing kommun', 'corrected-away kommun', 'other kommun'];
  const LISTERS: Person[] = [
    ...[
      'ward nurse',
      'ward doctor',
      'former ward',
      'other ward',
      'vardsamordnare',
      'verksamhetschef',
      'replaced vardcentral',
      'other vardcentral',
    ],
    ...KOMMUNER,
    ...[...ECONOMY, 'other region'],
  ] as Person[];
  const ADMITTERS: Person[] = ['ward nurse', 'ward doctor', 'former ward', 'other ward', 'journal', 'other journal'];
  const EVERYBODY = Object.keys(PEOPLE) as Person[];

  /** Route, an address of it (0680 of Jönköping), who gets past its door. Everybody else is answered 403, whatever there is behind it. */
  const ROUTES: [string, string, ReadonlySet<Person>][] = [
    ['PUT /v1/stays/:stayId', '/v1/stays/new-1', YES(ADMITTERS)],
    ['GET /v1/stays', '/v1/stays', YES(LISTERS)],
    ['GET /v1/stays', '/v1/stays?unit=0680', YES(KOMMUN)],
    ['GET /v1/stays', '/v1/stays?unit=jonkoping', YES(ECONOMY)],
    ['GET /v1/stays', '/v1/stays?unit=W-NOW', YES(['ward nurse', 'ward doctor'])],
    ['GET /v1/units/:unit/notices', '/v1/units/0680/notices', YES(KOMMUN)],
    ['GET /v1/units/:unit/notices', '/v1/units/W-NOW/notices', YES(['ward nurse', 'ward doctor'])],
    ['GET /v1/units/:unit/notices', '/v1/units/jonkoping/notices', YES(ECONOMY)],
    ['POST /v1/units/:unit/notices/:noticeId/ack', '/v1/units/0680/notices/x/ack', YES(KOMMUN)],
    [
      'GET /v1/units/:unit/accesses',
      '/v1/units/W-NOW/accesses',
      YES(['ward loggranskare', 'processledare', 'region loggranskare', 'other region']),
    ],
    [
      'GET /v1/units/:unit/accesses',
      '/v1/units/VC-NOW/accesses',
      YES(['verksamhetschef', 'processledare', 'region loggranskare', 'other region']),
    ],
    ['GET /v1/billing/:region/:month', OWN, YES([...ECONOMY, ...KOMMUNER])],
    ['GET /v1/billing/:region/:month', `${OWN}?payer=0680`, YES([...ECONOMY, ...KOMMUN])],
    ['GET /v1/billing/:region/:month/episodes.jsonl', `${OWN}/episodes.jsonl`, YES([...ECONOMY, ...KOMMUNER])],
    ['GET /v1/billing/:region/:month/rules', `${OWN}/rules`, YES([...ECONOMY, ...KOMMUNER, 'reko'])],
    ...['basis.pdf', 'basis.xlsx', 'basis.csv', 'invoice.xml'].map((file): [string, string, ReadonlySet<Person>] => [
      `GET /v1/billing/:region/:month/:payer/${file}`,
      `${OWN}/0680/${file}`,
      YES([...ECONOMY, ...KOMMUN]),
    ]),
    ['GET /v1/billing/:region/:month/:payer/stays/:stayId/proof', `${OWN}/0680/stays/told/proof`, YES([...ECONOMY, ...KOMMUN, 'reko'])],
    ['GET /v1/billing/:region/:month/:payer/objections', `${OWN}/0680/objections`, YES([...ECONOMY, ...KOMMUN, 'reko'])],
    ['POST /v1/billing/:region/:month/:payer/objections', `${OWN}/0680/objections`, YES(['kommun ekonom'])],
    ['POST /v1/billing/:region/:month/:payer/objections/:objectionId/answer', `${OWN}/0680/objections/i-1/answer`, YES(['region ekonom'])],
    [
      'POST /v1/billing/:region/:month/:payer/objections/:objectionId/dispute',
      `${OWN}/0680/objections/i-1/dispute`,
      YES(['kommun ekonom']),
    ],
    [
      'POST /v1/billing/:region/:month/:payer/objections/:objectionId/decision',
      `${OWN}/0680/objections/i-1/decision`,
      YES(['reko', 'region ekonom', 'kommun ekonom']),
    ],
    ...['hold', 'release', 'approve'].map((deed): [string, string, ReadonlySet<Person>] => [
      `POST /v1/billing/:region/:month/:payer/${deed}`,
      `${OWN}/0680/${deed}`,
      YES(['region ekonom']),
    ]),
    ['GET /v1/reports/:region', '/v1/reports/jonkoping?from=2019-01&to=2019-02', YES([...ECONOMY, 'reko'])],
    ['POST /v1/reports/:region/imports/:kind', '/v1/reports/jonkoping/imports/delaktighet', YES(ECONOMY)],
    ['GET /v1/deliveries', '/v1/deliveries', YES(['processledare', 'other region'])],
    ['POST /v1/deliveries/:deliveryId/retry', '/v1/deliveries/1/retry', YES(['processledare', 'other region'])],
    ['GET /v1/endpoints', '/v1/endpoints', YES(['processledare', 'other region'])],
    ['POST /v1/endpoints/:endpoint/enable', '/v1/endpoints/x/enable', YES(['processledare', 'other region'])],
    ['GET /v1/messages', '/v1/messages', YES(['processledare', 'other region', 'journal', 'other journal'])],
    ['GET /v1/messages/:message', '/v1/messages/1', YES(['processledare', 'other region', 'journal', 'other journal'])],
    ['POST /v1/messages/:message/drop', '/v1/messages/1/drop', YES(['processledare', 'other region'])],
    ['POST /fhir/R4', '/fhir/R4', YES(['journal', 'other journal'])],
    ['POST /fhir/R4/Encounter', '/fhir/R4/Encounter', YES(['journal', 'other journal'])],
    ['PUT /fhir/R4/Encounter/:id', '/fhir/R4/Encounter/x', YES(['journal', 'other journal'])],
    ['GET /v1/clock', '/v1/clock', YES(EVERYBODY)],
    ['GET /metrics', '/metrics', YES(['processledare', 'other region', 'journal', 'other journal'])],
    ['PUT /v1/clock/feeds/:feedId', '/v1/clock/feeds/f-1', YES(['journal', 'other journal'])],
    ['GET /tavla/', '/tavla', YES([...ECONOMY, ...KOMMUNER, 'other region'])],
    ['GET /tavla/:region', '/tavla/jonkoping', YES(ECONOMY)],
    ['GET /tavla/:region/sa-raknas-det', '/tavla/jonkoping/sa-raknas-det', YES([...ECONOMY, ...KOMMUNER, 'reko'])],
    ['GET /tavla/:region/:month', '/tavla/jonkoping/2019-02', YES(ECONOMY)],
    ['GET /tavla/:region/:month/:payer', '/tavla/jonkoping/2019-02/0680', YES([...ECONOMY, ...KOMMUN])],
    ['POST /tavla/:region/:month/:payer', '/tavla/jonkoping/2019-02/0680', YES([...ECONOMY, ...KOMMUN])],
    ['GET /tavla/:region/:month/:payer/:stayId', '/tavla/jonkoping/2019-02/0680/told', YES([...ECONOMY, ...KOMMUN, 'reko'])],
    ['POST /tavla/:region/:month/:payer/:stayId', '/tavla/jonkoping/2019-02/0680/told', YES([...ECONOMY, ...KOMMUN, 'reko'])],
  ];

  test.each(ROUTES)('%s (%s)', async (route, url, allowed) => {
    const method = route.split(' ')[0] as 'GET' | 'POST' | 'PUT';
    const isForm = method === 'POST' && url.startsWith('/tavla');
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    for (const person of EVERYBODY) {
      const { statusCode } = await ask(person, method, url, method === 'GET' ? undefined : isForm ? 'gor=x' : '{}', isForm ? form : {});
      expect([person, statusCode === 403 ? 'refused' : 'let in']).toEqual([person, allowed.has(person) ? 'let in' : 'refused']);
      expect([person, statusCode]).not.toEqual([person, 401]);
      expect([person, statusCode >= 500]).toEqual([person, false]);
    }
  });

  const judgedByStay = [
    'GET /fhir/R4/Encounter',
    'GET /fhir/R4/Encounter/:id',
    'GET /v1/stays/:stayId',
    'POST /v1/stays/:stayId/actions/*',
    'GET /v1/stays/:stayId/accesses',
  ];

  test('every route of the table is tried', () => {
    const tried = new Set([...ROUTES.map(([route]) => route), ...judgedByStay]);
    expect(Object.keys(POLICY).filter((key) => !tried.has(key))).toEqual([]);
  });

  test('every route there is has a line in the table, or is open', async () => {
    const { paths = {} } = scene.app.swagger() as { paths?: Record<string, object> };
    const keys = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => routeKey(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'))),
    );
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => POLICY[key] === undefined && !OPEN.includes(key))).toEqual([]);
  });

  test('without a token nothing is answered but what is open to all', async () => {
    for (const [route, url] of ROUTES) {
      const answer = await scene.app.inject({ method: route.split(' ')[0] as 'GET', url });
      expect([route, answer.statusCode]).toEqual([route, 401]);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hemgang"');
    }
    for (const url of ['/healthz', '/readyz', '/openapi.json', '/docs/', '/docs/static/index.html', '/'])
      expect([url, (await scene.app.inject({ url })).statusCode]).toEqual([url, url === '/' || url.endsWith('.html') ? 302 : 200]);
    const page = await scene.app.inject({ url: '/tavla/jonkoping' });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('Logga in först');
  });

  test('the documentation has the same table', () => {
    const text = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
    const lines = Object.entries(POLICY).map(([route, { who }]) => `| \`${route}\` | ${who} |`);
    expect(lines.filter((line) => !text.includes(line))).toEqual([]);
  });
});
