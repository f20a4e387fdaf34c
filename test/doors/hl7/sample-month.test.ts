/** The sample month, told in two parts: the hospital's in HL7 and the rest as it was. It is the same month. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hl7FileOf } from '../../../scripts/sample/hl7.js';
import { loadAgreements } from '../../../src/agreements/load.js';
import { computeMonth } from '../../../src/domain/billing/month.js';
import { DAY, type Instant, parseInstant, toIso } from '../../../src/domain/calendar.js';
import type { JsonObject } from '../../../src/domain/ids.js';
import { episodeOf } from '../../../src/domain/stay/episode.js';
import { phaseOf } from '../../../src/domain/stay/parties.js';
import { messagesInFile } from '../../../src/doors/hl7/file.js';
import { translate } from '../../../src/doors/hl7/translate.js';
import { claimOf } from '../../../src/doors/hospital/claim.js';
import type { HospitalMessage } from '../../../src/doors/hospital/message.js';
import { type Applied, NOTHING_APPLIED, nextStep, type Step } from '../../../src/doors/hospital/reconcile.js';
import { agreement, feedLines, type Line, linesOf, play } from '../../sample/play.js';
import { monthParts } from '../../support/month-parts.js';
import { parsed, shippedMapping } from './some-messages.js';

const MAPPING = shippedMapping();
const FILE = new URL('../../../samples/2019-03-jonkoping.hl7', import.meta.url);
const LATE = Date.parse('2019-06-01T00:00:00Z');
const parts = monthParts();
const lines = feedLines();

function said(bytes: Uint8Array): HospitalMessage {
  const translated = translate(parsed(bytes), MAPPING);
  if (translated.kind !== 'event') throw new Error(JSON.stringify(translated));
  return translated.message;
}

const byStay = new Map([...parts.byStay].map(([stayId, messages]) => [stayId, messages.map(({ bytes }) => said(bytes))]));

/** Everything that can be told by `now`, and what has been told then. */
function told(before: Applied, stayId: string, heard: readonly HospitalMessage[], now: Instant): { applied: Applied; steps: Step[] } {
  const steps: Step[] = [];
  let applied = before;
  for (;;) {
    const next = nextStep(applied, claimOf(stayId, heard), now);
    if (typeof next === 'string' || 'waitUntil' in next) return { applied, steps };
    steps.push(next.step);
    applied = next.after;
  }
}

describe('the file', () => {
  it('is what its script writes', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(hl7FileOf(parts.messages));
  });

  it('holds the messages one after the other, none of them twice', () => {
    const read = messagesInFile(readFileSync(FILE)).map((bytes) => parsed(bytes));
    expect(read.length).toBe(parts.messages.length);
    expect(read.map(({ trigger }) => trigger)).toEqual(parts.messages.map(({ trigger }) => trigger));
    expect(new Set(read.map(({ controlId }) => controlId)).size).toBe(read.length);
    expect(countsOf(read.map(({ trigger }) => trigger))).toEqual({ A01: 87, A02: 1, A03: 87, A08: 1, A11: 1, A21: 1, A22: 1 });
  });

  it('and the rest are all that the feed says', () => {
    const hospital = new Set(['flytta', 'permission', 'andra-uppgifter', 'annullera', 'skriv-ut', 'ratta-uppgift']);
    const rest = linesOf(parts.rest.join('\n'));
    expect(rest.some(({ stay, action }) => stay !== undefined || hospital.has(action?.action ?? ''))).toBe(false);
    expect(rest.length + lines.filter(({ stay, action }) => stay || hospital.has(action?.action ?? '')).length).toBe(lines.length);
  });
});

describe('each stay', () => {
  it('is claimed as the feed has it, from messages in any order and however often', () => {
    const stays = [...byStay.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...stays), fc.infiniteStream(fc.nat(1000)), (stayId, numbers) => {
        const own = byStay.get(stayId) as HospitalMessage[];
        const shuffled = [...own, ...own.filter((_, index) => index % 2 === 0)]
          .map((message): [number, HospitalMessage] => [numbers.next().value as number, message])
          .sort(([a], [b]) => a - b)
          .map(([, message]) => message);
        // One after the other, everything told before the next one comes.
        let applied = NOTHING_APPLIED;
        shuffled.forEach((_, index) => {
          applied = told(applied, stayId, shuffled.slice(0, index + 1), LATE).applied;
        });
        expect(factsTold(applied)).toEqual(factsInFeed(stayId));
      }),
      { numRuns: 500 },
    );
  });

  it('is claimed so for every one of them', () => {
    for (const [stayId, own] of byStay)
      for (const heard of [own, [...own].reverse()])
        expect(factsTold(told(NOTHING_APPLIED, stayId, heard, LATE).applied)).toEqual(factsInFeed(stayId));
  });
});

