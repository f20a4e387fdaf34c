import { describe, expect, it } from 'vitest';
import { daysOf } from '../../../src/domain/billing/days.js';
import { toIso } from '../../../src/domain/calendar.js';
import { openDeadlines } from '../../../src/domain/stay/deadlines.js';
import { attributesOf } from '../../../src/domain/stay/owner.js';
import { viewOf } from '../../../src/domain/stay/view.js';
import { admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, NURSE, OTHER_WARD, ofKommun, SYSTEM, t, upTo } from './case.js';

const MESSAGE = DATA['skicka-inskrivningsmeddelande'];
const REJECTION = { svar: 'avvisad', skal: 'ej-folkbokford', rattKommun: '0682' };

describe('registered late', () => {
  const sent = (at: string, now: string, imported = false) => {
    const c = upTo(admitted(), 'behov').do(now, 'skicka-inskrivningsmeddelande', NURSE, MESSAGE, { at, imported });
    return { at: toIso(c.episode().inskrivningsmeddelandeAt ?? 0), status: c.deviation('inskrivningsmeddelande')?.status };
  };

  it.each([
    ['an hour after it was sent: counts from then', '2019-03-05T07:30', '2019-03-05T08:30', false, '2019-03-05T07:30', 'sen-registrering'],
    [
      'more than an hour after: counts from its receipt',
      '2019-03-05T07:30',
      '2019-03-05T08:30:01',
      false,
      '2019-03-05T08:30:01',
      'avslutad',
    ],
    [
      'imported from a feed: counts from its own time',
      '2019-03-05T07:30',
      '2019-03-07T12:00',
      true,
      '2019-03-05T07:30',
      'sen-registrering',
    ],
  ] as const)('a message %s', (_what, at, now, imported, counts, status) => {
    expect(sent(at, now, imported)).toEqual({ at: toIso(t(counts)), status });
  });

  it('a fact counts from when it happened, however late it is told', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande').do(
      '2019-03-11T09:00',
      'skriv-ut',
      NURSE,
      { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' },
      { at: '2019-03-09T10:00' },
    );
    expect(c.episode().dischargedAt).toBe(t('2019-03-09T10:00'));
    expect(c.deviation('utskrivning')?.status).toBe('sen-registrering');
    expect(c.until('2019-03-11T09:00').deviation('informationsoverforing')).toMatchObject({ status: 'oppen', at: t('2019-03-10T00:00') });
  });

  it('a notice of utskrivningsklar that comes in after the discharge makes nobody utskrivningsklar, and is no evidence', () => {
    const c = upTo(admitted(), 'skriv-ut', { without: ['klar', 'utskrivningsmeddelande', 'hemkomst'] });
    c.do('2019-03-09T15:00', 'meddela-utskrivningsklar', DOCTOR, { bedomd: '2019-03-08T09:00:00+01:00' }, { at: '2019-03-08T10:00' });
    expect([c.phase(), attributesOf(c.stay(), c.rules).utskrivningsklarSedan, daysOf(c.episode())]).toEqual(['utskriven', null, null]);
    expect(c.missing('2019-03-20T08:00')).toEqual(['utskrivningsklar-saknas', 'utskrivningsmeddelande-saknas']);
  });

  it('both times are kept', () => {
    const c = upTo(admitted(), 'behov').do('2019-03-04T15:00', 'skicka-inskrivningsmeddelande', NURSE, MESSAGE, { at: '2019-03-04T10:00' });
    expect(c.stay().log.at(-1)).toMatchObject({
      at: t('2019-03-04T10:00'),
      receivedAt: t('2019-03-04T15:00'),
      countsFrom: t('2019-03-04T15:00'),
    });
  });
});

describe('times out of bounds', () => {
  it.each([
    ['a minute ahead', '2019-03-04T09:01', 'ok'],
    ['more than a minute ahead', '2019-03-04T09:01:01', 'tidpunkt-i-framtiden'],
    ['at the admission', '2019-03-04T08:00', 'ok'],
    ['before the admission', '2019-03-04T07:59:59', 'tidpunkt-fore-inskrivning'],
  ])('%s', (_what, at, code) => {
    const verdict = admitted().does('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov'], { at });
    expect(verdict.accepted ? 'ok' : verdict.code).toBe(code);
    if (!verdict.accepted) expect(verdict.errors?.map((e) => e.path)).toEqual(['at']);
  });

  it('the discharge that is told of lies in the past too', () => {
    expect(
      upTo(admitted(), 'klar').does('2019-03-08T11:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-09T11:00:00+01:00', till: 'hem' }),
    ).toMatchObject({ code: 'tidpunkt-i-framtiden' });
  });
});

