/** The ids of workflows, by which anybody finds them. @source contract.md, Temporal */

/** `stay/{region}/{stayId}` */
export function stayWorkflowId(region: string, stayId: string): string {
  return `stay/${region}/${stayId}`;
}
