/** The board's pages as sent: the ledger's figures, every state, nothing that runs, nobody's identity; and its forms. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Episode } from '../../src/domain/billing/episode.js';
import { DAY } from '../../src/domain/calendar.js';
import { TemporalUnavailable } from '../../src/doors/gateway.js';
import { decimal, kronor } from '../../src/out/documents/format.js';
import { PLOT_COLOURS } from '../../src/out/plots/palette.js';
import { boardScene, INVOICED, MARCH, PRELIMINARY, RUNNING, type Scene } from './board-scene.js';
import { fakeBillingLedger, plainStay } from './fake-billing-ledger.js';
import { memoryService } from './memory-service.js';

const MONTH = '/tavla/jonkoping/2019-03';
const OWN = `${MONTH}/0680`;

let running: Scene;
let preliminary: Scene;
let invoiced: Scene;
beforeAll(async () => {
  [running, preliminary, invoiced] = await Promise.all([boardScene(RUNNING), boardScene(PRELIMINARY), boardScene(INVOICED)]);
});
afterAll(() => Promise.all([running, preliminary, invoiced].map(({ app }) => app.close())));

const open = async (app: FastifyInstance, url: string, status = 200): Promise<string> => {
  const answer = await app.inject(url);
  expect(answer.statusCode, url).toBe(status);
  return answer.body;
};
/** What a reader reads: without tags, entities as what they stand for, blanks as one. */
const read = (page: string): string =>
  page
    .replace(/<(style|title|desc)[^>]*>[^<]*<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\u00ad/g, '')
    .replace(/\s+/g, ' ')
    .trim();
const spaced = (text: string): string => text.replace(/\s+/g, ' ');
const ROW = /<tr>(?:(?!<\/tr>)[\s\S])*<\/tr>/g;
const rowOf = (page: string, name: string): string =>
  spaced(read([...page.matchAll(ROW)].map(([row]) => row).find((row) => read(row).startsWith(`${name} `)) ?? ''));
const pathsOf = ({ stays }: Scene) => [
  '/tavla',
  '/tavla/jonkoping',
  '/tavla/jonkoping/sa-raknas-det',
  MONTH,
  OWN,
  `${MONTH}/0617`,
  ...stays.slice(0, 5).map((stay) => `${OWN}/${stay}`),
];

