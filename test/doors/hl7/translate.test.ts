/** What messages of hospitals' systems mean, and where they are told that something cannot be understood. */
import { describe, expect, it } from 'vitest';
import { toIso } from '../../../src/domain/calendar.js';
import { parseHl7 } from '../../../src/doors/hl7/parse.js';
import { translate } from '../../../src/doors/hl7/translate.js';
import { ADMISSION, MSH, PD1, PID, PV1, shippedMapping, told, translated, wrongPlaces } from './some-messages.js';

const MAPPING = shippedMapping();
const withSender = (changes: object) => ({ senders: MAPPING.senders.map((sender) => ({ ...sender, ...changes })) });
const EVN = (trigger: string, occurred = '20190305100000', recorded = '20190305110000') => `EVN|${trigger}|${recorded}||||${occurred}`;
const event = (trigger: string, pv1: Record<number, string> = {}, ...more: string[]) => [MSH(trigger), EVN(trigger), PV1(pv1), ...more];
const MEDICIN = { hsaId: 'SE2321000131-T00000000101', name: 'Medicinavdelning Björken, Länssjukhuset Ryhov' };
const NACKEN = { hsaId: 'SE2321000131-T00000000642', name: 'Vårdcentralen Näcken, Mullsjö' };
const MARTA = { personnummer: '192208119806', name: 'Märta Ekvall', folkbokforingsadress: 'Provgatan 49, 565 00 Mullsjö' };
const at = (iso: string) => Date.parse(iso);

describe('an admission', () => {
  it('is told in full', () => {
    expect(told(ADMISSION)).toEqual({
      source: 'patientadministration',
      messageId: 'M1',
      stayId: '0642-14',
      region: 'jonkoping',
      occurredAt: at('2019-02-14T20:24:00+01:00'),
      registeredAt: at('2019-02-14T20:30:00+01:00'),
      event: {
        type: 'admitted',
        admission: {
          region: 'jonkoping',
          admittedAt: '2019-02-14T19:24:00Z',
          ward: MEDICIN,
          careForm: 'somatisk',
          legalForm: 'HSL',
          kommun: '0642',
          vardcentral: NACKEN,
          patient: MARTA,
        },
      },
      details: { patient: MARTA, vardcentral: NACKEN, legalForm: 'HSL' },
      kommun: '0642',
    });
  });

  it.each([
    ['PV1-44', { 44: '201902142024' }, '20190214202000', '2019-02-14T19:24:00Z'],
    ['EVN-6, where PV1-44 is empty', { 44: '' }, '20190214202000', '2019-02-14T19:20:00Z'],
    ['EVN-2, where EVN-6 is empty too', {}, '', '2019-02-14T19:30:00Z'],
    ['EVN-6, where PV1-44 is the same date without a time', { 44: '20190214' }, '20190214202000', '2019-02-14T19:20:00Z'],
    ['an offset of its own', { 44: '201902141924+0000' }, '', '2019-02-14T19:24:00Z'],
  ])('is dated by %s', (_, pv1, occurred, admittedAt) => {
    const { event } = told([MSH('A01'), EVN('A01', occurred, '20190214203000'), PID, PD1, PV1(pv1)]);
    expect(event).toMatchObject({ admission: { admittedAt } });
  });

  it.each<[string, string[], string[]]>([
    ['everything', [MSH('A01')], ['PV1-19.1 101', 'PID-3.1 101', 'PD1-3.3 101', 'PID-11.9 101', 'PV1-3 101']],
    ['a ward', [...ADMISSION.slice(0, 4), PV1({ 3: '', 44: '201902142024' })], ['PV1-3 101']],
    ['a vårdcentral', ADMISSION.filter((one) => one !== PD1), ['PD1-3.3 101']],
    ['a kommun', ADMISSION.map((one) => one.replace('^^0642', '')), ['PID-11.9 101']],
    ['a known vårdcentral', ADMISSION.map((one) => one.replace('VC642', 'VC1')), ['PD1-3.3 103']],
    ['a known ward', ADMISSION.map((one) => one.replace('MED^12^1^RYHOV', 'XYZ^12')), ['PV1-3 103']],
    ['a kommun that there is', ADMISSION.map((one) => one.replace('^^0642', '^^9942')), ['PID-11.9 103']],
    ['an identity', ADMISSION.map((one) => one.replace('^NNSWE', '^PI').replace('1.2.752.129.2.1.3.1', '1.2')), ['PID-3.1 101']],
    ['an identity that is said to be none', ADMISSION.map((one) => one.replace(/192208119806[^|]*/, '""')), ['PID-3.1 101']],
    ['a right personnummer', ADMISSION.map((one) => one.replace('192208119806', '192208119807')), ['PID-3.1 102']],
    ['one personnummer', ADMISSION.map((one) => one.replace('^NNSWE', '^NNSWE~192401059809^^^^NNSWE')), ['PID-3.1 102']],
    ['a time of day', [MSH('A01'), 'EVN|A01|201902151000', PID, PD1, PV1({ 44: '20190214' })], ['PV1-44 102']],
    ['a time that there is', [...ADMISSION.slice(0, 4), PV1({ 44: '201902302024' })], ['PV1-44 102']],
    ['a visit number', [...ADMISSION.slice(0, 4), PV1({ 19: '', 44: '201902142024' })], ['PV1-19.1 101']],
    ['a visit number of our kind', [...ADMISSION.slice(0, 4), PV1({ 19: 'a b', 44: '201902142024' })], ['PV1-19.1 102']],
    [
      'a visit number that is no personnummer',
      [...ADMISSION.slice(0, 4), PV1({ 19: '19220811-9806', 44: '201902142024' })],
      ['PV1-19.1 102'],
    ],
    ['a short name', ADMISSION.map((one) => one.replace('Märta', 'M'.repeat(200))), ['PID-5 102']],
    ['a legal form that is known', [...ADMISSION, 'ZPV|XYZ'], ['ZPV-1.1 103']],
  ])('without %s is refused at its place', (_, segments, places) => {
    const said = translated(segments);
    expect(wrongPlaces(said)).toEqual(places);
    expect(JSON.stringify(said)).not.toMatch(/1922|Märta|Ekvall|Provgatan/);
  });
});

