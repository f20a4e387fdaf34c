/** Stays in known conditions at one moment, and which questions find each of them. The core makes them, so that their attributes are the real ones. */
import type { Actor } from '../../src/domain/ids.js';
import type { Admission } from '../../src/domain/stay/state.js';
import { admitted, type Case, COORDINATOR, DATA, DOCTOR, NURSE, t } from '../domain/stay/case.js';

/** A Wednesday. */
export const NOW = '2019-03-20T12:00';
export const now: number = t(NOW);

const SVPL = DATA['bedom-behov'];
const NO_SVPL = { ...SVPL, nyttBehov: false };
const OUTSIDE = { harInsatser: false, nyttBehov: false, endastRegionensOppenvard: true };

const at = (admittedAt: string, over: Partial<Admission> = {}) => admitted({ admittedAt: t(admittedAt), ...over });
const assessed = (day: string, need = SVPL, over: Partial<Admission> = {}) =>
  at(`${day}T08:00`, over).do(`${day}T08:30`, 'bedom-behov', { ...DOCTOR, unit: wardOf(over) }, need);
const wardOf = ({ ward }: Partial<Admission>) => ward?.hsaId ?? DOCTOR.unit;

const notified = (c: Case, day: string, beraknadUtskrivning = '2019-03-29') =>
  c.do(`${day}T09:00`, 'skicka-inskrivningsmeddelande', NURSE, { ...DATA['skicka-inskrivningsmeddelande'], beraknadUtskrivning });
const answered = (c: Case, day: string) => {
  const kommun: Actor = { party: 'kommun', unit: '0680', role: 'handlaggare' };
  return c.do(`${day}T10:00`, 'svara-inskrivning', kommun, DATA['svara-inskrivning']);
};
/** Nothing is open any more but what comes after. */
const planned = (day: string, need = SVPL) =>
  answered(notified(assessed(day, need), day), day).do(`${day}T10:00`, 'utse-fast-vardkontakt', COORDINATOR, DATA['utse-fast-vardkontakt']);
const ready = (c: Case, when: string) => c.do(when, 'meddela-utskrivningsklar', DOCTOR, { bedomd: `${when}:00+01:00` });
const home = (c: Case, when: string) =>
  c
    .do(when, 'skicka-utskrivningsmeddelande', NURSE, { ...DATA['skicka-utskrivningsmeddelande'], utskrivning: `${when}:00+01:00` })
    .do(when, 'skriv-ut', NURSE, { ...DATA['skriv-ut'], tidpunkt: `${when}:00+01:00` });
const told = (c: Case, when: string) => c.do(when, 'overfor-information', NURSE, DATA['overfor-information']);
const met = (c: Case, when: string) => c.do(when, 'hall-svpl', COORDINATOR, { ...DATA['hall-svpl'], tidpunkt: `${when}:00+01:00` });

const called = (c: Case, when: string) =>
  c.do(when, 'kalla-till-svpl', COORDINATOR, { ...DATA['kalla-till-svpl'], tid: '2019-03-25T10:00:00+01:00' });
/** Met and sent home in February; a month later nobody has followed up. */
const forgotten = () => {
  const c = ready(
    called(planned('2019-02-04').do('2019-02-05T10:00', 'initiera-svpl', NURSE, DATA['initiera-svpl']), '2019-02-06T10:00'),
    '2019-02-08T10:00',
  );
  return met(told(home(c, '2019-02-09T10:00'), '2019-02-09T11:00'), '2019-02-11T10:00');
};

