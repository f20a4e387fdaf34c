import { describe, expect, it } from 'vitest';
import { type Actor, type JsonObject, PARTIES, type Party, ROLES } from '../../../src/domain/ids.js';
import { ACTION_NAMES, type ActionName } from '../../../src/domain/stay/actions.js';
import { decide } from '../../../src/domain/stay/decide.js';
import { admitted, COORDINATOR, DATA, DOCTOR, NURSE, OTHER_WARD, ofKommun, SYSTEM, t, upTo, VARDCENTRAL, WARD } from './case.js';

const UNITS: Record<Party, string> = {
  slutenvard: WARD.hsaId,
  vardcentral: VARDCENTRAL.hsaId,
  kommun: '0680',
  region: 'jonkoping',
  tolkningsinstans: 'reko',
  system: 'adt',
  annan: 'god-man',
};
const WARD_NURSE = ['slutenvard/sjukskoterska'];
const WARD_DOCTOR = ['slutenvard/lakare'];
const COORDINATORS = ['vardcentral/vardsamordnare'];
const WARD_ALL = ['slutenvard/lakare', 'slutenvard/sjukskoterska', 'slutenvard/arbetsterapeut', 'slutenvard/fysioterapeut'];
const VC_ALL = ['vardcentral/vardsamordnare', 'vardcentral/lakare', 'vardcentral/verksamhetschef'];
const KOMMUN_ALL = ['kommun/handlaggare', 'kommun/sjukskoterska', 'kommun/arbetsterapeut', 'kommun/fysioterapeut', 'kommun/ekonom'];
const REGION_ALL = ['region/ekonom', 'region/processledare'];
const THREE = [...WARD_ALL, ...VC_ALL, ...KOMMUN_ALL];

/** The column "by" of domain.md §3, Actions. */
const BY: Record<ActionName, string[]> = {
  'bedom-behov': [...WARD_DOCTOR, ...WARD_NURSE],
  'skicka-inskrivningsmeddelande': WARD_NURSE,
  'svara-inskrivning': ['kommun/handlaggare', 'kommun/sjukskoterska', ...COORDINATORS],
  'ratta-kommun': WARD_NURSE,
  'utse-fast-vardkontakt': ['vardcentral/verksamhetschef', ...COORDINATORS],
  'avboka-besok': [...VC_ALL, ...KOMMUN_ALL],
  'bedom-vardtid': [...WARD_DOCTOR, ...WARD_NURSE],
  'initiera-svpl': WARD_NURSE,
  'avsta-svpl': [...WARD_NURSE, ...COORDINATORS],
  'skjut-upp-svpl': COORDINATORS,
  bemanna: [...VC_ALL, ...KOMMUN_ALL],
  'foresla-tid': COORDINATORS,
  'kalla-till-svpl': COORDINATORS,
  'kvittera-kallelse': THREE,
  'papeka-saknad-profession': [...VC_ALL, ...KOMMUN_ALL],
  'skriv-vardplan': THREE,
  'signera-vardplan': THREE,
  'godkann-vardplan': WARD_NURSE,
  'skriv-ut-vardplan': [...WARD_NURSE, ...VC_ALL, ...KOMMUN_ALL],
  'meddela-utskrivningsklar': [...WARD_DOCTOR, ...WARD_NURSE],
  'aterkalla-utskrivningsklar': WARD_DOCTOR,
  'kryssa-checklista': WARD_NURSE,
  'skicka-utskrivningsmeddelande': WARD_NURSE,
  'meddela-hemkomst': KOMMUN_ALL,
  'meddela-oppenvard': THREE,
  'skriv-ut': [...WARD_ALL, 'system'],
  'overfor-information': WARD_ALL,
  'hall-svpl': COORDINATORS,
  'uppratta-sip': COORDINATORS,
  'lamna-beslut': THREE,
  'signera-sip': COORDINATORS,
  'delge-sip': COORDINATORS,
  'folj-upp-del': THREE,
  'folj-upp': COORDINATORS,
  kommentera: [...THREE, ...REGION_ALL, 'tolkningsinstans/ledamot', 'system'],
  'rapportera-avvikelse': [...THREE, ...REGION_ALL, 'tolkningsinstans/ledamot', 'system'],
  'avsluta-arende': THREE,
  flytta: [...WARD_ALL, 'system'],
  permission: [...WARD_ALL, 'system'],
  'andra-uppgifter': [...WARD_ALL, 'system'],
  'angra-utskrivning': [...WARD_ALL, 'system'],
  'ratta-uppgift': [...THREE, 'system'],
  'anmal-dodsfall': [...THREE, ...REGION_ALL, 'tolkningsinstans/ledamot', 'system'],
  annullera: [...WARD_ALL, 'system'],
};

const everyActor: [name: string, actor: Actor][] = PARTIES.flatMap((party): [string, Actor][] =>
  ROLES[party].length === 0
    ? [[party, { party, unit: UNITS[party] }]]
    : ROLES[party].map((role) => [`${party}/${role}`, { party, unit: UNITS[party], role }]),
);

const data = (action: ActionName) => ({
  ...DATA[action],
  ...(['skriv-ut', 'anmal-dodsfall', 'flytta', 'hall-svpl'].includes(action) ? { tidpunkt: '2019-03-04T09:00:00+01:00' } : {}),
  ...(action === 'meddela-utskrivningsklar' ? { bedomd: '2019-03-04T09:00:00+01:00' } : {}),
  ...(action === 'folj-upp' ? { kontaktMedPatient: '2019-03-04T09:00:00+01:00' } : {}),
});