describe('a sender', () => {
  it('that the mapping does not know is told so, whatever it sends that concerns a stay', () => {
    const mapping = withSender({ application: 'PAS', facility: 'EKSJO' });
    expect(wrongPlaces(translated(ADMISSION, mapping))).toEqual(['MSH-3 103']);
    expect(translated([MSH('A31')], mapping).kind).toBe('ignored');
  });
});

describe('a patient', () => {
  const patientIn = (pid: string, registered = '20190305110000') =>
    told([MSH('A08'), EVN('A08', '', registered), pid, PV1()]).details?.patient;
  const NUMBER = '192208119806^^^^NNSWE';
  it.each([
    ['a personnummer with a dash', 'PID|||19220811-9806^^^^NNSWE', { personnummer: '192208119806' }],
    ['one of ten digits, by the birth date', 'PID|||2208119806^^^^NNSWE||||19220811', { personnummer: '192208119806' }],
    ['one of ten digits, by the date of the message', 'PID|||220811-9806^^^^NNSWE', { personnummer: '192208119806' }],
    ['the right repetition of several', `PID|||4711^^^PAS^PI~${NUMBER}~99^^^X`, { personnummer: '192208119806' }],
    ['the same number twice', `PID|||${NUMBER}~19220811-9806^^^&1.2.752.129.2.1.3.1&ISO`, { personnummer: '192208119806' }],
    ['a samordningsnummer', 'PID|||192208719803^^^&1.2.752.129.2.1.3.3&ISO', { personnummer: '192208719803' }],
    ['a reserve number', 'PID|||R19-4711^^^EXEMPEL-RESERV', { reservnummer: 'R19-4711' }],
    ['a personnummer before a reserve number', `PID|||R19-4711^^^EXEMPEL-RESERV~${NUMBER}`, { personnummer: '192208119806' }],
    ['a number that says not what it is', 'PID|||192208119806', { personnummer: '192208119806' }],
    ['the legal name', 'PID|||||Alias^Eva^^^^^A~von Ekvall&von^Eva^Maria^^^^L', { name: 'Eva Maria von Ekvall' }],
    ['a name of one part', 'PID|||||Ekvall', { name: 'Ekvall' }],
    ['no name where one is said to be none', 'PID|||||""', undefined],
    [
      'the home address',
      'PID|||||||||||Tillfällig^^Ort^^11111^SE^C~Gatan 1^Lgh 2^Ort^^12345^SE^H',
      { folkbokforingsadress: 'Gatan 1, Lgh 2, 123 45 Ort' },
    ],
    ['an address of v2.3', 'PID|||||||||||Gatan 1^^Ort^^123 45', { folkbokforingsadress: 'Gatan 1, 123 45 Ort' }],
  ])('is read by %s', (_, pid, patient) => {
    expect(patientIn(pid)).toEqual(patient);
  });

  it.each([
    ['Y', true],
    ['N', false],
    ['""', false],
    ['', undefined],
  ])('with PD1-12 %j has a protected identity: %s', (flag, skyddad) => {
    expect(told([...event('A08'), `PD1||||||||||||${flag}`]).details?.patient?.skyddad).toBe(skyddad);
  });
});

