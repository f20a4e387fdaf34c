import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadAgreements } from '../../../src/agreements/load.js';
import { problemText } from '../../../src/agreements/yaml-file.js';
import { openRouting } from '../../../src/out/notices/open-routing.js';
import { loadRouting, readRouting } from '../../../src/out/notices/routing-file.js';
import { CONTEXT, routingFrom, SECRET } from './samples.js';

const kommun = (type = 'meddela-utskrivningsklar', unit = '0680') => ({ party: 'kommun', unit, region: 'jonkoping', type }) as const;

const HOOK = `endpoints:
  ett: { webhook: { url: "https://ett.example/in", secrets: [{ env: SECRET }] } }
  brev: { epost: { to: [Larm@kommun.example, jour@kommun.example] } }
`;

describe('the ways of a notice', () => {
  test.each([
    ['the very unit', 'routes:\n  - { unit: "0680", to: [ett] }\n  - { unit: "06*", to: [brev] }\n', false, ['webhook:ett']],
    ['the longest beginning', 'routes:\n  - { unit: "068*", to: [ett] }\n  - { unit: "0*", to: [brev] }\n', false, ['webhook:ett']],
    [
      'region before party alone',
      'routes:\n  - { region: jonkoping, to: [ett] }\n  - { party: kommun, to: [inkorg] }\n',
      false,
      ['webhook:ett'],
    ],
    [
      'those that say equally much are united',
      'routes:\n  - { unit: "0680", to: [ett] }\n  - { unit: "0680", to: [inkorg] }\n',
      true,
      ['webhook:ett'],
    ],
    ['another region', 'routes:\n  - { unit: "0680", region: vastmanland, to: [ett] }\ndefaults: { kommun: [inkorg] }\n', true, []],
    [
      'another type falls to the next',
      'routes:\n  - { unit: "0680", types: ["forsenad:*"], to: [ett] }\n  - { party: kommun, to: [inkorg] }\n',
      true,
      [],
    ],
    ['the default of the party', 'defaults: { kommun: [ett], "*": [inkorg] }\n', false, ['webhook:ett']],
    ['the default of all', 'defaults: { region: [ett], "*": [inkorg] }\n', true, []],
    ['nothing at all', 'defaults: { region: [inkorg] }\n', false, []],
    [
      'an address is a receiver of its own',
      'defaults: { "*": [brev] }\n',
      false,
      ['epost:larm@kommun.example', 'epost:jour@kommun.example'],
    ],
  ])('%s', (_, text, inbox, channels) => {
    expect(routingFrom(HOOK + text).waysOf(kommun())).toEqual({ inbox, channels });
  });

  test('a type of its own goes by its own way', () => {
    const routing = routingFrom(
      `${HOOK}routes:\n  - { unit: "0680", types: ["forsenad:*"], to: [inkorg, ett] }\ndefaults: { "*": [inkorg] }\n`,
    );
    expect(routing.waysOf(kommun('forsenad:svar-inskrivning'))).toEqual({ inbox: true, channels: ['webhook:ett'] });
    expect(routing.waysOf(kommun('skriv-ut'))).toEqual({ inbox: true, channels: [] });
  });

  test('the shipped routing gives every unit its inbox, and nothing leaves', () => {
    const loaded = loadRouting(undefined, { ...CONTEXT, env: {}, hasMail: false });
    if ('problems' in loaded) throw new Error(loaded.problems.map(problemText).join());
    expect(loaded.warnings).toEqual([]);
    expect(loaded.routing.endpoints.size).toBe(0);
    for (const party of ['slutenvard', 'vardcentral', 'kommun', 'region', 'tolkningsinstans', 'system', 'annan'] as const)
      expect(loaded.routing.waysOf({ ...kommun(), party })).toEqual({ inbox: true, channels: [] });
  });

  test('a receiver is of the regions whose routes lead to it', () => {
    const routing = routingFrom(`${HOOK}routes:\n  - { unit: "0680", region: jonkoping, to: [ett] }\ndefaults: { "*": [brev] }\n`);
    expect(routing.regionsOf('webhook:ett')).toEqual(new Set(['jonkoping']));
    expect(routing.regionsOf('epost:larm@kommun.example')).toBeNull();
  });
});