describe('every page', () => {
  test.each([
    ['runs', () => running],
    ['is preliminary', () => preliminary],
    ['is invoiced', () => invoiced],
  ])('while the month %s is Swedish HTML without scripts, styles of its own, or anything from elsewhere', async (_, scene) => {
    for (const url of pathsOf(scene())) {
      const answer = await scene().app.inject(url);
      expect(answer.statusCode, url).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; /);
      expect(answer.headers['content-security-policy']).not.toMatch(/script|unsafe/);
      expect(answer.body).toMatch(/^<!doctype html>\n<html lang="sv">/);
      expect(answer.body).not.toMatch(/<script|<style| style=| on[a-z]+=|javascript:/i);
      expect([...answer.body.matchAll(/<h1[ >]/g)]).toHaveLength(1);
      expect(answer.body).not.toMatch(/\bundefined\b|\bNaN\b|\[object|Infinity/);
      const ids = [...answer.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(
        ids.filter((id, index) => ids.indexOf(id) < index),
        url,
      ).toEqual([]);
    }
  });

  test('leads only to pages and files that there are', async () => {
    for (const scene of [running, preliminary, invoiced]) {
      const links = new Set<string>();
      for (const url of pathsOf(scene)) {
        for (const [, href = ''] of (await open(scene.app, url)).matchAll(/ href="([^"]+)"/g)) {
          const path = new URL(href.replaceAll('&#61;', '=').replaceAll('&#38;', '&'), `http://tavla${url}`);
          // Of the stays a few are as good as all.
          const isStay = path.pathname.split('/').length > 5 && !scene.stays.slice(0, 4).some((stay) => path.pathname.endsWith(`/${stay}`));
          if (path.host === 'tavla' && path.pathname.startsWith('/tavla') && !isStay) links.add(path.pathname + path.search);
        }
      }
      expect(links.size).toBeGreaterThan(20);
      for (const link of links) expect((await scene.app.inject(link)).statusCode, link).toBe(200);
    }
  });

  test('shows stays by id, and no name, address or number of a person', async () => {
    const people = [...invoiced.billing.stored.values()].flatMap(({ stay }) => {
      const { personnummer, name, folkbokforingsadress } = stay.admission.patient;
      return [personnummer, name, folkbokforingsadress].filter((text): text is string => typeof text === 'string');
    });
    expect(people.length).toBeGreaterThan(100);
    const pages = await Promise.all(
      [...pathsOf(invoiced), ...invoiced.stays.map((stay) => `${OWN}/${stay}`)].map((url) => open(invoiced.app, url)),
    );
    const all = pages.join('\n');
    expect(people.filter((person) => all.includes(person))).toEqual([]);
    expect(all).toContain(invoiced.stays[0]);
  });

  test('shows what anybody wrote as text', async () => {
    const stay = invoiced.stays[2];
    const all = await Promise.all([OWN, `${OWN}/${stay}`, `${MONTH}/0617`].map((url) => open(invoiced.app, url)));
    for (const word of ['ek', 'da', 'alert("text")', 'svar', 'tvist', 'beslut', 'håll'])
      expect(read(all.join('')), word).toContain(`<script>${word}</script>`);
    expect(all.join('')).not.toMatch(/<script/i);
  });

  test('needs few questions to the ledger, none of them for all stays', async () => {
    const many = await boardScene(
      RUNNING,
      Array.from({ length: 400 }, (_, n): Episode => plainStay(`m-${n}`, '0680', '2019-03-04', n % 4)),
    );
    const count = async (scene: Scene, url: string) => {
      for (const name of Object.keys(scene.billing.calls)) scene.billing.calls[name] = 0;
      await open(scene.app, url);
      return Object.values(scene.billing.calls).reduce((all, calls) => all + calls, 0);
    };
    for (const url of ['/tavla', '/tavla/jonkoping', MONTH, OWN, `${OWN}/${many.stays[0]}`]) {
      // The first time finds frozen sums that are remembered afterwards.
      await Promise.all([open(many.app, url), open(running.app, url)]);
      const calls = await count(many, url);
      expect(calls, url).toBe(await count(running, url));
      expect(calls, url).toBeLessThanOrEqual(12);
    }
    expect((await open(many.app, OWN)).length).toBeLessThan(120_000);
    await many.app.close();
  });
});

