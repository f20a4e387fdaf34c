import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAgreements, shippedAgreementsDir } from '../../src/agreements/load.js';
import { PARTIES_FILE, readParties } from '../../src/agreements/parties.js';
import { problemText } from '../../src/agreements/yaml-file.js';
import { kommunerIn } from '../../src/domain/agreement-in-force.js';
import { partiesOf } from '../../src/out/documents/invoice/lacks.js';

const loaded = loadAgreements();
if (!loaded.ok) throw new Error('the shipped agreements do not load');
const { parties, agreements } = loaded;
const TEXT = readFileSync(join(shippedAgreementsDir(), PARTIES_FILE), 'utf8');

const problemsOf = (text: string): string[] => {
  const read = readParties('parter.yaml', text);
  return 'problems' in read ? read.problems.map(problemText) : [];
};

describe('the shipped parties', () => {
  test('are every region and kommun of the shipped agreements', () => {
    const regions = agreements.flatMap(({ region }) => (region === null ? [] : [region]));
    expect(parties.regioner.map(({ id }) => id).sort()).toEqual([...new Set(regions)].sort());
    const codes = agreements.flatMap((agreement) =>
      agreement.region === null ? [] : kommunerIn(agreement, '2022-06').map(({ code }) => code),
    );
    expect(parties.kommuner.map(({ code }) => code).sort()).toEqual([...new Set(codes)].sort());
  });

  test('can invoice in a trial, each to each of its kommuner', () => {
    for (const { code } of parties.kommuner) {
      const region = code.startsWith('06') ? 'jonkoping' : 'vastmanland';
      expect(partiesOf(parties, region, code, true)).not.toHaveProperty('lacks');
    }
  });

  test('never in production while an example stands in them', () => {
    const found = partiesOf(parties, 'jonkoping', '0680', false);
    expect(found).toHaveProperty('lacks');
    const { lacks } = found as { lacks: string[] };
    expect(lacks).toContain('parter.yaml: regioner.jonkoping.account är ett exempel; rätta det och ta bort det ur listan exempel');
    expect(lacks).toContain('parter.yaml: kommuner.0680.buyerReference är ett exempel; rätta det och ta bort det ur listan exempel');
  });
});

describe('an invoice without', () => {
  test.each(['organisationsnummer', 'endpoint', 'address', 'buyerReference'] as const)("the kommun's %s names the field", (field) => {
    const kommuner = parties.kommuner.map((one) => (one.code === '0680' ? { ...one, [field]: undefined } : one));
    expect(partiesOf({ ...parties, kommuner }, 'jonkoping', '0680', true)).toEqual({
      lacks: [`parter.yaml: kommuner.0680.${field} saknas`],
    });
  });

  test.each(['organisationsnummer', 'endpoint', 'address', 'contact', 'account', 'vat'] as const)(
    "the region's %s names the field",
    (field) => {
      const regioner = parties.regioner.map((one) => ({ ...one, [field]: undefined }));
      expect(partiesOf({ ...parties, regioner }, 'jonkoping', '0680', true)).toEqual({
        lacks: [`parter.yaml: regioner.jonkoping.${field} saknas`],
      });
    },
  );

  test('a party at all names the kommun and the region', () => {
    expect(partiesOf({ regioner: [], kommuner: [] }, 'jonkoping', '1480', true)).toEqual({
      lacks: ['parter.yaml: regionen jonkoping saknas bland regioner', 'parter.yaml: kommunen 1480 saknas bland kommuner'],
    });
  });
});

describe('what is wrong in the file is told with line and field:', () => {
  const lineOf = (part: string) => TEXT.slice(0, TEXT.indexOf(part)).split('\n').length;

  test.each([
    [
      'an organisationsnummer whose check digit is wrong',
      '"212000-0530"',
      '"212000-0531"',
      'organisationsnummer: kontrollsiffran stämmer inte',
    ],
    [
      'one of the wrong form',
      '"212000-0530"',
      '"2120000530"',
      'organisationsnummer: ska vara ett organisationsnummer inom citattecken, "212000-0530"',
    ],
    [
      'an address in Peppol that is no organisationsnummer',
      'id: "2120000530"',
      'id: "2120000531"',
      'endpoint.id: ska med scheme "0007" vara ett organisationsnummer med tio siffror och rätt kontrollsiffra',
    ],
    ['a bankgiro whose check digit is wrong', '"9912-3457"', '"9912-3458"', 'account.number: kontrollsiffran stämmer inte'],
    ['a misspelt field', 'buyerReference: EXEMPEL-0680', 'buyerReferens: EXEMPEL-0680', 'buyerReferens: fältet finns inte'],
    ['a VAT category that is not one of ours', 'category: O', 'category: S', 'vat.category: ska vara O, E'],
    ['a kommun given twice', 'code: "0682"', 'code: "0680"', 'code: kommunen finns redan'],
  ])('%s', (_what, from, to, reason) => {
    expect(TEXT).toContain(from);
    const problems = problemsOf(TEXT.replace(from, to));
    expect(problems[0]).toMatch(new RegExp(`^parter\\.yaml:${lineOf(from)}:`));
    expect(problems[0]).toContain(reason);
  });

  test('an example of a field that is not there', () => {
    const text = TEXT.replace('    buyerReference: EXEMPEL-0680\n', '');
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^parter\.yaml:\d+:kommuner\.6\.exempel\.2: buyerReference står inte i posten/),
    ]);
  });
});
