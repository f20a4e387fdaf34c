import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOf, type Period, REPORT_KINDS, type ReportKind } from '../../src/domain/reports/period.js';
import { reportCsv } from '../../src/out/reports/report-csv.js';
import { reportHtml } from '../../src/out/reports/report-html.js';
import { reportInput, sampleReport, VC } from '../domain/reports/sample-report.js';
import { memoryService } from './memory-service.js';
import { sampleDesk } from './sample-desk.js';

const NOW = Date.parse('2019-04-20T10:00:00Z');
const { desk, imported } = sampleDesk(NOW);

let app: Awaited<ReturnType<ReturnType<typeof memoryService>['app']>>;
beforeAll(async () => {
  app = await memoryService(NOW).app({ reports: desk });
});
afterAll(() => app.close());
const get = (query: string, region = 'jonkoping') => app.inject(`/v1/reports/${region}?${query}`);

describe('GET /v1/reports/{region}', () => {
  it('answers the report as JSON, by the length of the period or as asked', async () => {
    const answer = await get('from=2019-01&to=2019-03');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toMatchObject({
      region: 'jonkoping',
      kind: 'kvartal',
      before: { from: '2018-10', to: '2018-12' },
      stays: { count: 93 },
    });
    expect((await get('from=2019-01&to=2019-03&kind=ar')).json()).toMatchObject({ kind: 'ar', title: 'Årsrapport' });
  });

  it('as a page, and as a file for a spreadsheet', async () => {
    const page = await get('from=2019-03&to=2019-03&format=html');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<h1>Månadsrapport mars 2019</h1>');
    const csv = await get('from=2019-03&to=2019-03&format=csv');
    expect([csv.statusCode, csv.headers['content-type'], csv.headers['content-disposition']]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'attachment; filename="rapport-jonkoping-2019-03-2019-03.csv"',
    ]);
    expect(csv.body).toMatch(/^\ufeffRegion;Från;/);
  });

  it.each([
    ['from=2019-1&to=2019-03', 'from'],
    ['from=2019-01&to=2019-13', 'to'],
    ['from=2019-01&to=maj', 'to'],
    ['from=2019-03&to=2019-02', 'to'], // ends before it begins
    ['from=2019-03&to=2019-05', 'to'], // still to come
    ['from=2016-01&to=2019-03', 'from'], // longer than 36 months
    ['to=2019-03', 'from'],
    ['from=2019-03&to=2019-03&format=pdf', 'format'],
    ['from=2019-03&to=2019-03&kind=vecka', 'kind'],
    ['from=2019-03&to=2019-03&stay=S1', 'stay'],
  ])('422 for ?%s names %s', async (query, path) => {
    const answer = await get(query);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([422, 'application/problem+json']);
    expect(answer.json()).toMatchObject({ code: 'ogiltig-data', errors: [{ path }] });
  });

  it.each(['nowhere', '__proto__', 'J%C3%B6nk%C3%B6ping'])('404 for the region %s', async (region) => {
    const answer = await get('from=2019-03&to=2019-03', region);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'no-such-region']);
  });
});

