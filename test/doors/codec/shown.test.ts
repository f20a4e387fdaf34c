/** What a process owner sees of decoded payloads: the course of events, and nothing of who it is about or what somebody wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadAgreements, processRulesOf } from '../../../src/agreements/load.js';
import type { Agreement } from '../../../src/domain/agreement.js';
import type { Json, JsonObject } from '../../../src/domain/ids.js';
import { ACTION_NAMES, ACTIONS } from '../../../src/domain/stay/actions.js';
import { wakesOf } from '../../../src/domain/stay/elapse.js';
import { noticesOf } from '../../../src/domain/stay/notices.js';
import { headlineOf } from '../../../src/domain/stay/owner.js';
import { currentDetailsOf } from '../../../src/domain/stay/owner-details.js';
import { REFUSALS } from '../../../src/domain/stay/refusals.js';
import { answerOf, viewOf } from '../../../src/domain/stay/view.js';
import { isOwnSentence } from '../../../src/doors/codec/own-sentences.js';
import { HIDDEN, shownOf } from '../../../src/doors/codec/shown.js';
import { ADMISSION, admitted, CASEWORKER, COORDINATOR, NURSE, rulesOf, STORY, upTo } from '../../domain/stay/case.js';
import { plantedData } from '../../support/planted.js';
import { sourceFiles } from '../../support/sources.js';

const NUMBER = '189001019802';
/** Everything at which two values differ: path, what it was, what it is. */
function differences(before: Json, after: Json, path = ''): [path: string, was: Json, is: Json][] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return before.flatMap((one, index) => differences(one, after[index] ?? null, path));
  const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject(before) && isObject(after) && Object.keys(after).length > 0)
    return Object.keys(before).flatMap((name) => differences(before[name] ?? null, after[name] ?? null, `${path}.${name}`));
  return [[path, before, after]];
}

const CASES = ACTION_NAMES.flatMap((action) => [0, 1].map((shape) => [action, shape] as const));

describe('what an action says', () => {
  it.each(CASES)('%s (%i) is hidden in its envelope, in a log, on its way to the ledger and in what is carried on', (action, shape) => {
    const planted: string[] = [];
    const text = (path: string) => {
      planted.push(`Kvärnhöl ${path}`);
      return `Kvärnhöl ${path}`;
    };
    const data = plantedData(action, { text, shape });
    const envelope = { id: 'a-1', at: '2019-03-05T10:00:00Z', by: NURSE, data };
    const entry = { ...envelope, action, at: 1, receivedAt: 1, countsFrom: 1 };
    const event = { type: 'accepted', at: 1, entry, hash: '256d2310388ea69a' };
    const values: Json[] = [
      envelope,
      [envelope],
      { log: [entry] },
      { stayId: 'S-1', region: 'jonkoping', events: [{ seq: 2, event }] },
      { stayId: 'S-1', admission: ADMISSION, carried: { stay: { log: [entry] }, records: [{ seq: 2, event }], notices: [] } },
      { id: 'a-2', by: NURSE, data: { actionId: 'a-1', skal: 'Kvärnhöl skal', data } },
      { id: 'a-1', by: NURSE, ...data },
      data,
    ] as unknown as Json[];
    for (const value of values) {
      const seen = JSON.stringify(shownOf(value));
      expect(seen).not.toMatch(/Kvärnhöl|18900101|256d2310/);
    }
    // The codes and times are as they were, and so is who did it.
    const seen = JSON.stringify(shownOf(envelope as unknown as Json));
    for (const code of JSON.stringify(data).match(/"(?:2019-03-0[57][^"]*|0680|somatisk|HSL|SE-AVD-31|bostad|svpl|slutenvard)"/g) ?? [])
      expect(seen).toContain(code);
    expect(seen).toContain(JSON.stringify(NURSE));
    expect(planted.length === 0 || seen.includes(HIDDEN) || seen.includes('"patient":{}')).toBe(true);
  });
});

