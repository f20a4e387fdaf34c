import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.js';
import { memoryService } from '../doors/memory-service.js';
import { sampleDesk } from '../doors/sample-desk.js';
import { freePort } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

const NOW = Date.parse('2019-04-20T10:00:00Z');
const { desk, imported } = sampleDesk(NOW);
const dir = tempFolder('hemgang-report-');

let app: Awaited<ReturnType<ReturnType<typeof memoryService>['app']>>;
let url: string;
beforeAll(async () => {
  app = await memoryService(NOW).app({ reports: desk });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());
afterEach(() => {
  delete process.env['HEMGANG_URL'];
});

async function hemgang(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  process.env['HEMGANG_URL'] ??= url;
  let [out, err] = ['', ''];
  const code = await main(args, {
    stdout: {
      write: (text) => {
        out += text;
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
  });
  return { code, out, err };
}
const report = (...args: string[]) => hemgang('report', '--region', 'jonkoping', '--from', '2019-01', '--to', '2019-03', ...args);

describe('hemgang report', () => {
  test('prints one format: the page by default', async () => {
    const page = await report();
    expect([page.code, page.err, page.out.slice(0, 15)]).toEqual([0, '', '<!doctype html>']);
    const json = await report('--format', 'json', '--kind', 'ar');
    expect(JSON.parse(json.out)).toMatchObject({ kind: 'ar', period: { from: '2019-01', to: '2019-03' } });
    expect((await report('--format', 'csv')).out).toMatch(/^\ufeffRegion;/);
  });

  test('writes several formats, or what is asked to be kept, as files, and prints their names', async () => {
    const folder = join(dir, 'rapporter', '2019');
    const { code, out } = await report('--format', 'html,json,csv', '--out', folder);
    expect(code).toBe(0);
    const names = ['html', 'json', 'csv'].map((ext) => `rapport-jonkoping-2019-01-2019-03.${ext}`);
    expect(out.trim().split('\n')).toEqual(names.map((name) => join(folder, name)));
    expect(readdirSync(folder).sort()).toEqual(names.toSorted());
    expect(readFileSync(join(folder, names[2] as string), 'utf8')).toMatch(/^\ufeffRegion;/);
    expect((await report('--format', 'csv', '--out', join(dir, 'one'))).code).toBe(0);
    expect(existsSync(join(dir, 'one', 'rapport-jonkoping-2019-01-2019-03.csv'))).toBe(true);
  });

  test.each<[string[], string]>([
    [['--region', 'jonkoping', '--from', '2019-01'], 'Ange --to.'],
    [['--region', 'jonkoping', '--from', '2019-00', '--to', '2019-03'], 'Månaden 2019-00 finns inte; skriv ÅÅÅÅ-MM, till exempel 2019-03.'],
    [['--region', 'jonkoping', '--from', '2019-03', '--to', '2019-01'], 'Perioden slutar (2019-01) innan den börjar (2019-03).'],
    [['--region', 'jonkoping', '--from', '2015-03', '--to', '2019-01'], 'Perioden är längre än 36 månader.'],
    [
      ['--region', 'jonkoping', '--from', '2019-03', '--to', '2019-03', '--format', 'pdf'],
      'Formatet pdf finns inte. De som finns: html, json, csv.',
    ],
    [
      ['--region', 'jonkoping', '--from', '2019-03', '--to', '2019-03', '--kind', 'vecka'],
      'Rapporten vecka finns inte. De som finns: manad, kvartal, halvar, ar.',
    ],
    [['--region', 'jonkoping', '--from', '2019-03', '--to', '2019-05'], '--to: 2019-05 is still to come'],
    [['--region', 'atlantis', '--from', '2019-03', '--to', '2019-03'], 'Regionen atlantis har ingen överenskommelse.'],
  ])('%j is wrong use', async (args, said) => {
    expect(await hemgang('report', ...args)).toEqual({ code: 2, out: '', err: `${said}\n` });
  });

  test('says that the service does not answer', async () => {
    process.env['HEMGANG_URL'] = `http://127.0.0.1:${await freePort()}`;
    const { code, out, err } = await report();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^http:\/\/127\.0\.0\.1:\d+ svarar inte \(ECONNREFUSED\): är tjänsten igång\?\n$/);
  });
});

describe('hemgang report import', () => {
  const file = (name: string, bytes: string | Uint8Array): string => {
    writeFileSync(join(dir, name), bytes);
    return join(dir, name);
  };
  const V = 'hsaId;namn;listade;timmarPerVecka\n';

  test('sends a file, wherever the region is named', async () => {
    const path = file('vc.csv', `\ufeff${V}SE-VC-1;Öster;9800;19,5\n`);
    for (const args of [
      ['report', 'import', 'vardcentraler', path, '--region', 'jonkoping'],
      ['report', '--region', 'jonkoping', 'import', 'vardcentraler', path],
    ]) {
      expect(await hemgang(...args)).toEqual({ code: 0, out: '1 vårdcentraler inlästa för jonkoping; 0 tidigare ersatta.\n', err: '' });
      expect(imported.pop()?.rows.rows).toEqual([{ hsaId: 'SE-VC-1', name: 'Öster', listade: 9800, hoursTenths: 195 }]);
    }
  });

  test('says every error with file, line and column, and keeps nothing', async () => {
    const path = file('bad.csv', Buffer.concat([Buffer.from(`${V}SE-VC-1;`), Buffer.from([0xd6]), Buffer.from('ster;0;x\n')]));
    const { code, out, err } = await hemgang('report', 'import', 'vardcentraler', path, '--region', 'jonkoping');
    expect([code, out, imported.length]).toEqual([1, '', 0]);
    expect(err.trim().split('\n').sort()).toEqual([
      `${path}:2:listade: "0" är inget helt tal från 1 till 10000000`,
      `${path}:2:namn: är inte UTF-8`,
      `${path}:2:timmarPerVecka: "x" är inget tal med högst en decimal`,
    ]);
  });

  test('tells at most ten errors, and how many more', async () => {
    const path = file('many.csv', V + 'a;b;x;1\n'.repeat(1) + Array.from({ length: 14 }, (_, i) => `id${i};b;x;1\n`).join(''));
    const { err } = await hemgang('report', 'import', 'vardcentraler', path, '--region', 'jonkoping');
    expect(err.trim().split('\n')).toHaveLength(11);
    expect(err).toContain('… and 5 more');
  });

  test.each<[string[], number, RegExp]>([
    [['vardcentraler', '/nowhere.csv', '--region', 'jonkoping'], 1, /^\/nowhere\.csv: filen finns inte/],
    [
      ['personer', 'x.csv', '--region', 'jonkoping'],
      2,
      /^Det går inte att läsa in personer\. Det som kan läsas in: delaktighet, vardcentraler\./,
    ],
    [['vardcentraler', 'x.csv'], 2, /^Ange --region\.$/m],
  ])('%j', async (args, code, said) => {
    const answer = await hemgang('report', 'import', ...args);
    expect(answer.code).toBe(code);
    expect(answer.err).toMatch(said);
  });
});
