/** The workbook as LibreOffice opens it, and the PDF as its text is read: the figures are those of the basis, and nobody's identity is there. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { gatherBasis } from '../../activities/gather-basis.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { instantOf, localDateOf, toSwedish } from '../../src/domain/calendar.js';
import type { BasisData } from '../../src/out/documents/basis-data.js';
import { basisPdf } from '../../src/out/documents/pdf/basis-pdf.js';
import { basisXlsx } from '../../src/out/documents/xlsx/basis-xlsx.js';
import { basis, episode, exampleD, many } from '../documents/fixtures.js';
import { fakeBillingLedger } from '../doors/fake-billing-ledger.js';
import { missingPrograms, output, without } from '../support/program.js';
import { tempFolder } from '../support/temp-folder.js';

const folder = tempFolder('documents-files');
const noOffice = missingPrograms('soffice');
const noPoppler = missingPrograms('pdftotext', 'pdfinfo');

/** Every sheet of the workbook as rows of texts, as LibreOffice writes them. */
async function sheetsOf(name: string, data: BasisData): Promise<Record<string, string[][]>> {
  const file = join(folder, `${name}.xlsx`);
  writeFileSync(file, await basisXlsx(data));
  // Field by ;, quotes where needed, UTF-8, values and not how they look, every sheet.
  const filter = 'csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1';
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  await output('soffice', [profile, '--headless', '--convert-to', filter, '--outdir', folder, file], 240_000);
  const sheets = readdirSync(folder).filter((one) => one.startsWith(`${name}-`) && one.endsWith('.csv'));
  return Object.fromEntries(
    sheets.map((one) => [
      one.slice(name.length + 1, -'.csv'.length).normalize('NFC'),
      parse(readFileSync(join(folder, one)), { delimiter: ';', relax_column_count: true, skip_empty_lines: false }) as string[][],
    ]),
  );
}

async function textOf(name: string, data: BasisData): Promise<string> {
  const file = join(folder, `${name}.pdf`);
  writeFileSync(file, await basisPdf(data));
  return (await output('pdftotext', ['-layout', file, '-'])).replaceAll('\u00a0', ' ');
}

/** LibreOffice writes a cell that is a date as ISO 8601, however it is shown; a text it would write as it is. */
function asTime(written = ''): string {
  const [, date, hour = '00', minute = '00'] = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}):(\d{2}):00)?$/.exec(written) ?? [];
  return date === undefined ? `no date: ${written}` : `${date} ${hour}.${minute}`;
}

const evil = episode('=1+1', '2019-03-02T10:00:00+01:00', 4);
const exampleWithEvil = () =>
  basis({
    episodes: [...exampleD().slice(1), evil],
    invoice: 'first',
    objections: [
      {
        objectionId: 'o1',
        region: 'jonkoping',
        month: '2019-03',
        payer: '0680',
        stayId: 'jkp-2019-352',
        code: 'fel-tid',
        text: '=1+1',
        at: instantOf('2019-04-05T10:00:00+02:00'),
        by: { party: 'kommun', unit: '0680', role: 'ekonom' },
        inTime: true,
        answerDueAt: instantOf('2019-04-16T00:00:00+02:00'),
        answer: { accepted: false, rattad: false, text: '+46 är inget belopp', at: instantOf('2019-04-08T10:00:00+02:00'), by: null },
        dispute: null,
        decision: null,
      },
    ],
  });

describe.skipIf(noOffice.length > 0)(`the workbook opened by LibreOffice${without(noOffice)}`, () => {
  let data: BasisData;
  let sheets: Record<string, string[][]>;
  const rowsOf = (sheet: string) => {
    const [head = [], ...rows] = sheets[sheet] ?? [];
    return rows.map((row) => Object.fromEntries(head.map((title, column) => [title, row[column] ?? ''])));
  };

  beforeAll(async () => {
    data = exampleWithEvil();
    sheets = await sheetsOf('example', data);
  }, 300_000);

  test('has its four sheets', () => {
    expect(Object.keys(sheets).sort()).toEqual(['Bevis', 'Invändningar', 'Sammanställning', 'Vårdtillfällen']);
  });

  test('sums up in numbers', () => {
    const summary = Object.fromEntries((sheets['Sammanställning'] ?? []).map(([label = '', value = '']) => [label, value]));
    expect(Number(summary['Snitt'])).toBe(Number(data.sum.average));
    expect(Number(summary['Betalda dagar, snittdel'])).toBe(Number(data.sum.averageBillableDays));
    expect(Number(summary['Månaden']) * 100).toBe(data.sum.amountOre);
    expect(Number(summary['Att betala']) * 100).toBe(data.invoice?.amountOre);
    expect(asTime(summary['Förfaller'])).toBe('2019-05-13 00.00');
    expect(summary['Kontrollsumma (SHA-256)']).toBe(data.hash);
  });

  test('has every stay with its days, its kronor and its times', () => {
    const rows = rowsOf('Vårdtillfällen');
    expect(rows).toHaveLength(data.stays.length);
    for (const stay of data.stays) {
      const row = rows.find((one) => one['Vårdtillfälle'] === stay.stayId);
      expect(row?.['Dagar']).toBe(stay.days === null ? '' : String(stay.days));
      expect(row?.['Betalda dagar']).toBe(stay.billableDays === null ? '' : String(stay.billableDays));
      expect(row?.['Belopp'] === '' ? null : Number(row?.['Belopp']) * 100).toBe(stay.amountOre);
      expect(asTime(row?.['Utskriven'])).toBe(toSwedish(stay.episode.dischargedAt ?? 0));
      expect(row?.['Orsakskod']).toBe(stay.reason ?? '');
    }
    const kronor = rows.reduce((sum, row) => sum + Number(row['Belopp']), 0);
    expect(kronor * 100).toBe(data.sum.individualAmountOre);
  });

  test('has a row for every precondition and every step', () => {
    const rows = rowsOf('Bevis');
    const count = (kind: string) => rows.filter((row) => row['Rad'] === kind).length;
    expect(count('krav')).toBe(data.stays.length * 6);
    expect(count('steg')).toBe(data.stays.reduce((all, { proof }) => all + proof.steps.length, 0));
    expect(count('dagar')).toBe(data.stays.length);
  });

  test('reckons nothing that somebody wrote', () => {
    const [objection] = rowsOf('Invändningar');
    expect(objection).toMatchObject({ Text: '=1+1', 'Regionens svar': '+46 är inget belopp', Kod: 'fel-tid' });
    expect(rowsOf('Vårdtillfällen').some((row) => row['Vårdtillfälle'] === '=1+1')).toBe(true);
  });
});

