/** One line of the log and one span for each action and admission, whatever door it came through. */
import { performance } from 'node:perf_hooks';
import { STAY_ID } from '../domain/ids.js';
import { TemporalUnavailable } from '../doors/gateway.js';
import { holdsPersonnummer } from '../doors/identity-numbers.js';
import type { Outcome } from '../doors/problems.js';
import type { Submit } from '../doors/submit.js';
import type { Door } from './log-context.js';
import { inSpan } from './spans.js';

interface SubmitLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The one way in, as one door has it. A stay that nobody may know of is named too: whoever reads the log may know of all. */
export function toldSubmit<Way extends Pick<Submit, 'admit' | 'act'>>(submit: Way, door: Door, log: SubmitLog): Way {
  const told = <T>(action: string, stayId: string, ask: () => Promise<Outcome<T>>, unit?: { party: string; unit: string }) => {
    const since = performance.now();
    const of = { stayId: shown(stayId), action, party: unit?.party, unit: unit?.unit, door };
    const ms = () => Math.round((performance.now() - since) * 10) / 10;
    const attributes = {
      'hemgang.door': door,
      'hemgang.stay_id': of.stayId ?? '',
      'hemgang.action': action,
      'hemgang.party': unit?.party ?? '',
      'hemgang.unit': unit?.unit ?? '',
    };
    return inSpan(`submit ${action}`, { attributes }, async (span) => {
      try {
        const outcome = await ask();
        const code = outcome.ok ? undefined : outcome.problem.code;
        span.setAttributes({ 'hemgang.accepted': outcome.ok, ...(code === undefined ? {} : { 'hemgang.code': code }) });
        log.info({ ...of, accepted: outcome.ok, code, ms: ms() }, outcome.ok ? 'accepted' : 'refused');
        return outcome;
      } catch (error) {
        const code = error instanceof TemporalUnavailable ? 'temporal-unavailable' : 'internal';
        span.setAttribute('hemgang.code', code);
        log.warn({ ...of, accepted: false, code, ms: ms(), ...(code === 'internal' ? { err: error } : {}) }, 'not answered');
        throw error;
      }
    });
  };
  return {
    ...submit,
    admit: (...asked: Parameters<Submit['admit']>) => told('admit', asked[0], () => submit.admit(...asked), asked[2]),
    act: (...asked: Parameters<Submit['act']>) => told(asked[1], asked[0], () => submit.act(...asked), asked[3]),
  };
}

/** What a stranger writes where an id belongs may be anything. */
const shown = (stayId: string): string | undefined => (STAY_ID.test(stayId) && !holdsPersonnummer(stayId) ? stayId : undefined);
