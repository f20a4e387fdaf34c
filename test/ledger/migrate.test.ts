import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrateToLatest, missingMigrations } from '../../src/ledger/migrate.js';
import { onEachBackend } from './backends.js';

const all = ['0001-stays', '0002-notices', '0003-billing', '0004-billing-cycle', '0005-reports'];

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
