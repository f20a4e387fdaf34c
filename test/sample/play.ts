/** Plays a feed through the pure core, in memory, as the player does against a running service. */
import { readFileSync } from 'node:fs';
import { loadAgreements, processRulesOf } from '../../src/agreements/load.js';
import type { Agreement, ProcessRules } from '../../src/domain/agreement.js';
import { HOUR, type Instant, parseInstant } from '../../src/domain/calendar.js';
import type { JsonObject } from '../../src/domain/ids.js';
import { decide } from '../../src/domain/stay/decide.js';
import { elapse } from '../../src/domain/stay/elapse.js';
import { admit, evolve, initialStay } from '../../src/domain/stay/evolve.js';
import type { Admission, Stay, StayEvent } from '../../src/domain/stay/state.js';

export const FEED = new URL('../../samples/2019-03-jonkoping.jsonl', import.meta.url);

export interface ActionLine {
  stayId: string;
  action: string;
  id: string;
  at: string;
  by: JsonObject;
  data: JsonObject;
  imported?: boolean;
}
export interface Line {
  stay?: { stayId: string; admittedAt: string } & JsonObject;
  action?: ActionLine;
  /** When it is sent: at its own time, or with the line before where that is later. Set by `linesOf`. */
  sentAt: Instant;
}

export interface Played {
  stays: Map<string, Stay>;
  rules: Map<string, ProcessRules>;
  events: Map<string, StayEvent[]>;
  refused: { id: string; code: string }[];
}

/** The lines of a feed. What stands later in it than its own time came late, as the player has it. */
export function linesOf(text: string): Line[] {
  let latest = Number.NEGATIVE_INFINITY;
  return text
    .trimEnd()
    .split('\n')
    .map((json) => {
      const line = JSON.parse(json) as Omit<Line, 'sentAt'>;
      latest = Math.max(latest, instant(line.action?.at ?? line.stay?.admittedAt ?? ''));
      return { ...line, sentAt: latest };
    });
}

export const feedLines = (): Line[] => linesOf(readFileSync(FEED, 'utf8'));

/** The instant of an ISO time. Throws on anything else. */
export function instant(iso: string): Instant {
  const at = parseInstant(iso);
  if (at === undefined) throw new Error(`not a time: ${iso}`);
  return at;
}

export function agreement(id: string): Agreement {
  const loaded = loadAgreements();
  const found = loaded.ok ? loaded.agreements.find((one) => one.id === id) : undefined;
  if (!found) throw new Error(`no agreement ${id}`);
  return found;
}

/** Five real seconds on a clock that plays the month in four minutes: what such a clock forgives. @source contract.md, Clock */
const FORGIVEN_MS = 32 * HOUR;

/** How far a slow machine is behind a fast clock: lines arrive later, deadlines are judged later. */
export interface Slowness {
  arrivingMs: number;
  judgingMs: number;
}

/** Everything accepted and judged, up to `until` after the last line. No deadline is judged further than the feed has been answered. */
export function play(lines: Line[], until: Instant, slow: Slowness = { arrivingMs: 0, judgingMs: 0 }): Played {
  const jonkoping = agreement('jonkoping-2018');
  const played: Played = { stays: new Map(), rules: new Map(), events: new Map(), refused: [] };
  for (const line of lines) {
    if (line.stay) begin(played, jonkoping, line.stay);
    if (line.action) perform(played, line.action, line.sentAt, slow);
  }
  for (const stayId of played.stays.keys()) judge(played, stayId, until);
  return played;
}

function begin(played: Played, jonkoping: Agreement, { stayId, ...body }: NonNullable<Line['stay']>): void {
  const admission = { ...body, admittedAt: instant(body.admittedAt) } as unknown as Admission;
  played.rules.set(stayId, processRulesOf(jonkoping, admission.admittedAt));
  played.stays.set(stayId, initialStay(stayId, admission));
  apply(played, stayId, [admit(admission, admission.admittedAt)]);
}

function perform(played: Played, { stayId, action, ...envelope }: ActionLine, sentAt: Instant, slow: Slowness): void {
  judge(played, stayId, sentAt - slow.judgingMs);
  const { stay, rules } = known(played, stayId);
  const verdict = decide(stay, rules, { action, envelope: { imported: true, ...envelope } }, sentAt + slow.arrivingMs, {
    lateToleranceMs: slow.arrivingMs > 0 ? FORGIVEN_MS : HOUR,
  });
  if (!verdict.accepted) played.refused.push({ id: envelope.id, code: verdict.code });
  apply(played, stayId, verdict.events);
}

function judge(played: Played, stayId: string, until: Instant): void {
  const { stay, rules } = known(played, stayId);
  apply(played, stayId, elapse(stay, rules, until));
}

function apply(played: Played, stayId: string, events: StayEvent[]): void {
  played.stays.set(stayId, events.reduce(evolve, known(played, stayId).stay));
  played.events.set(stayId, [...(played.events.get(stayId) ?? []), ...events]);
}

export function known(played: Played, stayId: string): { stay: Stay; rules: ProcessRules } {
  const stay = played.stays.get(stayId);
  const rules = played.rules.get(stayId);
  if (!stay || !rules) throw new Error(`no stay ${stayId}`);
  return { stay, rules };
}
