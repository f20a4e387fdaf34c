/** What was accepted becomes the same stay, whatever order it came in, however often, and whatever broke on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf, valueAt } from '../../../src/doors/hl7/message.js';
import { parseHl7 } from '../../../src/doors/hl7/parse.js';
import { adt, hospital, t } from './hospital.js';
import { PID } from './some-messages.js';

const LATER = t('2019-03-20T12:00:00+01:00');
const AT = 'MED^12^1^RYHOV';
const KIR = { 3: 'KIR^1^1^RYHOV' };
const GER = { 3: 'GER^1^1^RYHOV' };
const NEW_NUMBER = PID.replace('192208119806', '192401059809').replace('Ekvall', 'Ekvall-Ny');
const STAY = '0642-14';

/** A stay with everything in it: moved, one move undone, on leave, put right, discharged by mistake and then truly, another number. */
const STORY = [
  adt('A01', 'M01', '05 08:00', { at: '05 07:50' }),
  adt('A08', 'M02', '05 09:00', { pid: PID.replace('Provgatan 49', 'Sagostigen 1') }),
  adt('A02', 'M03', '05 12:00', { pv1: KIR }),
  adt('A02', 'M04', '06 12:00', { pv1: GER }),
  adt('A12', 'M05', '06 12:30', { at: '06 12:00', pv1: KIR }),
  adt('A16', 'M06', '06 13:00', { pv1: KIR }),
  adt('A21', 'M07', '07 10:00', { pv1: KIR }),
  adt('A22', 'M08', '08 18:00', { pv1: KIR }),
  adt('A03', 'M09', '09 11:00', { pv1: KIR }),
  adt('A13', 'M10', '09 11:30', { at: '09 11:00', pv1: { ...KIR, 45: '20190309110000' } }),
  adt('A40', 'M11', '09 15:00', { pid: NEW_NUMBER, pv1: KIR, extra: ['MRG|192208119806^^^&1.2.752.129.2.1.3.1&ISO^NNSWE'] }),
  adt('A03', 'M12', '10 14:00', { at: '10 13:30', pid: NEW_NUMBER, pv1: { ...KIR, 36: '03' } }),
];

const codeOf = (ack: Uint8Array): string => {
  const read = parseHl7(ack);
  return 'message' in read ? String(valueAt(read.message, segmentOf(read.message, 'MSA'), 1)) : 'none';
};

async function played(messages: readonly Uint8Array[], fails?: () => boolean) {
  const there = hospital(LATER, fails);
  for (const one of messages) {
    // As a sender does: again until it is answered for.
    for (let tries = 0; ; tries++) {
      const { code, ack } = await there.receive(one);
      expect(codeOf(ack)).toBe(code);
      if (code === 'AA') break;
      expect(code).toBe('AR');
      if (tries > 100) throw new Error('never accepted');
    }
  }
  await there.settle();
  return there;
}

const told = await played(STORY);
const TRUTH = told.outcome(STAY);

describe('a stay told in order', () => {
  it('is what its messages say', () => {
    expect(TRUTH).toMatchObject({
      ended: true,
      ward: 'SE2321000131-T00000000102',
      careForm: 'somatisk',
      annulled: false,
      leave: [{ from: t('2019-03-07T10:00:00+01:00'), until: t('2019-03-08T18:00:00+01:00') }],
      discharge: { at: t('2019-03-10T13:30:00+01:00'), till: 'sarskilt-boende' },
      patient: { personnummer: '192401059809', folkbokforingsadress: expect.stringContaining('Provgatan 49') },
    });
    expect(told.states()).toEqual(
      Object.fromEntries(STORY.map((_, i) => [`M${String(i + 1).padStart(2, '0')}`, i === 5 ? 'ignorerad' : 'tillampad'])),
    );
    expect(told.store.told).toEqual([]);
  });
});

const shuffled = fc.shuffledSubarray([...STORY.keys()], { minLength: STORY.length });
const again = fc.array(fc.nat(STORY.length - 1), { maxLength: 6 });

