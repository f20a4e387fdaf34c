/** The proof of random stays: never a second opinion, nothing left out, nobody's words. `SIMULATION_RUNS` sets how many. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/domain/billing/judge.js';
import { EVERYTHING_DUE, exclusionOf, missingOf } from '../../../src/domain/billing/preconditions.js';
import type { StayProof } from '../../../src/domain/billing/proof.js';
import { daysKnownBy } from '../../../src/domain/billing/reckoning.js';
import { HOUR, type Instant, parseInstant } from '../../../src/domain/calendar.js';
import { decide } from '../../../src/domain/stay/decide.js';
import { elapse } from '../../../src/domain/stay/elapse.js';
import { episodeOf } from '../../../src/domain/stay/episode.js';
import { admit, evolve, initialStay } from '../../../src/domain/stay/evolve.js';
import { noticesOf } from '../../../src/domain/stay/notices.js';
import { proofOf } from '../../../src/domain/stay/proof.js';
import type { Admission, LogEntry, Stay, StayEvent } from '../../../src/domain/stay/state.js';
import { pause, randomOf, send } from '../../simulation/workload.js';
import { agreement } from '../billing/episodes.js';
import { ADMISSION, type AgreementId, rulesOf } from './case.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 60);
const STEPS = 60;
const REASONS_OF: Record<string, readonly string[]> = {
  inskrivningsmeddelande: ['inskrivningsmeddelande-saknas', 'inskrivningsmeddelande-sen'],
  vardtidsbedomning: ['vardtidsbedomning-saknas'],
  utskrivningsklar: ['utskrivningsklar-saknas'],
  utskrivningsmeddelande: ['utskrivningsmeddelande-saknas'],
  'svpl-kallelse': ['svpl-kallelse-saknas', 'svpl-kallelse-sen'],
  oppenvard: ['oppenvard-saknas'],
};

/** A random stay, and what was really sent while it went on: action id → receivers. */
function played(seed: number): {
  stay: Stay;
  rules: ReturnType<typeof rulesOf>;
  by: AgreementId;
  sent: Map<string, string[]>;
  now: Instant;
} {
  const random = randomOf(seed);
  const by = random.pick<AgreementId>(['jonkoping-2018', 'vastmanland-2022', 'lag-2017-612']);
  const admittedAt = (parseInstant(`${by === 'vastmanland-2022' ? '2023' : '2019'}-03-26T07:00:00Z`) ?? 0) + random.below(24 * HOUR);
  const admission: Admission = { ...ADMISSION, admittedAt, ...(random.chance(0.1) ? { placerandeKommun: '0684' } : {}) };
  const rules = rulesOf(by, admittedAt);
  const sent = new Map<string, string[]>();
  const accepted: { id: string; action: string; at: Instant }[] = [];
  let stay = evolve(initialStay(`S-${seed}`, admission), admit(admission, admittedAt));
  const apply = (events: readonly StayEvent[]): void => {
    for (const event of events) {
      const before = stay;
      stay = evolve(before, event);
      if (event.type !== 'accepted') continue;
      accepted.push({ id: event.entry.id, action: event.entry.action, at: event.entry.at });
      const told = noticesOf(event, stay.seq, before, stay, rules).map(({ to }) => `${to.party}/${to.unit}`);
      sent.set(event.entry.id, [...new Set(told)]);
    }
  };
  let now = admittedAt;
  for (let n = 0; n < STEPS; n++) {
    now += pause(random);
    apply(elapse(stay, rules, now));
    apply(decide(stay, rules, send(random, now, admittedAt, accepted, n), now).events);
  }
  return { stay, rules, by, sent, now };
}

const seeds = Array.from({ length: RUNS }, (_, index) => 20_000 + index);
const worlds = seeds.map(played);

/** The proof of a world under its agreement, everything due and as of then. */
function proofs({ stay, rules, by, now }: ReturnType<typeof played>): { proof: StayProof; asOf: Instant }[] {
  const episode = episodeOf(stay, rules);
  return [EVERYTHING_DUE, now].map((asOf) => {
    const judgement = episode.dischargedAt === null ? null : judge(episode, agreement(by), asOf);
    return { asOf, proof: proofOf(stay, rules, { payer: episode.payer, episode, judgement, agreement: agreement(by), asOf }) };
  });
}