describe('codes', () => {
  it.each([
    ['a kommunkod', 'PID|||||||||||^^^^^^H^^0680', '0680'],
    ['a parish', 'PID|||||||||||^^^^^^H^^068012', '0680'],
    ['PID-12', 'PID||||||||||||0687', '0687'],
    ['the next place, where the first says what nobody knows', 'PID|||||||||||^^^^^^H^^Jönköping|0687', '0687'],
    ['nothing', 'PID||||||||||||', undefined],
  ])('of a kommun are read from %s', (_, pid, kommun) => {
    expect(told([...event('A08'), pid]).kommun).toBe(kommun);
  });

  it('that the mapping lists go before those that anybody knows', () => {
    const kommun = { ...MAPPING.senders[0]?.kommun, codes: [{ code: 'JKPG', kommun: '0680' }], default: '0686' };
    const in12 = (code: string) => told([...event('A08'), `PID||||||||||||${code}`], withSender({ kommun }));
    expect(in12('JKPG').kommun).toBe('0680');
    expect(in12('OKÄND').kommun).toBe('0686');
    expect(in12('').kommun).toBeUndefined();
  });

  it.each([
    ['MED^12^1^RYHOV', '101'],
    ['MED^12^1^RYHOV&1.2.3&ISO', '101'],
    ['MED^12^1^VARNAMO', '201'],
    ['MED-R', '101'],
    ['^^^^^N^^^KIR-R', '102'],
    ['SE2321000131-T00000000302', '302'],
  ])('of a ward: %s', (pv1, ward) => {
    expect(told(event('A02', { 3: pv1 })).event).toMatchObject({ type: 'moved', ward: { hsaId: `SE2321000131-T00000000${ward}` } });
  });

  it('of a ward are not repeated where they could be a number of a person', () => {
    const refused = JSON.stringify(translated(event('A02', { 3: '192208119806' })));
    expect(refused).toContain('103');
    expect(refused).not.toContain('1922');
    expect(JSON.stringify(translated(event('A02', { 3: 'X-7' })))).toContain('(X-7)');
    expect(JSON.stringify(translated([...event('A08'), 'PD1|||^^VC1']))).toContain('(VC1)');
    expect(JSON.stringify(translated([...event('A08'), 'PID||||||||||||Ekvall']))).not.toContain('Ekvall');
  });

  it.each([
    ['VC642', NACKEN],
    ['SE2321000131-T00000000642', NACKEN],
  ])('of a vårdcentral: %s', (code, vardcentral) => {
    for (const pd1 of [`PD1|||Namn^^${code}`, `PD1|||Namn^^^^^^^^^${code}`, `PD1|||Lokal^^X~Namn^^${code}`, `PD1||||${code}^Läkare`])
      expect(told([...event('A08'), pd1]).details?.vardcentral).toEqual(vardcentral);
  });

  it('of a vårdcentral that is not listed mean the default, where there is one', () => {
    const mapping = withSender({ vardcentraler: { ...MAPPING.senders[0]?.vardcentraler, default: 'VC680' } });
    const other = { hsaId: 'SE2321000131-T00000000680', name: 'Vårdcentralen Vätterstranden, Jönköping' };
    expect(told([...event('A08'), 'PD1|||Annan region^^VC9999'], mapping).details?.vardcentral).toEqual(other);
    expect(
      told(
        ADMISSION.filter((one) => one !== PD1),
        mapping,
      ).event,
    ).toMatchObject({ admission: { vardcentral: other } });
    expect(told(event('A08'), mapping).details).toBeUndefined();
  });

  it.each([
    ['01', '', 'hem'],
    ['SABO', '', 'sarskilt-boende'],
    ['04', '', 'korttids'],
    ['02', '', 'annan-klinik'],
    ['20', '', 'avliden'],
    ['', 'Y', 'avliden'],
    ['01', 'Y', 'hem'],
  ])('of a discharge: PV1-36 %j with PID-30 %j is %s', (code, died, to) => {
    const pid = `PID|${'|'.repeat(29)}${died}`;
    expect(told([...event('A03', { 36: code }), pid]).event).toEqual({ type: 'discharged', to });
  });

  it.each([
    ['', ['PV1-36.1 101']],
    ['77', ['PV1-36.1 103']],
  ])('of a discharge: PV1-36 %j is refused', (code, places) => {
    expect(wrongPlaces(translated(event('A03', { 36: code })))).toEqual(places);
  });

  it.each([
    ['ZPV|LPT', 'LPT'],
    ['ZPV|""', 'HSL'],
    ['ZPV|', undefined],
    ['NTE|1', undefined],
  ])('of a legal form: %s', (segment, legalForm) => {
    expect(told([...event('A08'), segment]).details?.legalForm).toBe(legalForm);
  });

  it('of a legal form are not looked for where the mapping does not say where', () => {
    const mapping = withSender({ legalForm: undefined });
    expect(told([...ADMISSION, 'ZPV|XYZ'], mapping).event).toMatchObject({ admission: { legalForm: 'HSL' } });
    expect(told([...event('A08'), 'ZPV|XYZ'], mapping).details).toBeUndefined();
  });

  it('of those who are no inpatients are passed over', () => {
    for (const [code, kind] of [
      ['O', 'ignored'],
      ['I', 'event'],
      ['', 'event'],
      ['""', 'event'],
    ])
      expect(translated(event('A03', { 2: code as string, 36: '01' })).kind).toBe(kind);
    expect(translated(event('A03', { 2: 'O', 36: '01' }), withSender({ patientClasses: undefined })).kind).toBe('event');
  });

  it('of the visit get the sender’s prefix', () => {
    const stayId = { at: MAPPING.senders[0]?.stayId.at, prefix: 'ryhov-' };
    expect(told(event('A08'), withSender({ stayId })).stayId).toBe('ryhov-0642-14');
  });
});

