import { describe, expect, it } from 'vitest';
import type { Actor, JsonObject } from '../../../src/domain/ids.js';
import { ACTIONS, type ActionName, CHECKLISTS } from '../../../src/domain/stay/actions.js';
import { REFUSALS } from '../../../src/domain/stay/refusals.js';
import { admitted, CASEWORKER, type Case, COORDINATOR, DATA, DOCTOR, KOMMUN_NURSE, MANAGER, NURSE, STORY, t, upTo } from './case.js';

type Given = () => Case;
const fresh: Given = () => admitted();
const past =
  (step: string, change: Parameters<typeof upTo>[2] = {}): Given =>
  () =>
    upTo(admitted(), step, change);
const outside: Given = () =>
  admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, { harInsatser: false, nyttBehov: false, endastRegionensOppenvard: false });
const openCareOnly: Given = () =>
  admitted().do('2019-03-04T09:00', 'bedom-behov', DOCTOR, { harInsatser: true, nyttBehov: false, endastRegionensOppenvard: true });
const unknownName: Given = () =>
  admitted({ patient: { personnummer: '189001019802' } }).do('2019-03-04T09:00', 'bedom-behov', DOCTOR, DATA['bedom-behov']);
const rejected: Given = past('svar', { data: { svar: { svar: 'avvisad', skal: 'ej-folkbokford' } } });
const compulsory: Given = () => upTo(admitted({ legalForm: 'LPT' }), 'kontakt');

