import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { MonthDraft, MonthEpisode } from '../../src/ledger/month.js';
import { onEachBackend } from './backends.js';
import { numbered, rules, story } from './sample.js';

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  const region = 'jonkoping';
  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
    for (const stayId of ['b', 'a', 'B']) await ledger.record({ stayId, region, rules: rules(), events: numbered(story()) });
  });
  const draft = (episodes: MonthEpisode[]): MonthDraft => ({
    agreementId: 'x',
    agreementVersion: '1',
    json: `{"z":1,"a":${episodes.length}}`,
    csv: 'a;b\r\n',
  });

  test('the episodes of a month come in order of stay id, the same on every database', async () => {
    expect((await ledger.episodesOfMonth({ region, month: '2019-03' })).map((e) => e.stayId)).toEqual(['B', 'a', 'b']);
    expect(await ledger.episodesOfMonth({ region, month: '2019-02' })).toEqual([]);
    expect(await ledger.episodesOfMonth({ region: 'vastmanland', month: '2019-03' })).toEqual([]);
  });

  test('a month is frozen once: the second time what was frozen is answered, and nothing is reckoned', async () => {
    const month = { region, month: '2019-03' };
    expect(await ledger.readMonth(month)).toBeUndefined();
    const first = await ledger.freezeMonth(month, 100, draft);
    const json = '{"z":1,"a":3}';
    expect(first).toEqual({
      ...month,
      agreementId: 'x',
      agreementVersion: '1',
      json,
      csv: 'a;b\r\n',
      state: 'last',
      frozenAt: 100,
      fresh: true,
      hash: createHash('sha256').update(json).digest('hex'),
    });
    await ledger.record({ stayId: 'late', region, rules: rules(), events: numbered(story()) });
    const again = await ledger.freezeMonth(month, 200, () => {
      throw new Error('not asked');
    });
    expect(again).toEqual({ ...first, fresh: false });
    expect(await ledger.readMonth(month)).toEqual({ ...first, fresh: false });
  });

  test('many that freeze at once get the same month', async () => {
    const month = { region, month: '2019-04' };
    const frozen = await Promise.all(
      Array.from({ length: 8 }, (_, i) => ledger.freezeMonth(month, i, (e) => ({ ...draft(e), csv: String(i) }))),
    );
    expect(frozen.filter((f) => f.fresh)).toHaveLength(1);
    expect(new Set(frozen.map((f) => f.csv)).size).toBe(1);
  });

  test('what cannot be reckoned freezes nothing', async () => {
    const month = { region, month: '2019-05' };
    await expect(
      ledger.freezeMonth(month, 1, () => {
        throw new Error('no price');
      }),
    ).rejects.toThrow('no price');
    expect(await ledger.readMonth(month)).toBeUndefined();
    expect((await ledger.freezeMonth(month, 2, draft)).fresh).toBe(true);
  });

  test('a frozen month cannot be changed or taken away, only marked as invoiced', async () => {
    const month = { region, month: '2019-06' };
    const frozen = await ledger.freezeMonth(month, 1, draft);
    const where = { region: month.region, month: month.month };
    const update = (set: object) =>
      db.updateTable('months').set(set).where('region', '=', where.region).where('month', '=', where.month).execute();
    for (const set of [
      { result: '{}' },
      { csv: '' },
      { hash: '' },
      { frozen_at: 2 },
      { agreement_version: '2' },
      { state: 'last' },
      { state: 'fakturerad', csv: '' },
    ]) {
      await expect(update(set)).rejects.toThrow('never changed');
    }
    await expect(db.deleteFrom('months').where('month', '=', where.month).execute()).rejects.toThrow('never changed');
    expect(await ledger.readMonth(month)).toEqual({ ...frozen, fresh: false });
    await update({ state: 'fakturerad' });
    await expect(update({ state: 'last' })).rejects.toThrow('never changed');
    expect(await ledger.readMonth(month)).toEqual({ ...frozen, state: 'fakturerad', fresh: false });
  });
});
