/** Random months against an independent reference, to the öre. `SIMULATION_RUNS` sets how many of each. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/domain/agreement.js';
import { kommunerIn } from '../../src/domain/agreement-in-force.js';
import type { Episode } from '../../src/domain/billing/episode.js';
import { plus } from '../../src/domain/billing/forecast.js';
import { judge } from '../../src/domain/billing/judge.js';
import { kommunSum, type Tally, tallyOf } from '../../src/domain/billing/kommun-month.js';
import { computeMonth } from '../../src/domain/billing/month.js';
import { localMonthOf } from '../../src/domain/calendar.js';
import { agreement } from '../domain/billing/episodes.js';
import { referenceMonth, referenceStay } from './billing-reference.js';
import { corrected, monthsFrom, randomEpisodes } from './billing-workload.js';
import { randomOf } from './workload.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 60);
const STAYS = 40;
const CORRECTIONS = 12;
const LAW = agreement('lag-2017-612');
/** Each year's own price, so that one taken for another is seen. */
const PRICES = { '2017': 610_000, '2018': 710_000, '2019': 780_000, '2020': 820_000, '2021': 870_000, '2022': 930_000, '2023': 1_050_000 };

const J = agreement('jonkoping-2018');
const CASES: [name: string, rules: Agreement, months: string[]][] = [
  ['jonkoping 2018', J, monthsFrom('2018-01', 12)],
  ['jonkoping 2019', J, monthsFrom('2019-01', 12)],
  ['vastmanland', agreement('vastmanland-2022'), monthsFrom('2022-01', 18)],
  ['lag-2017-612', LAW, monthsFrom('2018-11', 16)],
  [
    'jonkoping, where a failing stay never raises and the dead are excluded',
    { ...J, preconditions: { ...J.preconditions, failing: 'never-raises', deceased: 'excluded', callWithinDays: null } },
    monthsFrom('2018-03', 12),
  ],
];

interface World {
  rules: Agreement;
  month: string;
  episodes: Episode[];
}

function worlds(rules: Agreement, months: readonly string[], seed: number): World[] {
  return Array.from({ length: Math.max(months.length, RUNS) }, (_, n) => {
    const random = randomOf(seed + n);
    const month = months[n % months.length] ?? '2019-03';
    return { rules, month, episodes: randomEpisodes(random, 1 + random.below(STAYS), month, rules) };
  });
}

const reference = ({ rules, month, episodes }: World) => referenceMonth(episodes, rules, PRICES, month, LAW);

/** What computeMonth says of every payer that the reference knows; the others have nothing to pay. */
function computed({ rules, month, episodes }: World, known: readonly string[]): Record<string, number | null> {
  const result = computeMonth({ agreement: rules, fallback: LAW, vardpriser: PRICES, month, episodes });
  expect(result.problems).toEqual([]);
  const all = new Map([...result.kommuner, ...(result.andraRegioner?.kommuner ?? [])].map(({ payer, amountOre }) => [payer, amountOre]));
  for (const [payer, ore] of all) if (!known.includes(payer)) expect(ore, payer).toBe(0);
  return Object.fromEntries(known.map((payer) => [payer, all.get(payer) ?? null]));
}

/** As the ledger does it: each stay judged by itself, its judgement added to its payer's tally. */
const rulesFor = ({ rules, month }: World, payer: string): Agreement =>
  rules.region === null || kommunerIn(rules, month).some(({ code }) => code === payer) ? rules : LAW;
const isIn = (episode: Episode, month: string): episode is Episode & { payer: string } =>
  episode.dischargedAt !== null && localMonthOf(episode.dischargedAt) === month && !episode.outOfSight && episode.payer !== null;
const ownTally = (episode: Episode & { payer: string }, world: World): Tally =>
  tallyOf(episode.payer, [judge(episode, rulesFor(world, episode.payer))]);
const amounts = (tallies: ReadonlyMap<string, Tally>, world: World): Record<string, number | null> =>
  Object.fromEntries(
    [...tallies].flatMap(([payer, tally]) =>
      tally.stays === 0 ? [] : [[payer, kommunSum(tally, rulesFor(world, payer), { month: world.month, vardpriser: PRICES }).amountOre]],
    ),
  );

