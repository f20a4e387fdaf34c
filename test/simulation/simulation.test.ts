/** The core under a random workload, watched by the naive auditor. `SIMULATION_RUNS` sets how many stays; the seeds are always the same. */
import { describe, expect, it } from 'vitest';
import type { ProcessRules } from '../../src/domain/agreement.js';
import { daysOf } from '../../src/domain/billing/days.js';
import { HOUR, type Instant, MINUTE, parseInstant, toIso } from '../../src/domain/calendar.js';
import { deadlinesOf } from '../../src/domain/stay/deadlines.js';
import { decide } from '../../src/domain/stay/decide.js';
import { elapse, wakesOf } from '../../src/domain/stay/elapse.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import { admit, evolve, initialStay } from '../../src/domain/stay/evolve.js';
import { factsOf } from '../../src/domain/stay/facts.js';
import { noticesOf } from '../../src/domain/stay/notices.js';
import { currentDetailsOf } from '../../src/domain/stay/owner-details.js';
import { payerOf, phaseOf } from '../../src/domain/stay/parties.js';
import type { Admission, Stay, StayEvent } from '../../src/domain/stay/state.js';
import { viewOf } from '../../src/domain/stay/view.js';
import { ADMISSION, type AgreementId, rulesOf } from '../domain/stay/case.js';
import { type Accepted, type Agreed, audit } from './auditor.js';
import { pause, type Random, randomOf, type Sent, send, spoil } from './workload.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 60);
const FIRST = Number(process.env['SIMULATION_SEED'] ?? 1);
const seeds = Array.from({ length: RUNS }, (_, i) => FIRST + i);

const AGREED: Record<AgreementId, Agreed> = {
  'jonkoping-2018': { vcAnswersToo: false, vcInitiates: false, postponementIsCall: false, individualFromDays: 8 },
  'vastmanland-2022': { vcAnswersToo: true, vcInitiates: true, postponementIsCall: true, individualFromDays: null },
  'lag-2017-612': { vcAnswersToo: false, vcInitiates: true, postponementIsCall: false, individualFromDays: null },
};

interface World {
  rules: ProcessRules;
  agreed: Agreed;
  admission: Admission;
  stay: Stay;
  events: StayEvent[];
  accepted: Accepted[];
  noticeIds: Set<string>;
  log: string[];
}

function worldOf(random: Random): World {
  const agreement = random.pick<AgreementId>(['jonkoping-2018', 'jonkoping-2018', 'vastmanland-2022', 'lag-2017-612']);
  const year = agreement === 'vastmanland-2022' ? '2023' : '2019';
  const start = random.pick(['01-30', '03-04', '03-28', '06-20', '10-25']);
  const admittedAt = (parseInstant(`${year}-${start}T07:00:00Z`) ?? 0) + random.below(24 * HOUR);
  const admission: Admission = {
    ...ADMISSION,
    admittedAt,
    ...(random.chance(0.1) ? { placerandeKommun: '0684' } : {}),
    ...(random.chance(0.08) ? { legalForm: 'LPT' as const } : {}),
  };
  const rules = rulesOf(agreement, admittedAt);
  const world: World = {
    rules,
    agreed: AGREED[agreement],
    admission,
    stay: initialStay('S-1', admission),
    events: [],
    accepted: [],
    noticeIds: new Set(),
    log: [],
  };
  apply(world, [admit(admission, admittedAt)]);
  return world;
}

function apply(world: World, events: readonly StayEvent[]): void {
  for (const event of events) {
    const before = world.stay;
    world.stay = evolve(before, event);
    world.events.push(event);
    if (event.type !== 'accepted' && event.type !== 'admitted')
      world.log.push(
        `    ${toIso(event.at)} ${event.type} ${'deadline' in event ? event.deadline : 'deviation' in event ? JSON.stringify(event.deviation) : ''}`,
      );
    const ids = noticesOf(event, world.stay.seq, world.events.length === 1 ? null : before, world.stay, world.rules).map((n) => n.noticeId);
    for (const id of ids) {
      if (world.noticeIds.has(id)) throw new Error(`notice ${id} twice`);
      world.noticeIds.add(id);
    }
  }
}

/** Time passes up to now, and once it has been judged nothing is left to judge. */
function judge(world: World, now: Instant): void {
  apply(world, elapse(world.stay, world.rules, now));
  expect(elapse(world.stay, world.rules, now), 'elapse is done after its own events').toEqual([]);
}

function handIn(world: World, sent: Sent, now: Instant): boolean {
  const before = JSON.stringify(world.stay);
  const verdict = decide(world.stay, world.rules, sent, now);
  expect(JSON.stringify(world.stay), 'decide changes nothing').toBe(before);
  world.log.push(`${toIso(now)} ${sent.action} ${JSON.stringify(sent.envelope)} → ${verdict.accepted ? 'ok' : `${verdict.code}`}`);
  if (!verdict.accepted) {
    apply(world, verdict.events);
    const after = { ...world.stay, seq: 0, refused: [], verdicts: [] };
    expect(after, 'a refusal changes nothing').toEqual({ ...(JSON.parse(before) as Stay), seq: 0, refused: [], verdicts: [] });
    return false;
  }
  const { id, at, by, data, imported } = sent.envelope;
  world.accepted.push({
    id,
    action: sent.action,
    at: at === undefined ? now : (parseInstant(at) ?? now),
    receivedAt: now,
    party: by.party,
    unit: by.unit,
    data,
    imported: imported === true,
  });
  apply(world, verdict.events);
  return true;
}

