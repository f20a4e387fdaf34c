/** One notice to one webhook, signed after Standard Webhooks. Whatever the receiver does costs a bounded time. */
import { Webhook } from 'standardwebhooks';
import type { OutgoingNotice } from '../../ledger/deliveries/delivery-ledger.js';
import { payloadOf, webhookIdOf } from './payload.js';
import type { WebhookEndpoint } from './routing.js';
import { REASON_MAX, type Sender, type Sent } from './sent.js';

/** However long a receiver asks to be left alone, it is asked again within a day. */
const RETRY_AFTER_MAX_MS = 24 * 3_600_000;

export interface WebhookOptions {
  publicUrl: string;
  /** Real time. */
  now(): number;
}

export function webhookSender({ publicUrl, now }: WebhookOptions): Sender {
  return {
    async send(endpoint, [notice], timeoutMs) {
      if (endpoint.kind !== 'webhook' || notice === undefined) throw new Error('a webhook takes one notice');
      const { body, headers } = signed(endpoint, notice, publicUrl, now());
      const within = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await fetch(endpoint.url, { method: 'POST', body, headers, redirect: 'manual', signal: within });
        // What it says is of no interest, and may have no end.
        await answer.body?.cancel().catch(() => undefined);
        return outcomeOf(answer.status, answer.headers.get('retry-after'), now());
      } catch (error) {
        const reason = within.aborted ? `svarade inte inom ${Math.round(timeoutMs / 1_000)} s` : `kunde inte nås: ${causeOf(error)}`;
        return { outcome: 'retry', reason: reason.slice(0, REASON_MAX), answered: false };
      }
    },
  };
}

/** Body and headers of one request: the same id however often it is sent; a signature for each secret while they are changed. */
export function signed(
  { secrets }: WebhookEndpoint,
  notice: OutgoingNotice,
  publicUrl: string,
  now: number,
): { body: string; headers: Record<string, string> } {
  const id = webhookIdOf(notice.noticeId);
  const body = JSON.stringify(payloadOf(notice, publicUrl));
  const at = new Date(now);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'hemgang',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
    },
  };
}

/** @source contract.md, Notifications out; Standard Webhooks 1.0.0, Operational considerations */
export function outcomeOf(status: number, retryAfter: string | null, now: number): Sent {
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  const reason = `svarade ${status}`;
  if (status === 410) return { outcome: 'gone', reason };
  const isBusy = status === 429 || status === 503;
  // Who says that it is busy has not judged the notice.
  return { outcome: 'retry', reason, answered: !isBusy, ...(isBusy ? { notBeforeMs: retryAfterMs(retryAfter, now) } : {}) };
}

/** Seconds or a date, at most a day; undefined when it is neither. @source RFC 9110 10.2.3 */
export function retryAfterMs(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * 1_000 : /[A-Za-z]/.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : undefined;
}

/** The code of what went wrong, ECONNREFUSED or a certificate's; never its words, which may hold the address. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.name : 'okänt fel';
}
