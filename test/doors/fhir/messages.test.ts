import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ADMITTED,
  encounter,
  errorsOf,
  finished,
  type Json,
  leavePeriod,
  notification,
  OTHER_WARD,
  type Scene,
  scene,
  WARD,
} from './scene.js';

let s: Scene;
beforeEach(async () => {
  s = await scene();
});
afterEach(() => s.app.close());

const EXTENSIONS = encounter('S1')['extension'] as Json[];
const LEFT = '2019-03-05T10:00:00+01:00';
const RETURNED = '2019-03-06T16:00:00+01:00';
const HOME = '2019-03-08T11:00:00+01:00';
const withLeave = (until?: string) => ({ extension: [...EXTENSIONS, leavePeriod(LEFT, until)] });

const admit = notification({ id: 'm1', activity: 'admit-inpatient', recorded: '2019-03-01T09:31:00+01:00' }, encounter('S1'));
const away = notification(
  { id: 'm2', activity: 'start-leave-inpatient', recorded: '2019-03-05T10:05:00+01:00', after: 'm1' },
  encounter('S1', { status: 'onleave', ...withLeave() }),
);
const back = notification(
  { id: 'm3', activity: 'end-leave-inpatient', recorded: '2019-03-06T16:05:00+01:00', after: 'm2' },
  encounter('S1', withLeave(RETURNED)),
);
const home = notification(
  { id: 'm4', activity: 'discharge-inpatient-home', recorded: '2019-03-08T11:05:00+01:00', after: 'm3' },
  finished('S1', HOME),
);

/** What the stay has come to, without the ids and the order in which it was told. */
async function outcomeOf(id = 'S1'): Promise<Json> {
  const stay = await s.stay(id);
  const { phase, ward, patient, episode, careForm } = stay as unknown as Json;
  const leaves = stay.log.filter(({ action }) => action === 'permission').map(({ data }) => data);
  return { phase, ward, patient, careForm, dischargedAt: episode['dischargedAt'], leaves };
}

