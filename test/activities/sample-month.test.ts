/** The sample month through the activities into the ledger: batches of all sizes, some sent twice, and out comes the agreement's own sum. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.js';
import { loadAgreements } from '../../src/agreements/load.js';
import { previewOf } from '../../src/domain/billing/preview.js';
import { regionMonth } from '../../src/domain/billing/region-month.js';
import { DAY } from '../../src/domain/calendar.js';
import type { StayEvent } from '../../src/domain/stay/state.js';
import { monthReader } from '../../src/doors/month-view.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { onEachBackend } from '../ledger/backends.js';
import { numbered, t } from '../ledger/sample.js';
import { feedLines, play } from '../sample/play.js';

const lines = feedLines();
const played = play(lines, Math.max(...lines.map((line) => line.sentAt)) + DAY);
const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements cannot be read');
const agreements = loaded;
const region = 'jonkoping';
const month = { region, month: '2019-03' };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  const dataDir = mkdtempSync(join(tmpdir(), 'hemgang-sample-'));
  const activities = () => createActivities({ ledger, agreements, dataDir, clock: { now: () => t('2019-05-01T00:00:00Z') }, log: silent });
  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test('every stay is in the ledger as the core has it', async () => {
    const { record } = activities();
    let size = 0;
    for (const [stayId, all] of played.events) {
      const events = numbered(all as StayEvent[]);
      const rules = played.rules.get(stayId);
      for (let from = 0; from < events.length; ) {
        size = (size * 5 + 3) % 17;
        const batch = { stayId, region, rules, events: events.slice(from, from + size + 1) };
        await record(batch);
        if (size % 3 === 0) await record(batch);
        from += size + 1;
      }
      expect(await ledger.readStay(stayId)).toEqual({ region, stay: played.stays.get(stayId), rules });
    }
    const { n } = await db
      .selectFrom('facts')
      .select((all) => all.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(n).toBe([...played.events.values()].reduce((sum, events) => sum + events.length, 0));
  }, 120_000);

  test('nobody has an ended stay on the list, and none of those is overdue', async () => {
    const ended = [...played.stays.values()].filter((stay) => stay.ended !== null).map((stay) => stay.stayId);
    expect(ended.length).toBeGreaterThan(70);
    expect(await db.selectFrom('stay_units').select('stay_id').where('stay_id', 'in', ended).execute()).toEqual([]);
    expect(await db.selectFrom('open_deadlines').select('stay_id').where('stay_id', 'in', ended).execute()).toEqual([]);
  });

  test('the month comes to 488 280 kr, and is what the pure core reckons', async () => {
    const { freezeMonth, sendBasis, finishMonth } = activities();
    await sendBasis({ ...month, at: t('2019-04-01T03:00:00Z') });
    const frozen = await freezeMonth({ ...month, at: t('2019-05-01T00:00:00Z') });
    expect(frozen.amountOre).toBe(48_828_000);
    const { folder } = await finishMonth({ ...month, at: t('2019-05-01T00:00:00Z') });
    expect(JSON.parse(readFileSync(join(folder, 'underlag.json'), 'utf8'))).toMatchObject({ amountOre: 48_828_000, hash: frozen.hash });
    const view = await monthReader({ ledger, agreements, clock: { now: () => t('2019-05-01T00:00:00Z') } })(region, '2019-03');
    const episodes = (await ledger.episodesOfMonth(month)).map((row) => row.episode);
    const reckoned = regionMonth({
      agreements: agreements.agreements,
      vardpriser: agreements.vardpriser,
      region,
      month: '2019-03',
      episodes,
    });
    expect(view).toMatchObject(JSON.parse(JSON.stringify(reckoned && previewOf(reckoned.result))));
  });
});
