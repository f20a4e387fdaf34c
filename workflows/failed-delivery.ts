/** What a stay hears of a notice that could not be delivered by webhook or e-mail. */
import { PARTIES, type UnitRef } from '../src/domain/ids.js';

export const DELIVERY_SIGNAL = 'leverans';
/** A reason is a few words; anything longer is none of ours. */
export const REASON_MAX = 300;
const ID_MAX = 1_000;

export interface FailedDelivery {
  noticeId: string;
  channel: string;
  unit: UnitRef;
  reason: string;
}

/** Anybody who reaches Temporal can send a signal: only what has the right shape is heard. */
export function isFailedDelivery(told: unknown): told is FailedDelivery {
  if (typeof told !== 'object' || told === null) return false;
  const { noticeId, channel, unit, reason } = told as Record<string, unknown>;
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= ID_MAX;
  if (![noticeId, channel, reason].every(isText) || typeof unit !== 'object' || unit === null) return false;
  const { party, unit: id } = unit as Record<string, unknown>;
  return isText(id) && (PARTIES as readonly unknown[]).includes(party);
}
