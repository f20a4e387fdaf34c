import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentActivities, documentReader, monthCsv } from '../../activities/documents.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { type Instant, instantOf } from '../../src/domain/calendar.js';
import { type FakeBilling, fakeBillingLedger } from '../doors/fake-billing-ledger.js';
import { memoryService } from '../doors/memory-service.js';
import { tempFolder } from '../support/temp-folder.js';

const MARCH = { region: 'jonkoping', month: '2019-03' };
const ANEBY = { ...MARCH, payer: '0604' };
const JONKOPING = { ...MARCH, payer: '0680' };
const SENT = instantOf('2019-04-01T05:00:00+02:00');
const FROZEN = instantOf('2019-04-13T05:00:00+02:00');
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');
const { agreements, vardpriser, parties } = loaded;

interface Place {
  ledger: FakeBilling;
  dataDir: string;
  clock: { now: () => Instant; at: Instant };
  app: FastifyInstance;
  activities: ReturnType<typeof documentActivities>;
}

async function place(over: { parties?: typeof parties } = {}): Promise<Place> {
  const ledger = fakeBillingLedger({ until: instantOf('2019-04-30T00:00:00+02:00') });
  const clock = { at: SENT, now: () => clock.at };
  const deps = { ledger, agreements: { agreements, vardpriser, parties: over.parties ?? parties }, allowExamples: true };
  const dataDir = tempFolder('documents');
  // Documents are made in this very process, on a machine that may be busy with other tests.
  const app = await memoryService(SENT).app({ documents: documentReader({ ...deps, clock }), maxEventLoopDelayMs: 0 });
  return { ledger, dataDir, clock, app, activities: documentActivities({ ...deps, dataDir, log }) };
}

const pathOf = (rest: string) => `/v1/billing/jonkoping/2019-03/${rest}`;
const FILES = [
  ['basis.pdf', 'application/pdf', 'inline; filename="underlag-2019-03-0680.pdf"'],
  ['basis.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'attachment; filename="underlag-2019-03-0680.xlsx"'],
  ['basis.csv', 'text/csv; charset=utf-8', 'attachment; filename="underlag-2019-03-0680.csv"'],
] as const;

describe('before the month is frozen', () => {
  let at: Place;
  beforeAll(async () => {
    at = await place();
    await at.ledger.sendBasis(MARCH, SENT);
  });
  afterAll(() => at.app.close());

  test.each(FILES)('the %s is made for whoever asks', async (path, type, disposition) => {
    const answer = await at.app.inject(pathOf(`0680/${path}`));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': type, 'content-disposition': disposition });
    expect(answer.headers.etag).toBe(`"${createHash('sha256').update(answer.rawPayload).digest('hex')}"`);
    expect(at.ledger.calls['saveDocument'] ?? 0).toBe(0);
  });

  test('there is no invoice', async () => {
    const answer = await at.app.inject(pathOf('0680/invoice.xml'));
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'ingen-faktura' });
  });

  test('what has not changed is not sent again', async () => {
    const { headers } = await at.app.inject(pathOf('0680/basis.csv'));
    const again = await at.app.inject({ url: pathOf('0680/basis.csv'), headers: { 'if-none-match': String(headers.etag) } });
    expect(again.statusCode).toBe(304);
    expect(again.payload).toBe('');
  });
});

