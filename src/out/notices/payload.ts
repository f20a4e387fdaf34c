/** What a notice says when it leaves: ids, a type, times and where the rest is read. No text, no identity. */
import { toIso } from '../../domain/calendar.js';
import type { OutgoingNotice } from '../../ledger/deliveries/delivery-ledger.js';

/** @source contract.md, Notifications out */
export interface WebhookPayload {
  type: string;
  /** Absent for what concerns a month. */
  stayId?: string;
  noticeId: string;
  unit: string;
  occurredAt: string;
  deadline?: { id: string; dueAt: string };
  /** Address of the API where the rest is read, with the receiver's own rights. */
  reference: string;
}

export function payloadOf(notice: OutgoingNotice, publicUrl: string): WebhookPayload {
  return {
    type: notice.type,
    ...(notice.stayId === null ? {} : { stayId: notice.stayId }),
    noticeId: notice.noticeId,
    unit: notice.to.unit,
    occurredAt: toIso(notice.occurredAt),
    ...(notice.deadline === null ? {} : { deadline: { id: notice.deadline.id, dueAt: toIso(notice.deadline.dueAt) } }),
    reference: referenceOf(notice, publicUrl),
  };
}

/** Of a notice about a stay the stay, unless it says itself what it is about; of any other what it says. */
export function referenceOf({ stayId, reference, to }: OutgoingNotice, publicUrl: string): string {
  const base = publicUrl.replace(/\/+$/, '');
  if (reference !== null) return `${base}${reference}`;
  if (stayId !== null) return `${base}/v1/stays/${encodeURIComponent(stayId)}`;
  return `${base}/v1/units/${encodeURIComponent(to.unit)}/notices`;
}

/**
 * A notice's id as a header may carry it: everything but letters, digits and `_ ~ : -` is percent-encoded. The full stop is among that, since
 * id, time and body are joined by full stops where they are signed.
 *
 * @source Standard Webhooks 1.0.0, Signature scheme
 */
export function webhookIdOf(noticeId: string): string {
  return [...new TextEncoder().encode(noticeId)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_~:-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
