/** The ids of workflows, by which anybody finds them. @source contract.md, Temporal */

/** `stay/{region}/{stayId}` */
export function stayWorkflowId(region: string, stayId: string): string {
  return `stay/${region}/${stayId}`;
}

/** `billing/{region}/{YYYY-MM}` */
export function billingWorkflowId(region: string, month: string): string {
  return `billing/${region}/${month}`;
}

/** `invoice/{region}/{YYYY-MM}/{payer}` */
export function invoiceWorkflowId(region: string, month: string, payer: string): string {
  return `invoice/${region}/${month}/${payer}`;
}