describe('both parts together', () => {
  const whole = play(lines, Math.max(...lines.map(({ sentAt }) => sentAt)) + DAY);
  const together = play(playedLines(), Math.max(...lines.map(({ sentAt }) => sentAt)) + DAY);
  const rules = agreement('jonkoping-2018');
  const episodes = (played: typeof whole) =>
    [...played.stays.values()]
      .map((stay) => episodeOf(stay, played.rules.get(stay.stayId) as never))
      .sort((a, b) => (a.stayId < b.stayId ? -1 : 1));

  it('are refused what the feed is refused, and nothing else', () => {
    expect(together.refused).toEqual(whole.refused);
  });

  it('are the same stays, with the same evidence, deviations and end', () => {
    expect(together.stays.size).toBe(87);
    expect(episodes(together)).toEqual(episodes(whole));
    const ends = (played: typeof whole) =>
      Object.fromEntries([...played.stays].map(([id, stay]) => [id, [phaseOf(stay), stay.ended?.reason]]));
    expect(ends(together)).toEqual(ends(whole));
    const deviations = (played: typeof whole) =>
      [...played.stays.values()]
        .flatMap(({ stayId, deviations }) => deviations.map(({ type, status, at }) => `${stayId} ${type} ${status} ${toIso(at)}`))
        .sort();
    expect(deviations(together)).toEqual(deviations(whole));
  });

  it('cost the same to the öre', () => {
    const loaded = loadAgreements();
    if (!loaded.ok) throw new Error('the agreements do not load');
    const month = computeMonth({ agreement: rules, vardpriser: loaded.vardpriser, month: '2019-03', episodes: episodes(together) });
    expect(month.problems).toEqual([]);
    expect(month.amountOre).toBe(48_828_000);
  });
});

const countsOf = (names: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** The rest of the feed with what the hospital's messages lead to, each as it comes, in order of time. */
function playedLines(): Line[] {
  const applied = new Map<string, Applied>();
  const heard = new Map<string, HospitalMessage[]>();
  const hospital = parts.messages.flatMap(({ stayId, at, bytes }): Line[] => {
    const all = [...(heard.get(stayId) ?? []), said(bytes)];
    heard.set(stayId, all);
    const done = told(applied.get(stayId) ?? NOTHING_APPLIED, stayId, all, at);
    applied.set(stayId, done.applied);
    return done.steps.map((step) => lineOf(stayId, step, at));
  });
  return [...hospital, ...linesOf(parts.rest.join('\n'))].sort((a, b) => a.sentAt - b.sentAt);
}

function lineOf(stayId: string, step: Step, sentAt: Instant): Line {
  if (step.type === 'admit') return { stay: { stayId, ...step.admission } as unknown as NonNullable<Line['stay']>, sentAt };
  const { action, id, at = sentAt, data } = step;
  return { action: { stayId, action, id, at: toIso(at), by: { party: 'system', unit: 'patientadministration' }, data }, sentAt };
}

interface HospitalFacts {
  admittedAt: Instant | undefined;
  admission: JsonObject;
  moves: [Instant, string][];
  leaves: [Instant, Instant | null][];
  discharge: [Instant, string] | null;
  cancelled: boolean;
  legalForm: unknown;
}

function factsTold({ admission, moves, leaves, discharge, cancelled, details }: Applied): HospitalFacts {
  const { admittedAt = '', ...rest } = admission ?? ({} as Record<string, never>);
  return {
    admittedAt: parseInstant(admittedAt),
    admission: rest as unknown as JsonObject,
    moves: moves.map(({ at, ward }) => [at, ward.hsaId]),
    leaves: leaves.map(({ from, until }) => [from, until]),
    discharge: discharge && [discharge.at, discharge.to],
    cancelled,
    legalForm: details.legalForm,
  };
}

/** Straight from the lines of the feed. */
function factsInFeed(stayId: string): HospitalFacts {
  const own = lines.filter(({ stay, action }) => (stay ?? action)?.stayId === stayId);
  const stay = own.find((line) => line.stay)?.stay;
  if (stay === undefined) throw new Error(`no stay ${stayId}`);
  const { stayId: _, admittedAt, ...admission } = stay;
  const facts: HospitalFacts = {
    admittedAt: parseInstant(admittedAt),
    admission,
    moves: [],
    leaves: [],
    discharge: null,
    cancelled: false,
    legalForm: admission['legalForm'],
  };
  for (const { action } of own) {
    const data = (action?.data ?? {}) as Record<string, string> & { data?: Record<string, string>; avdelning?: { hsaId: string } };
    const time = (field: string): Instant => parseInstant(data[field] ?? '') as Instant;
    if (action?.action === 'flytta') facts.moves.push([time('tidpunkt'), (data.avdelning as unknown as { hsaId: string }).hsaId]);
    if (action?.action === 'permission') facts.leaves.push([time('from'), time('until')]);
    if (action?.action === 'andra-uppgifter') facts.legalForm = data['legalForm'];
    if (action?.action === 'skriv-ut') facts.discharge = [time('tidpunkt'), data['till'] as string];
    if (action?.action === 'annullera') facts.cancelled = true;
    if (action?.action === 'ratta-uppgift' && data['actionId'] === `${stayId}:skriv-ut`) {
      const right = data['data'] as unknown as { tidpunkt: string; till: string };
      facts.discharge = [parseInstant(right.tidpunkt) as Instant, right.till];
    }
  }
  return facts;
}
