/** Each deadline of the process on a server whose time leaps: reminded, then missed, at the right instants. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadlineId } from '../../src/domain/agreement.js';
import { toIso } from '../../src/domain/calendar.js';
import type { StayEvent } from '../../src/domain/stay/state.js';
import { type Bench, eventually, openStay, TEST_SERVER, timeSkipping } from './harness.js';
import {
  type Act,
  annul,
  answerKnown,
  assess,
  assessWithoutSvpl,
  call,
  close,
  coordinator,
  discharge,
  dischargeNotice,
  handler,
  hold,
  initiate,
  makeSip,
  nameContact,
  notify,
  ready,
  reject,
  staffVardcentral,
  t,
} from './scenario.js';

interface Row {
  deadline: DeadlineId;
  /** What it shows. */
  why: string;
  agreement?: string;
  admittedAt: string;
  acts: Act[];
  owner: string;
  remindedAt: string;
  /** Null: reminders only, never missed. */
  dueAt: string | null;
}

const MARCH = '2019-03-04T08:00:00+01:00';
const march = (day: number, time: string) => `2019-03-${String(day).padStart(2, '0')}T${time}:00+01:00`;
const begun = [assess(march(4, '09:00')), notify(march(4, '10:00'))];
const planned = [
  ...begun,
  answerKnown(march(4, '10:30')),
  nameContact(march(4, '10:40')),
  initiate(march(4, '12:00')),
  staffVardcentral(march(4, '12:05')),
];
const called = [...planned, call(march(4, '13:00'))];
const held = [
  ...called,
  ready(march(5, '15:00')),
  dischargeNotice(march(5, '15:10')),
  discharge(march(6, '10:00')),
  hold(march(7, '10:00')),
];

/** @source domain.md §3, Deadlines */
const ROWS: Row[] = [
  {
    deadline: 'inskrivningsmeddelande',
    why: '24 h from admission',
    admittedAt: MARCH,
    acts: begun.slice(0, 1),
    owner: 'slutenvard',
    remindedAt: march(5, '02:15'),
    dueAt: march(5, '08:00'),
  },
  {
    deadline: 'vardtidsbedomning',
    why: 'the first round',
    admittedAt: MARCH,
    acts: begun.slice(0, 1),
    owner: 'slutenvard',
    remindedAt: march(5, '02:15'),
    dueAt: march(5, '08:00'),
  },
  {
    deadline: 'svar-inskrivning',
    why: '24 h from the message',
    admittedAt: MARCH,
    acts: begun,
    owner: 'kommun',
    remindedAt: march(5, '04:00'),
    dueAt: march(5, '10:00'),
  },
  {
    deadline: 'ratta-kommun',
    why: '24 h from the rejection',
    admittedAt: MARCH,
    acts: [...begun, reject(march(4, '11:00'))],
    owner: 'slutenvard',
    remindedAt: march(5, '05:00'),
    dueAt: march(5, '11:00'),
  },
  {
    deadline: 'fast-vardkontakt',
    why: 'the start of the day of expected discharge',
    admittedAt: MARCH,
    acts: begun,
    owner: 'vardcentral',
    remindedAt: march(7, '02:30'),
    dueAt: march(8, '00:00'),
  },
  {
    deadline: 'bemanning',
    why: '24 h from the initiation',
    admittedAt: MARCH,
    acts: planned,
    owner: 'kommun',
    remindedAt: march(5, '06:00'),
    dueAt: march(5, '12:00'),
  },
  {
    deadline: 'svpl-kallelse',
    why: 'the end of the third calendar day after',
    admittedAt: MARCH,
    acts: [...planned, ready(march(5, '15:00'))],
    owner: 'vardcentral',
    remindedAt: march(8, '03:45'),
    dueAt: march(9, '00:00'),
  },
  {
    deadline: 'kvittering',
    why: '24 h from the call',
    admittedAt: MARCH,
    acts: called,
    owner: 'kommun',
    remindedAt: march(5, '07:00'),
    dueAt: march(5, '13:00'),
  },
  {
    deadline: 'vardplan-signerad',
    why: 'the expected discharge: a date alone means the end of that day',
    admittedAt: MARCH,
    acts: called,
    owner: 'kommun',
    remindedAt: march(7, '21:00'),
    dueAt: march(9, '00:00'),
  },
  {
    deadline: 'utskrivning',
    why: '24 h from the utskrivningsmeddelande',
    admittedAt: MARCH,
    acts: [...called, dischargeNotice(march(5, '15:00'))],
    owner: 'slutenvard',
    remindedAt: march(6, '09:00'),
    dueAt: march(6, '15:00'),
  },
  {
    deadline: 'individuell-berakning',
    why: '8 × 24 h by the wall clock',
    admittedAt: MARCH,
    acts: [...called, ready(march(5, '15:00'))],
    owner: 'kommun',
    remindedAt: march(12, '15:00'),
    dueAt: march(13, '15:00'),
  },
  {
    deadline: 'betalningsansvar',
    why: 'four days from the day of a notice after noon',
    agreement: 'lag-2017-612',
    admittedAt: MARCH,
    acts: [...begun, ready(march(5, '15:00'))],
    owner: 'kommun',
    remindedAt: march(8, '00:00'),
    dueAt: march(9, '00:00'),
  },
  {
    deadline: 'informationsoverforing',
    why: 'the end of the day of discharge',
    admittedAt: MARCH,
    acts: [...begun, discharge(march(6, '10:00'))],
    owner: 'slutenvard',
    remindedAt: march(6, '20:30'),
    dueAt: march(7, '00:00'),
  },
  {
    deadline: 'svpl-mote',
    why: 'the end of the third calendar day after discharge',
    admittedAt: MARCH,
    acts: [...begun, discharge(march(6, '10:00'))],
    owner: 'vardcentral',
    remindedAt: march(9, '02:30'),
    dueAt: march(10, '00:00'),
  },
  {
    deadline: 'beslut-sip',
    why: 'the end of the agreed date',
    admittedAt: MARCH,
    acts: [...held, makeSip(march(7, '12:00'), { vantarPaBeslut: [{ part: 'kommun', senast: '2019-03-12' }] })],
    owner: 'kommun',
    remindedAt: march(11, '15:00'),
    dueAt: march(13, '00:00'),
  },
  {
    deadline: 'uppfoljning',
    why: 'a calendar month after the meeting, over the change to summer time',
    admittedAt: MARCH,
    acts: held,
    owner: 'vardcentral',
    remindedAt: '2019-03-31T01:45:00+01:00',
    dueAt: '2019-04-08T00:00:00+02:00',
  },
  {
    deadline: 'avsluta-arende',
    why: 'the end of the next day; reminders only',
    admittedAt: MARCH,
    acts: [
      assessWithoutSvpl(march(4, '09:00')),
      notify(march(4, '10:00')),
      discharge(march(6, '10:00')),
      close(coordinator)(march(6, '10:10')),
      close(handler)(march(6, '10:10')),
    ],
    owner: 'slutenvard',
    remindedAt: march(7, '14:30'),
    dueAt: null,
  },
];

