import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type BillingPreviewOptions, billingPreview } from '../../src/cli/billing-preview.js';
import type { Preview } from '../../src/domain/billing/preview.js';

const GOLDEN = fileURLToPath(new URL('../golden/billing/kommun-abcd-2019-03', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'preview-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  code: number;
  out: string;
  err: string[];
}

function run(options: Partial<BillingPreviewOptions> & { file: string }): Ran {
  let out = '';
  let err = '';
  const io = {
    stdout: {
      write: (text: string) => {
        out += text;
      },
    },
    stderr: {
      write: (text: string) => {
        err += text;
      },
    },
  };
  const code = billingPreview({ agreement: 'jonkoping-2018', month: '2019-03', json: true, ...options }, io);
  return { code, out, err: err.split('\n').slice(0, -1) };
}

const HEADER =
  'stayId,payer,careForm,utskrivningsklarAt,dischargedAt,inskrivningsmeddelandeAt,admittedAt,vardtidAt,utskrivningsmeddelandeAt,svplRequired,svplKallelseAt,openCareAvailable,excluded';
const FIELDS: Record<string, string> = {
  stayId: 's1',
  payer: '0680',
  careForm: 'somatisk',
  utskrivningsklarAt: '2019-03-05T12:00',
  dischargedAt: '2019-03-15T12:00',
  inskrivningsmeddelandeAt: '2019-03-01T12:00',
  admittedAt: '2019-03-01T10:00',
  vardtidAt: '2019-03-01T12:00',
  utskrivningsmeddelandeAt: '2019-03-05T12:00',
  svplRequired: '',
  svplKallelseAt: '',
  openCareAvailable: '',
  excluded: '',
};
const row = (changes: Record<string, string> = {}, header = HEADER): string =>
  header
    .split(',')
    .map((column) => changes[column] ?? FIELDS[column] ?? '')
    .join(',');

/** Writes the text, runs the preview over it, and answers with the file's own name taken out of what was said. */
function preview(text: string | Uint8Array, options: Partial<BillingPreviewOptions> = {}): Ran & { result: Preview } {
  const file = join(folder, 'FILE.csv');
  writeFileSync(file, text);
  const ran = run({ ...options, file });
  return {
    ...ran,
    err: ran.err.map((line) => line.replace(file, 'FILE')),
    result: ran.code === 0 ? (JSON.parse(ran.out) as Preview) : ({} as Preview),
  };
}
const places = (ran: Ran): string[] => ran.err.map((line) => line.slice(0, line.indexOf(': ')));
const kommun = (ran: { result: Preview }, payer = '0680') => ran.result.kommuner.find((each) => each.payer === payer);

describe("J's examples A to D", () => {
  it('come out as expected, to the letter', () => {
    const { code, out, err } = run({ file: `${GOLDEN}.csv` });
    const expected = readFileSync(`${GOLDEN}.expected.json`, 'utf8');
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(JSON.parse(out)).toEqual(JSON.parse(expected));
    expect(out.trim()).toBe(expected.trim());
  });

  it('are a table in Swedish without --json', () => {
    const { code, out } = run({ file: `${GOLDEN}.csv`, json: false });
    expect(code).toBe(0);
    expect(out.replaceAll('\u00a0', ' ')).toMatch(
      /0680 Jönköping\s+26\s+0\s+24\s+82\s+3,4\s+2,0\s+33,6\s+262 080,00\s+124 800,00\s+386 880,00\n/,
    );
    expect(out.replaceAll('\u00a0', ' ')).toMatch(/Summa\s+488 280,00\n/);
  });
});

describe('the file', () => {
  const one = (ran: { result: Preview; code: number }): void => {
    expect(ran.code).toBe(0);
    expect(kommun(ran)?.individual).toEqual([{ stayId: 's1', days: 10, billableDays: 7, amountOre: 5_460_000 }]);
  };
  test.each([
    ['LF', `${HEADER}\n${row()}\n`],
    ['no line break at the end', `${HEADER}\n${row()}`],
    ['CRLF', `${HEADER}\r\n${row()}\r\n`],
    ['a BOM', `\uFEFF${HEADER}\n${row()}\n`],
    ['semicolons', `${HEADER}\n${row()}\n`.replaceAll(',', ';')],
    ['blank lines', `\n${HEADER}\n\n\r\n${row()}\n\n`],
    ['everything quoted', `${HEADER}\n${row()}\n`.replaceAll(/[^,\n]+/g, '"$&"')],
    ['columns in another order', [HEADER, row()].map((line) => line.split(',').reverse().join(',')).join('\n')],
    ['optional columns', `${HEADER},behovBedomtAt,kallelseMottagenAt,vardplanAt\n${row()},2019-03-04T10:00,,\n`],
    ['times in UTC', `${HEADER}\n${row({ utskrivningsklarAt: '2019-03-05T11:00Z', dischargedAt: '2019-03-15T11:00:00.000+00:00' })}\n`],
    ['an offset of hours', `${HEADER}\n${row({ utskrivningsklarAt: '2019-03-05T12:00+01' })}\n`],
  ])('may have %s', (_what, text) => one(preview(text)));

  it('is a month without stays when it is a header alone', () => {
    const ran = preview(`${HEADER}\n`);
    expect(ran.code).toBe(0);
    expect(ran.result.kommuner).toHaveLength(13);
    expect(ran.result.amountOre).toBe(0);
  });

  it('may hold quotes, line breaks and delimiters inside quotes', () => {
    const ran = preview(`${HEADER}\n${row({ stayId: '"a,""b""\nc"' })}\n${row({ stayId: 's2', careForm: 'x' })}`);
    expect(places(ran)).toEqual(['FILE:4:careForm']);
    expect(kommun(preview(`${HEADER}\n${row({ stayId: '"a,""b""\nc"' })}\n`))?.individual[0]?.stayId).toBe('a,"b"\nc');
  });

  it('leaves out stays of other months and open ones, and says how many', () => {
    const rows = [
      row(),
      row({ stayId: 's2', dischargedAt: '2019-04-01T00:00' }),
      row({ stayId: 's3', dischargedAt: '' }),
      row({ stayId: 's4', dischargedAt: '2019-04-02T00:00' }),
    ];
    const ran = preview([HEADER, ...rows].join('\n'));
    expect(ran.code).toBe(0);
    expect(kommun(ran)?.stays).toBe(1);
    expect(ran.err).toEqual(['3 vårdtillfällen utelämnade: 2 utskrivna en annan månad, 1 inte utskrivna.']);
  });

  it('reads the doubled hour as the first of the two', () => {
    const rows = [row({ utskrivningsklarAt: '2019-10-27T02:30', dischargedAt: '2019-10-27T02:30:00+02:00' })];
    expect(preview([HEADER, ...rows].join('\n'), { month: '2019-10' }).code).toBe(0);
    const before = [row({ utskrivningsklarAt: '2019-10-27T02:30:00+01:00', dischargedAt: '2019-10-27T02:30' })];
    expect(places(preview([HEADER, ...before].join('\n'), { month: '2019-10' }))).toEqual(['FILE:2:dischargedAt']);
  });
});

describe('a bad file is refused, nothing on stdout', () => {
  const without = (column: string): string =>
    HEADER.split(',')
      .filter((each) => each !== column)
      .join(',');
  const rows: [string, string, string[]][] = [
    [
      'empty',
      '',
      [
        ...HEADER.split(',')
          .slice(0, 10)
          .map((column) => `FILE:1:${column}`),
        '… and 3 more',
      ],
    ],
    ['a column missing', `${without('vardtidAt')}\n`, ['FILE:1:vardtidAt']],
    ['a column twice', `${HEADER},payer\n`, ['FILE:1:payer']],
    ['a column unknown', `${HEADER},Payer\n`, ['FILE:1:Payer']],
    ['a column with a space', `${HEADER.replace(',payer', ', payer')}\n`, ['FILE:1: payer', 'FILE:1:payer']],
    ['too few fields', `${HEADER}\n${row().slice(0, -1)}\n`, ['FILE:2:excluded']],
    ['too many fields', `${HEADER}\n${row()},\n`, ['FILE:2:excluded']],
    ['a quote inside a field', `${HEADER}\n${row({ stayId: 's"1' })}\n`, ['FILE:2:stayId']],
    ['text after the closing quote', `${HEADER}\n${row({ payer: '"0680"x' })}\n`, ['FILE:2:payer']],
    [
      'a quote never closed',
      `${HEADER}\n${row()}\n${row({ stayId: 's2', vardtidAt: '"2019' })}\n${row({ stayId: 's3' })}\n`,
      ['FILE:3:vardtidAt'],
    ],
    ['a lone CR', `${HEADER}\n${row({ excluded: '\r' })}${row({ stayId: 's2' })}`, ['FILE:2:excluded']],
    ['no stayId', `${HEADER}\n${row({ stayId: '' })}\n${row({ stayId: '' })}\n`, ['FILE:2:stayId', 'FILE:3:stayId']],
    [
      'a stayId twice, in rows of other months too',
      `${HEADER}\n${row()}\n\n${row({ dischargedAt: '2020-01-01T00:00' })}\n`,
      ['FILE:4:stayId'],
    ],
    ['no payer', `${HEADER}\n${row({ payer: '' })}\n`, ['FILE:2:payer']],
    ['a payer of another region', `${HEADER}\n${row({ payer: '1980' })}\n`, ['FILE:2:payer']],
    ['a payer of three digits', `${HEADER}\n${row({ payer: '680' })}\n`, ['FILE:2:payer']],
    ['no care form', `${HEADER}\n${row({ careForm: '' })}\n`, ['FILE:2:careForm']],
    ['an unknown care form', `${HEADER}\n${row({ careForm: 'Somatisk' })}\n`, ['FILE:2:careForm']],
    [
      'an unknown truth',
      `${HEADER}\n${row({ svplRequired: 'ja', openCareAvailable: 'FALSE' })}\n`,
      ['FILE:2:svplRequired', 'FILE:2:openCareAvailable'],
    ],
    ['an unknown reason', `${HEADER}\n${row({ excluded: 'okänd' })}\n`, ['FILE:2:excluded']],
    ['a discharge before the notice', `${HEADER}\n${row({ dischargedAt: '2019-03-05T11:59:59' })}\n`, ['FILE:2:dischargedAt']],
    ['a bad row of another month', `${HEADER}\n${row({ dischargedAt: '2019-05-05T12:00', vardtidAt: 'x' })}\n`, ['FILE:2:vardtidAt']],
    ['a bad row of an open stay', `${HEADER}\n${row({ dischargedAt: '', excluded: 'x' })}\n`, ['FILE:2:excluded']],
    [
      'several errors, in order',
      `${HEADER}\n${row({ excluded: 'x', payer: '1', admittedAt: '?' })}\n${row({ stayId: 's2', careForm: '' })}\n`,
      ['FILE:2:payer', 'FILE:2:admittedAt', 'FILE:2:excluded', 'FILE:3:careForm'],
    ],
  ];
  test.each(rows)('%s', (_what, text, expected) => {
    const ran = preview(text);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 1, out: '' });
    expect(ran.err.map((line) => (line.startsWith('…') ? line : line.slice(0, line.indexOf(': ', line.indexOf(':', 5) + 2))))).toEqual(
      expected,
    );
  });

  test.each([
    '2019-03-05',
    '2019-03-05 12:00',
    '2019-02-29T12:00',
    '2019-13-01T12:00',
    '2019-03-05T24:00',
    '2019-03-05T12:60',
    '2019-03-05T12:00:60',
    '2019-03-05T12:00:60Z',
    '2019-03-05T12',
    '2019-03-05T12:00:00.5',
    '2019-3-5T12:00',
    '2019-03-05T12:00 ',
    ' 2019-03-05T12:00',
    '20190305T1200',
    '2019-03-05T12:00+1',
    '2019-03-05T12:00+25:00',
    '2019-03-05t12:00',
    'igår',
    '2019-03-31T02:00',
    '2019-03-31T02:59:59',
    '2019-02-29T12:00Z',
    '2019-03-05T24:00Z',
  ])('%s is no time', (time) => {
    expect(places(preview(`${HEADER}\n${row({ vardtidAt: time })}\n`))).toEqual(['FILE:2:vardtidAt']);
  });

  test.each(['2019-03-31T01:59:59', '2019-03-31T03:00', '2019-03-31T02:30+01:00', '2019-02-28T00:00:00Z'])('%s is one', (time) => {
    expect(preview(`${HEADER}\n${row({ vardtidAt: time, dischargedAt: '2019-04-20T12:00' })}\n`).code).toBe(0);
  });

  it('that is not UTF-8', () => {
    const ran = preview(Buffer.from(`${HEADER}\n${row({ stayId: 'å' })}\n`, 'latin1'));
    expect({ code: ran.code, at: places(ran) }).toEqual({ code: 1, at: ['FILE:2:stayId'] });
  });

  it('tells ten errors on a line each, and how many more', () => {
    const ran = preview([HEADER, ...Array.from({ length: 25 }, (_, index) => row({ stayId: `s${index}`, careForm: 'x\ty' }))].join('\n'));
    expect(ran.err).toHaveLength(11);
    expect(ran.err[0]).toBe('FILE:2:careForm: "x\\ty" är varken somatisk eller psykiatrisk');
    expect(ran.err[10]).toBe('… and 15 more');
  });
});