/** Everything that the auditor works out by itself is what the core says. */
function compare(world: World, now: Instant): void {
  const { stay, rules, admission } = world;
  const found = audit(
    {
      at: admission.admittedAt,
      kommun: admission.kommun,
      legalForm: admission.legalForm,
      ...(admission.placerandeKommun ? { placing: admission.placerandeKommun } : {}),
    },
    world.agreed,
    world.accepted,
    now,
    stay.ended !== null,
  );
  expect(phaseOf(stay), 'phase').toBe(found.phase);
  const episode = episodeOf(stay, rules);
  expect(payerOf(factsOf(stay)), 'payer').toBe(found.payer);
  expect(
    {
      inskrivning: episode.inskrivningsmeddelandeAt,
      vardtid: episode.vardtidAt,
      utskrivningsmeddelande: episode.utskrivningsmeddelandeAt,
      notices: episode.intervals,
      discharged: episode.dischargedAt,
    },
    'evidence',
  ).toEqual({
    inskrivning: found.evidence.inskrivning,
    vardtid: found.evidence.vardtid,
    utskrivningsmeddelande: found.evidence.utskrivningsmeddelande,
    notices: found.evidence.notices,
    discharged: found.evidence.discharged,
  });
  if (!world.agreed.postponementIsCall) expect(episode.svplKallelseAt, 'call').toBe(found.evidence.call);
  expect(daysOf(episode), 'days').toBe(found.days);

  if (found.phase === 'utanfor' || found.phase === 'annullerad' || found.deadlines.length === 0) return;
  const audited = new Set([
    'inskrivningsmeddelande',
    'svar-inskrivning',
    'bemanning',
    'svpl-kallelse',
    'kvittering',
    'informationsoverforing',
    'svpl-mote',
    'uppfoljning',
    'utskrivning',
    'individuell-berakning',
  ]);
  const line = (id: string, unit: string, start: Instant, due: Instant, over: boolean, missed: boolean) =>
    `${id} ${unit} ${toIso(start)} – ${toIso(due)}${over ? ' over' : ''}${missed ? ' missed' : ''}`;
  const core = deadlinesOf(stay, rules)
    .filter((d) => audited.has(d.id))
    .map((d) => {
      const unit =
        d.owner.party === 'kommun' && d.id !== 'utskrivning'
          ? d.owner.unit
          : d.id === 'kvittering'
            ? 'ward'
            : (d.id === 'svar-inskrivning' || d.id === 'bemanning') && d.owner.party === 'vardcentral'
              ? 'vc'
              : '';
      const deviation = stay.deviations.find((v) => v.id === d.key);
      return line(
        d.id,
        unit,
        d.startedAt,
        d.dueAt,
        d.ended !== undefined,
        deviation !== undefined && deviation.status !== 'sen-registrering',
      );
    });
  expect(core.sort()).toEqual(found.deadlines.map((d) => line(d.id, d.unit, d.start, d.due, d.over, d.missed)).sort());
}

/** What must hold of any stay at any time. */
function invariants(world: World, now: Instant): void {
  const { stay, rules } = world;
  expect(JSON.parse(JSON.stringify(stay)), 'plain JSON').toEqual(stay);
  viewOf(stay, rules, now);
  currentDetailsOf(stay, rules, now);
  const deadlines = deadlinesOf(stay, rules);
  expect(new Set(deadlines.map((d) => d.key)).size, 'keys of deadlines').toBe(deadlines.length);
  expect(new Set(stay.deviations.map((d) => d.id)).size, 'one deviation for each breach').toBe(stay.deviations.length);
  for (const event of world.events)
    if (event.type === 'breached')
      expect(
        stay.deviations.some((d) => d.id === event.deadline),
        `deviation of ${event.deadline}`,
      ).toBe(true);
  for (const d of stay.ended ? [] : deadlines) {
    const deviation = stay.deviations.find((v) => v.id === d.key);
    if (!deviation || deviation.status === 'sen-registrering') continue;
    expect(deviation.status, `the deviation of ${d.key} is closed when it has been done, and only then`).toBe(
      d.ended?.how === 'uppfylld' ? 'avslutad' : 'oppen',
    );
    expect(toIso(deviation.at), `the deviation of ${d.key} is of its due time`).toBe(toIso(d.dueAt));
  }
  const wakes = wakesOf(stay, rules);
  for (const wake of wakes) {
    expect(wake.at, `a wake that has passed: ${wake.id}`).toBeGreaterThan(now);
    expect(elapse(stay, rules, wake.at).length, `the wake ${wake.id} at ${toIso(wake.at)} yields something`).toBeGreaterThan(0);
  }
  // No event comes between two wakes: the soonest wake is soon enough.
  const soonest = Math.min(...wakes.map((w) => w.at));
  if (Number.isFinite(soonest)) expect(elapse(stay, rules, soonest - 1), 'nothing happens before the first wake').toEqual([]);
  else expect(elapse(stay, rules, now + 400 * 24 * HOUR), 'nothing happens without a wake').toEqual([]);
}