describe('the same messages', () => {
  it('in any order, some of them twice, are the same stay', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, again, async (order, repeated) => {
        const there = await played([...order, ...repeated].map((index) => STORY[index] as Uint8Array));
        expect(there.outcome(STAY)).toEqual(TRUTH);
        expect(there.store.messages.length).toBe(STORY.length);
      }),
      { numRuns: 25 },
    );
  });

  it('applied one by one as they come, in any order, are the same stay', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const there = hospital(LATER);
        for (const index of order) {
          await there.receive(STORY[index] as Uint8Array);
          await there.settle();
        }
        expect(there.outcome(STAY)).toEqual(TRUTH);
      }),
      { numRuns: 25 },
    );
  });

  it('with the service broken off anywhere are the same stay, and nothing accepted is lost', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, fc.infiniteStream(fc.nat(9)), async (order, dice) => {
        let misfortunes = 60;
        const there = hospital(LATER, () => {
          const broken = misfortunes > 0 && dice.next().value === 0;
          if (broken) misfortunes -= 1;
          return broken;
        });
        for (const index of order) {
          while ((await there.receive(STORY[index] as Uint8Array)).code !== 'AA');
          await there.look().catch(() => undefined);
          there.store.restart();
        }
        expect(there.store.messages.length).toBe(STORY.length);
        await there.settle();
        expect(there.outcome(STAY)).toEqual(TRUTH);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a discharge before its admission', () => {
  const [admission, discharge] = [STORY[0] as Uint8Array, adt('A03', 'M09', '09 11:00', { pv1: { 3: AT } })];
  it('is parked, alarmed after a day, once, and applied when the stay comes', async () => {
    const there = hospital(t('2019-03-09T12:00:00+01:00'));
    expect((await there.receive(discharge)).code).toBe('AA');
    await there.settle();
    expect(there.states()).toEqual({ M09: 'parkerad' });
    expect(there.outcome(STAY)).toBeUndefined();
    there.service.now += 24 * 3_600_000 - 1;
    await there.look();
    expect(there.store.told).toEqual([]);
    there.service.now += 1;
    await there.look();
    await there.look();
    expect(there.store.told).toMatchObject([{ to: 'jonkoping', type: 'hl7-parkerad' }]);
    expect(there.logged.length).toBe(1);
    await there.receive(admission);
    await there.settle();
    expect(there.states()).toEqual({ M01: 'tillampad', M09: 'tillampad' });
    expect(there.outcome(STAY)?.discharge).toMatchObject({ till: 'hem' });
  });

  it('is applied when the stay comes over HTTP', async () => {
    const there = hospital(t('2019-03-09T12:00:00+01:00'));
    await there.receive(discharge);
    await there.settle();
    const { submit } = there.service.deps();
    const ward = { hsaId: 'SE2321000131-T00000000101', name: 'Medicin' };
    const vardcentral = { hsaId: 'SE2321000131-T00000000642', name: 'Näcken' };
    const body = {
      region: 'jonkoping',
      admittedAt: '2019-03-05T08:00:00+01:00',
      ward,
      careForm: 'somatisk',
      legalForm: 'HSL',
      kommun: '0642',
      vardcentral,
      patient: { personnummer: '192208119806' },
    };
    expect((await submit.admit(STAY, body)).ok).toBe(true);
    await there.settle();
    expect(there.states()).toEqual({ M09: 'tillampad' });
    expect(there.outcome(STAY)?.phase).toBe('avslutad');
  });
});