/** All of Jönköping. What is asked for the unit that has the ball is asked for the ward. */
export const ROWS: [what: string, make: () => Case, found: string][] = [
  ['just admitted', () => at('2019-03-20T08:00'), 'fas-inskriven'],
  ['to be notified', () => assessed('2019-03-20'), 'i-morgon att-agera-pa fas-planering'],
  [
    'not notified in time',
    () => assessed('2019-03-18'),
    'forsenade att-agera-pa inskrivningsmeddelande-forsenat oppna-avvikelser fas-planering',
  ],
  [
    'due this very moment', // reached is passed, as everywhere
    () => at('2019-03-19T12:00').do('2019-03-19T12:30', 'bedom-behov', DOCTOR, SVPL),
    'forsenade i-dag att-agera-pa inskrivningsmeddelande-forsenat oppna-avvikelser fas-planering',
  ],
  ['due in a minute', () => at('2019-03-19T12:01').do('2019-03-19T12:30', 'bedom-behov', DOCTOR, SVPL), 'i-dag att-agera-pa fas-planering'],
  ['nothing open', () => planned('2019-03-18'), 'fas-planering'],
  ['outside', () => at('2019-03-18T08:00').do('2019-03-18T09:00', 'bedom-behov', DOCTOR, OUTSIDE), 'fas-utanfor'],
  ['answer due this morning', () => notified(assessed('2019-03-19'), '2019-03-19'), 'forsenade i-dag oppna-avvikelser fas-planering'],
  [
    'contact due tonight, answer overdue for days', // the older one hides the other from FristTid
    () => notified(assessed('2019-03-17'), '2019-03-17', '2019-03-21'),
    'forsenade i-dag oppna-avvikelser fas-planering',
  ],
  [
    'contact due tomorrow night', // midnight is the end of the day before
    () => answered(notified(assessed('2019-03-18'), '2019-03-18', '2019-03-22'), '2019-03-18'),
    'i-morgon fas-planering',
  ],
  ['ready for 72 h', () => ready(planned('2019-03-15', NO_SVPL), '2019-03-17T12:00'), 'fas-utskrivningsklar'],
  [
    'ready for 72 h and a minute',
    () => ready(planned('2019-03-15', NO_SVPL), '2019-03-17T11:59'),
    'utskrivningsklara-tre-dygn fas-utskrivningsklar',
  ],
  [
    'to be called', // its deadline is not the soonest
    () => ready(notified(assessed('2019-03-15'), '2019-03-15'), '2019-03-18T10:00'),
    'forsenade i-morgon att-agera-pa svpl-inte-kallad svpl-inte-kallad-i-tid oppna-avvikelser fas-utskrivningsklar',
  ],
  [
    'to be called by tonight, ready at 23.59',
    () => ready(planned('2019-03-15'), '2019-03-17T23:59'),
    'i-dag att-agera-pa svpl-inte-kallad svpl-inte-kallad-i-tid fas-utskrivningsklar',
  ],
  [
    'to be called by tomorrow night, ready at midnight',
    () => ready(planned('2019-03-15'), '2019-03-18T00:00'),
    'i-morgon att-agera-pa svpl-inte-kallad svpl-inte-kallad-i-tid fas-utskrivningsklar',
  ],
  [
    'not called in time',
    () => ready(planned('2019-03-11'), '2019-03-15T10:00'),
    'forsenade att-agera-pa utskrivningsklara-tre-dygn svpl-inte-kallad svpl-inte-kallad-forsenad oppna-avvikelser fas-utskrivningsklar',
  ],
  [
    'home, to be told of tonight', // to be closed tomorrow, which is only reminded of
    () => home(ready(planned('2019-03-15', NO_SVPL), '2019-03-19T10:00'), '2019-03-20T10:00'),
    'i-dag i-morgon att-agera-pa oppna-avvikelser fas-utskriven',
  ],
  ['not followed up', forgotten, 'forsenade uppfoljning-missad oppna-avvikelser fas-uppfoljning'],
  [
    'reported, in words that are a deadline too', // what was reported stays out of the lists
    () => planned('2019-03-18').do('2019-03-19T10:00', 'rapportera-avvikelse', NURSE, { typ: 'svpl-kallelse', text: 'Elva Lind' }),
    'oppna-avvikelser rapporterade-avvikelser fas-planering',
  ],
];

/** Of another region, with names that are awkward in a query. */
export const ELSEWHERE: Partial<Admission> = {
  region: 'vastmanland',
  kommun: '1980',
  ward: { hsaId: "SE-AVD-O'9", name: 'Avdelning 9' },
  vardcentral: { hsaId: 'SE-VC-"9\\', name: 'Vårdcentral 9' },
};
export const elsewhere = (): Case => assessed('2019-03-18', SVPL, ELSEWHERE);