describe('wrong use', () => {
  const file = `${GOLDEN}.csv`;
  test.each([
    ['an agreement that does not exist', { agreement: 'jonkoping-2099' }, 2, /jonkoping-2099/],
    ['a month that does not exist', { month: '2019-13' }, 2, /2019-13/],
    ['a month written otherwise', { month: '2019-3' }, 2, /2019-3/],
    ['a month before the agreement', { agreement: 'vastmanland-2022', month: '2021-12' }, 2, /2021-12/],
    ['a month after the agreement', { agreement: 'lag-1990-1404', month: '2019-03' }, 2, /2019-03/],
    ['a month with no vårdpris', { month: '2021-03' }, 1, /2021/],
    ['a month with no vårdpris under the rule of 1990', { month: '2018-02' }, 1, /2018/],
    ['a file that does not exist', { file: `${GOLDEN}.no.csv` }, 1, /\.no\.csv/],
    ['a folder for a file', { file: folder }, 1, /preview-/],
    ['a folder of agreements that does not exist', { agreementsDir: join(folder, 'no') }, 2, /finns inte/],
  ] as const)('%s', (_what, options, code, said) => {
    const ran = run({ file, ...options });
    expect({ code: ran.code, out: ran.out, lines: ran.err.length }).toEqual({ code, out: '', lines: 1 });
    expect(ran.err[0]).toMatch(said);
  });
});

