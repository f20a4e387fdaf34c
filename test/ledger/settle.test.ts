import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { empty, onEachBackend } from './backends.js';
import {
  type BilledStay,
  correctedDischarge,
  economist,
  FREEZE,
  kommun,
  march,
  objectionTo,
  PRELIMINARY,
  recordMore,
  recordStays,
  region,
  reko,
  rulesWith,
} from './billing-sample.js';
import { t } from './sample.js';

const KR = 100;
const PRICE = 7_800 * KR;
const STAYS: BilledStay[] = [
  { stayId: 'a', days: 4 },
  { stayId: 'b', days: 10 },
  { stayId: 'c', days: 2 },
  { stayId: 'other', days: 1, kommun: '0682' },
];
/** a and c: average 3, so two days above the threshold together; b: seven days by itself. */
const OWED = 9 * PRICE;
const NOON = PRELIMINARY + 7 * 60 * 60_000;

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  const ref = { ...march, payer: '0680' };
  let shipped: Ledger;
  const start = async () => {
    await recordStays(ledger, STAYS);
    await ledger.sendBasis(march, PRELIMINARY);
  };
  beforeAll(async () => {
    ({ ledger: shipped, db } = await backend.open());
  });
  beforeEach(async () => {
    ledger = shipped;
    await empty(db);
    await start();
  });
  const settle = (at = FREEZE, payer = '0680') => ledger.settle({ ...march, payer }, at);
  const issued = async (payer = '0680') => (await ledger.invoices({ ...march, payer })).map(({ kind, amountOre }) => [kind, amountOre]);
  const reject = (objectionId: string, at: number) =>
    ledger.answerObjection({ ...ref, objectionId, accepted: false, text: 'Nej.', by: economist, at });

  test('nothing is invoiced before the month is frozen', async () => {
    expect(await settle(NOON)).toMatchObject({ frozenAt: null, owedOre: null, issuedOre: 0, invoices: [], waitsFor: null, nextAt: null });
    expect(await issued()).toEqual([]);
  });

  test('frozen it is invoiced once, however often and by however many', async () => {
    await ledger.freezeMonth(march, FREEZE);
    const settled = await Promise.all(Array.from({ length: 8 }, (_, i) => settle(FREEZE + i)));
    expect(await issued()).toEqual([['faktura', OWED]]);
    for (const one of settled) expect(one).toMatchObject({ owedOre: OWED, issuedOre: OWED, waitsFor: null });
    expect(await settle(FREEZE + 300 * DAY)).toMatchObject({ invoices: [{ n: 1 }], issuedOre: OWED });
    expect((await ledger.invoices(march))[0]).toMatchObject({
      ...ref,
      number: 'jonkoping-2019-03-0680-1',
      totalOre: OWED,
      refersTo: null,
      dueDate: '2019-05-13',
      contested: [],
      changed: [],
      sum: { amountOre: OWED, averageAmountOre: 2 * PRICE },
    });
  });

  test('a kommun with nothing to pay gets no invoice, nor one without a stay', async () => {
    await ledger.freezeMonth(march, FREEZE);
    expect(await settle(FREEZE, '0682')).toMatchObject({ owedOre: 0, issuedOre: 0, invoices: [] });
    expect(await settle(FREEZE, '0604')).toMatchObject({ owedOre: 0, invoices: [] });
    expect(await ledger.invoices(march)).toEqual([]);
  });

  describe('after the freeze', () => {
    beforeEach(async () => {
      await ledger.freezeMonth(march, FREEZE);
      await settle();
    });
    const put = (stay: BilledStay, date: string, at: number) => recordMore(ledger, stay.stayId, correctedDischarge(stay, date, at));

    test('each change becomes one note with the difference, that refers to the invoice and names the stays', async () => {
      await put({ stayId: 'b', days: 10 }, '2019-03-18', FREEZE + DAY);
      expect(await ledger.changedMonths(region)).toEqual([{ ...ref, stays: ['b'] }]);
      await settle(FREEZE + 2 * DAY);
      await settle(FREEZE + 2 * DAY);
      expect(await ledger.changedMonths(region)).toEqual([]);
      await put({ stayId: 'a', days: 4 }, '2019-03-23', FREEZE + 3 * DAY);
      await settle(FREEZE + 4 * DAY);
      // a: 7 days; with c an average of 4.5, so five days above the threshold.
      expect(await issued()).toEqual([
        ['faktura', OWED],
        ['kreditfaktura', -2 * PRICE],
        ['debetfaktura', 3 * PRICE],
      ]);
      expect((await ledger.invoices(march)).slice(1)).toMatchObject([
        { n: 2, number: 'jonkoping-2019-03-0680-2', refersTo: 'jonkoping-2019-03-0680-1', totalOre: OWED - 2 * PRICE, changed: ['b'] },
        { n: 3, refersTo: 'jonkoping-2019-03-0680-1', totalOre: OWED + PRICE, changed: ['a'] },
      ]);
    });

    test('what is changed and changed back costs nothing', async () => {
      await put({ stayId: 'b', days: 10 }, '2019-03-18', FREEZE + DAY);
      await put({ stayId: 'b', days: 10 }, '2019-03-20', FREEZE + DAY);
      expect(await settle(FREEZE + 2 * DAY)).toMatchObject({ issuedOre: OWED, invoices: [{ n: 1 }] });
      expect(await ledger.changedMonths(region)).toEqual([]);
    });

    test('where there was no invoice the difference is the first', async () => {
      await settle(FREEZE, '0682');
      await put({ stayId: 'other', days: 1, kommun: '0682' }, '2019-03-23', FREEZE + DAY);
      await settle(FREEZE + 2 * DAY, '0682');
      expect(await issued('0682')).toEqual([['faktura', 2 * PRICE]]);
    });

    test('a month that comes to nothing is credited as a whole, and charged again', async () => {
      for (const [stay, other] of [
        ['a', '2019-04-01'],
        ['b', '2019-04-01'],
        ['c', '2019-04-01'],
      ] as const)
        await put({ stayId: stay, days: STAYS.find((one) => one.stayId === stay)?.days ?? 0 }, other, FREEZE + DAY);
      expect(await settle(FREEZE + 2 * DAY)).toMatchObject({ owedOre: 0, issuedOre: 0 });
      await put({ stayId: 'b', days: 10 }, '2019-03-20', FREEZE + 3 * DAY);
      await settle(FREEZE + 3 * DAY);
      expect(await issued()).toEqual([
        ['faktura', OWED],
        ['kreditfaktura', -OWED],
        ['debetfaktura', 7 * PRICE],
      ]);
    });

    test('a late objection changes nothing before it is upheld, and then it is a note', async () => {
      await ledger.addObjection(objectionTo('b', FREEZE + 5 * DAY, { objectionId: 'late' }));
      expect(await ledger.changedMonths(region)).toEqual([{ ...ref, stays: ['b'] }]);
      expect(await settle(FREEZE + 6 * DAY)).toMatchObject({ owedOre: OWED, nextAt: t('2019-04-28T22:00:00Z') });
      // Nobody answers.
      const settled = await settle(t('2019-04-28T22:00:00Z'));
      expect(settled).toMatchObject({ acceptedByDefault: ['late'], owedOre: 2 * PRICE, nextAt: null });
      expect((await ledger.invoices(march))[1]).toMatchObject({ kind: 'kreditfaktura', amountOre: -7 * PRICE, changed: ['b'] });
      expect((await settle(t('2019-05-28T22:00:00Z'))).acceptedByDefault).toEqual([]);
    });
  });

  describe('a dispute', () => {
    test('unanswered at the freeze holds back what it is about; decided, the rest follows', async () => {
      const at = t('2019-04-10T10:00:00Z');
      await ledger.addObjection(objectionTo('b', at, { objectionId: 'i' }));
      await ledger.freezeMonth(march, FREEZE);
      const due = t('2019-04-20T22:00:00Z');
      expect(await settle()).toMatchObject({ owedOre: 2 * PRICE, nextAt: due, invoices: [{ contested: ['b'] }] });
      await reject('i', FREEZE + DAY);
      // Rejected after the freeze: the kommun has its time to dispute it.
      const window = t('2019-04-24T22:00:00Z');
      expect(await settle(FREEZE + DAY)).toMatchObject({ owedOre: 2 * PRICE, nextAt: window });
      await ledger.disputeObjection({ ...ref, objectionId: 'i', text: 'Nej.', by: kommun(), at: window - 1 });
      expect(await settle(window + DAY)).toMatchObject({ owedOre: 2 * PRICE, nextAt: null });
      await ledger.decideObjection({ ...ref, objectionId: 'i', accepted: false, text: 'Nej.', by: reko, at: window + 5 * DAY });
      expect(await ledger.changedMonths(region)).toEqual([{ ...ref, stays: ['b'] }]);
      await settle(window + 5 * DAY);
      expect(await issued()).toEqual([
        ['faktura', 2 * PRICE],
        ['debetfaktura', 7 * PRICE],
      ]);
      expect((await ledger.invoices(march))[1]).toMatchObject({ changed: ['b'], contested: [] });
    });

    test('a rejection after the freeze that nobody disputes is invoiced when the time for that is out', async () => {
      await ledger.addObjection(objectionTo('b', t('2019-04-10T10:00:00Z'), { objectionId: 'i' }));
      await ledger.freezeMonth(march, FREEZE);
      await reject('i', FREEZE + DAY);
      const window = t('2019-04-24T22:00:00Z');
      expect(await settle(window - 1)).toMatchObject({ owedOre: 2 * PRICE });
      expect(await settle(window)).toMatchObject({ owedOre: OWED, nextAt: null });
      expect(await issued()).toEqual([
        ['faktura', 2 * PRICE],
        ['debetfaktura', 7 * PRICE],
      ]);
    });

    test('a rejection before the freeze that is undisputed then is invoiced', async () => {
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i' }));
      await reject('i', NOON + DAY);
      await ledger.freezeMonth(march, FREEZE);
      expect(await settle()).toMatchObject({ owedOre: OWED, invoices: [{ contested: [] }] });
    });

    test('about a stay that lowers the average costs no more than with it', async () => {
      await ledger.addObjection(objectionTo('c', t('2019-04-10T10:00:00Z'), { objectionId: 'i' }));
      await ledger.freezeMonth(march, FREEZE);
      // Without c: a alone, two days above. With it: two days above as well.
      expect(await settle()).toMatchObject({ owedOre: OWED });
      await recordMore(ledger, 'a', correctedDischarge({ stayId: 'a', days: 4 }, '2019-03-22', FREEZE));
      // a has 6 days: four above without c, also four with it. And c of no days at all makes it two.
      await recordMore(ledger, 'c', correctedDischarge({ stayId: 'c', days: 2 }, '2019-03-18', FREEZE));
      expect(await settle()).toMatchObject({ owedOre: OWED, invoices: [{ contested: ['c'] }] });
    });

    test('nobody answered by the end of the time: it is accepted, once, before the freeze too', async () => {
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i' }));
      const due = t('2019-04-11T22:00:00Z');
      expect(await settle(due - 1)).toMatchObject({ acceptedByDefault: [], nextAt: due });
      expect(await settle(due)).toMatchObject({ acceptedByDefault: ['i'], nextAt: null, objections: [{ answer: { by: null, at: due } }] });
      expect(await settle(due)).toMatchObject({ acceptedByDefault: [] });
      await ledger.freezeMonth(march, FREEZE);
      expect(await settle()).toMatchObject({ owedOre: 2 * PRICE, invoices: [{ contested: [] }] });
    });
  });

  describe('the region’s economist', () => {
    test('holds an invoice back, and releases it', async () => {
      const hold = { ...ref, held: true, text: 'Vi ser över ett vårdtillfälle.', by: economist, at: NOON };
      expect(await ledger.holdInvoice(hold)).toMatchObject({ held: { text: hold.text, at: NOON, by: economist } });
      expect(await ledger.holdInvoice({ ...hold, at: NOON + 1, text: 'Igen.' })).toMatchObject({ held: { at: NOON } });
      await ledger.freezeMonth(march, FREEZE);
      expect(await settle()).toMatchObject({ waitsFor: 'release', owedOre: OWED, issuedOre: 0, invoices: [] });
      expect(await ledger.holdInvoice({ ...hold, held: false, at: FREEZE })).toMatchObject({ held: null });
      expect(await settle()).toMatchObject({ waitsFor: null, issuedOre: OWED });
    });

    test('where the agreement says so approves the first invoice; a note after it is only held', async () => {
      const approving = rulesWith('jonkoping-2018', (agreement) => ({
        ...agreement,
        cycle: { ...agreement.cycle, invoicing: 'approved' },
      }));
      ({ ledger } = await backend.open([], approving));
      await start();
      await ledger.freezeMonth(march, FREEZE);
      expect(await settle()).toMatchObject({ waitsFor: 'approval', issuedOre: 0 });
      expect(await settle(FREEZE, '0682')).toMatchObject({ waitsFor: null, owedOre: 0 });
      const approved = await ledger.approveInvoice({ ...ref, by: economist, at: FREEZE });
      expect(approved).toMatchObject({ approved: { at: FREEZE, by: economist } });
      expect(await ledger.approveInvoice({ ...ref, by: economist, at: FREEZE + 1 })).toEqual(approved);
      expect(await ledger.kommunState(ref)).toEqual(approved);
      expect(await settle()).toMatchObject({ waitsFor: null, issuedOre: OWED });
      await recordMore(ledger, 'b', correctedDischarge({ stayId: 'b', days: 10 }, '2019-03-21', FREEZE));
      expect(await settle()).toMatchObject({ waitsFor: null, issuedOre: OWED + PRICE });
      await ledger.holdInvoice({ ...ref, held: true, text: 'Vänta.', by: economist, at: FREEZE });
      expect((await ledger.kommunState(ref)).approved).not.toBeNull();
      await recordMore(ledger, 'b', correctedDischarge({ stayId: 'b', days: 10 }, '2019-03-22', FREEZE));
      expect(await settle()).toMatchObject({ waitsFor: 'release', issuedOre: OWED + PRICE });
      // What waits is among what has changed, until it is settled.
      expect(await ledger.changedMonths(region)).toEqual([{ ...ref, stays: ['b'] }]);
    });
  });

  test('an invoice is never changed or taken away', async () => {
    await ledger.freezeMonth(march, FREEZE);
    await settle();
    await expect(db.updateTable('invoices').set({ amount_ore: 1 }).execute()).rejects.toThrow('append-only');
    await expect(db.deleteFrom('invoices').execute()).rejects.toThrow('append-only');
  });

  test('a document is kept once: the same bytes again are the same, others are refused', async () => {
    const document = { ...ref, n: 1, kind: 'underlag.csv' as const, bytes: Buffer.from('å;b\r\n'), at: FREEZE };
    const note = await ledger.saveDocument(document);
    expect(note).toMatchObject({ ...ref, n: 1, kind: 'underlag.csv', size: 6, at: FREEZE });
    expect(await ledger.saveDocument({ ...document, at: FREEZE + 1 })).toEqual(note);
    await expect(ledger.saveDocument({ ...document, bytes: Buffer.from('x') })).rejects.toMatchObject({ code: 'dokument-finns' });
    const read = await ledger.readDocument({ ...ref, n: 1, kind: 'underlag.csv' });
    expect(read?.note).toEqual(note);
    expect(Buffer.from(read?.bytes ?? []).toString()).toBe('å;b\r\n');
    expect(await ledger.readDocument({ ...ref, n: 2, kind: 'underlag.csv' })).toBeUndefined();
    await ledger.saveDocument({ ...document, n: 0, kind: 'underlag.pdf' });
    expect((await ledger.documents(march)).map(({ n, kind }) => [n, kind])).toEqual([
      [0, 'underlag.pdf'],
      [1, 'underlag.csv'],
    ]);
    await expect(db.deleteFrom('documents').execute()).rejects.toThrow('append-only');
  });
});
