/** The invoice, credit note and debit note as Peppol BIS Billing 3: nothing of any patient or stay, only days, prices and a reference to the basis. */
import { create } from 'xmlbuilder2';
import type { Agreement, Vardpriser } from '../../../domain/agreement.js';
import { addDays, addMonths, localDateOf } from '../../../domain/calendar.js';
import type { Ore } from '../../../domain/money.js';
import type { Invoice } from '../../../ledger/billing/billing-ledger.js';
import { dateText, monthText } from '../format.js';
import type { Customer, Supplier } from './lacks.js';
import { type InvoiceLine, invoiceLines } from './lines.js';

export interface PeppolInput {
  invoice: Invoice;
  /** Those of the same month issued before it, oldest first. */
  earlier: readonly Invoice[];
  supplier: Supplier;
  customer: Customer;
  agreement: Agreement;
  vardpriser: Vardpriser;
  /** Of the frozen month: by it the receiver finds the basis that belongs to the invoice. */
  hash: string;
}

type Node = { [name: string]: Node | Node[] | string };

const CAC = 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2';
const CBC = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2';
const SEK = 'SEK';
/** UNCL1001: commercial invoice, credit note, debit note. */
const TYPE_CODES = { faktura: '380', kreditfaktura: '381', debetfaktura: '383' } as const;

/** @source Peppol BIS Billing 3.0; EN 16931 */
export function peppolXml(input: PeppolInput): string {
  const { invoice } = input;
  const isCredit = invoice.kind === 'kreditfaktura';
  const root = isCredit ? 'CreditNote' : 'Invoice';
  const lines = invoiceLines(invoice, input.earlier.at(-1)?.sum ?? null, {
    agreement: input.agreement,
    month: invoice.month,
    vardpriser: input.vardpriser,
  });
  const document: Node = {
    [root]: {
      '@xmlns': `urn:oasis:names:specification:ubl:schema:xsd:${root}-2`,
      '@xmlns:cac': CAC,
      '@xmlns:cbc': CBC,
      'cbc:CustomizationID': 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
      'cbc:ProfileID': 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0',
      'cbc:ID': invoice.number,
      'cbc:IssueDate': localDateOf(invoice.issuedAt),
      ...(isCredit ? {} : { 'cbc:DueDate': invoice.dueDate }),
      [`cbc:${root}TypeCode`]: TYPE_CODES[invoice.kind],
      'cbc:Note': noteText(invoice),
      'cbc:DocumentCurrencyCode': SEK,
      'cbc:BuyerReference': input.customer.buyerReference,
      'cac:InvoicePeriod': periodOf(invoice.month),
      ...(invoice.refersTo === null ? {} : { 'cac:BillingReference': reference(invoice.refersTo, input.earlier) }),
      'cac:AdditionalDocumentReference': {
        'cbc:ID': basisNumber(invoice),
        'cbc:DocumentDescription': `Underlag för betalningsansvar, kontrollsumma SHA-256 ${input.hash}`,
      },
      'cac:AccountingSupplierParty': { 'cac:Party': supplierParty(input.supplier) },
      'cac:AccountingCustomerParty': { 'cac:Party': customerParty(input.customer) },
      ...(isCredit ? {} : { 'cac:PaymentMeans': paymentMeans(input.supplier, invoice) }),
      'cac:PaymentTerms': { 'cbc:Note': termsText(invoice) },
      ...totals(lines, input.supplier, isCredit ? -invoice.amountOre : invoice.amountOre),
      [`cac:${root}Line`]: lines.map((line, index) => lineNode(line, index, isCredit, input.supplier)),
    },
  };
  return `${create({ version: '1.0', encoding: 'UTF-8' }, document).end({ prettyPrint: true })}\n`;
}

/** `underlag-2019-03-0680-1`: what the basis is called where the kommun fetches it. */
export const basisNumber = ({ month, payer, n }: Pick<Invoice, 'month' | 'payer' | 'n'>): string => `underlag-${month}-${payer}-${n}`;

function noteText({ kind, month, refersTo }: Invoice): string {
  const what = `betalningsansvar för utskrivningsklara patienter, ${monthText(month)}`;
  switch (kind) {
    case 'faktura':
      return `Avser ${what}. Underlaget finns hos kommunens ekonom i Hemgång.`;
    case 'kreditfaktura':
      return `Krediterar del av faktura ${refersTo}: ${what} har räknats om. Underlaget finns hos kommunens ekonom i Hemgång.`;
    case 'debetfaktura':
      return `Tillägg till faktura ${refersTo}: ${what} har räknats om. Underlaget finns hos kommunens ekonom i Hemgång.`;
  }
}

function termsText({ kind, dueDate, refersTo }: Invoice): string {
  return kind === 'kreditfaktura'
    ? `Beloppet avräknas mot faktura ${refersTo}.`
    : `Betalas senast ${dateText(dueDate).replaceAll('\u00a0', ' ')}.`;
}

