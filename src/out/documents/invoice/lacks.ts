/** What an invoice needs of its parties, and what of it is missing or only an example. */
import { type KommunParty, PARTIES_FILE, type Parties, type RegionParty } from '../../../agreements/parties.js';

type Needed<T, K extends keyof T> = T & { [field in K]-?: NonNullable<T[field]> };
export type Supplier = Needed<RegionParty, 'organisationsnummer' | 'endpoint' | 'address' | 'contact' | 'account' | 'vat'>;
export type Customer = Needed<KommunParty, 'organisationsnummer' | 'endpoint' | 'address' | 'buyerReference'>;

export type FoundParties = { supplier: Supplier; customer: Customer } | { lacks: string[] };

const SUPPLIER_FIELDS = ['organisationsnummer', 'endpoint', 'address', 'contact', 'account', 'vat'] as const;
const CUSTOMER_FIELDS = ['organisationsnummer', 'endpoint', 'address', 'buyerReference'] as const;

/**
 * The two parties of an invoice, or, in Swedish, every field that keeps it from being made.
 *
 * `allowExamples`: fields that the file itself says are made up may be used: for trials and training, never in production.
 */
export function partiesOf(parties: Parties, region: string, payer: string, allowExamples: boolean): FoundParties {
  const supplier = parties.regioner.find((one) => one.id === region);
  const customer = parties.kommuner.find((one) => one.code === payer);
  const lacks = [
    ...(supplier === undefined
      ? [`regionen ${region} saknas bland regioner`]
      : faultsOf(`regioner.${region}`, supplier, SUPPLIER_FIELDS, allowExamples)),
    ...(customer === undefined
      ? [`kommunen ${payer} saknas bland kommuner`]
      : faultsOf(`kommuner.${payer}`, customer, CUSTOMER_FIELDS, allowExamples)),
  ];
  if (lacks.length > 0) return { lacks: lacks.map((lack) => `${PARTIES_FILE}: ${lack}`) };
  return { supplier: supplier as Supplier, customer: customer as Customer };
}

function faultsOf<T extends { exempel?: string[] | undefined }>(
  place: string,
  party: T,
  fields: readonly (keyof T & string)[],
  allowExamples: boolean,
): string[] {
  return fields.flatMap((field) => {
    if (party[field] === undefined) return [`${place}.${field} saknas`];
    if (!allowExamples && party.exempel?.includes(field))
      return [`${place}.${field} är ett exempel; rätta det och ta bort det ur listan exempel`];
    return [];
  });
}
