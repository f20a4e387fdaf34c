/** The frame that the special stays hang on: admitted, assessed, notified, answered, named; and at the end discharged and closed. */
import { HOUR, type Instant, localDateOf, MINUTE } from '../../src/domain/calendar.js';
import type { Actor, JsonObject } from '../../src/domain/ids.js';
import { assess, close, contact, discharge, homecoming, known, notify, ready } from './chapters.js';
import { local } from './clock.js';
import { begin, type Opening, type Story } from './story.js';

/** Special patients are numbered from here, so that nobody is two persons. */
export const FIRST_SPECIAL = 100;

export function open(stayId: string, person: number, admitted: string, more: Partial<Opening> = {}): Story {
  return begin({ stayId, person: FIRST_SPECIAL + person, admittedAt: local(admitted), kommun: stayId.slice(0, 4), ...more });
}

/** Assessed after two hours, notified after five; the kommun answers and the vårdcentral names its contact in the hours after. */
export function arrive(
  story: Story,
  expected: string,
  need: { harInsatser?: boolean; nyttBehov?: boolean } = { harInsatser: true },
  message: JsonObject = {},
): Instant {
  assess(story, story.admittedAt + 2 * HOUR, need);
  notify(story, story.admittedAt + 5 * HOUR, expected, message);
  known(story, story.admittedAt + 8 * HOUR);
  contact(story, story.admittedAt + 9 * HOUR + 10 * MINUTE);
  return story.admittedAt + 9 * HOUR + 10 * MINUTE;
}

/** Utskrivningsklar at one time, home at another within a day, and nobody has more to do than to close. */
export function leave(
  story: Story,
  readyAt: string,
  homeAt: string,
  till = 'hem',
  closers: Actor[] = [story.cast.nurse, story.cast.coordinator, story.cast.handler],
): string {
  depart(story, readyAt, homeAt);
  const id = discharge(story, local(homeAt), till);
  close(story, local(homeAt), closers);
  return id;
}

/** Utskrivningsklar with its notice, and the kommun that says when it can receive. */
export function depart(story: Story, readyAt: string, homeAt: string, checklists: 'tick' | 'ticked' = 'tick'): void {
  ready(story, local(readyAt), local(homeAt), 'two', checklists);
  homecoming(story, local(readyAt) + 70 * MINUTE, true, local(homeAt));
}

export const dateOf = (text: string): string => localDateOf(local(text));
