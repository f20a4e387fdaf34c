/** The service that a feed is played to, over HTTP: asked again, for long, while it cannot answer. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServiceOptions {
  /** `http://127.0.0.1:8080` */
  url: string;
  token?: string | undefined;
  /** How long a request that gets no answer is tried, in real milliseconds; default half an hour. */
  patienceMs?: number | undefined;
  /** Ends what waits. */
  signal?: AbortSignal | undefined;
  /** Told when the service stops answering, and when it answers again. */
  onOutage?: ((away: boolean, reason: string) => void) | undefined;
}

export interface Answer {
  status: number;
  body: unknown;
}

export interface Service {
  url: string;
  /**
   * The answer, whatever its status but 401, 429 and 5xx; those of a moment, and no answer at all, are tried again.
   * Throws TokenRefused: nothing that follows would be answered otherwise.
   */
  request(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** The service did not answer within the patience. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
}

/** The service asks for a token, or for another one: a feed may take longer than a token is good for. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

const PATIENCE_MS = 30 * 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** A 500 is a fault: tried some times in case it passes, then it is the answer. */
const TRIES_OF_A_FAULT = 5;

export function serviceAt({ url, token, patienceMs = PATIENCE_MS, signal, onOutage }: ServiceOptions): Service {
  const base = url.replace(/\/+$/, '');
  // Every request under way listens to it.
  if (signal !== undefined) setMaxListeners(0, signal);
  let away = false;
  const tell = (now: boolean, reason: string) => {
    if (now !== away) onOutage?.(now, reason);
    away = now;
  };
  return {
    url: base,
    async request(method, path, body) {
      const until = Date.now() + patienceMs;
      let faults = 0;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        signal?.throwIfAborted();
        const { answer, reason, waitMs } = await once(base + path, method, body, token, signal);
        if (answer?.status === 401)
          throw new TokenRefused(
            token === undefined
              ? `${base} asks for a token: HEMGANG_TOKEN`
              : `${base} does not accept the token, or no more: get another one, HEMGANG_TOKEN`,
          );
        if (answer !== undefined && (!isTransient(answer.status) || (answer.status === 500 && ++faults >= TRIES_OF_A_FAULT))) {
          tell(false, '');
          return answer;
        }
        tell(true, reason);
        if (Date.now() >= until) throw new ServiceUnreachable(`${base} does not answer (${reason})`);
        await sleep(Math.max(waitMs, pauseMs * (0.5 + Math.random() / 2)), undefined, signal === undefined ? {} : { signal });
      }
    },
  };
}

const isTransient = (status: number): boolean => status === 429 || status >= 500;

interface Attempt {
  answer?: Answer;
  reason: string;
  waitMs: number;
}

async function once(
  url: string,
  method: string,
  body: unknown,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after'));
    return {
      answer: { status: response.status, body: jsonOf(text) },
      reason: `status ${response.status}`,
      waitMs: Number.isFinite(retryAfter) ? Math.min(retryAfter * 1_000, LONGEST_PAUSE_MS) : 0,
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { reason: (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause)), waitMs: 0 };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