describe('every other event', () => {
  it.each([
    ['A02', {}, { type: 'moved', ward: MEDICIN, careForm: 'somatisk' }],
    ['A02', { 3: 'PSY^^^RYHOV' }, { type: 'moved', careForm: 'psykiatrisk' }],
    ['A08', {}, { type: 'changed' }],
    ['A11', {}, { type: 'admission-cancelled' }],
    ['A12', {}, { type: 'move-cancelled', ward: MEDICIN, careForm: 'somatisk', cancels: at('2019-03-05T10:00:00+01:00') }],
    ['A13', {}, { type: 'discharge-cancelled' }],
    ['A16', {}, { type: 'hint', code: 'A16' }],
    ['A21', {}, { type: 'leave-began' }],
    ['A22', {}, { type: 'leave-ended' }],
    ['A25', {}, { type: 'hint', code: 'A25' }],
  ])('%s %j', (trigger, pv1, expected) => {
    const said = told(event(trigger, pv1));
    expect(said.event).toMatchObject(expected);
    expect(toIso(said.occurredAt)).toBe('2019-03-05T09:00:00Z');
    expect(toIso(said.registeredAt)).toBe('2019-03-05T10:00:00Z');
    expect(said).not.toHaveProperty('details');
  });

  it('happened at EVN-6, else at EVN-2, else at MSH-7; a discharge at PV1-45 first', () => {
    const when = (evn: string[], trigger = 'A08', pv1 = {}) => toIso(told([MSH(trigger), ...evn, PV1(pv1)]).occurredAt);
    expect(when(['EVN|A08|201903051000||||201903050900'])).toBe('2019-03-05T08:00:00Z');
    expect(when(['EVN|A08|201903051000'])).toBe('2019-03-05T09:00:00Z');
    expect(when([])).toBe('2019-03-05T11:01:00Z');
    expect(when(['EVN|A03|201903051000||||201903050900'], 'A03', { 36: '01', 45: '201903050830' })).toBe('2019-03-05T07:30:00Z');
    expect(when(['EVN|A03|201903051000||||201903050900'], 'A03', { 36: '01', 45: '20190305' })).toBe('2019-03-05T08:00:00Z');
    expect(when(['EVN|A03|201903051000||||201903050900'], 'A03', { 36: '01', 45: '""' })).toBe('2019-03-05T08:00:00Z');
    expect(wrongPlaces(translated([MSH('A03'), 'EVN|A03|201903061000', PV1({ 36: '01', 45: '20190304' })]))).toEqual(['PV1-45 102']);
  });

  it('that cancels, and repeats the time of what it cancels, happened when it was registered', () => {
    const when = (trigger: string, pv1: Record<number, string>) => toIso(told(event(trigger, pv1)).occurredAt);
    expect(when('A13', { 45: '201903051000' })).toBe('2019-03-05T10:00:00Z');
    expect(when('A13', { 45: '201903050900' })).toBe('2019-03-05T09:00:00Z');
    expect(when('A11', { 44: '20190305100000+0100' })).toBe('2019-03-05T10:00:00Z');
    expect(when('A11', { 44: '20190304' })).toBe('2019-03-05T09:00:00Z');
  });

  it('of a leave tells the return that is expected, when it is a time after it', () => {
    const until = (text: string) => told([...event('A21'), `PV2|${'|'.repeat(46)}${text}`]).event;
    expect(until('201903061600')).toEqual({ type: 'leave-began', until: at('2019-03-06T16:00:00+01:00') });
    for (const text of ['20190306', '', '""', '201903050800']) expect(until(text)).toEqual({ type: 'leave-began' });
    expect(wrongPlaces(translated([...event('A21'), `PV2|${'|'.repeat(46)}imorgon`]))).toEqual(['PV2-47 102']);
  });

  it('brings what it tells of the patient, and nothing for what it does not', () => {
    expect(told([...event('A03', { 36: '01' }), PID, PD1]).details).toEqual({ patient: MARTA, vardcentral: NACKEN });
    expect(told([...event('A02'), 'PID|1||||Ekvall^Märta']).details).toEqual({ patient: { name: 'Märta Ekvall' } });
  });

  it('with a number that is wrong is refused, though it is not about the number', () => {
    expect(wrongPlaces(translated([...event('A03', { 36: '01' }), PID.replace('9806', '9807')]))).toEqual(['PID-3.1 102']);
  });

  it('of no kind that concerns a stay is passed over', () => {
    for (const trigger of ['A04', 'A05', 'A31', 'A99', ''])
      expect(translated([MSH(trigger)])).toEqual({ kind: 'ignored', trigger: `ADT^${trigger}` });
    expect(translated([MSH('A01').replace('ADT^A01', 'ORU^R01')])).toEqual({ kind: 'ignored', trigger: 'ORU^R01' });
  });
});

