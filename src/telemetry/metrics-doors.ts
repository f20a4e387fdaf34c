/** What doors are asked and how they answer, counted around them: actions, tokens, the log of accesses, HL7. */
import { ACTION_NAMES } from '../domain/stay/actions.js';
import { AccessesUnavailable, type AccessLog } from '../doors/access/access-log.js';
import type { Auth } from '../doors/access/auth.js';
import { TemporalUnavailable } from '../doors/gateway.js';
import type { Answered, Receive } from '../doors/hl7/receive.js';
import { type Outcome, PROBLEMS } from '../doors/problems.js';
import type { Submit } from '../doors/submit.js';
import type { Metrics } from './metrics.js';
import { oneOf } from './metrics-labels.js';

type Counting = Pick<Metrics, 'count' | 'timed'>;

const ACTIONS: ReadonlySet<string> = new Set(ACTION_NAMES);
const CODES: ReadonlySet<string> = new Set(Object.keys(PROBLEMS));

/** The one way in, as one door has it. Each try is counted: what was repeated, too. */
export function countedSubmit<Way extends Pick<Submit, 'admit' | 'act'>>(
  submit: Way,
  door: 'http' | 'fhir' | 'hl7',
  metrics: Counting,
): Way {
  const counted = async <T>(action: string, ask: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const startedAt = performance.now();
    const told = (outcome: string, code: string) => {
      metrics.count('hemgang_door_actions_total', { door, action, outcome, code });
      metrics.timed('hemgang_door_action_seconds', { door, outcome }, startedAt);
    };
    try {
      const answer = await ask();
      if (answer.ok) told('accepted', 'none');
      else told('refused', oneOf(CODES, answer.problem.code));
      return answer;
    } catch (error) {
      told('failed', codeOfFailure(error));
      throw error;
    }
  };
  return {
    ...submit,
    admit: (...asked: Parameters<Submit['admit']>) => counted('admit', () => submit.admit(...asked)),
    act: (...asked: Parameters<Submit['act']>) => counted(oneOf(ACTIONS, asked[1]), () => submit.act(...asked)),
  };
}

function codeOfFailure(error: unknown): string {
  if (error instanceof TemporalUnavailable) return 'temporal-unavailable';
  return error instanceof AccessesUnavailable ? 'accesses-unavailable' : 'internal';
}

export function countedAuth(auth: Auth, metrics: Counting): Auth {
  return {
    ...auth,
    async identify(authorization) {
      const shown = await auth.identify(authorization);
      metrics.count('hemgang_tokens_total', { outcome: shown.ok ? 'accepted' : oneOf(CODES, shown.problem.code) });
      return shown;
    },
  };
}

export function countedAccesses(log: AccessLog, metrics: Counting): AccessLog {
  return {
    ...log,
    async note(...access) {
      try {
        await log.note(...access);
      } catch (error) {
        metrics.count('hemgang_access_log_failures_total', {});
        throw error;
      }
    },
  };
}

/** Those that something is done with, or that hospitals send beside them. @source HL7 v2.5, table 0003 */
const TRIGGERS: ReadonlySet<string> = new Set(Array.from({ length: 62 }, (_, index) => `A${String(index + 1).padStart(2, '0')}`));

export function countedReceive(receive: (...heard: Parameters<Receive>) => Promise<Answered>, metrics: Counting): Receive {
  return async (...heard) => {
    const startedAt = performance.now();
    const answered = await receive(...heard);
    metrics.count('hemgang_hl7_messages_total', { trigger: oneOf(TRIGGERS, answered.trigger), ack: answered.code });
    metrics.timed('hemgang_hl7_message_seconds', { ack: answered.code }, startedAt);
    return answered;
  };
}