describe('who may do what', () => {
  it.each(ACTION_NAMES)('%s: only those whom the catalogue names', (action) => {
    const allowed = everyActor
      .filter(([, actor]) => {
        const verdict = admitted().does('2019-03-04T10:00', action, actor, data(action));
        return verdict.accepted || !['ej-behorig', 'ej-egen-checklista'].includes(verdict.code);
      })
      .map(([name]) => name);
    expect(allowed.sort()).toEqual([...BY[action]].sort());
  });

  it.each([
    ['a role the party does not have', { party: 'slutenvard', unit: WARD.hsaId, role: 'handlaggare' }],
    ['somebody outside the system', { party: 'annan', unit: 'god-man', role: 'sjukskoterska' }],
  ] as [string, Actor][])('nobody acts as %s', (_who, by) => {
    expect(admitted().does('2019-03-04T10:00', 'kommentera', by, DATA.kommentera)).toMatchObject({ accepted: false, code: 'ej-behorig' });
  });

  it('a role that is left out, where one is needed, is a field that is missing; a system has none', () => {
    const without = (action: ActionName, by: Actor, data: JsonObject) => admitted().does('2019-03-04T10:00', action, by, data);
    expect(without('kommentera', { party: 'slutenvard', unit: WARD.hsaId }, DATA.kommentera)).toMatchObject({
      code: 'ogiltig-data',
      errors: [{ path: 'by.role', message: 'saknas' }],
    });
    expect(without('kommentera', { party: 'system', unit: 'adt' }, DATA.kommentera).accepted).toBe(true);
  });

  it('every time that is out of bounds is told', () => {
    const envelope = { id: 'x', at: '2019-03-05T10:00:00Z', by: DOCTOR, data: { bedomd: '2019-03-01T10:00:00Z' } };
    const c = admitted();
    expect(decide(c.stay(), c.rules, { action: 'meddela-utskrivningsklar', envelope }, t('2019-03-04T10:00'))).toMatchObject({
      code: 'tidpunkt-i-framtiden',
      errors: [{ path: 'at' }, { path: 'data.bedomd' }],
    });
  });

  it.each([
    ['another ward', { ...NURSE, unit: OTHER_WARD.hsaId }],
    ['another vårdcentral', { ...COORDINATOR, unit: 'SE-VC-2' }],
    ['another kommun', ofKommun('0682')],
    ['another region', { party: 'region', unit: 'vastmanland', role: 'processledare' }],
  ] as [string, Actor][])('a party acts only on its own stays: not %s', (_who, by) => {
    expect(admitted().does('2019-03-04T10:00', 'kommentera', by, DATA.kommentera)).toMatchObject({ accepted: false, code: 'fel-enhet' });
  });

  it('where the agreement says so, the vårdcentral may initiate the SVPL', () => {
    const initiated = (agreement: 'jonkoping-2018' | 'lag-2017-612') =>
      upTo(admitted({}, agreement), 'kontakt').does('2019-03-05T09:00', 'initiera-svpl', COORDINATOR, DATA['initiera-svpl']);
    expect(initiated('lag-2017-612').accepted).toBe(true);
    expect(initiated('jonkoping-2018')).toMatchObject({ accepted: false, code: 'ej-behorig' });
  });

  it('a recorded feed brings what was sent by the one party that can have sent it', () => {
    const by = (action: ActionName, imported: boolean) => {
      const verdict = admitted().does('2019-03-04T10:00', action, SYSTEM, data(action), { imported });
      return verdict.accepted ? 'accepted' : verdict.code;
    };
    expect(by('bedom-behov', true)).toBe('accepted');
    expect(by('bedom-behov', false)).toBe('ej-behorig');
    expect(by('bemanna', true)).toBe('ej-behorig');
  });

  it.each([
    ['lakare', 'recept', 'slutenvard/lakare'],
    ['sjukskoterska', 'transport-och-tid', 'slutenvard/sjukskoterska'],
    ['rehab', 'adl-sammanfattning', 'slutenvard/arbetsterapeut slutenvard/fysioterapeut'],
    ['vardcentral', 'planerat-med-lakare', 'vardcentral/vardsamordnare vardcentral/lakare vardcentral/verksamhetschef'],
    ['kommun', 'epikris-last', 'kommun/handlaggare kommun/sjukskoterska kommun/arbetsterapeut kommun/fysioterapeut kommun/ekonom'],
  ])('the checklist %s is ticked by its owner alone', (lista, punkt, owners) => {
    const allowed = everyActor
      .filter(([, actor]) => admitted().does('2019-03-04T10:00', 'kryssa-checklista', actor, { lista, punkt, svar: 'klar' }).accepted)
      .map(([name]) => name);
    expect(allowed.sort()).toEqual(owners.split(' ').sort());
  });

  it('the ward that the patient has moved to takes over, and the one before sees no more of it', () => {
    const c = upTo(admitted(), 'kontakt').do('2019-03-05T12:00', 'flytta', { ...NURSE, unit: OTHER_WARD.hsaId }, DATA.flytta);
    expect(c.does('2019-03-05T13:00', 'bedom-vardtid', NURSE, DATA['bedom-vardtid'])).toMatchObject({ code: 'fel-enhet' });
    expect(c.does('2019-03-05T13:00', 'bedom-vardtid', { ...NURSE, unit: OTHER_WARD.hsaId }, DATA['bedom-vardtid']).accepted).toBe(true);
  });
});