describe('a merge', () => {
  const a40 = (...more: string[]) => translated([MSH('A40'), EVN('A40'), PID, ...more]);
  it('says who it was and who it is', () => {
    expect(a40('MRG|R19-4711^^^EXEMPEL-RESERV~99^^^PAS~192401059809^^^^NNSWE')).toEqual({
      kind: 'merge',
      merge: {
        source: 'patientadministration',
        messageId: 'M1',
        region: 'jonkoping',
        occurredAt: at('2019-03-05T10:00:00+01:00'),
        registeredAt: at('2019-03-05T11:00:00+01:00'),
        prior: ['R19-4711', '192401059809'],
        patient: MARTA,
      },
    });
  });

  it('names the stay where the message does', () => {
    expect(a40('MRG|R19-4711^^^EXEMPEL-RESERV', PV1())).toMatchObject({ merge: { stayId: '0642-14' } });
  });

  it('of a number with itself changes nothing', () => {
    expect(a40('MRG|192208119806^^^^NNSWE')).toEqual({ kind: 'ignored', trigger: 'ADT^A40', reason: 'no-change' });
  });

  it('is refused at its place', () => {
    expect(wrongPlaces(a40())).toEqual(['MRG-1 101']);
    expect(wrongPlaces(a40('MRG|99^^^PAS'))).toEqual(['MRG-1 101']);
    expect(wrongPlaces(a40('MRG|R19-4711^^^EXEMPEL-RESERV', 'PID|2||x', 'MRG|R19-4712^^^EXEMPEL-RESERV'))).toEqual(['MRG(2)-1 100']);
    expect(wrongPlaces(translated([MSH('A40'), 'PID|1', 'MRG|R19-4711^^^EXEMPEL-RESERV']))).toEqual(['PID-3.1 101']);
  });
});