describe('what cannot be done now', () => {
  it('waits for its time', async () => {
    const there = hospital(t('2019-03-05T08:00:00+01:00'));
    await there.receive(STORY[0] as Uint8Array);
    await there.receive(STORY[2] as Uint8Array);
    await there.settle();
    expect(there.states()).toEqual({ M01: 'tillampad', M03: 'vantar' });
    there.service.now = t('2019-03-05T12:00:00+01:00');
    await there.settle();
    expect(there.states()).toEqual({ M01: 'tillampad', M03: 'tillampad' });
    expect(there.outcome(STAY)?.ward).toBe('SE2321000131-T00000000102');
  });

  it('is AR while Temporal is away, and kept messages are applied when it is back', async () => {
    const there = hospital(LATER);
    expect((await there.receive(STORY[0] as Uint8Array)).code).toBe('AA');
    there.service.away = true;
    expect((await there.receive(STORY[2] as Uint8Array)).code).toBe('AR');
    await there.look();
    expect(there.states()).toEqual({ M01: 'mottagen' });
    there.service.away = false;
    await there.settle();
    expect(there.states()).toEqual({ M01: 'tillampad' });
  });
});

describe('what the stay will not take', () => {
  it('is refused with its reason, and the ward is told once', async () => {
    const there = await played([STORY[0] as Uint8Array, adt('A02', 'M02', '04 12:00', { pv1: KIR })]);
    await there.settle();
    expect(there.states()).toEqual({ M01: 'tillampad', M02: 'avvisad' });
    expect(there.store.messages.find(({ messageId }) => messageId === 'M02')?.reason).toMatch(/^tidpunkt-fore-inskrivning: /);
    expect(there.store.told).toMatchObject([{ to: 'SE2321000131-T00000000101', type: 'hl7-avvisad' }]);
    expect(JSON.stringify(there.store.told)).not.toMatch(/Ekvall|1922/);
  });

  it('a kommun that is not the stay’s is told to the ward, once', async () => {
    const there = await played([
      STORY[0] as Uint8Array,
      adt('A08', 'M02', '05 12:00', { pid: PID.replace('^^0642', '^^0680') }),
      adt('A08', 'M03', '05 13:00', { pid: PID.replace('^^0642', '^^0680') }),
    ]);
    expect(there.store.told).toMatchObject([
      { to: 'SE2321000131-T00000000101', type: 'hl7-kommun', text: expect.stringContaining('0680') },
    ]);
  });
});

describe('of a patient never assessed, whose stay has ended with the discharge', () => {
  const ended = [STORY[0] as Uint8Array, adt('A03', 'M02', '09 11:00')];
  const since = async (...messages: Uint8Array[]) => {
    const there = await played(ended);
    expect(there.outcome(STAY)).toMatchObject({ phase: 'avslutad', ended: true });
    for (const message of messages) await there.receive(message);
    await there.settle();
    return there;
  };
  const MOVED_SINCE = PID.replace('Provgatan 49', 'Sagostigen 1').replace('^^0642', '^^0680');

  it('the discharge is undone: the stay goes on, and ends with the next one', async () => {
    const there = await since(adt('A13', 'M03', '09 12:00'));
    expect(there.outcome(STAY)).toMatchObject({ phase: 'inskriven', ended: false, discharge: null });
    await there.receive(adt('A03', 'M04', '10 09:00'));
    await there.settle();
    expect(there.outcome(STAY)).toMatchObject({ ended: true, discharge: { at: t('2019-03-10T09:00:00+01:00') } });
    expect([...new Set(Object.values(there.states())), ...there.store.told]).toEqual(['tillampad']);
  });

  it('the whole is undone, for good: what comes after changes nothing', async () => {
    const there = await since(adt('A11', 'M03', '09 12:00'), adt('A13', 'M04', '09 13:00'));
    expect(there.outcome(STAY)).toMatchObject({ phase: 'annullerad', annulled: true });
    expect(there.states()).toMatchObject({ M03: 'tillampad', M04: 'tillampad' });
  });

  it('a move of the time after is refused, and the ward is told', async () => {
    const there = await since(adt('A02', 'M03', '09 12:00', { pv1: KIR }));
    expect(there.states()).toMatchObject({ M03: 'avvisad' });
    expect(there.store.told).toMatchObject([{ to: 'SE2321000131-T00000000101', type: 'hl7-avvisad' }]);
  });

  it('that the patient has moved since is passed over, and nobody is told', async () => {
    const there = await since(adt('A08', 'M03', '12 12:00', { pid: MOVED_SINCE }));
    expect(there.states()).toMatchObject({ M03: 'ignorerad' });
    expect(there.store.told).toEqual([]);
    expect(there.outcome(STAY)?.patient?.folkbokforingsadress).toContain('Provgatan 49');
  });

  it('another kommun, told of the time before, is told to the ward', async () => {
    const there = await since(adt('A08', 'M03', '12 12:00', { at: '08 12:00', pid: MOVED_SINCE }));
    expect(there.store.told).toMatchObject([{ type: 'hl7-kommun', text: expect.stringContaining('0680') }]);
  });
});