describe('a stay that has run its course', () => {
  const c = upTo(admitted(), 'stangd-vc').do('2019-04-05T11:11', 'rapportera-avvikelse', COORDINATOR, {
    typ: 'Fel läkemedel',
    text: 'fel dos',
  });
  const rules = rulesOf();
  const now = c.stay().log.at(-1)?.receivedAt ?? 0;
  const TEXTS =
    /\.(?:patient|hash|data\.(?:[a-zA-Z.]+)|namn|telefon|adl|insatser|ansvar|profession|personer\.[a-z]+|kontakt\.[a-z]+|mal|vad|huvudman|ansvarig|huvudansvar|viktigtForMig|beslut|deviations?\.(?:type|text))$/;

  it.each<[string, unknown]>([
    ['its state', c.stay()],
    ['its events', c.events.map((event, index) => ({ seq: index + 1, event }))],
    ['its view', viewOf(c.stay(), rules, now)],
    ['what it was started with', { stayId: 'S-1', admission: ADMISSION, rules, clock: { start: 1, realStart: 1, scale: 1 } }],
    ['its notices', { stayId: 'S-1', region: 'jonkoping', to: { party: 'kommun', unit: '0680' }, notices: c.notices }],
    ['an answer', answerOf(c.stay(), rules, now, 'kommentera', 'x', ['Punkt på checklistan är inte klar – lakare: recept'])],
  ])('%s: nothing is hidden but identity, text and fingerprints', (_what, value) => {
    const seen = shownOf(value as Json);
    expect(JSON.stringify(seen)).not.toMatch(/Alva|Lind\b|Storgatan|Fel läkemedel|fel dos|Karin Ek|036-/);
    expect(
      differences(value as Json, seen).filter(([path, , is]) => !TEXTS.test(path) || !(is === HIDDEN || path.endsWith('patient'))),
    ).toEqual([]);
  });

  it.each(['jonkoping-2018', 'vastmanland-2022', 'lag-2017-612'])('the rules of %s', (id) => {
    const loaded = loadAgreements();
    const agreement = loaded.ok ? loaded.agreements.find((one) => one.id === id) : undefined;
    const pinned = processRulesOf(agreement as Agreement, Date.parse('2022-03-01'), 'jonkoping') as unknown as Json;
    expect(differences(pinned, shownOf(pinned))).toEqual([]);
  });

  it('refusals and answers to what was wrong', () => {
    const answers: Json[] = [
      ...Object.entries(REFUSALS).map(([code, { sv }]) => ({ accepted: false, code, need: sv })),
      {
        accepted: false,
        code: 'vardplan-ej-signerad',
        need: `${REFUSALS['vardplan-ej-signerad'].sv} (kommun/handlaggare, slutenvard/sjukskoterska)`,
      },
      { accepted: false, code: 'uppfoljning-for-sent', need: `${REFUSALS['uppfoljning-for-sent'].sv} (senast 2019-04-09)` },
      {
        accepted: false,
        code: 'ogiltig-data',
        need: REFUSALS['ogiltig-data'].sv,
        errors: [{ path: 'data.kallade.0.part', message: HIDDEN }],
      },
    ];
    for (const value of answers) expect(shownOf(value)).toEqual(value);
    const wrong = {
      accepted: false,
      code: 'ogiltig-data',
      need: REFUSALS['ogiltig-data'].sv,
      errors: [{ path: 'data.Anna Ek', message: 'okänt fält' }],
    };
    expect(JSON.stringify(shownOf(wrong))).not.toContain('Anna');
  });

  it('what the timeline and the page say, at every step', () => {
    const said = new Set<string>();
    for (const [key] of STORY) {
      const at = upTo(admitted(), key);
      said.add(headlineOf(at.stay(), rules));
      for (const { label } of wakesOf(at.stay(), rules)) said.add(label);
    }
    for (const text of said) expect([text, shownOf(text)]).toEqual([text, text]);
    expect(said.size).toBeGreaterThan(10);
    const definition = {
      type: 'stay',
      queryDefinitions: [{ name: '__stack_trace', description: '' }, { name: 'deadlines' }],
      updateDefinitions: ACTION_NAMES.map((name) => ({ name, description: ACTIONS[name].beskrivning })),
    };
    const page = { definition, currentDetails: currentDetailsOf(c.stay(), rules, now) } as unknown as Json;
    expect(shownOf(page)).toEqual(page);
  });

  it.each(readdirSync('test/golden/details'))('the page %s', (file) => {
    const currentDetails = readFileSync(`test/golden/details/${file}`, 'utf8');
    const page: Json = { definition: { type: 'stay' }, currentDetails };
    expect(shownOf(page)).toEqual(page);
    expect(shownOf({ definition: { type: 'x' }, currentDetails })).toEqual({ definition: { type: HIDDEN }, currentDetails: HIDDEN });
    expect(shownOf({ ...page, currentDetails: `Anna Ek\n${currentDetails}` })).toMatchObject({ currentDetails: HIDDEN });
  });
});

