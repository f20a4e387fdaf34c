import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Notice } from '../../src/domain/stay/state.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { type CasesQuery, casesSql } from '../../src/ledger/list-stays.js';
import { NEVER } from '../../src/ledger/tables.js';
import { onEachBackend } from './backends.js';

const MANY = 100_000;
const notice = (n: number, over: Partial<Notice> = {}): Notice => ({
  noticeId: `s#${n}/kommun/0680`,
  to: { party: 'kommun', unit: '0680' },
  type: 'skicka-inskrivningsmeddelande',
  stayId: 's',
  occurredAt: n,
  text: 'Text',
  ...over,
});

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
  });

  describe('inbox', () => {
    const to = { party: 'kommun', unit: '0680' } as const;
    const send = (notices: Notice[], unit = '0680') =>
      ledger.notify({ stayId: 's', region: 'jonkoping', to: { ...to, unit }, notices, at: 1_000 });

    test('a notice arrives once, however often it is sent', async () => {
      const [a, b, c] = [notice(1), notice(2, { deadline: { id: 'svar-inskrivning', dueAt: 99 } }), notice(3)];
      expect(await send([a, b])).toEqual({ delivered: 2 });
      expect(await send([a, b])).toEqual({ delivered: 0 });
      expect(await send([b, c, c])).toEqual({ delivered: 1 });
      expect(await send([])).toEqual({ delivered: 0 });
      const page = await ledger.inbox({ unit: '0680' });
      expect(page?.next).toBeNull();
      expect(page?.items.map((n) => n.noticeId)).toEqual([a.noticeId, b.noticeId, c.noticeId]);
      expect(page?.items[1]).toEqual({
        noticeId: b.noticeId,
        party: 'kommun',
        type: b.type,
        stayId: 's',
        occurredAt: 2,
        text: 'Text',
        deadline: { id: 'svar-inskrivning', dueAt: 99 },
        acknowledgedAt: null,
        reference: null,
      });
    });

    test('a notice about a month names what it is about instead of a stay', async () => {
      const { stayId: _, to: __, ...about } = notice(9, { noticeId: 'm#1/kommun/0680', type: 'faktura' });
      const unit = 'SE-MANAD';
      const batch = {
        stayId: null,
        region: 'jonkoping',
        to: { ...to, unit },
        notices: [{ ...about, reference: 'jonkoping-2019-03-0680-1' }],
      };
      expect(await ledger.notify({ ...batch, at: 1 })).toEqual({ delivered: 1 });
      expect((await ledger.inbox({ unit }))?.items).toMatchObject([{ stayId: null, reference: 'jonkoping-2019-03-0680-1' }]);
    });

    test('pages follow each other, oldest first, without gap or repetition', async () => {
      const unit = 'SE-SIDOR';
      for (let n = 0; n < 25; n++) await send([notice(n, { noticeId: `p#${n}/vardcentral/${unit}` })], unit);
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await ledger.inbox({ unit, after, limit: 10 });
        seen.push(...(page?.items.map((n) => n.noticeId) ?? []));
        if (page?.next == null) break;
        after = page.next;
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `p#${n}/vardcentral/${unit}`));
      expect(await ledger.inbox({ unit, after: seen[24] })).toEqual({ items: [], next: null });
      expect(await ledger.inbox({ unit, after: 'okänd' })).toBeUndefined();
      expect(await ledger.inbox({ unit: 'ingen' })).toEqual({ items: [], next: null });
      expect((await ledger.inbox({ unit, party: 'slutenvard' }))?.items).toEqual([]);
    });

    test('many senders at once: each notice once, and what a reader has passed stays passed', async () => {
      const unit = 'SE-MANGA';
      const ids = Array.from({ length: 60 }, (_, n) => `m#${n}/kommun/${unit}`);
      const sending = Promise.all(
        ids.flatMap((noticeId, n) => [send([notice(n, { noticeId })], unit), send([notice(n, { noticeId })], unit)]),
      );
      const seen: string[] = [];
      for (let idle = false; ; ) {
        const page = await ledger.inbox({ unit, after: seen.at(-1), limit: 7 });
        seen.push(...(page?.items.map((n) => n.noticeId) ?? []));
        if (idle && page?.items.length === 0) break;
        idle = await Promise.race([sending.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 2))]);
      }
      expect([...seen].sort()).toEqual([...ids].sort());
    });

    test('the first acknowledgement stands', async () => {
      const unit = 'SE-KVITTO';
      const { noticeId } = notice(1, { noticeId: `k#1/vardcentral/${unit}` });
      await send([notice(1, { noticeId })], unit);
      expect(await ledger.acknowledge({ unit: 'annan', noticeId, at: 5 })).toBe(false);
      expect(await ledger.acknowledge({ unit, noticeId, at: 7 })).toBe(true);
      expect(await ledger.acknowledge({ unit, noticeId, at: 9 })).toBe(true);
      expect((await ledger.inbox({ unit }))?.items[0]?.acknowledgedAt).toBe(7);
      const delivery = async () =>
        db.selectFrom('deliveries').select(['channel', 'status', 'at', 'attempts']).where('notice_id', '=', noticeId).execute();
      expect(await delivery()).toEqual([{ channel: 'inkorg', status: 'acknowledged', at: 7, attempts: 1 }]);
      await ledger.noteDelivery({ noticeId, channel: 'inkorg', status: 'delivered', at: 11 });
      expect(await delivery()).toMatchObject([{ status: 'acknowledged', at: 7 }]);
    });

    test('what no database can keep finds nothing, and breaks nothing', async () => {
      expect(await ledger.inbox({ unit: 'a\0b' })).toEqual({ items: [], next: null });
      expect(await ledger.inbox({ unit: '0680', after: '\0' })).toBeUndefined();
      expect(await ledger.acknowledge({ unit: '\0', noticeId: '\0', at: 1 })).toBe(false);
      expect(await ledger.listStays({ unit: '\0', now: 0 })).toEqual({ items: [], next: null });
    });

    test('a delivery counts its attempts', async () => {
      const note = { noticeId: 'd#1', channel: 'webhook', at: 1 } as const;
      await ledger.noteDelivery({ ...note, status: 'sent' });
      await ledger.noteDelivery({ ...note, status: 'failed', error: 'svarar inte' });
      const row = await db
        .selectFrom('deliveries')
        .select(['notice_id', 'channel', 'status', 'at', 'attempts', 'error'])
        .where('notice_id', '=', 'd#1')
        .execute();
      expect(row).toEqual([{ notice_id: 'd#1', channel: 'webhook', status: 'failed', at: 1, attempts: 2, error: 'svarar inte' }]);
    });
  });

  describe('feeds', () => {
    test('the earliest feed that is alive holds time back', async () => {
      expect(await ledger.watermark(0)).toBeNull();
      await ledger.renewFeed({ feedId: 'a', watermark: 500, realNow: 0 });
      await ledger.renewFeed({ feedId: 'b', watermark: 300, realNow: 10_000 });
      expect(await ledger.watermark(20_000)).toBe(300);
      await ledger.renewFeed({ feedId: 'b', watermark: 700, realNow: 20_000 });
      expect(await ledger.watermark(59_999)).toBe(500);
      // A feed that has said nothing for a minute of real time is dead.
      expect(await ledger.watermark(60_000)).toBe(700);
      await ledger.renewFeed({ feedId: 'b', watermark: null, realNow: 61_000 });
      expect(await ledger.watermark(61_000)).toBeNull();
      // A service that starts again holds back for those that it kept from renewing.
      await ledger.reviveFeeds(61_000);
      expect(await ledger.watermark(61_000)).toBe(500);
      expect(await ledger.watermark(121_000)).toBeNull();
    });
  });

  describe('a hundred thousand stays', () => {
    const BIG = 'SE-STOR';
    beforeAll(async () => {
      // Every tenth is a case of the big unit; a fifth have no open deadline. Small batches, as one process may have to wait for them.
      for (let from = 0; from < MANY; from += 5_000) {
        await sql`insert into stays (stay_id, region, seq, phase, next_due, projected, kommun)
          select 'x' || lpad(i::text, 6, '0'), 'jonkoping', 1, case i % 3 when 0 then 'planering' else 'inskriven' end,
            case i % 5 when 0 then ${NEVER}::bigint else (i * 7919::bigint) % 1000003 end, '', '0680'
          from generate_series(${from}::int, ${from + 4_999}::int) i`.execute(db);
        await sql`insert into stay_units (stay_id, party, unit, phase, next_due)
          select stay_id, 'kommun', case when right(stay_id, 1) = '3' then ${BIG} else 'SE-' || right(stay_id, 2) end, phase, next_due
          from stays where stay_id >= 'x' || lpad(${from}::text, 6, '0')`.execute(db);
      }
      await sql`analyze`.execute(db);
    }, 60_000);

    const all = async (query: Omit<CasesQuery, 'now'>) => {
      const items: string[] = [];
      for (let after: string | undefined, pages = 0; pages < 50; pages++) {
        const page = await ledger.listStays({ ...query, after, limit: 500, now: 500_000 });
        items.push(...(page?.items.map((c) => c.stayId) ?? []));
        if (page?.next == null) return items;
        after = page.next;
      }
      return items;
    };

    test('pages of a unit hold each of its cases once, soonest deadline first, those without one last', async () => {
      const items = await all({ unit: BIG });
      expect(items).toHaveLength(MANY / 10);
      expect(new Set(items).size).toBe(MANY / 10);
      const dues = new Map(
        (await db.selectFrom('stay_units').select(['stay_id', 'next_due']).where('unit', '=', BIG).execute()).map((r) => [
          r.stay_id,
          r.next_due,
        ]),
      );
      const order = items.map((id) => dues.get(id) as number);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      const [first] = (await ledger.listStays({ unit: BIG, limit: 1, now: 0 }))?.items ?? [];
      expect(first).toMatchObject({ stayId: items[0], region: 'jonkoping', kommun: '0680' });
    });

    test('filters by phase and by what is overdue now', async () => {
      const [planned, late, inTime] = [
        await all({ unit: BIG, phase: 'planering' }),
        await all({ unit: BIG, overdue: true }),
        await all({ unit: BIG, overdue: false }),
      ];
      expect(planned.length).toBeGreaterThan(3_000);
      expect(late.length + inTime.length).toBe(MANY / 10);
      expect(late.length).toBeGreaterThan(1_000);
      expect(await all({ unit: 'SE-INGEN' })).toEqual([]);
    });

    test('a cursor that is none of ours is refused', async () => {
      for (const after of ['', 'x', '12', '99999999999999999/x', "1/x'; drop table stays"])
        expect(await ledger.listStays({ unit: BIG, after, now: 0 })).toBeUndefined();
    });

    test('a page in the middle is read from an index, not from the table', async () => {
      const middle = { nextDue: 500_000, stayId: 'x' };
      const plan = async (query: Omit<CasesQuery, 'now'>) => {
        const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${casesSql({ ...query, now: 600_000 }, middle, 101)}`.execute(db);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      const queries = [
        { unit: BIG },
        { unit: BIG, phase: 'planering' },
        { unit: BIG, overdue: true },
        { unit: BIG, overdue: false },
        {},
        { phase: 'planering' },
      ];
      for (const query of queries) {
        const text = await plan(query);
        expect(text).toMatch(/Index (Only )?Scan using stays?_\w*by/);
        expect(text).not.toMatch(/Seq Scan|Bitmap/);
      }
    });
  });
});