describe('a change of identity', () => {
  const merge = (id: string) => {
    const bytes = Buffer.from(
      adt('A40', id, '06 15:00', { pid: NEW_NUMBER, extra: ['MRG|192208119806^^^&1.2.752.129.2.1.3.1&ISO^NNSWE'] }),
    ).toString();
    // Without a visit: every open stay of that person.
    return Buffer.from(bytes.replace(/PV1[^\r]*\r/, ''));
  };
  it.each([
    ['after', [0, 1]],
    ['before', [1, 0]],
  ] as const)('that comes %s the admission reaches it', async (_, order) => {
    const both = [STORY[0] as Uint8Array, merge('M02')];
    const there = await played(order.map((index) => both[index] as Uint8Array));
    expect(there.outcome(STAY)?.patient).toMatchObject({ personnummer: '192401059809' });
    expect(there.states()).toEqual({ M01: 'tillampad', M02: 'tillampad' });
  });
});

describe('the same message control id', () => {
  it('with the same content and a new time of sending is the same message', async () => {
    const there = await played([STORY[0] as Uint8Array]);
    const resent = Buffer.from(
      Buffer.from(STORY[0] as Uint8Array)
        .toString()
        .replace('|20190305080000||ADT', '|20190305100000||ADT'),
    );
    expect((await there.receive(resent)).code).toBe('AA');
    expect(there.store.messages.length).toBe(1);
  });
  it('with other content is AE 205, and nothing of it is kept', async () => {
    const there = await played([STORY[0] as Uint8Array]);
    const other = await there.receive(adt('A02', 'M01', '05 12:00', { pv1: KIR }));
    expect(other.code).toBe('AE');
    expect(Buffer.from(other.ack).toString()).toMatch(/\rERR\|\|MSH\^1\^10\|205\^/);
    expect(there.store.messages.length).toBe(1);
    expect(there.store.refusedMessages).toMatchObject([{ messageId: 'M01' }]);
  });
});

it('what cannot be read is shown to the region of its sender, where its header can', async () => {
  const there = hospital(LATER);
  const strange = Buffer.from(STORY[0] as Uint8Array)
    .toString()
    .replace('UNICODE UTF-8', 'KLINGON');
  expect((await there.receive(Buffer.from(strange))).code).toBe('AE');
  expect(there.store.refusedMessages).toMatchObject([{ messageId: 'M01', source: 'patientadministration', region: 'jonkoping' }]);
});

it('what is not understood is AE, and what is none of ours AA and ignored, without its content', async () => {
  const there = hospital(LATER);
  expect((await there.receive(Buffer.from('hej'))).code).toBe('AE');
  expect((await there.receive(adt('A01', 'M02', '05 08:00', { pv1: { 19: '' } }))).code).toBe('AE');
  expect((await there.receive(adt('A04', 'M03', '05 08:00'))).code).toBe('AA');
  expect(there.store.messages).toMatchObject([{ messageId: 'M03', state: 'ignorerad', raw: null, said: null, persons: [] }]);
  expect(there.store.refusedMessages.length).toBe(2);
});
