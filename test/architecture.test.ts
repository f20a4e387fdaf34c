/** The code itself: arrows that point one way, a core that is pure, a sandbox that replays, and the rules of the house. */
import { describe, expect, test } from 'vitest';
import { importsOf, withoutComments } from './support/imports.js';
import { type SourceFile, sourceFiles } from './support/sources.js';

const PRODUCT = ['src', 'workflows', 'activities', 'worker'];
const files = sourceFiles(PRODUCT);
const GENERATED = /\.gen\.ts$/;

/** A rule answers what is wrong with a file, one line for each fault. */
type Rule = (file: SourceFile) => string[];

// ------------------------------------------------------------------------------------------------------ layers

interface Layer {
  name: string;
  files: RegExp;
  /** What its files may import; of the files of the project and of packages. */
  may: RegExp;
  /** What they may import as types only, besides. */
  types?: RegExp;
}

const DOMAIN = /^src\/domain\//;
const PACKAGE = /^(?!src\/|workflows\/|activities\/|worker\/|test\/|bench\/|scripts\/)/;
const either = (...parts: RegExp[]) => new RegExp(parts.map(({ source }) => `(?:${source})`).join('|'));

/** First that fits holds. `domain` ← `doors`, `out`, `ledger`, `workflows` ← `activities` ← `worker`, `cli`. */
const LAYERS: Layer[] = [
  { name: 'the schemas of the core', files: /^src\/domain\/(.*\/)?schemas\.ts$/, may: either(DOMAIN, /^zod$/, /^temporal-polyfill$/) },
  { name: 'the core', files: DOMAIN, may: either(/^src\/domain\/(?!(.*\/)?schemas\.ts$)/, /^temporal-polyfill$/), types: DOMAIN },
  {
    name: 'the workflows',
    files: /^workflows\//,
    may: either(
      /^workflows\//,
      /^src\/domain\/(?!(.*\/)?schemas\.ts$)/,
      /^src\/temporal\/(search-attributes|workflow-ids)\.ts$/,
      /^@temporalio\/(workflow|common)(\/|$)/,
    ),
    types: either(/^activities\//, /^src\/(temporal|doors)\//),
  },
  {
    name: 'the ledger',
    files: /^src\/ledger\//,
    may: either(/^src\/(ledger|domain|agreements)\//, /^src\/process-start\.ts$/, PACKAGE),
    types: /^src\//,
  },
  {
    name: 'agreements, doors and out',
    files: /^src\/(agreements|doors|out)\//,
    // On whose behalf a line or a span is: known only where a request comes in, and needed by all that follows from it.
    may: either(/^src\/(agreements|doors|out|domain|ledger|temporal)\//, /^src\/telemetry\/(log-context|spans)\.ts$/, PACKAGE),
    types: either(/^src\/(?!cli\/)/, /^workflows\//, /^activities\//),
  },
  {
    name: 'the activities',
    files: /^activities\//,
    may: either(/^activities\//, /^src\/(?!cli\/|doors\/http\/)/, /^@temporalio\/(activity|common)(\/|$)/, PACKAGE),
  },
  {
    name: 'everything below the program',
    files: /^src\/(?!cli\/)/,
    may: either(/^src\/(?!cli\/)/, /^workflows\//, PACKAGE),
    types: /^activities\//,
  },
  { name: 'the program', files: /^(src\/cli|worker)\//, may: either(/^(src|workflows|activities|worker)\//, PACKAGE) },
];

const arrows: Rule = ({ path, text }) => {
  const layer = LAYERS.find(({ files: of }) => of.test(path));
  if (!layer) return [`${path} belongs to no layer`];
  return importsOf(path, text)
    .filter(({ target, typeOnly }) => !(layer.may.test(target) || (typeOnly && layer.types?.test(target))))
    .map(
      ({ target, typeOnly }) =>
        `${path}: ${layer.name} may not import ${target}${typeOnly || !layer.types?.test(target) ? '' : ', but its types'}`,
    );
};

/** What the sandbox loads: everything that is reached from the bundle's entry by imports of values. */
function sandbox(all: readonly SourceFile[]): { files: SourceFile[]; packages: Set<string> } {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const reached = new Map<string, SourceFile>();
  const packages = new Set<string>();
  const waiting = ['workflows/index.ts', 'src/temporal/payload-converter.ts', 'src/temporal/failure-converter.ts'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (!file) {
      if (PACKAGE.test(path)) packages.add(path);
      continue;
    }
    if (reached.has(path)) continue;
    reached.set(path, file);
    waiting.push(
      ...importsOf(path, file.text)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ target }) => target),
    );
  }
  return { files: [...reached.values()], packages };
}

const SANDBOX_PACKAGES = /^(temporal-polyfill|@temporalio\/(workflow|common)(\/.*)?)$/;

// ---------------------------------------------------------------------------------------------------- banned calls

interface Ban {
  what: string;
  pattern: RegExp;
}

/** Would give another answer at a replay, or on another machine. */
const NOT_IN_THE_SANDBOX: Ban[] = [
  {
    what: 'local getters of Date',
    pattern: /\.(?:get|set)(?:FullYear|Year|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)\s*\(/,
  },
  { what: 'the locale of the machine', pattern: /\.toLocale(?:Date|Time)?String\s*\(\s*\)/ },
  { what: 'Intl format() without an argument reads the clock', pattern: /\.format(?:ToParts)?\s*\(\s*\)/ },
  { what: 'extends Date, which the sandbox replaces', pattern: /\bextends\s+Date\b/ },
  { what: 'Promise.race, which leaks timers', pattern: /\bPromise\s*\.\s*race\b/ },
  { what: 'Temporal.Now', pattern: /\bTemporal\s*\.\s*Now\b/ },
  { what: 'modules of Node', pattern: /['"]node:/ },
  { what: 'the process', pattern: /\bprocess\s*\./ },
  { what: 'default handlers, which wedge a workflow', pattern: /\bsetDefault(?:Signal|Update|Query)Handler\b/ },
];

/** Time and chance are arguments of the core. */
const NOT_IN_THE_CORE: Ban[] = [
  ...NOT_IN_THE_SANDBOX,
  { what: 'Date.now()', pattern: /\bDate\s*\.\s*now\b/ },
  { what: 'new Date() without an argument', pattern: /\bnew\s+Date\s*(?:\(\s*\)|[;,)])/ },
  { what: 'Math.random', pattern: /\bMath\s*\.\s*random\b/ },
  { what: 'timers', pattern: /\bset(?:Timeout|Interval|Immediate)\s*\(/ },
];

const HOUSE: Ban[] = [
  { what: 'a default export', pattern: /(?:^|\n)\s*export\s+default\b/ },
  { what: 'an enum', pattern: /(?:^|\n)\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/ },
];

const banned =
  (bans: readonly Ban[]): Rule =>
  ({ path, text }) => {
    const code = withoutComments(text);
    return bans.filter(({ pattern }) => pattern.test(code)).map(({ what }) => `${path}: ${what}`);
  };

/** A forgotten event must not fold to an unchanged state. */
const noSilentDefault: Rule = ({ path, text }) =>
  /\bdefault\s*:\s*\{?\s*return\s+(?:stay|state)\b/.test(withoutComments(text)) ? [`${path}: default returns the state as it was`] : [];

const noPostponedWork: Rule = ({ path, text }) => (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text) ? [`${path}: work that was put off`] : []);

const MAX_LINES = 400;
const notTooLong: Rule = ({ path, text }) =>
  text.split('\n').length > MAX_LINES + 1 && !GENERATED.test(path) ? [`${path}: more than ${MAX_LINES} lines`] : [];

const startsWithASentence: Rule = ({ path, text }) =>
  /^\/\*\*|^\/\//.test(text) ? [] : [`${path}: no sentence at its top says what it is`];

const sensitive =
  /\b(?:personnummer)\b.*\b(?:log|logger)\.(?:info|warn|error|debug)\b|\b(?:log|logger)\.(?:info|warn|error|debug)\(.*\bpersonnummer\b/;
const logsNoIdentity: Rule = ({ path, text }) => (sensitive.test(withoutComments(text)) ? [`${path}: an identity number in a log`] : []);

const apply = (rule: Rule, to: readonly SourceFile[]) => to.flatMap(rule);
const core = files.filter(({ path }) => DOMAIN.test(path) && !GENERATED.test(path));

describe('the project keeps the rule that', () => {
  test('there is something to check', () => {
    expect(core.length).toBeGreaterThan(5);
    expect(files.filter(({ path }) => path.startsWith('workflows/')).length).toBeGreaterThan(0);
    expect(files.filter(({ path }) => path.startsWith('activities/')).length).toBeGreaterThan(0);
    expect(files.flatMap(({ path, text }) => importsOf(path, text)).length).toBeGreaterThan(100);
  });
  test('arrows point one way', () => expect(apply(arrows, files)).toEqual([]));
  test('the sandbox loads only what replays and is small', () => {
    const { files: loaded, packages } = sandbox(files);
    expect(loaded.length).toBeGreaterThan(3);
    expect([...packages].filter((name) => !SANDBOX_PACKAGES.test(name))).toEqual([]);
    expect(apply(banned(NOT_IN_THE_SANDBOX), loaded)).toEqual([]);
  });
  test('the core has neither clock nor chance', () => expect(apply(banned(NOT_IN_THE_CORE), core)).toEqual([]));
  test('no event is forgotten by evolve', () => expect(apply(noSilentDefault, core)).toEqual([]));
  test('there are no default exports and no enums', () => expect(apply(banned(HOUSE), files)).toEqual([]));
  test('no file is longer than 400 lines', () => expect(apply(notTooLong, files)).toEqual([]));
  test('every file says at its top what it is', () =>
    expect(
      apply(
        startsWithASentence,
        files.filter(({ path }) => !GENERATED.test(path)),
      ),
    ).toEqual([]));
  test('no work is put off', () =>
    expect(apply(noPostponedWork, sourceFiles([...PRODUCT, 'test/domain', 'scripts', 'bench']))).toEqual([]));
  test('no log holds an identity number', () => expect(apply(logsNoIdentity, files)).toEqual([]));
});

describe('a violation is found:', () => {
  const found = (rule: Rule, path: string, text: string) => rule({ path, text }).length;

  test.each([
    ['src/domain/stay/decide.ts', "import { z } from 'zod';"],
    ['src/domain/stay/decide.ts', "import { readFileSync } from 'node:fs';"],
    ['src/domain/stay/decide.ts', "import type { Ledger } from '../../ledger/ledger.js';"],
    ['src/domain/stay/decide.ts', "import { admissionSchema } from './schemas.js';"],
    ['src/domain/stay/decide.ts', "const x = await import('../../out/mail.js');"],
    ['src/domain/stay/decide.ts', "export { x } from '../../config.js';"],
    ['workflows/stay.ts', "import { createActivities } from '../activities/index.js';"],
    ['workflows/stay.ts', "import {\n  a,\n  b,\n} from '../src/ledger/ledger.js';"],
    ['workflows/stay.ts', "import '../src/out/mail.js';"],
    ['workflows/stay.ts', "import { randomUUID } from 'node:crypto';"],
    ['src/ledger/record.ts', "import { app } from '../doors/http/app.js';"],
    ['src/doors/submit.ts', "import { run } from '../cli/serve.js';"],
    ['src/out/mail.ts', "import { runWorker } from '../../worker/main.js';"],
    ['activities/notify.ts', "import { stay } from '../workflows/stay.js';"],
    ['elsewhere/file.ts', ''],
  ])('%s: %s', (path, text) => expect(found(arrows, path, text)).toBe(1));

  test.each([
    ['workflows/stay.ts', "import type { createActivities } from '../activities/index.js';"],
    ['src/domain/stay/schemas.ts', "import { z } from 'zod';"],
    ['src/domain/stay/decide.ts', "// import { z } from 'zod';\nimport { addDays } from '../calendar.js';"],
    ['src/cli/serve.ts', "import { runWorker } from '../../worker/main.js';"],
  ])('but not in %s: %s', (path, text) => expect(found(arrows, path, text)).toBe(0));

  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const hour = new Date(at).getHours();',
    'const x = Math.random();',
    "new Intl.DateTimeFormat('sv', { timeZone }).format()",
    "import fs from 'node:fs';",
    'class Day extends Date {}',
    'await Promise.race([a, b]);',
    'Temporal.Now.instant()',
    'process.env.TZ',
    'setTimeout(f, 1)',
    'setDefaultSignalHandler(f)',
  ])('in the core, %s', (text) => expect(found(banned(NOT_IN_THE_CORE), 'src/domain/x.ts', text)).toBeGreaterThan(0));

  test.each(['// Date.now() is banned', 'const at = new Date(ms);', 'format(at)', 'date.getUTCHours()'])('but not %s', (text) =>
    expect(found(banned(NOT_IN_THE_CORE), 'src/domain/x.ts', text)).toBe(0),
  );

  test.each(['export default 1;', 'export const enum Phase { A }', 'enum Phase { A }'])('%s', (text) =>
    expect(found(banned(HOUSE), 'src/x.ts', text)).toBe(1),
  );

  test('a default that returns the state, a long file, put-off work, a file without a word, an identity in a log', () => {
    expect(found(noSilentDefault, 'src/domain/stay/evolve.ts', 'switch (e.type) {\n default:\n return stay;\n}')).toBe(1);
    expect(found(notTooLong, 'src/x.ts', '\n'.repeat(401))).toBe(1);
    expect(found(noPostponedWork, 'src/x.ts', `// ${'TO'}DO: later`)).toBe(1);
    expect(found(startsWithASentence, 'src/x.ts', 'export const a = 1;')).toBe(1);
    expect(found(logsNoIdentity, 'src/x.ts', 'log.info({ personnummer }, "hej")')).toBe(1);
  });

  test('what the sandbox reaches over another file', () => {
    const planted = [
      { path: 'workflows/index.ts', text: "export { stay } from './stay.js';" },
      {
        path: 'workflows/stay.ts',
        text: "import { check } from '../src/domain/check.js';\nimport type { A } from '../activities/index.js';",
      },
      { path: 'src/domain/check.ts', text: "import { z } from 'zod';" },
      { path: 'activities/index.ts', text: "import pg from 'pg';" },
    ];
    expect([...sandbox(planted).packages]).toEqual(['zod']);
  });
});
