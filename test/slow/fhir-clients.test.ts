/** FHIR as others understand it: HAPI's client speaks to the service, and HAPI's validator judges what is sent and answered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHapi, client, validate } from '../doors/fhir/hapi/hapi.js';
import { encounter, finished, type Json, leavePeriod, notification, patient, type Scene, scene } from '../doors/fhir/scene.js';
import { missingPrograms, without } from '../support/program.js';
import { tempFolder } from '../support/temp-folder.js';

const missing = missingPrograms('mvn', 'java', 'javac');
const END = '2019-03-08T11:00:00+01:00';

describe.skipIf(missing.length > 0)(`FHIR clients that are not ours${without(missing)}`, () => {
  let s: Scene;
  const folder = tempFolder('hemgang-fhir-');
  beforeAll(async () => {
    await buildHapi();
    s = await scene();
  }, 600_000);
  afterAll(() => s?.app.close());

  const transaction: Json = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:3f2504e0-4f89-41d3-9a0c-0305e82c3301',
        resource: { ...encounter('H2') },
        request: { method: 'POST', url: 'Encounter' },
      },
    ],
  };

  test("HAPI's client creates, reads, updates, finds and is refused, as FHIR has it", async () => {
    const base = `${await s.app.listen({ host: '127.0.0.1', port: 0 })}/fhir/R4`;
    const done = await client(base, { encounter: encounter('H1'), finished: finished('H1', END), bundle: transaction }, folder);
    expect(done).toEqual([
      'capabilities 4.0.1 Encounter',
      'created true H1 true',
      'read in-progress IMP true',
      'updated false H1',
      'found 1 finished',
      'conditional false H1',
      'transaction transaction-response 201 Created',
      'wrong required Encounter.period.start',
      'version 412',
      'missing 404 true',
    ]);
    expect(await s.stay('H1')).toMatchObject({ phase: 'avslutad', episode: { dischargedAt: '2019-03-08T10:00:00Z' } });
  });

  test('what is sent in our tests and what is answered is FHIR R4', async () => {
    const life = encounter('V1', {
      extension: [...encounter('V1')['extension'], leavePeriod('2019-03-05T10:00:00+01:00', '2019-03-06T10:00:00+01:00')],
    });
    const message = notification({ id: 'm1', activity: 'discharge-inpatient-home', recorded: END, after: 'm0' }, finished('V2', END));
    const created = await s.put('V1', life);
    const wrong = await s.put('V1', { ...life, status: 'x', period: {} });
    const put = await s.put(
      'V1',
      finished('V1', END, 'snf', { extension: life['extension'], contained: [patient({ deceasedBoolean: false })] }),
    );
    const resources = {
      encounter: life,
      finished: finished('V1', END),
      message,
      transaction,
      created: created.body,
      wrong: wrong.body,
      put: put.body,
      heard: (await s.post(message)).body,
      read: (await s.get('/Encounter/V1')).body,
      found: (await s.get('/Encounter?identifier=V1')).body,
      capabilities: (await s.get('/metadata')).body,
      responses: (await s.post(transaction)).body,
      missing: (await s.get('/Encounter/nobody')).body,
      // So that the judge is known to judge.
      nonsense: { ...life, status: 'x' },
    };
    const { nonsense, ...errors } = await validate(resources, folder);
    expect(nonsense?.length).toBeGreaterThan(0);
    expect(errors).toEqual(Object.fromEntries(Object.keys(errors).map((name) => [name, []])));
  });
});