function periodOf(month: string): Node {
  return { 'cbc:StartDate': `${month}-01`, 'cbc:EndDate': addDays(addMonths(`${month}-01`, 1), -1) };
}

function reference(number: string, earlier: readonly Invoice[]): Node {
  const first = earlier.find((invoice) => invoice.number === number);
  return {
    'cac:InvoiceDocumentReference': { 'cbc:ID': number, ...(first === undefined ? {} : { 'cbc:IssueDate': localDateOf(first.issuedAt) }) },
  };
}

function supplierParty(supplier: Supplier): Node {
  const { vat, contact } = supplier;
  return {
    ...partyHead(supplier),
    ...(vat.vatNumber === undefined
      ? {}
      : { 'cac:PartyTaxScheme': { 'cbc:CompanyID': vat.vatNumber, 'cac:TaxScheme': { 'cbc:ID': 'VAT' } } }),
    'cac:PartyLegalEntity': legalEntity(supplier),
    'cac:Contact': {
      'cbc:Name': contact.name,
      ...(contact.phone === undefined ? {} : { 'cbc:Telephone': contact.phone }),
      ...(contact.email === undefined ? {} : { 'cbc:ElectronicMail': contact.email }),
    },
  };
}

function customerParty(customer: Customer): Node {
  return { ...partyHead(customer), 'cac:PartyLegalEntity': legalEntity(customer) };
}

function partyHead({ name, endpoint, address }: Supplier | Customer): Node {
  return {
    'cbc:EndpointID': { '@schemeID': endpoint.scheme, '#': endpoint.id },
    'cac:PartyName': { 'cbc:Name': name },
    'cac:PostalAddress': {
      ...(address.street === undefined ? {} : { 'cbc:StreetName': address.street }),
      'cbc:CityName': address.city,
      'cbc:PostalZone': address.postalCode,
      'cac:Country': { 'cbc:IdentificationCode': 'SE' },
    },
  };
}

function legalEntity({ name, organisationsnummer }: Supplier | Customer): Node {
  return { 'cbc:RegistrationName': name, 'cbc:CompanyID': { '@schemeID': '0007', '#': organisationsnummer.replace('-', '') } };
}

/** Bankgiro and plusgiro as the Swedish rules of Peppol want them. */
function paymentMeans({ account }: Supplier, invoice: Invoice): Node {
  return {
    'cbc:PaymentMeansCode': '30',
    'cbc:PaymentID': invoice.number,
    'cac:PayeeFinancialAccount': {
      'cbc:ID': account.number.replaceAll('-', ''),
      'cac:FinancialInstitutionBranch': { 'cbc:ID': account.kind === 'bankgiro' ? 'SE:BANKGIRO' : 'SE:PLUSGIRO' },
    },
  };
}

function totals(lines: readonly InvoiceLine[], supplier: Supplier, amountOre: Ore): Node {
  const sum = money(lines.reduce((all, line) => all + line.amountOre, 0));
  const payable = money(amountOre);
  return {
    'cac:TaxTotal': {
      'cbc:TaxAmount': amount('0.00'),
      'cac:TaxSubtotal': {
        'cbc:TaxableAmount': amount(sum),
        'cbc:TaxAmount': amount('0.00'),
        'cac:TaxCategory': {
          'cbc:ID': supplier.vat.category,
          ...percentOf(supplier),
          ...(supplier.vat.category === 'O' ? { 'cbc:TaxExemptionReasonCode': 'VATEX-EU-O' } : {}),
          'cbc:TaxExemptionReason': supplier.vat.reason,
          'cac:TaxScheme': { 'cbc:ID': 'VAT' },
        },
      },
    },
    'cac:LegalMonetaryTotal': {
      'cbc:LineExtensionAmount': amount(sum),
      'cbc:TaxExclusiveAmount': amount(sum),
      'cbc:TaxInclusiveAmount': amount(sum),
      'cbc:PayableAmount': amount(payable),
    },
  };
}

function lineNode(line: InvoiceLine, index: number, isCredit: boolean, supplier: Supplier): Node {
  return {
    'cbc:ID': String(index + 1),
    [isCredit ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity']: { '@unitCode': line.unit, '#': line.quantity },
    'cbc:LineExtensionAmount': amount(money(line.amountOre)),
    'cac:Item': {
      'cbc:Name': line.name.replaceAll('\u00a0', ' '),
      'cac:ClassifiedTaxCategory': { 'cbc:ID': supplier.vat.category, ...percentOf(supplier), 'cac:TaxScheme': { 'cbc:ID': 'VAT' } },
    },
    'cac:Price': { 'cbc:PriceAmount': amount(money(line.priceOre)) },
  };
}

const percentOf = ({ vat }: Supplier): Node => (vat.category === 'E' ? { 'cbc:Percent': '0' } : {});
const amount = (value: string): Node => ({ '@currencyID': SEK, '#': value });

/** Öre as kronor with two decimals, without a floating point anywhere. */
function money(ore: Ore): string {
  const digits = String(Math.abs(ore)).padStart(3, '0');
  return `${ore < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
