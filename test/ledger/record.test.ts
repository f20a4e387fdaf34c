import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ProcessRules } from '../../src/domain/agreement.js';
import { evolve, initialStay } from '../../src/domain/stay/evolve.js';
import type { Stay, StayEvent } from '../../src/domain/stay/state.js';
import type { Db } from '../../src/ledger/connect.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import { onEachBackend } from './backends.js';
import { accepted, admission, admitted, numbered, nurse, rules as rulesOf, story, t, VARDCENTRAL, WARD } from './sample.js';

/** Columns that are not compared: the stay's texts, and what is different for every row. */
const OWN_TO_EACH = { state: undefined, event: undefined, projected: undefined, change_no: undefined, digest: undefined };

const folded = (stayId: string, events: StayEvent[], as = admission()): Stay => events.reduce(evolve, initialStay(stayId, as));

await onEachBackend((backend) => {
  const keys: LedgerKey[] = [{ id: 'k1', key: randomBytes(32) }];
  const rules: ProcessRules = rulesOf();
  const region = 'jonkoping';
  let ledger: Ledger;
  let db: Db;
  beforeAll(async () => {
    ({ ledger, db } = await backend.open(keys));
  });
  let last = 0;
  const newId = () => `stay-${++last}`;
  const facts = async (stayId: string) => (await ledger.readFacts({ stayId })).map((f) => f.seq);
  /** Everything that the ledger holds of a stay, apart from how it is sealed. */
  const everything = async (stayId: string) => {
    const tables = ['stays', 'facts', 'stay_units', 'open_deadlines', 'episodes'] as const;
    const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().where('stay_id', '=', stayId).execute()));
    return {
      stay: await ledger.readStay(stayId),
      rows: rows.map((of) => of.map((row) => JSON.stringify({ ...row, ...OWN_TO_EACH })).sort()),
    };
  };

  test('a stay recorded in batches is the stay that the core folds', async () => {
    const stayId = newId();
    const events = story();
    expect(await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 2)) })).toEqual({ appended: 2, seq: 2 });
    expect(await ledger.record({ stayId, region, events: numbered(events.slice(2), 3) })).toEqual({ appended: 4, seq: 6 });
    expect(await ledger.readStay(stayId)).toEqual({ region, stay: folded(stayId, events), rules });
    expect(await facts(stayId)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await ledger.readFacts({ stayId, after: 4 })).map((f) => f.event)).toEqual(events.slice(4));
    expect(await ledger.findStay(stayId)).toEqual({ region, phase: 'utskriven', ended: false });
  });

  test('the same batch twice, or overlapping the one before, changes nothing', async () => {
    const stayId = newId();
    const events = numbered(story());
    await ledger.record({ stayId, region, rules, events: events.slice(0, 4) });
    const once = await everything(stayId);
    expect(await ledger.record({ stayId, region, rules, events: events.slice(0, 4) })).toEqual({ appended: 0, seq: 4 });
    expect(await ledger.record({ stayId, region, events: events.slice(1, 3) })).toEqual({ appended: 0, seq: 4 });
    expect(await everything(stayId)).toEqual(once);
    expect(await ledger.record({ stayId, region, events: events.slice(2) })).toEqual({ appended: 2, seq: 6 });
    expect(await facts(stayId)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('however the events are cut into batches, the ledger ends the same', async () => {
    const events = numbered(story());
    const [one, whole] = [newId(), newId()];
    for (const event of events) await ledger.record({ stayId: one, region, rules, events: [event] });
    await ledger.record({ stayId: whole, region, rules, events: [...events].reverse() });
    const [a, b] = [await everything(one), await everything(whole)];
    expect(JSON.stringify(a).replaceAll(one, 'x')).toBe(JSON.stringify(b).replaceAll(whole, 'x'));
  });

  test('a gap is refused, and nothing of the batch is kept', async () => {
    const stayId = newId();
    const events = numbered(story());
    await expect(ledger.record({ stayId, region, rules, events: events.slice(1) })).rejects.toMatchObject({ code: 'lucka-i-handelser' });
    await ledger.record({ stayId, region, rules, events: events.slice(0, 1) });
    await expect(ledger.record({ stayId, region, events: events.slice(2) })).rejects.toMatchObject({ code: 'lucka-i-handelser' });
    await expect(ledger.record({ stayId, region, events: [...events.slice(1, 2), ...events.slice(3)] })).rejects.toMatchObject({
      code: 'lucka-i-handelser',
    });
    expect(await facts(stayId)).toEqual([1]);
  });

  test('another event under a number that is taken is refused', async () => {
    const stayId = newId();
    await ledger.record({ stayId, region, rules, events: numbered(story()) });
    const other = accepted('kommentera', '2019-03-04T09:30:00Z', { text: 'annat' });
    await expect(ledger.record({ stayId, region, events: [{ seq: 2, event: other }] })).rejects.toMatchObject({
      code: 'handelse-skiljer-sig',
    });
  });

  test('the first event must be an admission, with the rules it is planned under, and an id belongs to one region', async () => {
    const stayId = newId();
    await expect(ledger.record({ stayId, region, rules, events: numbered(story().slice(1)) })).rejects.toMatchObject({
      code: 'felaktig-handelse',
    });
    await expect(ledger.record({ stayId, region, events: numbered(story()) })).rejects.toMatchObject({ code: 'felaktig-handelse' });
    expect(await ledger.readStay(stayId)).toBeUndefined();
    await ledger.record({ stayId, region, rules, events: numbered(story()) });
    const elsewhere = numbered([admitted({ region: 'vastmanland' })]);
    await expect(ledger.record({ stayId, region: 'vastmanland', rules, events: elsewhere })).rejects.toMatchObject({ code: 'id-upptaget' });
    await expect(ledger.record({ stayId, region, events: [] })).rejects.toMatchObject({ code: 'felaktig-handelse' });
  });

  test('what fails half-way leaves no trace', async () => {
    const stayId = newId();
    const events = numbered(story());
    await ledger.record({ stayId, region, rules, events: events.slice(0, 2) });
    const before = await everything(stayId);
    // The last statements of the transaction meet a database that stops them.
    await sql`create function broken() returns trigger language plpgsql as $$ begin if new.month is not null and new.stay_id = ${sql.lit(stayId)} then raise exception 'broken'; end if; return new; end $$`.execute(
      db,
    );
    await sql`create trigger broken before insert or update on episodes for each row execute function broken()`.execute(db);
    await expect(ledger.record({ stayId, region, events: events.slice(2) })).rejects.toThrow('broken');
    expect(await everything(stayId)).toEqual(before);
    await sql`drop trigger broken on episodes`.execute(db);
    await sql`drop function broken()`.execute(db);
    await ledger.record({ stayId, region, events: events.slice(2) });
    expect(await facts(stayId)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('the same batches from many at once are recorded once', async () => {
    const stayId = newId();
    const events = numbered(story());
    const answers = await Promise.all(Array.from({ length: 12 }, () => ledger.record({ stayId, region, rules, events })));
    expect(answers.reduce((sum, a) => sum + a.appended, 0)).toBe(6);
    expect(await facts(stayId)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('facts cannot be changed or taken away', async () => {
    const stayId = newId();
    await ledger.record({ stayId, region, rules, events: numbered(story()) });
    await expect(db.updateTable('facts').set({ event_type: 'x' }).where('stay_id', '=', stayId).execute()).rejects.toThrow('append-only');
    await expect(db.deleteFrom('facts').where('stay_id', '=', stayId).execute()).rejects.toThrow('append-only');
  });

  describe('identity', () => {
    test('stands in one table, sealed; nowhere else', async () => {
      const stayId = newId();
      const change = accepted('andra-uppgifter', '2019-03-04T09:30:00Z', {
        patient: { personnummer: '189001029819', name: 'Ändrad Testsson' },
      });
      const called = accepted('initiera-svpl', '2019-03-04T11:30:00Z', {
        samtycke: 'ja',
        kontaktOnskasMed: [],
        adl: 'x',
        kommunikation: 'x',
        hjalpmedel: [],
        narstaende: 'Dotter Anna',
      });
      const events = [...story().slice(0, 3), change, called];
      await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 3)) });
      await ledger.record({ stayId, region, events: numbered(events.slice(3), 4) });
      const all = await Promise.all(
        (['admissions', 'stays', 'facts', 'patients', 'stay_units', 'open_deadlines', 'episodes'] as const).map((table) =>
          sql<{ text: string }>`select t::text as text from ${sql.table(table)} t where stay_id = ${stayId}`.execute(db),
        ),
      );
      const text = all.flatMap((of) => of.rows.map((row) => row.text)).join('\n');
      expect(text).not.toMatch(/189001019802|189001029819|Testsson|Provgatan|Anna/);
      expect(await ledger.readStay(stayId)).toEqual({ region, stay: folded(stayId, events), rules });
      expect((await ledger.readFacts({ stayId })).map((f) => f.event)).toEqual(events);
    });

    test('destroying the row makes the stay anonymous, and it can go on', async () => {
      const stayId = newId();
      const events = story();
      await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 3)) });
      await db.deleteFrom('patients').where('stay_id', '=', stayId).execute();
      expect((await ledger.readStay(stayId))?.stay.admission.patient).toEqual({});
      await ledger.record({ stayId, region, events: numbered(events.slice(3), 4) });
      const late = accepted('andra-uppgifter', '2019-03-10T13:00:00Z', { patient: { name: 'Ny Testsson' } });
      await ledger.record({ stayId, region, events: numbered([late], 7) });
      const first = (await ledger.readFacts({ stayId, limit: 1 }))[0]?.event;
      expect(first).toMatchObject({ type: 'admitted', admission: { patient: {} } });
    });

    test('with the key gone a stay reads as anonymous, and is not added to', async () => {
      const stayId = newId();
      await ledger.record({ stayId, region, rules, events: numbered(story().slice(0, 3)) });
      const without = ledgerOver(
        { kind: backend.kind, db, flush: async () => undefined, flushLog: async () => undefined, close: async () => undefined },
        [{ id: 'k2', key: randomBytes(32) }],
        [],
      );
      expect((await without.readStay(stayId))?.stay.admission.patient).toEqual({});
      await expect(without.record({ stayId, region, events: numbered(story().slice(3), 4) })).rejects.toThrow('k1');
    });
  });

  test('text that no database can keep is kept as nearly as it can be', async () => {
    const stayId = newId();
    const odd = accepted('kommentera', '2019-03-04T09:30:00Z', { text: 'a\u0000b\ud800c😀' });
    await ledger.record({ stayId, region, rules, events: numbered([...story().slice(0, 2), odd]) });
    await ledger.record({ stayId, region, rules, events: numbered([...story().slice(0, 2), odd]) });
    expect((await ledger.readFacts({ stayId, after: 2 }))[0]?.event).toMatchObject({ entry: { data: { text: 'a\ufffdb\ufffdc😀' } } });
  });

  test('an id belongs to the first admission that asks for it', async () => {
    const stayId = newId();
    expect(await ledger.findStay(stayId)).toBeUndefined();
    expect(await ledger.claimStay(stayId, admission())).toEqual({ outcome: 'new', region });
    expect(await ledger.claimStay(stayId, admission())).toEqual({ outcome: 'same', region });
    expect(await ledger.claimStay(stayId, admission({ kommun: '0682' }))).toEqual({ outcome: 'other', region });
    expect(await ledger.claimStay(stayId, admission({ region: 'vastmanland' }))).toEqual({ outcome: 'other', region });
    expect(await ledger.findStay(stayId)).toEqual({ region, phase: null, ended: false });
    await ledger.record({ stayId, region, rules, events: numbered(story()) });
    expect(await ledger.claimStay(stayId, admission())).toEqual({ outcome: 'same', region });
  });

  test('a stay started without a claim has its id all the same', async () => {
    const stayId = newId();
    await ledger.record({ stayId, region, rules, events: numbered(story()) });
    expect(await ledger.claimStay(stayId, admission())).toEqual({ outcome: 'same', region });
  });

  test('a delivery that was given up is among the deliveries', async () => {
    const stayId = newId();
    const failed: StayEvent = {
      type: 'delivery-failed',
      at: t('2019-03-04T12:00:00Z'),
      noticeId: `${stayId}#3/kommun/0680`,
      unit: { party: 'kommun', unit: '0680' },
      reason: 'svarar inte',
    };
    await ledger.record({ stayId, region, rules, events: numbered([...story().slice(0, 3), failed]) });
    const rows = await db
      .selectFrom('deliveries')
      .select(['notice_id', 'channel', 'status', 'at', 'attempts', 'error'])
      .where('notice_id', '=', failed.noticeId)
      .execute();
    expect(rows).toEqual([
      { notice_id: failed.noticeId, channel: 'inkorg', status: 'failed', at: failed.at, attempts: 1, error: 'svarar inte' },
    ]);
  });

  describe('lists', () => {
    const units = async (stayId: string) =>
      (await db.selectFrom('stay_units').select(['party', 'unit']).where('stay_id', '=', stayId).orderBy('party').execute()).map(
        (u) => `${u.party} ${u.unit}`,
      );

    test('a kommun has the case from its inskrivningsmeddelande, until it rejects or closes it', async () => {
      const stayId = newId();
      const events = story();
      await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 2)) });
      expect(await units(stayId)).toEqual([`region ${region}`, `slutenvard ${WARD}`]);
      await ledger.record({ stayId, region, events: numbered(events.slice(2, 3), 3) });
      const all = ['kommun 0680', `region ${region}`, `slutenvard ${WARD}`, `vardcentral ${VARDCENTRAL}`];
      expect(await units(stayId)).toEqual(all);
      const kommun = { party: 'kommun', unit: '0680', role: 'handlaggare' } as const;
      const reject = accepted('svara-inskrivning', '2019-03-04T11:00:00Z', { svar: 'avvisad', skal: 'ej-folkbokford' }, kommun);
      await ledger.record({ stayId, region, events: numbered([reject], 4) });
      expect(await units(stayId)).toEqual(all.filter((u) => u !== 'kommun 0680'));
      const overrule = accepted('ratta-kommun', '2019-03-04T12:00:00Z', { kommun: '0680' });
      await ledger.record({ stayId, region, events: numbered([overrule, ...events.slice(3)], 5) });
      expect(await units(stayId)).toEqual(all);
      await ledger.record({ stayId, region, events: numbered([accepted('avsluta-arende', '2019-03-10T13:00:00Z', {}, kommun)], 9) });
      expect(await units(stayId)).toEqual(all.filter((u) => u !== 'kommun 0680'));
      await ledger.record({ stayId, region, events: numbered([{ type: 'ended', at: t('2019-03-11T08:00:00Z'), reason: 'avslutad' }], 10) });
      expect(await units(stayId)).toEqual([]);
      expect(await ledger.findStay(stayId)).toEqual({ region, phase: 'avslutad', ended: true });
    });

    test('a deadline that passes shows as overdue without anything being written', async () => {
      const ward = `${WARD}-X`;
      const stayId = newId();
      const events = story({ ward: { hsaId: ward, name: 'X' } });
      await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 2)) });
      const due = t('2019-03-05T08:00:00Z');
      const before = await ledger.listStays({ unit: ward, now: due - 1 });
      expect(before?.items).toMatchObject([
        { stayId, phase: 'planering', overdue: false, deadline: { dueAt: due, owner: { party: 'slutenvard', unit: ward } } },
      ]);
      expect((await ledger.listStays({ unit: ward, now: due }))?.items).toMatchObject([{ stayId, overdue: true }]);
      expect((await ledger.listStays({ unit: ward, overdue: true, now: due - 1 }))?.items).toEqual([]);
      expect((await ledger.listStays({ unit: ward, overdue: true, now: due }))?.items).toHaveLength(1);
      expect((await ledger.listStays({ unit: ward, overdue: false, now: due }))?.items).toEqual([]);
    });
  });

  test('the ward that a patient has left has the case no more', async () => {
    const stayId = newId();
    const move = accepted(
      'flytta',
      '2019-03-04T12:00:00Z',
      { avdelning: { hsaId: 'SE-NY', name: 'Ny' }, tidpunkt: '2019-03-04T12:00:00Z' },
      nurse,
    );
    await ledger.record({ stayId, region, rules, events: numbered([...story().slice(0, 3), move]) });
    const rows = await db.selectFrom('stay_units').select('unit').where('stay_id', '=', stayId).where('party', '=', 'slutenvard').execute();
    expect(rows).toEqual([{ unit: 'SE-NY' }]);
  });

  test('an episode belongs to the month of its discharge, and follows its corrections', async () => {
    const stayId = newId();
    const events = story();
    const month = { region, month: '2019-03' };
    const mine = async () => (await ledger.episodesOfMonth(month)).filter((e) => e.stayId === stayId);
    await ledger.record({ stayId, region, rules, events: numbered(events.slice(0, 5)) });
    expect(await mine()).toEqual([]);
    await ledger.record({ stayId, region, events: numbered(events.slice(5), 6) });
    expect(await mine()).toMatchObject([
      { stayId, agreement: 'jonkoping-2018', episode: { stayId, payer: '0680', dischargedAt: t('2019-03-10T12:00:00Z') } },
    ]);
    const undo = accepted('angra-utskrivning', '2019-03-10T13:00:00Z', { skal: 'fel' });
    await ledger.record({ stayId, region, events: numbered([undo], 7) });
    expect(await mine()).toEqual([]);
  });
});