/** Where the clock or the calendar is uneven. */
const UNEVEN: Row[] = [
  {
    deadline: 'svar-inskrivning',
    why: '24 h over the night of 29 March 2026 are 24 hours, not the same time of day',
    admittedAt: '2026-03-28T19:00:00+01:00',
    owner: 'kommun',
    acts: [assess('2026-03-28T19:10:00+01:00'), notify('2026-03-28T20:00:00+01:00', { beraknadUtskrivning: '2026-04-05' })],
    remindedAt: '2026-03-29T15:00:00+02:00',
    dueAt: '2026-03-29T21:00:00+02:00',
  },
  {
    deadline: 'svpl-kallelse',
    why: 'three calendar days over 29 March 2026 end at midnight, an hour sooner',
    admittedAt: '2026-03-25T08:00:00+01:00',
    owner: 'vardcentral',
    acts: [
      assess('2026-03-25T08:10:00+01:00'),
      notify('2026-03-25T08:20:00+01:00', { beraknadUtskrivning: '2026-04-05' }),
      nameContact('2026-03-25T08:30:00+01:00'),
      initiate('2026-03-25T08:40:00+01:00'),
      ready('2026-03-26T12:00:00+01:00'),
    ],
    remindedAt: '2026-03-29T03:15:00+02:00',
    dueAt: '2026-03-30T00:00:00+02:00',
  },
  {
    deadline: 'svar-inskrivning',
    why: '24 h over the night of 25 October 2026',
    admittedAt: '2026-10-24T19:00:00+02:00',
    owner: 'kommun',
    acts: [assess('2026-10-24T19:10:00+02:00'), notify('2026-10-24T20:00:00+02:00', { beraknadUtskrivning: '2026-11-05' })],
    remindedAt: '2026-10-25T13:00:00+01:00',
    dueAt: '2026-10-25T19:00:00+01:00',
  },
  {
    deadline: 'individuell-berakning',
    why: '8 × 24 h by the wall clock over 25 October 2026 are an hour longer',
    admittedAt: '2026-10-19T08:00:00+02:00',
    owner: 'kommun',
    acts: [
      assess('2026-10-19T08:10:00+02:00'),
      notify('2026-10-19T08:20:00+02:00', { beraknadUtskrivning: '2026-11-05' }),
      ready('2026-10-20T15:00:00+02:00'),
    ],
    remindedAt: '2026-10-27T15:00:00+01:00',
    dueAt: '2026-10-28T15:00:00+01:00',
  },
  {
    deadline: 'uppfoljning',
    why: 'a month after 31 January ends with February',
    admittedAt: '2019-01-28T08:00:00+01:00',
    owner: 'vardcentral',
    acts: [
      assess('2019-01-28T09:00:00+01:00'),
      notify('2019-01-28T10:00:00+01:00', { beraknadUtskrivning: '2019-01-30' }),
      nameContact('2019-01-28T10:10:00+01:00'),
      initiate('2019-01-28T10:20:00+01:00'),
      call('2019-01-28T10:30:00+01:00', { tid: '2019-01-31T10:00:00+01:00' }),
      ready('2019-01-29T10:00:00+01:00'),
      dischargeNotice('2019-01-29T10:10:00+01:00'),
      discharge('2019-01-30T10:00:00+01:00'),
      hold('2019-01-31T10:00:00+01:00'),
    ],
    remindedAt: '2019-02-21T20:30:00+01:00',
    dueAt: '2019-03-01T00:00:00+01:00',
  },
];