describe('errors are told with line and field', () => {
  test.each([
    [
      'http to another machine',
      'endpoints:\n  a:\n    webhook:\n      url: http://a.example/\n      secrets: [{ env: SECRET }]\n',
      /^f:4:endpoints\.a\.webhook\.url: ska börja med https/,
    ],
    [
      'a secret in the file',
      'endpoints:\n  a:\n    webhook:\n      url: https://a.example/\n      secrets: ["whsec_x"]\n',
      /^f:5:endpoints\.a\.webhook\.secrets\.0:/,
    ],
    [
      'a variable that is not set',
      'endpoints:\n  a:\n    webhook:\n      url: https://a.example/\n      secrets:\n        - { env: BORTA }\n',
      /^f:6:.*BORTA är inte satt/,
    ],
    [
      'a file that is not there',
      'endpoints:\n  a:\n    webhook: { url: "https://a.example/", secrets: [{ file: borta }] }\n',
      /^f:3:.*borta kan inte läsas/,
    ],
    [
      'a secret that is none',
      'endpoints:\n  a: { webhook: { url: "https://a.example/", secrets: [{ env: SVAG }] } }\n',
      /^f:2:.*24–64 byte/,
    ],
    ['a receiver that does not exist', 'defaults:\n  "*": [inkorg]\n  kommun: [hook]\n', /^f:3:defaults\.kommun\.0: hook är varken/],
    ['a kommun without quotes', 'routes:\n  - { to: [inkorg] }\n  - unit: 0680\n    to: [inkorg]\n', /^f:3:routes\.1\.unit: ska vara text/],
    ['a misspelt field', 'route: []\n', /^f:1:route: fältet finns inte/],
    ['no way', 'defaults:\n  "*": []\n', /^f:2:defaults\.\*: får inte vara tomt/],
    [
      'a user in the address',
      'endpoints:\n  a: { webhook: { url: "https://u:p@a.example/", secrets: [{ env: SECRET }] } }\n',
      /användarnamn/,
    ],
    [
      'both kinds',
      'endpoints:\n  a: { webhook: { url: "https://a.example/", secrets: [{ env: SECRET }] }, epost: { to: [a@b.se] } }\n',
      /antingen webhook eller epost/,
    ],
    ['an address that is none', 'endpoints:\n  a: { epost: { to: [hej] } }\n', /^f:2:endpoints\.a\.epost\.to\.0: ska vara en e-postadress/],
  ])('%s', (_, text, expected) => {
    const read = readRouting('f', text, { ...CONTEXT, env: { SECRET, SVAG: 'whsec_QUJD' } });
    if (!('problems' in read)) throw new Error('it was taken');
    expect(read.problems.map(problemText).join('\n')).toMatch(expected);
    expect(read.problems.map(problemText).join('\n')).not.toContain('QUJD');
  });

  test('http to this machine is taken', () => {
    for (const host of ['127.0.0.1:9', 'localhost', '[::1]:9'])
      expect(
        readRouting('f', `endpoints:\n  a: { webhook: { url: "http://${host}/", secrets: [{ env: SECRET }] } }\n`, CONTEXT),
      ).toHaveProperty('routing');
  });

  test('e-mail without a mail server, and secrets that only the sender needs', () => {
    const read = readRouting('f', HOOK, { ...CONTEXT, hasMail: false });
    expect('problems' in read && read.problems.map(problemText)).toEqual([
      expect.stringMatching(/^f:3:endpoints\.brev\.epost: .*SMTP_URL/),
    ]);
    expect(readRouting('f', HOOK, { ...CONTEXT, env: {}, withSecrets: false })).toHaveProperty('routing');
  });
});

test.each([
  ['routes:\n  - { unit: "0681", party: kommun, to: [inkorg] }\n', /^f:2:routes\.0\.unit: .*0681 är ingen kommun/],
  ['routes:\n  - { region: skane, to: [inkorg] }\n', /^f:2:routes\.0\.region: .*skane/],
  ['routes:\n  - { party: region, unit: skane, to: [inkorg] }\n', /skane är ingen region här/],
  ['routes:\n  - { types: [utskrivningklar], to: [inkorg] }\n', /utskrivningklar: inget meddelande/],
  ['endpoints:\n  a: { epost: { to: [a@b.se] } }\n', /^f:2:endpoints\.a: mottagaren används aldrig/],
])('a route that can never match is warned about: %j', (text, expected) => {
  const read = readRouting('f', text, CONTEXT);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  expect(read.warnings.map(problemText).join('\n')).toMatch(expected);
});

test('nothing is warned about where every kommun of the agreements has its route', () => {
  const loaded = loadAgreements();
  if (!loaded.ok) throw new Error('the shipped agreements do not load');
  const codes = loaded.agreements.flatMap(({ kommuner }) => kommuner.map(({ code }) => code));
  const text = `routes:\n${[...new Set(codes)].map((code) => `  - { party: kommun, unit: "${code}", types: ["paminnelse:*", invandning-svar], to: [inkorg] }`).join('\n')}\n`;
  const read = readRouting('f', text, { ...CONTEXT, agreements: loaded.agreements });
  expect('warnings' in read && read.warnings).toEqual([]);
});

describe('the file while the service runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fordelning-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is read again when it, or a secret, has changed; what is wrong leaves it as it was', () => {
    const file = join(folder, 'f.yaml');
    let clock = 1_000_000;
    const write = (path: string, text: string) => {
      writeFileSync(path, text);
      utimesSync(path, ++clock, clock);
    };
    write(join(folder, 'hemlig'), SECRET);
    write(file, 'endpoints:\n  a: { webhook: { url: "https://a.example/", secrets: [{ file: hemlig }] } }\ndefaults: { "*": [a] }\n');
    const loaded = loadRouting(file, CONTEXT);
    if ('problems' in loaded) throw new Error('not read');
    const logged: string[] = [];
    const log = {
      info: (_: object, message: string) => void logged.push(message),
      error: (_: object, message: string) => void logged.push(message),
    };
    const open = openRouting(file, loaded, CONTEXT, log);
    const secrets = () =>
      [...open.current().endpoints.values()].flatMap((endpoint) => (endpoint.kind === 'webhook' ? endpoint.secrets : []));
    open.refresh();
    expect(logged).toEqual([]);
    write(join(folder, 'hemlig'), CONTEXT.env['OLD_SECRET'] ?? '');
    open.refresh();
    expect(secrets()).toEqual([CONTEXT.env['OLD_SECRET']]);
    write(file, 'defaults: { "*": [borta] }\n');
    open.refresh();
    expect(open.router.waysOf(kommun()).channels).toEqual(['webhook:a']);
    expect(logged.at(-1)).toMatch(/wrong/);
    write(file, 'defaults: { "*": [inkorg] }\n');
    open.refresh();
    expect(open.router.waysOf(kommun())).toEqual({ inbox: true, channels: [] });
  });
});
