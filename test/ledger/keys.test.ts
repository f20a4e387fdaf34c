import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { DAY } from '../../src/domain/calendar.js';
import { hl7MessageReader } from '../../src/doors/hl7/message-reader.js';
import { parseHl7 } from '../../src/doors/hl7/parse.js';
import { contentOf } from '../../src/doors/hl7/receive.js';
import type { Connection } from '../../src/ledger/connect.js';
import type { LedgerKey } from '../../src/ledger/identity.js';
import { type Ledger, ledgerOver } from '../../src/ledger/ledger.js';
import type { IncomingMessage } from '../../src/ledger/messages/keep-messages.js';
import { onEachBackend } from './backends.js';
import { accepted, admission, admitted, numbered, rules, story, t } from './sample.js';

const key = (id: string, fill: number): LedgerKey => ({ id, key: new Uint8Array(32).fill(fill) });
const [OLD, NEW] = [key('k-old', 1), key('k-new', 2)];
const PERSON = '189001019802';
const AFTER = t('2019-06-01T00:00:00Z');

const RAW = Buffer.from(`MSH|^~\\&|COSMIC|AVD|HEMGANG||20190305120000||ADT^A01|M1|P|2.5\rPID|||${PERSON}\r`, 'latin1');
const parsed = parseHl7(RAW);
if ('error' in parsed) throw new Error('the sample message cannot be parsed');

const MESSAGE: IncomingMessage = {
  id: randomUUID(),
  source: 'journal',
  messageId: 'M1',
  trigger: 'A40',
  kind: 'merge',
  region: 'jonkoping',
  stayId: null,
  occurredAt: AFTER,
  registeredAt: AFTER,
  receivedAt: AFTER,
  state: 'mottagen',
  reason: null,
  content: contentOf(parsed.message),
  raw: RAW,
  said: JSON.stringify({ kind: 'merge', merge: { prior: [PERSON], patient: {} } }),
  persons: [PERSON],
};

