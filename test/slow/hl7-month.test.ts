/**
 * The sample month, told by two systems: the hospital's facts in HL7, as they come, in random order and more than once; all else over
 * HTTP, and more than once too. Whatever the order, the month costs the same to the öre.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadAgreements } from '../../src/agreements/load.js';
import { computeMonth } from '../../src/domain/billing/month.js';
import { previewOf } from '../../src/domain/billing/preview.js';
import { type Instant, parseInstant } from '../../src/domain/calendar.js';
import type { ActionName } from '../../src/domain/stay/actions.js';
import { decide } from '../../src/domain/stay/decide.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import { hl7Applier } from '../../src/doors/hl7/applier.js';
import { loadHl7Mapping } from '../../src/doors/hl7/mapping.js';
import { hl7Receiver } from '../../src/doors/hl7/receive.js';
import { hospitalDesk } from '../../src/doors/hospital/desk.js';
import { type Ledger, openLedger } from '../../src/ledger/ledger.js';
import { memoryService } from '../doors/memory-service.js';
import { monthParts, type SampleMessage } from '../support/month-parts.js';

interface HttpLine {
  stayId: string;
  action: ActionName;
  body: Record<string, unknown> & { id: string };
  sentAt: Instant;
}

const QUIET = { warn: () => undefined, error: () => undefined };
/** The one action that the feed itself wants refused. */
const MEANT_TO_BE_REFUSED = '0684-03:kalla-till-svpl';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger({ keys: [{ id: 'k', key: new Uint8Array(32) }] });
});
afterEach(() => ledger.close());