describe('messages in the manner of HospitalNotification', () => {
  test('admission, leave, return and discharge, each answered by an OperationOutcome', async () => {
    for (const message of [admit, away, back, home]) {
      const answer = await s.post(message);
      expect([answer.status, answer.body['resourceType'], errorsOf(answer)]).toEqual([200, 'OperationOutcome', []]);
    }
    expect(await outcomeOf()).toMatchObject({
      phase: 'avslutad',
      ward: WARD,
      dischargedAt: '2019-03-08T10:00:00Z',
      leaves: [{ from: '2019-03-05T09:00:00Z', until: '2019-03-06T15:00:00Z' }],
    });
  });

  test('in any order, with any duplicates, the stay comes to the same', async () => {
    for (const message of [admit, away, back, home]) await s.post(message);
    const expected = await outcomeOf();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([admit, away, back, home, admit, away, back, home], { minLength: 8, maxLength: 8 }),
        async (messages) => {
          await s.app.close();
          s = await scene();
          for (const message of messages) expect((await s.post(message)).status).toBe(200);
          expect(await outcomeOf()).toEqual(expected);
        },
      ),
      { numRuns: 12, seed: 5 },
    );
  });

  test('a message that has been heard does nothing again', async () => {
    await s.post(admit);
    await s.post(home);
    const acts = s.service.acts.length;
    const again = await s.post(home);
    expect([again.status, s.service.acts.length]).toEqual([200, acts]);
    expect(again.body['issue'].some((issue: Json) => /received before/.test(issue['diagnostics']))).toBe(true);
  });

  test('a leave and a discharge at other times than was said first', async () => {
    for (const message of [admit, away]) await s.post(message);
    const start = '2019-03-05T12:00:00+01:00';
    await s.post(
      notification(
        { id: 'm5', activity: 'revise-start-leave-inpatient', recorded: '2019-03-05T13:00:00+01:00', after: 'm2' },
        encounter('S1', { status: 'onleave', extension: [...EXTENSIONS, leavePeriod(start)] }),
      ),
    );
    await s.post(
      notification(
        { id: 'm6', activity: 'end-leave-inpatient', recorded: '2019-03-06T16:05:00+01:00', after: 'm5' },
        encounter('S1', { extension: [...EXTENSIONS, leavePeriod(start, RETURNED)] }),
      ),
    );
    await s.post(home);
    await s.post(
      notification(
        { id: 'm7', activity: 'revise-discharge-inpatient-home', recorded: '2019-03-08T15:00:00+01:00', after: 'm4' },
        finished('S1', '2019-03-08T14:00:00+01:00'),
      ),
    );
    const { leaves, dischargedAt } = await outcomeOf();
    expect(dischargedAt).toBe('2019-03-08T13:00:00Z');
    expect((await s.get('/Encounter/S1')).body['extension'].filter(({ valuePeriod }: Json) => valuePeriod)).toEqual([
      { url: 'urn:hemgang:fhir:leavePeriod', valuePeriod: { start: '2019-03-05T11:00:00Z', end: '2019-03-06T15:00:00Z' } },
    ]);
    expect(leaves).toHaveLength(2);
    // What a correction stands in for, and comes after it, tells nothing any more.
    const late = await s.post({ ...away, id: 'late' });
    expect(late.status).toBe(200);
    expect((await outcomeOf())['leaves']).toHaveLength(2);
  });

  test('a leave, a return and a discharge are taken back', async () => {
    for (const message of [admit, away, back]) await s.post(message);
    await s.post(
      notification(
        { id: 'm5', activity: 'cancel-end-leave-inpatient', recorded: '2019-03-06T17:00:00+01:00', after: 'm3' },
        encounter('S1', { status: 'onleave', ...withLeave(RETURNED) }),
      ),
    );
    expect((await s.get('/Encounter/S1')).body['status']).toBe('onleave');
    await s.post(
      notification(
        { id: 'm6', activity: 'cancel-start-leave-inpatient', recorded: '2019-03-06T18:00:00+01:00', after: 'm2' },
        encounter('S1', withLeave()),
      ),
    );
    const read = (await s.get('/Encounter/S1')).body;
    expect([read['status'], read['extension'].filter(({ valuePeriod }: Json) => valuePeriod)]).toEqual(['in-progress', []]);
    await s.post(home);
    await s.post(
      notification(
        { id: 'm8', activity: 'cancel-discharge-inpatient-home', recorded: '2019-03-08T12:00:00+01:00', after: 'm4' },
        encounter('S1'),
      ),
    );
    expect((await s.stay('S1')).phase).toBe('inskriven');
  });

  test('an admission is taken back, and whatever comes after is told so', async () => {
    const gone = notification(
      { id: 'm9', activity: 'cancel-admit-inpatient', recorded: '2019-03-01T10:00:00+01:00', after: 'm1' },
      encounter('S1', { status: 'entered-in-error' }),
    );
    await s.post(gone);
    expect((await s.stay('S1')).phase).toBe('annullerad');
    // The admission itself, late: it was taken back.
    expect((await s.post(admit)).status).toBe(200);
    const later = await s.post(home);
    expect([later.status, errorsOf(later)]).toEqual([409, ['conflict Bundle.entry[2].resource.status']]);
    expect((await s.stay('S1')).phase).toBe('annullerad');
    const anew = notification({ id: 'm10', activity: 'admit-inpatient', recorded: '2019-03-02T10:00:00+01:00' }, encounter('S2'));
    expect([(await s.post(anew)).status, (await s.stay('S2')).phase]).toEqual([200, 'inskriven']);
  });

  test('an admission to another ward than was said first', async () => {
    await s.post(admit);
    await s.post(
      notification(
        { id: 'm5', activity: 'revise-admit-inpatient', recorded: '2019-03-01T12:00:00+01:00', after: 'm1', ward: OTHER_WARD },
        encounter('S1'),
      ),
    );
    expect(await s.stay('S1')).toMatchObject({ ward: OTHER_WARD, log: [{ action: 'flytta', data: { tidpunkt: '2019-03-01T08:30:00Z' } }] });
  });

  test('a death', async () => {
    await s.post(
      notification(
        { id: 'm1', activity: 'admit-inpatient', recorded: '2019-03-02T12:00:00+01:00', patient: { deceasedBoolean: true } },
        finished('S1', '2019-03-02T11:00:00+01:00'),
      ),
    );
    expect((await s.stay('S1')).log).toMatchObject([{ action: 'skriv-ut', data: { till: 'avliden' } }]);
  });

  test('the stay may be named by the episode of care, as MedCom names it', async () => {
    const { identifier: _, ...rest } = encounter('S1');
    await s.post(
      notification(
        { id: 'm1', activity: 'STIN', recorded: ADMITTED },
        { ...rest, episodeOfCare: [{ identifier: { system: 'urn:oid:1.2.3', value: 'S7' } }] },
      ),
    );
    expect((await s.stay('S7')).phase).toBe('inskriven');
  });

  test('a visit is accepted and nothing is done', async () => {
    const visit = notification({ id: 'm1', activity: 'admit-emergency', recorded: ADMITTED }, encounter('S1', { class: { code: 'EMER' } }));
    expect((await s.post(visit)).status).toBe(200);
    expect(s.service.stays.size).toBe(0);
  });

  test('a discharge that comes first admits too', async () => {
    await s.post(home);
    expect(await outcomeOf()).toMatchObject({ phase: 'avslutad', dischargedAt: '2019-03-08T10:00:00Z' });
  });
});