await onEachBackend((backend) => {
  let db: Connection['db'];
  const over = (...keys: LedgerKey[]): Ledger =>
    ledgerOver(
      { kind: backend.kind, db, flush: async () => undefined, flushLog: async () => undefined, close: async () => undefined },
      keys,
      [],
    );
  const resealAll = async (ledger: Ledger) => {
    let rows = 0;
    for (let done = 1; done > 0; rows += done) done = await ledger.reseal(hl7MessageReader);
    return rows;
  };
  const recorded = async () => {
    ({ db } = await backend.open());
    const ledger = over(OLD);
    await ledger.claimStay('S-1', admission());
    const events = [...story(), accepted('kommentera', '2019-03-11T09:00:00Z', { text: 'Dottern bär hem kassarna.' })];
    await ledger.record({ stayId: 'S-1', region: 'jonkoping', rules: rules(), events: numbered(events) });
    await ledger.keepMessages([MESSAGE]);
    const held = { stayId: 'S-1', door: 'hl7', holder: 'me' };
    await ledger.holdHospitalStay(held, 0);
    await ledger.keepHospitalStay({ ...held, revision: 1, content: `claim of ${PERSON}`, release: true }, 0);
    await ledger.holdInvoice({
      region: 'jonkoping',
      month: '2019-03',
      payer: '0680',
      held: true,
      text: 'väntar på dottern',
      by: { party: 'region', unit: 'jonkoping' },
      at: AFTER,
    });
    return events;
  };

  test('across a rotation nothing is admitted twice, no person is forgotten, and a message that comes again is the same', async () => {
    await recorded();
    const both = over(NEW, OLD);
    expect(await both.claimStay('S-1', admission())).toMatchObject({ outcome: 'same' });
    expect(await both.claimStay('S-1', admission({ kommun: '0617' }))).toMatchObject({ outcome: 'other' });
    expect(await both.keepMessages([{ ...MESSAGE, id: randomUUID() }])).toEqual(['same']);
    expect(await both.mergesOf({ region: 'jonkoping', persons: [PERSON] })).toHaveLength(1);
    const again = admitted({ admittedAt: t('2019-03-10T12:00:00Z') + 2 * DAY });
    await both.record({ stayId: 'S-2', region: 'jonkoping', rules: rules(), events: numbered([again]) });
    const year = { region: 'jonkoping', from: '2019-01', to: '2019-12' };
    expect((await both.indicatorTallies(year, AFTER)).map(({ aterinskrivning }) => aterinskrivning.met)).toEqual([1]);
  });

  test('everything is sealed anew; then the old key is needed by nothing, and without it all is as it was', async () => {
    const events = await recorded();
    const both = over(NEW, OLD);
    const before = await both.readStay('S-1');
    expect((await both.keyUse()).filter(({ keyId }) => keyId === 'k-old').map(({ table }) => table)).toEqual([
      'admissions',
      'hospital_messages',
      'hospital_stays',
      'kommun_states',
      'patients',
      'person_admissions',
    ]);
    expect(await over(NEW).missingKeys()).toContainEqual({ keyId: 'k-old', table: 'patients', rows: 1 });
    expect(await resealAll(both)).toBe(6);
    expect(await resealAll(both)).toBe(0);
    expect((await both.keyUse()).map(({ keyId }) => keyId)).not.toContain('k-old');

    const after = over(NEW);
    expect(await after.missingKeys()).toEqual([]);
    expect(await after.readStay('S-1')).toEqual(before);
    expect((await after.readFacts({ stayId: 'S-1' })).map(({ event }) => event)).toEqual(events);
    expect(await after.claimStay('S-1', admission())).toMatchObject({ outcome: 'same' });
    expect(await after.keepMessages([{ ...MESSAGE, id: randomUUID() }])).toEqual(['same']);
    expect(await after.mergesOf({ region: 'jonkoping', persons: [PERSON] })).toHaveLength(1);
    expect(await after.staysOfPersons({ region: 'jonkoping', persons: [PERSON] })).toEqual(['S-1']);
    expect(await after.readHospitalStay({ stayId: 'S-1', door: 'hl7' })).toBe(`claim of ${PERSON}`);
    const { held } = await after.kommunState({ region: 'jonkoping', month: '2019-03', payer: '0680' });
    expect(held?.text).toBe('väntar på dottern');
    // What the removed key had made is taken away with the next look.
    await resealAll(after);
    const digests = await db.selectFrom('person_admissions').select('person').execute();
    expect(digests.every(({ person }) => person.startsWith('k-new:'))).toBe(true);
  });

  test('what was plain is sealed once there is a key', async () => {
    ({ db } = await backend.open());
    await over().record({ stayId: 'S-1', region: 'jonkoping', rules: rules(), events: numbered(story()) });
    await resealAll(over(NEW));
    const [row] = await db.selectFrom('patients').selectAll().execute();
    expect(row?.key_id).toBe('k-new');
    expect(row?.sealed.includes(PERSON)).toBe(false);
    expect((await over(NEW).readStay('S-1'))?.stay.admission.patient.personnummer).toBe(PERSON);
  });

  test('two that seal anew at once get in nobody’s way, nor in that of who records', async () => {
    await recorded();
    const more = numbered([accepted('kommentera', '2019-03-12T09:00:00Z', { text: 'Sonen har nyckeln.' })], 8);
    const [, , written] = await Promise.all([
      resealAll(over(NEW, OLD)),
      resealAll(over(NEW, OLD)),
      over(NEW, OLD).record({ stayId: 'S-1', region: 'jonkoping', events: more }),
    ]);
    expect(written.appended).toBe(1);
    await resealAll(over(NEW, OLD));
    const stay = await over(NEW).readStay('S-1');
    expect(JSON.stringify(stay)).toContain('kassarna');
    expect(JSON.stringify(stay)).toContain('Sonen har nyckeln.');
  });

  test('since when a key has been there is remembered; one that is lost is not asked for again', async () => {
    await recorded();
    await over(OLD).noteKeys(1_000);
    await over(NEW, OLD).noteKeys(2_000);
    await over(NEW, OLD).noteKeys(3_000);
    expect(await over().knownKeys()).toEqual([
      { keyId: 'k-old', firstSeenAt: 1_000, activeFrom: 1_000, retiredAt: 2_000, lostAt: null },
      { keyId: 'k-new', firstSeenAt: 2_000, activeFrom: 2_000, retiredAt: null, lostAt: null },
    ]);
    expect(await over(NEW).missingKeys()).not.toEqual([]);
    await over(NEW).giveKeyUp('k-old', 4_000);
    expect(await over(NEW).missingKeys()).toEqual([]);
  });
});
