/** What people wrote is not to be found in the database, is read again with the key, and reads as erased without it. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadAgreements } from '../../src/agreements/load.js';
import type { Agreement } from '../../src/domain/agreement.js';
import type { Actor } from '../../src/domain/ids.js';
import { episodeOf } from '../../src/domain/stay/episode.js';
import { admit } from '../../src/domain/stay/evolve.js';
import { proofOf } from '../../src/domain/stay/proof.js';
import { seenBy, viewOf } from '../../src/domain/stay/view.js';
import { encounterOf } from '../../src/doors/fhir/encounter-view.js';
import type { Db } from '../../src/ledger/connect.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { admitted, COORDINATOR, NURSE, upTo } from '../domain/stay/case.js';
import { onEachBackend } from './backends.js';
import { economist, march, objectionTo, PRELIMINARY, recordStays } from './billing-sample.js';

const SECRET = 'Ossian Bengtsdotter';
const kommun: Actor = { party: 'kommun', unit: '0680', role: 'ekonom' };

/** Every table's rows as text; bytea shows as hex, which is searched for as well. */
async function everything(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
  const texts = await Promise.all(
    rows.map(async ({ name }) => (await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)).rows),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

const loaded = loadAgreements();
const agreement = (loaded.ok ? loaded.agreements.find(({ id }) => id === 'jonkoping-2018') : undefined) as Agreement;
const hex = Buffer.from(SECRET).toString('hex');

await onEachBackend((backend) => {
  const keys: LedgerKey[] = [{ id: 'k1', key: randomBytes(32) }];
  let ledger: Ledger;
  let db: Db;
  beforeAll(async () => {
    ({ ledger, db } = await backend.open(keys));
  });

  const story = () => {
    const c = admitted({ patient: { personnummer: '189001019802', name: SECRET, folkbokforingsadress: 'Storgatan 1' } });
    return upTo(c, 'stangd-vc', {
      data: {
        sip: { viktigtForMig: `${SECRET} vill hem`, mal: [`med ${SECRET}`] },
        'plan-s': { insatser: `${SECRET} behöver stöd`, ansvar: SECRET, kontakt: { namn: SECRET, telefon: SECRET } },
      },
    })
      .do('2019-04-05T11:10', 'kommentera', NURSE, { text: `${SECRET} ringde` })
      .do('2019-04-05T11:11', 'rapportera-avvikelse', COORDINATOR, { typ: SECRET, text: `om ${SECRET}` });
  };

  describe('a stay full of text', () => {
    test('has none of it in the database, and is read as it was', async () => {
      const c = story();
      const events = [admit(c.stay().admission, c.stay().admission.admittedAt), ...c.events];
      await ledger.record({
        stayId: 'S-1',
        region: 'jonkoping',
        rules: c.rules,
        events: events.map((event, i) => ({ seq: i + 1, event })),
      });
      const dump = await everything(db);
      expect(dump).not.toContain(SECRET);
      expect(dump).not.toContain(hex);
      expect(dump).not.toContain('189001019802');
      expect(dump).toContain('skriv-vardplan');
      expect((await ledger.readStay('S-1'))?.stay).toEqual(c.stay());
      expect((await ledger.readFacts({ stayId: 'S-1' })).map(({ event }) => event)).toEqual(events);
    });

    test('reads as erased when its row is gone; its times, codes and figures are as before', async () => {
      const now = Date.parse('2019-06-01T00:00:00Z');
      const before = (await ledger.readStay('S-1')) as NonNullable<Awaited<ReturnType<Ledger['readStay']>>>;
      await db.deleteFrom('patients').where('stay_id', '=', 'S-1').execute();
      const after = (await ledger.readStay('S-1')) as typeof before;
      expect(JSON.stringify(after)).not.toContain(SECRET);
      const [view, erased] = [before, after].map(({ stay, rules }) => viewOf(stay, rules, now)) as [
        ReturnType<typeof viewOf>,
        ReturnType<typeof viewOf>,
      ];
      expect(erased.patient).toEqual({});
      expect(erased.sip).toMatchObject({ viktigtForMig: '«gallrat»', mal: ['«gallrat»'], uppfoljning: '2019-04-08', samtycke: 'ja' });
      expect(erased.deviations.at(-1)).toMatchObject({ type: '«gallrat»', text: '«gallrat»', status: 'oppen' });
      const { phase, deadlines, ball, episode, ward, vardcentral, payer, endedAt } = view;
      expect(erased).toMatchObject({ phase, deadlines, ball, episode, ward, vardcentral, payer });
      expect(erased.endedAt).toBe(endedAt);
      for (const [party, unit, role] of [
        ['slutenvard', NURSE.unit, 'sjukskoterska'],
        ['kommun', '0680', 'handlaggare'],
        ['region', 'jonkoping', 'processledare'],
      ] as const) {
        const seen = seenBy(after.stay, after.rules, now, { party, unit, roles: [role] });
        expect(seen.stay?.log.length).toBe(seenBy(before.stay, before.rules, now, { party, unit, roles: [role] }).stay?.log.length);
      }
      expect((await ledger.readFacts({ stayId: 'S-1' })).length).toBe(before.stay.seq);
      const [proof, proofErased] = [before, after].map(({ stay, rules }) => {
        const known = { payer: '0680', episode: episodeOf(stay, rules), judgement: null, agreement, asOf: now };
        return proofOf(stay, rules, known);
      });
      expect(proofErased).toEqual(proof);
      const encounter = encounterOf(erased, now, { staySystems: ['urn:x'], personnummerSystems: [], reserveSystems: [] } as never);
      expect(encounter).toMatchObject({ status: 'finished', period: { end: episode.dischargedAt } });
    });
  });

  describe('what is written of money', () => {
    beforeAll(async () => {
      await recordStays(ledger, [{ stayId: 'a', days: 4 }]);
      await ledger.sendBasis(march, PRELIMINARY);
    });
    const at = PRELIMINARY + 60_000;
    const ref = { ...march, payer: '0680' };

    test('an objection and what is answered to it are sealed with the stay, and said again are the same', async () => {
      const objection = { ...objectionTo('a', at), text: `${SECRET} fick ingen kallelse`, by: kommun };
      const made = await ledger.addObjection(objection);
      expect(made).toMatchObject({ ok: true, objection: { text: objection.text } });
      expect(await ledger.addObjection({ ...objection, at: at + 1 })).toEqual(made);
      const said = { ...ref, objectionId: objection.objectionId, text: `${SECRET} kallades`, by: economist, at: at + 2 };
      expect(await ledger.answerObjection({ ...said, accepted: false })).toMatchObject({
        ok: true,
        objection: { answer: { text: said.text } },
      });
      await ledger.disputeObjection({ ...said, text: `${SECRET} bestrider`, by: kommun, at: at + 3 });
      expect(await everything(db)).not.toContain(SECRET);
      const [read] = await ledger.objections({ region: 'jonkoping', stayId: 'a' });
      expect(read).toMatchObject({ text: objection.text, answer: { text: said.text }, dispute: { text: `${SECRET} bestrider` } });
      // More is recorded of the stay: what was written before is not lost by it.
      await ledger.record({
        stayId: 'a',
        region: 'jonkoping',
        events: [
          {
            seq: ((await ledger.readStay('a'))?.stay.seq ?? 0) + 1,
            event: { type: 'delivery-failed', at, noticeId: 'n', unit: kommun, reason: 'ingen svarade' },
          },
        ],
      });
      expect(await ledger.objections({ region: 'jonkoping', stayId: 'a' })).toEqual([read]);
      await db.deleteFrom('patients').where('stay_id', '=', 'a').execute();
      expect(await ledger.objections({ region: 'jonkoping', stayId: 'a' })).toMatchObject([
        { text: '«gallrat»', answer: { text: '«gallrat»', accepted: false }, code: objection.code },
      ]);
      expect(await ledger.objections({ region: 'jonkoping', stayId: 'a', state: 'bestridd' })).toHaveLength(1);
    });

    test('why an invoice is held back, and what a repeated write is answered, are sealed where they stand', async () => {
      await ledger.holdInvoice({ ...ref, held: true, text: `om ${SECRET}`, by: economist, at });
      expect(await ledger.kommunState(ref)).toMatchObject({ held: { text: `om ${SECRET}` } });
      const key = { scope: 'POST /x', key: 'k' };
      expect(await ledger.claimKey({ ...key, digest: 'a', at })).toEqual({ outcome: 'new' });
      await ledger.keepAnswer({ ...key, answer: { text: SECRET } });
      expect(await ledger.claimKey({ ...key, digest: 'a', at })).toEqual({ outcome: 'same', answer: { text: SECRET } });
      expect(await ledger.claimKey({ ...key, digest: 'b', at })).toEqual({ outcome: 'other' });
      const dump = await everything(db);
      expect(dump).not.toContain(SECRET);
      expect(dump).not.toContain(hex);
      expect(dump).toContain('forseglat');
    });
  });
});