function talliesOf(world: World): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const episode of world.episodes) if (isIn(episode, world.month)) add(tallies, ownTally(episode, world), 1);
  return tallies;
}

function add(tallies: Map<string, Tally>, own: Tally, sign: 1 | -1): void {
  tallies.set(own.payer, plus(tallies.get(own.payer) ?? tallyOf(own.payer, []), own, sign));
}

describe.each(CASES)('random months of %s', (name, rules, months) => {
  const all = worlds(rules, months, [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1_000_000);

  it('come to what an independent reckoning says, payer by payer', () => {
    let paid = 0;
    for (const world of all) {
      const expected = reference(world);
      expect(computed(world, Object.keys(expected)), `${world.month} ${JSON.stringify(world.episodes)}`).toEqual(expected);
      paid += Object.values(expected).filter((ore) => ore > 0).length;
    }
    expect(paid, 'somebody pays, or this is no test').toBeGreaterThan(all.length / 2);
  });

  it('come to the same from the tally of stays judged one by one', () => {
    for (const world of all) expect(amounts(talliesOf(world), world)).toEqual(reference(world));
  });

  it('have every stay in the average, by itself, out of the base for the same reason, or free', () => {
    for (const world of all) {
      for (const episode of world.episodes) {
        if (!isIn(episode, world.month)) continue;
        const own = rulesFor(world, episode.payer);
        const { reason, averageDays, individual } = judge(episode, own);
        expect({ reason, averageDays, paid: individual?.byYear ?? {} }, JSON.stringify(episode)).toEqual(referenceStay(episode, own));
      }
    }
  });

  it('corrected stay by stay, each taken out as it was and put in as it is, come to what they come to afresh', () => {
    all.forEach((world, n) => {
      const random = randomOf(77_000 + n);
      const tallies = talliesOf(world);
      for (let left = CORRECTIONS; left > 0; left--) {
        const at = random.below(world.episodes.length);
        const before = world.episodes[at] as Episode;
        const after = corrected(random, before, world.month, world.rules);
        world.episodes[at] = after;
        if (isIn(before, world.month)) add(tallies, ownTally(before, world), -1);
        if (isIn(after, world.month)) add(tallies, ownTally(after, world), 1);
      }
      expect(amounts(tallies, world)).toEqual(reference(world));
    });
  });
});

describe('the reference', () => {
  it("knows J's examples", () => {
    const stays = (days: readonly number[]): Episode[] =>
      days.map((count, n) => ({
        stayId: `s${n}`,
        payer: '0680',
        careForm: 'somatisk',
        admittedAt: Date.parse('2019-03-01T08:00:00Z'),
        behovBedomtAt: null,
        inskrivningsmeddelandeAt: Date.parse('2019-03-01T09:00:00Z'),
        vardtidAt: Date.parse('2019-03-01T09:00:00Z'),
        utskrivningsmeddelandeAt: Date.parse('2019-03-04T09:00:00Z'),
        svplRequired: false,
        svplKallelseAt: null,
        vardplanAt: null,
        kallelseMottagenAt: null,
        intervals: [{ from: Date.parse('2019-03-04T09:00:00Z'), until: null }],
        blocked: [],
        dischargedAt: Date.parse('2019-03-04T10:00:00Z') + count * 86_400_000,
        deceased: false,
        excluded: null,
        outOfSight: false,
      }));
    const owed = (days: readonly number[]) => referenceMonth(stays(days), J, PRICES, '2019-03')['0680'];
    const of = (n: number, total: number): number[] => Array.from({ length: n }, (_, i) => Math.floor(total / n) + (i < total % n ? 1 : 0));
    expect(owed(of(14, 24)), 'A: 14 stays, 1.7').toBe(0);
    expect(owed(of(10, 27)), 'B: 10 stays, 2.7').toBe(5_460_000);
    expect(owed([...of(13, 20), 9]), 'C: 13 of 1.5, one of 9 days').toBe(4_680_000);
    expect(owed([...of(24, 82), 10, 12]), 'D: 24 of 3.4, 10 and 12 days').toBe(38_688_000);
  });
});
