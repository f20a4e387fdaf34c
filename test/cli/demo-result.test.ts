import { describe, expect, test } from 'vitest';
import { resultText } from '../../src/cli/demo-result.js';
import { type ProgressOut, progressOn } from '../../src/cli/progress.js';
import { decimal, kronor, table } from '../../src/cli/swedish.js';
import type { KommunMonth } from '../../src/domain/billing/month.js';

const kommun = (payer: string, more: Partial<KommunMonth>): KommunMonth => ({
  payer,
  stays: 0,
  excluded: [],
  averageStays: 0,
  averageDaysTotal: 0,
  average: null,
  threshold: '2.0',
  averageBillableDays: '0.0',
  averageAmountOre: 0,
  individual: [],
  individualAmountOre: 0,
  amountOre: 0,
  ...more,
});

describe('what the sample month came to', () => {
  test("is told per kommun, with the service's own numbers", () => {
    const individual = [
      { stayId: 'a', days: 10, billableDays: 7, amountOre: 5_460_000 },
      { stayId: 'b', days: 12, billableDays: 9, amountOre: 7_020_000 },
    ];
    const text = resultText({
      month: {
        agreement: 'jonkoping-2018',
        month: '2019-03',
        state: 'fakturerad',
        kommuner: [
          kommun('0604', { stays: 14, average: '1.7', averageStays: 14 }),
          kommun('0642', {
            stays: 14,
            average: '1.5',
            individual: [{ stayId: 'c', days: 9, billableDays: 6, amountOre: 4_680_000 }],
            amountOre: 4_680_000,
          }),
          kommun('0680', { stays: 26, average: '3.4', averageBillableDays: '33.6', individual, amountOre: 38_688_000 }),
        ],
        amountOre: 48_828_000,
        invoices: [
          { number: 'jonkoping-2019-03-0642-1', payer: '0642', amountOre: 4_680_000 },
          { number: 'jonkoping-2019-03-0680-1', payer: '0680', amountOre: 38_688_000 },
        ],
      },
      stays: [
        { stayId: 'a', phase: 'avslutad', endedAt: '2019-04-01T00:00:00Z', deviations: [{ type: 'utskrivning', status: 'avslutad' }] },
        {
          stayId: 'b',
          phase: 'uppfoljning',
          deviations: [
            { type: 'franvaro', status: 'oppen' },
            { type: 'utskrivning', status: 'sen-registrering' },
          ],
        },
      ],
      played: {
        lines: 3,
        before: 0,
        accepted: 2,
        failed: [],
        refused: [{ line: 3, stayId: 'b', what: 'kalla-till-svpl', status: 409, code: 'x', detail: 'Fast vårdkontakt är inte utsedd.' }],
      },
      config: { dataDir: '/tmp/data', hemgangUrl: 'http://127.0.0.1:8080' },
      extra: ['Temporal UI  http://127.0.0.1:8233'],
    });
    expect(text).toContain('0604 Aneby                  14        1,7 mot 2,0               0,0        0 kr');
    expect(text).toContain('0642 Mullsjö                14        1,5 mot 2,0           0,0 + 6   46 800 kr');
    expect(text).toContain('0680 Jönköping              26        3,4 mot 2,0      33,6 + 7 + 9  386 880 kr');
    expect(text).toContain('Mars 2019, Region Jönköpings län (jonkoping-2018), fakturerad');
    expect(text).toContain('Att betala: 488 280 kr');
    expect(text).toMatch(/jonkoping-2019-03-0680-1 +386 880 kr\n/);
    expect(text).toContain('Vårdtillfällen: 2, varav 1 avslutade. Händelser: 2 godtagna, 1 avvisade, 0 misslyckade.');
    expect(text).toMatch(/Utskrivning +1 +0 +1\n/);
    expect(text).toContain('avvisad: b kalla-till-svpl – Fast vårdkontakt är inte utsedd.');
    expect(text).toContain('Temporal UI  http://127.0.0.1:8233');
  });

  test.each([
    [48_828_000, '488 280 kr'],
    [0, '0 kr'],
    [100_050, '1 000,50 kr'],
    [null, '–'],
  ])('%s öre is %s', (ore, text) => expect(kronor(ore)).toBe(text));

  test('numbers have a decimal comma, and columns line up', () => {
    expect([decimal('33.6'), decimal(null)]).toEqual(['33,6', '–']);
    expect(table(['a', 'bb'], [['long', '1']])).toBe('a     bb\n────  ──\nlong   1');
  });
});

describe('progress', () => {
  const out = (isTTY: boolean) => {
    const written: string[] = [];
    const stream: ProgressOut = { isTTY, columns: 80, write: (text) => written.push(text) };
    return { written, stream };
  };

  test('is a bar on a terminal, never wider than it', () => {
    const { written, stream } = out(true);
    const progress = progressOn(stream, 'played');
    progress.update(5, 10, '2019-03-05 10.00');
    progress.update(10, 10, 'x'.repeat(200));
    progress.say('a line of its own');
    progress.end();
    expect(written[0]).toContain('played ████████████████░░░░░░░░░░░░░░░░  50 %  5/10  2019-03-05 10.00');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor takes no room
    for (const text of written) expect(text.replace(/\r|\n|\u001b\[2K/g, '').length).toBeLessThan(80);
  });

  test('is plain lines elsewhere, few of them', () => {
    const { written, stream } = out(false);
    const progress = progressOn(stream, 'played');
    for (let done = 1; done <= 100; done++) progress.update(done, 100);
    progress.end();
    expect(written).toEqual(['played 100/100\n']);
  });
});
