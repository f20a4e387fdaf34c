/** HL7 in traces: a message and its answer, and what is done for the stay when its turn comes, in the same trace. */
import { type Context, context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import type { Receive } from '../doors/hl7/receive.js';
import { onBehalfOf } from './log-context.js';
import { inSpan } from './spans.js';

const MOST_REMEMBERED = 1_000;
/** MSH-9 stands early in a message. */
const HEAD_BYTES = 500;

/** Answers messages as before, each in a span. */
export function tracedReceive(receive: Receive): Receive {
  return (bytes, peer) =>
    onBehalfOf({ door: 'hl7' }, () => {
      const attributes = { 'hemgang.door': 'hl7', 'hemgang.trigger': triggerOf(bytes) };
      return inSpan('MLLP message', { kind: SpanKind.SERVER, attributes, parent: ROOT_CONTEXT }, async (span) => {
        const answered = await receive(bytes, peer);
        span.setAttribute('hemgang.ack', answered.code);
        return answered;
      });
    });
}

export interface TracedApplying {
  /** The stays' next turns belong to what is under way now. */
  remember(stayIds: readonly string[]): void;
  /** Runs a stay's turn in the trace of the message that asked for it; of several, the last. */
  around(stayId: string, run: () => Promise<void>): Promise<void>;
}

export function tracedApplying(): TracedApplying {
  const asked = new Map<string, Context>();
  return {
    remember(stayIds) {
      for (const stayId of stayIds) {
        asked.set(stayId, context.active());
        const [oldest] = asked.keys();
        if (asked.size > MOST_REMEMBERED && oldest !== undefined) asked.delete(oldest);
      }
    },
    around(stayId, run) {
      const parent = asked.get(stayId) ?? ROOT_CONTEXT;
      asked.delete(stayId);
      const attributes = { 'hemgang.door': 'hl7', 'hemgang.stay_id': stayId };
      return onBehalfOf({ door: 'hl7' }, () => inSpan('HL7 apply', { attributes, parent }, run));
    },
  };
}

/** The kind of message, when it is the name of one. */
function triggerOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const [segment = ''] = head.split(/[\r\n]/);
  const kind = segment.split(segment[3] ?? '|')[8] ?? '';
  return /^[A-Z]{3}\^[A-Z]\d{2}/.exec(kind)?.[0] ?? '?';
}
