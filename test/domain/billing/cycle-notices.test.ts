/** Who is told what of a month's billing, and that nothing anybody wrote goes with it. */
import { describe, expect, it } from 'vitest';
import { actorOf } from '../../../src/domain/billing/cycle-actions.js';
import { type CycleContext, invoiceNotices, objectionNotices, sentNotices } from '../../../src/domain/billing/cycle-notices.js';
import type { Objection } from '../../../src/domain/billing/objections.js';
import { openObjections } from '../../../src/domain/billing/open-objections.js';

const t = (iso: string) => Date.parse(iso);
const context: CycleContext = {
  region: 'jonkoping',
  month: '2019-03',
  payer: '0680',
  kommun: 'Jönköping (0680)',
  tolkningsinstans: 'reko',
  cycle: {
    preliminaryDay: 1,
    objectionsUntilDay: 12,
    frozenDay: 13,
    answerWithinDays: 10,
    objectWithinDays: 10,
    invoicing: 'automatic',
    paymentDays: 30,
  },
};
const SECRET = 'Anna Exempel 189001019802';
const at = t('2019-04-02T10:00:00+02:00');
const objection: Objection = {
  objectionId: 'inv-1',
  region: 'jonkoping',
  month: '2019-03',
  payer: '0680',
  stayId: 's1',
  code: 'kallelse-sen',
  text: SECRET,
  at,
  by: { party: 'kommun', unit: '0680', name: SECRET },
  inTime: true,
  answerDueAt: t('2019-04-13T00:00:00+02:00'),
  answer: null,
  dispute: null,
  decision: null,
};
const region = { party: 'region' as const, unit: 'jonkoping' };
const said = { text: SECRET, at: at + 1, by: region };
const answered = (accepted: boolean, rattad = false) => ({ ...objection, answer: { ...said, accepted, rattad } });
const disputed = { ...answered(false), dispute: { ...said, at: at + 2 } };
const told = (one: Objection, now = at, over: Partial<CycleContext> = {}) =>
  objectionNotices({ ...context, ...over }, one, now).map(({ type, to, text }) => [type, to.unit, text]);

describe('an objection', () => {
  it.each<[string, Objection, number, Partial<CycleContext>, [string, string][]]>([
    ['is told to the region', objection, at, {}, [['invandning', 'jonkoping']]],
    [
      'is reminded of after three quarters of the time',
      objection,
      t('2019-04-10T08:30:00+02:00'),
      {},
      [
        ['invandning', 'jonkoping'],
        ['paminnelse:invandning', 'jonkoping'],
      ],
    ],
    [
      'that is answered is told to the kommun, and reminded of no more',
      answered(true),
      t('2019-04-11T00:00:00+02:00'),
      {},
      [
        ['invandning', 'jonkoping'],
        ['invandning-svar', '0680'],
      ],
    ],
    [
      'that nobody answered is told to both',
      { ...objection, answer: { accepted: true, rattad: false, text: 'x', at, by: null } },
      at,
      {},
      [
        ['invandning', 'jonkoping'],
        ['invandning-svar', '0680'],
        ['invandning-svar', 'jonkoping'],
      ],
    ],
    [
      'that is disputed is told to the region and REKO',
      disputed,
      at,
      {},
      [
        ['invandning', 'jonkoping'],
        ['invandning-svar', '0680'],
        ['invandning-bestridd', 'jonkoping'],
        ['invandning-bestridd', 'reko'],
      ],
    ],
    [
      'that is decided is told to kommun and region',
      { ...disputed, decision: { ...said, accepted: true } },
      at,
      { tolkningsinstans: null },
      [
        ['invandning', 'jonkoping'],
        ['invandning-svar', '0680'],
        ['invandning-bestridd', 'jonkoping'],
        ['invandning-beslut', '0680'],
        ['invandning-beslut', 'jonkoping'],
      ],
    ],
  ])('%s', (_fact, one, now, over, expected) => {
    expect(told(one, now, over).map(([type, unit]) => [type, unit])).toEqual(expected);
    expect(JSON.stringify(objectionNotices({ ...context, ...over }, one, now))).not.toContain('189001019802');
  });

  it('is told of in words that say what happens next, and until when', () => {
    expect(told(objection)[0]?.[2]).toBe(
      'Jönköping (0680) invänder mot vårdtillfälle s1 i underlaget för mars 2019: kallelsen till SVPL kom för sent. Svara senast 2019-04-12; därefter räknas den som godtagen.',
    );
    expect(told({ ...objection, inTime: false })[0]?.[2]).toContain('Den kom efter tiden och ändrar inget förrän den godtas.');
    expect(told(answered(false))[1]?.[2]).toBe(
      'Invändningen mot vårdtillfälle s1 i underlaget för mars 2019 har avvisats. Svaret kan bestridas till och med 2019-04-12. Då avgörs frågan av tolkningsinstansen (reko).',
    );
    expect(told(answered(true, true))[1]?.[2]).toContain('har godtagits: uppgifterna har rättats, och avgör.');
  });

  it('has the same ids each time it is told, and others for another payer', () => {
    const ids = (payer: string) => objectionNotices({ ...context, payer }, disputed, at).map(({ noticeId }) => noticeId);
    expect(ids('0680')).toEqual(ids('0680'));
    expect(new Set([...ids('0680'), ...ids('0682')]).size).toBe(8);
  });
});

