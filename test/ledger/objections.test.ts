import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OBJECTION_CODES, objectionState, REASON_OF } from '../../src/domain/billing/objections.js';
import { DAY } from '../../src/domain/calendar.js';
import type { ObjectionAnswer } from '../../src/ledger/billing/billing-ledger.js';
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
import { accepted, nurse, t } from './sample.js';

const STAYS: BilledStay[] = [
  { stayId: 'a', days: 4 },
  { stayId: 'b', days: 9 },
  { stayId: 'c', days: 3 },
  { stayId: 'other', days: 5, kommun: '0682' },
];
const NOON = PRELIMINARY + 7 * 60 * 60_000;

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  let shipped: Ledger;
  beforeAll(async () => {
    ({ ledger: shipped, db } = await backend.open());
  });
  beforeEach(async () => {
    ledger = shipped;
    await empty(db);
    await recordStays(ledger, STAYS);
  });
  const ref = { ...march, payer: '0680' };
  const answer = (objectionId: string, over: Partial<Parameters<Ledger['answerObjection']>[0]> = {}) =>
    ledger.answerObjection({ ...ref, objectionId, accepted: false, text: 'Kallelsen finns.', by: economist, at: NOON + DAY, ...over });
  const code = (answered: ObjectionAnswer) => (answered.ok ? objectionState(answered.objection) : answered.code);
  const judgement = async (stayId: string, as?: 'frozen' | 'current') =>
    (await ledger.monthStay({ ...march, stayId, as }, FREEZE))?.judgement;
  const sum = async (payer = '0680') => (await ledger.currentSums(march, FREEZE))?.kommuner.find((one) => one.payer === payer);

  describe('the basis', () => {
    test('goes to every kommun first, and then to those with something new', async () => {
      const sent = await ledger.sendBasis(march, PRELIMINARY);
      expect(sent.map(({ payer, changed, no }) => [payer, changed, no])).toEqual([
        ...['0604', '0617', '0642', '0643', '0662', '0665'].map((payer) => [payer, 0, 1]),
        ['0680', 3, 1],
        ['0682', 1, 1],
        ...['0683', '0684', '0685', '0686', '0687'].map((payer) => [payer, 0, 1]),
      ]);
      expect(sent[0]?.objectUntil).toBe(t('2019-04-12T22:00:00Z'));
      expect(await ledger.sendBasis(march, PRELIMINARY + DAY)).toEqual([]);
      await recordMore(ledger, 'a', correctedDischarge({ stayId: 'a', days: 4 }, '2019-03-21', PRELIMINARY + DAY));
      await recordStays(ledger, [{ stayId: 'stranger', days: 2, kommun: '0180' }]);
      const again = await ledger.sendBasis(march, PRELIMINARY + 5 * DAY);
      expect(again.map(({ payer, changed, no }) => [payer, changed, no])).toEqual([
        ['0680', 1, 2],
        ['0180', 1, 2],
      ]);
      // Ten whole days from 6 April, which is longer than the month's own day.
      expect(again[0]?.objectUntil).toBe(t('2019-04-16T22:00:00Z'));
      expect(again[0]?.sum).toEqual(await sum());
      expect(await ledger.sentBases({ ...march, payer: '0680' })).toEqual([sent[6], again[0]]);
      expect(await ledger.monthSums(march, NOON)).toMatchObject({ state: 'preliminar', preliminaryAt: PRELIMINARY });
    });

    test('a kommun that a stay has left is sent what is left, and the one it came to what has come', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      const moved = accepted('andra-uppgifter', '2019-04-01T12:00:00Z', { vardcentral: { hsaId: 'SE-NY', name: 'Ny' } });
      await recordMore(ledger, 'c', moved);
      expect(await ledger.sendBasis(march, PRELIMINARY + DAY)).toEqual([]);
      await recordMore(ledger, 'c', accepted('angra-utskrivning', '2019-04-01T13:00:00Z', { skal: 'fel' }, nurse));
      const sent = await ledger.sendBasis(march, PRELIMINARY + 2 * DAY);
      expect(sent).toMatchObject([{ payer: '0680', changed: 1, sum: { stays: 2 } }]);
    });

    test('is not sent while the month runs', async () => {
      await expect(ledger.sendBasis(march, t('2019-03-31T20:00:00Z'))).rejects.toMatchObject({ code: 'manaden-pagar' });
    });

    test('sent by many at once it is sent once', async () => {
      const sent = await Promise.all(Array.from({ length: 8 }, (_, i) => ledger.sendBasis(march, PRELIMINARY + i)));
      expect(sent.filter((bases) => bases.length > 0)).toHaveLength(1);
    });
  });

  describe('an objection', () => {
    test('is refused before the basis is sent, to a stay that is not in it, and to one with an open objection', async () => {
      expect(code(await ledger.addObjection(objectionTo('a', NOON)))).toBe('manaden-inte-sand');
      await ledger.sendBasis(march, PRELIMINARY);
      expect(code(await ledger.addObjection(objectionTo('other', NOON)))).toBe('vardtillfallet-ej-i-underlaget');
      expect(code(await ledger.addObjection(objectionTo('nobody', NOON)))).toBe('vardtillfallet-ej-i-underlaget');
      expect(code(await ledger.addObjection(objectionTo('a', NOON)))).toBe('obesvarad');
      expect(code(await ledger.addObjection(objectionTo('a', NOON)))).toBe('invandning-finns');
      expect(await ledger.objections({ region, payer: '0680' })).toHaveLength(1);
    });

    test('again is the same; its id belongs to its content', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      const objection = objectionTo('a', NOON);
      const first = await ledger.addObjection(objection);
      expect(await ledger.addObjection({ ...objection, at: NOON + 1 })).toEqual(first);
      expect(code(await ledger.addObjection({ ...objection, text: 'Annat.' }))).toBe('id-anvant');
      expect(code(await ledger.addObjection({ ...objection, stayId: 'c' }))).toBe('id-anvant');
      const many = await Promise.all(Array.from({ length: 8 }, () => ledger.addObjection({ ...objection, objectionId: 'x', stayId: 'c' })));
      expect(new Set(many.map((each) => JSON.stringify(each))).size).toBe(1);
    });

    test.each([
      ['in time on the last day', t('2019-04-12T21:59:59Z'), true],
      ['late after it', t('2019-04-12T22:00:00Z'), false],
    ])('is %s, and is received either way', async (_, at, inTime) => {
      await ledger.sendBasis(march, PRELIMINARY);
      const added = await ledger.addObjection(objectionTo('a', at));
      expect(added).toMatchObject({ ok: true, objection: { inTime } });
    });

    test('to a stay that was sent late is in time longer than those to the others', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      await recordMore(ledger, 'a', correctedDischarge({ stayId: 'a', days: 4 }, '2019-03-21', PRELIMINARY + DAY));
      await ledger.sendBasis(march, PRELIMINARY + 5 * DAY);
      const at = t('2019-04-15T08:00:00Z');
      expect(await ledger.addObjection(objectionTo('a', at))).toMatchObject({ ok: true, objection: { inTime: true } });
      expect(await ledger.addObjection(objectionTo('c', at))).toMatchObject({ ok: true, objection: { inTime: false } });
    });

    test('what changed last before the freeze is sent with it, and can be objected to for ten days', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      await recordMore(ledger, 'a', correctedDischarge({ stayId: 'a', days: 4 }, '2019-03-21', FREEZE - 1));
      await ledger.freezeMonth(march, FREEZE);
      expect((await ledger.sentBases({ ...march, payer: '0680' })).map(({ no }) => no)).toEqual([1, 2]);
      expect(await ledger.addObjection(objectionTo('a', FREEZE + 5 * DAY))).toMatchObject({ ok: true, objection: { inTime: true } });
      // It came into the month after the freeze: received, but late.
      await recordStays(ledger, [{ stayId: 'new', days: 3 }]);
      expect(await ledger.addObjection(objectionTo('new', FREEZE + DAY))).toMatchObject({ ok: true, objection: { inTime: false } });
    });

    test('is answered within ten days, the last of them included', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      const added = await ledger.addObjection(objectionTo('a', NOON, { objectionId: 'i' }));
      expect(added).toMatchObject({ ok: true, objection: { answerDueAt: t('2019-04-11T22:00:00Z') } });
      expect(code(await answer('i', { at: t('2019-04-11T22:00:00Z') }))).toBe('redan-besvarad');
      expect(await ledger.objections({ region })).toMatchObject([{ answer: { accepted: true, by: null, at: t('2019-04-11T22:00:00Z') } }]);
    });
  });

  describe('upheld', () => {
    beforeEach(async () => {
      await ledger.sendBasis(march, PRELIMINARY);
    });

    test.each(OBJECTION_CODES)('%s takes the stay out of the base, for the reason that it names', async (given) => {
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i', code: given }));
      expect(code(await answer('i', { accepted: true }))).toBe('godtagen');
      expect(await ledger.monthStay({ ...march, stayId: 'b' }, FREEZE)).toMatchObject({
        objectionId: 'i',
        judgement: { outcome: 'utesluten', reason: REASON_OF[given] },
      });
      expect(await sum()).toMatchObject({ stays: 3, averageStays: 2, billableByYear: {} });
      // The kommun is sent what has become of it.
      expect(await ledger.sendBasis(march, NOON + 2 * DAY)).toMatchObject([{ payer: '0680', changed: 1 }]);
    });

    test('stays upheld whatever is recorded of the stay, as long as it is in that month', async () => {
      const stay = { stayId: 'b', days: 9 };
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i' }));
      await answer('i', { accepted: true });
      await recordMore(ledger, 'b', correctedDischarge(stay, '2019-03-21', NOON + DAY));
      expect(await judgement('b')).toMatchObject({ outcome: 'utesluten', reason: 'annan' });
      await recordMore(ledger, 'b', correctedDischarge(stay, '2019-04-02', NOON + DAY));
      expect((await ledger.monthStay({ region, month: '2019-04', stayId: 'b' }, FREEZE))?.judgement).toMatchObject({
        outcome: 'individuell',
      });
      await recordMore(ledger, 'b', correctedDischarge(stay, '2019-03-20', NOON + DAY));
      expect(await judgement('b')).toMatchObject({ outcome: 'utesluten', reason: 'annan' });
    });

    test('with the facts corrected it is they that decide; without a correction that is refused', async () => {
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i', code: 'fel-tid' }));
      expect(code(await answer('i', { accepted: true, rattad: true }))).toBe('inte-rattad');
      await recordMore(ledger, 'b', correctedDischarge({ stayId: 'b', days: 9 }, '2019-03-17', NOON + DAY));
      expect(code(await answer('i', { accepted: true, rattad: true }))).toBe('godtagen');
      expect(await judgement('b')).toMatchObject({ outcome: 'snitt', reason: null, averageDays: 6 });
    });

    test('after the freeze the frozen month stays as it was', async () => {
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i' }));
      const frozen = await ledger.freezeMonth(march, t('2019-04-10T03:00:00Z'));
      await answer('i', { accepted: true });
      expect(await judgement('b', 'frozen')).toMatchObject({ outcome: 'individuell' });
      expect(await judgement('b', 'current')).toMatchObject({ outcome: 'utesluten' });
      expect((await ledger.monthSums(march, FREEZE))?.amountOre).toBe(frozen.amountOre);
      expect(await ledger.verifyMonth(march)).toBe(true);
      expect(await ledger.changedMonths(region)).toEqual([{ ...ref, stays: ['b'] }]);
    });
  });

  describe('rejected', () => {
    beforeEach(async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      await ledger.addObjection(objectionTo('b', NOON, { objectionId: 'i' }));
    });
    const dispute = (over: { text?: string; at?: number } = {}) =>
      ledger.disputeObjection({ ...ref, objectionId: 'i', text: 'Vi håller fast.', by: kommun(), at: NOON + 2 * DAY, ...over });
    const decide = (accepted: boolean, over: Partial<Parameters<Ledger['decideObjection']>[0]> = {}) =>
      ledger.decideObjection({ ...ref, objectionId: 'i', accepted, text: 'REKO har talat.', by: reko, at: NOON + 3 * DAY, ...over });

    test('the same answer again is the same, another is refused', async () => {
      const first = await answer('i');
      expect(code(first)).toBe('avvisad');
      expect(await answer('i', { at: NOON + 3 * DAY })).toEqual(first);
      expect(code(await answer('i', { accepted: true }))).toBe('redan-besvarad');
      expect(code(await answer('i', { text: 'Nej.' }))).toBe('redan-besvarad');
      expect(code(await answer('okänd'))).toBe('okand-invandning');
      expect(
        code(await ledger.answerObjection({ ...ref, payer: '0682', objectionId: 'i', accepted: true, text: 'x', by: economist, at: NOON })),
      ).toBe('okand-invandning');
      expect(await judgement('b')).toMatchObject({ outcome: 'individuell' });
    });

    test('and disputed it goes to the tolkningsinstans, whose word is the last', async () => {
      expect(code(await dispute())).toBe('inte-avvisad');
      expect(code(await decide(true))).toBe('inte-avvisad');
      await answer('i');
      const disputed = await dispute();
      expect(code(disputed)).toBe('bestridd');
      expect(await dispute({ at: NOON + 5 * DAY })).toEqual(disputed);
      expect(code(await dispute({ text: 'Annat.' }))).toBe('inte-avvisad');
      const decided = await decide(true);
      expect(code(decided)).toBe('bifallen');
      expect(await decide(true, { at: NOON + 9 * DAY })).toEqual(decided);
      expect(code(await decide(false))).toBe('redan-avgjord');
      expect(code(await dispute({ text: 'Igen.' }))).toBe('redan-avgjord');
      expect(await judgement('b')).toMatchObject({ outcome: 'utesluten' });
      expect((await ledger.objections({ region, state: 'bifallen' })).map((one) => one.objectionId)).toEqual(['i']);
    });

    test('undisputed it can be decided all the same, and a rejection that is upheld leaves the stay', async () => {
      await answer('i');
      expect(await decide(false)).toMatchObject({ ok: true, objection: { dispute: { by: reko } } });
      expect(await judgement('b')).toMatchObject({ outcome: 'individuell' });
      // Another objection to the same stay can then be made.
      expect(code(await ledger.addObjection(objectionTo('b', NOON + 4 * DAY)))).toBe('obesvarad');
    });

    test('what was said stands: nothing of an objection is changed or taken away', async () => {
      await answer('i');
      const update = (set: object) => db.updateTable('objections').set(set).where('objection_id', '=', 'i').execute();
      for (const set of [{ text: '"x"' }, { in_time: false }, { answer: null, state: 'obesvarad' }, { at: 1 }])
        await expect(update(set)).rejects.toThrow('only added to');
      await expect(db.deleteFrom('objections').execute()).rejects.toThrow('only added to');
    });
  });

  test('where there is no tolkningsinstans a dispute ends when a party gives in', async () => {
    ({ ledger } = await backend.open(
      [],
      rulesWith('jonkoping-2018', (agreement) => ({ ...agreement, tolkningsinstans: null })),
    ));
    await recordStays(ledger, STAYS);
    await ledger.sendBasis(march, PRELIMINARY);
    for (const [objectionId, stayId] of [
      ['i', 'a'],
      ['j', 'b'],
    ] as const) {
      await ledger.addObjection(objectionTo(stayId, NOON, { objectionId }));
      await answer(objectionId);
    }
    const decide = (objectionId: string, accepted: boolean, by: Parameters<Ledger['decideObjection']>[0]['by']) =>
      ledger.decideObjection({ ...ref, objectionId, accepted, text: 'x', by, at: NOON + 2 * DAY });
    for (const [accepted, by] of [
      [true, reko],
      [true, kommun()],
      [false, economist],
    ] as const)
      expect(code(await decide('i', accepted, by))).toBe('ingen-tolkningsinstans');
    expect(code(await decide('i', true, economist))).toBe('bifallen');
    expect(code(await decide('j', false, kommun()))).toBe('avslagen');
  });
});
