import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generated } from '../../../scripts/gen-schemas.js';
import { ACTION_NAMES, type ActionName } from '../../../src/domain/stay/actions.js';
import { checkEnvelope } from '../../../src/domain/stay/check.js';
import { envelopeOf } from '../../../src/domain/stay/schemas.js';
import { DATA, NURSE } from './case.js';

const RUNS = Number(process.env['CHECK_RUNS'] ?? 2000);

type Path = (string | number)[];

/** Every place in a value, the whole first. */
function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]))];
}

const TEXTS = [
  '',
  'x',
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(4000),
  'x'.repeat(4001),
  'å'.repeat(4000),
  '😀'.repeat(2000),
  '\u0000',
  'a\nb',
  '\ud800',
  '2019-03-09',
  '2019-02-29',
  '2020-02-29',
  '1900-02-29',
  '2000-02-29',
  '2019-13-01',
  '2019-04-31',
  '0000-01-01',
  '2019-03-09T10:00:00Z',
  '2019-03-09T10:00Z',
  '2019-03-09T10:00:00',
  '2019-03-09T24:00:00Z',
  '2019-03-09T10:00:60Z',
  '2019-03-09T10:00:00+25:00',
  '2019-03-09T10:00:00+01:00',
  '2019-03-09T10:00:00.123456789Z',
  '2019-03-09t10:00:00z',
  '2019-03-09 10:00:00Z',
  '2019-03-09T10:00:00Z\n',
  '+002019-03-09T10:00:00Z',
  '0680',
  '680',
  '06800',
  '٠٦٨٠',
  '__proto__',
  'kommun',
  'annan',
  'hem',
  'klar',
  'patient',
];
const KEYS = ['okant', '__proto__', 'constructor', 'toString', 'id', 'at', 'by', 'data', 'imported', 'part', 'x'.repeat(101), ''];

const spoiling = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, false, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, [], {}, [[]], { $ref: '#' }),
  fc.constantFrom<unknown>(...TEXTS),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A valid envelope with some of its places replaced, removed, added to or repeated. */
const message = fc.record({
  action: fc.constantFrom(...ACTION_NAMES),
  extra: fc.record({ at: fc.constantFrom('2019-03-09T10:00:00Z'), imported: fc.boolean() }, { requiredKeys: [] }),
  changes: fc.array(
    fc.record({
      where: fc.nat(),
      how: fc.constantFrom('replace', 'remove', 'add', 'repeat', 'many'),
      key: fc.constantFrom(...KEYS),
      value: spoiling,
    }),
    { maxLength: 3 },
  ),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function spoiled({ action, extra, changes }: Message): unknown {
  let whole: unknown = structuredClone({ id: 'a-1', by: NURSE, data: DATA[action], ...extra });
  for (const { where, how, key, value: shared } of changes) {
    const value: unknown = structuredClone(shared);
    const places = placesIn(whole);
    const path = places[where % places.length] ?? [];
    const parent = path.slice(0, -1).reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], whole) as
      | Record<string, unknown>
      | undefined;
    const last = path.at(-1);
    const target = last === undefined ? whole : parent?.[last];
    if (how === 'add' && typeof target === 'object' && target !== null && !Array.isArray(target))
      Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
    else if (how === 'repeat' && Array.isArray(target)) target.push(...structuredClone(target));
    else if (how === 'many' && Array.isArray(target)) target.push(...Array.from({ length: 101 }, () => structuredClone(target[0])));
    else if (last === undefined) whole = value;
    else if (how === 'remove' && !Array.isArray(parent)) delete (parent as Record<string, unknown>)[last];
    else (parent as Record<string, unknown>)[last] = value;
  }
  return whole;
}

const ENVELOPES = Object.fromEntries(ACTION_NAMES.map((action) => [action, envelopeOf(action)])) as Record<
  ActionName,
  ReturnType<typeof envelopeOf>
>;

const sameVerdict = (action: ActionName, envelope: unknown) => {
  const zod = ENVELOPES[action].safeParse(envelope);
  const errors = checkEnvelope(action, envelope);
  if ((errors.length === 0) !== zod.success)
    expect.fail(`${JSON.stringify(envelope)?.slice(0, 2000)}: checker ${JSON.stringify(errors)}, zod ${zod.error?.message ?? 'content'}`);
};

describe('the checker of the sandbox and zod at the doors', () => {
  it.each(ACTION_NAMES)('%s: a valid example is valid to both', (action) => {
    const envelope = { id: 'a-1', by: NURSE, data: DATA[action] };
    expect(envelopeOf(action).safeParse(envelope).success).toBe(true);
    expect(checkEnvelope(action, envelope)).toEqual([]);
  });

  it('give the same verdict on any message, random or spoiled', () => {
    fc.assert(
      fc.property(message, (m) => sameVerdict(m.action, spoiled(m))),
      { numRuns: RUNS, seed: 20190301 },
    );
  });

  it('give the same verdict on anything at all', () => {
    fc.assert(fc.property(fc.constantFrom(...ACTION_NAMES), fc.anything(), sameVerdict), { numRuns: Math.ceil(RUNS / 3), seed: 20190302 });
  });

  it('name every field that is wrong, missing or unknown', () => {
    const { samtycke: _gone, ...data } = DATA['initiera-svpl'] as Record<string, never>;
    const errors = checkEnvelope('initiera-svpl', {
      id: '',
      by: { ...NURSE, extra: 1 },
      data: { ...data, adl: 7, kontaktOnskasMed: [{ part: 'ingen', profession: 'x' }] },
    });
    expect(errors.map((e) => e.path).sort()).toEqual(['by.extra', 'data.adl', 'data.kontaktOnskasMed.0.part', 'data.samtycke', 'id']);
  });

  it('stop at a bounded number of errors, and at a bounded depth', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(checkEnvelope('kommentera', { id: 'a', by: NURSE, data: { text: deep } }).length).toBeGreaterThan(0);
    const errors = checkEnvelope('kommentera', {
      id: 'a',
      by: NURSE,
      data: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 1])),
    });
    expect(errors.length).toBeLessThanOrEqual(60);
  });
});

it('the schema that the sandbox reads is the one generated from zod: run `npm run gen` when it is not', () => {
  expect(readFileSync(new URL('../../../src/domain/stay/catalogue.schema.gen.ts', import.meta.url), 'utf8')).toBe(generated());
});