describe('once the month is invoiced', () => {
  let at: Place;
  beforeAll(async () => {
    at = await place();
    await at.ledger.sendBasis(MARCH, SENT);
    await at.ledger.freezeMonth(MARCH, FROZEN);
    at.clock.at = FROZEN;
    for (const ref of [ANEBY, JONKOPING]) await at.ledger.settle(ref, FROZEN);
  });
  afterAll(() => at.app.close());

  test('an invoice whose file is not made yet is told apart from one that there is not', async () => {
    expect((await at.app.inject(pathOf('0680/invoice.xml'))).json()).toMatchObject({ code: 'fakturan-inte-gjord' });
    expect((await at.app.inject(pathOf('0680/invoice.xml?n=2'))).json()).toMatchObject({ code: 'ingen-faktura' });
  });

  test('its documents are made once, kept, and written below the data folder', async () => {
    const made = await at.activities.makeDocuments({ ...JONKOPING, n: 1, at: FROZEN });
    expect(made.files).toEqual(['underlag.pdf', 'underlag.xlsx', 'underlag.csv', 'faktura-1.xml']);
    const kept = await at.ledger.documents(JONKOPING);
    expect(kept.map(({ kind }) => kind).sort()).toEqual(['faktura.xml', 'underlag.csv', 'underlag.pdf', 'underlag.xlsx']);

    await at.activities.makeDocuments({ ...JONKOPING, n: 1, at: FROZEN + 1_000 });
    expect(await at.ledger.documents(JONKOPING)).toEqual(kept);
    for (const note of kept) {
      const name = note.kind === 'faktura.xml' ? 'faktura-1.xml' : note.kind;
      const file = readFileSync(join(at.dataDir, 'billing/jonkoping/2019-03/0680', name));
      expect(createHash('sha256').update(file).digest('hex')).toBe(note.sha256);
    }
  });

  test('a kommun with nothing to pay gets its zero basis and no invoice', async () => {
    const made = await at.activities.makeDocuments({ ...ANEBY, n: 0, at: FROZEN });
    expect(made.files).toEqual(['underlag.pdf', 'underlag.xlsx', 'underlag.csv']);
    expect((await at.app.inject(pathOf('0604/basis.pdf'))).statusCode).toBe(200);
    expect((await at.app.inject(pathOf('0604/invoice.xml'))).json()).toMatchObject({ code: 'ingen-faktura' });
  });

  test('the API gives the kept bytes', async () => {
    const answer = await at.app.inject(pathOf('0680/invoice.xml'));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml',
      'content-disposition': 'attachment; filename="faktura-2019-03-0680-1.xml"',
    });
    const kept = await at.ledger.readDocument({ ...JONKOPING, kind: 'faktura.xml', n: 1 });
    expect(answer.rawPayload.equals(Buffer.from(kept?.bytes ?? []))).toBe(true);
    expect(answer.headers.etag).toBe(`"${kept?.note.sha256}"`);
    expect(answer.payload).toContain('<cbc:PayableAmount currencyID="SEK">386880.00</cbc:PayableAmount>');
  });

  test("the invoice names no stay and nobody's identity", async () => {
    const { payload } = await at.app.inject(pathOf('0680/invoice.xml'));
    const { items } = await at.ledger.monthStays({ ...JONKOPING, limit: 1_000 }, FROZEN);
    expect(items.length).toBeGreaterThan(20);
    expect(items.filter(({ stayId }) => payload.includes(`>${stayId}<`) || payload.includes(` ${stayId}`))).toEqual([]);
    for (const { stay } of at.ledger.stored.values()) {
      for (const value of [stay.admission.patient.personnummer, stay.admission.patient.name])
        if (value) expect(payload).not.toContain(value);
    }
  });

  test('the proof of a stay is data, its times ISO 8601', async () => {
    const { items } = await at.ledger.monthStays({ ...JONKOPING, limit: 1_000 }, FROZEN);
    const individual = items.find(({ judgement }) => judgement.individual?.billableDays === 9)!;
    const answer = await at.app.inject(pathOf(`0680/stays/${individual.stayId}/proof`));
    expect(answer.statusCode).toBe(200);
    const proof = answer.json();
    expect(proof).toMatchObject({
      stayId: individual.stayId,
      payer: '0680',
      outcome: 'individuell',
      billableDays: 9,
      amountOre: 7_020_000,
    });
    expect(proof.preconditions.map(({ id }: { id: string }) => id)).toHaveLength(6);
    expect(proof.utskrivningsklarAt).toMatch(/^2019-03-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect(JSON.stringify(proof)).not.toMatch(/\b15\d{11}\b/);
  });

  test.each([
    ['0680/stays/nobody/proof', 'no-such-stay'],
    ['0680/stays/%20/proof', 'no-such-stay'],
    ['9999/basis.pdf', 'no-such-month'],
    ['nobody/basis.pdf', 'no-such-month'],
    ['0680/basis.pdf?n=7', 'ingen-faktura'],
  ])('%s is not found: %s', async (path, code) => {
    const answer = await at.app.inject(pathOf(path));
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code });
  });

  test("another kommun's stay is not found", async () => {
    const { items } = await at.ledger.monthStays({ ...ANEBY, limit: 1 }, FROZEN);
    expect((await at.app.inject(pathOf(`0680/stays/${items[0]?.stayId}/proof`))).json()).toMatchObject({ code: 'no-such-stay' });
  });

  test('a number that is none is refused by name', async () => {
    const answer = await at.app.inject(pathOf('0680/basis.pdf?n=first'));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ errors: [{ path: 'n' }] });
  });

  test("the region's CSV has every kommun, its stays and its sum", async () => {
    const csv = await monthCsv({ ledger: at.ledger, agreements: { agreements, parties } }, MARCH, FROZEN);
    const lines = (csv ?? '')
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(';'));
    expect(lines.filter((line) => line[2] === 'summa')).toHaveLength(13);
    const stays = lines.filter((line) => line[2] === 'vårdtillfälle').length;
    const { kommuner } = (await at.ledger.monthSums(MARCH, FROZEN))!;
    expect(stays).toBe(kommuner.reduce((all, sum) => all + sum.stays, 0));
  });
});