const MINUTE = 60_000;

describe.skipIf(!TEST_SERVER)('deadlines on durable timers', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await timeSkipping();
  });
  afterAll(() => bench.close());

  const isAbout = (row: Row, type: StayEvent['type']) => (event: StayEvent) =>
    event.type === type && 'id' in event && event.id === row.deadline && 'owner' in event && event.owner.party === row.owner;
  const timesOf = (events: StayEvent[]) => events.map((event) => toIso(event.at));

  const reminderThenBreach = async (row: Row) => {
    const last = row.acts.at(-1)!.at;
    const stay = await openStay(bench, {
      at: toIso(t(last) + MINUTE),
      admittedAt: row.admittedAt,
      ...(row.agreement ? { agreement: row.agreement } : {}),
      only: [row.deadline],
    });
    await stay.did(...row.acts);
    const before = (iso: string) => toIso(t(iso) - MINUTE);
    const after = (iso: string) => toIso(t(iso) + MINUTE);
    const seen = (type: StayEvent['type']) => timesOf(stay.events().filter(isAbout(row, type)));

    await stay.until(before(row.remindedAt));
    expect(seen('reminded')).toEqual([]);
    await stay.until(after(row.remindedAt));
    await eventually(() => seen('reminded').length === 1);
    expect(seen('reminded')).toEqual([toIso(t(row.remindedAt))]);
    if (row.dueAt) {
      await stay.until(before(row.dueAt));
      expect(seen('breached')).toEqual([]);
      await stay.until(after(row.dueAt));
      await eventually(() => seen('breached').length === 1);
      expect(seen('breached')).toEqual([toIso(t(row.dueAt))]);
      expect(seen('reminded')).toHaveLength(1);
    } else {
      await stay.until(toIso(t(row.remindedAt) + 3 * 24 * 60 * MINUTE));
      expect(seen('breached')).toEqual([]);
    }
    await stay.did(annul(toIso(await stay.now())));
    await eventually(async () => (await stay.handle.describe()).status.name === 'COMPLETED');
  };

  it.each(ROWS)('$deadline: $why', reminderThenBreach);
  it.each(UNEVEN)('$deadline: $why', reminderThenBreach);

  it('what is done in time is neither reminded of nor missed', async () => {
    const stay = await openStay(bench, { at: march(4, '10:01'), admittedAt: MARCH, only: ['svar-inskrivning'] });
    await stay.did(...begun, answerKnown(march(4, '10:00')));
    await stay.until(march(6, '12:00'));
    expect(stay.events().some((event) => 'id' in event && event.id === 'svar-inskrivning')).toBe(false);
    await stay.did(annul(march(6, '11:00')));
  });

  it('an action dated after the due time breaches first, though the timer has not fired', async () => {
    const stay = await openStay(bench, { at: march(4, '09:01'), admittedAt: MARCH, only: ['inskrivningsmeddelande'] });
    await stay.did(assess(march(4, '09:00')));
    await stay.until(march(5, '07:59'));
    const { at, ...late } = notify(march(5, '08:00'));
    await stay.do({ at, ...late });
    await eventually(() => stay.events().some(({ type }) => type === 'breached'));
    expect(stay.events().filter(({ type }) => type === 'breached')).toMatchObject([
      { id: 'inskrivningsmeddelande', at: t(march(5, '08:00')) },
    ]);
    await stay.until(march(5, '08:30'));
    expect(stay.events().filter(({ type }) => type === 'breached')).toHaveLength(1);
    await stay.did(annul(march(5, '08:00')));
  });

  it('an imported action that shows it was done in time withdraws the deviation', async () => {
    const stay = await openStay(bench, { at: march(4, '09:01'), admittedAt: MARCH, only: ['inskrivningsmeddelande'] });
    await stay.did(assess(march(4, '09:00')));
    await stay.until(march(5, '09:00'));
    expect((await stay.view()).deviations.map(({ status }) => status)).toEqual(['oppen']);
    await stay.did(notify(march(4, '10:00')));
    expect((await stay.view()).deviations.filter(({ type }) => type === 'inskrivningsmeddelande')).toMatchObject([
      { status: 'sen-registrering' },
    ]);
    await stay.did(annul(march(5, '08:00')));
  });
});
