/** Random months, and what happens to them afterwards, against the month computed afresh from the stays' episodes. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Episode } from '../../src/domain/billing/episode.js';
import type { RuleBook } from '../../src/domain/billing/kommun-month.js';
import { computeMonth } from '../../src/domain/billing/month.js';
import { isContested, isUpheld, OBJECTION_CODES, type Objection, objectionState, REASON_OF } from '../../src/domain/billing/objections.js';
import { DAY } from '../../src/domain/calendar.js';
import { type Connection, connectPglite } from '../../src/ledger/connect.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import { migrateToLatest } from '../../src/ledger/migrate.js';
import { empty } from './backends.js';
import {
  type BilledStay,
  correctedDischarge,
  correctedKommun,
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
  shippedRules,
} from './billing-sample.js';

/** The last is of another region, and pays by the law. */
const PAYERS = ['0680', '0682', '0180'];
const MONTH = march.month;

let connection: Connection;
let ledger: Ledger;
beforeAll(async () => {
  connection = await connectPglite();
  ledger = ledgerOver(connection, [], await migrateToLatest(connection.db), shippedRules());
});
afterAll(() => connection.close());

const someStay = fc.record({
  kommun: fc.constantFrom(...PAYERS),
  discharged: fc.integer({ min: 1, max: 31 }).map((day) => `2019-03-${String(day).padStart(2, '0')}`),
  days: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 6, max: 14 })),
  svpl: fc.boolean(),
  calledAfterHours: fc.option(fc.constantFrom(1, 100), { nil: undefined }),
});
const index = fc.nat({ max: 7 });
const act = fc.oneof(
  fc.record({
    do: fc.constant('discharge' as const),
    stay: index,
    to: fc.constantFrom('2019-02-27', '2019-03-12', '2019-03-24', '2019-03-31', '2019-04-02'),
  }),
  fc.record({ do: fc.constant('kommun' as const), stay: index, to: fc.constantFrom(...PAYERS) }),
  fc.record({ do: fc.constant('object' as const), stay: index, code: fc.constantFrom(...OBJECTION_CODES) }),
  fc.record({ do: fc.constant('answer' as const), accepted: fc.boolean(), rattad: fc.boolean() }),
  fc.record({ do: fc.constant('dispute' as const) }),
  fc.record({ do: fc.constant('decide' as const), accepted: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constant('settle' as const) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

test('the invoices and notes come to the month computed afresh, to the öre, and the frozen figures never change', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someStay, { minLength: 1, maxLength: 8 }),
      fc.array(act, { maxLength: 5 }),
      fc.array(act, { minLength: 1, maxLength: 25 }),
      async (stays, before, after) => {
        await empty(connection.db);
        const play = player(stays.map((stay, i): BilledStay => ({ ...stay, stayId: `s${i}`, kommunFound: true })));
        await play.begin();
        for (const step of before) await play.take(step);
        const frozen = await play.freeze();
        for (const step of after) await play.take(step);
        await play.settle();
        // Everybody has had their say, and the time for more is out.
        await play.decideAll();
        await play.settle();
        expect(await ledger.monthSums(march, play.now())).toEqual(frozen);
        expect(await ledger.verifyMonth(march)).toBe(true);
        expect(await ledger.changedMonths(region)).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
}, 300_000);

function player(stays: BilledStay[]) {
  let now = PRELIMINARY;
  let book: RuleBook;
  let frozenAt: number;
  const objections = () => ledger.objections({ region });
  const first = async (...states: ReturnType<typeof objectionState>[]) =>
    (await objections()).find((one) => states.includes(objectionState(one)));
  const of = ({ month, payer, objectionId }: Objection) => ({ region, month, payer, objectionId, text: 'Text.', at: now });
  const stayOf = (at: number): BilledStay => stays[at % stays.length] as BilledStay;

  /** What every payer owes now, by the computation that the preview uses, told which stays are out. */
  const owed = async (): Promise<Map<string, number>> => {
    const said = await objections();
    const episodes = (await Promise.all(['2019-02', MONTH, '2019-04'].map((month) => ledger.episodesOfMonth({ region, month })))).flat();
    const out = new Map(
      said
        .filter((one) => isUpheld(one) && !(one.decision === null && one.answer?.rattad === true))
        .map((one) => [`${one.stayId} ${one.payer}`, one]),
    );
    const present = episodes.map(({ episode }) => {
      const upheld = out.get(`${episode.stayId} ${episode.payer}`);
      return upheld === undefined ? episode : { ...episode, excluded: episode.excluded ?? REASON_OF[upheld.code] };
    });
    const contested = new Set(
      said.filter((one) => isContested(one, book.agreement.cycle, now, frozenAt)).map((one) => `${one.stayId} ${one.payer}`),
    );
    const without = present.map(
      (episode): Episode => (contested.has(`${episode.stayId} ${episode.payer}`) ? { ...episode, excluded: 'annan' } : episode),
    );
    const amounts = (given: Episode[]) => {
      const result = computeMonth({ ...book, month: MONTH, episodes: given, runningAsOf: now });
      return new Map([...result.kommuner, ...(result.andraRegioner?.kommuner ?? [])].map((one) => [one.payer, one.amountOre ?? 0]));
    };
    const [whole, rest] = [amounts(present), amounts(without)];
    return new Map(PAYERS.map((payer) => [payer, Math.min(whole.get(payer) ?? 0, rest.get(payer) ?? 0)]));
  };

  const settle = async (): Promise<void> => {
    for (const payer of PAYERS) await ledger.settle({ ...march, payer }, now);
    const expected = await owed();
    for (const payer of PAYERS) {
      const settled = await ledger.settle({ ...march, payer }, now);
      expect([payer, settled.issuedOre]).toEqual([payer, expected.get(payer)]);
      expect(settled.invoices.reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(expected.get(payer));
    }
  };

  const acts: { [K in Act['do']]: (step: Extract<Act, { do: K }>) => Promise<unknown> } = {
    discharge: ({ stay, to }) => recordMore(ledger, stayOf(stay).stayId, correctedDischarge(stayOf(stay), to, now)),
    kommun: ({ stay, to }) => recordMore(ledger, stayOf(stay).stayId, correctedKommun(stayOf(stay), to, now)),
    object: async ({ stay, code }) => {
      const { stayId } = stayOf(stay);
      const payer = (await ledger.monthStay({ ...march, stayId, as: 'current' }, now))?.payer ?? '0680';
      await ledger.addObjection(objectionTo(stayId, now, { code, payer, by: kommun(payer) }));
    },
    answer: async ({ accepted, rattad }) => {
      const open = await first('obesvarad');
      if (open !== undefined) await ledger.answerObjection({ ...of(open), accepted, rattad, by: economist });
    },
    dispute: async () => {
      const open = await first('avvisad');
      if (open !== undefined) await ledger.disputeObjection({ ...of(open), by: kommun(open.payer) });
    },
    decide: async ({ accepted }) => {
      const open = await first('bestridd');
      if (open !== undefined) await ledger.decideObjection({ ...of(open), accepted, by: reko });
    },
    wait: async ({ days }) => {
      now += days * DAY;
    },
    settle: async () => ((await ledger.monthSums(march, now))?.frozenAt === null ? undefined : settle()),
  };

  return {
    now: () => now,
    begin: async () => {
      await recordStays(ledger, stays);
      await ledger.sendBasis(march, now);
    },
    take: async (step: Act) => {
      await acts[step.do](step as never);
      now += 60_000;
    },
    freeze: async () => {
      now = Math.max(now, FREEZE);
      ({ frozenAt } = await ledger.freezeMonth(march, now));
      const sums = await ledger.monthSums(march, now);
      if (sums === undefined) throw new Error('no such month');
      book = sums.rules;
      return sums;
    },
    settle,
    decideAll: async () => {
      now += 40 * DAY;
      for (let open = await first('bestridd'); open !== undefined; open = await first('bestridd')) {
        await ledger.decideObjection({ ...of(open), accepted: open.code.length % 2 === 0, by: reko });
      }
    },
  };
}
