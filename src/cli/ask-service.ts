/** One question to the running service: asked again for a moment while it is busy, and answered in plain words when it is not there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';

export interface ServiceAnswer {
  status: number;
  text: string;
}

export interface Question {
  method?: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

const TRIES = 5;
const PAUSE_MS = 500;
const TIMEOUT_MS = 60_000;

/** The answer, whatever its status; or why there is none. */
export async function askService(
  { hemgangUrl, hemgangToken }: Pick<Config, 'hemgangUrl' | 'hemgangToken'>,
  { method = 'GET', path, body }: Question,
): Promise<ServiceAnswer | { away: string }> {
  for (let tried = 1; ; tried++) {
    try {
      const response = await fetch(hemgangUrl.replace(/\/+$/, '') + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(hemgangToken === undefined ? {} : { authorization: `Bearer ${hemgangToken}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // Buffered, so that the byte order mark of a CSV stays.
      const answer = { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString('utf8') };
      if ((answer.status !== 429 && answer.status !== 503) || tried >= TRIES) return answer;
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return { away: `${hemgangUrl} svarar inte (${cause?.code ?? (error as Error).name}): är tjänsten igång?` };
    }
    await sleep(PAUSE_MS * tried);
  }
}

export interface ProblemAnswer {
  code: string;
  detail?: string;
  errors: { path: string; message: string }[];
}

/** The Problem Details of an answer; whatever else it is becomes one with its status. */
export function problemOf({ status, text }: ServiceAnswer): ProblemAnswer {
  try {
    const { code, detail, title, errors } = JSON.parse(text) as {
      code?: string;
      detail?: string;
      title?: string;
      errors?: ProblemAnswer['errors'];
    };
    if (code !== undefined) return { code, detail: detail ?? title ?? code, errors: errors ?? [] };
  } catch {
    // Not ours: something between us and the service answered.
  }
  return { code: 'okant', detail: `tjänsten svarade med status ${status}`, errors: [] };
}
