/** The page of ready-made lists: its links are what the questions say, made for now and for what is chosen, and nothing on it is anybody's. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Auth } from '../../src/doors/access/auth.js';
import type { Caller } from '../../src/doors/access/caller.js';
import { questionLink } from '../../src/temporal/query-text.js';
import { type Asked, QUESTIONS } from '../../src/temporal/questions.js';
import { memoryService } from './memory-service.js';

const now = Date.parse('2019-03-20T12:00:00+01:00');
const PAGE = '/docs/fragor';

const NAMED: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
const unescaped = (text: string) =>
  text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name === undefined ? String.fromCharCode(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)) : (NAMED[name] ?? '?'),
  );
const linksOf = (body: string) =>
  [...body.matchAll(/<a href="(http[^"]*)">([^<]*)<\/a>/g)].map(([, href = '', title = '']) => ({
    href: unescaped(href),
    title: unescaped(title),
  }));
const queryOf = (href: string) => new URL(href).searchParams.get('query');
const linkOf = (asked: Asked, id: string) =>
  questionLink('http://127.0.0.1:8233', 'default', QUESTIONS.find((question) => question.id === id)!.query(asked));

describe('the page of questions', () => {
  let app: FastifyInstance;
  const asked: string[] = [];
  let count: (query: string) => Promise<number>;
  beforeAll(async () => {
    app = await memoryService(now).app({
      temporalLists: {
        uiUrl: 'http://127.0.0.1:8233/',
        namespace: 'default',
        count: (query) => {
          asked.push(query);
          return count(query);
        },
      },
    });
    count = async () => 7;
  });
  afterAll(() => app.close());
  const get = async (query = '') => (await app.inject(`${PAGE}${query}`)).body;

  test('has a link for every question that can be asked, about now', async () => {
    const links = linksOf(await get());
    const general = QUESTIONS.filter(({ needs }) => needs === undefined);
    expect(links.map(({ href }) => href)).toEqual(general.map(({ id }) => linkOf({ now }, id)));
    expect(links.map(({ title }) => title)).toEqual(general.map(({ title }) => title));
    expect(queryOf(links[0]!.href)).toBe('WorkflowType = "stay" AND ExecutionStatus = "Running" AND FristTid < "2019-03-20T11:00:00.001Z"');
  });

  test('narrows them to what is chosen, and asks what each unit has to act on', async () => {
    const chosen = { region: 'jonkoping', kommun: '0680', avdelning: "SE-O'9", vardcentral: 'SE-VC-1' };
    const links = linksOf(await get(`?${new URLSearchParams(chosen)}`));
    const hrefs = links.map(({ href }) => href);
    for (const { id, needs } of QUESTIONS) if (needs !== 'unit') expect(hrefs).toContain(linkOf({ now, ...chosen }, id));
    const units = [`slutenvard/${chosen.avdelning}`, 'vardcentral/SE-VC-1', 'kommun/0680', 'region/jonkoping'];
    for (const unit of units) expect(hrefs).toContain(linkOf({ now, ...chosen, unit }, 'att-agera-pa'));
    expect(links.map(({ title }) => title)).toContain('Att agera på: kommunen (0680)');
    expect(queryOf(linkOf({ now, ...chosen }, 'avdelning'))).toContain('Avdelning = "SE-O\'9"');
  });

  test('has a link for each kommun of the region', async () => {
    const titles = linksOf(await get('?region=jonkoping')).map(({ title }) => title);
    expect(titles).toContain('Kommunens vårdtillfällen: Nässjö');
    expect(titles.filter((title) => title.startsWith('Kommunens'))).toHaveLength(13);
  });

  test('takes nothing from its address that is not a choice, and shows what is as it was written', async () => {
    const body = await get(`?region=atlantis&kommun=x'&avdelning=${encodeURIComponent('"><script>alert(1)</script>')}&kommun=0680`);
    expect(body).not.toContain('<script');
    expect(body).not.toContain('atlantis');
    expect(unescaped(body)).toContain('value=""><script>alert(1)</script>"');
    // What a search attribute cannot hold cannot be asked for.
    expect(
      linksOf(body)
        .map(({ href }) => queryOf(href))
        .join('\n'),
    ).toContain('Avdelning = " ><script>alert(1)</script>"');
  });

  test('counts what each list holds, and does without when Temporal is away', async () => {
    asked.length = 0;
    expect(await get()).toMatch(/Antal nu[\s\S]*<td class="number">7<\/td>/);
    expect(asked).toHaveLength(QUESTIONS.filter(({ needs }) => needs === undefined).length);
    count = async () => {
      throw new Error('away');
    };
    const answer = await app.inject(PAGE);
    expect([answer.statusCode, answer.body.includes('Antal nu')]).toEqual([200, false]);
    count = async () => 7;
  });

  test('needs no script, and lets none run', async () => {
    const { headers, body } = await app.inject(PAGE);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(body).not.toMatch(/<script|style=|<style|\son\w+=/);
    expect(headers['cache-control']).toBe('no-store');
  });

  test('without an address of the UI it has the texts, and says what is missing', async () => {
    const bare = await memoryService(now).app({ temporalLists: { uiUrl: undefined, namespace: 'hemgang' } });
    const { body } = await bare.inject(PAGE);
    await bare.close();
    expect(linksOf(body)).toEqual([]);
    expect(unescaped(body)).toContain('temporal workflow list --namespace hemgang --query \'WorkflowType = "stay" AND');
    expect(body).toContain('TEMPORAL_UI_URL');
  });

  test('on a simulated clock it asks about simulated time', async () => {
    const fast = await memoryService(now).app({ scale: 14_400 });
    const { body } = await fast.inject(PAGE);
    await fast.close();
    expect(body).toContain('övningsklocka');
    expect(queryOf(linksOf(body)[0]!.href)).toContain('"2019-03-20T11:00:00.001Z"');
  });
});

describe('where callers are asked who they are', () => {
  const CALLERS: Record<string, Pick<Caller, 'party' | 'unit' | 'roles'>> = {
    leader: { party: 'region', unit: 'jonkoping', roles: ['processledare'] },
    economist: { party: 'region', unit: 'jonkoping', roles: ['ekonom'] },
    kommun: { party: 'kommun', unit: '0680', roles: ['handlaggare'] },
  };
  const auth: Auth = {
    async identify(header) {
      const caller = CALLERS[header?.replace('Bearer ', '') ?? ''];
      return caller === undefined ? { ok: false, problem: { code: 'invalid-token' } } : { ok: true, value: { ...caller, subject: 'x' } };
    },
  };
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await memoryService(now).app({ auth });
  });
  afterAll(() => app.close());

  // The page is open to all; how many a list holds is told to the processledare, of the own region.
  test.each([
    ['', undefined, false],
    ['?region=jonkoping', undefined, false],
    ['?region=jonkoping', 'leader', true],
    ['', 'leader', false],
    ['?region=vastmanland', 'leader', false],
    ['?region=jonkoping', 'economist', false],
    ['?region=jonkoping', 'kommun', false],
    ['?region=jonkoping', 'nobody', false],
  ])('%s is shown to %s, with numbers: %s', async (query, caller, withNumbers) => {
    const headers = caller === undefined ? {} : { authorization: `Bearer ${caller}` };
    const { statusCode, body } = await app.inject({ url: `${PAGE}${query}`, headers });
    expect([statusCode, body.includes('Antal nu')]).toEqual([200, withNumbers]);
  });
});
