/** The month's cycle on the calendar: when it is sent, until when it can be objected to, when it is frozen. */
import { describe, expect, it } from 'vitest';
import { cyclePlan, freezeAtFor, objectUntilFor, stepAfter, stepFrom } from '../../../src/domain/billing/cycle.js';
import { toIso } from '../../../src/domain/calendar.js';

const CYCLE = {
  preliminaryDay: 1,
  objectionsUntilDay: 12,
  frozenDay: 13,
  answerWithinDays: 10,
  objectWithinDays: 10,
  invoicing: 'automatic' as const,
  paymentDays: 30,
};
const t = (iso: string) => Date.parse(iso);

describe("a month's days", () => {
  it.each([
    ['2019-03', '2019-04-01T05:00:00+02:00', '2019-04-13T00:00:00+02:00', '2019-04-13T05:00:00+02:00'],
    ['2019-12', '2020-01-01T05:00:00+01:00', '2020-01-13T00:00:00+01:00', '2020-01-13T05:00:00+01:00'],
    // The clocks change between the two.
    ['2026-09', '2026-10-01T05:00:00+02:00', '2026-10-13T00:00:00+02:00', '2026-10-13T05:00:00+02:00'],
  ])('%s is sent %s, can be objected to until %s and is frozen %s', (month, preliminaryAt, objectUntil, freezeAt) => {
    const plan = cyclePlan(month, CYCLE);
    expect([plan.preliminaryAt, plan.objectUntil, plan.freezeAt].map(toIso)).toEqual(
      [preliminaryAt, objectUntil, freezeAt].map((iso) => toIso(t(iso))),
    );
  });

  it('are fields of the agreement', () => {
    const plan = cyclePlan('2019-03', { ...CYCLE, preliminaryDay: 3, frozenDay: 20 });
    expect([toIso(plan.preliminaryAt), toIso(plan.freezeAt)]).toEqual(['2019-04-03T03:00:00Z', '2019-04-20T03:00:00Z']);
  });
});

describe('a month that is sent', () => {
  const plan = cyclePlan('2019-03', CYCLE);
  it.each([
    ['on its day is frozen on its day', '2019-04-01T05:00:07+02:00', '2019-04-13T05:00:00+02:00'],
    ['a day late still is: ten days fit', '2019-04-02T23:59:00+02:00', '2019-04-13T05:00:00+02:00'],
    ['two days late is frozen when ten days have passed', '2019-04-03T00:00:00+02:00', '2019-04-14T05:00:00+02:00'],
    ['after its day of freezing is frozen ten days later', '2019-04-20T14:00:00+02:00', '2019-05-01T05:00:00+02:00'],
    ['years later as well', '2021-10-25T14:00:00+02:00', '2021-11-05T05:00:00+01:00'],
  ])('%s', (_fact, sentAt, frozenAt) => {
    expect(toIso(freezeAtFor(t(sentAt), plan, CYCLE))).toBe(toIso(t(frozenAt)));
    expect(freezeAtFor(t(sentAt), plan, CYCLE)).toBeGreaterThan(objectUntilFor(t(sentAt), plan, CYCLE));
  });
});

describe('the next daily step', () => {
  it.each([
    ['2019-04-01T04:59:59+02:00', '2019-04-01T05:00:00+02:00', '2019-04-01T05:00:00+02:00'],
    ['2019-04-01T05:00:00+02:00', '2019-04-01T05:00:00+02:00', '2019-04-02T05:00:00+02:00'],
    ['2019-04-01T05:00:01+02:00', '2019-04-02T05:00:00+02:00', '2019-04-02T05:00:00+02:00'],
    // The night in which the clocks change.
    ['2019-03-30T12:00:00+01:00', '2019-03-31T05:00:00+02:00', '2019-03-31T05:00:00+02:00'],
  ])('at %s is %s, and after it %s', (at, from, after) => {
    expect([toIso(stepFrom(t(at))), toIso(stepAfter(t(at)))]).toEqual([toIso(t(from)), toIso(t(after))]);
  });
});