describe('who has the ball of an objection', () => {
  it.each<[string, Objection, number, object | undefined]>([
    ['the region, until the answer is due', objection, at, { ball: region, until: objection.answerDueAt }],
    [
      'the kommun, while it may dispute a rejection',
      answered(false),
      at + 1,
      { ball: { party: 'kommun', unit: '0680' }, until: t('2019-04-13T00:00:00+02:00') },
    ],
    ['nobody, when it did not', answered(false), t('2019-04-13T00:00:00+02:00'), undefined],
    [
      'REKO, however long it takes',
      disputed,
      t('2020-01-01T00:00:00Z'),
      { ball: { party: 'tolkningsinstans', unit: 'reko' }, until: null },
    ],
    ['nobody, when it is accepted', answered(true), at, undefined],
  ])('%s', (_who, one, now, expected) => {
    const [open] = openObjections([one], context, now);
    if (expected === undefined) expect(open).toBeUndefined();
    else expect(open).toMatchObject(expected);
  });

  it('without a tolkningsinstans a dispute is decided by the one that gives in', () => {
    const parties = { ...context, tolkningsinstans: null };
    expect(openObjections([disputed], parties, at)[0]?.ball).toBeNull();
    expect([actorOf('decision', parties, true).party, actorOf('decision', parties, false).party]).toEqual(['region', 'kommun']);
    expect(actorOf('decision', context, true)).toEqual({ party: 'tolkningsinstans', unit: 'reko', role: 'ledamot' });
  });
});

it('a basis is told of with its sum, its stays and until when it can be objected to', () => {
  const sent = { no: 1, isFirst: true, at, objectUntil: t('2019-04-13T00:00:00+02:00'), changed: 1, sum: { stays: 1, amountOre: null } };
  expect(sentNotices(context, sent).map(({ to, text }) => [to.unit, text])).toEqual([
    [
      '0680',
      'Preliminärt underlag för mars 2019: 1 vårdtillfälle, vårdpriset är ännu okänt. Invändningar kan göras till och med 2019-04-12.',
    ],
  ]);
  expect(sentNotices(context, { ...sent, no: 2, isFirst: false }).map(({ to, type }) => [to.unit, type])).toEqual([
    ['0680', 'underlag-andrat'],
    ['jonkoping', 'underlag-andrat'],
  ]);
});

it.each([
  ['faktura', 38_688_000, 'Faktura x-1 för mars 2019: 386 880 kr, att betala senast 2019-05-13.'],
  ['kreditfaktura', -2_340_000, 'Kreditfaktura x-1 för mars 2019: 23 400 kr tillbaka på faktura x-0.'],
  ['debetfaktura', 2_340_050, 'Debetfaktura x-1 för mars 2019: ytterligare 23 400,50 kr till faktura x-0, att betala senast 2019-05-13.'],
] as const)('a %s says what it is for, how much, and until when', (kind, amountOre, text) => {
  const invoice = { number: 'x-1', n: 1, kind, amountOre, refersTo: 'x-0', issuedAt: at, dueDate: '2019-05-13' };
  const [own, regions] = invoiceNotices(context, invoice);
  expect(own?.text.replaceAll('\u00a0', ' ')).toBe(text);
  expect(regions?.text).toBe(`Jönköping (0680): ${own?.text}`);
});
