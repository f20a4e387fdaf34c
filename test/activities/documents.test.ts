/** The documents of a month on a real ledger: the sample's invoices, then a corrected fact and its note. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentActivities, documentReader, monthCsv } from '../../activities/documents.js';
import { DAY } from '../../src/domain/calendar.js';
import type { StayEvent } from '../../src/domain/stay/state.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { onEachBackend } from '../ledger/backends.js';
import { correctedDischarge, FREEZE, march, PRELIMINARY, recordMore, recordStays, region, shippedRules } from '../ledger/billing-sample.js';
import { numbered } from '../ledger/sample.js';
import { feedLines, play } from '../sample/play.js';
import { tempFolder } from '../support/temp-folder.js';

const lines = feedLines();
const played = play(lines, Math.max(...lines.map((line) => line.sentAt)) + DAY);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const agreements = shippedRules();
/** Beside the sample's: a stay that is corrected later. */
const LATE = { stayId: '0617-rattas', kommun: '0617', discharged: '2019-03-20', days: 10 };

await onEachBackend((backend) => {
  const dataDir = tempFolder('documents');
  const folder = (payer: string) => join(dataDir, 'billing', region, '2019-03', payer);
  let ledger: Ledger;
  const make = () => documentActivities({ ledger, agreements, dataDir, allowExamples: true, log: silent }).makeDocuments;
  const reader = (now: number) => documentReader({ ledger, agreements, allowExamples: true, clock: { now: () => now } });
  const payers = async () => ((await ledger.monthSums(march, FREEZE))?.kommuner ?? []).map(({ payer }) => payer);

  beforeAll(async () => {
    ({ ledger } = await backend.open([], agreements));
    for (const [stayId, events] of played.events)
      await ledger.record({ stayId, region, rules: played.rules.get(stayId), events: numbered(events as StayEvent[]) });
    await recordStays(ledger, [LATE]);
    await ledger.sendBasis(march, PRELIMINARY);
  }, 120_000);
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test('before the freeze the basis is made for whoever asks, and nothing is kept', async () => {
    const found = await reader(PRELIMINARY + DAY).readDocument({ ...march, payer: '0680', kind: 'underlag.csv' });
    expect(found).toMatchObject({ preliminary: true });
    expect(await ledger.documents(march)).toEqual([]);
  });

  test('every kommun gets its documents, those with nothing to pay a zero basis', async () => {
    await ledger.freezeMonth(march, FREEZE);
    for (const payer of await payers()) {
      const { invoices } = await ledger.settle({ ...march, payer }, FREEZE);
      await make()({ ...march, payer, n: invoices.length, at: FREEZE });
      const kinds = (await ledger.documents({ ...march, payer })).map(({ n, kind }) => `${n} ${kind}`);
      expect(kinds).toHaveLength(invoices.length === 0 ? 3 : 4);
      expect(kinds.every((kind) => kind.startsWith(`${invoices.length} `))).toBe(true);
    }
    const invoiced = await ledger.invoices(march);
    // The sample's 488 280 kr, and seven days of the stay beside it.
    expect(invoiced.reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(48_828_000 + 7 * 780_000);
  }, 120_000);

  test('what is kept is what is written, and what the API gives', async () => {
    for (const note of await ledger.documents(march)) {
      const name = note.kind === 'faktura.xml' ? `faktura-${note.n}.xml` : note.kind;
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder(note.payer), name)))
          .digest('hex'),
      ).toBe(note.sha256);
      expect(await reader(FREEZE).readDocument({ ...march, payer: note.payer, kind: note.kind })).toMatchObject({
        sha256: note.sha256,
        preliminary: false,
      });
    }
  });

  test("the region's CSV sums to what is invoiced", async () => {
    const csv = (await monthCsv({ ledger, agreements }, march, FREEZE)) ?? '';
    const sums = csv.split('\r\n').filter((line) => line.split(';')[2] === 'summa');
    expect(sums).toHaveLength(13);
    const kronor = sums.map((line) => Number(line.split(';').at(-1)?.replace(',', '.')));
    expect(kronor.reduce((all, part) => all + part, 0) * 100).toBe(48_828_000 + 7 * 780_000);
  });

  test('a corrected fact gets a credit note with the difference, its own basis, and changes no earlier document', async () => {
    const before = await ledger.documents({ ...march, payer: '0617' });
    const at = FREEZE + 3 * DAY;
    // Home the day before the notice of utskrivningsklar: the kommun does not pay.
    await recordMore(ledger, LATE.stayId, correctedDischarge(LATE, '2019-03-09', at));
    const { invoices } = await ledger.settle({ ...march, payer: '0617' }, at);
    expect(invoices.at(-1)).toMatchObject({ n: 2, kind: 'kreditfaktura', amountOre: -7 * 780_000, changed: [LATE.stayId] });

    await make()({ ...march, payer: '0617', n: 2, at });
    const xml = readFileSync(join(folder('0617'), 'faktura-2.xml'), 'utf8');
    expect(xml).toContain('<CreditNote ');
    expect(xml).toContain('<cbc:PayableAmount currencyID="SEK">54600.00</cbc:PayableAmount>');
    expect(xml).toContain('Individuell del mars 2019: 7 dagar');
    expect(xml).toMatch(/<cac:BillingReference>\s*<cac:InvoiceDocumentReference>\s*<cbc:ID>jonkoping-2019-03-0617-1</);
    expect(xml).not.toContain(LATE.stayId);
    expect(readdirSync(folder('0617')).sort()).toEqual([
      'faktura-1.xml',
      'faktura-2.xml',
      'underlag-2.csv',
      'underlag-2.pdf',
      'underlag-2.xlsx',
      'underlag.csv',
      'underlag.pdf',
      'underlag.xlsx',
    ]);
    const after = await ledger.documents({ ...march, payer: '0617' });
    expect(after.filter(({ n }) => n === 1)).toEqual(before);
    expect(readFileSync(join(folder('0617'), 'underlag-2.csv'), 'utf8')).toContain(`${LATE.stayId};utesluten;utskrivningsklar-saknas;`);
  }, 60_000);

  test('the proof of a stay is that of the month as it was frozen', async () => {
    const found = await reader(FREEZE + 4 * DAY).readProof({ ...march, payer: '0617', stayId: LATE.stayId });
    expect(found).toMatchObject({ billableDays: 7, amountOre: 7 * 780_000, proof: { days: { days: 10 } } });
  });

  test("no document holds anybody's name or number", async () => {
    const people = [...played.stays.values()].map(({ admission }) => admission.patient);
    const secrets = people.flatMap(({ personnummer, name }) => [personnummer, name]).filter((value) => value !== undefined);
    expect(secrets.length).toBeGreaterThan(80);
    for (const { kind, payer, n } of await ledger.documents(march)) {
      if (kind !== 'faktura.xml' && kind !== 'underlag.csv') continue;
      const bytes = (await ledger.readDocument({ ...march, payer, n, kind }))?.bytes ?? new Uint8Array();
      const text = Buffer.from(bytes).toString('utf8');
      expect(secrets.filter((value) => text.includes(value))).toEqual([]);
    }
  });
});
