import { describe, expect, test } from 'vitest';
import type { Objection } from '../../src/domain/billing/objections.js';
import { instantOf } from '../../src/domain/calendar.js';
import { basisCsv } from '../../src/out/documents/basis-csv.js';
import { basisPdf } from '../../src/out/documents/pdf/basis-pdf.js';
import { stateText } from '../../src/out/documents/words.js';
import { basisXlsx } from '../../src/out/documents/xlsx/basis-xlsx.js';
import { withFixedTimes } from '../../src/out/documents/xlsx/fixed-zip.js';
import { basis, episode, exampleD } from './fixtures.js';

const objection = (over: Partial<Objection>): Objection => ({
  objectionId: 'o1',
  region: 'jonkoping',
  month: '2019-03',
  payer: '0680',
  stayId: 'jkp-2019-351',
  code: 'fel-tid',
  text: '=HYPERLINK("x")',
  at: instantOf('2019-04-05T10:00:00+02:00'),
  by: { party: 'kommun', unit: '0680', role: 'ekonom' },
  inTime: true,
  answerDueAt: instantOf('2019-04-16T00:00:00+02:00'),
  answer: null,
  dispute: null,
  decision: null,
  ...over,
});

describe('the same basis gives the same bytes', () => {
  const make = () => basis({ episodes: exampleD(), invoice: 'first', objections: [objection({})] });
  test('as PDF', async () => expect(await basisPdf(make())).toEqual(await basisPdf(make())));
  test('as a workbook, whenever it is packed', async () => {
    const once = await basisXlsx(make());
    const packed = Buffer.from(once);
    // Two seconds are the smallest step of a ZIP's clock: a time in it would show.
    expect(packed.indexOf(Buffer.from([0x00, 0x00, 0x21, 0x00]))).toBe(10);
    expect(await basisXlsx(make())).toEqual(once);
  });
  test('and what is no archive is refused', () => expect(() => withFixedTimes(Buffer.alloc(40))).toThrow());
});

describe('the basis as CSV', () => {
  const rows = (data = basis({ episodes: exampleD() })) => basisCsv(data.kommun, data.stays, data.sum);

  test('begins with a mark of UTF-8, has ; between fields and CRLF after lines', () => {
    const csv = rows();
    expect(csv.startsWith('\ufeffKommunkod;Kommun;Rad;Vårdtillfälle;')).toBe(true);
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.split('\r\n')).toHaveLength(1 + 27 + 1 + 1);
  });

  test('has a row for each stay in order of id, and the sum', () => {
    const lines = rows()
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(';'));
    const ids = lines.slice(0, -1).map((line) => line[3] ?? '');
    expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(lines.find((line) => line[3] === 'jkp-2019-351')?.slice(4)).toEqual([
      'individuell',
      '',
      '2019-02-27 09.15',
      '2019-02-27 12.15',
      '2019-02-27 12.15',
      '2019-03-04 09.15',
      '2019-03-04 09.25',
      '2019-03-05 05.15',
      '2019-03-14 12.15',
      '',
      '10',
      '7',
      '',
      '',
      '54600,00',
    ]);
    expect(lines.at(-1)).toEqual([
      '0680',
      'Jönköping',
      'summa',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '27',
      '82',
      '33,6',
      '3,4',
      '2,0',
      '386880,00',
    ]);
  });

  test('turns nothing into a formula', () => {
    const data = basis({ episodes: [episode('-1+1', '2019-03-02T10:00:00+01:00', 2)], kommun: { code: '0680', name: '=cmd' } });
    expect(rows(data)).toContain("0680;'=cmd;vårdtillfälle;'-1+1;");
  });
});

describe('what kind of basis it is', () => {
  test.each([
    ['PRELIMINÄRT UNDERLAG', basis({ episodes: exampleD(), state: 'preliminar' })],
    ['LÅST UNDERLAG', basis({ episodes: exampleD(), invoice: 'first' })],
    ['LÅST, INGET ATT BETALA', basis({ episodes: [], state: 'last' })],
    ['RÄTTAT UNDERLAG, KREDIT', basis({ episodes: exampleD(), invoice: { n: 2, kind: 'kreditfaktura' } })],
  ])('%s', (expected, data) => expect(stateText(data)).toBe(expected));
});

describe('a disputed stay', () => {
  const episodes = exampleD();

  test('is held back, and the basis says what the month costs with it and without', () => {
    const { sum } = basis({ episodes });
    const invoice = { contested: ['jkp-2019-351'], amountOre: 33_228_000, totalOre: 33_228_000, sum };
    const data = basis({ episodes, invoice, objections: [objection({})] });
    expect(data.disputed).toEqual({ stays: ['jkp-2019-351'], withOre: 38_688_000, withoutOre: 33_228_000 });
    expect(data.changedAfterwards).toBe(false);
    expect(data.stays.find(({ stayId }) => stayId === 'jkp-2019-351')).toMatchObject({
      contested: true,
      objections: [{ state: 'obesvarad' }],
    });
  });

  test('is known before there is an invoice too', () => {
    expect(basis({ episodes, state: 'preliminar', objections: [objection({})] }).disputed?.stays).toEqual(['jkp-2019-351']);
  });

  test('whose objection was rejected before the freeze is not held back', () => {
    const answer = { accepted: false, rattad: false, text: 'Nej.', at: instantOf('2019-04-08T10:00:00+02:00'), by: null };
    expect(basis({ episodes, state: 'last', objections: [objection({ answer })] }).disputed).toBeNull();
  });
});

test('a basis whose stays no longer add up to its invoice says that something has changed', () => {
  expect(basis({ episodes: exampleD(), invoice: { totalOre: 1_000, amountOre: 1_000 } }).changedAfterwards).toBe(true);
  expect(basis({ episodes: exampleD(), invoice: 'first' }).changedAfterwards).toBe(false);
});