/** Verbatim but for the persons: how systems of different ages write the same admission. */
const LIVE: [string, Buffer][] = [
  [
    'v2.3, ISO 8859-1 undeclared, LF, no EVN, no types',
    Buffer.from(
      [
        'MSH|^~\\&|EXEMPEL-PAS|RYHOV|||201902142030||ADT^A01|00017|P|2.3',
        'PID|||192208119806^^^^NNSWE||Ekvall^Märta||19220811|F|||Provgatan 49^^Mullsjö^^565 00||||||||||||||||||||||',
        'PD1|||Vårdcentralen Näcken^^VC642',
        'PV1||I|MED-R^^12||||||||||||||||0642-14|||||||||||||||||||||||||201902142024',
        'PID|2||annan',
      ]
        .join('\n')
        .replace('565 00', '565 00^^^^0642'),
      'latin1',
    ),
  ],
  [
    'v2.4, declared 8859/1, Z segments between, trailing blanks',
    Buffer.from(
      [
        'MSH|^~\\&|EXEMPEL-PAS^1.2.752.99^ISO|RYHOV|||20190214203000.123+0100||ADT^A01^ADT_A01|00018|P^T|2.4|||AL|NE||8859/1',
        'EVN||20190214203000+0100||||20190214192400+0000',
        'ZAA|1|Något eget',
        'PID|1|99|99^^^PAS^PI~19220811-9806^^^SKV&1.2.752.129.2.1.3.1&ISO^PN||Ekvall&&Ekvall^Märta^^^^^L^A||192208110000|K|||Box 1^^Ort^^11111^SE^B~Provgatan 49^^Mullsjö^^56500^SE^H^^064201  ',
        'PD1||||SE2321000131-T00000000642^Läkare',
        'PV1|1|I|^^^RYHOV&&^^^^^MED-R|R|||||||||||||||0642-14^^^PAS^VN|||||||||||||||||||||||||20190214202400',
      ].join('\r\n'),
      'latin1',
    ),
  ],
  [
    'v2.5.1, UTF-8, other delimiters, framed rests',
    Buffer.from(
      [
        '\u000bMSH*:~\\%*EXEMPEL-PAS*RYHOV***201902142030**ADT:A01:ADT_A01*00019*P*2.5.1******UNICODE UTF-8',
        'EVN**20190214203000',
        'PID*1**192208119806:::%1.2.752.129.2.1.3.1%ISO:NNSWE**Ekvall:M\\XC3A4\\rta******Provgatan 49::Mullsjö::56500:SE:H::0642',
        'PD1***V\\.br\\C::::::::::VC642~N::VC642',
        'PV1*1*I*MED:::RYHOV****************0642-14*************************20190214202400+0100',
      ].join('\r'),
    ),
  ],
];

describe('the same admission', () => {
  it.each(LIVE)('as %s', (_, bytes) => {
    const read = parseHl7(bytes);
    if ('error' in read) throw new Error(JSON.stringify(read.error));
    expect(translate(read.message, MAPPING)).toMatchObject({
      kind: 'event',
      message: {
        stayId: '0642-14',
        registeredAt: at('2019-02-14T20:30:00+01:00'),
        event: {
          admission: { admittedAt: '2019-02-14T19:24:00Z', ward: MEDICIN, kommun: '0642', vardcentral: NACKEN, patient: MARTA },
        },
      },
    });
  });

  it('with every field that may be left out left out is the same', () => {
    expect(told([MSH('A01', { version: '2.3' }), PID, PD1, PV1({ 44: '201902142024' })]).event).toEqual(told(ADMISSION).event);
  });
});