describe('agreements without a region', () => {
  it('takes any kommunkod and lists those in the file', () => {
    const rows = [row({ payer: '1480' }), row({ stayId: 's2', payer: '0114', dischargedAt: '2019-04-05T12:00' })];
    const ran = preview([HEADER, ...rows].join('\n'), { agreement: 'lag-2017-612' });
    expect(ran.result.kommuner.map((each) => [each.payer, each.stays, each.amountOre])).toEqual([
      ['0114', 0, 0],
      ['1480', 1, 7 * 780_000],
    ]);
  });

  it('takes each day by the price of its year', () => {
    const changes = {
      payer: '1480',
      utskrivningsklarAt: '2022-12-28T11:00',
      utskrivningsmeddelandeAt: '2022-12-28T11:00',
      dischargedAt: '2023-01-03T11:00',
      admittedAt: '2022-12-20T10:00',
      inskrivningsmeddelandeAt: '2022-12-21T10:00',
    };
    const ran = preview(`${HEADER}\n${row(changes)}\n`, { agreement: 'lag-2017-612', month: '2023-01' });
    expect(kommun(ran, '1480')).toMatchObject({
      individual: [{ stayId: 's1', days: 6, billableDays: 3, amountOre: 930_000 + 2 * 1_050_000 }],
    });
  });

  it('fails with the year when a day falls in one without a price', () => {
    const changes = {
      payer: '1480',
      utskrivningsklarAt: '2021-12-28T11:00',
      utskrivningsmeddelandeAt: '2021-12-28T11:00',
      dischargedAt: '2022-01-03T11:00',
      admittedAt: '2021-12-20T10:00',
      inskrivningsmeddelandeAt: '2021-12-21T10:00',
    };
    const ran = preview(`${HEADER}\n${row(changes)}\n`, { agreement: 'lag-2017-612', month: '2022-01' });
    expect({ code: ran.code, out: ran.out, err: ran.err }).toEqual({ code: 1, out: '', err: ['Vårdpriset för 2021 saknas.'] });
  });
});
