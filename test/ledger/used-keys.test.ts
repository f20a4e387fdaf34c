import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { KEYS_KEPT_DAYS } from '../../src/ledger/used-keys.js';
import { onEachBackend } from './backends.js';

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
  });
  const claim = (key: string, digest: string, at = 1_000, scope = 'POST /hold') => ledger.claimKey({ scope, key, digest, at });

  describe('the key of a write', () => {
    test('is new once, then the same or another by its content, and has the first answer', async () => {
      expect(await claim('k1', 'a')).toEqual({ outcome: 'new' });
      expect(await claim('k1', 'a')).toEqual({ outcome: 'same', answer: undefined });
      await ledger.keepAnswer({ scope: 'POST /hold', key: 'k1', answer: { held: 'a\u0000b', n: [1, null] } });
      await ledger.keepAnswer({ scope: 'POST /hold', key: 'k1', answer: 'later' });
      expect(await claim('k1', 'a')).toEqual({ outcome: 'same', answer: { held: 'a\uFFFDb', n: [1, null] } });
      expect(await claim('k1', 'b')).toEqual({ outcome: 'other' });
      expect(await claim('k1', 'b', 1_000, 'POST /release')).toEqual({ outcome: 'new' });
    });

    test('is taken by one of many who come at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => claim('k2', `content ${n}`)));
      expect(outcomes.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'other')).toHaveLength(7);
    });

    test('is forgotten after three months', async () => {
      await claim('k3', 'a', 5_000);
      expect(await claim('k3', 'b', 5_000 + KEYS_KEPT_DAYS * DAY)).toEqual({ outcome: 'other' });
      expect(await claim('k3', 'b', 5_001 + KEYS_KEPT_DAYS * DAY)).toEqual({ outcome: 'new' });
    });
  });

  test('cases in order of their ids are walked without a gap while their deadlines change', async () => {
    for (let n = 0; n < 40; n++) {
      const id = `w${String(n).padStart(2, '0')}`;
      await sql`insert into stays (stay_id, region, seq, phase, next_due, projected) values (${id}, 'jonkoping', 1, 'planering', ${n}, '')`.execute(
        db,
      );
      await sql`insert into stay_units (stay_id, party, unit, phase, next_due) values (${id}, 'kommun', '0680', 'planering', ${n})`.execute(
        db,
      );
    }
    const seen: string[] = [];
    for (let after: string | undefined | null; after !== null; ) {
      const page = await ledger.listStays({ unit: '0680', order: 'stayId', limit: 7, after, now: 0 });
      seen.push(...(page?.items ?? []).map(({ stayId }) => stayId));
      after = page?.next ?? null;
      // What is shown already becomes late, what is still to come becomes early.
      await sql`update stay_units set next_due = 1000 - next_due`.execute(db);
      await sql`update stays set next_due = 1000 - next_due`.execute(db);
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => `w${String(n).padStart(2, '0')}`));
    expect(await ledger.listStays({ unit: '0680', order: 'stayId', after: '5/w01', now: 0 })).toBeUndefined();
    expect(await ledger.listStays({ unit: '0680', after: '/w01', now: 0 })).toBeUndefined();
  });
});