/** Each need of domain.md §3: what is missing, and the code that says so; then the nearest case in which it is met. */
const NEEDS: [action: ActionName, by: Actor, given: Given, code: string | 'ok', data?: JsonObject, now?: string][] = [
  ['skicka-inskrivningsmeddelande', NURSE, fresh, 'behov-ej-bedomt'],
  ['skicka-inskrivningsmeddelande', NURSE, outside, 'utanfor-overenskommelsen'],
  ['skicka-inskrivningsmeddelande', NURSE, openCareOnly, 'ok'], // LUS 2:1: to the vårdcentral alone
  ['skicka-inskrivningsmeddelande', NURSE, unknownName, 'identitet-saknas'],
  ['skicka-inskrivningsmeddelande', NURSE, past('behov'), 'ok'],
  ['skicka-inskrivningsmeddelande', NURSE, past('inskrivning'), 'inskrivningsmeddelande-skickat'],
  ['svara-inskrivning', CASEWORKER, past('behov'), 'inskrivningsmeddelande-saknas'],
  ['svara-inskrivning', CASEWORKER, past('svar'), 'ok'], // may be answered anew
  ['svara-inskrivning', CASEWORKER, past('skriv-ut'), 'utskriven'],
  ['ratta-kommun', NURSE, past('svar'), 'ok'],
  ['ratta-kommun', NURSE, past('svar'), 'ej-avvisad', { kommun: '0680' }],
  ['ratta-kommun', NURSE, rejected, 'ok', { kommun: '0680' }],
  ['ratta-kommun', NURSE, rejected, 'ogiltig-data', { kommun: '9999' }], // no kommun's code
  ['ratta-kommun', NURSE, rejected, 'ogiltig-data', { kommun: '0682', placerandeKommun: '0600' }],
  ['bedom-vardtid', DOCTOR, past('behov'), 'inskrivningsorsak-saknas'],
  ['bedom-vardtid', DOCTOR, past('behov'), 'ok', { beraknadUtskrivning: '2019-03-09', inskrivningsorsak: 'Fall' }],
  ['bedom-vardtid', DOCTOR, past('inskrivning'), 'ok'],
  ['initiera-svpl', NURSE, past('behov'), 'inskrivningsmeddelande-saknas'],
  ['initiera-svpl', NURSE, outside, 'utanfor-overenskommelsen'],
  ['initiera-svpl', NURSE, compulsory, 'tvangsvard'],
  ['initiera-svpl', NURSE, past('inskrivning'), 'ok'],
  ['avsta-svpl', NURSE, fresh, 'ok'],
  ['avsta-svpl', NURSE, past('skriv-ut'), 'ok'], // at any time
  ['avsta-svpl', COORDINATOR, past('kallelse'), 'ok'],
  ['skjut-upp-svpl', COORDINATOR, compulsory, 'tvangsvard'],
  ['skjut-upp-svpl', COORDINATOR, past('initierad'), 'ok'],
  ['skjut-upp-svpl', COORDINATOR, past('kontakt'), 'ok'], // V: instead of the call, so not after it has begun
  ['bemanna', CASEWORKER, past('kontakt'), 'svpl-ej-initierad'],
  ['bemanna', CASEWORKER, past('initierad'), 'ok'],
  ['foresla-tid', COORDINATOR, past('kontakt'), 'svpl-ej-initierad'],
  ['foresla-tid', COORDINATOR, past('initierad'), 'ok'],
  ['kalla-till-svpl', COORDINATOR, past('kontakt'), 'svpl-ej-initierad'],
  ['kalla-till-svpl', COORDINATOR, past('initierad', { without: ['kontakt'] }), 'fast-vardkontakt-saknas'],
  ['kalla-till-svpl', COORDINATOR, past('kallelse'), 'ok'], // again with a new time
  ['kvittera-kallelse', CASEWORKER, past('kontakt'), 'svpl-ej-kallad'],
  ['kvittera-kallelse', COORDINATOR, past('initierad'), 'ok'], // the hospital's kallelse
  ['papeka-saknad-profession', CASEWORKER, past('kontakt'), 'svpl-ej-initierad'],
  ['papeka-saknad-profession', CASEWORKER, past('initierad'), 'ok'],
  ['skriv-vardplan', CASEWORKER, past('kontakt'), 'svpl-ej-initierad'],
  ['skriv-vardplan', KOMMUN_NURSE, past('initierad'), 'ej-kallad'],
  ['skriv-vardplan', CASEWORKER, past('initierad'), 'ok'],
  ['skriv-vardplan', { ...NURSE, role: 'arbetsterapeut' }, past('initierad'), 'ok'], // of the ward
  ['signera-vardplan', CASEWORKER, past('initierad'), 'vardplan-ej-skriven'],
  ['signera-vardplan', CASEWORKER, past('plan-k'), 'ok'],
  ['godkann-vardplan', NURSE, past('initierad'), 'vardplan-ej-skriven'],
  ['godkann-vardplan', NURSE, past('signerad-k'), 'vardplan-ej-signerad'],
  ['godkann-vardplan', NURSE, past('signerad-vc'), 'ok'],
  ['skriv-ut-vardplan', NURSE, past('signerad-vc'), 'vardplan-ej-godkand'],
  ['skriv-ut-vardplan', NURSE, past('godkand'), 'ok'],
  ['skriv-ut-vardplan', CASEWORKER, past('godkand'), 'ok'],
  ['meddela-utskrivningsklar', DOCTOR, past('behov'), 'inskrivningsmeddelande-saknas', { bedomd: '2019-03-04T09:30:00+01:00' }],
  ['meddela-utskrivningsklar', DOCTOR, past('klar'), 'redan-utskrivningsklar'],
  ['aterkalla-utskrivningsklar', DOCTOR, past('kallelse'), 'ej-utskrivningsklar'],
  ['aterkalla-utskrivningsklar', DOCTOR, past('utskrivningsmeddelande'), 'ok'],
  ['skicka-utskrivningsmeddelande', NURSE, past('behov'), 'inskrivningsmeddelande-saknas', { utskrivning: '2019-03-05T09:00:00+01:00' }],
  ['skicka-utskrivningsmeddelande', NURSE, past('kontakt'), 'ok', { utskrivning: '2019-03-05T12:00:00+01:00' }, '2019-03-04T12:00'], // 24 hours exactly
  [
    'skicka-utskrivningsmeddelande',
    NURSE,
    past('kontakt'),
    'utskrivning-over-24-timmar',
    { utskrivning: '2019-03-05T12:00:01+01:00' },
    '2019-03-04T12:00',
  ],
  ['skicka-utskrivningsmeddelande', NURSE, past('utskrivningsmeddelande'), 'ok'], // may be sent again
  ['meddela-hemkomst', CASEWORKER, past('behov'), 'inskrivningsmeddelande-saknas'],
  ['meddela-hemkomst', CASEWORKER, past('kontakt'), 'ok'],
  ['meddela-oppenvard', COORDINATOR, past('kontakt'), 'ok'],
  ['skriv-ut', NURSE, past('skriv-ut'), 'utskriven'],
  ['overfor-information', NURSE, past('skriv-ut'), 'ok'],
  ['hall-svpl', COORDINATOR, past('initierad'), 'svpl-ej-kallad', { ...DATA['hall-svpl'], tidpunkt: '2019-03-05T09:00:00+01:00' }],
  ['hall-svpl', COORDINATOR, compulsory, 'tvangsvard', { ...DATA['hall-svpl'], tidpunkt: '2019-03-04T12:00:00+01:00' }],
  ['uppratta-sip', COORDINATOR, past('skriv-ut'), 'svpl-ej-genomford'],
  ['uppratta-sip', COORDINATOR, past('mote'), 'ok', { ...DATA['uppratta-sip'], uppfoljning: '2019-04-11' }], // one month
  ['uppratta-sip', COORDINATOR, past('mote'), 'uppfoljning-for-sent', { ...DATA['uppratta-sip'], uppfoljning: '2019-04-12' }],
  ['lamna-beslut', CASEWORKER, past('mote'), 'sip-saknas'],
  ['lamna-beslut', NURSE, past('sip'), 'inget-beslut-vantas'],
  ['lamna-beslut', CASEWORKER, past('sip'), 'ok'],
  ['lamna-beslut', COORDINATOR, past('sip'), 'inget-beslut-vantas'],
  ['lamna-beslut', COORDINATOR, past('sip', { data: { sip: { vantarPaBeslut: [{ part: 'annan', senast: '2019-03-15' }] } } }), 'ok'], // those outside answer through the vårdsamordnare
  ['signera-sip', COORDINATOR, past('sip'), 'beslut-vantas'],
  ['signera-sip', COORDINATOR, past('beslut'), 'ok'],
  ['delge-sip', COORDINATOR, past('beslut'), 'sip-ej-signerad'],
  ['delge-sip', COORDINATOR, past('sip-signerad'), 'ok'],
  ['folj-upp-del', CASEWORKER, past('mote'), 'sip-saknas'],
  ['folj-upp-del', CASEWORKER, past('sip'), 'ok'],
  [
    'folj-upp',
    COORDINATOR,
    past('skriv-ut'),
    'svpl-ej-genomford',
    { resultat: 'avslutad', kontaktMedPatient: '2019-03-09T10:00:00+01:00' },
  ],
  ['avsluta-arende', NURSE, past('klar'), 'ej-utskriven'],
  ['avsluta-arende', NURSE, past('skriv-ut'), 'ok'],
  ['avsluta-arende', COORDINATOR, past('skriv-ut'), 'ej-dags-att-avsluta'],
  ['avsluta-arende', COORDINATOR, past('mote'), 'ok'],
  ['avsluta-arende', CASEWORKER, past('sip-delgiven'), 'ej-dags-att-avsluta'],
  ['avsluta-arende', NURSE, past('stangd-s'), 'redan-avslutat'],
  ['angra-utskrivning', NURSE, past('klar'), 'ej-utskriven'],
  ['angra-utskrivning', NURSE, past('skriv-ut'), 'ok'],
  ['ratta-uppgift', NURSE, past('klar'), 'uppgift-finns-inte'],
  ['ratta-uppgift', NURSE, past('svar'), 'ej-egen-uppgift', { actionId: 'svar', at: '2019-03-04T11:00:00+01:00', skal: 'Fel' }],
  ['ratta-uppgift', CASEWORKER, past('svar'), 'ok', { actionId: 'svar', at: '2019-03-04T10:30:00+01:00', skal: 'Fel' }],
  ['kommentera', CASEWORKER, past('stangd-k'), 'avslutad'],
];

