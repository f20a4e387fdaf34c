/** What is counted of the ledger is what stands in it; and 100 000 stays are counted well within a second. */
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import type { Db } from '../../src/ledger/connect.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { MeasuresQuery } from '../../src/ledger/measures.js';
import { onEachBackend } from './backends.js';
import { objectionTo } from './billing-sample.js';
import { accepted, admitted, doctor, numbered, rules, story, t, VARDCENTRAL, WARD } from './sample.js';

const NOW = t('2019-03-07T12:00:00Z');
const asked: MeasuresQuery = { now: NOW, realNow: 5_000_000, previousMonth: '2019-02', regions: ['jonkoping', 'vastmanland'] };

await onEachBackend((backend) => {
  let ledger: Ledger;
  let db: Db;
  const record = (stayId: string, events: Parameters<typeof numbered>[0]) =>
    ledger.record({ stayId, region: 'jonkoping', rules: rules(), events: numbered(events) });

  beforeAll(async () => {
    ({ ledger, db } = await backend.open());
  });

  test('an empty ledger has nothing to tell', async () => {
    const measures = await ledger.measure(asked);
    expect(measures.previousMonths).toEqual([
      { region: 'jonkoping', state: 'tom' },
      { region: 'vastmanland', state: 'tom' },
    ]);
    expect(measures.erasuresUnfinished).toBe(0);
    const { previousMonths: _, erasuresUnfinished: __, ...lists } = measures;
    expect(Object.values(lists).every((list) => list.length === 0)).toBe(true);
  });

  describe('with stays', () => {
    beforeAll(async () => {
      // Admitted on the 4th; the inskrivningsmeddelande is 24 hours late by the 5th.
      await record('silent', story().slice(0, 2));
      await record('told', story().slice(0, 3));
      // The whole story ends with a discharge on the 10th.
      const ready = story();
      const at = ready.findIndex((event) => event.type === 'accepted' && event.entry.action === 'meddela-utskrivningsklar');
      await record('ready', ready.slice(0, at + 1));
      await record('gone', ready);
      await record('cancelled', [admitted(), accepted('annullera', '2019-03-04T09:00:00Z', {}, doctor), ended()]);
    });
    const ended = () => ({ type: 'ended', at: t('2019-03-04T09:00:00Z'), reason: 'annullerad' }) as const;

    test('open stays by phase, and by whose the soonest deadline is; what has ended is not among them', async () => {
      const { openStays } = await ledger.measure(asked);
      const { rows } = await sql<{ phase: string; party: string | null; count: number }>`
        select phase, next_owner_party as party, count(*) as count from stays where ended_at is null group by 1, 2`.execute(db);
      expect(openStays.map(({ region: _, ...row }) => row)).toEqual(expect.arrayContaining(rows));
      expect(openStays.reduce((sum, { count }) => sum + count, 0)).toBe(4);
      expect(openStays.map(({ phase }) => phase)).not.toContain('annullerad');
    });

    test('utskrivningsklara still at the hospital, since when', async () => {
      const { readyStays } = await ledger.measure(asked);
      expect(readyStays).toEqual([{ region: 'jonkoping', payer: '0680', count: 1, since: expect.any(Number) }]);
      expect(readyStays[0]?.since).toBeLessThan(NOW);
    });

    test('deadlines that are overdue, and those due within 24 hours, by unit', async () => {
      const { openDeadlines, pressingDeadlines } = await ledger.measure(asked);
      expect(pressingDeadlines).toContainEqual({
        region: 'jonkoping',
        deadline: 'inskrivningsmeddelande',
        party: 'slutenvard',
        unit: WARD,
        overdue: true,
        count: 1,
      });
      const { rows } = await sql<{ open: number; overdue: number; soon: number }>`select count(*) as open,
        count(*) filter (where due_at <= ${NOW}) as overdue,
        count(*) filter (where due_at > ${NOW} and due_at <= ${NOW + DAY}) as soon from open_deadlines`.execute(db);
      const of = (list: { count: number }[]) => list.reduce((sum, { count }) => sum + count, 0);
      expect({
        open: of(openDeadlines),
        overdue: of(pressingDeadlines.filter(({ overdue }) => overdue)),
        soon: of(pressingDeadlines.filter(({ overdue }) => !overdue)),
      }).toEqual(rows[0]);
      expect(new Set(pressingDeadlines.map(({ unit }) => unit)).size).toBeGreaterThan(1);
      expect(pressingDeadlines.some(({ unit }) => unit === VARDCENTRAL)).toBe(true);
    });

    test('the previous month: nobody, then discharged, then sent', async () => {
      const stateIn = async (previousMonth: string) =>
        (await ledger.measure({ ...asked, previousMonth })).previousMonths.find(({ region }) => region === 'jonkoping')?.state;
      expect(await stateIn('2019-02')).toBe('tom');
      expect(await stateIn('2019-03')).toBe('lopande');
      await ledger.sendBasis({ region: 'jonkoping', month: '2019-03' }, t('2019-04-01T03:00:00Z'));
      expect(await stateIn('2019-03')).toBe('preliminar');
      expect((await ledger.measure(asked)).months).toEqual([{ region: 'jonkoping', state: 'preliminar', count: 1 }]);
    });
  });

  test('messages, notices on their way and given up, receivers, objections, held invoices, erasures', async () => {
    await sql`insert into hospital_messages (id, source, message_id, ack, trigger, kind, region, received_at, state)
      values ('a', 's', '1', 'AA', 'A03', 'stay', 'jonkoping', 10, 'parkerad'), ('b', 's', '2', 'AA', 'A03', 'stay', 'jonkoping', 5, 'parkerad'),
        ('c', 's', '3', 'AA', 'A01', 'stay', null, 7, 'mottagen'), ('d', 's', '4', 'AA', 'A01', 'stay', 'jonkoping', 1, 'tillampad')`.execute(
      db,
    );
    await sql`insert into outgoing (notice_id, channel, unit, due_at, queued_at, stage)
      values ('n1', 'webhook:x', 'u', 1, 30, 'send'), ('n2', 'webhook:x', 'u', 1, 20, 'send'), ('n3', 'epost:y', 'u', 1, 1, 'tell')`.execute(
      db,
    );
    await sql`insert into deliveries (notice_id, channel, status, at)
      values ('n3', 'epost:y', 'failed', 1), ('n4', 'ingen', 'failed', 1), ('n5', 'inkorg', 'delivered', 1)`.execute(db);
    await sql`insert into endpoints (endpoint, failures, disabled_at) values ('webhook:x', 3, null), ('epost:y', 0, 9)`.execute(db);
    const objection = await ledger.addObjection(objectionTo('gone', t('2019-04-02T09:00:00Z')));
    if (!('objection' in objection)) throw new Error('the objection was not taken');
    const due = objection.objection.answerDueAt;
    await sql`insert into kommun_states (region, month, payer, held) values ('jonkoping', '2019-03', '0680', '{}'), ('jonkoping', '2019-03', '0682', null)`.execute(
      db,
    );
    await sql`insert into erasures (stay_id, region, ground, by, last_entry_at, begun_at) values ('e', 'jonkoping', 'gallringsfrist', 'x', 1, 1)`.execute(
      db,
    );

    const found = await ledger.measure(asked);
    expect(found.hospitalMessages).toHaveLength(2);
    expect(found.hospitalMessages).toContainEqual({ region: 'jonkoping', state: 'parkerad', count: 2, since: 5 });
    expect(found.hospitalMessages).toContainEqual({ region: null, state: 'mottagen', count: 1, since: 7 });
    expect(found.undelivered).toEqual([{ channel: 'webhook:x', count: 2, since: 20 }]);
    expect(found.failed).toHaveLength(2);
    expect(found.failed).toContainEqual({ channel: 'ingen', count: 1 });
    expect(found.endpoints).toContainEqual({ channel: 'epost:y', failures: 0, disabled: true });
    expect(found.endpoints).toContainEqual({ channel: 'webhook:x', failures: 3, disabled: false });
    const overdueAt = async (now: number) => (await ledger.measure({ ...asked, now })).objections;
    expect(await overdueAt(due - 1)).toEqual([{ region: 'jonkoping', state: 'obesvarad', count: 1, overdue: 0 }]);
    expect(await overdueAt(due)).toEqual([{ region: 'jonkoping', state: 'obesvarad', count: 1, overdue: 1 }]);
    expect(found.heldInvoices).toEqual([{ region: 'jonkoping', count: 1 }]);
    expect(found.erasuresUnfinished).toBe(1);
  });
});
