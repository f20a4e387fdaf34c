/** `billing preview` under two rule books, from JSON lines, and of a running service. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { shippedAgreementsDir } from '../../src/agreements/load.js';
import { type PreviewCommand, run } from '../../src/cli/billing-preview.js';
import type { Episode } from '../../src/domain/billing/episode.js';
import { DAY, HOUR } from '../../src/domain/calendar.js';
import { episodeLine } from '../../src/doors/jsonl/episode-lines.js';
import { type FakeBilling, fakeBillingLedger, plainStay } from '../doors/fake-billing-ledger.js';
import { memoryService } from '../doors/memory-service.js';
import { freePort } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

const CSV = fileURLToPath(new URL('../golden/billing/kommun-abcd-2019-03.csv', import.meta.url));
const folder = tempFolder('compare-');
afterEach(() => vi.unstubAllEnvs());

async function preview(options: Partial<PreviewCommand>) {
  let out = '';
  let err = '';
  const io = { stdout: { write: (text: string) => (out += text) }, stderr: { write: (text: string) => (err += text) } };
  const code = await run({ agreement: 'jonkoping-2018', month: '2019-03', json: true, ...options }, io);
  return { code, out: out.replaceAll('\u00a0', ' '), err: err.split('\n').slice(0, -1) };
}

/** The shipped agreement of Jönköping, changed as a proposal, in a file. */
function proposal(change: (text: string) => string = (text) => text.replaceAll('threshold: "2.0"', 'threshold: "1.0"')): string {
  const text = readFileSync(join(shippedAgreementsDir(), 'jonkoping-2018.yaml'), 'utf8');
  const file = join(folder, `proposal-${Math.random()}.yaml`);
  writeFileSync(file, change(text));
  return file;
}

describe('two rule books over one file', () => {
  it('are a table of both amounts and the difference', async () => {
    const { code, out, err } = await preview({ file: CSV, compare: 'lag-2017-612', json: false });
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toMatch(/Kommun\s+jonkoping-2018\s+lag-2017-612\s+Skillnad\n/);
    expect(out).toMatch(/0604 Aneby\s+0,00\s+31 200,00\s+\+31 200,00\n/);
    expect(out).toMatch(/0680 Jönköping\s+386 880,00\s+265 200,00\s+-121 680,00\n/);
    expect(out).toMatch(/Summa\s+488 280,00\s+374 400,00\s+-113 880,00\n/);
  });

  it('are one JSON object with both months in the shape of the preview', async () => {
    const plain = JSON.parse((await preview({ file: CSV })).out);
    const { code, out } = await preview({ file: CSV, compare: 'lag-2017-612' });
    const found = JSON.parse(out);
    expect(code).toBe(0);
    expect(found).toMatchObject({
      month: '2019-03',
      agreement: 'jonkoping-2018',
      compare: 'lag-2017-612',
      amountOre: 48_828_000,
      comparedOre: 37_440_000,
      differenceOre: -11_388_000,
    });
    expect(found.months[0]).toEqual(plain);
    expect(found.months[1].agreement).toBe('lag-2017-612');
    expect(found.kommuner).toHaveLength(13);
  });

  it('may be files, and two versions of one agreement are told apart by their versions', async () => {
    const { code, out, err } = await preview({ file: CSV, compare: proposal(), json: false });
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toMatch(/Kommun\s+jonkoping-2018 [0-9a-f]{8}\s+jonkoping-2018 [0-9a-f]{8}\s+Skillnad/);
    expect(out).toMatch(/Summa\s+488 280,00\s+[\d ]+,00\s+\+/);
    const alone = JSON.parse((await preview({ file: CSV, agreement: proposal() })).out);
    expect(out).toContain(`${String(alone.amountOre / 100).replace(/(?=(\d{3})$)/, ' ')},00`);
  });

  it('may be a proposal that is not in force yet: said on stderr, with the price of the month', async () => {
    const file = proposal((text) =>
      text
        .replaceAll('"2018-01-01"', '"2030-01-01"')
        .replaceAll('"2018-03-01"', '"2030-03-01"')
        .replaceAll('"2019-01-01"', '"2031-01-01"')
        .replace(/ {2}- from: "2030-01-01"[\s\S]*?lag 1990:1404\n/, '')
        .replaceAll('"2030-03-01"', '"2030-01-01"'),
    );
    const { code, out, err } = await preview({ file: CSV, compare: file });
    expect(err).toEqual(['Överenskommelsen jonkoping-2018 gäller inte hela 2019-03; den räknas som om den gällde, med månadens vårdpris.']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ vardprisOre: 780_000, differenceOre: 0, amountOre: 48_828_000 });
  });

  test.each<[string, Partial<PreviewCommand>, number, RegExp]>([
    ['a compared agreement that does not exist', { compare: 'jonkoping-2099' }, 2, /jonkoping-2099 finns inte/],
    ['a compared file that does not exist', { compare: join(folder, 'no.yaml') }, 1, /no\.yaml: filen finns inte/],
    ['a first agreement that is not in force', { agreement: 'vastmanland-2022', compare: 'jonkoping-2018' }, 2, /gäller inte 2019-03/],
    ['frozen rules without a service', { agreement: 'frozen' }, 2, /--region/],
    ['frozen rules to compare with, without a service', { compare: 'frozen' }, 2, /--region/],
    ['a file and a region', { region: 'jonkoping' }, 2, /antingen/],
    ['neither', { file: undefined }, 2, /antingen/],
    ['a month without a price', { month: '2021-03', compare: 'lag-2017-612' }, 1, /2021/],
  ])('%s', async (_what, options, code, said) => {
    const ran = await preview({ file: CSV, ...options });
    expect({ code: ran.code, out: ran.out, lines: ran.err.length }).toEqual({ code, out: '', lines: 1 });
    expect(ran.err[0]).toMatch(said);
  });

  it('names the line and field of a proposal that is no agreement', async () => {
    const file = proposal((text) => text.replace('priceYear: discharge', 'priceYear: never'));
    const { code, err } = await preview({ file: CSV, compare: file });
    expect(code).toBe(1);
    expect(err[0]).toMatch(/\.yaml:\d+:priceYear: ska vara discharge, each-day/);
  });

  it('needs the columns of the rule of 1990 where either demands it', async () => {
    const { code, err } = await preview({ file: CSV, compare: 'lag-1990-1404' });
    expect(code).toBe(1);
    expect(err.map((line) => line.replace(CSV, 'FILE'))).toEqual([
      'FILE:1:vardplanAt: kolumnen saknas',
      'FILE:1:kallelseMottagenAt: kolumnen saknas',
    ]);
  });
});

