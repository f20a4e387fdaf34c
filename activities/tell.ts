/** Notices of a month's billing into the inboxes of its parties. Each arrives once, however often it is told. */
import type { BillingNotice } from '../src/domain/billing/cycle-notices.js';
import type { Instant } from '../src/domain/calendar.js';
import type { ActivityDeps } from './index.js';

/** A month's notices are told again each time something happens in it: those that this process has delivered are not sent to the ledger again. */
const REMEMBERED = 50_000;

export type Tell = (region: string, notices: readonly BillingNotice[], at: Instant) => Promise<void>;

export function tellOver({ ledger }: { ledger: Pick<ActivityDeps['ledger'], 'notify'> }): Tell {
  const told = new Set<string>();
  return async (region, notices, at) => {
    const fresh = notices.filter(({ noticeId }) => !told.has(noticeId));
    const batches = new Map<string, BillingNotice[]>();
    for (const notice of fresh) {
      const key = `${notice.to.party}/${notice.to.unit}/${notice.stayId ?? ''}`;
      batches.set(key, [...(batches.get(key) ?? []), notice]);
    }
    for (const batch of batches.values()) {
      const [first] = batch;
      if (first !== undefined) await ledger.notify({ stayId: first.stayId, region, to: first.to, notices: batch, at });
    }
    if (told.size + fresh.length > REMEMBERED) told.clear();
    for (const { noticeId } of fresh) told.add(noticeId);
  };
}
