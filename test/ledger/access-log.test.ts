/** The log of accesses: who has looked at which stays, on both databases. */
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Access } from '../../src/ledger/access/access-ledger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { empty, onEachBackend } from './backends.js';
import { admission } from './sample.js';

const NOW = Date.now();
const HOUR = 3_600_000;
const YEARS = 365.25 * 24 * HOUR;

const access = (over: Partial<Access> = {}): Access => ({
  at: NOW,
  domainAt: 1_551_430_800_000,
  subject: 'sub-1',
  name: 'Anna Exempel',
  party: 'kommun',
  unit: '0680',
  roles: ['handlaggare'],
  operation: 'readStay',
  outcome: 'seen',
  stayIds: ['A-1'],
  ...over,
});

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Awaited<ReturnType<typeof backend.open>>['db'];

  beforeEach(async () => {
    if (ledger === undefined) ({ ledger, db } = await backend.open());
    else await empty(db);
    for (const stayId of ['A-1', 'A-2']) await ledger.claimStay(stayId, admission());
    await ledger.claimStay('V-1', admission({ region: 'vastmanland' }));
  });

  const listed = async (query: Parameters<Ledger['listAccesses']>[0]) => (await ledger.listAccesses(query))?.items ?? [];

  test('is kept as it was written, a row for each region', async () => {
    await ledger.recordAccesses([access({ stayIds: ['V-1', 'A-2', 'A-1', 'A-1'] })]);
    const rows = await listed({ unit: '0680' });
    expect(rows.map(({ region, stayIds }) => [region, stayIds]).sort((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['jonkoping', ['A-1', 'A-2']],
      ['vastmanland', ['V-1']],
    ]);
    const { no: _, region: __, stayIds: ___, ...kept } = rows[0] ?? (undefined as never);
    const { stayIds: ____, ...written } = access();
    expect(kept).toEqual(written);
  });

  test('what is about no stay that there is leaves nothing', async () => {
    await ledger.recordAccesses([access({ stayIds: ['X-1'], outcome: 'hidden' }), access({ stayIds: [] })]);
    expect(await listed({})).toEqual([]);
  });

  test('what the codec server decodes is kept without a stay too, for the region that is to know of it', async () => {
    const decoded = access({ operation: 'codec.decode', region: 'jonkoping', stayIds: [] });
    await ledger.recordAccesses([decoded, { ...decoded, stayIds: ['X-1'] }, { ...decoded, stayIds: ['X-1', 'V-1'] }]);
    expect((await listed({})).map(({ operation, region, stayIds }) => [operation, region, stayIds])).toEqual([
      ['codec.decode', 'jonkoping', []],
      ['codec.decode', 'jonkoping', []],
      ['codec.decode', 'vastmanland', ['V-1']], // the stay's own, whatever is said
    ]);
    await expect(ledger.recordAccesses([access({ region: 'jonkoping', stayIds: [] })])).rejects.toThrow('accesses_stay_ids_check');
  });

  test('tells whose stays are, of those that there are', async () => {
    expect(await ledger.regionsOf(['A-1', 'V-1', 'X-1', 'A-1', '\u0000'])).toEqual(
      new Map([
        ['A-1', 'jonkoping'],
        ['V-1', 'vastmanland'],
      ]),
    );
    expect((await ledger.regionsOf([])).size).toBe(0);
  });

  test('two accesses that look the same are two', async () => {
    await ledger.recordAccesses([access(), access()]);
    expect(await listed({ stayId: 'A-1' })).toHaveLength(2);
  });

  test('is listed by stay, unit, party, region and time, a page at a time', async () => {
    await ledger.recordAccesses([
      access({ stayIds: ['A-1', 'A-2'] }),
      access({ at: NOW + HOUR, unit: '0682', stayIds: ['A-1'] }),
      access({ at: NOW + 2 * HOUR, stayIds: ['V-1'] }),
    ]);
    const ids = async (query: Parameters<Ledger['listAccesses']>[0]) => (await listed(query)).map(({ stayIds }) => stayIds.join());
    expect(await ids({ stayId: 'A-1' })).toEqual(['A-1,A-2', 'A-1']);
    expect(await ids({ stayId: 'A-2' })).toEqual(['A-1,A-2']);
    expect(await ids({ unit: '0680' })).toEqual(['A-1,A-2', 'V-1']);
    expect(await ids({ unit: '0680', party: 'slutenvard' })).toEqual([]);
    expect(await ids({ unit: '0680', region: 'vastmanland' })).toEqual(['V-1']);
    expect(await ids({ from: NOW + HOUR })).toEqual(['A-1', 'V-1']);
    expect(await ids({ until: NOW + HOUR })).toEqual(['A-1,A-2']);

    const first = await ledger.listAccesses({ limit: 2 });
    expect(first?.items).toHaveLength(2);
    const second = await ledger.listAccesses({ limit: 2, after: first?.next ?? '' });
    expect(second?.items.map(({ stayIds }) => stayIds)).toEqual([['V-1']]);
    expect(second?.next).toBeNull();
    expect(await ledger.listAccesses({ after: "1' or true" })).toBeUndefined();
  });

  test('a name with what no database keeps is kept without it', async () => {
    await ledger.recordAccesses([access({ name: 'A\u0000B', subject: '\ud800' })]);
    expect((await listed({})).map(({ name, subject }) => [name, subject])).toEqual([['A\ufffdB', '\ufffd']]);
  });

  test('is never changed, and not taken out before five years have passed', async () => {
    await ledger.recordAccesses([access({ at: NOW - 4.9 * YEARS })]);
    await expect(sql`update accesses set outcome = 'done'`.execute(db)).rejects.toThrow('kept for five years');
    await expect(sql`delete from accesses`.execute(db)).rejects.toThrow('kept for five years');
    await expect(sql`truncate accesses`.execute(db)).rejects.toThrow('kept for five years');
    expect(await ledger.purgeAccesses()).toBe(0);
    expect(await listed({})).toHaveLength(1);
  });

  test('what is older than five years is taken out, and nothing else', async () => {
    await ledger.recordAccesses([access({ at: NOW - 5.1 * YEARS }), access({ at: NOW - 4.9 * YEARS }), access()]);
    expect(await ledger.purgeAccesses()).toBe(1);
    expect((await listed({})).map(({ at }) => at)).toEqual([NOW - 4.9 * YEARS, NOW]);
    expect(await ledger.purgeAccesses()).toBe(0);
  });
});
