import { describe, expect, it } from 'vitest';
import { toIso } from '../../../src/domain/calendar.js';
import { admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, NURSE, ofKommun, SVPL_STEPS, t, upTo } from './case.js';

type Row = [id: string, given: () => Case, owner: string, start: string, due: string];

const past =
  (step: string, change: Parameters<typeof upTo>[2] = {}) =>
  () =>
    upTo(admitted(), step, change);
const rejected = past('svar', { data: { svar: { svar: 'avvisad', skal: 'ej-folkbokford' } } });

/** The table of domain.md §3, Deadlines: one row per deadline. */
const TABLE: Row[] = [
  ['inskrivningsmeddelande', past('behov'), 'slutenvard', '2019-03-04T09:00', '2019-03-05T08:00'],
  ['vardtidsbedomning', past('behov'), 'slutenvard', '2019-03-04T09:00', '2019-03-05T08:00'],
  ['svar-inskrivning', past('inskrivning'), 'kommun', '2019-03-04T10:00', '2019-03-05T10:00'],
  ['ratta-kommun', rejected, 'slutenvard', '2019-03-04T11:00', '2019-03-05T11:00'],
  ['fast-vardkontakt', past('inskrivning'), 'vardcentral', '2019-03-04T10:00', '2019-03-09T00:00'],
  ['bemanning', past('initierad'), 'vardcentral', '2019-03-05T09:00', '2019-03-06T09:00'],
  [
    'svpl-kallelse',
    past('klar', { without: ['kallelse', 'kvitterad-s', 'kvitterad-k'] }),
    'vardcentral',
    '2019-03-08T10:00',
    '2019-03-12T00:00',
  ],
  [
    'svpl-kallelse',
    past('klar', {
      without: SVPL_STEPS,
    }),
    'slutenvard',
    '2019-03-08T10:00',
    '2019-03-12T00:00',
  ],
  ['kvittering', past('kallelse'), 'slutenvard', '2019-03-06T09:00', '2019-03-07T09:00'],
  ['vardplan-signerad', past('initierad'), 'kommun', '2019-03-05T09:00', '2019-03-10T00:00'], // the estimate is a date: its end
  ['utskrivning', past('utskrivningsmeddelande'), 'slutenvard', '2019-03-08T11:00', '2019-03-09T11:00'],
  ['individuell-berakning', past('klar'), 'kommun', '2019-03-08T10:00', '2019-03-16T10:00'],
  ['informationsoverforing', past('skriv-ut'), 'slutenvard', '2019-03-09T10:00', '2019-03-10T00:00'],
  ['svpl-mote', past('skriv-ut'), 'vardcentral', '2019-03-09T10:00', '2019-03-13T00:00'],
  ['beslut-sip', past('sip'), 'kommun', '2019-03-11T11:00', '2019-03-16T00:00'],
  ['uppfoljning', past('mote'), 'vardcentral', '2019-03-11T10:00', '2019-04-12T00:00'],
  ['avsluta-arende', past('skriv-ut'), 'slutenvard', '2019-03-09T10:00', '2019-03-11T00:00'],
];

const local = (at: number | undefined) => (at === undefined ? undefined : toIso(at));

describe('the legal clocks', () => {
  it.each(TABLE)('%s: whose, from when, until when (row %#)', (id, given, owner, start, due) => {
    const deadline = given().deadline(id);
    expect({
      owner: deadline?.owner.party,
      start: local(deadline?.startedAt),
      due: local(deadline?.dueAt),
      ended: deadline?.ended,
    }).toEqual({
      owner,
      start: toIso(t(start)),
      due: toIso(t(due)),
      ended: undefined,
    });
  });

  it('the owner is reminded when three quarters of the time have gone, and of payment a day before', () => {
    expect(local(past('behov')().deadline('inskrivningsmeddelande')?.reminderAt)).toBe(toIso(t('2019-03-05T02:15')));
    expect(local(past('klar')().deadline('individuell-berakning')?.reminderAt)).toBe(toIso(t('2019-03-15T10:00')));
  });

  it('at the reminder the owner is told, at the breach the owner and the ward, once each', () => {
    const c = past('inskrivning')().until('2019-03-05T03:59');
    expect(c.told('paminnelse:svar-inskrivning')).toEqual([]);
    expect(c.until('2019-03-05T04:00').told('paminnelse:svar-inskrivning')).toEqual(['kommun/0680']);
    expect(c.until('2019-03-05T09:59').deviations()).toEqual([]);
    expect(c.until('2019-03-05T10:00').until('2019-03-07T10:00').deviations()).toEqual(['svar-inskrivning:oppen']);
    expect(c.told('forsenad:svar-inskrivning')).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31']);
    c.do('2019-03-07T11:00', 'svara-inskrivning', CASEWORKER, DATA['svara-inskrivning']);
    expect(c.deviation('svar-inskrivning')).toMatchObject({
      status: 'avslutad',
      at: t('2019-03-05T10:00'),
      closedAt: t('2019-03-07T11:00'),
    });
  });

  it('what has not been asked for opens no deadline: never assessed', () => {
    expect(admitted().until('2019-03-20T08:00').open()).toEqual([]);
  });

  it('outside the target group every deadline ends', () => {
    const c = past('klar')().do('2019-03-08T11:00', 'bedom-behov', DOCTOR, {
      harInsatser: false,
      nyttBehov: false,
      endastRegionensOppenvard: false,
    });
    expect([c.open(), c.phase()]).toEqual([[], 'utanfor']);
  });
});