describe('a region', () => {
  test('shows each kommun of the running month with the ledger’s own figures', async () => {
    const page = await open(running.app, '/tavla/jonkoping');
    const sums = (await running.billing.monthSums(MARCH, RUNNING))!;
    const { kommuner } = sums.rules.agreement;
    for (const sum of sums.kommuner) {
      const row = rowOf(page, kommuner.find(({ code }) => code === sum.payer)!.name);
      expect(row).toContain(` ${sum.stays} ${sum.average === null ? '–' : decimal(sum.average)} 2,0 `);
      expect(row).toContain(spaced(kronor(sum.amountOre)));
    }
    expect(sums.amountOre).toBeGreaterThan(0);
    expect(rowOf(page, 'Summa')).toContain(spaced(kronor(sums.amountOre)));
  });

  test('plots them against the threshold, with words for those who do not see it', async () => {
    const page = await open(running.app, '/tavla/jonkoping');
    expect([...page.matchAll(/<svg [^>]*role="img"/g)]).toHaveLength(2);
    expect(page).toMatch(
      /<title id="[^"]+">Dagar i snitt per kommun mot tröskeln 2,0, mars 2019<\/title><desc[^>]*>Över tröskeln: [^<]*Jönköping \(\d,\d\)/,
    );
  });

  test('warns of a threshold passed and of a stay near its eighth day', async () => {
    const ready: Episode = {
      ...plainStay('snart-8', '0642', '2019-03-12', 30),
      dischargedAt: null,
      intervals: [{ from: RUNNING - 7.5 * DAY, until: null }],
    };
    const over: Episode = { ...ready, stayId: 'redan-9', intervals: [{ from: RUNNING - 9.5 * DAY, until: null }] };
    const { app } = await boardScene(RUNNING, [ready, over]);
    const text = read(await open(app, '/tavla/jonkoping'));
    expect(text).toContain('Mullsjö : snart-8 når 8 dagar 2019-03-21 00.00');
    expect(text).toContain('Mullsjö : 1 vårdtillfälle betalas enskilt redan, och för varje dag till: redan-9.');
    expect(text).toMatch(/Jönköping : Snittet är \d,\d dagar för \d+ vårdtillfällen, över tröskeln 2,0/);
    expect(text).toMatch(/Utskrivningsklara nu 4 2 betalas enskilt, nu eller inom ett dygn/);
    await app.close();
  });

  test('lists the objections that wait for somebody, with the time that is left, and none that is settled', async () => {
    const text = read(await open(preliminary.app, '/tavla/jonkoping'));
    expect(text).toContain(
      `${preliminary.stays[0]} Jönköping mars 2019 Kallelse till SVPL saknas 2019-04-02 09.12 Väntar på regionens svar regionen 12 april 2019 (6 dagar kvar)`,
    );
    expect(text).toContain(
      `${preliminary.stays[2]} Jönköping mars 2019 En tidpunkt är fel 2019-04-02 09.12 Avvisad och bestridd REKO ingen tid satt`,
    );
    expect(text).not.toContain('Dubbelt');
    expect(text).toContain('Invändningar att besvara 1');
  });

  test('lists its months, newest first, with state and sum', async () => {
    const page = await open(preliminary.app, '/tavla/jonkoping');
    const march = (await preliminary.billing.monthSums(MARCH, PRELIMINARY))!;
    expect(rowOf(page, 'Mars 2019')).toContain(`preliminär ${spaced(kronor(march.amountOre))} Invändningar till och med 12 april 2019`);
    const january = (await preliminary.billing.monthSums({ region: 'jonkoping', month: '2019-01' }, PRELIMINARY))!;
    expect(rowOf(page, 'Januari 2019')).toContain(`fakturerad ${spaced(kronor(january.amountOre))} Klar, låst 13 februari 2019 kl. 05.00`);
    expect(page.indexOf('Mars 2019')).toBeLessThan(page.indexOf('Januari 2019'));
  });

  test('shows older months a page at a time', async () => {
    const stays = Array.from({ length: 30 }, (_, n) => `${2018 - Math.floor(n / 12)}-${String(12 - (n % 12)).padStart(2, '0')}`).map(
      (month) => plainStay(`a-${month}`, '0680', `${month}-05`, 1),
    );
    const { app } = await boardScene(RUNNING, stays);
    const first = await open(app, '/tavla/jonkoping');
    const older = /href="(\?fore=[\d-]+)#manader"/.exec(first)?.[1];
    expect(older).toBe('?fore=2018-04');
    expect(rowOf(first, 'Mars 2018')).toBe('');
    expect(rowOf(await open(app, `/tavla/jonkoping${older}`), 'Mars 2018')).not.toBe('');
    await app.close();
  });
});

describe('a month', () => {
  test.each([
    [
      'runs',
      () => running,
      'Månaden pågår och siffrorna ändras varje dag. Det preliminära underlaget sänds till kommunerna 1 april 2019 kl. 05.00.',
    ],
    [
      'is preliminary',
      () => preliminary,
      'Underlaget är preliminärt. Kommunerna kan invända till och med 12 april 2019 (6 dagar kvar). Det låses 13 april 2019 kl. 05.00.',
    ],
    [
      'is frozen',
      () => invoiced,
      'Underlaget låstes 13 april 2019 kl. 05.00: siffrorna ändras inte mer. Fakturorna ställs när varje kommuns månad är klar.',
    ],
  ])('that %s says so, and what happens next and when', async (_, scene, text) => {
    expect(read(await open(scene().app, MONTH))).toContain(text);
  });

  test('that is invoiced says what follows', async () => {
    expect(read(await open(invoiced.app, '/tavla/jonkoping/2019-02'))).toContain(
      'Ändras något i efterhand kommer skillnaden som en kredit- eller debetfaktura.',
    );
  });

  test('shows as frozen, what has changed since, what is charged, and whose invoice is held', async () => {
    const page = await open(invoiced.app, MONTH);
    const [frozen, current] = await Promise.all([
      invoiced.billing.monthSums(MARCH, INVOICED),
      invoiced.billing.currentSums(MARCH, INVOICED),
    ]);
    const of = (sums: typeof frozen) => sums!.kommuner.find(({ payer }) => payer === '0680')!.amountOre!;
    const change = of(current) - of(frozen);
    expect(change).toBeLessThan(0);
    const [invoice, credit] = await invoiced.billing.invoices({ ...MARCH, payer: '0680' });
    const charged = invoice!.amountOre + (credit?.amountOre ?? 0);
    expect(rowOf(page, 'Jönköping')).toContain(`${spaced(kronor(of(frozen)))} ${spaced(kronor(change))} ${spaced(kronor(charged))}`);
    expect(rowOf(page, 'Gnosjö')).toContain('hålls av regionen');
    expect(rowOf(page, 'Habo')).toContain('inget att betala');
    expect(rowOf(page, invoice!.number)).toContain(`Jönköping Faktura ${spaced(kronor(invoice!.amountOre))} ${invoice!.dueDate}`);
    expect(read(page)).toContain(`Kontrollsumma ${frozen!.hash}`);
  });

  test('has the documents of each kommun', async () => {
    const page = (await open(invoiced.app, MONTH)).replaceAll('&#61;', '=');
    for (const file of ['basis.pdf', 'basis.xlsx', 'basis.csv'])
      expect(page).toContain(`href="/v1/billing/jonkoping/2019-03/0680/${file}"`);
  });
});

