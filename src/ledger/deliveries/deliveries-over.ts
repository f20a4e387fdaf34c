/** What the ledger does for notices that leave, over its context. */
import type { LedgerContext } from '../ledger.js';
import type { DeliveryLedger } from './delivery-ledger.js';
import { endpointsOver } from './endpoints.js';
import { readDeliveriesOver } from './read-deliveries.js';
import { sendingOver } from './sending.js';
import { tellingOver } from './telling.js';

export function deliveriesOver(context: LedgerContext): DeliveryLedger {
  return { ...endpointsOver(context), ...sendingOver(context), ...tellingOver(context), ...readDeliveriesOver(context) };
}