describe('the inskrivningsmeddelande within 24 hours (LUS 2:3)', () => {
  const late = (assessed: string, sent: string) => {
    const c = upTo(admitted(), 'inskrivning', { at: { behov: assessed, inskrivning: sent } });
    return [local(c.deadline('inskrivningsmeddelande')?.dueAt), c.deviation('inskrivningsmeddelande')?.status];
  };
  it.each([
    ['assessed at once', '2019-03-04T09:00', '2019-03-05T07:59', '2019-03-05T08:00', undefined],
    ['24 hours after the admission, when the time has run out', '2019-03-04T09:00', '2019-03-05T08:00', '2019-03-05T08:00', 'avslutad'],
    ['assessed at 24 hours exactly', '2019-03-05T08:00', '2019-03-05T08:30', '2019-03-05T08:00', 'avslutad'],
    ['assessed after 24 hours: from the assessment', '2019-03-05T08:01', '2019-03-06T08:00', '2019-03-06T08:01', undefined],
  ])('%s', (_what, assessed, sent, due, status) => {
    expect(late(assessed, sent)).toEqual([toIso(t(due)), status]);
  });

  it('24 hours are 24 hours also in the nights when the clock changes', () => {
    const due = (admittedAt: string) => {
      const c = admitted({ admittedAt: t(admittedAt) }).do(admittedAt, 'bedom-behov', DOCTOR, DATA['bedom-behov']);
      return local(c.deadline('inskrivningsmeddelande')?.dueAt);
    };
    expect(due('2026-03-28T12:00')).toBe(toIso(t('2026-03-29T13:00')));
    expect(due('2026-10-24T12:00')).toBe(toIso(t('2026-10-25T11:00')));
  });
});

describe('the call within three calendar days', () => {
  const without = ['kallelse', 'kvitterad-s', 'kvitterad-k'];
  it.each([
    ['2019-03-05T09:30', '2019-03-09T00:00'],
    ['2019-03-05T12:00', '2019-03-09T00:00'],
    ['2019-03-05T23:59:59', '2019-03-09T00:00'],
    ['2019-03-06T00:00', '2019-03-10T00:00'],
  ])('a notice at %s: until %s', (notice, due) => {
    const c = upTo(admitted(), 'initierad').do(notice, 'meddela-utskrivningsklar', DOCTOR, { bedomd: toIso(t(notice)) });
    expect(local(c.deadline('svpl-kallelse')?.dueAt)).toBe(toIso(t(due)));
  });

  it.each([
    ['2026-03-27T15:00', '2026-03-31T00:00'], // 23-hour day in between
    ['2026-10-23T15:00', '2026-10-27T00:00'], // 25-hour day in between
  ])('over the night when the clock changes: a notice at %s, until %s', (notice, due) => {
    const c = admitted({ admittedAt: t(notice) - 3_600_000 });
    const now = toIso(t(notice) - 1_800_000);
    c.do(now, 'bedom-behov', DOCTOR, DATA['bedom-behov']).do(
      now,
      'skicka-inskrivningsmeddelande',
      NURSE,
      DATA['skicka-inskrivningsmeddelande'],
    );
    c.do(notice, 'meddela-utskrivningsklar', DOCTOR, { bedomd: toIso(t(notice)) });
    expect(local(c.deadline('svpl-kallelse')?.dueAt)).toBe(toIso(t(due)));
  });

  it.each([
    ['2019-03-11T23:59:59', []],
    ['2019-03-12T00:00', ['svpl-kallelse-sen']],
  ])('a call at %s: %j', (now, missing) => {
    const c = upTo(admitted(), 'klar', { without }).do(now, 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl']);
    expect(c.missing('2019-03-12T12:00')).toEqual(missing);
    expect(c.deviation('svpl-kallelse')?.status).toBe(missing.length > 0 ? 'avslutad' : undefined);
  });

  it('a call made before the notice counts', () => {
    expect(upTo(admitted(), 'klar').open()).not.toContain('svpl-kallelse');
  });

  it('is owed after the discharge too', () => {
    const c = upTo(admitted(), 'skriv-ut', { without });
    expect(c.open()).toContain('svpl-kallelse');
    expect(c.until('2019-03-12T00:00').deviation('svpl-kallelse')?.status).toBe('oppen');
  });

  it('a withdrawn notice cancels it, told to all at once', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande', { without }).do('2019-03-08T15:00', 'aterkalla-utskrivningsklar', DOCTOR, {
      skal: 'Feber',
    });
    expect(c.open().filter((id) => ['svpl-kallelse', 'utskrivning', 'individuell-berakning'].includes(id))).toEqual([]);
    expect(c.told('aterkalla-utskrivningsklar').sort()).toEqual(['kommun/0680', 'vardcentral/SE-VC-1']);
    expect(c.episode()).toMatchObject({
      utskrivningsmeddelandeAt: null,
      intervals: [{ from: t('2019-03-08T10:00'), until: t('2019-03-08T15:00') }],
    });
  });
});