describe('a kommun’s month', () => {
  test('says what is paid and why, step by step, in the ledger’s own figures', async () => {
    const text = read(await open(preliminary.app, OWN));
    const sum = (await preliminary.billing.monthSums(MARCH, PRELIMINARY))!.kommuner.find(({ payer }) => payer === '0680')!;
    expect(text).toContain(
      spaced(
        `Jönköping får preliminärt betala ${kronor(sum.amountOre)} för mars 2019: snittet ${decimal(sum.average!)} dagar är över tröskeln 2,0, och 16 dagar betalas enskilt.`,
      ),
    );
    expect(text).toContain(
      spaced(
        `${sum.averageDaysTotal} dagar ÷ ${sum.averageStays} vårdtillfällen = ${decimal(sum.average!)} dagar i snitt, avrundat till en decimal`,
      ),
    );
    expect(text).toContain(
      spaced(`(${decimal(sum.average!)} − 2,0) × ${sum.averageStays} vårdtillfällen × 7 800 kr = ${kronor(sum.averageAmountOre)}`),
    );
    expect(text).toContain('0680-25 : 10 dagar − 3 dagar = 7 dagar × 7 800 kr = 54 600 kr');
    expect(text).toContain(spaced(`Sammanlagt ${kronor(sum.amountOre)}`));
  });

  test('says what the kommun can do, until when, and who decides', async () => {
    const text = read(await open(preliminary.app, OWN));
    expect(text).toContain('Invänd till och med den 12 april 2019');
    expect(text).toContain('Regionen svarar inom 10 dagar med bevisen.');
    expect(text).toContain('Då avgör REKO, och det beslutet gäller.');
  });

  test('lists the stays that move it most first, and all of them with what became of each', async () => {
    const page = await open(preliminary.app, OWN);
    expect(rowOf(page, '0680-26')).toBe('0680-26 12 70 200 kr billigare 12 dagar, räknas enskilt: 9 dagar att betala.');
    for (const stay of preliminary.stays) expect(page).toContain(`href="${OWN}/${stay}"`);
    expect(read(page)).toContain('Ingår inte i underlaget: annat skäl');
  });

  test('pages its stays', async () => {
    const { app, stays } = await boardScene(
      RUNNING,
      Array.from({ length: 120 }, (_, n) => plainStay(`z-${String(n).padStart(3, '0')}`, '0680', '2019-03-04', 1)),
    );
    const seen: string[] = [];
    for (let url: string | undefined = OWN, pages = 0; url !== undefined && pages < 9; pages += 1) {
      const page: string = (await open(app, url)).replaceAll('&#61;', '=');
      const list = page.slice(page.indexOf('id="vardtillfallena"'), page.indexOf('</table>', page.indexOf('id="vardtillfallena"')));
      seen.push(...[...list.matchAll(/class="id" href="[^"]*\/([^/"]+)"/g)].map(([, id]) => id!));
      const next: string | undefined = /rel="next" href="(\?[^"#]+)/.exec(page)?.[1];
      url = next === undefined ? undefined : `${OWN}${next}`;
    }
    expect(seen).toHaveLength(138);
    expect(new Set(seen).size).toBe(138);
    expect(stays.every((stay) => seen.includes(stay))).toBe(true);
    await app.close();
  });

  test('forecasts the running month with those who are utskrivningsklara', async () => {
    const page = await open(running.app, `${MONTH}/0642`);
    const text = read(page);
    expect(text).toContain('Om den som är utskrivningsklar går hem i dag 46 800 kr, snitt');
    expect(text).toMatch(/Om de är kvar månaden ut 124 800 kr/);
    expect(text).toMatch(/Utskrivningsklara just nu, den som väntat längst först/);
    expect(page).toMatch(/<title id="[^"]+">Mullsjö: snittet hittills och enligt prognosen/);
  });

  test('shows the month as frozen and as it is now', async () => {
    const [frozen, now] = await Promise.all([open(invoiced.app, OWN), open(invoiced.app, `${OWN}?som=nu`)]);
    expect(read(frozen)).toContain('Något har ändrats efter att månaden låstes.');
    expect(read(frozen)).toMatch(
      new RegExp(`${invoiced.stays[2]} 2019-\\d\\d-\\d\\d \\d\\d\\.\\d\\d 2019-\\d\\d-\\d\\d \\d\\d\\.\\d\\d \\d Räknas i snittet`),
    );
    expect(read(now)).toContain('Så är månaden nu, med det som ändrats efter låsningen.');
    expect(read(now)).toContain('Ingår inte i underlaget: annat skäl');
  });

  test('shows invoice and note, what each charges, and what was disputed', async () => {
    const text = read(await open(invoiced.app, OWN));
    const invoices = await invoiced.billing.invoices({ ...MARCH, payer: '0680' });
    expect(text).toContain(
      spaced(
        `Faktura jonkoping-2019-03-0680-1 ${kronor(invoices[0]!.amountOre)} , ställd 13 april 2019 kl. 05.10, att betala senast 13 maj 2019`,
      ),
    );
    expect(text).toContain(`Omtvistat och därför hållet utanför, till det lägre beloppet: ${invoices[0]!.contested.join(' , ')}`);
    expect(text).toContain('Peppol-XML');
  });
});

describe('a stay', () => {
  test('shows each precondition, the days, and who did what when', async () => {
    const text = read(await open(preliminary.app, `${OWN}/${preliminary.stays[2]}`));
    expect(text.match(/Uppfyllt/g)).toHaveLength(6);
    expect(text).toContain('Krävs enligt: LUS 5:3, 4:3');
    expect(text).toContain('Hur dagarna räknades Räkningen börjar');
    expect(text).toMatch(/2019-\d\d-\d\d \d\d\.\d\d Inskrivningsmeddelande skickat [^(]+\(sjuksköterska\) till [^.]*Jönköping/);
    expect(text).toContain('Kommunen invände, Kim <script>ek</script>');
  });

  test('out of the base says which paragraph blocks', async () => {
    const { items } = await invoiced.billing.monthStays({ ...MARCH, payer: '0685' }, INVOICED);
    expect(items.find(({ stayId }) => stayId === '0685-02')?.judgement.reason).toBe('utskrivningsklar-saknas');
    const text = read(await open(invoiced.app, `${MONTH}/0685/0685-02`));
    expect(text).toContain('Vetlanda (0685) betalar inte för vårdtillfället: besked om utskrivningsklar saknas.');
    expect(text).toMatch(/Inte uppfyllt Patienten bedömd utskrivningsklar, och kommunen underrättad .*?Krävs enligt: LUS 5:1, 5:4/);
  });

  test('says until when it can be objected to', async () => {
    expect(read(await open(preliminary.app, `${OWN}/${preliminary.stays[5]}`))).toContain(
      'Stämmer inte det här kan kommunen invända till och med 12 april 2019 (6 dagar kvar).',
    );
    expect(read(await open(running.app, `${OWN}/${running.stays[5]}`))).toContain(
      'Det sänds 1 april 2019 kl. 05.00, och då kan kommunen invända till och med 12 april 2019.',
    );
    expect(read(await open(invoiced.app, `${OWN}/${invoiced.stays[5]}`))).toContain(
      'En invändning tas emot ändå: får den rätt regleras skillnaden med en kreditfaktura.',
    );
  });

  test('whose patient is still there is shown in the running month, to its kommun', async () => {
    const [ready] = await running.billing.readyStays({ region: 'jonkoping', payer: '0617' });
    const text = read(await open(running.app, `${MONTH}/0617/${ready!.stayId}`));
    expect(text).toContain('Patienten är inte utskriven');
    await open(running.app, `${OWN}/${ready!.stayId}`, 404);
    await open(running.app, `/tavla/jonkoping/2019-02/0617/${ready!.stayId}`, 404);
  });

  test('of another kommun, another month or none is not found', async () => {
    for (const url of [
      `${MONTH}/0682/${invoiced.stays[0]}`,
      `/tavla/jonkoping/2019-02/0680/${invoiced.stays[0]}`,
      `${OWN}/finns-inte`,
      `${OWN}/%C3%A5`,
    ])
      expect(read(await open(invoiced.app, url, 404))).toContain('Sidan finns inte');
  });
});

describe('so it is reckoned', () => {
  test('says the agreement’s own numbers, an example by its rule, and the prices with their sources', async () => {
    const text = read(await open(running.app, '/tavla/jonkoping/sa-raknas-det'));
    expect(text).toContain('Är snittet högre än 2,0 dagar betalar kommunen (snittet − 2,0) × antalet vårdtillfällen × vårdpriset.');
    expect(text).toContain('82 dagar ÷ 24 vårdtillfällen = 3,4 dagar i snitt');
    expect(text).toContain('(3,4 − 2,0) × 24 vårdtillfällen × 7 800 kr = 262 080 kr');
    expect(text).toContain('Till och med den 12:e kan kommunen invända');
    expect(text).toContain('Den 1:a i månaden efter');
    expect(text).toContain('2019 7 800 kr HSLF-FS 2018:67');
  });

  test('of an agreement without rounding and without an individual part says so', async () => {
    const now = Date.parse('2022-05-05T12:00:00+02:00');
    const app = await memoryService(now, fakeBillingLedger({ until: 0 })).app({ maxEventLoopDelayMs: 0 });
    const text = read(await open(app, '/tavla/vastmanland/sa-raknas-det'));
    expect(text).toContain('Är snittet högre än 3,0 dagar');
    expect(text).toContain('Snittet avrundas inte.');
    expect(text).not.toContain('räknas enskilt');
    expect(text).toContain('Någon tolkningsinstans finns inte.');
    await app.close();
  });
});

describe('what is not there', () => {
  test.each([
    '/tavla/skane',
    '/tavla/jonkoping/2019-13',
    '/tavla/jonkoping/1809-03',
    '/tavla/jonkoping/2019-03/9999',
    '/tavla/a/b/c/d/e/f',
    '/tavla/JONKOPING',
    '/tavla/%00',
    '/tavla/jonkoping/__proto__',
  ])('%s is a page that says so', async (url) => {
    expect(read(await open(running.app, url, 404))).toContain('Sidan finns inte');
  });

  test('the root leads to the board, and the API answers as before', async () => {
    const root = await running.app.inject('/');
    expect([root.statusCode, root.headers.location]).toEqual([302, '/tavla']);
    expect((await running.app.inject('/v1/nothing')).headers['content-type']).toContain('application/problem+json');
    const documented = Object.keys((await running.app.inject('/openapi.json')).json().paths);
    expect(documented.filter((path) => path === '/' || path.startsWith('/tavla'))).toEqual([]);
  });

  test('a ledger that is away is told as a page, to be tried again', async () => {
    const service = memoryService(RUNNING, running.billing);
    const away = await service.app({
      maxEventLoopDelayMs: 0,
      ledger: { ...service.deps().ledger, listMonths: () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })) },
    });
    const answer = await away.inject('/tavla/jonkoping');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(read(answer.body)).toContain('Tavlan kan inte svara just nu');
    await away.close();
  });
});