describe('a fact corrected (ratta-uppgift)', () => {
  const correct = (c: Case, now: string, actionId: string, change: { at?: string; data?: Record<string, string> }) =>
    c.does(now, 'ratta-uppgift', NURSE, { actionId, skal: 'Fel klockslag', ...change });

  it('moves the deadlines and the payment; both values are kept', () => {
    const c = upTo(admitted(), 'overfort', { at: { 'skriv-ut': '2019-03-10T09:30', overfort: '2019-03-10T11:00' } });
    expect([c.deviation('utskrivning')?.status, daysOf(c.episode())]).toEqual(['avslutad', 1]);
    expect(correct(c, '2019-03-10T12:00', 'skriv-ut', { data: { tidpunkt: '2019-03-09T09:30:00+01:00' } }).accepted).toBe(true);
    expect([c.deviation('utskrivning')?.status, daysOf(c.episode())]).toEqual(['sen-registrering', 0]);
    expect(c.deviation('informationsoverforing')?.status).toBe('avslutad');
    expect(c.stay().log.find((e) => e.id === 'skriv-ut')?.corrections).toMatchObject([{ was: { countsFrom: t('2019-03-10T09:30') } }]);
  });

  it('of a stay that has ended takes it up again, and ends it anew', () => {
    const c = upTo(admitted(), 'stangd-k');
    expect(correct(c, '2019-05-02T09:00', 'skriv-ut', { data: { tidpunkt: '2019-03-11T09:30:00+01:00' } }).accepted).toBe(true);
    expect(c.events.filter((e) => ['ended', 'reopened'].includes(e.type)).map((e) => e.type)).toEqual(['ended', 'reopened', 'ended']);
    expect([c.phase(), daysOf(c.episode()), c.deviation('utskrivning')?.status]).toEqual(['avslutad', 2, 'avslutad']);
  });

  it('is read as it was sent: what it came to stands with what it corrected', () => {
    const c = upTo(admitted(), 'overfort');
    const change = { data: { tidpunkt: '2019-03-09T09:30:00+01:00' } };
    correct(c, '2019-03-10T12:00', 'skriv-ut', change);
    const log = viewOf(c.stay(), c.rules, t('2019-03-10T12:00')).log;
    expect(log.at(-1)?.data).toEqual({ actionId: 'skriv-ut', skal: 'Fel klockslag', ...change });
    expect(log.find((e) => e.id === 'skriv-ut')?.data).toMatchObject(change.data);
  });

  it('everything else on an ended stay is refused', () => {
    expect(upTo(admitted(), 'stangd-k').does('2019-05-02T09:00', 'skriv-ut', NURSE, { ...DATA['skriv-ut'] })).toMatchObject({
      code: 'avslutad',
    });
  });

  it.each([
    ['one that is not there', 'ingen', {}, 'uppgift-finns-inte'],
    ['another party’s', 'svar', { at: '2019-03-04T11:00:00+01:00' }, 'ej-egen-uppgift'],
    ['into the future', 'skriv-ut', { data: { tidpunkt: '2019-03-20T10:00:00+01:00' } }, 'tidpunkt-i-framtiden'],
    ['to before the admission', 'inskrivning', { at: '2019-03-04T07:00:00+01:00' }, 'tidpunkt-fore-inskrivning'],
    ['into something that would not have been valid', 'skriv-ut', { data: { till: 'månen' } }, 'ogiltig-data'],
  ])('%s is refused', (_what, id, change, code) => {
    const c = upTo(admitted(), 'overfort');
    const before = JSON.stringify({ ...c.stay(), verdicts: [], seq: 0 });
    expect(correct(c, '2019-03-10T12:00', id, { at: toIso(t('2019-03-09T10:00')), ...change })).toMatchObject({ accepted: false, code });
    expect(JSON.stringify({ ...c.stay(), verdicts: [], seq: 0 })).toBe(before);
  });

  it('what a system told for the hospital is the hospital’s to correct', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande').do(
      '2019-03-09T10:00',
      'skriv-ut',
      SYSTEM,
      { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' },
      { id: 'a03' },
    );
    expect(correct(c, '2019-03-09T11:00', 'a03', { data: { tidpunkt: '2019-03-09T09:00:00+01:00' } }).accepted).toBe(true);
    expect(c.episode().dischargedAt).toBe(t('2019-03-09T09:00'));
  });

  it('a system corrects what it told itself, and nothing else', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande').do(
      '2019-03-09T10:00',
      'skriv-ut',
      SYSTEM,
      { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' },
      { id: 'a03' },
    );
    const change = { data: { tidpunkt: '2019-03-09T09:00:00+01:00' }, skal: 'Fel klockslag' };
    const other = { ...SYSTEM, unit: 'another' };
    expect(c.does('2019-03-09T11:00', 'ratta-uppgift', other, { actionId: 'a03', ...change })).toMatchObject({ code: 'ej-egen-uppgift' });
    expect(c.does('2019-03-09T11:00', 'ratta-uppgift', SYSTEM, { actionId: 'klar', ...change })).toMatchObject({ code: 'ej-egen-uppgift' });
    c.do('2019-03-09T11:00', 'ratta-uppgift', SYSTEM, { actionId: 'a03', ...change });
    expect(c.episode().dischargedAt).toBe(t('2019-03-09T09:00'));
  });
});