function run(seed: number, steps: number): World {
  const random = randomOf(seed);
  const world = worldOf(random);
  let now = world.admission.admittedAt;
  try {
    for (let n = 0; n < steps; n++) {
      now += pause(random);
      judge(world, now);
      const sent = send(random, now, world.admission.admittedAt, world.accepted, n);
      if (random.chance(0.08)) {
        const envelope = spoil(random, sent.envelope);
        const verdict = decide(world.stay, world.rules, { action: sent.action, envelope }, now, { via: random.pick(['update', 'signal']) });
        if (!verdict.accepted) apply(world, verdict.events);
      } else {
        handIn(world, sent, now);
        judge(world, now);
      }
      compare(world, now);
      invariants(world, now);
    }
  } catch (error) {
    throw new Error(`seed ${seed} at ${toIso(now)}\n${world.log.join('\n')}`, { cause: error });
  }
  expect(world.events.reduce(evolve, initialStay('S-1', world.admission)), 'the events give the stay').toEqual(world.stay);
  return world;
}

describe('a random workload of actions', () => {
  it.each(seeds)('stay %i is as the auditor says, after every step', (seed) => {
    run(seed, 60);
  });
});

/** What has been sent and answered by a feed: the same actions in any order that the needs allow. */
function shuffled(seed: number): { inOrder: World; anyhow: World } | undefined {
  const source = run(seed, 40);
  const own = source.accepted.filter(
    (a) => !['ratta-uppgift', 'ratta-kommun', 'avsluta-arende', 'annullera', 'anmal-dodsfall', 'angra-utskrivning'].includes(a.action),
  );
  const sent = source.events.flatMap((e) =>
    e.type === 'accepted' && own.some((a) => a.id === e.entry.id)
      ? [
          {
            action: e.entry.action as Sent['action'],
            envelope: { id: e.entry.id, at: toIso(e.entry.countsFrom), by: e.entry.by, data: e.entry.data, imported: true as const },
          },
        ]
      : [],
  );
  sent.sort((a, b) => (a.envelope.at < b.envelope.at ? -1 : 1));
  const fresh = (): World => {
    const world: World = { ...source, stay: initialStay('S-1', source.admission), events: [], accepted: [], noticeIds: new Set(), log: [] };
    apply(world, [admit(source.admission, source.admission.admittedAt)]);
    return world;
  };
  const times = sent.map((one) => parseInstant(one.envelope.at) ?? 0);
  const end = Math.max(source.admission.admittedAt, ...times) + 45 * 24 * HOUR;
  const inOrder = fresh();
  const taken = sent.filter((one, i) => {
    const now = times[i] ?? end;
    judge(inOrder, now);
    return !inOrder.stay.ended && handIn(inOrder, one, now);
  });
  judge(inOrder, end);

  const random = randomOf(seed + 1);
  const anyhow = fresh();
  let waiting = [...taken];
  let now = end - 24 * HOUR;
  while (waiting.length > 0) {
    const fits = waiting.filter((one) => !anyhow.stay.ended && decide(anyhow.stay, anyhow.rules, one, now).accepted);
    if (fits.length === 0) return undefined;
    const one = random.pick(fits);
    handIn(anyhow, one, now);
    waiting = waiting.filter((other) => other !== one);
    now += MINUTE;
    if (random.chance(0.5)) judge(anyhow, now);
  }
  judge(anyhow, end);
  return { inOrder, anyhow };
}

/** Deviations that stand: those withdrawn tell what was believed on the way, and those of deadlines that are no more. */
function standing({ stay, rules }: World): string[] {
  const keys = new Set<string>(deadlinesOf(stay, rules).map((d) => d.key));
  return stay.deviations
    .filter((d) => d.status !== 'sen-registrering' && keys.has(d.id))
    .map((d) => `${d.id} ${toIso(d.at)} ${d.status}`)
    .sort();
}

describe('imported actions that arrive in any order', () => {
  const tried = seeds.map((seed) => shuffled(seed + 10_000));

  it('are often enough accepted in another order for this to be a test', () => {
    expect(tried.filter((one) => one !== undefined).length).toBeGreaterThan(RUNS / 4);
  });

  it('give the same episode, the same phase and the same deviations', () => {
    for (const [i, one] of tried.entries()) {
      if (!one) continue;
      const log = `seed ${(seeds[i] ?? 0) + 10_000}\n${one.anyhow.log.join('\n')}`;
      expect(episodeOf(one.anyhow.stay, one.anyhow.rules), log).toEqual(episodeOf(one.inOrder.stay, one.inOrder.rules));
      expect(phaseOf(one.anyhow.stay), log).toBe(phaseOf(one.inOrder.stay));
      expect(standing(one.anyhow), log).toEqual(standing(one.inOrder));
    }
  });
});