test('an invoice that lacks something of its parties fails by the name of the field; the basis is made all the same', async () => {
  const kommuner = parties.kommuner.map((one) => (one.code === '0680' ? { ...one, organisationsnummer: undefined } : one));
  const at = await place({ parties: { ...parties, kommuner } });
  await at.ledger.sendBasis(MARCH, SENT);
  await at.ledger.freezeMonth(MARCH, FROZEN);
  await at.ledger.settle(JONKOPING, FROZEN);
  await expect(at.activities.makeDocuments({ ...JONKOPING, n: 1, at: FROZEN })).rejects.toMatchObject({
    type: 'parter-saknas',
    nonRetryable: true,
    message: 'Fakturan jonkoping-2019-03-0680-1 kan inte göras. parter.yaml: kommuner.0680.organisationsnummer saknas.',
  });
  expect((await at.ledger.documents(JONKOPING)).map(({ kind }) => kind).sort()).toEqual(['underlag.csv', 'underlag.pdf', 'underlag.xlsx']);
  await at.app.close();
});

test('of two that make the same document at once the first wins, and both write it', async () => {
  const at = await place();
  await at.ledger.sendBasis(MARCH, SENT);
  await at.ledger.freezeMonth(MARCH, FROZEN);
  await at.ledger.settle(JONKOPING, FROZEN);
  const ref = { ...JONKOPING, kind: 'underlag.csv' as const, n: 1 };
  const { readDocument, saveDocument } = at.ledger;
  // The other run saves between this one's look and its own save.
  at.ledger.readDocument = async (asked) => {
    const found = await readDocument(asked);
    if (found === undefined && asked.kind === ref.kind) await saveDocument({ ...ref, bytes: Buffer.from('den andra'), at: FROZEN });
    return found;
  };
  at.ledger.saveDocument = async (document) => {
    if ((await readDocument(document)) !== undefined) throw new Error('other bytes for the same document');
    return saveDocument(document);
  };
  await at.activities.makeDocuments({ ...JONKOPING, n: 1, at: FROZEN });
  expect(readFileSync(join(at.dataDir, 'billing/jonkoping/2019-03/0680/underlag.csv'), 'utf8')).toBe('den andra');
  await at.app.close();
});
