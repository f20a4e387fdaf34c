/** One line of the log and some counts for each request to the codec server: nothing of what was decoded. */
import { FATES } from '../doors/codec/views.js';
import { PROBLEMS } from '../doors/problems.js';
import type { CodecAnswered } from '../temporal/codec-server.js';
import type { Metrics } from './metrics.js';
import { oneOf } from './metrics-labels.js';

interface CodecLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const OUTCOMES: ReadonlySet<string> = new Set([
  'done',
  'not-payloads',
  'unknown-host',
  'unknown-origin',
  'post-only',
  ...Object.keys(PROBLEMS),
]);

export function toldCodec(metrics: Pick<Metrics, 'count'>, log: CodecLog): (told: CodecAnswered) => void {
  return ({ operation, status, code, fates, count, ms, caller }) => {
    metrics.count('hemgang_codec_requests_total', { operation, outcome: oneOf(OUTCOMES, code) });
    for (const shown of FATES) {
      const payloads = fates.filter((fate) => fate === shown).length;
      if (payloads > 0) metrics.count('hemgang_codec_payloads_total', { operation, shown }, payloads);
    }
    const fields = {
      ...{ method: 'POST', route: `/${operation}`, status, count, ms: Math.round(ms * 10) / 10 },
      ...(code === 'done' ? {} : { code }),
      ...{ party: caller?.party, unit: caller?.unit },
    };
    if (status >= 500) log.warn(fields, 'codec: not answered');
    else log.info(fields, status === 200 ? 'codec: answered' : 'codec: refused');
  };
}
