/** What is asked of the ledger and of the receivers of notices, timed around them. */
import type { Ledger } from '../ledger/ledger.js';
import { isPermanent } from '../ledger/refusal.js';
import type { Sender } from '../out/notices/sent.js';
import type { Metrics } from './metrics.js';

type Timing = Pick<Metrics, 'timed'>;
type Operation = (...given: unknown[]) => unknown;

/** The same ledger; each of its actions is timed under its own name. */
export function timedLedger(ledger: Ledger, metrics: Timing): Ledger {
  const timed = Object.entries(ledger).map(([operation, member]: [string, unknown]) => {
    if (typeof member !== 'function' || operation === 'close') return [operation, member];
    const ask: Operation = (...given) => {
      const startedAt = performance.now();
      const told = (outcome: string) => metrics.timed('hemgang_ledger_operation_seconds', { operation, outcome }, startedAt);
      const answer = (member as Operation)(...given);
      if (answer instanceof Promise)
        answer.then(
          () => told('done'),
          (error: unknown) => told(isPermanent(error) ? 'refused' : 'failed'),
        );
      return answer;
    };
    return [operation, ask];
  });
  return Object.fromEntries(timed) as Ledger;
}

/** The same sender; each try is timed by what became of it. */
export function timedSender(sender: Sender, kind: 'webhook' | 'epost', metrics: Timing): Sender {
  return {
    async send(...given) {
      const startedAt = performance.now();
      const sent = await sender.send(...given);
      metrics.timed('hemgang_delivery_seconds', { kind, outcome: sent.outcome }, startedAt);
      return sent;
    },
  };
}
