import { describe, expect, it } from 'vitest';
import { indicatorsOf, type StayIndicators } from '../../../src/domain/reports/stay-indicators.js';
import { tallyOfStay } from '../../../src/domain/reports/tally.js';
import { admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, NURSE, SVPL_STEPS, SYSTEM, t, upTo } from '../stay/case.js';

const of = (c: Case): StayIndicators => {
  const indicators = indicatorsOf(c.stay(), c.rules);
  if (indicators === null) throw new Error('in no report');
  return indicators;
};
const story = (step: string, change: Parameters<typeof upTo>[2] = {}, ...admission: Parameters<typeof admitted>) =>
  of(upTo(admitted(...admission), step, change));
const WITHOUT_CALL = ['kallelse', 'kvitterad-s', 'kvitterad-k', 'mote', 'sip'];

describe('which stays are in a report', () => {
  it('one that went by the book says so, month, kommun, vårdcentral and days', () => {
    expect(story('stangd-k')).toEqual({
      month: '2019-03',
      payer: '0680',
      vardcentral: { hsaId: 'SE-VC-1', name: 'Bankeryds vårdcentral' },
      dischargedAt: t('2019-03-09T10:00'),
      inskrivning: true,
      vardtid: true,
      kallelse: { met: true, dueAt: t('2019-03-12') },
      uppfoljning: { met: true, dueAt: t('2019-04-12') },
      readyDays: 1,
      readmissionUntil: t('2019-04-09'),
      late: 0,
      corrections: 0,
      // The story ticks no checklist.
      deviations: [{ id: 'noterad:checklista:utskrivningsmeddelande', type: 'checklista' }],
    });
  });

  it.each<[string, () => Case]>([
    ['not discharged', () => upTo(admitted(), 'hemkomst')],
    ['never assessed', () => admitted().do('2019-03-05T10:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-05T10:00:00+01:00', till: 'hem' })],
    [
      'found outside the target group',
      () =>
        upTo(admitted(), 'skriv-ut', {
          without: SVPL_STEPS,
          data: { behov: { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false } },
        })
          .do('2019-03-09T12:00', 'angra-utskrivning', NURSE, { skal: 'Kvar' })
          .do('2019-03-09T13:00', 'bedom-behov', DOCTOR, { harInsatser: false, nyttBehov: true, endastRegionensOppenvard: true })
          .do('2019-03-09T14:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-09T14:00:00+01:00', till: 'hem' }),
    ],
    ['annulled', () => upTo(admitted(), 'skriv-ut').do('2019-03-09T12:00', 'annullera', NURSE, DATA.annullera)],
  ])('not one that is %s', (_, given) => {
    const c = given();
    expect(indicatorsOf(c.stay(), c.rules)).toBeNull();
  });

  it('one whose kommun rightly rejected it is no kommun’s', () => {
    expect(
      story('skriv-ut', { data: { svar: { svar: 'avvisad', skal: 'ej-folkbokford' } }, without: ['bemannad-k', ...SVPL_STEPS, 'hemkomst'] })
        .payer,
    ).toBeNull();
  });

  it('the month is the local one: discharged half an hour into April in Stockholm is April', () => {
    expect(story('skriv-ut', { at: { 'skriv-ut': '2019-04-01T00:30' } }).month).toBe('2019-04');
  });
});

describe('inskrivningsmeddelande within 24 hours', () => {
  it.each<[string, string | null, boolean | null]>([
    ['2019-03-05T07:59', null, true],
    ['2019-03-05T08:00', null, false], // due is exclusive: 24 hours after the admission
    ['2019-03-06T12:00', null, false],
    ['2019-03-06T11:59', '2019-03-05T12:00', true], // the need was assessed later: 24 hours from then
    ['2019-03-06T12:00', '2019-03-05T12:00', false],
  ])('sent %s, need assessed %s: %s', (sent, assessed, expected) => {
    const at = { inskrivning: sent, ...(assessed === null ? {} : { behov: assessed }) };
    expect(story('skriv-ut', { without: ['svar', 'kontakt', ...SVPL_STEPS], at }).inskrivning).toBe(expected);
  });

  it('is not owed by a stay that ended before it was due, unsent', () => {
    const c = admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov']);
    c.do('2019-03-04T20:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-04T20:00:00+01:00', till: 'hem' });
    expect(of(c)).toMatchObject({ inskrivning: null, vardtid: null });
  });

  it('is broken by one that ended after it was due, unsent', () => {
    const c = admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov']);
    c.do('2019-03-05T20:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-05T20:00:00+01:00', till: 'hem' });
    expect(of(c)).toMatchObject({ inskrivning: false, vardtid: false });
  });
});