describe('POST /v1/reports/{region}/imports/{kind}', () => {
  const post = (kind: string, csv: string, region = 'jonkoping') =>
    app.inject({ method: 'POST', url: `/v1/reports/${region}/imports/${kind}`, payload: { csv } });

  it('keeps a file once for its key', async () => {
    const send = (name: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/reports/jonkoping/imports/vardcentraler',
        headers: { 'idempotency-key': 'f1' },
        payload: { csv: `hsaId;namn;listade;timmarPerVecka\nSE-VC-9;${name};1;1\n` },
      });
    const before = imported.length;
    const first = await send('Öster');
    expect([first.statusCode, imported.length]).toEqual([200, before + 1]);
    expect([(await send('Öster')).json(), imported.length]).toEqual([first.json(), before + 1]);
    expect((await send('Väster')).json()).toMatchObject({ status: 409, code: 'id-anvant' });
  });

  it('keeps a file of vårdcentraler', async () => {
    const answer = await post(
      'vardcentraler',
      '\ufeffhsaId;namn;listade;timmarPerVecka\r\nSE-VC-1;Öster;9800;19,5\r\n\r\nSE-VC-2;Väster;4000;8\r\n',
    );
    expect([answer.statusCode, answer.json()]).toEqual([200, { region: 'jonkoping', kind: 'vardcentraler', rows: 2, replaced: 0 }]);
    expect(imported.at(-1)).toEqual({
      region: 'jonkoping',
      rows: {
        kind: 'vardcentraler',
        rows: [
          { hsaId: 'SE-VC-1', name: 'Öster', listade: 9800, hoursTenths: 195 },
          { hsaId: 'SE-VC-2', name: 'Väster', listade: 4000, hoursTenths: 80 },
        ],
      },
    });
  });

  it('keeps measurements of a kommun, of a vårdcentral and of the region', async () => {
    const answer = await post(
      'delaktighet',
      'manad,matning,kommun,vardcentral,svar,andel\n2019-03,enkät,0680,,12,82.5\n2019-03,enkät,,SE-VC-1,3,0\n2019-03,enkät,,,400,100',
    );
    expect(answer.json()).toMatchObject({ rows: 3 });
    expect(imported.at(-1)?.rows.rows).toEqual([
      { month: '2019-03', matning: 'enkät', kommun: '0680', vardcentral: null, answers: 12, shareTenths: 825 },
      { month: '2019-03', matning: 'enkät', kommun: null, vardcentral: 'SE-VC-1', answers: 3, shareTenths: 0 },
      { month: '2019-03', matning: 'enkät', kommun: null, vardcentral: null, answers: 400, shareTenths: 1000 },
    ]);
  });

  const D = 'manad;matning;kommun;vardcentral;svar;andel\n';
  const V = 'hsaId;namn;listade;timmarPerVecka\n';
  it.each<[string, string, string[]]>([
    ['delaktighet', '', ['1:manad', '1:matning', '1:kommun', '1:vardcentral', '1:svar', '1:andel']],
    ['delaktighet', D, ['1:manad']], // nothing in it
    ['delaktighet', `${D}2019-3;enkät;;;1;50`, ['2:manad']],
    ['delaktighet', `${D}2019-05;enkät;;;1;50`, ['2:manad']], // has not been yet
    ['delaktighet', `${D}2019-03;;;;1;50`, ['2:matning']],
    ['delaktighet', `${D}2019-03;enkät;1980;;1;50`, ['2:kommun']], // another region's
    ['delaktighet', `${D}2019-03;enkät;0680;SE-VC-1;1;50`, ['2:vardcentral']],
    ['delaktighet', `${D}2019-03;enkät;;;0;50\n2019-03;enkät;;;1,5;50`, ['2:svar', '3:matning', '3:svar']],
    ['delaktighet', `${D}2019-03;enkät;;;1;100,1`, ['2:andel']],
    ['delaktighet', `${D}2019-03;enkät;;;1;50,25`, ['2:andel']],
    ['delaktighet', `${D}2019-03;enkät;;;1;-1`, ['2:andel']],
    ['delaktighet', `${D}\n2019-03;"enkät;;;1;50`, ['3:matning']], // a quote that is never closed
    ['delaktighet', `${D}2019-03;enk\uFFFDt;;;1;50`, ['2:matning']],
    ['vardcentraler', `${V}SE-VC-1;Öster;10000`, ['2:timmarPerVecka']],
    ['vardcentraler', `${V}SE-VC-1;Öster;10000;20\nSE-VC-1;Öster;10000;20`, ['3:hsaId']],
    ['vardcentraler', `${V}SE-VC-1;;x;20`, ['2:namn', '2:listade']],
    ['vardcentraler', 'hsaId;namn;listade;timmar\n', ['1:timmar', '1:timmarPerVecka']],
  ])('%s: %j is refused at %j', async (kind, csv, places) => {
    const before = imported.length;
    const answer = await post(kind, csv);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'ogiltig-data']);
    expect(
      answer
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(places.toSorted());
    expect(imported.length).toBe(before);
  });

  it('refuses what is no file, no kind and no region', async () => {
    expect(
      (await app.inject({ method: 'POST', url: '/v1/reports/jonkoping/imports/vardcentraler', payload: { file: 'x' } })).statusCode,
    ).toBe(422);
    expect((await post('personer', 'x')).statusCode).toBe(404);
    expect((await post('vardcentraler', 'x', 'nowhere')).json()).toMatchObject({ code: 'no-such-region' });
  });
});

