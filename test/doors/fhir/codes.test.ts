/** Codes of the hospital's own, by the mapping file that HL7 has; identifier systems by configuration. */
import { expect, test } from 'vitest';
import { readFhirSettings } from '../../../src/cli/fhir-settings.js';
import type { FhirSettings } from '../../../src/doors/fhir/settings.js';
import { loadHl7Mapping, shippedHl7MappingFile } from '../../../src/doors/hl7/mapping.js';
import { configFrom } from '../../support/config.js';
import { encounter, errorsOf, finished, type Json, patient, scene } from './scene.js';

const settings = (env: Record<string, string>): FhirSettings => {
  const read = readFhirSettings(configFrom(env), ['jonkoping', 'vastmanland']);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  return read;
};
const loaded = loadHl7Mapping();
if ('problems' in loaded) throw new Error('the shipped mapping does not load');
const sender = loaded.mapping.senders[0];

test("a hospital's own codes lead to its wards, vårdcentraler, kommuner and dispositions", async () => {
  const s = await scene({ fhir: settings({ HL7_MAPPING_FILE: shippedHl7MappingFile() }) });
  const [ward, other] = sender?.wards ?? [];
  const practice = sender?.vardcentraler.units.find(({ codes }) => codes !== undefined);
  const gone = sender?.dischargedTo.codes.find(({ till }) => till === 'sarskilt-boende');
  const own = (value: string | undefined) => ({ identifier: { system: 'urn:hospital', value } });
  const body = finished('S1', '2019-03-08T11:00:00+01:00', gone?.codes[0], {
    extension: undefined,
    contained: [
      patient({
        extension: undefined,
        address: [{ district: '068001', text: 'Storgatan 1' }],
        generalPractitioner: [own(practice?.codes?.[0])],
      }),
    ],
    serviceProvider: own(ward?.codes.find((code) => !code.includes('^'))),
  });
  const answer = await s.put('S1', body);
  expect([answer.status, errorsOf(answer)]).toEqual([201, []]);
  expect(await s.stay('S1')).toMatchObject({
    region: sender?.region,
    kommun: '0680',
    ward: { hsaId: ward?.hsaId, name: ward?.name },
    careForm: ward?.careForm,
    vardcentral: { hsaId: practice?.hsaId },
    log: [{ data: { till: 'sarskilt-boende' } }],
  });
  const unknown = await s.put('S2', encounter('S2', { serviceProvider: own('NOWHERE') }));
  expect(errorsOf(unknown)).toEqual(['required Encounter.serviceProvider.identifier']);
  expect(other).toBeDefined();
  await s.app.close();
});

test('the systems that name stays and reserve numbers are agreed', async () => {
  const s = await scene({
    fhir: settings({ FHIR_STAY_SYSTEMS: 'urn:x:visit, urn:x:old', FHIR_RESERVE_SYSTEMS: 'urn:oid:1.2.752.97.3.1.3' }),
  });
  const body = encounter('?', {
    identifier: [
      { system: 'urn:x:other', value: 'no' },
      { system: 'urn:x:visit', value: 'S1' },
    ],
    contained: [patient({ identifier: [{ system: 'urn:oid:1.2.752.97.3.1.3', value: '991901R1234' }] })],
  });
  expect((await s.post(body, '/Encounter')).status).toBe(201);
  expect((await s.stay('S1')).patient?.reservnummer).toBe('991901R1234');
  const { identifier, contained } = (await s.get('/Encounter/S1')).body as Json;
  expect([identifier[0].system, contained[0].identifier[0].system]).toEqual(['urn:x:visit', 'urn:oid:1.2.752.97.3.1.3']);
  expect((await s.get('/Encounter?identifier=urn:x:old|S1')).body['total']).toBe(1);
  await s.app.close();
  expect(() => configFrom({ FHIR_STAY_SYSTEMS: 'a b' })).toThrow(/FHIR_STAY_SYSTEMS/);
});
