/** Each element of an Encounter wrong once: the issue names it. And whatever is sent, nothing crashes. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADMITTED,
  encounter,
  errorsOf,
  finished,
  type Json,
  leavePeriod,
  notification,
  patient,
  type Scene,
  scene,
  unit,
  VARDCENTRAL,
  WARD,
} from './scene.js';

let s: Scene;
beforeAll(async () => {
  s = await scene();
});
afterAll(() => s.app.close());

const good = encounter('S1');
const own = (name: string, value: Json) => ({
  extension: [
    ...good['extension'].filter(({ url }: Json) => url !== `urn:hemgang:fhir:${name}`),
    { url: `urn:hemgang:fhir:${name}`, ...value },
  ],
});
const without = (name: string) => ({ extension: good['extension'].filter(({ url }: Json) => url !== `urn:hemgang:fhir:${name}`) });
const person = (over: Json) => ({ contained: [patient(over)] });
const P = 'Encounter.contained[0]';
const NUMBER = 'urn:oid:1.2.752.129.2.1.3.1';
const end = '2019-03-08T11:00:00+01:00';

describe('an Encounter that is wrong says where', () => {
  test.each<[string, Json, string]>([
    ['no status', { status: undefined }, 'required Encounter.status'],
    ['no such status', { status: 'over' }, 'code-invalid Encounter.status'],
    ['a status that tells nothing of a stay', { status: 'planned' }, 'not-supported Encounter.status'],
    ['no class', { class: undefined }, 'required Encounter.class'],
    ['a class without its code', { class: { system: 'urn:x' } }, 'required Encounter.class.code'],
    ['a visit', { class: { code: 'AMB' } }, 'code-invalid Encounter.class'],
    ['a class that is a text', { class: 'IMP' }, 'structure Encounter.class'],
    ['no identifier', { identifier: undefined }, 'required Encounter.identifier'],
    ['an empty list', { identifier: [] }, 'structure Encounter.identifier'],
    ['an identifier that is a text', { identifier: 'S1' }, 'structure Encounter.identifier'],
    ['two stays in one', { identifier: [{ value: 'S1' }, { value: 'S2' }] }, 'invariant Encounter.identifier'],
    ['a stay id with a space', { identifier: [{ value: 'S 1' }] }, 'value Encounter.identifier[0].value'],
    ['a personnummer as the stay id', { identifier: [{ value: '189001019802' }] }, 'value Encounter.identifier[0].value'],
    ['a value that is a number', { identifier: [{ value: 1 }] }, 'structure Encounter.identifier[0].value'],
    ['another id inside', { id: 'S2' }, 'value Encounter.id'],
    ['no period', { period: undefined }, 'required Encounter.period.start'],
    ['no start', { period: { end } }, 'required Encounter.period.start'],
    ['a start that is a day', { period: { start: '2019-03-01' } }, 'value Encounter.period.start'],
    ['a start without its zone', { period: { start: '2019-03-01T09:30:00' } }, 'value Encounter.period.start'],
    ['a start on a day that there is not', { period: { start: '2019-02-30T09:30:00Z' } }, 'value Encounter.period.start'],
    ['a start in the future', { period: { start: '2019-03-20T13:00:00+01:00' } }, 'business-rule Encounter.period.start'],
    ['a start that no agreement and no law reaches', { period: { start: '1950-03-20T13:00:00+01:00' } }, 'value Encounter.period.start'],
    ['finished without its end', { status: 'finished' }, 'required Encounter.period.end'],
    [
      'finished before it began',
      { status: 'finished', period: { start: ADMITTED, end: '2019-02-01T11:00:00Z' } },
      'invariant Encounter.period.end',
    ],
    [
      'finished in the future',
      { status: 'finished', period: { start: ADMITTED, end: '2019-04-01T11:00:00Z' } },
      'business-rule Encounter.period.end',
    ],
    ['gone to where nobody knows', finished('S1', end, 'moon'), 'code-invalid Encounter.hospitalization.dischargeDisposition.coding'],
    ['no subject', { subject: undefined }, 'required Encounter.subject'],
    ['a subject that is not there', { subject: { reference: '#q' } }, 'not-found Encounter.subject.reference'],
    ['a subject that is another thing', { contained: [{ resourceType: 'Device', id: 'p' }] }, 'structure Encounter.subject.reference'],
    [
      'a subject without a number',
      { subject: { display: 'Bo' } },
      "required Encounter.subject.identifier | required Encounter.subject.extension('urn:hemgang:fhir:kommun') | required Encounter.subject.generalPractitioner",
    ],
    ['a patient without a number', person({ identifier: undefined }), `required ${P}.identifier`],
    ['a number of another kind', person({ identifier: [{ system: 'urn:x', value: '1' }] }), `required ${P}.identifier`],
    ['a personnummer that is none', person({ identifier: [{ system: NUMBER, value: '192201159800' }] }), `value ${P}.identifier[0].value`],
    [
      'a reserve number that is too short',
      person({ identifier: [{ system: 'urn:hemgang:fhir:reservnummer', value: 'R' }] }),
      `value ${P}.identifier[0].value`,
    ],
    ['a gender that there is not', person({ gender: 'm' }), `code-invalid ${P}.gender`],
    ['a death that is a text', person({ deceasedBoolean: 'yes' }), `structure ${P}.deceasedBoolean`],
    ['a name without being a list', person({ name: { text: 'Bo' } }), `structure ${P}.name`],
    ['no kommun', person({ extension: undefined }), `required ${P}.extension('urn:hemgang:fhir:kommun')`],
    ['no such kommun', person({ extension: [{ url: 'urn:hemgang:fhir:kommun', valueCode: '9999' }] }), `value ${P}.extension[0]`],
    ['no vårdcentral', person({ generalPractitioner: undefined }), `required ${P}.generalPractitioner`],
    [
      'a vårdcentral without its HSA-id',
      person({ generalPractitioner: [{ display: 'VC' }] }),
      `required ${P}.generalPractitioner[0].identifier`,
    ],
    [
      'a vårdcentral that is not there',
      person({ generalPractitioner: [{ reference: 'Organization/1' }] }),
      `not-found ${P}.generalPractitioner[0].reference`,
    ],
    ['an extension of the vårdcentral that holds none', own('vardcentral', { valueString: 'VC' }), 'value Encounter.extension[3]'],
    ['an element that there is not', person({ shoe: 43 }), `structure ${P}.shoe`],
    ['no ward', { serviceProvider: undefined }, 'required Encounter.serviceProvider'],
    [
      'a ward without its HSA-id',
      { serviceProvider: { identifier: { system: 'urn:x', value: '1' } } },
      'required Encounter.serviceProvider.identifier',
    ],
    ['a ward that is a text', { serviceProvider: 'A' }, 'structure Encounter.serviceProvider'],
    ['a location that is none', { location: [{ period: { start: ADMITTED } }] }, 'required Encounter.location[0].location'],
    [
      'a location at a time that is none',
      { location: [{ location: unit(WARD), period: { start: 'now' } }] },
      'value Encounter.location[0].period.start',
    ],
    [
      'the second location wrong',
      { location: [{ location: unit(WARD) }, { location: { display: 'x' } }] },
      'required Encounter.location[1].location.identifier',
    ],
    ['no region', without('region'), "required Encounter.extension('urn:hemgang:fhir:region')"],
    ['a region that is none', own('region', { valueCode: 'X' }), 'value Encounter.extension[2]'],
    ['no such care', own('careForm', { valueCode: 'x' }), 'code-invalid Encounter.extension[2]'],
    ['no such law', own('legalForm', { valueString: 'x' }), 'code-invalid Encounter.extension[2]'],
    [
      'a leave without its beginning',
      { extension: [...good['extension'], { url: 'urn:hemgang:fhir:leavePeriod', valuePeriod: {} }] },
      'required Encounter.extension[3].valuePeriod.start',
    ],
    [
      'a leave that ends before it begins',
      { extension: [...good['extension'], leavePeriod(end, ADMITTED)] },
      'invariant Encounter.extension[3].valuePeriod.end',
    ],
    ['a history without its period', { statusHistory: [{ status: 'onleave' }] }, 'required Encounter.statusHistory[0].period'],
    ['a history of no such status', { statusHistory: [{ status: 'x', period: {} }] }, 'code-invalid Encounter.statusHistory[0].status'],
    ['an element that there is not', { shoe: 43 }, 'structure Encounter.shoe'],
    ['what may change the meaning', { modifierExtension: [{ url: 'urn:x', valueBoolean: true }] }, 'extension Encounter.modifierExtension'],
    ['rules that nobody knows', { implicitRules: 'urn:x' }, 'not-supported Encounter.implicitRules'],
  ])('%s', async (_, over, issue) => {
    const body = { ...good, ...over };
    const answer = over['id'] === undefined ? await s.post(body, '/Encounter') : await s.put('S1', body);
    expect([answer.status, errorsOf(answer)]).toEqual([422, issue.split(' | ')]);
    expect(s.service.stays.size).toBe(0);
  });

  test('everything at once, and what is only passed over too', async () => {
    const answer = await s.put('S1', {
      ...good,
      status: 'x',
      class: { code: 'AMB' },
      period: {},
      diagnosis: [{}],
      ...person({ identifier: undefined, name: 'Bo' }),
    });
    expect(errorsOf(answer).sort()).toEqual(
      [
        'code-invalid Encounter.class',
        'code-invalid Encounter.status',
        `required ${P}.identifier`,
        'required Encounter.period.start',
        `structure ${P}.name`,
      ].sort(),
    );
    expect(answer.issues).toContain('information informational Encounter.diagnosis');
  });

  test('no issue repeats what a patient is called or numbered', async () => {
    const answer = await s.put('S1', {
      ...good,
      status: 'x',
      ...person({ identifier: [{ system: NUMBER, value: '192201159800' }], gender: 'Hemligsson' }),
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/192201159800|Hemligsson|Exempel|Storgatan/);
  });

  test.each(['null', '5', '"x"', '[]', '{}', '{"resourceType":5}', '{"resourceType":"Patient"}', '['.repeat(5_000) + ']'.repeat(5_000)])(
    'no Encounter: %#',
    async (body) => {
      for (const answer of [await s.put('S1', body), await s.post(body), await s.post(body, '/Encounter')])
        expect([answer.status, answer.body['resourceType'], errorsOf(answer).length > 0]).toEqual([422, 'OperationOutcome', true]);
    },
  );
});

describe('whatever is sent', () => {
  const anything = fc.oneof(
    fc.constant(null),
    fc.constant(undefined),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant([]),
    fc.constant({}),
    fc.constant([null]),
    fc.constant([{}]),
    fc.constant({ reference: '#p' }),
    fc.constant('2019-03-01T10:00:00Z'),
    fc.constant('__proto__'),
  );
  const bodies = {
    message: notification({ id: 'm1', activity: 'discharge-inpatient-home', recorded: end, after: 'm0' }, finished('F1', end)),
    transaction: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:1',
          resource: encounter('F2', { serviceProvider: unit(VARDCENTRAL) }),
          request: { method: 'PUT', url: 'Encounter/F2' },
        },
      ],
    },
    encounter: finished('F3', end, 'home', {
      location: [{ location: unit(WARD), period: { start: ADMITTED } }],
      statusHistory: [{ status: 'onleave', period: { start: ADMITTED } }],
    }),
  };

  /** Every place in a body, as the path to it. */
  const pathsIn = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    typeof value !== 'object' || value === null
      ? [path]
      : [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]))];
  const changed = (body: Json, path: (string | number)[], value: unknown): Json => {
    const copy = structuredClone(body);
    let holder: Json = copy;
    for (const part of path.slice(0, -1)) holder = holder[part];
    holder[path.at(-1) as string] = value;
    return copy;
  };

  test.each(Object.keys(bodies) as (keyof typeof bodies)[])(
    'a %s with one place changed is taken or refused, never a crash',
    async (kind) => {
      const body = bodies[kind];
      const paths = pathsIn(body).slice(1);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
          const answer = kind === 'encounter' ? await s.put('F3', changed(body, path, value)) : await s.post(changed(body, path, value));
          expect(answer.status, JSON.stringify([path, value, answer.body])).toBeLessThan(500);
          if (answer.status >= 400) expect(answer.body['resourceType']).toBe('OperationOutcome');
          else expect(['OperationOutcome', 'Bundle']).toContain(answer.body['resourceType']);
        }),
        { numRuns: 150, seed: 7 },
      );
    },
  );
});
