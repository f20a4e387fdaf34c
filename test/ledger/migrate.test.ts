import { type Kysely, Migrator, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Episode } from '../../src/domain/billing/episode.js';
import type { Db } from '../../src/ledger/connect.js';
import { ledgerOver } from '../../src/ledger/ledger.js';
import { migrateToLatest, missingMigrations } from '../../src/ledger/migrate.js';
import * as stays from '../../src/ledger/migrations/0001-stays.js';
import * as notices from '../../src/ledger/migrations/0002-notices.js';
import * as billing from '../../src/ledger/migrations/0003-billing.js';
import { onEachBackend } from './backends.js';
import { FREEZE, march, region, shippedRules } from './billing-sample.js';
import { t } from './sample.js';

/** The schema as it was first released. */
async function before(db: Db): Promise<void> {
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
  const migrator = new Migrator({
    db: db as unknown as Kysely<unknown>,
    provider: { getMigrations: async () => ({ '0001-stays': stays, '0002-notices': notices, '0003-billing': billing }) },
    migrationTableSchema: rows[0]?.schema ?? 'public',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

const READY = t('2019-03-05T11:00:00Z');
const EPISODE: Episode = {
  stayId: '',
  payer: '0680',
  careForm: 'somatisk',
  admittedAt: t('2019-03-03T11:00:00Z'),
  behovBedomtAt: null,
  inskrivningsmeddelandeAt: t('2019-03-03T12:00:00Z'),
  vardtidAt: t('2019-03-03T12:00:00Z'),
  utskrivningsmeddelandeAt: READY,
  svplRequired: false,
  svplKallelseAt: null,
  vardplanAt: null,
  kallelseMottagenAt: null,
  intervals: [{ from: READY, until: t('2019-03-10T12:00:00Z') }],
  blocked: [],
  dischargedAt: t('2019-03-10T12:00:00Z'),
  deceased: false,
  excluded: null,
  outOfSight: false,
};

const all = [
  '0001-stays',
  '0002-notices',
  '0003-billing',
  '0004-billing-cycle',
  '0005-reports',
  '0006-access-log',
  '0007-hospital-messages',
  '0008-outgoing',
  '0009-once',
  '0010-texts',
  '0011-keys-and-erasure',
  '0012-measures',
  '0013-erasing',
  '0014-codec-accesses',
];

await onEachBackend((backend) => {
  test('an empty database gets every migration once, and a second time none', async () => {
    const { db } = await backend.connect();
    expect(await missingMigrations(db)).toEqual(all);
    expect(await migrateToLatest(db)).toEqual(all);
    expect(await migrateToLatest(db)).toEqual([]);
    expect(await missingMigrations(db)).toEqual([]);
    const { rows } = await sql<{ n: number }>`select count(*) as n from facts`.execute(db);
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('two that migrate at once do not get in each other’s way', async () => {
    const { db } = await backend.connect();
    const applied = await Promise.all([migrateToLatest(db), migrateToLatest(db)]);
    expect(applied.map((names) => names.length).sort((a, b) => a - b)).toEqual([0, all.length]);
  });

  test('what was recorded before months were sums is judged when it is read; what was frozen then is kept', async () => {
    const connection = await backend.connect();
    const { db } = connection;
    await before(db);
    const episode = { ...EPISODE, stayId: 'home' };
    const ready = { ...EPISODE, stayId: 'ready', dischargedAt: null, intervals: [{ from: READY, until: null }] };
    const hidden = { ...EPISODE, stayId: 'hidden', outOfSight: true };
    for (const each of [episode, ready, hidden]) {
      const home = each.dischargedAt;
      await sql`insert into stays (stay_id, region, seq, phase, next_due, projected, vardcentral, ward, admitted_at)
        values (${each.stayId}, ${region}, 6, 'utskriven', 0, '', 'VC', 'AVD', 1)`.execute(db);
      await sql`insert into episodes (stay_id, region, payer, agreement, discharged_at, month, episode)
        values (${each.stayId}, ${region}, '0680', 'jonkoping-2018', ${home}, ${home === null ? null : '2019-03'}, ${JSON.stringify(each)})`.execute(
        db,
      );
    }
    await sql`insert into months values (${region}, '2019-02', 'last', 'jonkoping-2018', '1', 'h', '{}', '', 1)`.execute(db);

    const migrated = await migrateToLatest(db);
    expect(migrated).toEqual(all.slice(3));
    const ledger = ledgerOver(connection, [], migrated, shippedRules());
    const sums = await ledger.monthSums(march, FREEZE);
    expect(sums).toMatchObject({ state: 'lopande', outOfSight: 1 });
    expect(sums?.kommuner.find((one) => one.payer === '0680')).toMatchObject({ stays: 1, averageDaysTotal: 5 });
    expect(await ledger.monthStay({ ...march, stayId: 'home' }, FREEZE)).toMatchObject({ seq: 6 });
    expect(await ledger.readyStays({ region })).toMatchObject([{ stayId: 'ready', readyAt: READY, ward: 'AVD', vardcentral: 'VC' }]);
    expect((await ledger.freezeMonth(march, FREEZE)).fresh).toBe(true);
    expect((await sql<{ n: number }>`select count(*) as n from months_before_cycle`.execute(db)).rows).toEqual([{ n: 1 }]);
    await expect(sql`delete from months_before_cycle`.execute(db)).rejects.toThrow('never changed');
  });

  test('times come back as numbers, exactly', async () => {
    const { db } = await backend.connect();
    await migrateToLatest(db);
    const watermark = 4_102_444_800_001;
    await db.insertInto('feeds').values({ feed_id: 'f', watermark, expires_real_at: -1 }).execute();
    expect(await db.selectFrom('feeds').selectAll().executeTakeFirst()).toEqual({ feed_id: 'f', watermark, expires_real_at: -1 });
  });

  if (backend.kind === 'postgres') {
    test('a statement that takes too long is stopped', async () => {
      const { db } = await backend.connect();
      expect((await sql<{ statement_timeout: string }>`show statement_timeout`.execute(db)).rows).toEqual([{ statement_timeout: '5s' }]);
    });
  }
});