describe('the vårdtid within its deadline', () => {
  it.each<[string, boolean]>([
    ['2019-03-05T07:59', true],
    ['2019-03-05T08:00', false],
  ])('assessed %s: %s', (sent, expected) => {
    expect(story('skriv-ut', { without: ['svar', 'kontakt', ...SVPL_STEPS], at: { inskrivning: sent } }).vardtid).toBe(expected);
  });
});

describe('the call within three days', () => {
  it.each<[string, boolean]>([
    ['2019-03-08T12:00', true],
    ['2019-03-11T23:59', true],
    ['2019-03-12T00:00', false], // the 3rd calendar day after the 8th is over
  ])('made %s: %s', (made, met) => {
    const c = upTo(admitted(), 'skriv-ut', { without: WITHOUT_CALL });
    c.do(made < '2019-03-09T10:00' ? '2019-03-09T10:01' : made, 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl'], {
      at: made,
      imported: true,
    });
    expect(of(c).kallelse).toEqual({ met, dueAt: t('2019-03-12') });
  });

  it('is judged when the three days are over, for those who were early too', () => {
    const { kallelse, ...rest } = story('skriv-ut');
    const waits = tallyOfStay({ kallelse, ...rest }, null, t('2019-03-11T23:59')).kallelse;
    const judged = tallyOfStay({ kallelse, ...rest }, null, t('2019-03-12')).kallelse;
    expect([waits, judged]).toEqual([
      { met: 0, owed: 0, waits: 1 },
      { met: 1, owed: 1, waits: 0 },
    ]);
  });

  it('is not owed where no SVPL is to be held, nor where it was declined in time', () => {
    const needs = { behov: { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false } };
    expect(story('skriv-ut', { without: SVPL_STEPS, data: needs }).kallelse).toBeNull();
    const declined = upTo(admitted(), 'skriv-ut', { without: WITHOUT_CALL }).do(
      '2019-03-10T10:00',
      'avsta-svpl',
      COORDINATOR,
      DATA['avsta-svpl'],
    );
    expect(of(declined).kallelse).toBeNull();
    const late = upTo(admitted(), 'skriv-ut', { without: WITHOUT_CALL }).do(
      '2019-03-12T10:00',
      'avsta-svpl',
      COORDINATOR,
      DATA['avsta-svpl'],
    );
    expect(of(late).kallelse).toEqual({ met: false, dueAt: t('2019-03-12') });
  });

  it('is owed for the last notice: one that was withdrawn in time asks for nothing', () => {
    const c = upTo(admitted(), 'klar', { without: WITHOUT_CALL });
    c.do('2019-03-09T09:00', 'aterkalla-utskrivningsklar', DOCTOR, DATA['aterkalla-utskrivningsklar']);
    c.do('2019-03-20T10:00', 'skicka-utskrivningsmeddelande', NURSE, { utskrivning: '2019-03-20T12:00:00+01:00' });
    c.do('2019-03-20T12:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-20T12:00:00+01:00', till: 'hem' });
    expect(of(c).kallelse).toEqual({ met: false, dueAt: t('2019-03-24') });
  });

  it('in Västmanland a postponement documented in time counts as the call; in Jönköping it does not', () => {
    const by = (agreement: 'vastmanland-2022' | 'jonkoping-2018') => {
      const c = upTo(admitted({}, agreement, { initierarSvpl: ['slutenvard/sjukskoterska', 'vardcentral/vardsamordnare'] }), 'skriv-ut', {
        without: WITHOUT_CALL,
      });
      return of(c.do('2019-03-10T10:00', 'skjut-upp-svpl', COORDINATOR, DATA['skjut-upp-svpl'])).kallelse?.met;
    };
    expect([by('vastmanland-2022'), by('jonkoping-2018')]).toEqual([true, false]);
  });
});

describe('the follow-up within a month', () => {
  it.each<[string, boolean]>([
    ['2019-04-11T23:59', true],
    ['2019-04-12T00:00', false], // a month after the meeting on the 11th is over
  ])('made %s: %s', (made, met) => {
    const c = upTo(admitted(), 'stangd-s', { at: { 'stangd-s': '2019-03-15T08:00' } });
    c.do(made, 'folj-upp', COORDINATOR, { resultat: 'avslutad', kontaktMedPatient: '2019-04-11T09:00:00+02:00' });
    expect(of(c).uppfoljning).toEqual({ met, dueAt: t('2019-04-12') });
  });

  it('is not owed before a meeting has been held', () => expect(story('skriv-ut').uppfoljning).toBeNull());

  it('is not owed by one who died within the month', () => {
    const c = upTo(admitted(), 'sip-delgiven').do('2019-03-20T10:00', 'anmal-dodsfall', CASEWORKER, {
      tidpunkt: '2019-03-20T09:00:00+01:00',
    });
    expect(of(c)).toMatchObject({ uppfoljning: null, readmissionUntil: t('2019-04-09') });
  });

  it('is the first one’s, when it leads to a new meeting', () => {
    const c = upTo(admitted(), 'sip-delgiven', { without: ['stangd-s'] });
    c.do('2019-04-01T10:00', 'folj-upp', COORDINATOR, { resultat: 'nytt-mote', kontaktMedPatient: '2019-04-01T09:00:00+02:00' });
    expect(of(c).uppfoljning).toEqual({ met: true, dueAt: t('2019-04-12') });
  });
});

