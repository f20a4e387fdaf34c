import { describe, expect, it } from 'vitest';
import { admitted, CASEWORKER, COORDINATOR, DATA, DOCTOR, NURSE, SVPL_STEPS, t, upTo } from './case.js';

const NO_SVPL = {
  data: { behov: { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: false } },
  without: SVPL_STEPS,
};

describe('closing (J, Avsluta ärenden)', () => {
  it('no SVPL to be held: all may close after the discharge, and then the stay ends', () => {
    const c = upTo(admitted(), 'overfort', NO_SVPL);
    c.do('2019-03-09T12:00', 'avsluta-arende', NURSE, {}).do('2019-03-09T13:00', 'avsluta-arende', COORDINATOR, {});
    expect(c.stay().ended).toBeNull();
    c.do('2019-03-09T14:00', 'avsluta-arende', CASEWORKER, {});
    expect(c.stay().ended).toEqual({ at: t('2019-03-09T14:00'), reason: 'avslutad' });
  });

  it('a duty that is left keeps the stay open when all have closed', () => {
    const c = upTo(admitted(), 'skriv-ut', NO_SVPL);
    for (const by of [NURSE, COORDINATOR, CASEWORKER]) c.do('2019-03-09T12:00', 'avsluta-arende', by, {});
    expect([c.stay().ended, c.open()]).toEqual([null, ['informationsoverforing']]);
    expect(c.do('2019-03-09T13:00', 'overfor-information', NURSE, DATA['overfor-information']).phase()).toBe('avslutad');
  });

  it('the vårdcentral closes after the meeting; its follow-up remains', () => {
    const c = upTo(admitted(), 'stangd-s').do('2019-03-15T10:00', 'avsluta-arende', COORDINATOR, {});
    expect([c.stay().ended, c.open()]).toEqual([null, ['uppfoljning']]);
  });

  it('each is reminded to close, and no deviation comes of it', () => {
    const c = upTo(admitted(), 'overfort', NO_SVPL).until('2019-03-20T08:00');
    expect(c.told('paminnelse:avsluta-arende').sort()).toEqual(['kommun/0680', 'slutenvard/SE-AVD-31', 'vardcentral/SE-VC-1']);
    expect(c.deviations().filter((d) => d.startsWith('avsluta'))).toEqual([]);
  });

  it('what a party has not closed 30 days after it could, the system closes, marked so', () => {
    const c = upTo(admitted(), 'overfort', NO_SVPL).do('2019-03-09T12:00', 'avsluta-arende', NURSE, {});
    c.until('2019-04-08T10:59:59');
    expect(c.stay().closedBySystem).toEqual([]);
    c.until('2019-04-08T11:00');
    expect(c.stay().closedBySystem.map((s) => [s.unit.party, s.at])).toEqual([
      ['vardcentral', t('2019-04-08T11:00')],
      ['kommun', t('2019-04-08T11:00')],
    ]);
    expect(c.stay().ended).toEqual({ at: t('2019-04-08T11:00'), reason: 'avslutad' });
  });
});

describe('a kommun that became a party after the discharge', () => {
  it('has 30 days from then before the system closes for it', () => {
    const c = upTo(admitted(), 'overfort', NO_SVPL)
      .do('2019-03-09T12:00', 'avsluta-arende', NURSE, {})
      .do('2019-03-20T09:00', 'ratta-kommun', NURSE, { kommun: '0682' });
    expect(c.until('2019-04-19T09:59').stay().ended).toBeNull();
    expect(c.until('2019-04-19T10:00').stay().closedBySystem.at(-1)).toEqual({
      unit: { party: 'kommun', unit: '0682' },
      at: t('2019-04-19T10:00'),
    });
  });
});

describe('the end', () => {
  it.each([
    ['never assessed', [], 'inskriven'],
    ['assessed without need', [{ harInsatser: false, nyttBehov: false, endastRegionensOppenvard: false }], 'utanfor'],
    ['only region open care', [{ harInsatser: true, nyttBehov: true, endastRegionensOppenvard: true }], 'utanfor'],
  ])('%s: at the discharge, and the kommun is told nothing', (_what, assessments, phase) => {
    const c = admitted();
    for (const data of assessments) c.do('2019-03-04T09:00', 'bedom-behov', DOCTOR, data);
    expect(c.phase()).toBe(phase);
    c.do('2019-03-06T10:00', 'skriv-ut', NURSE, { tidpunkt: '2019-03-06T10:00:00+01:00', till: 'hem' });
    expect([c.phase(), c.stay().ended?.reason, c.episode().outOfSight]).toEqual(['avslutad', 'utskriven-utan-behov', true]);
    expect(c.notices).toEqual([]);
  });

  it('only region open care: the message goes to the vårdcentral alone (LUS 2:1)', () => {
    const c = admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, {
      harInsatser: true,
      nyttBehov: false,
      endastRegionensOppenvard: true,
    });
    c.do('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande']);
    expect(c.told('skicka-inskrivningsmeddelande')).toEqual(['vardcentral/SE-VC-1']);
  });

  it('death in the ward ends every deadline and closes the stay', () => {
    const c = upTo(admitted(), 'klar').do('2019-03-08T12:00', 'skriv-ut', NURSE, {
      tidpunkt: '2019-03-08T12:00:00+01:00',
      till: 'avliden',
    });
    expect([c.phase(), c.open(), c.stay().ended?.reason, c.episode().deceased]).toEqual(['avslutad', [], 'avliden', true]);
  });

  it('death after the discharge ends what is left, and leaves what was missed', () => {
    const c = upTo(admitted(), 'skriv-ut')
      .until('2019-03-10T09:00')
      .do('2019-03-10T10:00', 'anmal-dodsfall', CASEWORKER, { tidpunkt: '2019-03-10T08:00:00+01:00' });
    expect([c.open(), c.deviation('informationsoverforing')?.status, c.episode().dischargedAt]).toEqual([
      [],
      'oppen',
      t('2019-03-09T10:00'),
    ]);
    expect(c.until('2019-05-01T08:00').deviation('svpl-mote')).toBeUndefined();
  });
});
