import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldKinds, generatedSensitive } from '../../../scripts/gen-sensitive.js';
import type { Json } from '../../../src/domain/ids.js';
import { ACTION_NAMES } from '../../../src/domain/stay/actions.js';
import { currentDetailsOf } from '../../../src/domain/stay/owner-details.js';
import { replaceSensitive } from '../../../src/domain/stay/sensitive.js';
import { answerOf, viewOf } from '../../../src/domain/stay/view.js';
import { plantedData } from '../../support/planted.js';
import { ADMISSION, admitted, CASEWORKER, COORDINATOR, NURSE, rulesOf, upTo } from './case.js';

const HIDDEN = '«dolt»';
const hide = <T>(value: T): T => replaceSensitive(value, () => HIDDEN);
const foundIn = (value: unknown): [string, Json][] => {
  const found: [string, Json][] = [];
  replaceSensitive(value, (kind, what) => {
    found.push([kind, what]);
    return null;
  });
  return found;
};

it('what is a code and what is text is generated from the schemas: run `npm run gen` when it is not', () => {
  expect(readFileSync(new URL('../../../src/domain/stay/sensitive.gen.ts', import.meta.url), 'utf8')).toBe(generatedSensitive());
});

it('a text field of a new action is seen as one', () => {
  const kinds = fieldKinds({ ny: z.strictObject({ delar: z.array(z.strictObject({ anteckning: z.string().max(10) })) }) });
  expect(kinds.get('anteckning')?.isText).toBe(true);
});

const CASES = ACTION_NAMES.flatMap((action) => [0, 1].map((shape) => [action, shape] as const));

describe('every text field of an action', () => {
  it.each(CASES)('%s (%i) is found in its envelope, in a log and in a correction', (action, shape) => {
    const planted: string[] = [];
    const text = (path: string) => {
      planted.push(`skrivet i ${path}`);
      return `skrivet i ${path}`;
    };
    const data = plantedData(action, { text, shape });
    const envelope = { id: 'a-1', at: '2019-03-05T10:00:00Z', by: NURSE, data };
    const entry = { ...envelope, action, at: 1, receivedAt: 1, countsFrom: 1 };
    const correction = { id: 'a-2', by: NURSE, data: { actionId: 'a-1', skal: 'skrev fel', data } };
    const corrected = { ...entry, corrections: [{ byAction: 'a-2', at: 2, was: { at: 1, countsFrom: 1, data } }] };
    for (const value of [envelope, [envelope], { log: [entry] }, correction, { event: { type: 'accepted', entry: corrected } }]) {
      const left = JSON.stringify(hide(value));
      expect(planted.filter((one) => left.includes(one))).toEqual([]);
      expect(left).not.toContain('skrev fel');
      expect(left).not.toContain('189001019802');
      expect(left).toContain(NURSE.unit);
    }
    // And nothing else is: the codes and times of the action are as they were.
    const hidden = JSON.stringify(hide(envelope));
    for (const code of JSON.stringify(data).match(/"(?:2019-03-0[57][^"]*|0680|somatisk|HSL|SE-AVD-31|bostad|svpl|slutenvard)"/g) ?? [])
      expect(hidden).toContain(code);
  });
});

describe('a stay that has run its course', () => {
  const c = upTo(admitted(), 'stangd-vc')
    .do('2019-04-05T11:10', 'kommentera', NURSE, { text: 'Dottern Rut ringde' })
    .do('2019-04-05T11:11', 'rapportera-avvikelse', COORDINATOR, { typ: 'Fel läkemedel', text: 'Alva fick fel dos' })
    .do('2019-04-05T11:12', 'rapportera-avvikelse', COORDINATOR, { typ: 'checklista', text: 'Alva saknade recept' });
  const rules = rulesOf();
  const now = c.stay().log.at(-1)?.receivedAt ?? 0;

  it('keeps phase, times, codes, units and deadlines, and shows neither patient nor text', () => {
    const view = viewOf(c.stay(), rules, now);
    const seen = hide(view);
    const left = JSON.stringify([seen, hide(c.stay()), hide({ stayId: 'S', admission: ADMISSION, rules })]);
    for (const planted of ['Alva', 'Lind', '189001019802', 'Storgatan', 'Rut', 'Fel läkemedel', 'fel dos'])
      expect(left).not.toContain(planted);
    const { patient, deadlines, phase, episode, ball, ward, vardcentral } = view;
    expect(patient).toBeDefined();
    expect(seen).toMatchObject({ deadlines, phase, episode, ball, ward, vardcentral });
    expect(seen.log.map(({ action, id, at, by }) => ({ action, id, at, by }))).toEqual(
      view.log.map(({ action, id, at, by }) => ({ action, id, at, by })),
    );
    expect(foundIn({ stayId: 'S', admission: ADMISSION, rules })).toEqual([['identitet', ADMISSION.patient]]);
  });

  it('shows what the program itself says: notices, answers, deadlines, the details of the page', () => {
    const own = [
      c.notices,
      answerOf(c.stay(), rules, now, 'kommentera', 'x', ['Punkt på checklistan är inte klar – recept']),
      { accepted: false, code: 'ej-behorig', need: 'Rollen får inte utföra åtgärden.', errors: [{ path: 'data.tid', message: 'saknas' }] },
      viewOf(c.stay(), rules, now).deadlines,
      { state: 'preliminar', text: 'Väntar på invändningar', busy: false, until: 1 },
    ];
    for (const value of own) expect(foundIn(value)).toEqual([]);
    expect(foundIn(currentDetailsOf(c.stay(), rules, now))).toEqual([]);
  });
});

describe('a message of unknown shape', () => {
  it.each<[string, unknown]>([
    ['a field that no action has', { id: 'a', by: NURSE, data: { fritext: 'Anna Ek' } }],
    ['data that is no object', { id: 'a', by: NURSE, data: 'Anna Ek' }],
    ['no data at all', { id: 'a', meddelande: 'Anna Ek' }],
    ['a sender that is a name', { id: 'a', by: 'Anna Ek', data: {} }],
    ['more about the sender', { id: 'a', by: { ...CASEWORKER, om: 'Anna Ek' }, data: {} }],
    ['a field whose name is what was written', { id: 'a', by: NURSE, data: { 'Anna Ek': true } }],
    ['a code that is none', { id: 'a', by: NURSE, data: { plats: 'hos Anna Ek' } }],
    ['a time that is none', { id: 'a', at: 'när Anna Ek kom', by: NURSE, data: {} }],
    ['a personnummer as a number', { id: 'a', by: NURSE, data: { nummer: 189001019802 } }],
    ['a personnummer in a sentence', 'Gäller 18900101-9802, snarast'],
    ['the patient beside the data', { id: 'a', by: NURSE, data: {}, patient: { name: 'Anna Ek' } }],
    ['an objection', { stayId: 'S', code: 'fel-tid', text: 'Anna Ek kom hem' }],
    ['very deep', Array.from({ length: 5000 }).reduce<Json>((inner) => [inner], 'Anna Ek')],
  ])('%s: hides what may be a patient', (_name, value) => {
    const left = JSON.stringify(hide(value));
    expect(left).not.toContain('Anna Ek');
    expect(left).not.toMatch(/18900101-?9802/);
    expect(left).toContain(HIDDEN);
  });

  it('looks at what it is given and changes nothing in it', () => {
    const given = { id: 'a', by: NURSE, data: { text: 'Anna', patient: { name: 'Anna' } } };
    const copy = structuredClone(given);
    hide(given);
    expect(given).toEqual(copy);
    expect(hide({ patient: {} })).toEqual({ patient: {} });
  });
});
