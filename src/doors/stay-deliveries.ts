/** A stay with what became of its notices, as far as the caller may see that. */
import { toIso } from '../domain/calendar.js';
import type { DeliveryRow } from '../ledger/deliveries/delivery-ledger.js';
import { NO_WAY } from '../ledger/deliveries/router.js';
import { INBOX } from '../ledger/notify.js';
import type { Caller } from './access/caller.js';
import type { DeliveryDesk } from './delivery-desk.js';

export type Channel = 'inkorg' | 'webhook' | 'epost' | 'ingen';

/** Of the receiver only its kind: an address is the receiver's own. */
export function channelOf(channel: string): Channel {
  if (channel === INBOX) return 'inkorg';
  if (channel === NO_WAY) return 'ingen';
  return channel.startsWith('webhook:') ? 'webhook' : 'epost';
}

export const deliveryOf = ({ noticeId, type, unit, channel, status, at, attempts, error }: DeliveryRow) => ({
  noticeId,
  type,
  unit,
  channel: channelOf(channel),
  status,
  at: toIso(at),
  attempts,
  ...(error === null ? {} : { error }),
});

/** The ward that has the patient and the region see what became of every notice; everybody else of their own unit's. */
export async function withDeliveries<T extends { stayId: string; region: string }>(
  stay: T,
  desk: DeliveryDesk,
  caller: Caller | undefined,
): Promise<T & { deliveries: ReturnType<typeof deliveryOf>[] }> {
  const rows = await desk.ofStay(stay.stayId);
  const { ward } = stay as { ward?: { hsaId?: string } };
  const seesAll =
    caller === undefined ||
    (caller.party === 'region' && caller.unit === stay.region) ||
    (caller.party === 'slutenvard' && caller.unit === ward?.hsaId);
  return { ...stay, deliveries: rows.filter(({ unit }) => seesAll || unit === caller.unit).map(deliveryOf) };
}
