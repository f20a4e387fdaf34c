/** Who invoices and who is invoiced, as data: `parter.yaml`, strict, and with line and field of every error. */
import { z } from 'zod';
import { KOMMUNKOD } from '../domain/ids.js';
import { type FileProblem, readYaml } from './yaml-file.js';

export const PARTIES_FILE = 'parter.yaml';

/** The check digit that organisationsnummer and giro numbers end with. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return sum % 10 === 0;
}

const text = z.string().trim().min(1).max(200);
const organisationsnummer = z
  .string()
  .regex(/^\d{6}-\d{4}$/, 'ska vara ett organisationsnummer inom citattecken, "212000-0530"')
  .refine((number) => hasCheckDigit(number.replace('-', '')), 'kontrollsiffran stämmer inte');
const endpoint = z
  .strictObject({
    scheme: z.string().regex(/^\d{4}$/, 'ska vara fyra siffror inom citattecken; "0007" är organisationsnummer, "0088" GLN'),
    id: z.string().regex(/^[A-Za-z0-9:._-]{1,50}$/, 'ska vara adressen utan mellanslag, inom citattecken'),
  })
  .refine(({ scheme, id }) => scheme !== '0007' || (/^\d{10}$/.test(id) && hasCheckDigit(id)), {
    path: ['id'],
    message: 'ska med scheme "0007" vara ett organisationsnummer med tio siffror och rätt kontrollsiffra',
  });
const address = z.strictObject({
  street: text.optional(),
  postalCode: z.string().regex(/^\d{3} \d{2}$/, 'ska vara ett postnummer inom citattecken, "551 11"'),
  city: text,
});
const account = z
  .strictObject({ kind: z.enum(['bankgiro', 'plusgiro']), number: z.string().regex(/^[\d-]{3,11}$/, 'ska vara siffror inom citattecken') })
  .refine(({ number }) => hasCheckDigit(number.replaceAll('-', '')), { path: ['number'], message: 'kontrollsiffran stämmer inte' });

const REGION_FIELDS = ['organisationsnummer', 'endpoint', 'address', 'contact', 'account', 'vat'] as const;
const KOMMUN_FIELDS = ['organisationsnummer', 'endpoint', 'address', 'buyerReference'] as const;

const regionParty = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]{1,39}$/, 'ska vara regionens id, t.ex. jonkoping'),
  name: text,
  organisationsnummer: organisationsnummer.optional(),
  endpoint: endpoint.optional(),
  address: address.optional(),
  contact: z.strictObject({ name: text, phone: text.optional(), email: z.email('ska vara en e-postadress').optional() }).optional(),
  account: account.optional(),
  vat: z
    .strictObject({
      /** O: outside the scope of VAT; E: exempt. */
      category: z.enum(['O', 'E']),
      reason: text,
      vatNumber: z
        .string()
        .regex(/^SE\d{12}$/, 'ska vara ett momsregistreringsnummer, "SE232100005701"')
        .optional(),
    })
    .refine(({ category, vatNumber }) => category !== 'E' || vatNumber !== undefined, {
      path: ['vatNumber'],
      message: 'ska anges när category är E',
    })
    .refine(({ category, vatNumber }) => category !== 'O' || vatNumber === undefined, {
      path: ['vatNumber'],
      message: 'ska inte anges när category är O',
    })
    .optional(),
  exempel: z.array(z.enum(REGION_FIELDS)).optional(),
});
const kommunParty = z.strictObject({
  code: z.string().regex(KOMMUNKOD, 'ska vara en kommunkod med fyra siffror inom citattecken, t.ex. "0680"'),
  name: text,
  organisationsnummer: organisationsnummer.optional(),
  endpoint: endpoint.optional(),
  address: address.optional(),
  buyerReference: text.optional(),
  exempel: z.array(z.enum(KOMMUN_FIELDS)).optional(),
});

/** Fields may be left out: an invoice that needs one then fails and names it. `exempel` lists fields made up to be replaced. */
export const partiesFileSchema = z.strictObject({ regioner: z.array(regionParty), kommuner: z.array(kommunParty) });

export type RegionParty = z.infer<typeof regionParty>;
export type KommunParty = z.infer<typeof kommunParty>;
export type Parties = z.infer<typeof partiesFileSchema>;

/** An installation whose folder has no such file: everything is made but the invoices. */
export const NO_PARTIES: Parties = { regioner: [], kommuner: [] };

/** The parties from the text of their file. `file` is used in what is said about errors only. */
export function readParties(file: string, text: string): { parties: Parties } | { problems: FileProblem[] } {
  const read = readYaml(file, text, partiesFileSchema);
  if ('problems' in read) return read;
  const { regioner, kommuner } = read.value;
  const problems = [
    ...twice(regioner.map(({ id }) => id)).map((index) => read.problemAt(['regioner', index, 'id'], 'regionen finns redan')),
    ...twice(kommuner.map(({ code }) => code)).map((index) => read.problemAt(['kommuner', index, 'code'], 'kommunen finns redan')),
    ...exampleProblems('regioner', regioner, read.problemAt),
    ...exampleProblems('kommuner', kommuner, read.problemAt),
  ];
  return problems.length > 0 ? { problems } : { parties: read.value };
}

/** Where a value stands that stood before. */
const twice = (values: readonly string[]): number[] => values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));

function exampleProblems(
  list: string,
  parties: readonly (RegionParty | KommunParty)[],
  problemAt: (path: (string | number)[], reason: string) => FileProblem,
): FileProblem[] {
  return parties.flatMap((party, index) =>
    (party.exempel ?? []).flatMap((field, place) =>
      (party as Record<string, unknown>)[field] === undefined
        ? [problemAt([list, index, 'exempel', place], `${field} står inte i posten och kan inte vara ett exempel`)]
        : [],
    ),
  );
}