describe('what each action needs', () => {
  it.each(NEEDS)('%s by $party, row %#', (action, by, given, code, data = DATA[action], now) => {
    const c = given();
    const later = new Date(Math.max(t('2019-03-04T12:00'), ...c.stay().log.map((e) => e.countsFrom)) + 60_000).toISOString();
    const before = JSON.stringify({ ...c.stay(), verdicts: [], seq: 0 });
    const verdict = c.does(now ?? later, action, by, fitting(action, data, now ?? later));
    expect(verdict.accepted ? 'ok' : verdict.code).toBe(code);
    if (verdict.accepted) return;
    expect(JSON.stringify({ ...c.stay(), verdicts: [], seq: 0 })).toBe(before);
    expect(verdict.need.startsWith(REFUSALS[verdict.code].sv)).toBe(true);
  });

  it('steps 1 to 4 are over at the discharge, save what is owed after it', () => {
    const c = upTo(admitted(), 'overfort');
    const open = STORY.filter(([, , action, by]) => {
      const { step } = ACTIONS[action];
      if (typeof step !== 'number' || step > 4) return false;
      const verdict = c.does('2019-03-09T12:00', action, by, fitting(action, DATA[action], '2019-03-09T12:00'));
      return verdict.accepted || verdict.code !== 'utskriven';
    }).map(([, , action]) => action);
    expect([...new Set(open)].sort()).toEqual(['foresla-tid', 'kalla-till-svpl', 'kvittera-kallelse', 'overfor-information']);
  });

  it('what happened before the discharge may be told after it', () => {
    const c = upTo(admitted(), 'skriv-ut', { without: ['hemkomst'] });
    expect(c.does('2019-03-09T10:30', 'meddela-hemkomst', CASEWORKER, DATA['meddela-hemkomst'], { at: '2019-03-09T09:59' }).accepted).toBe(
      true,
    );
  });

  it('under LPT and LRV steps 3 and 5 are refused while that legal form lasts, and the rest applies', () => {
    const c = compulsory();
    expect(c.does('2019-03-05T09:00', 'kalla-till-svpl', COORDINATOR, DATA['kalla-till-svpl'])).toMatchObject({ code: 'tvangsvard' });
    c.do('2019-03-05T10:00', 'andra-uppgifter', NURSE, { legalForm: 'HSL' });
    expect(c.does('2019-03-05T11:00', 'initiera-svpl', NURSE, DATA['initiera-svpl']).accepted).toBe(true);
  });

  it('a changed part of the vårdplan is signed anew', () => {
    const c = upTo(admitted(), 'godkand').do('2019-03-07T16:00', 'skriv-vardplan', CASEWORKER, DATA['skriv-vardplan']);
    expect(c.does('2019-03-07T16:30', 'godkann-vardplan', NURSE, {})).toMatchObject({ code: 'vardplan-ej-signerad' });
    c.do('2019-03-07T17:00', 'signera-vardplan', CASEWORKER, {});
    expect(c.does('2019-03-07T17:30', 'godkann-vardplan', NURSE, {}).accepted).toBe(true);
  });

  it('protected identity has its own form: name and address are not asked for', () => {
    const c = admitted({ patient: { reservnummer: 'R-1234', skyddad: true } }).do(
      '2019-03-04T09:00',
      'bedom-behov',
      DOCTOR,
      DATA['bedom-behov'],
    );
    expect(c.does('2019-03-04T10:00', 'skicka-inskrivningsmeddelande', NURSE, DATA['skicka-inskrivningsmeddelande']).accepted).toBe(true);
  });

  it('the fast vårdkontakt is named by head or coordinator at any time before the discharge', () => {
    expect(admitted().does('2019-03-04T09:00', 'utse-fast-vardkontakt', MANAGER, DATA['utse-fast-vardkontakt']).accepted).toBe(true);
  });

  it('open checklist items are listed in the answer and kept as a deviation, closed when they are done', () => {
    const c = upTo(admitted(), 'klar');
    const verdict = c.does('2019-03-08T11:00', 'skicka-utskrivningsmeddelande', NURSE, { utskrivning: '2019-03-09T10:00:00+01:00' });
    expect(verdict.accepted && verdict.warnings.length).toBeGreaterThan(0);
    expect(c.deviations()).toEqual(['checklista:oppen']);
    for (const lista of ['lakare', 'sjukskoterska'] as const) {
      for (const punkt of CHECKLISTS[lista])
        c.do('2019-03-08T12:00', 'kryssa-checklista', lista === 'lakare' ? DOCTOR : NURSE, { lista, punkt, svar: 'klar' });
    }
    expect(c.deviations()).toEqual(['checklista:avslutad']);
  });

  it('an agreement may demand the checklists instead', () => {
    const c = upTo(admitted({}, 'jonkoping-2018', { checklistDemanded: true }), 'klar');
    expect(c.does('2019-03-08T11:00', 'skicka-utskrivningsmeddelande', NURSE, { utskrivning: '2019-03-09T10:00:00+01:00' })).toMatchObject({
      code: 'checklista-ej-klar',
    });
  });

  it('the utskrivningsmeddelande gives the notice of utskrivningsklar in the same act', () => {
    const c = upTo(admitted(), 'utskrivningsmeddelande', { without: ['klar'] });
    expect(c.phase()).toBe('utskrivningsklar');
    expect(c.episode().intervals).toEqual([{ from: t('2019-03-08T11:00'), until: null }]);
  });

  it('a called profession that was absent is a deviation', () => {
    const c = upTo(admitted(), 'mote', {
      data: { mote: { ...DATA['hall-svpl'], tidpunkt: '2019-03-11T10:00:00+01:00', narvarande: [{ part: 'vardcentral' }] } },
    });
    expect(c.deviation('franvaro')).toMatchObject({ status: 'oppen', text: 'slutenvard/sjukskoterska, kommun/handlaggare' });
  });

  it('a reported deviation stays open, whatever it is called', () => {
    const c = upTo(admitted(), 'kontakt').do('2019-03-05T09:00', 'rapportera-avvikelse', CASEWORKER, {
      typ: 'svpl-kallelse',
      text: 'Kom inte fram',
    });
    expect(c.until('2019-03-06T09:00').deviation('svpl-kallelse')).toMatchObject({ status: 'oppen', text: 'Kom inte fram' });
  });
});

/** Times in the data that tell of what has happened lie at the time of sending. */
function fitting(action: ActionName, data: JsonObject, now: string): JsonObject {
  if (data !== DATA[action]) return data;
  const iso = new Date(t(now)).toISOString();
  const soon = new Date(t(now) + 3_600_000).toISOString();
  return {
    ...data,
    ...('tidpunkt' in data ? { tidpunkt: iso } : {}),
    ...('bedomd' in data ? { bedomd: iso } : {}),
    ...('utskrivning' in data ? { utskrivning: soon } : {}),
    ...('kontaktMedPatient' in data ? { kontaktMedPatient: iso } : {}),
  };
}