describe('a message that is wrong says where', () => {
  const change = (entry: number, patch: Json): Json => {
    const message = structuredClone(home);
    Object.assign(message['entry'][entry].resource, patch);
    return message;
  };
  const HEADER = 'Bundle.entry[0].resource';
  test.each<[string, Json, string]>([
    ['no header first', { ...home, entry: [...home['entry']].reverse() }, `invariant ${HEADER}`],
    ['another event', change(0, { eventCoding: { system: 'urn:x', code: 'care-communication-message' } }), `not-supported ${HEADER}.event`],
    ['no event', change(0, { eventCoding: undefined }), `required ${HEADER}.eventCoding`],
    ['no source', change(0, { source: undefined }), `required ${HEADER}.source`],
    ['no focus', change(0, { focus: undefined }), `required ${HEADER}.focus`],
    ['a focus that is not there', change(0, { focus: [{ reference: 'Encounter/x' }] }), `not-found ${HEADER}.focus[0].reference`],
    ['a focus on something else', change(0, { focus: [{ reference: 'Patient/m4-p' }] }), `structure ${HEADER}.focus[0].reference`],
    [
      'a patient that is not there',
      change(2, { subject: { reference: 'Patient/x' } }),
      'not-found Bundle.entry[2].resource.subject.reference',
    ],
    ['an unknown activity', change(5, { activity: { coding: [{ code: 'dance' }] } }), 'code-invalid Bundle.entry[5].resource.activity'],
    ['a Provenance without its time', change(5, { recorded: undefined }), 'required Bundle.entry[5].resource.recorded'],
    ['an activity and a status that do not agree', change(2, { status: 'in-progress' }), 'invariant Bundle.entry[2].resource.status'],
    ['no end', change(2, { period: { start: ADMITTED } }), 'required Bundle.entry[2].resource.period.end'],
    [
      'an end before the start',
      change(2, { period: { start: ADMITTED, end: '2019-02-01T10:00:00Z' } }),
      'invariant Bundle.entry[2].resource.period.end',
    ],
    ['an address given twice', { ...home, entry: [...home['entry'], home['entry'][1]] }, 'duplicate Bundle.entry[6].fullUrl'],
    ['a collection', { ...home, type: 'collection' }, 'not-supported Bundle.type'],
    ['no such type', { ...home, type: 'x' }, 'code-invalid Bundle.type'],
    ['nothing in it', { ...home, entry: [] }, 'structure Bundle.entry'],
    ['no Bundle', encounter('S1'), 'invalid Bundle.resourceType'],
  ])('%s', async (_, body, issue) => {
    const answer = await s.post(body);
    expect([answer.status, errorsOf(answer)]).toEqual([422, expect.arrayContaining([issue])]);
    expect(s.service.stays.size).toBe(0);
  });
});