describe('the follow-up within a calendar month', () => {
  it.each([
    ['2019-01-31T10:00', '2019-03-01T00:00'], // 28 February, its end
    ['2020-01-31T10:00', '2020-03-01T00:00'], // 29 February
    ['2019-02-28T10:00', '2019-03-29T00:00'],
    ['2019-03-30T10:00', '2019-05-01T00:00'],
    ['2019-10-01T10:00', '2019-11-02T00:00'],
  ])('a meeting on %s: until %s', (met, due) => {
    const c = metOn(met, t(met) - 3_600_000);
    expect(local(c.deadline('uppfoljning')?.dueAt)).toBe(toIso(t(due)));
  });

  it('runs from the discharge where that is later', () => {
    const c = metOn('2019-03-11T10:00', t('2019-03-15T10:00'));
    expect(local(c.deadline('uppfoljning')?.dueAt)).toBe(toIso(t('2019-04-16T00:00')));
  });

  it.each(['sip-revideras', 'nytt-mote'])('%s: a new follow-up', (resultat) => {
    const c = upTo(admitted(), 'sip-delgiven').do('2019-03-25T10:00', 'folj-upp', COORDINATOR, {
      resultat,
      kontaktMedPatient: '2019-03-25T09:00:00+01:00',
    });
    expect(local(c.deadline('uppfoljning')?.dueAt)).toBe(toIso(t('2019-04-12T00:00')));
    expect(c.stay().ended).toBeNull();
    const open = c.open();
    expect(open).toContain('uppfoljning');
    expect(open.includes('avsluta-arende')).toBe(true);
  });

  /** An SVPL held at a time, the discharge at another. */
  function metOn(met: string, discharged: number): Case {
    const early = Math.min(t(met), discharged) - 24 * 3_600_000;
    const c = admitted({ admittedAt: early - 3_600_000 });
    const now = toIso(early);
    c.do(now, 'bedom-behov', DOCTOR, DATA['bedom-behov']).do(
      now,
      'skicka-inskrivningsmeddelande',
      NURSE,
      DATA['skicka-inskrivningsmeddelande'],
    );
    c.do(now, 'utse-fast-vardkontakt', COORDINATOR, DATA['utse-fast-vardkontakt']).do(now, 'initiera-svpl', NURSE, DATA['initiera-svpl']);
    c.do(now, 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl']);
    const acts: [number, () => Case][] = [
      [t(met), () => c.do(met, 'hall-svpl', COORDINATOR, { ...DATA['hall-svpl'], tidpunkt: toIso(t(met)) })],
      [discharged, () => c.do(toIso(discharged), 'skriv-ut', NURSE, { tidpunkt: toIso(discharged), till: 'hem' })],
    ];
    for (const [, act] of acts.sort((a, b) => a[0] - b[0])) act();
    return c;
  }
});

describe('the other clocks, at their edges', () => {
  it('vårdtidsbedömning: not before an hour after the assessment', () => {
    const c = admitted().do('2019-03-05T07:30', 'bedom-behov', DOCTOR, DATA['bedom-behov']);
    expect(local(c.deadline('vardtidsbedomning')?.dueAt)).toBe(toIso(t('2019-03-05T08:30')));
  });

  it('fast vårdkontakt: discharged without one is a breach at once', () => {
    const c = upTo(admitted(), 'kontakt', { without: ['kontakt'] }).do('2019-03-05T10:00', 'skriv-ut', NURSE, {
      tidpunkt: '2019-03-05T10:00:00+01:00',
      till: 'hem',
    });
    expect(c.deviation('fast-vardkontakt')).toMatchObject({ status: 'oppen', at: t('2019-03-05T10:00') });
  });

  it('fast vårdkontakt: a re-estimate moves it, but does not undo a breach', () => {
    const moved = upTo(admitted(), 'svar').do('2019-03-06T10:00', 'bedom-vardtid', NURSE, { beraknadUtskrivning: '2019-03-20' });
    expect(local(moved.deadline('fast-vardkontakt')?.dueAt)).toBe(toIso(t('2019-03-20T00:00')));
    const missed = upTo(admitted(), 'svar').do('2019-03-09T10:00', 'bedom-vardtid', NURSE, { beraknadUtskrivning: '2019-03-20' });
    expect(missed.deviation('fast-vardkontakt')).toMatchObject({ status: 'oppen', at: t('2019-03-09T00:00') });
  });

  it('Västmanland: named within 24 hours of the message, and the vårdcentral answers too', () => {
    const c = upTo(admitted({}, 'vastmanland-2022'), 'inskrivning');
    expect(local(c.deadline('fast-vardkontakt')?.dueAt)).toBe(toIso(t('2019-03-05T10:00')));
    expect(c.deadline('svar-inskrivning', 'SE-VC-1')?.owner.party).toBe('vardcentral');
  });

  it('utskrivning: the kommun owns it while it cannot receive the patient', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande').do('2019-03-08T12:00', 'meddela-hemkomst', CASEWORKER, {
      kanTaEmot: false,
      skal: 'Ingen plats',
    });
    expect(c.deadline('utskrivning')?.owner).toEqual({ party: 'kommun', unit: '0680' });
    c.do('2019-03-08T13:00', 'meddela-hemkomst', CASEWORKER, { kanTaEmot: true });
    expect(c.deadline('utskrivning')?.owner.party).toBe('slutenvard');
  });

  it('individuell beräkning: eight days by the wall clock, over the night when the clock changes', () => {
    const c = upTo(admitted(), 'klar', { at: { klar: '2019-03-25T10:00' } });
    expect(local(c.deadline('individuell-berakning')?.dueAt)).toBe(toIso(t('2019-04-02T10:00')));
    expect(c.until('2019-04-01T10:00').told('paminnelse:individuell-berakning')).toEqual(['kommun/0680', 'region/jonkoping']);
  });

  it.each([
    ['2019-03-05T12:00', '2019-03-08T00:00'],
    ['2019-03-05T12:00:01', '2019-03-09T00:00'],
  ])('betalningsansvar (LUS 5:4): a notice at %s, payment from %s', (notice, due) => {
    const c = upTo(admitted({}, 'lag-2017-612'), 'kontakt').do(notice, 'meddela-utskrivningsklar', DOCTOR, { bedomd: toIso(t(notice)) });
    expect(local(c.deadline('betalningsansvar')?.dueAt)).toBe(toIso(t(due)));
  });

  it('svpl-möte: a later day called or postponed to is noted, and no breach', () => {
    const c = upTo(admitted(), 'overfort', { data: { kallelse: { ...DATA['kalla-till-svpl'], tid: '2019-03-18T10:00:00+01:00' } } });
    expect(local(c.deadline('svpl-mote')?.dueAt)).toBe(toIso(t('2019-03-19T00:00')));
    c.do('2019-03-15T10:00', 'skjut-upp-svpl', COORDINATOR, DATA['skjut-upp-svpl']);
    expect(local(c.deadline('svpl-mote')?.dueAt)).toBe(toIso(t('2019-03-30T00:00')));
    expect(c.until('2019-03-29T23:59').deviation('svpl-mote')).toBeUndefined();
    expect(c.until('2019-03-30T00:00').deviation('svpl-mote')?.status).toBe('oppen');
  });

  it('discharge ends what was asked for before it, and what was missed stays a deviation', () => {
    const c = upTo(admitted(), 'skriv-ut', { without: ['svar', 'bemannad-k', 'kvitterad-k', 'signerad-k', 'godkand'] });
    expect(c.open()).toEqual(['informationsoverforing', 'avsluta-arende', 'svpl-mote']);
    expect(c.deviations().sort()).toEqual(['bemanning:oppen', 'checklista:oppen', 'kvittering:oppen', 'svar-inskrivning:oppen']);
  });

  it('who has the ball: the owners of the open deadlines, soonest first', () => {
    const c = upTo(admitted(), 'inskrivning');
    expect(c.stay().ended).toBeNull();
    expect(c.open()).toEqual(['svar-inskrivning', 'fast-vardkontakt']);
  });
});

