import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ProcessRules } from '../../src/domain/agreement.js';
import { DAY, HOUR, type Instant, localDateOf } from '../../src/domain/calendar.js';
import { indicatorsOf } from '../../src/domain/reports/stay-indicators.js';
import { sumOfTallies, type Tally, tallyOfStay } from '../../src/domain/reports/tally.js';
import { decide } from '../../src/domain/stay/decide.js';
import { elapse } from '../../src/domain/stay/elapse.js';
import { admit, evolve, initialStay } from '../../src/domain/stay/evolve.js';
import { factsOf } from '../../src/domain/stay/facts.js';
import type { Stay, StayEvent } from '../../src/domain/stay/state.js';
import type { Db } from '../../src/ledger/connect.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { ADMISSION, rulesOf } from '../domain/stay/case.js';
import { onEachBackend } from '../ledger/backends.js';
import { accepted, admitted, numbered, rules, story, t } from '../ledger/sample.js';
import { FEED, feedLines, known, play } from '../sample/play.js';
import { pause, type Random, randomOf, send } from '../simulation/workload.js';

const REGION = 'jonkoping';
const YEAR = { region: REGION, from: '2019-01', to: '2019-12' };
const key = (id: string, byte: number): LedgerKey => ({ id, key: new Uint8Array(32).fill(byte) });

interface Recorded {
  stay: Stay;
  rules: ProcessRules;
}

/** The sums by unit, made of every stay by itself. */
function naive(stays: readonly Recorded[], now: Instant): Map<string, Tally> {
  const person = ({ patient, annulled }: ReturnType<typeof factsOf>) =>
    annulled ? undefined : (patient.personnummer ?? patient.reservnummer);
  const admissions = stays.map(({ stay }) => ({ stayId: stay.stayId, person: person(factsOf(stay)), at: stay.admission.admittedAt }));
  const units = new Map<string, Tally[]>();
  for (const { stay, rules: of } of stays) {
    const indicators = indicatorsOf(stay, of);
    if (indicators === null) continue;
    const again = admissions
      .filter(
        (a) => a.stayId !== stay.stayId && a.person !== undefined && a.person === person(factsOf(stay)) && a.at >= indicators.dischargedAt,
      )
      .map((a) => a.at);
    const unit = [indicators.month, indicators.payer ?? '', indicators.vardcentral.hsaId].join(' ');
    units.set(unit, [...(units.get(unit) ?? []), tallyOfStay(indicators, again.length === 0 ? null : Math.min(...again), now)]);
  }
  return new Map([...units].map(([unit, tallies]) => [unit, sumOfTallies(tallies)]));
}

async function summed(ledger: Ledger, now: Instant): Promise<Map<string, Tally>> {
  const rows = await ledger.indicatorTallies(YEAR, now);
  return new Map(
    rows.map(({ month, payer, vardcentral, vardcentralName: _, ...tally }) => [[month, payer ?? '', vardcentral].join(' '), tally]),
  );
}

/** One of few persons, at one of few vårdcentraler, on random ways through the process. */
function randomStay(random: Random, n: number): { stayId: string; rules: ProcessRules; events: StayEvent[] } {
  const admittedAt = t('2019-02-01T07:00:00Z') + random.below(60) * DAY + random.below(20) * HOUR;
  const admission = {
    ...ADMISSION,
    admittedAt,
    vardcentral: random.chance(0.8) ? ADMISSION.vardcentral : { hsaId: 'SE-VC-2', name: 'Öster' },
    patient: { ...ADMISSION.patient, personnummer: random.pick(['189001019802', '189002029809', '189003039804', '189004049801']) },
  };
  const of = rulesOf('jonkoping-2018', admittedAt);
  const stayId = `R-${n}`;
  const events: StayEvent[] = [];
  let stay = initialStay(stayId, admission);
  const apply = (more: readonly StayEvent[]) => {
    for (const event of more) {
      stay = evolve(stay, event);
      events.push(event);
    }
  };
  apply([admit(admission, admittedAt)]);
  const done: { id: string; action: string; at: Instant }[] = [];
  for (let now = admittedAt, step = 0; step < 40 && stay.ended === null; step++) {
    now += pause(random);
    apply(elapse(stay, of, now));
    const sent = send(random, now, admittedAt, done, step);
    const verdict = decide(stay, of, { action: sent.action, envelope: sent.envelope }, now, { via: 'signal' });
    apply(verdict.events);
    if (verdict.accepted) done.push({ id: sent.envelope.id, action: sent.action, at: now });
  }
  return { stayId, rules: of, events };
}