test('every line that the workflows write in the timeline is known', () => {
  const samples = [
    '3',
    '2019-03',
    '2019-03-05 12.00',
    'jonkoping',
    '0680',
    'S-1',
    'Jönköping (0680)',
    'Vårdcentralen Rosen',
    'Månaden pågår',
  ];
  const filled = (parts: string[], sofar: string): boolean => {
    const [part = '', ...rest] = parts;
    if (rest.length === 0) return isOwnSentence(sofar + part);
    return samples.some((sample) => filled(rest, sofar + part + sample));
  };
  const lines = sourceFiles(['workflows'])
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /summary|label:|reach\(|rubrik/.test(line))
    .flatMap((line) =>
      [...line.matchAll(/`((?:[^`$]|\$\{[^`]*?\})*)`|'((?:[^'])*)'/g)].map(([, template, plain]) => template ?? plain ?? ''),
    )
    .filter((text) => /^[A-ZÅÄÖ].* /.test(text));
  expect(lines.length).toBeGreaterThan(20);
  // What is made of a description, or of a party's name, is tried by itself below.
  const made = lines.filter((line) => !/beskrivning|noticesLabel/.test(line));
  expect(made.filter((line) => !filled(line.split(/\$\{.*?\}(?=[^}]|$)/), ''))).toEqual([]);
});

test('every notice to staff is known by its words', () => {
  const told = STORY.flatMap(([key]) => upTo(admitted(), key).notices);
  for (const { text } of told) expect([text, isOwnSentence(text)]).toEqual([text, true]);
  const stay = upTo(admitted(), 'stangd-vc').stay();
  const events = [
    {
      type: 'reminded',
      at: 1,
      deadline: 'svpl-kallelse:x',
      id: 'svpl-kallelse',
      owner: { party: 'vardcentral', unit: 'SE-VC-1' },
      dueAt: 1,
      reminderAt: 1,
    },
    {
      type: 'breached',
      at: 1,
      deadline: 'svpl-kallelse:x',
      id: 'svpl-kallelse',
      owner: { party: 'vardcentral', unit: 'SE-VC-1' },
      dueAt: 1,
    },
    { type: 'delivery-failed', at: 1, noticeId: 'x', unit: { party: 'kommun', unit: '0680' }, reason: 'x' },
    { type: 'closed-by-system', at: 1, unit: { party: 'kommun', unit: '0680' } },
    {
      type: 'refused',
      at: 1,
      via: 'signal',
      refusal: { action: 'bemanna', at: 1, by: CASEWORKER, code: 'svpl-ej-initierad', need: REFUSALS['svpl-ej-initierad'].sv },
    },
  ] as const;
  for (const event of events)
    for (const { text } of noticesOf(event, 9, stay, stay, rulesOf())) expect([text, isOwnSentence(text)]).toEqual([text, true]);
});