describe('days, re-admissions, registrations', () => {
  it.each<[string, number | null]>([
    ['2019-03-09T09:59', 0],
    ['2019-03-09T10:00', 1], // exactly 24 hours
    ['2019-03-16T09:59', 7],
  ])('discharged %s after the notice on the 8th at 10: %s days', (at, days) => {
    expect(story('skriv-ut', { at: { 'skriv-ut': at, utskrivningsmeddelande: '2019-03-08T11:00' } }).readyDays).toBe(days);
  });

  it('without a notice that stands there are no days', () => {
    expect(story('skriv-ut', { without: ['klar', 'utskrivningsmeddelande', 'hemkomst'] }).readyDays).toBeNull();
  });

  it.each(['annan-klinik', 'avliden'])('a discharge to %s is not followed by a re-admission', (till) => {
    const data = { 'skriv-ut': { till, tidpunkt: '2019-03-09T10:00:00+01:00' } };
    expect(story('skriv-ut', { data }).readmissionUntil).toBeNull();
  });

  it.each<[string | null, string, { met: number; owed: number; waits: number }]>([
    ['2019-04-08T23:59', '2019-04-09', { met: 1, owed: 1, waits: 0 }],
    ['2019-04-09T00:00', '2019-04-09', { met: 0, owed: 1, waits: 0 }], // the 30th day after 9 March is over
    [null, '2019-04-09', { met: 0, owed: 1, waits: 0 }],
    ['2019-03-10T10:00', '2019-04-08T23:59', { met: 0, owed: 0, waits: 1 }], // no one is counted before the thirty days are over
  ])('admitted again %s, seen %s', (again, now, expected) => {
    expect(tallyOfStay(story('skriv-ut'), again === null ? null : t(again), t(now)).aterinskrivning).toEqual(expected);
  });

  it('a message more than an hour late is late; one within the hour, one from a feed and a remark are not', () => {
    const base = () => upTo(admitted(), 'skriv-ut', { without: WITHOUT_CALL });
    const called = (at: string, doing: object = {}) =>
      of(base().do('2019-03-10T12:00', 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl'], { at, ...doing })).late;
    expect([called('2019-03-10T11:00'), called('2019-03-10T10:59'), called('2019-03-10T08:00', { imported: true })]).toEqual([0, 1, 0]);
    expect(of(base().do('2019-03-10T12:00', 'kommentera', CASEWORKER, DATA.kommentera, { at: '2019-03-10T01:00' })).late).toBe(0);
  });

  it('a fact registered more than an hour after it happened is late as well', () => {
    const c = upTo(admitted(), 'hemkomst');
    c.do('2019-03-09T13:00', 'skriv-ut', SYSTEM, { tidpunkt: '2019-03-09T11:59:00+01:00', till: 'hem' });
    expect(of(c).late).toBe(1);
  });

  it('every correction of what the basis rests on is counted', () => {
    const c = upTo(admitted(), 'skriv-ut');
    c.do('2019-03-10T10:00', 'ratta-uppgift', NURSE, {
      actionId: 'skriv-ut',
      data: { tidpunkt: '2019-03-09T11:00:00+01:00' },
      skal: 'Fel klockslag',
    });
    c.do('2019-03-10T11:00', 'ratta-uppgift', NURSE, {
      actionId: 'skriv-ut',
      data: { tidpunkt: '2019-03-09T12:00:00+01:00' },
      skal: 'Fel igen',
    });
    expect(of(c)).toMatchObject({ corrections: 2, dischargedAt: t('2019-03-09T12:00'), late: 0 });
  });

  it('deviations are those that stand: what was only registered late is none', () => {
    const c = upTo(admitted(), 'skriv-ut', { without: WITHOUT_CALL }).until('2019-03-13T00:00');
    const types = () => of(c).deviations.map(({ type }) => type);
    expect(types()).toContain('svpl-kallelse');
    c.do('2019-03-13T10:00', 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl'], { at: '2019-03-09T12:00', imported: true });
    expect(types()).not.toContain('svpl-kallelse');
  });
});