describe.skipIf(noPoppler.length > 0)(`the PDF as it is read${without(noPoppler)}`, () => {
  test("shows J's example D: the sum, how it came about, by when to pay, the hash", async () => {
    const data = basis({ episodes: exampleD(), invoice: 'first' });
    const text = await textOf('d', data);
    for (const words of [
      '386 880 kr',
      '(3,4 − 2,0) × 24 vårdtillfällen × 7 800 kr = 262 080 kr',
      '16 dagar × 7 800 kr = 124 800 kr',
      '13 maj 2019',
      'LÅST UNDERLAG',
      'jonkoping-2019-03-0680-1',
      `kontrollsumma SHA-256 ${data.hash}`,
      'Sida 1 av',
    ])
      expect(text).toContain(words);
    for (const { stayId } of data.stays) expect(text.split(stayId).length).toBeGreaterThan(2);
  });

  test('is told as a document in Swedish with a title', async () => {
    writeFileSync(join(folder, 'meta.pdf'), await basisPdf(basis({ episodes: exampleD(), invoice: 'first' })));
    const info = await output('pdfinfo', [join(folder, 'meta.pdf')]);
    expect(info).toContain('Underlag för betalningsansvar, Jönköping, mars 2019');
    expect(info).toMatch(/Page size:.*A4/);
    expect(readFileSync(join(folder, 'meta.pdf'), 'latin1')).toContain('/Lang (sv-SE)');
  });

  test('says of a month that is not frozen that it is preliminary, on every page', async () => {
    const pages = (await textOf('preliminary', basis({ episodes: exampleD(), state: 'preliminar' }))).split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.filter((page) => !page.includes('PRELIMINÄRT UNDERLAG'))).toEqual([]);
  });

  test('of a month with nothing to pay is one kind page', async () => {
    const text = await textOf('zero', basis({ episodes: [], state: 'last' }));
    expect(text.split('\f').slice(0, -1)).toHaveLength(1);
    expect(text).toContain('LÅST, INGET ATT BETALA');
    expect(text).toContain('Det kommer ingen faktura');
  });

  test('of one stay, and of four hundred, has each of them, and pages for its proofs', async () => {
    expect((await textOf('one', basis({ episodes: exampleD().slice(-3, -2), invoice: 'first' }))).split('\f').slice(0, -1)).toHaveLength(3);
    const data = basis({ episodes: many(400), invoice: 'first' });
    const text = await textOf('many', data);
    expect(data.stays.filter(({ stayId }) => !text.includes(stayId))).toEqual([]);
  }, 120_000);

  test("of the sample month holds nobody's name, number or address", async () => {
    const loaded = loadAgreements();
    if (!loaded.ok) throw new Error('the shipped agreements do not load');
    const now = instantOf('2019-04-30T00:00:00+02:00');
    const ledger = fakeBillingLedger({ until: now });
    const ref = { region: 'jonkoping', month: '2019-03', payer: '0680' };
    const data = await gatherBasis({ ledger, agreements: loaded, allowExamples: true }, ref, 0, now);
    expect(data).toBeDefined();
    const text = await textOf('sample', data as BasisData);
    expect(text).toContain('386 880 kr');
    const people = [...ledger.stored.values()].map(({ stay }) => stay.admission.patient);
    expect(people.some(({ name }) => name !== undefined)).toBe(true);
    for (const { personnummer, name, folkbokforingsadress } of people) {
      for (const value of [personnummer, name, folkbokforingsadress]) if (value !== undefined) expect(text).not.toContain(value);
    }
    expect(localDateOf(data?.madeAt ?? 0)).toBe('2019-04-30');
  }, 120_000);
});
