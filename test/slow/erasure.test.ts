/** A stay is erased: whoever searches the database, with the keys, finds nothing of who it was; every figure is as before. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, startOfDay } from '../../src/domain/calendar.js';
import type { StayEvent } from '../../src/domain/stay/state.js';
import type { Db } from '../../src/ledger/connect.js';
import type { NewErasure } from '../../src/ledger/erasure/erasure-ledger.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import type { IncomingMessage } from '../../src/ledger/messages/keep-messages.js';
import { digestsOf } from '../../src/ledger/reports/persons.js';
import { empty, onEachBackend } from '../ledger/backends.js';
import {
  type BilledStay,
  billedStory,
  correctedDischarge,
  economist,
  FREEZE,
  kommun,
  march,
  objectionTo,
  PRELIMINARY,
  recordMore,
  shippedRules,
} from '../ledger/billing-sample.js';
import { accepted, numbered, rules, t } from '../ledger/sample.js';
import { formsIn } from '../support/forms-of.js';

const SECRET = 'Ossian Bengtsdotter';
const PERSON = '189001019802';
const FORMER = '189002029809';
const OTHER = '189003039804';
const STREET = 'Hemlighetsvägen 17';
const PLANTED = [SECRET, PERSON, FORMER, STREET];
const LATER = t('2019-06-01T00:00:00Z');
/** Ten years and some months after the last entry. */
const OUT = t('2029-08-01T00:00:00Z');
const REAL = t('2029-08-01T00:00:00Z');
const YEAR = { region: 'jonkoping', from: '2019-01', to: '2019-12' };

const S: BilledStay = { stayId: 'S', discharged: '2019-03-20', days: 4 };

function eventsOf(stay: BilledStay, personnummer: string): StayEvent[] {
  const [first, ...rest] = billedStory(stay);
  if (first?.type !== 'admitted') throw new Error('a story begins with an admission');
  const patient = { personnummer, name: SECRET, folkbokforingsadress: STREET };
  const homeAt = startOfDay(stay.discharged ?? '') + 12 * HOUR;
  return [
    { ...first, admission: { ...first.admission, patient } },
    ...rest,
    accepted('kommentera', new Date(homeAt + HOUR).toISOString(), { text: `${SECRET} ringde` }),
    { type: 'ended', at: homeAt + 2 * HOUR, reason: 'avslutad' },
  ];
}

const message = (messageId: string, over: Partial<IncomingMessage> = {}): IncomingMessage => ({
  id: randomUUID(),
  source: 'journal',
  messageId,
  trigger: 'A03',
  kind: 'stay',
  region: 'jonkoping',
  stayId: 'S',
  occurredAt: PRELIMINARY,
  registeredAt: PRELIMINARY,
  receivedAt: PRELIMINARY,
  state: 'mottagen',
  reason: null,
  content: `${messageId} of ${PERSON}`,
  raw: Buffer.from(`PID|||${PERSON}||${SECRET}`, 'latin1'),
  said: JSON.stringify({ patient: SECRET }),
  persons: [PERSON],
  ...over,
});

/** Every table's rows, and in which of them any form of the text is. */
async function tablesWith(db: Db, text: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
  const found = await Promise.all(
    rows.map(async ({ name }) => {
      const lines = (await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)).rows;
      return formsIn(Buffer.from(lines.map(({ row }) => row).join('\n')), text).length > 0 ? [name] : [];
    }),
  );
  return found.flat().sort();
}

const asked = (over: Partial<NewErasure> = {}): NewErasure => ({
  stayId: 'S',
  ground: 'gallringsfrist',
  by: 'service',
  now: OUT,
  retentionYears: 10,
  ...over,
});
const decided = (over: Partial<NewErasure> = {}) => asked({ ground: 'beslut', decision: 'IVO 8.2-1/2019', now: LATER, ...over });