describe('no SVPL is to be held', () => {
  const four = ['svpl-kallelse', 'svpl-mote', 'vardplan-signerad', 'uppfoljning'];
  const owed = (c: Case) =>
    [
      ...new Set(
        c
          .stay()
          .deviations.map((d) => d.type)
          .concat(c.open()),
      ),
    ].filter((id) => four.includes(id));
  const path = (nyttBehov: boolean) =>
    upTo(admitted(), 'skriv-ut', {
      data: { behov: { harInsatser: true, nyttBehov, endastRegionensOppenvard: false } },
      without: SVPL_STEPS,
    });

  it('without initiation and without new need', () => {
    expect(owed(path(false).until('2019-03-20T08:00'))).toEqual([]);
    expect(owed(path(true).until('2019-03-20T08:00'))).toEqual(['svpl-kallelse', 'svpl-mote']);
  });

  it('when it is declined, told to all; a later initiation lifts that', () => {
    const c = upTo(admitted(), 'kallelse').do('2019-03-07T09:00', 'avsta-svpl', COORDINATOR, DATA['avsta-svpl']);
    expect(c.told('avsta-svpl').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31']);
    c.do('2019-03-08T10:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-08T10:00:00+01:00' });
    expect(owed(c)).toEqual([]);
    c.do('2019-03-08T11:00', 'initiera-svpl', NURSE, DATA['initiera-svpl']);
    expect(owed(c)).toContain('vardplan-signerad');
  });

  it('declined after the discharge ends the meeting that was owed', () => {
    const c = upTo(admitted(), 'overfort').do('2019-03-10T09:00', 'avsta-svpl', NURSE, DATA['avsta-svpl']);
    expect(owed(c.until('2019-03-20T08:00'))).toEqual([]);
  });

  it.each([
    ['2019-03-11T23:59', []],
    ['2019-03-12T00:00', ['svpl-kallelse-saknas']],
  ])('for payment a decline at %s, against the end of the third day: %j', (now, missing) => {
    const c = upTo(admitted(), 'overfort', { without: ['kallelse', 'kvitterad-s', 'kvitterad-k'] }).do(
      now,
      'avsta-svpl',
      NURSE,
      DATA['avsta-svpl'],
    );
    expect(c.missing('2019-03-20T08:00')).toEqual(missing);
  });

  it.each([
    ['vastmanland-2022', []],
    ['jonkoping-2018', ['svpl-kallelse-saknas']],
  ] as const)('a postponement documented in time counts as the call where the agreement says so: %s', (agreement, missing) => {
    const c = upTo(admitted({}, agreement), 'klar', { without: ['kallelse', 'kvitterad-s', 'kvitterad-k'] }).do(
      '2019-03-11T09:00',
      'skjut-upp-svpl',
      COORDINATOR,
      DATA['skjut-upp-svpl'],
    );
    expect(c.missing('2019-03-20T08:00')).toEqual(missing);
  });
});

describe('a placing kommun', () => {
  it('is a party like the other: it is told, answers, staffs and acknowledges, and it pays', () => {
    const c = upTo(admitted({ placerandeKommun: '0684' }), 'inskrivning');
    expect(c.told('skicka-inskrivningsmeddelande').sort()).toEqual(['kommun/0680', 'kommun/0684', 'vardcentral/SE-VC-1']);
    expect(c.deadline('svar-inskrivning', '0684')?.ended).toBeUndefined();
    c.do('2019-03-04T11:00', 'svara-inskrivning', ofKommun('0684'), DATA['svara-inskrivning']);
    expect([c.deadline('svar-inskrivning', '0684')?.ended?.how, c.deadline('svar-inskrivning', '0680')?.ended]).toEqual([
      'uppfylld',
      undefined,
    ]);
    expect(c.episode().payer).toBe('0684');
  });
});