await onEachBackend((backend) => {
  describe('the sums of a report', () => {
    test('of the sample month are those of its stays one by one, early, later and when nothing waits', { timeout: 240_000 }, async () => {
      const { ledger } = await backend.open([key('k1', 1)]);
      expect(readFileSync(FEED, 'utf8')).not.toBe('');
      const played = play(feedLines(), t('2019-06-01T00:00:00Z'));
      const stays = [...played.stays.keys()].map((stayId) => known(played, stayId));
      for (const { stay, rules: of } of stays)
        await ledger.record({ stayId: stay.stayId, region: REGION, rules: of, events: numbered(played.events.get(stay.stayId) ?? []) });
      for (const now of [t('2019-03-20T12:00:00Z'), t('2019-04-10T22:00:00Z'), t('2019-04-11T00:00:00Z'), t('2019-06-01T00:00:00Z')])
        expect(await summed(ledger, now)).toEqual(naive(stays, now));
      const whole = sumOfTallies(await ledger.indicatorTallies({ ...YEAR, from: '2019-03', to: '2019-03' }, t('2019-06-01T00:00:00Z')));
      expect(whole.stays).toBeGreaterThan(50);
      expect(whole.kallelse.waits + whole.uppfoljning.waits + whole.aterinskrivning.waits).toBe(0);
    });

    test.each([1, 2, 3])(
      'of random stays are those of their stays, however they came and whenever one looks (seed %i)',
      { timeout: 240_000 },
      async (seed) => {
        const { ledger } = await backend.open([key('k1', 1)]);
        const random = randomOf(seed);
        const waiting = Array.from({ length: 25 }, (_, n) => ({ ...randomStay(random, n), sent: 0 }));
        const folded = new Map<string, Recorded>();
        let looked = 0;
        while (waiting.some((one) => one.sent < one.events.length)) {
          const one = random.pick(waiting.filter((each) => each.sent < each.events.length));
          const some = one.events.slice(one.sent, one.sent + 1 + random.below(9));
          await ledger.record({ stayId: one.stayId, region: REGION, rules: one.rules, events: numbered(some, one.sent + 1) });
          one.sent += some.length;
          const stay = some.reduce(
            evolve,
            folded.get(one.stayId)?.stay ?? initialStay(one.stayId, (one.events[0] as { admission: Stay['admission'] }).admission),
          );
          folded.set(one.stayId, { stay, rules: one.rules });
          if (random.chance(0.1)) {
            const now = t('2019-03-01T00:00:00Z') + random.below(120) * DAY;
            expect(await summed(ledger, now)).toEqual(naive([...folded.values()], now));
            looked++;
          }
        }
        const end = t('2020-01-01T00:00:00Z');
        const sums = await summed(ledger, end);
        expect(sums).toEqual(naive([...folded.values()], end));
        const whole = sumOfTallies([...sums.values()]);
        // The workload reaches what is counted: otherwise equal sums would say nothing.
        expect([looked > 3, whole.stays > 5, whole.deviatingStays > 0, whole.lateStays > 0, whole.aterinskrivning.met > 0]).toEqual(
          Array(5).fill(true),
        );
      },
    );

    test('are made anew by many who read at once, while others record', { timeout: 240_000 }, async () => {
      const { ledger } = await backend.open();
      const now = t('2019-06-01T00:00:00Z');
      const one = (n: number) => ledger.record({ stayId: `c${n}`, region: REGION, rules: rules(), events: numbered(story()) });
      for (let round = 0; round < 4; round++) {
        const writes = Array.from({ length: 8 }, (_, i) => one(round * 8 + i));
        const reads = Array.from({ length: 4 }, () => ledger.indicatorTallies(YEAR, now));
        await Promise.all([...writes, ...reads]);
        expect(sumOfTallies(await ledger.indicatorTallies(YEAR, now)).stays).toBe((round + 1) * 8);
      }
    });
  });

  describe('the same person admitted again', () => {
    const discharged = t('2019-03-10T12:00:00Z');
    const afterwards = t('2019-06-01T00:00:00Z');
    const again = async (ledger: Ledger, over: Parameters<typeof admitted>[0]) => {
      await ledger.record({ stayId: 'first', region: REGION, rules: rules(), events: numbered(story()) });
      // Seen once before, so that the sum has to be made anew.
      expect(sumOfTallies(await ledger.indicatorTallies(YEAR, afterwards)).aterinskrivning).toEqual({ met: 0, owed: 1, waits: 0 });
      await ledger.record({ stayId: 'second', region: over?.region ?? REGION, rules: rules(), events: numbered([admitted(over)]) });
      return sumOfTallies(await ledger.indicatorTallies(YEAR, afterwards)).aterinskrivning.met;
    };

    test.each<[string, Parameters<typeof admitted>[0], number]>([
      ['at once', { admittedAt: discharged }, 1],
      ['on the 30th day', { admittedAt: t('2019-04-09T21:59:00Z') }, 1],
      ['after it', { admittedAt: t('2019-04-09T22:00:00Z') }, 0],
      ['before the discharge', { admittedAt: discharged - HOUR }, 0],
      ['as somebody else', { admittedAt: discharged + DAY, patient: { personnummer: '189002029809' } }, 0],
      ['as nobody known', { admittedAt: discharged + DAY, patient: {} }, 0],
      ['in another region', { admittedAt: discharged + DAY, region: 'vastmanland' }, 0],
    ])('%s', async (_, over, met) => {
      const { ledger } = await backend.open([key('k1', 1)]);
      expect(await again(ledger, over)).toBe(met);
    });

    test('and annulled is not; nor is one who turns out to be somebody else', async () => {
      const { ledger } = await backend.open([key('k1', 1)]);
      expect(await again(ledger, { admittedAt: discharged + DAY })).toBe(1);
      const met = async () => sumOfTallies(await ledger.indicatorTallies(YEAR, afterwards)).aterinskrivning.met;
      const tell = (seq: number, action: string, at: string, data: object) =>
        ledger.record({ stayId: 'second', region: REGION, events: numbered([accepted(action, at, data as never)], seq) });
      await tell(2, 'andra-uppgifter', '2019-03-12T10:00:00Z', { patient: { personnummer: '189002029809' } });
      expect(await met()).toBe(0);
      await tell(3, 'andra-uppgifter', '2019-03-12T11:00:00Z', { patient: { personnummer: '189001019802' } });
      expect(await met()).toBe(1);
      await tell(4, 'annullera', '2019-03-12T12:00:00Z', { skal: 'feldokumenterat' });
      expect(await met()).toBe(0);
    });

    test('is known after a new key has come, as long as the old one is there; nothing in the table names anybody', async () => {
      const { ledger, db } = await backend.open([key('k1', 1)]);
      await ledger.record({ stayId: 'first', region: REGION, rules: rules(), events: numbered(story()) });
      const { ledgerOver } = await import('../../src/ledger/ledger.js');
      const over = (keys: LedgerKey[]) =>
        ledgerOver(
          { kind: backend.kind, db, flush: async () => undefined, flushLog: async () => undefined, close: async () => undefined },
          keys,
          [],
        );
      const readmitted = async (stayId: string, keys: LedgerKey[]) => {
        await over(keys).record({ stayId, region: REGION, rules: rules(), events: numbered([admitted({ admittedAt: discharged + DAY })]) });
        return sumOfTallies(await over(keys).indicatorTallies(YEAR, afterwards)).aterinskrivning.met;
      };
      expect(await readmitted('other', [key('k2', 2)])).toBe(0);
      expect(await readmitted('second', [key('k2', 2), key('k1', 1)])).toBe(1);
      const rows = await db.selectFrom('person_admissions').select('person').execute();
      expect(rows).toHaveLength(4);
      expect(JSON.stringify(rows)).not.toContain('9802');
    });
  });

  describe('a stay’s part in the sums', () => {
    let ledger: Ledger;
    let db: Db;
    beforeAll(async () => {
      ({ ledger, db } = await backend.open());
    });
    const now = t('2019-06-01T00:00:00Z');
    const units = async () => [...(await summed(ledger, now))].map(([unit, tally]) => `${unit}: ${tally.stays}`);

    test('moves with the discharge, the kommun and the vårdcentral, and goes when it is annulled', async () => {
      const events = [...story()];
      const tell = async (...more: StayEvent[]) => {
        await ledger.record({ stayId: 'm', region: REGION, rules: rules(), events: numbered(more, events.length + 1) });
        events.push(...more);
      };
      await ledger.record({ stayId: 'm', region: REGION, rules: rules(), events: numbered(events) });
      expect(await units()).toEqual(['2019-03 0680 SE2321000057-VC1: 1']);
      await tell(accepted('andra-uppgifter', '2019-03-11T10:00:00Z', { vardcentral: { hsaId: 'VC9', name: 'Nio' } }));
      expect(await units()).toEqual(['2019-03 0680 VC9: 1']);
      await tell(
        accepted('angra-utskrivning', '2019-03-11T11:00:00Z', { skal: 'Kvar' }),
        accepted('skriv-ut', '2019-04-02T11:00:00Z', { tidpunkt: '2019-04-02T11:00:00Z', till: 'hem' }),
      );
      expect(await units()).toEqual(['2019-04 0680 VC9: 1']);
      await tell(accepted('annullera', '2019-04-03T11:00:00Z', { skal: 'fel-patient' }));
      expect(await units()).toEqual([]);
      expect(await db.selectFrom('indicator_tallies').selectAll().execute()).toEqual([]);
    });

    test('waits for its time, and is judged when it has come, without anything being recorded', async () => {
      await ledger.record({ stayId: 'w', region: REGION, rules: rules(), events: numbered(story()) });
      const at = async (when: string) => sumOfTallies(await ledger.indicatorTallies(YEAR, t(when))).aterinskrivning;
      expect(await at('2019-04-09T21:59:59Z')).toEqual({ met: 0, owed: 0, waits: 1 });
      expect(await at('2019-04-09T22:00:00Z')).toEqual({ met: 0, owed: 1, waits: 0 });
      expect(localDateOf(t('2019-04-09T22:00:00Z'))).toBe('2019-04-10');
    });

    test('holds neither persons nor the words of reports', async () => {
      const deviation = { id: 'x', type: 'Anna ramlade på avdelningen', at: t('2019-03-05T10:00:00Z'), status: 'oppen' as const };
      await ledger.record({
        stayId: 'd',
        region: REGION,
        rules: rules(),
        events: numbered([...story(), { type: 'deviation-noted', at: deviation.at, deviation }]),
      });
      const rows = JSON.stringify([await db.selectFrom('stay_indicators').selectAll().execute(), await ledger.indicatorTallies(YEAR, now)]);
      expect(rows).toContain('"ovrigt"');
      for (const word of ['Anna', 'Testsson', '9802']) expect(rows).not.toContain(word);
    });
  });

  test('stays that were recorded before there were reports are in them once the schema is brought up', async () => {
    const { ledger, db } = await backend.open();
    await ledger.record({ stayId: 'old', region: REGION, rules: rules(), events: numbered(story()) });
    await db.deleteFrom('stay_indicators').execute();
    await db.deleteFrom('stale_tallies').execute();
    const { projectAll } = await import('../../src/ledger/reports/project-all.js');
    await projectAll(db);
    expect(sumOfTallies(await ledger.indicatorTallies(YEAR, t('2019-06-01T00:00:00Z')))).toMatchObject({
      stays: 1,
      readyDays: [0, 0, 0, 0, 0, 1],
    });
  });

  describe('what is imported', () => {
    const measured = (month: string, vardcentral: string, answers: number) => ({
      month,
      matning: 'enkät',
      kommun: null,
      vardcentral,
      answers,
      shareTenths: 500,
    });

    test('measurements take the place of those of the same months, in the same region', async () => {
      const { ledger } = await backend.open();
      const put = (region: string, ...rows: ReturnType<typeof measured>[]) => ledger.importRows(region, { kind: 'delaktighet', rows }, 1);
      expect(await put(REGION, measured('2019-01', 'a', 1), measured('2019-02', 'a', 2))).toEqual({ rows: 2, replaced: 0 });
      await put('vastmanland', measured('2019-02', 'z', 9));
      expect(await put(REGION, measured('2019-02', 'b', 3))).toEqual({ rows: 1, replaced: 1 });
      expect(await put(REGION, measured('2019-02', 'b', 3))).toEqual({ rows: 1, replaced: 1 });
      expect(await ledger.delaktighet(YEAR)).toEqual([measured('2019-01', 'a', 1), measured('2019-02', 'b', 3)]);
      expect(await ledger.delaktighet({ ...YEAR, from: '2019-02', to: '2019-02' })).toEqual([measured('2019-02', 'b', 3)]);
    });

    test('vårdcentraler take the place of all that were known, or of none when one is wrong', async () => {
      const { ledger } = await backend.open();
      const row = (hsaId: string, name: string) => ({ hsaId, name, listade: 100, hoursTenths: 5 });
      const put = (...rows: ReturnType<typeof row>[]) => ledger.importRows(REGION, { kind: 'vardcentraler', rows }, 1);
      await put(row('1', 'Öster'), row('2', 'Ask'));
      expect((await ledger.vardcentraler(REGION)).map(({ name }) => name)).toEqual(['Ask', 'Öster']);
      await expect(put(row('3', 'Ny'), row('3', 'Ny'))).rejects.toThrow();
      expect(await put(row('3', 'Ny'))).toEqual({ rows: 1, replaced: 2 });
      expect(await ledger.vardcentraler(REGION)).toEqual([row('3', 'Ny')]);
      expect(await ledger.vardcentraler('vastmanland')).toEqual([]);
    });
  });
});