describe('undone after the end', () => {
  const ended = () => admitted().do('2019-03-06T10:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-06T10:00:00+01:00', till: 'hem' });

  it('a discharge that never was: the stay goes on as before', () => {
    const c = ended();
    expect(c.phase()).toBe('avslutad');
    c.do('2019-03-06T12:00', 'angra-utskrivning', SYSTEM, { skal: 'Fel patient i listan' });
    expect([c.phase(), c.episode().dischargedAt]).toEqual(['inskriven', null]);
    c.do('2019-03-07T09:00', 'bedom-behov', NURSE, DATA['bedom-behov']);
    expect(c.phase()).toBe('planering');
  });

  it('a stay that never was: annulled, and told to all who got anything', () => {
    const c = upTo(admitted(), 'stangd-k').do('2019-05-02T09:00', 'annullera', SYSTEM, { skal: 'fel-patient' });
    expect([c.phase(), c.stay().ended?.reason]).toEqual(['annullerad', 'annullerad']);
    expect(c.told('annullera').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31', 'vardcentral/SE-VC-1']);
    expect(c.does('2019-05-03T09:00', 'annullera', SYSTEM, { skal: 'fel-patient' })).toMatchObject({ code: 'annullerad' });
  });
});

describe('done on paper while the service was away', () => {
  const away = () => upTo(admitted(), 'inskrivning').until('2019-03-06T12:00');
  const answer = (c: Case, imported: boolean) =>
    c.does('2019-03-06T12:00', 'svara-inskrivning', CASEWORKER, DATA['svara-inskrivning'], { at: '2019-03-04T15:00', imported });

  it('registered with its true time by the one who transports it: what was missed turns out to have been kept, and everybody told so', () => {
    const c = away();
    expect([c.deviation('svar-inskrivning')?.status, c.told('forsenad:svar-inskrivning').sort()]).toEqual([
      'oppen',
      ['kommun/0680', 'slutenvard/SE-AVD-31'],
    ]);
    expect(answer(c, true)).toMatchObject({
      accepted: true,
      warnings: ['Bedömd på nytt: fristen hölls – Svar på inskrivningsmeddelande, 2019-03-05 10.00'],
    });
    expect(c.deviation('svar-inskrivning')?.status).toBe('sen-registrering');
    expect(c.told('sen-registrering:svar-inskrivning').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31']);
    expect(c.stay().log.find((e) => e.action === 'svara-inskrivning')).toMatchObject({ imported: true, receivedAt: t('2019-03-06T12:00') });
  });

  it('of a patient who came and went meanwhile: the stay is taken up again, and those whose it was then are heard', () => {
    const c = admitted()
      .do(
        '2019-03-12T08:00',
        'flytta',
        SYSTEM,
        { avdelning: OTHER_WARD, tidpunkt: '2019-03-05T08:00:00+01:00' },
        { at: '2019-03-05T08:00' },
      )
      .do('2019-03-12T08:00', 'skriv-ut', SYSTEM, { tidpunkt: '2019-03-09T10:00:00+01:00', till: 'hem' }, { at: '2019-03-09T10:00' });
    expect(c.phase()).toBe('avslutad');
    const paper = (at: string, by = NURSE, imported = true) =>
      c.does('2019-03-12T09:00', 'bedom-behov', by, DATA['bedom-behov'], { at, imported, id: `${at}${by.unit}${imported}` });
    expect(paper('2019-03-04T09:00', NURSE, false)).toMatchObject({ code: 'avslutad' });
    expect(paper('2019-03-09T10:01')).toMatchObject({ code: 'avslutad' });
    expect(paper('2019-03-06T09:00')).toMatchObject({ code: 'fel-enhet' });
    expect(paper('2019-03-04T09:00').accepted).toBe(true);
    c.do('2019-03-12T09:00', 'skicka-inskrivningsmeddelande', NURSE, MESSAGE, { at: '2019-03-04T10:00', imported: true });
    expect([c.phase(), c.deviation('inskrivningsmeddelande')?.status]).toEqual(['utskriven', 'sen-registrering']);
    expect(c.episode().inskrivningsmeddelandeAt).toBe(t('2019-03-04T10:00'));
  });

  it('registered late by its sender: it counts from its receipt, and nothing is taken back', () => {
    const c = away();
    expect(answer(c, false)).toMatchObject({ accepted: true, warnings: [] });
    expect([c.deviation('svar-inskrivning')?.status, c.told('sen-registrering:svar-inskrivning')]).toEqual(['avslutad', []]);
  });
});

describe('the wrong kommun', () => {
  const rejected = () => upTo(admitted(), 'svar', { data: { svar: REJECTION } });

  it('a rejection opens ratta-kommun, and notices to that kommun are held back', () => {
    const c = rejected().do('2019-03-04T12:00', 'bedom-vardtid', NURSE, { beraknadUtskrivning: '2019-03-10' });
    expect(c.open()).toContain('ratta-kommun');
    expect(c.told('bedom-vardtid')).toEqual(['vardcentral/SE-VC-1']);
    expect(c.episode().outOfSight).toBe(true);
  });

  it('the new kommun is sent all that still stands, with the time at which it was sent to it, and has deadlines of its own', () => {
    const c = rejected().do('2019-03-05T09:00', 'ratta-kommun', NURSE, { kommun: '0682' });
    expect(c.notices.filter((n) => n.to.unit === '0682').map((n) => [n.type, toIso(n.occurredAt)])).toEqual([
      ['skicka-inskrivningsmeddelande', toIso(t('2019-03-05T09:00'))],
    ]);
    expect(c.deadline('svar-inskrivning', '0682')).toMatchObject({ startedAt: t('2019-03-05T09:00'), dueAt: t('2019-03-06T09:00') });
    expect(c.deadline('ratta-kommun')?.ended?.how).toBe('uppfylld');
    expect(c.episode()).toMatchObject({ payer: '0682', inskrivningsmeddelandeAt: t('2019-03-05T09:00'), outOfSight: false });
    expect(c.does('2019-03-05T10:00', 'svara-inskrivning', CASEWORKER, DATA['svara-inskrivning'])).toMatchObject({ code: 'fel-enhet' });
    expect(c.does('2019-03-05T10:00', 'svara-inskrivning', ofKommun('0682'), DATA['svara-inskrivning']).accepted).toBe(true);
  });

  it('the same kommun: the rejection is overruled, held notices are delivered, and count from when they were sent', () => {
    const c = rejected()
      .do('2019-03-04T12:00', 'bedom-vardtid', NURSE, { beraknadUtskrivning: '2019-03-10' })
      .do('2019-03-05T09:00', 'ratta-kommun', NURSE, { kommun: '0680' });
    expect(c.notices.filter((n) => n.to.unit === '0680').map((n) => n.type)).toEqual([
      'skicka-inskrivningsmeddelande',
      'ratta-kommun',
      'bedom-vardtid',
    ]);
    expect(c.episode()).toMatchObject({ payer: '0680', inskrivningsmeddelandeAt: t('2019-03-04T10:00'), outOfSight: false });
  });

  it('after the discharge nobody can be notified any more: the new kommun does not pay', () => {
    const c = upTo(admitted(), 'overfort').do('2019-03-10T09:00', 'ratta-kommun', NURSE, { kommun: '0682' });
    expect(c.episode().payer).toBe('0682');
    expect(c.missing('2019-03-20T09:00')).toContain('inskrivningsmeddelande-saknas');
  });

  it('it answers anew: the rejection is withdrawn', () => {
    const c = rejected().do('2019-03-04T13:00', 'svara-inskrivning', CASEWORKER, DATA['svara-inskrivning']);
    expect(c.open()).not.toContain('ratta-kommun');
    expect(c.episode().outOfSight).toBe(false);
  });

  it('only the kommun rejects, and gives its ground', () => {
    const c = upTo(admitted(), 'inskrivning');
    expect(c.does('2019-03-04T11:00', 'svara-inskrivning', COORDINATOR, REJECTION)).toMatchObject({ code: 'ogiltig-data' });
    expect(c.does('2019-03-04T11:00', 'svara-inskrivning', CASEWORKER, { svar: 'avvisad' })).toMatchObject({ code: 'ogiltig-data' });
  });
});

describe('undone', () => {
  it('angra-utskrivning: the stay goes on as before, the interval too', () => {
    const c = upTo(admitted(), 'overfort').do('2019-03-09T12:00', 'angra-utskrivning', SYSTEM, { skal: 'Fel patient' });
    expect(c.phase()).toBe('utskrivningsklar');
    expect(c.episode()).toMatchObject({ dischargedAt: null, intervals: [{ from: t('2019-03-08T10:00'), until: null }] });
    expect(c.open()).toEqual(['utskrivning', 'individuell-berakning']);
    expect(c.deviation('utskrivning')).toMatchObject({ status: 'oppen', at: t('2019-03-09T11:00') });
    expect(c.told('angra-utskrivning').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31', 'vardcentral/SE-VC-1']);
  });

  it('annullera: told to all who got anything, deadlines and billing reversed, the trace kept', () => {
    const c = upTo(admitted(), 'klar').do('2019-03-08T12:00', 'annullera', SYSTEM, DATA.annullera);
    expect([c.phase(), c.open(), c.episode().excluded]).toEqual(['annullerad', [], 'annullerad']);
    expect(c.told('annullera').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31', 'vardcentral/SE-VC-1']);
    expect(c.stay().log.length).toBe(20);
    expect(c.does('2019-03-08T13:00', 'kommentera', NURSE, DATA.kommentera)).toMatchObject({ code: 'annullerad' });
  });

  it('annullera before any message: the kommun, which was told nothing, is told nothing', () => {
    const c = upTo(admitted(), 'behov').do('2019-03-04T12:00', 'annullera', NURSE, DATA.annullera);
    expect(c.told('annullera')).toEqual([]);
  });
});

describe('another vårdcentral', () => {
  it('owes what it has been asked since it took over, not what the one before it let pass', () => {
    const c = upTo(admitted(), 'initierad');
    c.do('2019-03-06T05:00', 'andra-uppgifter', NURSE, {
      vardcentral: { hsaId: 'SE2321000131-T00000000999', name: 'Vårdcentralen Provet' },
    });
    const staffing = openDeadlines(c.stay(), c.rules).find((d) => d.id === 'bemanning' && d.owner.party === 'vardcentral');
    expect(staffing).toMatchObject({
      owner: { unit: 'SE2321000131-T00000000999' },
      startedAt: t('2019-03-06T05:00'),
      dueAt: t('2019-03-07T05:00'),
    });
  });
});

describe('annulled', () => {
  it('nothing was owed: what was missed is kept as a trace, and is open no more', () => {
    const c = upTo(admitted(), 'behov').until('2019-03-06T12:00');
    expect(c.deviation('inskrivningsmeddelande')).toMatchObject({ status: 'oppen' });
    c.do('2019-03-06T13:00', 'annullera', NURSE, { skal: 'fel-patient' });
    expect(c.deviation('inskrivningsmeddelande')).toMatchObject({ status: 'avslutad' });
    expect(attributesOf(c.stay(), c.rules).avvikelser).toEqual([]);
  });
});
