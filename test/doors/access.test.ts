/** What a token is held against, what is noted, and who may read it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADDRESS, AT, accessScene, type Person, type Scene } from './access-scene.js';
import { startIssuer, type TestIssuer } from './issuer.js';

let issuer: TestIssuer;
let scene: Scene;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  scene = await accessScene(issuer);
  return () => scene.app.close();
});

type As = Parameters<Scene['bearer']>[0];
const ask = async (as: As, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, headers: object = {}) =>
  scene.app.inject({ method, url, headers: { ...(await scene.bearer(as)), ...headers }, ...(payload === undefined ? {} : { payload }) });
const act = (as: As, action: string, payload: object, stayId = 'told') => ask(as, 'POST', `/v1/stays/${stayId}/actions/${action}`, payload);
const logged = () =>
  scene.service.accesses.map(({ subject, operation, outcome, stayIds }) => [subject, operation, outcome, stayIds.join()]);
const lastBy = async (stayId = 'told') => scene.service.stays.get(stayId)?.stay.log.at(-1)?.by;

describe('`by`', () => {
  const NURSE = { party: 'slutenvard', unit: 'W-NOW', role: 'sjukskoterska' };

  test('left out, is the token: party, unit, role and name', async () => {
    const eva = { party: 'slutenvard', unit: 'W-NOW', roles: ['sjukskoterska'], name: 'Eva Exempel' } as const;
    expect((await act(eva, 'kommentera', { id: 'a', data: { text: 'x' } })).statusCode).toBe(200);
    expect(await lastBy()).toEqual({ ...NURSE, name: 'Eva Exempel' });
  });

  test('of several roles it is the one that may do it', async () => {
    const both = { party: 'slutenvard', unit: 'W-NOW', roles: ['lakare', 'sjukskoterska', 'arbetsterapeut'] } as const;
    expect((await act(both, 'skicka-utskrivningsmeddelande', { id: 'a', data: { utskrivning: AT } })).statusCode).not.toBe(403);
    const ticked = { lista: 'rehab', punkt: 'hjalpmedel-planerade', svar: 'klar' };
    expect((await act(both, 'kryssa-checklista', { id: 'b', data: ticked })).statusCode).toBe(200);
    expect(await lastBy()).toMatchObject({ role: 'arbetsterapeut' });
    expect((await act(both, 'kommentera', { id: 'c', by: { ...NURSE, role: 'sjukskoterska' }, data: { text: 'x' } })).statusCode).toBe(200);
    expect(await lastBy()).toMatchObject({ role: 'sjukskoterska' });
  });

  test.each([
    ['another party', { ...NURSE, party: 'vardcentral' }],
    ['another unit', { ...NURSE, unit: 'W-BEFORE' }],
    ['a role that is not in the token', { ...NURSE, role: 'lakare' }],
    ['another name', { ...NURSE, name: 'Någon Annan' }],
  ])('given as %s is refused, and nothing happens', async (_what, by) => {
    const eva = { party: 'slutenvard', unit: 'W-NOW', roles: ['sjukskoterska'], name: 'Eva Exempel' } as const;
    const answer = await act(eva, 'kommentera', { id: 'a', by, data: { text: 'x' } });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'by-disagrees']);
    expect(scene.service.acts).not.toContain('a');
  });

  test('agrees when it is the same, in part too', async () => {
    expect((await act('ward nurse', 'kommentera', { id: 'a', by: NURSE, data: { text: 'x' } })).statusCode).toBe(200);
    expect(
      (await act('ward nurse', 'kommentera', { id: 'b', by: { party: 'slutenvard', unit: 'W-NOW' }, data: { text: 'x' } })).statusCode,
    ).toBe(200);
    expect(await lastBy()).toEqual(NURSE);
  });

  test('only a system transports what others have done', async () => {
    const sent = (id: string) => ({ id, by: NURSE, imported: true, at: '2019-03-04T10:00:00+01:00', data: { text: 'x' } });
    const nurse = await act('ward nurse', 'kommentera', sent('a'));
    expect([nurse.statusCode, nurse.json().code]).toEqual([403, 'only-systems']);
    const foreign = await act('journal', 'kommentera', { ...sent('b'), imported: false });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, 'by-disagrees']);
    const moved = { ...sent('c'), data: { avdelning: { hsaId: 'W-NEXT', name: 'Nästa' }, tidpunkt: '2019-03-04T10:00:00+01:00' } };
    expect((await act('journal', 'flytta', moved)).statusCode).toBe(200);
    const own = { id: 'd', data: { from: '2019-03-04T11:00:00+01:00' } };
    expect((await act('journal', 'permission', own)).statusCode).toBe(200);
    expect(await lastBy()).toEqual({ party: 'system', unit: 'jonkoping/journal' });
    const part = { party: 'system', unit: 'jonkoping/journal', roles: [] } as const;
    expect(
      (await act({ ...part, unit: 'jonkoping' }, 'permission', { ...own, id: 'e', by: { party: 'system', unit: 'jonkoping/journal' } }))
        .statusCode,
    ).toBe(200);
    expect((await act(part, 'permission', { ...own, id: 'f', by: { party: 'system', unit: 'jonkoping/annat' } })).statusCode).toBe(403);
  });

  test('a ward cannot take over a stay that it does not know of; the ward it leaves, or a system, says so', async () => {
    const data = { avdelning: { hsaId: 'W-OTHER', name: 'Annan' }, tidpunkt: '2019-03-04T10:00:00+01:00' };
    expect((await act('other ward', 'flytta', { id: 'a', data })).statusCode).toBe(404);
    expect((await act('ward nurse', 'flytta', { id: 'b', data })).statusCode).toBe(200);
    expect((await ask('other ward', 'GET', '/v1/stays/told')).json().phase).toBeDefined();
    expect((await ask('ward nurse', 'GET', '/v1/stays/told')).json().phase).toBeUndefined();
  });

  test('an action that is sent again tells nothing new to a ward that has been left', async () => {
    const comment = { id: 'a', data: { text: 'x' } };
    expect((await act('ward nurse', 'kommentera', comment)).json()).toMatchObject({ phase: 'planering' });
    await act('ward nurse', 'flytta', { id: 'b', data: { avdelning: { hsaId: 'W-X', name: 'X' }, tidpunkt: '2019-03-04T10:00:00+01:00' } });
    const again = (await act('ward nurse', 'kommentera', comment)).json();
    expect([again.id, again.deadlines, again.phase]).toEqual(['a', [], undefined]);
  });
});

describe('a kommun', () => {
  test('learns of a stay with its message, at once, and of its own answer', async () => {
    expect((await ask('handlaggare', 'GET', '/v1/stays/untold')).statusCode).toBe(404);
    await act(
      'ward nurse',
      'bedom-behov',
      { id: 'a', data: { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false } },
      'untold',
    );
    expect((await ask('handlaggare', 'GET', '/v1/stays/untold')).statusCode).toBe(404);
    await act(
      'ward nurse',
      'skicka-inskrivningsmeddelande',
      { id: 'b', data: { samtycke: 'ja', beraknadUtskrivning: '2019-03-09', inskrivningsorsak: 'x' } },
      'untold',
    );
    expect((await ask('handlaggare', 'GET', '/v1/stays/untold')).statusCode).toBe(200);
    expect((await act('handlaggare', 'svara-inskrivning', { id: 'c', data: { svar: 'ej-kand' } }, 'untold')).statusCode).toBe(200);
    expect((await ask('handlaggare', 'GET', '/v1/stays/untold')).json().log.at(-1)).toMatchObject({ action: 'svara-inskrivning' });
  });

  test('that has rejected a stay and takes it after all sees it again', async () => {
    expect((await ask('handlaggare', 'GET', '/v1/stays/rejected')).body).not.toContain('avdelningens text');
    expect((await act('handlaggare', 'svara-inskrivning', { id: 'a', data: { svar: 'ej-kand' } }, 'rejected')).json().phase).toBe(
      'planering',
    );
    expect((await ask('handlaggare', 'GET', '/v1/stays/rejected')).body).toContain('avdelningens text');
  });
});

describe('while Temporal is away', () => {
  test.each(['told', 'untold', 'nowhere'])('a stranger cannot tell whether there is a stay (%s)', async (stayId) => {
    scene.service.away = true;
    const { statusCode, body } = await ask('other kommun', 'GET', `/v1/stays/${stayId}`);
    expect([statusCode, JSON.parse(body).code]).toEqual([503, 'temporal-unavailable']);
  });
  test('a part is told so', async () => {
    scene.service.away = true;
    expect((await act('ward nurse', 'kommentera', { id: 'a', data: { text: 'x' } })).json().code).toBe('temporal-unavailable');
  });
});

describe('the time that it takes', () => {
  test('tells nothing of whether there is a stay', async () => {
    const { deps } = scene.service;
    const { submitOver } = await import('../../src/doors/submit.js');
    const slow = async <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 30));
    const submit = submitOver({
      ledger: {
        findStay: async (id: string) => (id === 'told' ? { region: 'jonkoping', phase: null, ended: false } : undefined),
        readStay: async () => undefined,
      } as never,
      gateway: {
        see: async (region: string) => (region === 'jonkoping' ? slow({ relation: 'stranger', stay: null }) : undefined),
      } as never,
      clock: deps().clock,
      rulesFor: () => undefined,
      accesses: { note: async () => undefined },
      hidingMs: 60,
    });
    const caller = { party: 'kommun', unit: '0683', roles: ['handlaggare'], subject: 'x' } as const;
    const times = [];
    for (const stayId of ['told', 'nowhere']) {
      const since = performance.now();
      expect((await submit.read(stayId, caller)).ok).toBe(false);
      times.push(Math.round((performance.now() - since) / 60));
    }
    expect(times).toEqual([1, 1]);
  });
});

describe('the log', () => {
  test('holds who read what, who did what, and who tried', async () => {
    await ask('handlaggare', 'GET', '/v1/stays/told');
    await act('ward nurse', 'kommentera', { id: 'a', data: { text: 'x' } });
    await act('former ward', 'kommentera', { id: 'b', data: { text: 'x' } });
    await act('ward nurse', 'skriv-vardplan', { id: 'c', data: { insatser: 'x', ansvar: 'x', kontakt: { namn: 'x', telefon: '1' } } });
    await act('ward nurse', 'kommentera', { id: 'd', data: {} });
    await ask('other kommun', 'GET', '/v1/stays/told');
    await act('other kommun', 'kommentera', { id: 'e', data: { text: 'x' } });
    await ask('other kommun', 'GET', '/v1/stays/nowhere');
    await ask('ward loggranskare', 'GET', '/v1/stays/told');
    expect(logged()).toEqual([
      ['handlaggare', 'readStay', 'seen', 'told'],
      ['ward nurse', 'kommentera', 'done', 'told'],
      ['former ward', 'kommentera', 'forbidden', 'told'],
      ['ward nurse', 'skriv-vardplan', 'not-done', 'told'],
      ['ward nurse', 'kommentera', 'not-done', 'told'],
      ['other kommun', 'readStay', 'hidden', 'told'],
      ['other kommun', 'kommentera', 'hidden', 'told'],
      ['ward loggranskare', 'readStay', 'forbidden', 'told'],
    ]);
    const [first] = scene.service.accesses;
    expect(first).toMatchObject({ party: 'kommun', unit: '0680', roles: ['handlaggare'], domainAt: Date.parse(AT), region: 'jonkoping' });
    expect(Math.abs((first?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('holds admissions, lists and inboxes', async () => {
    const admission = {
      region: 'jonkoping',
      admittedAt: '2019-03-04T09:30:00+01:00',
      ward: { hsaId: 'W-NOW', name: 'Nu' },
      careForm: 'somatisk',
      legalForm: 'HSL',
      kommun: '0680',
      vardcentral: { hsaId: 'VC-NOW', name: 'Nu' },
      patient: { reservnummer: '991901R1234' },
    };
    expect((await ask('ward nurse', 'PUT', '/v1/stays/new-1', admission)).statusCode).toBe(201);
    expect((await ask('ward nurse', 'PUT', '/v1/stays/new-1', admission)).statusCode).toBe(200);
    expect((await ask('other ward', 'PUT', '/v1/stays/new-1', { ...admission, ward: { hsaId: 'W-OTHER', name: 'x' } })).statusCode).toBe(
      409,
    );
    expect((await ask('other ward', 'PUT', '/v1/stays/new-2', admission)).json().code).toBe('not-allowed');
    await ask('kommun ekonom', 'GET', '/v1/units/0680/notices');
    const list = (await ask('other ward', 'GET', '/v1/stays')).json();
    expect(list.items).toEqual([]);
    const shown = (await ask('ward nurse', 'GET', '/v1/stays')).json().items.map(({ stayId }: { stayId: string }) => stayId);
    expect(logged().slice(0, 3)).toEqual([
      ['ward nurse', 'admit', 'done', 'new-1'],
      ['ward nurse', 'admit', 'seen', 'new-1'],
      ['other ward', 'admit', 'hidden', 'new-1'],
    ]);
    expect(logged()[3]?.slice(0, 3)).toEqual(['kommun ekonom', 'readNotices', 'seen']);
    expect(scene.service.accesses.at(-1)).toMatchObject({ operation: 'listStays', outcome: 'seen', stayIds: shown });
  });

  test('that cannot be written lets nothing be shown', async () => {
    scene.service.unlogged = true;
    for (const url of ['/v1/stays/told', '/v1/stays?unit=W-NOW', '/v1/units/W-NOW/notices']) {
      const { statusCode, headers, body } = await ask('ward nurse', 'GET', url);
      expect([url, statusCode, JSON.parse(body).code, headers['retry-after']]).toEqual([url, 503, 'accesses-unavailable', '2']);
    }
    expect((await ask('other kommun', 'GET', '/v1/stays/told')).statusCode).toBe(503);
  });

  test('is written together for what comes together', async () => {
    const { accessLog } = await import('../../src/doors/access/access-log.js');
    const sizes: number[] = [];
    const log = accessLog({ clock: { now: () => 0 }, ledger: { recordAccesses: async (rows) => void sizes.push(rows.length) } });
    const caller = { party: 'kommun', unit: '0680', roles: ['ekonom'], subject: 'x' } as const;
    await Promise.all(Array.from({ length: 1_200 }, () => log.note(caller, 'readStay', 'seen', ['a'])));
    expect(sizes).toEqual([500, 500, 200]);
    await log.note(caller, 'listStays', 'seen', []);
    expect(sizes).toHaveLength(3);
  });

  test('of a stay is for the region, shows that stay alone, and is logged itself', async () => {
    await ask('handlaggare', 'GET', '/v1/stays/told');
    await ask('ward nurse', 'GET', '/v1/stays');
    const { items, next } = (await ask('region loggranskare', 'GET', '/v1/stays/told/accesses')).json();
    expect(items.map(({ operation, stayIds }: { operation: string; stayIds: string[] }) => [operation, stayIds])).toContainEqual([
      'readStay',
      ['told'],
    ]);
    for (const { stayIds } of items) expect(stayIds).toEqual(['told']);
    expect(next).toBeNull();
    expect(logged().at(-1)).toEqual(['region loggranskare', 'listStayAccesses', 'seen', 'told']);
    await ask('handlaggare', 'GET', '/v1/stays/told/accesses');
    expect(logged().at(-1)).toEqual(['handlaggare', 'listStayAccesses', 'forbidden', 'told']);
    await ask('other kommun', 'GET', '/v1/stays/told/accesses');
    expect(logged().at(-1)).toEqual(['other kommun', 'listStayAccesses', 'hidden', 'told']);
  });

  test('of a unit is for those who check it, a page at a time, from one day to another', async () => {
    for (let n = 0; n < 3; n++) await ask('ward nurse', 'GET', '/v1/stays/told');
    const url = '/v1/units/W-NOW/accesses';
    const first = (await ask('ward loggranskare', 'GET', `${url}?limit=2`)).json();
    expect(first.items).toHaveLength(2);
    const second = (await ask('ward loggranskare', 'GET', `${url}?limit=1&after=${first.next}`)).json();
    expect(second.items[0]).toMatchObject({ subject: 'ward nurse', operation: 'readStay', outcome: 'seen', stayIds: ['told'] });
    const from = async (query: string) => (await ask('ward loggranskare', 'GET', `${url}?${query}`)).json().items.length;
    expect(await from('to=2019-03-05')).toBe(0);
    const at = (ms: number) => encodeURIComponent(new Date(Date.now() + ms).toISOString());
    expect(await from(`from=${at(-60_000)}&to=${at(60_000)}`)).toBe(5); // three reads, and two of the log
    expect(await from(`from=${at(60_000)}`)).toBe(0);
    expect((await ask('ward loggranskare', 'GET', `${url}?from=igar`)).statusCode).toBe(422);
    expect((await ask('ward loggranskare', 'GET', `${url}?after=x`)).statusCode).toBe(422);
    // Another region finds nothing that is not about its own stays.
    expect((await ask('other region', 'GET', url)).json().items).toEqual([]);
    expect((await ask('processledare', 'GET', url)).json().items.length).toBeGreaterThan(3);
  });

  test('as CSV says all of it, and nothing that a spreadsheet would reckon', async () => {
    await ask({ party: 'slutenvard', unit: 'W-NOW', roles: ['lakare', 'sjukskoterska'], sub: 'u', name: '=1+1' }, 'GET', '/v1/stays/told');
    await ask('ward nurse', 'GET', '/v1/stays/told');
    const answer = await ask('region loggranskare', 'GET', '/v1/units/W-NOW/accesses?limit=1', undefined, { accept: 'text/csv' });
    const [head, row] = answer.body.split('\r\n');
    expect(head).toBe('at,domainAt,subject,name,party,unit,roles,operation,outcome,region,stayIds');
    expect(row).toMatch(/^\d{4}-.*Z,2019-03-05T11:00:00Z,u,'=1\+1,slutenvard,W-NOW,lakare sjukskoterska,readStay,seen,jonkoping,told$/);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['link']).toBe('</v1/units/W-NOW/accesses?limit=1&after=1>; rel="next"');
  });
});

describe('identity', () => {
  test('a protected address is in nobody else’s log, nor in the own log of the ward that has been left', async () => {
    await act(
      'ward nurse',
      'flytta',
      { id: 'a', data: { avdelning: { hsaId: 'W-X', name: 'X' }, tidpunkt: '2019-03-04T10:00:00+01:00' } },
      'protected',
    );
    for (const person of ['ward nurse', 'handlaggare', 'kommun nurse', 'vardsamordnare', 'processledare', 'reko', 'journal'] as Person[]) {
      const { statusCode, body } = await ask(person, 'GET', '/v1/stays/protected');
      expect([person, statusCode, body.includes(ADDRESS)]).toEqual([person, 200, false]);
    }
    const there = { party: 'slutenvard', unit: 'W-X', roles: ['lakare'] } as const;
    expect((await ask(there, 'GET', '/v1/stays/protected')).body).toContain(ADDRESS);
  });

  test.each([
    ['189001019802', 'a personnummer'],
    ['900101-9802', 'a personnummer'],
    ['18900101-9802', 'a personnummer'],
    ['1890-01-01-98-02', 'a personnummer'],
    ['ABCD', 'not a reserve number'],
    ['12 34', 'not a reserve number'],
    ['-1234', 'not a reserve number'],
  ])('%s is no reserve number: %s', async (reservnummer, message) => {
    const answer = await act('ward nurse', 'andra-uppgifter', { id: 'a', data: { patient: { reservnummer } } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual([{ path: 'data.patient.reservnummer', message: expect.stringContaining(message) }]);
  });
  test('one of a region’s own making is shown as such', async () => {
    expect((await act('ward nurse', 'andra-uppgifter', { id: 'a', data: { patient: { reservnummer: '991901R1234' } } })).statusCode).toBe(
      200,
    );
    expect((await ask('handlaggare', 'GET', '/v1/stays/told')).json().patient).toMatchObject({ reservnummer: '991901R1234' });
  });
});