describe('the page', () => {
  const periods: Record<ReportKind, Period> = {
    manad: { from: '2019-03', to: '2019-03' },
    kvartal: { from: '2019-01', to: '2019-03' },
    halvar: { from: '2018-10', to: '2019-03' },
    ar: { from: '2018-04', to: '2019-03' },
  };

  it.each(REPORT_KINDS)('of a report of kind %s stands alone, in Swedish, with a definition beside every figure', async (kind) => {
    expect(kindOf(periods[kind])).toBe(kind);
    const report = sampleReport(periods[kind]);
    const page = await reportHtml(report);
    expect(page).toMatch(/^<!doctype html>\n<html lang="sv">/);
    expect(page).not.toMatch(/<script|<link|@import|https?:(?!\/\/www\.w3\.org)|src=|undefined|\[object|NaN|\bnull\b/);
    for (const id of report.sections) expect(page.includes(`id="${id}"`)).toBe(true);
    // What is shown in a column is defined in a list.
    for (const [, short] of page.matchAll(/<th scope="col">([^<]+)<span class="small unit">/g)) {
      const indicator = report.indicators.find((each) => each.short === (short as string).replaceAll('\u00ad', ''));
      expect(page.includes(`<h4>${indicator?.name}</h4>`)).toBe(true);
    }
    const tables = [...page.matchAll(/<table[\s\S]*?<\/table>/g)].map(([table]) => table);
    expect(tables.length).toBeGreaterThan(2);
    for (const table of tables) {
      expect(table).toContain('<caption>');
      expect(table).not.toMatch(/<th\b(?![^>]*scope=)/);
    }
  });

  it('shows who it is for, what the month was and what has changed', async () => {
    const page = await reportHtml(sampleReport(periods.kvartal));
    expect(page.includes('Till REKO: utfallet per kommun')).toBe(true);
    expect(page.includes('Kvartalsrapport kvartal 1 2019')).toBe(true);
    expect(page.includes('−4,4 procentenheter, sämre än kvartal 4 2018')).toBe(true);
    expect(page.includes('jonkoping-2019-02-0680-2')).toBe(true);
    expect(page).toMatch(/−7\s800\skr/);
  });

  it('writes names as text, whatever they hold', async () => {
    const page = await reportHtml(sampleReport(periods.manad));
    expect(page.includes('<Ask')).toBe(false);
    expect(page.includes('Vårdcentralen &#60;Ask &#38; Bok&#62;')).toBe(true);
  });

  it('of a month without anything says so', async () => {
    const page = await reportHtml(
      sampleReport(periods.kvartal, { tallies: [], objections: [], contested: [], months: [], measurements: [], vardcentraler: [] }),
    );
    expect(page.includes('Inga invändningar mot underlagen för kvartal 1 2019')).toBe(true);
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

describe('the CSV', () => {
  const rows = reportCsv(sampleReport())
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(';'));

  it('has a row for each indicator and unit, as a Swedish spreadsheet reads it', () => {
    const report = sampleReport();
    const all = report.indicators.flatMap((i) => i.figures.map((f) => [i.id, f.unit.type, f.unit.id].join()));
    const written = rows.slice(1).map((row) => [row[3], row[5], row[6]].join());
    for (const key of all) expect(written.filter((each) => each === key)).toHaveLength(1);
    expect(rows.find((row) => row[3] === 'kallelse-3-dagar' && row[6] === '0680')).toEqual([
      ...['jonkoping', '2019-01', '2019-03', 'kallelse-3-dagar', 'Kallelse till SVPL inom tre dagar', 'kommun', '0680', 'Jönköping', ''],
      ...['83,3', 'procent', '15', '18', '0', '83,3'],
    ]);
  });

  it('has the deviations by type, the objections by outcome and the months’ sums', () => {
    const value = (indicator: string, unit: string, month = '') =>
      rows.find((r) => r[3] === indicator && r[6] === unit && r[8] === month)?.[9];
    expect(value('avvikelser:svpl-kallelse', '0680')).toBe('6');
    expect(value('invandningar:kallelse-sen:oppna', 'jonkoping')).toBe('1');
    expect(value('utfall:belopp', '0680', '2019-02')).toBe('46800,00');
    expect(value('utfall:fakturerat', '0680', '2019-02')).toBe('31200,00');
  });

  it('lets no name be a formula', () => {
    const name = '=HYPERLINK("x")';
    const tallies = [
      { ...(reportInput().tallies[0] as ReturnType<typeof reportInput>['tallies'][0]), month: '2019-03', ...VC[0], vardcentralName: name },
    ];
    expect(reportCsv(sampleReport(undefined, { tallies, vardcentraler: [] }))).toContain(`'=HYPERLINK`);
  });
});
