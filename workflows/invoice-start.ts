/** With what a kommun's invoice is started, by whomever: its region's month, a correction, the first message to it. */
import type { SearchAttributePair } from '@temporalio/common';
import { KOMMUN, MANAD, REGION } from '../src/temporal/search-attributes.js';
import { invoiceWorkflowId } from '../src/temporal/workflow-ids.js';
import type { DomainClock } from './clock.js';

export interface KommunInvoiceInput {
  region: string;
  /** `YYYY-MM` */
  month: string;
  /** Kommunkod. */
  payer: string;
  /** Left out: real time, as when it is started by hand. */
  clock?: DomainClock | undefined;
}

/** The options with which it is started. Once it has ended it may be started again, and does what is left to do. */
export function invoiceStart(input: KommunInvoiceInput) {
  const { region, month, payer } = input;
  const headline = `Kommunens faktura ${month}, kommun ${payer}, region ${region}`;
  return {
    workflowId: invoiceWorkflowId(region, month, payer),
    args: [input] as [KommunInvoiceInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: invoiceAttributes(input),
    staticSummary: headline,
    memo: { rubrik: headline },
  };
}

export const invoiceAttributes = ({ region, month, payer }: KommunInvoiceInput): SearchAttributePair[] => [
  { key: REGION, value: region },
  { key: KOMMUN, value: payer },
  { key: MANAD, value: month },
];