describe('the style sheet', () => {
  test('is kept by browsers, and swaps every colour of a plot by night', async () => {
    const path = /<link rel="stylesheet" href="([^"]+)"/.exec(await open(running.app, '/tavla'))?.[1] ?? '';
    const answer = await running.app.inject(path);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    for (const colour of Object.values(PLOT_COLOURS)) {
      expect(answer.body).toContain(`[fill="${colour}"]`);
      expect(answer.body).toContain(`[stroke="${colour}"]`);
    }
  });
});

describe('a form', () => {
  const SAME = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
  let scene: Scene;
  beforeAll(async () => {
    scene = await boardScene(PRELIMINARY);
  });
  afterAll(() => scene.app.close());
  const send = (url: string, fields: Record<string, string>, headers: Record<string, string> = SAME) =>
    scene.app.inject({ method: 'POST', url, headers, payload: new URLSearchParams(fields).toString() });
  const objection = (n: number, changes: Record<string, string> = {}) => ({
    gor: 'invand',
    objectionId: `ny-${n}`,
    stayId: scene.stays[n]!,
    code: 'fel-tid',
    text: 'Fel tid.\r\nRad två.',
    namn: 'Kim',
    ...changes,
  });
  const ofId = async (id: string) =>
    (await scene.billing.objections({ ...MARCH, payer: '0680' })).find(({ objectionId }) => objectionId === id);

  test('an objection is made on the stay’s page, once however often it is sent, and shown', async () => {
    const url = `${OWN}/${scene.stays[5]}`;
    const first = await send(url, objection(5));
    expect([first.statusCode, first.headers.location]).toEqual([303, `${url}?klart=invand#invandning-ny-5`]);
    expect((await send(url, objection(5))).statusCode).toBe(303);
    expect(await ofId('ny-5')).toMatchObject({
      stayId: scene.stays[5],
      code: 'fel-tid',
      text: 'Fel tid.\nRad två.',
      by: { party: 'kommun', unit: '0680', role: 'ekonom', name: 'Kim' },
    });
    const text = read(await open(scene.app, `${url}?klart=invand`));
    expect(text).toContain('Invändningen är mottagen.');
    expect(text).toContain('Kommunen invände, Kim 6 april 2019 kl. 12.00');
    expect(text).toContain('En ny invändning mot samma vårdtillfälle kan göras när den öppna är avgjord.');
  });

  test('what is wrong is said at its field, and what was typed stays', async () => {
    const answer = await send(OWN, objection(6, { stayId: 'två ord', code: '', text: ' ', namn: 'K<b>im' }));
    expect(answer.statusCode).toBe(422);
    const page = answer.body;
    for (const message of ['Välj vad invändningen gäller.', 'Skriv vad som är fel.', 'Ett id har högst 64 tecken'])
      expect(read(page)).toContain(message);
    for (const field of ['stayId', 'code', 'text'])
      expect(page).toMatch(new RegExp(`id="invand-${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*invand-${field}-fel`));
    expect(page).toContain('value="två ord"');
    expect(page).toContain('value="K&#60;b&#62;im"');
    expect(page).toContain('name="objectionId" value="ny-6"');
    expect(await ofId('ny-6')).toBeUndefined();
  });

  test('what the ledger refuses is said in its words, and what was typed stays', async () => {
    const answer = await send(OWN, objection(0, { text: 'En till.' }));
    expect(answer.statusCode).toBe(409);
    expect(read(answer.body)).toMatch(/Det finns redan en invändning|har redan en öppen invändning/);
    expect(answer.body).toContain('En till.</textarea>');
  });

  test('the region answers, the kommun disputes, REKO decides', async () => {
    await send(OWN, objection(7));
    const of = (gor: string, more: Record<string, string>) => send(OWN, { gor, objectionId: 'ny-7', text: `Ord om ${gor}.`, ...more });
    expect((await of('svara', {})).statusCode).toBe(422);
    expect((await of('svara', { utfall: 'avvisa' })).headers.location).toBe(`${OWN}?klart=svara#invandning-ny-7`);
    expect(await ofId('ny-7')).toMatchObject({
      answer: { accepted: false, text: 'Ord om svara.', by: { party: 'region', unit: 'jonkoping' } },
    });
    expect((await of('bestrid', {})).statusCode).toBe(303);
    expect((await of('avgor', { utfall: 'bifall' })).statusCode).toBe(303);
    expect(await ofId('ny-7')).toMatchObject({
      dispute: { by: { party: 'kommun', unit: '0680' } },
      decision: { accepted: true, by: { party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' } },
    });
    expect(read(await open(scene.app, OWN))).toContain('REKO biföll invändningen');
  });

  test('an answer of facts that were corrected says so to the ledger', async () => {
    await send(OWN, objection(8));
    const answer = await send(OWN, { gor: 'svara', objectionId: 'ny-8', utfall: 'rattat', text: 'Rättat.' });
    expect(answer.statusCode).toBe(409);
    expect(read(answer.body)).toContain('Inget i vårdtillfället har rättats sedan invändningen kom.');
    expect(answer.body).toMatch(/value="rattat" checked/);
    expect(answer.body).toMatch(/<details class="act" open><summary>Besvara som regionen/);
  });

  test('the region holds and releases an invoice', async () => {
    expect((await send(OWN, { gor: 'hall', text: '' })).statusCode).toBe(422);
    expect((await send(OWN, { gor: 'hall', text: 'Vi väntar på REKO.', namn: 'Sam' })).headers.location).toBe(`${OWN}?klart=hall`);
    expect(read(await open(scene.app, OWN))).toContain('Fakturan hålls av regionen (Sam) sedan 6 april 2019 kl. 12.00: Vi väntar på REKO.');
    expect((await send(OWN, { gor: 'slapp' })).statusCode).toBe(303);
    expect(read(await open(scene.app, OWN))).not.toContain('Fakturan hålls');
  });

  test.each([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbour of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['with another origin', { origin: 'https://elsewhere.example' }],
    ['with no origin that can be read', { origin: 'null' }],
    ['that does not say from where', {}],
  ])('a form sent %s is refused', async (_, headers) => {
    const answer = await send(OWN, objection(9), {
      'content-type': 'application/x-www-form-urlencoded',
      host: 'tavla.example',
      ...headers,
    });
    expect(answer.statusCode).toBe(403);
    expect(read(answer.body)).toContain('Formuläret togs inte emot');
    expect(await ofId('ny-9')).toBeUndefined();
  });

  test('a browser that only tells its origin is believed', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', host: 'tavla.example', origin: 'https://tavla.example' };
    expect((await send(OWN, objection(10), headers)).statusCode).toBe(303);
  });

  test.each([
    ['of no deed', { gor: 'förstör' }],
    ['without its objection', { gor: 'svara', utfall: 'godta', text: 'x' }],
    ['of an impossible objection', { gor: 'svara', objectionId: '../x', utfall: 'godta', text: 'x' }],
  ])('a form %s cannot be read', async (_, fields) => {
    expect((await send(OWN, fields as Record<string, string>)).statusCode).toBe(400);
  });

  test('of an objection that there is not is refused with the ledger’s word', async () => {
    const answer = await send(OWN, { gor: 'bestrid', objectionId: 'finns-inte', text: 'x' });
    expect(answer.statusCode).toBe(409);
  });

  test('JSON is no form, and a form is no JSON for the API', async () => {
    const json = await scene.app.inject({
      method: 'POST',
      url: OWN,
      headers: { ...SAME, 'content-type': 'application/json' },
      payload: '{"gor":"invand"',
    });
    expect(json.statusCode).toBe(400);
    expect(json.headers['content-type']).toContain('text/html');
    const api = await scene.app.inject({
      method: 'POST',
      url: '/v1/billing/jonkoping/2019-03/0680/objections',
      headers: SAME,
      payload: 'stayId=x',
    });
    expect(api.statusCode).toBe(415);
  });

  test('for a kommun that is not there is not found; one that is too large is not read', async () => {
    expect((await send(`${MONTH}/9999`, objection(9))).statusCode).toBe(404);
    const answer = await send(OWN, objection(9, { text: 'x'.repeat(70_000) }));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect((await send(OWN, objection(9, { text: 'x'.repeat(5_000) }))).statusCode).toBe(422);
  });

  test('while the service is away nothing is lost of what was typed', async () => {
    const service = memoryService(PRELIMINARY, scene.billing);
    const away = () => Promise.reject(new TemporalUnavailable());
    const app = await service.app({ maxEventLoopDelayMs: 0, invoices: { ...service.deps().invoices, object: away } });
    const answer = await app.inject({ method: 'POST', url: OWN, headers: SAME, payload: new URLSearchParams(objection(11)).toString() });
    expect(answer.statusCode).toBe(503);
    expect(read(answer.body)).toContain('Det du skrev står kvar');
    expect(answer.body).toContain('Rad två.</textarea>');
    await app.close();
  });
});
