/** Domain time as the service has it: asked for now and then, reckoned in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, parseInstant } from '../domain/calendar.js';
import type { Service } from './service.js';

export interface ServiceClock {
  scale: number;
  now(): Instant;
  /** Waits until domain time has reached an instant. */
  until(at: Instant, signal?: AbortSignal): Promise<void>;
}

const ASK_AGAIN_MS = 15_000;

export async function followClock(service: Service): Promise<ServiceClock> {
  let read = await readClock(service);
  const now = () => read.at + (performance.now() - read.readAt) * read.scale;
  return {
    scale: read.scale,
    now,
    async until(at, signal) {
      for (;;) {
        const realMs = (at - now()) / read.scale;
        if (realMs <= 0) return;
        await sleep(Math.min(Math.ceil(realMs), ASK_AGAIN_MS), undefined, signal === undefined ? {} : { signal });
        if (performance.now() - read.readAt > ASK_AGAIN_MS) read = await readClock(service);
      }
    },
  };
}

async function readClock(service: Service): Promise<{ at: Instant; scale: number; readAt: number }> {
  const { status, body } = await service.request('GET', '/v1/clock');
  const { now, scale } = (body ?? {}) as { now?: unknown; scale?: unknown };
  const at = typeof now === 'string' ? parseInstant(now) : undefined;
  // Reckoned from when the answer came: never ahead of the service.
  if (status !== 200 || at === undefined || typeof scale !== 'number')
    throw new Error(`${service.url}/v1/clock answered ${status}: not a Hemgång service`);
  return { at, scale, readAt: performance.now() };
}