describe('what a stranger sends', () => {
  it.each<[string, unknown]>([
    ['a text', 'Anna Ek är sämre'],
    ['a single word', 'Kvärnhöl'],
    ['a name', 'Anna'],
    ['a number', 189001019802],
    ['a number as a text', NUMBER],
    ['texts in a list', ['Anna Ek', ['Anna Ek']]],
    ['a sentence that begins as one of ours', 'Sparar händelse 3 i registret för Anna Ek'],
    ['a sentence over two lines', 'Sparar händelse 3 i registret\nAnna Ek'],
    ['a timer with more', 'Frist: Kallelse till SVPL – X, senast 2019-03-05 12.00\nAnna Ek'],
    ['a refusal with more in brackets', `${REFUSALS['svpl-ej-initierad'].sv} (Anna Ek)`],
    ['a field that no value has', { type: 'accepted', anteckning: 'Anna Ek' }],
    ['a field of ours with a text', { type: 'Anna Ek', status: 'Anna', phase: 'Anna', region: 'Anna Ek', code: 'Anna' }],
    ['a kommun that is a name', { stayId: 'S-1', kommun: 'Anna', payer: 'Anna', unit: 'Anna' }],
    ['a field whose name is what was written', { stayId: 'S-1', 'Anna Ek': 1, Anna: true, [NUMBER]: 1 }],
    ['a name without a unit', { stayId: 'S-1', name: 'Anna Ek' }],
    ['a sender of no party', { id: 'a', by: { party: 'Anna', unit: '1', name: 'Anna Ek' }, data: {} }],
    ['more about a sender', { id: 'a', by: { ...NURSE, om: 'Anna Ek', role: 'Anna' }, data: {} }],
    ['a refusal of its own', { accepted: false, code: 'ej-behorig', need: 'Anna Ek får inte' }],
    ['a notice of its own', { noticeId: 'S-1~1~x~0680', type: 'bemanna', text: 'Anna Ek bor kvar' }],
    ['a month of its own', { busy: false, text: 'Anna Ek' }],
    ['a deviation of its own', { id: 'noterad:checklista:1', status: 'oppen', type: 'checklista', text: 'Anna Ek' }],
    ['an objection', { stayId: 'S', code: 'fel-tid', text: 'Anna Ek kom hem' }],
    ['data that is a text', { id: 'a', by: NURSE, data: 'Anna Ek' }],
    ['data that is a list', { id: 'a', by: NURSE, data: ['Anna Ek', { text: 'Anna Ek' }] }],
    ['a patient anywhere', { stayId: 'S-1', events: [{ patient: { name: 'Anna Ek', personnummer: NUMBER } }] }],
    ['a page that is none', { definition: { type: 'stay' }, currentDetails: 'Anna Ek' }],
    ['a failure', { message: 'relation does not exist: Anna Ek', stack_trace: 'Error: Anna Ek\n    at x' }],
    ['a failure with more', { message: 'x', stack_trace: '', cause: 'Anna Ek' }],
    ['a stack trace', 'Error: Anna Ek\n    at live (workflows/stay.ts:1:1)'],
    ['a header', { traceparent: 'Anna Ek', baggage: 'Anna Ek' }],
    ['a phone number', { stayId: 'S-1', status: '036-10 50 00', telefon: 'Anna' }],
    ['very deep', Array.from({ length: 5_000 }).reduce<Json>((inner) => [inner], 'Anna Ek')],
    ['very deep objects', Array.from({ length: 5_000 }).reduce<Json>((inner) => ({ log: inner }), 'Anna Ek')],
    ['a prototype', JSON.parse('{"stayId":"S-1","__proto__":{"name":"Anna Ek"},"constructor":"Anna Ek"}') as Json],
  ])('%s: is hidden', (_name, value) => {
    const seen = JSON.stringify(shownOf(value as Json));
    expect(seen).not.toMatch(/Anna|Kvärnhöl|1890|036-/);
    expect(seen).toMatch(/«dolt»|\{\}/);
  });

  it('a large one is looked through in time', () => {
    const many = { log: Array.from({ length: 20_000 }, (_, index) => ({ id: `a-${index}`, by: NURSE, data: { text: 'Anna Ek' } })) };
    const long = { id: 'a', by: NURSE, data: { text: 'Anna Ek '.repeat(200_000) }, need: `${'(a'.repeat(100_000)}` };
    const startedAt = performance.now();
    expect(JSON.stringify([shownOf(many as unknown as Json), shownOf(long as unknown as Json)])).not.toContain('Anna');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('is not changed by being looked at', () => {
    const given = { id: 'a', by: NURSE, data: { text: 'Anna', patient: { name: 'Anna' } } } as unknown as Json;
    const copy = structuredClone(given);
    shownOf(given);
    expect(given).toEqual(copy);
  });
});
