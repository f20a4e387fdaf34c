import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { loadAgreements, processRulesOf, readAgreement, readVardpriser, shippedAgreementsDir } from '../../src/agreements/load.js';
import { problemText } from '../../src/agreements/yaml-file.js';
import { agreementsCheck } from '../../src/cli/agreements-check.js';
import { agreementInForce, lawInForce } from '../../src/domain/agreement-in-force.js';

const J = readFileSync(join(shippedAgreementsDir(), 'jonkoping-2018.yaml'), 'utf8');
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
const loaded = loadAgreements();
const agreements = loaded.ok ? loaded.agreements : [];
const [jonkoping] = agreements;
const at = (text: string): number => Date.parse(text);

const folder = mkdtempSync(join(tmpdir(), 'agreements-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the shipped agreements', () => {
  it('load, with the prices that are known', () => {
    expect(loaded.ok && loaded.agreements.map((each) => each.id)).toEqual([
      'jonkoping-2018',
      'lag-1990-1404',
      'lag-2017-612',
      'vastmanland-2022',
    ]);
    expect(loaded.ok && loaded.vardpriser).toEqual({ 2019: 780_000, 2020: 820_000, 2022: 930_000, 2023: 1_050_000 });
  });

  test.each([
    ['jonkoping', '2017-12-31', 'lag-1990-1404'],
    ['jonkoping', '2018-01-01', 'jonkoping-2018'],
    ['jonkoping', '2030-01-01', 'jonkoping-2018'],
    ['vastmanland', '2021-12-31', 'lag-2017-612'],
    ['vastmanland', '2022-01-01', 'vastmanland-2022'],
    ['halland', '2019-03-01', 'lag-2017-612'],
  ])('in %s on %s %s holds', (region, date, id) => {
    expect(agreementInForce(agreements, region, date)?.id).toBe(id);
  });

  it('fall back on the law', () => {
    expect(lawInForce(agreements, '2018-02-01')?.id).toBe('lag-2017-612');
    expect(lawInForce(agreements, '1991-12-31')).toBeUndefined();
  });

  it('give a stay the rules of its admission', () => {
    if (jonkoping === undefined) throw new Error('no agreements');
    const rules = processRulesOf(jonkoping, at('2019-03-01T10:00Z'));
    expect(rules).toMatchObject({
      agreementId: 'jonkoping-2018',
      version: jonkoping.version,
      region: 'jonkoping',
      initierarSvpl: ['slutenvard/sjukskoterska'],
      preconditions: { callWithinDays: 3 },
    });
    expect(rules.kommuner).toHaveLength(13);
    expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
  });
});

describe('the version', () => {
  const versionOf = (text: string): string | undefined => {
    const read = readAgreement('j.yaml', text);
    return 'agreement' in read ? read.agreement.version : undefined;
  };
  it('changes with the content, and not with comments or order', () => {
    expect(versionOf(`# en kommentar\n${J}`)).toBe(versionOf(J));
    expect(versionOf(J.replace('from: "2018-01-01"\n  until: null', 'until: null\n  from: "2018-01-01"'))).toBe(versionOf(J));
    expect(versionOf(J.replaceAll('threshold: "2.0"', 'threshold: "2.1"'))).not.toBe(versionOf(J));
    expect(versionOf(J)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('an error has its line and field', () => {
  const rows: [string, string, string, string, RegExp][] = [
    ['a misspelt field', 'callWithinDays: 3', 'callWithinDay: 3', 'preconditions.callWithinDay', /finns inte/],
    ['an unquoted kommunkod', 'code: "0604"', 'code: 0604', 'kommuner.0.code', /text/],
    ['a kommunkod of three digits', 'code: "0617"', 'code: "617"', 'kommuner.1.code', /fyra siffror/],
    ['a kommun twice', 'code: "0617"', 'code: "0604"', 'kommuner.1.code', /finns redan/],
    ['a date that does not exist', 'from: "2018-01-01"', 'from: "2018-02-30"', 'inForce.from', /datum/],
    ['an end before the beginning', 'until: "2019-01-01"', 'until: "2018-01-01"', 'payment.2.until', /senare/],
    ['an unknown rule', 'kind: individual-30', 'kind: individual-31', 'payment.2.rule.kind', /får stå/],
    ['a threshold without quotes', 'threshold: "2.0" #', 'threshold: 2.0 #', 'payment.1.rule.threshold', /text/],
    ['an unknown setting', 'failing: exclude', 'failing: excluded', 'preconditions.failing', /exclude, never-raises/],
    ['a role that does not exist', '- slutenvard/sjukskoterska', '- slutenvard/vardsamordnare', 'process.initierarSvpl.0', /roll/],
    ['a deadline that does not exist', 'bemanning: {', 'bemaning: {', 'process.deadlines.bemaning', /finns inte/],
    [
      'a deadline of two lengths',
      'bemanning: { hours: 24',
      'bemanning: { months: 1, hours: 24',
      'process.deadlines.bemanning',
      /exakt en längd/,
    ],
    ['a gap between rules', 'from: "2019-01-01"', 'from: "2019-02-01"', 'payment.3.from', /saknas från 2019-01-01/],
    [
      'averages that differ',
      'threshold: "2.0"\n      rounding: half-up-one-decimal\n      individual',
      'threshold: "2.5"\n      rounding: half-up-one-decimal\n      individual',
      'payment.3.rule',
      /lika/,
    ],
    ['a price of each day under an average', 'priceYear: discharge', 'priceYear: each-day', 'priceYear', /discharge/],
    ['freezing before objections end', 'frozenDay: 13', 'frozenDay: 12', 'cycle.frozenDay', /efter/],
  ];
  test.each(rows)('%s', (_what, part, spoiled, field, reason) => {
    expect(J).toContain(part);
    const text = J.replace(part, spoiled);
    const read = readAgreement('j.yaml', text);
    const problems = 'problems' in read ? read.problems : [];
    const found = problems.find((problem) => problem.field === field);
    expect(found?.reason).toMatch(reason);
    const line = lineOf(J, part);
    // The rule's own line is that of its period where the field is the rule as a whole.
    expect(Math.abs((found?.line ?? 0) - line)).toBeLessThanOrEqual(field.endsWith('.rule') ? 2 : 0);
  });

  test.each([
    ['a missing field', J.replace(/^priceYear:.*\n/m, ''), 'priceYear', /saknas/],
    ['no YAML', `${J}\n}`, '', /YAML/],
    ['a field twice', `${J}\nid: en-till`, '', /YAML/],
    ['nothing', '', '', /grupp av fält/],
  ])('%s', (_what, text, field, reason) => {
    const read = readAgreement('j.yaml', text);
    const [problem] = 'problems' in read ? read.problems : [];
    expect(problem?.field).toBe(field);
    expect(problem && problemText(problem)).toMatch(reason);
  });

  it('refuses a price without a source, in öre or twice', () => {
    const text = 'vardpris:\n  - { year: 2019, kr: 7800.5, source: a }\n  - { year: 2020, kr: 1 }\n';
    const read = readVardpriser('v.yaml', text);
    expect('problems' in read && read.problems.map((problem) => `${problem.line} ${problem.field}`)).toEqual([
      '2 vardpris.0.kr',
      '3 vardpris.1.source',
    ]);
    const twice = readVardpriser('v.yaml', 'vardpris:\n  - { year: 2019, kr: 1, source: a }\n  - { year: 2019, kr: 2, source: b }\n');
    expect('problems' in twice && twice.problems).toMatchObject([{ line: 3, field: 'vardpris.1.year' }]);
  });
});

describe('hemgang agreements check', () => {
  const check = (files: string[], agreementsDir?: string) => {
    let out = '';
    let err = '';
    const code = agreementsCheck(
      { files, agreementsDir },
      {
        stdout: {
          write: (text) => {
            out += text;
          },
        },
        stderr: {
          write: (text) => {
            err += text;
          },
        },
      },
    );
    return { code, out, err };
  };

  it('says that the shipped ones hold', () => {
    expect(check([])).toMatchObject({ code: 0, err: '' });
    expect(check([]).out).toMatch(/jonkoping-2018: giltig \(version [0-9a-f]{12}\)\n/);
  });

  it('answers 1 with file, line and field', () => {
    const file = join(folder, 'fel.yaml');
    writeFileSync(file, J.replace('hours: 24', 'hours: en dag'));
    expect(check([file])).toEqual({
      code: 1,
      out: '',
      err: `${file}:${lineOf(J, 'hours: 24')}:process.deadlines.inskrivningsmeddelande.hours: ska vara ett tal\n`,
    });
    expect(check([join(folder, 'saknas.yaml')])).toMatchObject({ code: 1, err: expect.stringContaining('filen finns inte') as string });
  });

  it('refuses a folder where two agreements have the same id, or none is a price table', () => {
    const copy = join(folder, 'copy');
    cpSync(shippedAgreementsDir(), copy, { recursive: true });
    writeFileSync(join(copy, 'x.yaml'), J);
    expect(check([], copy).err).toMatch(/x\.yaml:\d+:id: jonkoping-2018 finns redan/);
    rmSync(join(copy, 'vardpris.yaml'));
    expect(check([], copy).err).toMatch(/vardpris\.yaml:1: filen med vårdpriser saknas/);
  });
});