describe('the proof of random stays', () => {
  it('says nej of exactly the preconditions that have failed by the rules that judge', () => {
    let failures = 0;
    for (const world of worlds) {
      const episode = episodeOf(world.stay, world.rules);
      const demands = agreement(world.by).preconditions;
      for (const { proof, asOf } of proofs(world)) {
        const missing = missingOf(episode, demands, asOf);
        const denied = proof.preconditions.filter(({ state }) => state === 'nej');
        expect(
          denied.map(({ reason }) => reason),
          world.stay.stayId,
        ).toEqual(proof.preconditions.flatMap(({ id }) => missing.find((reason) => REASONS_OF[id]?.includes(reason)) ?? []));
        expect(proof.preconditions.filter(({ state }) => state !== 'nej').every(({ reason }) => reason === null)).toBe(true);
        const excluded = exclusionOf(episode, demands, asOf);
        if (episode.excluded === null && !episode.outOfSight) expect(denied[0]?.reason ?? null, 'the first is the reason').toBe(excluded);
        if (proof.outcome !== null) expect(proof.reason).toBe(excluded);
        failures += denied.length;
      }
    }
    expect(failures, 'some have failed, or this is no test').toBeGreaterThan(RUNS / 2);
  });

  it('says vantar only of what is not due, and never of a closed month', () => {
    for (const world of worlds) {
      const [closed] = proofs(world);
      if (closed?.proof.dischargedAt === null) continue;
      expect(closed?.proof.preconditions.filter(({ state }) => state === 'vantar')).toEqual([]);
    }
  });

  it('counts the days that the bill counts', () => {
    for (const world of worlds) {
      const episode = episodeOf(world.stay, world.rules);
      for (const { proof } of proofs(world)) expect(proof.days.days).toBe(daysKnownBy(episode, agreement(world.by)));
    }
  });

  it('names as receivers those who were sent each message, when it was sent', () => {
    for (const world of worlds) {
      for (const step of proofs(world)[0]?.proof.steps ?? [])
        expect(
          step.to.map(({ party, unit }) => `${party}/${unit}`),
          `${world.stay.stayId} ${step.actionId}`,
        ).toEqual(world.sent.get(step.actionId));
    }
  });

  it('is in sentences: no hole in a text, nothing undefined, no time that is none', () => {
    for (const world of worlds) {
      for (const { proof } of proofs(world)) {
        const texts = [proof.summary, proof.days.text, ...proof.preconditions.map(({ text }) => text)];
        for (const text of texts) {
          expect(text, `${world.stay.stayId}: ${text}`).toMatch(/^[A-ZÅÄÖ].*\.$/u);
          expect(text).not.toMatch(/undefined|\bnull\b|NaN|Infinity| {2}|\.\.|: \.|, \./);
        }
      }
    }
  });

  it('is the same when the stay has been stored and read again', () => {
    for (const world of worlds) {
      const again = { ...world, stay: JSON.parse(JSON.stringify(world.stay)) as Stay };
      expect(proofs(again)).toEqual(proofs(world));
    }
  });

  it('holds nothing of what anybody wrote', () => {
    for (const world of worlds) {
      const marked = (entry: LogEntry): LogEntry => ({ ...entry, by: { ...entry.by, name: 'HEMLIGT' } });
      const stay = { ...world.stay, log: world.stay.log.map(marked) };
      const text = JSON.stringify(proofs({ ...world, stay }));
      for (const secret of ['HEMLIGT', ...wordsIn(world.stay.log)]) expect(text, `${world.stay.stayId} ${secret}`).not.toContain(secret);
    }
  });
});

/** Texts in the actions' data that are free: with a blank or a capital in them. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return /[A-ZÅÄÖ]/.test(value) && /[a-zåäö]/.test(value) && !value.startsWith('SE-') && value !== 'Kommunen' ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'by' ? [] : wordsIn(part)));
}
