/** The mapping file: what it says, and what is said of one that is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemText } from '../../../src/agreements/yaml-file.js';
import { loadHl7Mapping, readHl7Mapping, shippedHl7MappingFile } from '../../../src/doors/hl7/mapping.js';
import { find, parsePath } from '../../../src/doors/hl7/path.js';
import { senderOf } from '../../../src/doors/hl7/sender.js';
import { translate } from '../../../src/doors/hl7/translate.js';
import { monthParts } from '../../support/month-parts.js';
import { MSH, message, parsed, shippedMapping } from './some-messages.js';

const SHIPPED = readFileSync(shippedHl7MappingFile(), 'utf8');
const UNIT = 'hsaId: SE2321000131-T00000000101, name: Avdelning 1';
const SMALL = `senders:
  - name: pas
    application: "PAS*"
    facility: "*"
    region: jonkoping
    wards:
      - { codes: ["101"], ${UNIT}, careForm: somatisk }
    vardcentraler:
      at: [PD1-4]
      units:
        - { codes: ["VC1"], hsaId: SE2321000131-T00000000601, name: Vårdcentralen 1 }
    kommun: { at: [PID-12] }
    dischargedTo: { codes: [{ codes: ["1"], till: hem }] }
    identifiers: { personnummer: [{ type: NNSWE }] }
`;
const problemsOf = (text: string): string[] => {
  const read = readHl7Mapping('m.yaml', text, ['jonkoping']);
  return 'problems' in read ? read.problems.map(problemText) : [];
};

describe('the shipped mapping', () => {
  it('is read, and belongs to a region that has an agreement', () => {
    expect(problemsOf(SHIPPED)).toEqual([]);
    expect(loadHl7Mapping()).toHaveProperty('mapping');
  });

  it('knows every ward, vårdcentral and kommun of the sample month', () => {
    const mapping = shippedMapping();
    const [sender] = mapping.senders;
    const { messages } = monthParts();
    expect(messages.length).toBeGreaterThan(170);
    expect(messages.every(({ bytes }) => translate(parsed(bytes), mapping).kind === 'event')).toBe(true);
    expect(sender?.wards.length).toBe(8);
    expect(sender?.vardcentraler.units.length).toBe(15);
  });
});

describe('a small mapping', () => {
  it('is enough: what it leaves out has its usual place', () => {
    expect(problemsOf(SMALL)).toEqual([]);
    const read = readHl7Mapping('m.yaml', SMALL);
    expect('mapping' in read && read.mapping.senders[0]).toMatchObject({
      stayId: { at: [{ segment: 'PV1', field: 19 }], prefix: '' },
      dischargedTo: { at: [{ segment: 'PV1', field: 36 }] },
      identifiers: { at: [{ segment: 'PID', field: 3, repetition: 'all' }] },
      protected: { at: [{ segment: 'PD1', field: 12 }], values: ['Y'] },
    });
  });

  const second = SMALL.slice(SMALL.indexOf('  - name'));
  it.each<[string, string, string[]]>([
    [
      'a field that does not exist',
      SMALL.replace('region:', 'regoin:'),
      ['m.yaml:2:senders.0.region: fältet saknas', 'm.yaml:5:senders.0.regoin: fältet finns inte'],
    ],
    [
      'a region without an agreement',
      SMALL.replace('jonkoping', 'atlantis'),
      ['m.yaml:5:senders.0.region: regionen har ingen överenskommelse'],
    ],
    [
      'a place that is none',
      SMALL.replace('PD1-4', 'PD1.4'),
      ['m.yaml:9:senders.0.vardcentraler.at.0: ska vara en plats i meddelandet, t.ex. PV1-19, PID-11.9, PID-11[7=H].9 eller PD1-3[*].3'],
    ],
    [
      'a number where a code is',
      SMALL.replace('["101"]', '[101]'),
      ['m.yaml:7:senders.0.wards.0.codes.0: ska vara text (inom citattecken)'],
    ],
    [
      'an HSA-id that is none',
      SMALL.replace('T00000000101', 'åäö'),
      ['m.yaml:7:senders.0.wards.0.hsaId: ska vara ett HSA-id, t.ex. SE2321000131-T00000000101'],
    ],
    [
      'a kommun that is none',
      SMALL.replace('[PID-12]', '[PID-12], codes: [{ code: X, kommun: "9999" }]'),
      ['m.yaml:12:senders.0.kommun.codes.0.kommun: är ingen kommunkod'],
    ],
    [
      'a code of two kommuner',
      SMALL.replace('[PID-12]', '[PID-12], codes: [{ code: X, kommun: "0680" }, { code: X, kommun: "0682" }]'),
      ['m.yaml:12:senders.0.kommun.codes.1.code: koden finns redan'],
    ],
    [
      'a ward twice',
      SMALL.replace('    vardcentraler', `      - { codes: ["102"], ${UNIT}, careForm: somatisk }\n    vardcentraler`),
      ['m.yaml:8:senders.0.wards.1.hsaId: avdelningen finns redan; skriv alla dess koder i codes'],
    ],
    [
      'a code of two wards',
      SMALL.replace(
        '    vardcentraler',
        `      - { codes: ["7", "101"], ${UNIT.replace('101', '102')}, careForm: somatisk }\n    vardcentraler`,
      ),
      ['m.yaml:8:senders.0.wards.1.codes.1: koden finns redan'],
    ],
    [
      'one unit by two names',
      SMALL.replace('T00000000601', 'T00000000101'),
      ['m.yaml:11:senders.0.vardcentraler.units.0.name: HSA-id:t har ett annat namn längre upp'],
    ],
    [
      'a default that is no code',
      SMALL.replace('at: [PD1-4]', 'at: [PD1-4]\n      default: VC9'),
      ['m.yaml:10:senders.0.vardcentraler.default: är ingen kod i units'],
    ],
    [
      'a disposition twice',
      SMALL.replace('till: hem }]', 'till: hem }, { codes: ["1"], till: korttids }]'),
      ['m.yaml:13:senders.0.dischargedTo.codes.1.codes.0: koden finns redan'],
    ],
    [
      'a disposition that is none',
      SMALL.replace('till: hem', 'till: bort'),
      ['m.yaml:13:senders.0.dischargedTo.codes.0.till: ska vara hem, sarskilt-boende, korttids, annan-klinik, avliden'],
    ],
    [
      'no identity',
      SMALL.replace('personnummer: [{ type: NNSWE }]', 'personnummer: []'),
      ['m.yaml:14:senders.0.identifiers: säger inte hur någon identitet känns igen'],
    ],
    [
      'an identity by nothing',
      SMALL.replace('{ type: NNSWE }', '{}'),
      ['m.yaml:14:senders.0.identifiers.personnummer.0: ska ha type, authority eller båda'],
    ],
    [
      'a sender twice',
      SMALL + second,
      [
        'm.yaml:15:senders.1.name: avsändaren finns redan',
        'm.yaml:16:senders.1.application: en tidigare avsändare har samma application och facility',
      ],
    ],
    ['a key twice', SMALL.replace('    region', '    name: y\n    region'), ['m.yaml:5: är inte giltig YAML: Map keys must be unique']],
    ['no senders', 'senders: []', ['m.yaml:1:senders: får inte vara tomt']],
  ])('with %s is refused with line and field', (_, text, problems) => {
    expect(text).not.toBe(SMALL);
    expect(problemsOf(text)).toEqual(problems);
  });

  it('that is not there is told as such', () => {
    expect(loadHl7Mapping('/no/such/mapping.yaml')).toMatchObject({ problems: [{ reason: 'filen finns inte' }] });
  });
});

describe('a place in a message', () => {
  const read = parsed(message(MSH('A01'), 'PID|1||||||||||a^^^^^^H^^0642&x~b^^^^^^C^^0687~c|0680', 'NK1|1|x^y', 'NK1|2|""'));
  it.each([
    ['PID-12', ['0680']],
    ['PID-11.9', ['0642']],
    ['PID-11.9.2', ['x']],
    ['PID-11[2].9', ['0687']],
    ['PID-11[*].9', ['0642', '0687']],
    ['PID-11[7=C].9', ['0687']],
    ['PID-11[7=]', ['c']],
    ['NK1-2', ['x', null]],
    ['NK1-2.*', ['x', 'y', null]],
    ['ZZZ-1', []],
    ['PID-99', []],
  ])('%s is %j', (path, values) => {
    const known = parsePath(path);
    expect(known && find(read, known).map(({ value }) => value)).toEqual(values);
  });

  it.each([
    '',
    'PID',
    'PID-',
    'PID-0',
    'PID-1.',
    'PID-1.0',
    'pid-1',
    'PID-1[',
    'PID-1[0]',
    'PID-1[*',
    'PID-1[a=b]',
    'PID-1.1.1.1',
    'PID-1 ',
    'PID-123',
  ])('%j is none', (path) => {
    expect(parsePath(path)).toBeUndefined();
  });
});

describe('the sender', () => {
  const mapping = (application: string, facility: string) => ({
    senders: shippedMapping().senders.map((sender) => ({ ...sender, application, facility })),
  });
  const from = (application: string, facility: string) =>
    parsed(Buffer.from(`MSH|^~\\&|${application}|${facility}|||201903051201||ADT^A01|M1|P|2.5`));
  it.each([
    ['PAS', '*', 'PAS', '', true],
    ['pas', '*', 'PAS', '', true],
    ['PAS*', 'RYHOV', 'PAS-2', 'RYHOV', true],
    ['PAS*', 'RYHOV', 'PAS-2', 'EKSJO', false],
    ['PAS', '*', 'PAS-2', '', false],
    ['1.2.752.99', '*', 'PAS^1.2.752.99^ISO', '', true],
    ['1.2.752.99', '*', 'PAS^1x2x752x99^ISO', '', false],
    ['PAS^1.2.752.99^ISO', '*', 'PAS^1.2.752.99^ISO', '', true],
    ['(a+)+$', '*', `${'a'.repeat(200)}!`, '', false],
    ['*', '*', '', '', true],
  ])('%s in %s: %s in %s is it: %s', (application, facility, sentApplication, sentFacility, fits) => {
    expect(senderOf(from(sentApplication, sentFacility), mapping(application, facility)) !== undefined).toBe(fits);
  });
});