await onEachBackend((backend) => {
  for (const keys of [[], [{ id: 'k1', key: randomBytes(32) }]] as LedgerKey[][]) {
    describe(keys.length === 0 ? 'without keys' : 'with keys', () => {
      let ledger: Ledger;
      let db: Db;
      beforeAll(async () => {
        ({ ledger, db } = await backend.open(keys));
      });
      const record = (stay: BilledStay, personnummer: string) =>
        ledger.record({ stayId: stay.stayId, region: 'jonkoping', rules: rules(), events: numbered(eventsOf(stay, personnummer)) });
      const erase = async (over: Partial<NewErasure> = {}) => {
        const begun = await ledger.beginErasure(asked(over), REAL);
        expect(begun).toMatchObject({ ok: true });
        await ledger.markHistoriesGone(over.stayId ?? 'S', REAL + 1);
        expect(await ledger.completeErasure(over.stayId ?? 'S', REAL + 2)).toBe(true);
      };

      /** A patient who came, came again and came once more, objected to, told of by two systems; and somebody else. */
      beforeEach(async () => {
        await empty(db);
        await record({ stayId: 'fore', discharged: '2019-03-05', days: 2 }, PERSON);
        await record(S, PERSON);
        await record({ stayId: 'efter', discharged: '2019-04-10', days: 1 }, PERSON);
        await record({ stayId: 'annan', discharged: '2019-03-21', days: 5 }, OTHER);
        await ledger.keepMessages([
          message('M1'),
          message('M2', { persons: [FORMER] }),
          message('M3', { stayId: 'annan', persons: [OTHER], said: '{}', raw: Buffer.from('x'), content: 'x' }),
          message('A40', { kind: 'merge', trigger: 'A40', stayId: null, persons: [FORMER, PERSON] }),
        ]);
        const held = { stayId: 'S', door: 'fhir', holder: 'h' };
        await ledger.holdHospitalStay(held, REAL);
        await ledger.keepHospitalStay(
          { ...held, revision: 1, content: JSON.stringify({ name: SECRET, number: PERSON }), release: true },
          REAL,
        );
        await ledger.sendBasis(march, PRELIMINARY);
        const objection = { ...objectionTo('S', PRELIMINARY + MINUTE), text: `${SECRET} fick ingen kallelse` };
        await ledger.addObjection(objection);
        const said = { ...march, payer: '0680', objectionId: objection.objectionId, at: PRELIMINARY + HOUR };
        await ledger.answerObjection({ ...said, accepted: false, text: `${SECRET} kallades`, by: economist });
        for (const [place, key] of [
          ['/v1/billing/jonkoping/2019-03/0680/objections', 'a'],
          [`/v1/billing/jonkoping/2019-03/0680/objections/${objection.objectionId}/answer`, 'b'],
          ['/v1/billing/jonkoping/2019-03/0682/objections', 'c'],
        ] as const) {
          const ref = { scope: JSON.stringify(['POST', place]), key };
          await ledger.claimKey({ ...ref, digest: 'd', at: PRELIMINARY });
          await ledger.keepAnswer({ ...ref, answer: key === 'c' ? 'of another' : { text: SECRET } });
        }
        await ledger.freezeMonth(march, FREEZE);
        for (const { payer } of (await ledger.monthSums(march, FREEZE))?.kommuner ?? []) await ledger.settle({ ...march, payer }, FREEZE);
        await ledger.settle({ ...march, payer: '0680' }, FREEZE + 30 * DAY);
        await ledger.markInvoiced(march);
      });

      /** Everything that is made of figures, sums made anew. */
      const figures = async (now: number) => {
        await sql`insert into stale_tallies select distinct region, month, payer, vardcentral from stay_indicators on conflict do nothing`.execute(
          db,
        );
        const april = { ...march, month: '2019-04' };
        const seq = (await ledger.readStay('S'))?.stay.seq ?? 0;
        const at = await ledger.readStayAt('S', seq);
        return {
          march: await ledger.monthSums(march, now),
          april: await ledger.monthSums(april, now),
          current: await ledger.currentSums(march, now),
          stays: await ledger.monthStays(march, now),
          holds: await ledger.verifyMonth(march),
          invoices: await ledger.invoices(march),
          indicators: await ledger.indicatorTallies(YEAR, now),
          episodes: await ledger.episodesOfMonth(march),
          objections: (await ledger.objections({ region: 'jonkoping' })).map(({ text: _, answer, ...rest }) => ({
            ...rest,
            accepted: answer?.accepted,
          })),
          proof: at,
          facts: (await sql<{ n: number }>`select count(*)::int as n from facts`.execute(db)).rows,
        };
      };

      test('nothing of it is left in any table, and every figure is as it was', async () => {
        if (keys.length === 0)
          for (const text of PLANTED.filter((one) => one !== FORMER)) expect(await tablesWith(db, text)).toContain('patients');
        else for (const text of PLANTED) expect(await tablesWith(db, text)).toEqual([]);
        expect(JSON.stringify(await ledger.readStay('S'))).toContain(SECRET);
        expect(await ledger.messagesOfStay('S')).toHaveLength(2);
        const before = await figures(OUT);
        expect(before.indicators.map(({ month, aterinskrivning }) => [month, aterinskrivning.met])).toEqual([
          ['2019-03', 2],
          ['2019-04', 0],
        ]);
        const { rows: rest } = await sql`select * from facts order by stay_id, seq`.execute(db);

        await erase();
        // The patient's other stays are others' to decide.
        await erase({ stayId: 'fore' });
        await erase({ stayId: 'efter' });
        await ledger.reclaimErased();

        expect(await figures(OUT)).toEqual(before);
        expect((await sql`select * from facts order by stay_id, seq`.execute(db)).rows).toEqual(rest);
        for (const text of [PERSON, FORMER]) {
          expect(await tablesWith(db, text)).toEqual([]);
          for (const digest of digestsOf(text, keys)) expect(await tablesWith(db, digest)).toEqual([]);
        }
        const { rows: left } = await sql<{ table: string }>`
          select 'patients' as "table" from patients where stay_id <> 'annan' union all
          select 'hospital_messages' from hospital_messages where (raw is not null or said is not null or digest is not null) and stay_id is distinct from 'annan' union all
          select 'hospital_stays' from hospital_stays where sealed is not null union all
          select 'used_keys' from used_keys where key <> 'c' union all
          select 'admissions' from admissions where digest <> '' and stay_id <> 'annan'`.execute(db);
        expect(left).toEqual([]);
        const read = await ledger.readStay('S');
        expect(read).toMatchObject({
          erasure: { completedAt: REAL + 2 },
          stay: { admission: { patient: {} }, ended: { reason: 'avslutad' } },
        });
        expect(JSON.stringify(read)).not.toContain(SECRET);
        expect((await ledger.readStay('annan'))?.stay.admission.patient).toMatchObject({ personnummer: OTHER, name: SECRET });
        expect(await ledger.messagesOfStay('annan')).toHaveLength(1);
        expect(await ledger.missingKeys()).toEqual([]);
        expect((await ledger.keyUse()).filter(({ table }) => table === 'patients')).toMatchObject([{ rows: 1 }]);
      });

      test('one of several stays of a patient leaves the others as they are, and what is known of their person', async () => {
        const before = await figures(OUT);
        await erase();
        expect(await figures(OUT)).toEqual(before);
        expect((await ledger.readStay('efter'))?.stay.admission.patient).toMatchObject({ personnummer: PERSON });
        // The change of identity is still about somebody who has a stay here.
        expect(await ledger.mergesOf({ region: 'jonkoping', persons: [PERSON] })).toHaveLength(1);
      });

      test('by whoever has other keys than it was sealed with it is erased as well, and once more changes nothing', async () => {
        const other = ledgerOver(
          { kind: backend.kind, db, flush: async () => undefined, flushLog: async () => undefined, close: async () => undefined },
          [{ id: 'k9', key: randomBytes(32) }],
          [],
          shippedRules(),
        );
        await other.beginErasure(asked(), REAL);
        await other.markHistoriesGone('S', REAL + 1);
        expect(await other.completeErasure('S', REAL + 2)).toBe(true);
        expect((await ledger.readStay('S'))?.stay.admission.patient).toEqual({});
        expect(await tablesWith(db, 'fick ingen kallelse')).toEqual([]);
        expect((await sql`select key from used_keys`.execute(db)).rows).toEqual([{ key: 'c' }]);
        expect(await ledger.completeErasure('S', REAL + 9)).toBe(true);
        expect((await ledger.erasureOf('S'))?.completedAt).toBe(REAL + 2);
      });

      describe('is refused', () => {
        const code = async (over: NewErasure) => {
          const judged = await ledger.mayErase(over);
          const begun = await ledger.beginErasure(over, REAL);
          expect(begun.ok).toBe(judged.may);
          return begun.ok ? 'erased' : begun.code;
        };
        test('an unknown stay', async () => expect(await code(asked({ stayId: 'ingen' }))).toBe('unknown-stay'));
        test('one that has not ended', async () => {
          await ledger.record({ stayId: 'ny', region: 'jonkoping', rules: rules(), events: numbered(billedStory({ stayId: 'ny' })) });
          expect(await code(decided({ stayId: 'ny' }))).toBe('not-ended');
        });
        test('one whose last entry is not old enough, to the day', async () => {
          // Discharged on the 20th; the objection was answered on the first of April 2019.
          expect(await code(asked({ now: t('2029-04-01T21:59:59Z') }))).toBe('retention-runs');
          expect(await code(asked({ now: t('2030-01-01T00:00:00Z'), retentionYears: 20 }))).toBe('retention-runs');
          expect(await code(asked({ retentionYears: null }))).toBe('retention-runs');
          expect(await code(asked({ now: t('2029-04-01T22:00:00Z') }))).toBe('erased');
        });
        test('one that was corrected long afterwards is kept from then', async () => {
          await recordMore(ledger, 'S', correctedDischarge(S, '2019-03-21', t('2025-01-01T12:00:00Z')));
          await recordMore(ledger, 'S', { type: 'ended', at: t('2025-01-01T12:00:00Z'), reason: 'avslutad' });
          expect(await code(asked())).toBe('retention-runs');
          expect(await code(asked({ now: t('2035-02-01T12:00:00Z') }))).toBe('change-not-settled');
        });
        test('one whose month is not invoiced, unless nobody has sent it for so long that nobody will', async () => {
          expect(await code(decided({ stayId: 'efter' }))).toBe('month-not-invoiced');
          await ledger.sendBasis({ ...march, month: '2019-04' }, t('2019-05-01T03:00:00Z'));
          expect(await code(asked({ stayId: 'efter' }))).toBe('month-not-invoiced');
          await ledger.record({
            stayId: 'maj',
            region: 'jonkoping',
            rules: rules(),
            events: numbered(eventsOf({ stayId: 'maj', discharged: '2019-05-10' }, PERSON)),
          });
          expect(await code(decided({ stayId: 'maj' }))).toBe('month-not-invoiced');
          expect(await code(decided({ stayId: 'maj', now: t('2019-11-30T22:59:59Z') }))).toBe('month-not-invoiced');
          expect(await code(decided({ stayId: 'maj', now: t('2019-11-30T23:00:00Z') }))).toBe('erased');
        });
        test('one that is objected to, as long as anybody can do something about it', async () => {
          const objection = objectionTo('annan', LATER);
          await ledger.addObjection(objection);
          await ledger.settle({ ...march, payer: '0680' }, LATER + 1);
          expect(await code(decided({ stayId: 'annan', now: LATER + 2 }))).toBe('objection-open');
          const said = { ...march, payer: '0680', objectionId: objection.objectionId };
          await ledger.answerObjection({ ...said, accepted: false, text: 'nej', by: economist, at: LATER + 3 });
          await ledger.settle({ ...march, payer: '0680' }, LATER + 4);
          expect(await code(decided({ stayId: 'annan', now: LATER + DAY }))).toBe('objection-open');
          await ledger.disputeObjection({ ...said, text: 'jo', by: kommun(), at: LATER + DAY });
          await ledger.settle({ ...march, payer: '0680' }, LATER + DAY + 1);
          expect(await code(decided({ stayId: 'annan', now: LATER + 100 * DAY }))).toBe('objection-open');
        });
        test('one whose patient may still be counted as come back', async () => {
          expect(await code(decided({ now: t('2019-04-18T00:00:00Z') }))).toBe('readmission-counted');
          expect(await code(decided({ now: t('2019-04-21T00:00:00Z') }))).toBe('erased');
        });
        test('a decision without a reference', async () => {
          await expect(ledger.beginErasure(decided({ decision: undefined }), REAL)).rejects.toThrow('needs the reference');
          expect(await ledger.erasureOf('S')).toBeUndefined();
        });
      });

      describe('step by step', () => {
        test('begun again, by whatever ground, it is the same; it is destroyed when its histories are gone, not before', async () => {
          const first = await ledger.beginErasure(decided(), REAL);
          expect(first).toMatchObject({
            ok: true,
            fresh: true,
            erasure: { ground: 'beslut', decision: 'IVO 8.2-1/2019', completedAt: null },
          });
          expect(await ledger.beginErasure(asked({ by: 'another' }), REAL + 5)).toEqual({ ...first, fresh: false });
          expect(await ledger.completeErasure('S', REAL)).toBe(false);
          expect((await ledger.readStay('S'))?.stay.admission.patient.name).toBe(SECRET);
          expect((await ledger.listErasures({ unfinished: true })).items).toHaveLength(1);
          expect(await ledger.markHistoriesGone('S', REAL + 1)).toBe(true);
          expect(await ledger.withdrawErasure('S')).toBe(false);
          expect(await ledger.completeErasure('S', REAL + 2)).toBe(true);
          expect(await ledger.listErasures({ unfinished: true })).toEqual({ items: [], next: null });
          expect((await ledger.listErasures({})).items).toMatchObject([{ stayId: 'S', historiesGoneAt: REAL + 1, completedAt: REAL + 2 }]);
          expect(await ledger.markHistoriesGone('ingen', REAL)).toBe(false);
          expect(await ledger.completeErasure('ingen', REAL)).toBe(false);
        });

        test('broken off in the middle it has destroyed nothing, and is done when it is done again', async () => {
          await ledger.beginErasure(asked(), REAL);
          await ledger.markHistoriesGone('S', REAL);
          await sql`create function broken() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$`.execute(db);
          await sql`create trigger broken before update on admissions for each row execute function broken()`.execute(db);
          try {
            await expect(ledger.completeErasure('S', REAL)).rejects.toThrow('killed');
          } finally {
            await sql`drop trigger broken on admissions`.execute(db);
            await sql`drop function broken()`.execute(db);
          }
          expect((await ledger.readStay('S'))?.stay.admission.patient.name).toBe(SECRET);
          expect(await ledger.messagesOfStay('S')).toHaveLength(2);
          expect(await ledger.completeErasure('S', REAL)).toBe(true);
          expect((await ledger.readStay('S'))?.stay.admission.patient).toEqual({});
        });

        test('two processes at once do no harm', async () => {
          const before = await figures(OUT);
          const begun = await Promise.all(['S', 'fore', 'efter', 'S', 'S'].map((stayId) => ledger.beginErasure(asked({ stayId }), REAL)));
          expect(begun.filter((one) => one.ok && one.fresh)).toHaveLength(3);
          const all = ['S', 'fore', 'efter', 'efter', 'fore', 'S'];
          await Promise.all(all.map((stayId) => ledger.markHistoriesGone(stayId, REAL)));
          expect(await Promise.all(all.map((stayId) => ledger.completeErasure(stayId, REAL)))).toEqual(all.map(() => true));
          expect(await figures(OUT)).toEqual(before);
          expect(await ledger.mergesOf({ region: 'jonkoping', persons: [PERSON] })).toEqual([]);
        });

        test('a stay that was taken up again meanwhile: what it says is not lost, and the erasure is withdrawn', async () => {
          await ledger.beginErasure(asked(), REAL);
          const late = correctedDischarge(S, '2019-03-21', OUT);
          // Not refused for good: it is tried again.
          await expect(recordMore(ledger, 'S', late)).rejects.not.toMatchObject({ code: 'gallrad' });
          expect(await ledger.withdrawErasure('S')).toBe(true);
          await recordMore(ledger, 'S', late);
          expect(await ledger.erasureOf('S')).toBeUndefined();
        });

        test('what it is asked to be due for is walked past those that must wait', async () => {
          const all = await ledger.dueForErasure({ endedBefore: OUT, limit: 10 });
          expect(all.map(({ stayId }) => stayId)).toEqual(['fore', 'S', 'annan', 'efter']);
          expect(await ledger.dueForErasure({ endedBefore: OUT, after: all[1], limit: 1 })).toEqual([all[2]]);
          await ledger.beginErasure(asked(), REAL);
          expect((await ledger.dueForErasure({ endedBefore: OUT, limit: 10 })).map(({ stayId }) => stayId)).toEqual([
            'fore',
            'annan',
            'efter',
          ]);
          expect(await ledger.dueForErasure({ endedBefore: 0, limit: 10 })).toEqual([]);
        });
      });

      describe('afterwards', () => {
        beforeEach(() => erase());

        test('nothing is added to it', async () => {
          await expect(recordMore(ledger, 'S', accepted('kommentera', '2029-08-02T00:00:00Z', { text: SECRET }))).rejects.toMatchObject({
            code: 'gallrad',
          });
          expect(
            await ledger.record({ stayId: 'S', region: 'jonkoping', rules: rules(), events: numbered(eventsOf(S, PERSON)) }),
          ).toMatchObject({ appended: 0 });
          expect(await ledger.addObjection({ ...objectionTo('S', OUT), text: SECRET })).toMatchObject({ ok: false, code: 'gallrad' });
          const [objection] = await ledger.objections({ region: 'jonkoping', stayId: 'S' });
          const said = { ...march, payer: '0680', objectionId: objection?.objectionId ?? '', text: SECRET, by: kommun(), at: OUT };
          expect(await ledger.disputeObjection(said)).toMatchObject({ ok: false, code: 'gallrad' });
          expect(await ledger.claimStay('S', (eventsOf(S, PERSON)[0] as Extract<StayEvent, { type: 'admitted' }>).admission)).toEqual({
            outcome: 'other',
            region: 'jonkoping',
          });
          expect(await ledger.findStay('S')).toMatchObject({ erased: true, ended: true });
          expect(await tablesWith(db, SECRET)).toEqual(keys.length === 0 ? ['hospital_messages', 'patients'] : []);
        });

        test("a message of its hospital's is answered for, kept without what it said, and waits for nobody", async () => {
          const late = message('M9', { receivedAt: OUT });
          expect(await ledger.keepMessages([late, message('M10', { stayId: 'annan', persons: [OTHER] })])).toEqual(['new', 'new']);
          expect(await ledger.readMessage(late.id)).toMatchObject({ state: 'avvisad', reason: 'vårdtillfället är gallrat', ack: 'AA' });
          expect(await ledger.keepMessages([message('M9')])).toEqual(['same']);
          // An id that a sender uses again, for somebody else, is seen to be another's.
          expect(await ledger.keepMessages([message('M1', { stayId: 'annan' })])).toEqual(['other']);
          expect(await ledger.dueStays(OUT, 10)).toEqual(['annan']);
          expect(await ledger.messagesOfStay('S')).toEqual([]);
          await expect(
            ledger.keepHospitalStay({ stayId: 'S', door: 'fhir', holder: 'h', revision: 2, content: SECRET }, REAL),
          ).resolves.toBe(false);
        });

        test('what comes back, as from a backup, is destroyed again', async () => {
          await db.transaction().execute(async (tx) => {
            await sql`set local session_replication_role = replica`.execute(tx);
            await sql`insert into patients (stay_id, key_id, sealed) values ('S', null, ${Buffer.from(SECRET)})`.execute(tx);
          });
          expect(await ledger.completeErasure('S', REAL + 9)).toBe(true);
          expect(await db.selectFrom('patients').selectAll().where('stay_id', '=', 'S').execute()).toEqual([]);
        });
      });

      test('messages that never found their stay, and changes of identity of nobody here, go when their time is out', async () => {
        await ledger.keepMessages([
          message('P1', { stayId: 'aldrig', persons: [OTHER] }),
          message('P2', { kind: 'merge', stayId: null, persons: ['189004049801'] }),
          message('P3', { stayId: 'aldrig', persons: [OTHER], receivedAt: OUT }),
        ]);
        expect(await ledger.eraseStrayMessages(PRELIMINARY, OUT)).toBe(0);
        expect(await ledger.eraseStrayMessages(PRELIMINARY + 1, OUT)).toBe(2);
        expect(await ledger.eraseStrayMessages(PRELIMINARY + 1, OUT)).toBe(0);
        expect(await ledger.messagesOfStay('aldrig')).toHaveLength(1);
        expect(await ledger.messagesOfStay('S')).toHaveLength(2);
        expect(await ledger.mergesOf({ region: 'jonkoping', persons: [PERSON] })).toHaveLength(1);
      });
    });
  }
});