describe('episodes as JSON lines', () => {
  const stays = [plainStay('s1', '0680', '2019-03-04', 5), plainStay('s2', '0680', '2019-03-05', 9)];
  const written = (text: string | Uint8Array): string => {
    const file = join(folder, 'FILE.jsonl');
    writeFileSync(file, text);
    return file;
  };
  const line = (changes: Record<string, unknown> = {}): string => `${JSON.stringify({ ...stays[0], ...changes })}\n`;

  it('are a month as well, blank lines and all', async () => {
    const { code, out } = await preview({ file: written(`\n${stays.map(episodeLine).join('\r\n')}\n`) });
    expect(code).toBe(0);
    expect(JSON.parse(out).kommuner.find((kommun: { payer: string }) => kommun.payer === '0680')).toMatchObject({
      stays: 2,
      averageStays: 1,
      averageDaysTotal: 5,
      average: '5.0',
      individual: [{ stayId: 's2', days: 9, billableDays: 6 }],
    });
  });

  it('may hold payers of other regions, who pay by the law and are told apart', async () => {
    const { code, err, out } = await preview({
      file: written(`${line()}${line({ stayId: 's2', payer: '1480' })}${line({ stayId: 's3', payer: null })}`),
    });
    expect({ code, err }).toEqual({
      code: 0,
      err: ['1 vårdtillfällen betalas av kommuner utanför överenskommelsen, enligt lag-2017-612.'],
    });
    expect(JSON.parse(out).kommuner).toHaveLength(13);
  });

  test.each<[string, string | Uint8Array, string[]]>([
    ['no JSON', `${line()}{"stayId"\n`, ['FILE:2:stayId: raden är inte JSON']],
    ['a list', '[]\n', ['FILE:1:stayId: raden är inget JSON-objekt']],
    ['a field missing', line({ payer: undefined }), ['FILE:1:payer: fältet saknas']],
    ['a field unknown', line({ namn: 'x' }), ['FILE:1:namn: fältet finns inte']],
    [
      'a time that is text',
      line({ vardtidAt: '2019-03-04T10:00Z' }),
      ['FILE:1:vardtidAt: ska vara en tid: ett heltal, millisekunder sedan 1970-01-01T00:00Z'],
    ],
    [
      'a time with fractions',
      line({ vardtidAt: 1.5 }),
      ['FILE:1:vardtidAt: ska vara en tid: ett heltal, millisekunder sedan 1970-01-01T00:00Z'],
    ],
    ['an unknown care form', line({ careForm: 'annan' }), ['FILE:1:careForm: ska vara somatisk, psykiatrisk']],
    ['a truth that is text', line({ svplRequired: 'true' }), ['FILE:1:svplRequired: ska vara true eller false']],
    ['no kommunkod', line({ payer: '680' }), ['FILE:1:payer: ska vara en kommunkod med fyra siffror']],
    ['an interval that ends first', line({ intervals: [{ from: 2, until: 1 }] }), ['FILE:1:intervals.0: slutar innan den börjar']],
    [
      'an interval of something else',
      line({ blocked: [{ from: 2 }] }),
      ['FILE:1:blocked.0.until: ska vara en tid: ett heltal, millisekunder sedan 1970-01-01T00:00Z'],
    ],
    ['a stay twice', `${line()}\n${line({ dischargedAt: null })}`, ['FILE:3:stayId: "s1" finns redan på rad 1']],
    ['no UTF-8', Buffer.from(line({ stayId: 'å' }), 'latin1'), ['FILE:1:stayId: filen är inte UTF-8']],
    ['a feed', `${JSON.stringify({ stay: { stayId: 's1' } })}\n`, ['FILE:1:stay: fältet finns inte']],
  ])('%s is refused with its line and field, nothing on stdout', async (_what, text, expected) => {
    const file = written(text);
    const { code, out, err } = await preview({ file });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const found = err.map((each) => each.replace(file, 'FILE'));
    for (const each of expected) expect(found).toContain(each);
  });
});

