import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { empty, onEachBackend } from './backends.js';
import {
  type BilledStay,
  correctedDischarge,
  FREEZE,
  kommun,
  march,
  objectionTo,
  PRELIMINARY,
  recordMore,
  recordStays,
  region,
} from './billing-sample.js';

const STAYS: BilledStay[] = Array.from({ length: 12 }, (_, i) => ({ stayId: `s${i}`, days: i, kommun: i % 3 === 0 ? '0682' : '0680' }));

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
  });
  beforeEach(async () => {
    await empty(db);
    await recordStays(ledger, STAYS);
  });

  describe('side by side', () => {
    test('stays that are recorded while the month is frozen are in it as a whole, or not at all', async () => {
      const put = STAYS.map((stay) => correctedDischarge(stay, '2019-03-21', FREEZE));
      const work = STAYS.map((stay, i) => () => recordMore(ledger, stay.stayId, put[i] as never));
      const [frozen] = await Promise.all([ledger.freezeMonth(march, FREEZE), ...work.map((run) => run())]);
      expect(await ledger.verifyMonth(march)).toBe(true);
      expect(frozen.kommuner.reduce((sum, one) => sum + one.stays, 0)).toBe(12);
      // Every change is either in what was frozen, or among what has changed since.
      const changed = new Set((await ledger.changedMonths(region)).flatMap(({ stays }) => stays));
      const then = await ledger.monthStays(march, FREEZE);
      const now = await ledger.monthStays({ ...march, as: 'current' }, FREEZE);
      expect(now.items).toHaveLength(12);
      for (const [i, stay] of then.items.entries()) {
        expect(JSON.stringify(stay.episode) === JSON.stringify(now.items[i]?.episode)).toBe(!changed.has(stay.stayId));
      }
      for (const payer of ['0680', '0682']) await ledger.settle({ ...march, payer }, FREEZE);
      const owed = (await ledger.currentSums(march, FREEZE))?.amountOre;
      expect((await ledger.invoices(march)).reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(owed);
    });

    test('objections, recordings, reading and settling do not wait for each other for ever', async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      await ledger.freezeMonth(march, FREEZE);
      await Promise.all(
        STAYS.flatMap((stay, i) => {
          const payer = stay.kommun as string;
          const ref = { ...march, payer };
          return [
            recordMore(ledger, stay.stayId, correctedDischarge(stay, i % 2 === 0 ? '2019-03-22' : '2019-04-02', FREEZE)),
            ledger.addObjection(objectionTo(stay.stayId, FREEZE - i * DAY, { objectionId: `i${i}`, payer, by: kommun(payer) })),
            ledger.settle(ref, FREEZE + i * DAY),
            ledger.currentSums(march, FREEZE),
          ];
        }),
      );
      const end = FREEZE + 60 * DAY;
      for (const payer of ['0680', '0682']) await ledger.settle({ ...march, payer }, end);
      const owed = (await ledger.currentSums(march, end))?.amountOre;
      expect((await ledger.invoices(march)).reduce((sum, { amountOre }) => sum + amountOre, 0)).toBe(owed);
      expect(await ledger.changedMonths(region)).toEqual([]);
      expect(await ledger.verifyMonth(march)).toBe(true);
    });

    test('many that freeze at once get the same month', async () => {
      const frozen = await Promise.all(Array.from({ length: 8 }, (_, i) => ledger.freezeMonth(march, FREEZE + i)));
      expect(frozen.filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(new Set(frozen.map(({ hash }) => hash)).size).toBe(1);
    });
  });

  describe('broken off', () => {
    /** The last statement of a transaction meets a database that stops it. */
    const stopping = async (table: string, work: () => Promise<unknown>) => {
      await sql`create function stops() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$`.execute(db);
      await sql`create trigger stops before insert or update on ${sql.table(table)} for each row execute function stops()`.execute(db);
      await expect(work()).rejects.toThrow('stopped');
      await sql`drop trigger stops on ${sql.table(table)}`.execute(db);
      await sql`drop function stops()`.execute(db);
    };
    const everything = async () => {
      const tables = [
        'episodes',
        'frozen_episodes',
        'months',
        'month_changes',
        'basis_sendings',
        'sent_bases',
        'invoices',
        'objections',
      ] as const;
      return Promise.all(
        tables.map((table) => sql`select * from ${sql.table(table)} order by 1, 2, 3, 4`.execute(db).then(({ rows }) => rows)),
      );
    };

    test('sending, freezing and settling leave nothing behind, and the next try does it all', async () => {
      const before = await everything();
      await stopping('sent_bases', () => ledger.sendBasis(march, PRELIMINARY));
      expect(await everything()).toEqual(before);
      await ledger.sendBasis(march, PRELIMINARY);
      await recordMore(ledger, 's1', correctedDischarge(STAYS[1] as BilledStay, '2019-03-22', FREEZE));
      const sent = await everything();
      await stopping('months', () => ledger.freezeMonth(march, FREEZE));
      expect(await everything()).toEqual(sent);
      await ledger.freezeMonth(march, FREEZE);
      const frozen = await everything();
      await stopping('kommun_states', () => ledger.settle({ ...march, payer: '0680' }, FREEZE));
      expect(await everything()).toEqual(frozen);
      expect((await ledger.settle({ ...march, payer: '0680' }, FREEZE)).invoices).toHaveLength(1);
    });

    test('a change to a frozen stay that fails leaves no copy of it', async () => {
      await ledger.freezeMonth(march, FREEZE);
      const frozen = await everything();
      const put = () => recordMore(ledger, 's1', correctedDischarge(STAYS[1] as BilledStay, '2019-03-22', FREEZE));
      await stopping('month_changes', put);
      expect(await everything()).toEqual(frozen);
      await put();
      expect(await db.selectFrom('frozen_episodes').select('stay_id').execute()).toEqual([{ stay_id: 's1' }]);
    });
  });

  describe('what was told', () => {
    beforeEach(async () => {
      await ledger.sendBasis(march, PRELIMINARY);
      await ledger.freezeMonth(march, FREEZE);
      await recordMore(ledger, 's1', correctedDischarge(STAYS[1] as BilledStay, '2019-03-22', FREEZE));
    });

    test('is never changed or taken away', async () => {
      for (const table of ['rule_books', 'frozen_episodes', 'month_changes', 'basis_sendings', 'sent_bases'] as const) {
        await expect(
          sql`update ${sql.table(table)} set ${sql.ref(table === 'rule_books' ? 'json' : 'region')} = 'x'`.execute(db),
        ).rejects.toThrow('append-only');
        await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toThrow('append-only');
        await expect(sql`truncate ${sql.table(table)} cascade`.execute(db)).rejects.toThrow('append-only');
      }
      const update = (set: object) => db.updateTable('months').set(set).where('month', '=', '2019-03').execute();
      for (const set of [
        { result: '{}' },
        { hash: '' },
        { frozen_at: 2 },
        { cut: 1 },
        { state: 'preliminar' },
        { state: 'last' },
        { state: 'fakturerad', hash: '' },
      ])
        await expect(update(set)).rejects.toThrow('never changed');
      await expect(db.deleteFrom('months').execute()).rejects.toThrow('never changed');
      await expect(sql`truncate months`.execute(db)).rejects.toThrow('append-only');
    });

    /** As somebody with the database's own rights could. */
    const tamper = async (statement: string) => {
      await db.transaction().execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx);
        await sql.raw(statement).execute(tx);
      });
    };

    test.each([
      ['a stay’s days', `update episodes set average_days = 0 where stay_id = 's4'`],
      [
        'a stay’s days and digest',
        `update episodes set average_days = 0, digest = (select digest from episodes where stay_id = 's5') where stay_id = 's4'`,
      ],
      ['a stay’s facts', `update episodes set episode = jsonb_set(episode, '{deceased}', 'true') where stay_id = 's4'`],
      ['a stay’s payer', `update episodes set payer = '0682' where stay_id = 's4'`],
      ['a stay’s place in the month', `update episodes set month = '2019-02' where stay_id = 's4'`],
      ['a stay that is hidden', `update episodes set out_of_sight = true where stay_id = 's4'`],
      ['a stay that is taken away', `delete from episodes where stay_id = 's4'`],
      ['a stay that was put aside', `update frozen_episodes set reason = 'annan' where stay_id = 's1'`],
      ['a copy that is taken away', `delete from frozen_episodes where stay_id = 's1'`],
      ['the figures', `update months set result = replace(result, '"stays":8', '"stays":7')`],
      ['the hash', `update months set hash = 'x'`],
      ['the rules', `update rule_books set json = replace(json, '"threshold":"2.0"', '"threshold":"3.0"')`],
      ['the moment', `update months set frozen_at = frozen_at + 1`],
    ])('that %s were tampered with is seen', async (_, statement) => {
      expect(await ledger.verifyMonth(march)).toBe(true);
      await tamper(statement);
      expect(await ledger.verifyMonth(march)).toBe(false);
    });

    test('of a month that is not frozen nothing can be verified', async () => {
      await expect(ledger.verifyMonth({ region, month: '2019-04' })).rejects.toMatchObject({ code: 'manaden-inte-last' });
    });
  });
});