/** Numbers that look random, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function httpLines(rest: readonly string[]): HttpLine[] {
  let latest = Number.NEGATIVE_INFINITY;
  return rest.map((text) => {
    const { stayId, action, ...envelope } = (JSON.parse(text) as { action: { stayId: string; action: ActionName; id: string; at: string } })
      .action;
    latest = Math.max(latest, parseInstant(envelope.at) ?? 0);
    return { stayId, action, body: { imported: true, ...envelope }, sentAt: latest };
  });
}

/** Plays both parts. Staff do nothing that rests on what they cannot have seen: what they need of the hospital's messages comes first. */
async function play(run: string, seed: number) {
  const random = randomOf(seed);
  const pick = <T>(from: T[]): T => from.splice(Math.floor(random() * from.length), 1)[0] as T;
  const service = memoryService(parseInstant('2019-02-01T00:00:00Z') as Instant);
  const { submit, ledger: stays } = service.deps();
  const loaded = loadHl7Mapping();
  if ('problems' in loaded) throw new Error('the mapping does not load');
  // The stays are in memory, the messages in the database.
  const whole = {
    ...ledger,
    ...(stays as unknown as Pick<Ledger, 'findStay' | 'readStay'>),
    notify: async () => ({ delivered: 0 }),
  } as Ledger;
  const deps = { now: () => service.now, reachable: async () => true, log: QUIET };
  const desk = hospitalDesk({ submit, ledger: whole, now: deps.now, door: 'hl7' });
  const applier = hl7Applier({ ...deps, ledger: whole, desk });
  const receive = hl7Receiver({ ...deps, ledger: whole, mapping: loaded.mapping, accepted: applier.wake });
  const counts = { AA: 0, other: 0, duplicates: 0, early: 0, away: 0 };
  const parts = monthParts();
  // A run's messages are others than those of the run before, as their ids in the ledger tell.
  const rename = ({ bytes }: SampleMessage) =>
    new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/\|EXEMPEL(\d{6})\|/, `|${run}$1|`));

  const hear = async (message: SampleMessage): Promise<void> => {
    const { code } = await receive(rename(message));
    counts[code === 'AA' ? 'AA' : 'other']++;
    await applier.look();
  };
  const wouldBeRefused = ({ stayId, action, body }: HttpLine): boolean => {
    const kept = service.stays.get(stayId);
    if (kept === undefined) return true;
    const { id, ...envelope } = body;
    return !decide(kept.stay, kept.rules, { action, envelope: { id, ...envelope } }, service.now).accepted;
  };

  const http = httpLines(parts.rest);
  const order = [...parts.byStay.keys()];
  const over = Math.max(...http.map(({ sentAt }) => sentAt), ...parts.messages.map(({ at }) => at)) + 60_000;
  while (order.length > 0) {
    const stayId = pick(order);
    const waiting = [...(parts.byStay.get(stayId) ?? [])];
    const heard: SampleMessage[] = [];
    const lines = http.filter((one) => one.stayId === stayId);
    // The service was away all the while: everything comes afterwards, the hospital's messages first. To a stay that never was nothing is told.
    const wasAway =
      random() < 0.3 && waiting.every(({ trigger }) => trigger !== 'A11') && lines.every(({ body }) => body['imported'] === true);
    if (wasAway) {
      counts.away++;
      service.now = over;
      while (waiting.length > 0) {
        const message = pick(waiting);
        if (message.trigger !== 'A01' && waiting.some(({ trigger }) => trigger === 'A01')) counts.early++;
        heard.push(message);
        await hear(message);
      }
    }
    for (const line of lines) {
      service.now = wasAway ? over : line.sentAt;
      const come = waiting.filter(({ at }) => at <= line.sentAt);
      const deliver = async () => {
        const message = pick(come);
        waiting.splice(waiting.indexOf(message), 1);
        heard.push(message);
        await hear(message);
      };
      while (come.length > 0 && (random() < 0.4 || (line.body.id !== MEANT_TO_BE_REFUSED && wouldBeRefused(line)))) await deliver();
      if (heard.length > 0 && random() < 0.3) {
        counts.duplicates++;
        await hear(heard[Math.floor(random() * heard.length)] as SampleMessage);
      }
      const answer = await submit.act(stayId, line.action, line.body);
      if (answer.ok === (line.body.id === MEANT_TO_BE_REFUSED)) throw new Error(`${line.body.id}: ${JSON.stringify(answer)}`);
      if (random() < 0.2) expect((await submit.act(stayId, line.action, line.body)).ok).toBe(answer.ok);
    }
    service.now = Math.max(service.now, ...waiting.map(({ at }) => at)) + 60_000;
    while (waiting.length > 0) await hear(pick(waiting));
    for (const message of heard) if (random() < 0.5) await hear(message);
  }
  await applier.stop();
  return { service, counts };
}

describe('the sample month as HL7 and HTTP', () => {
  test.each([
    ['EINS', 1],
    ['ZWEI', 20_190_301],
  ])(
    'in a random order with duplicates (%s) comes to 488 280 kr',
    async (run, seed) => {
      const { service, counts } = await play(run, seed);
      expect(counts.other).toBe(0);
      expect([counts.duplicates > 50, counts.early > 5, counts.away > 10]).toEqual([true, true, true]);
      const agreements = loadAgreements();
      if (!agreements.ok) throw new Error('the agreements do not load');
      const agreement = agreements.agreements.find(({ id }) => id === 'jonkoping-2018');
      if (agreement === undefined) throw new Error('no agreement');
      const episodes = [...service.stays.values()].map(({ stay, rules }) => episodeOf(stay, rules));
      expect(episodes).toHaveLength(87);
      const month = computeMonth({ agreement, vardpriser: agreements.vardpriser, month: '2019-03', episodes });
      expect([month.amountOre, month.problems]).toEqual([48_828_000, []]);
      expect(
        previewOf(month)
          .kommuner.filter(({ amountOre }) => amountOre !== 0)
          .map(({ payer, amountOre }) => [payer, amountOre]),
      ).toEqual([
        ['0617', 5_460_000],
        ['0642', 4_680_000],
        ['0680', 38_688_000],
      ]);
      expect(service.stays.get([...service.stays.keys()][0] ?? '')?.stay.ended).not.toBeNull();
    },
    120_000,
  );
});