describe("a service's own month", () => {
  let billing: FakeBilling;
  let close: () => Promise<unknown>;
  let url: string;
  const MONTH = { region: 'jonkoping', month: '2019-03' };
  const APRIL_13 = Date.parse('2019-04-13T05:00:00+02:00');
  const stays: Episode[] = [
    plainStay('s1', '0680', '2019-03-04', 5),
    plainStay('s2', '0682', '2019-03-05', 9),
    plainStay('s3', '1480', '2019-03-05', 9),
  ];
  beforeAll(async () => {
    billing = fakeBillingLedger({ until: 0, episodes: stays });
    const app = await memoryService(APRIL_13 + HOUR, billing).app();
    await app.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    close = () => app.close();
  });
  afterAll(() => close());
  const ofService = (options: Partial<PreviewCommand> = {}) => {
    vi.stubEnv('HEMGANG_URL', url);
    return preview({ region: 'jonkoping', ...options });
  };

  it('is computed from its episodes', async () => {
    const { code, out, err } = await ofService();
    expect({ code, err }).toEqual({
      code: 0,
      err: ['1 vårdtillfällen betalas av kommuner utanför överenskommelsen, enligt lag-2017-612.'],
    });
    expect(JSON.parse(out)).toMatchObject({ agreement: 'jonkoping-2018', amountOre: 3 * 780_000 + 6 * 780_000 });
  });

  it('is compared, payers of other regions among them', async () => {
    const { code, out } = await ofService({ compare: proposal() });
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found.differenceOre).toBe(780_000);
    expect(found.kommuner.find((kommun: { payer: string }) => kommun.payer === '1480')).toMatchObject({ differenceOre: 0 });
  });

  it('that is not frozen has no frozen rules', async () => {
    expect(await ofService({ agreement: 'frozen' })).toMatchObject({ code: 2, out: '', err: [expect.stringContaining('är inte frusen')] });
  });

  it('once frozen is computed under the rules that it was frozen by, whatever the agreements say now', async () => {
    await billing.sendBasis(MONTH, APRIL_13 - 12 * DAY);
    await billing.freezeMonth(MONTH, APRIL_13);
    const dir = join(folder, 'agreements');
    cpSync(shippedAgreementsDir(), dir, { recursive: true });
    cpSync(proposal(), join(dir, 'jonkoping-2018.yaml'));
    const now = JSON.parse((await ofService({ agreementsDir: dir })).out);
    const frozen = JSON.parse((await ofService({ agreementsDir: dir, agreement: 'frozen' })).out);
    expect([now.amountOre, frozen.amountOre]).toEqual([10 * 780_000, 9 * 780_000]);
    const compared = JSON.parse((await ofService({ agreementsDir: dir, agreement: 'frozen', compare: 'jonkoping-2018' })).out);
    expect(compared).toMatchObject({ amountOre: frozen.amountOre + 6 * 780_000, differenceOre: 780_000 });
  });

  test.each<[string, Partial<PreviewCommand>, number, RegExp]>([
    ["another region's agreement", { agreement: 'vastmanland-2022', month: '2022-03' }, 2, /vastmanlands, inte jonkopings/],
    [
      'a region that the service does not have',
      { region: 'blekinge', agreement: 'lag-2017-612' },
      2,
      /ingen månad 2019-03 för regionen blekinge/,
    ],
    ['a month that does not exist', { month: '2019-3' }, 2, /2019-3 finns inte/],
  ])('%s', async (_what, options, code, said) => {
    const ran = await ofService(options);
    expect({ code: ran.code, out: ran.out, lines: ran.err.length }).toEqual({ code, out: '', lines: 1 });
    expect(ran.err[0]).toMatch(said);
  });

  it('says that a service is away, in one line', async () => {
    vi.stubEnv('HEMGANG_URL', `http://127.0.0.1:${await freePort()}`);
    const ran = await preview({ region: 'jonkoping' });
    expect({ code: ran.code, out: ran.out, lines: ran.err.length }).toEqual({ code: 1, out: '', lines: 1 });
    expect(ran.err[0]).toMatch(/svarar inte \(ECONNREFUSED\)/);
  });
});
