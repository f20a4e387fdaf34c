/** Reads the stays of a feed, and the months that they are paid in, before and after it is played: what was judged anew is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import { localDateOf, parseInstant } from '../domain/calendar.js';
import type { Feed } from '../player/feed.js';
import { type Service, serviceAt } from '../player/service.js';
import { type MonthRead, monthChanges, type StayRead, stayChanges } from './judged-anew.js';

/** As long as a service that has never been heard is waited for. */
const PATIENCE_MS = 20_000;
/** Months follow the stays within seconds. */
const MONTHS_FOLLOW_MS = 3_000;
const SIDE_BY_SIDE = 8;

export interface Before {
  stays: Map<string, StayRead>;
  /** By `region/month`. */
  months: Map<string, MonthRead>;
  /** Stays that this caller may not read, or that were not there. */
  unread: number;
}

type Address = Pick<Config, 'hemgangUrl' | 'hemgangToken'>;

/** As everything stands before the feed is played. Throws when the service stays away. */
export async function readBefore(config: Address, feed: Feed): Promise<Before> {
  const service = serviceOf(config);
  const ids = [...new Set(feed.lines.map(({ stayId }) => stayId))];
  const stays = await readStays(service, ids);
  const months = await readMonths(service, monthsOf([...stays.values()]));
  return { stays, months, unread: ids.length - stays.size };
}

/** One line for each thing that is judged otherwise than before, then what it comes to. */
export async function readAfter(config: Address, feed: Feed, before: Before): Promise<string[]> {
  const service = serviceOf(config);
  const stays = await readStays(service, [...new Set(feed.lines.map(({ stayId }) => stayId))]);
  const lines = [...stays.values()].flatMap((after) => {
    const was = before.stays.get(after.stayId);
    return was === undefined ? [] : stayChanges(was, after);
  });
  const wanted = new Set([...before.months.keys(), ...monthsOf([...stays.values()])]);
  if (wanted.size > 0) await sleep(MONTHS_FOLLOW_MS);
  const months = await readMonths(service, [...wanted]);
  for (const [key, after] of months) {
    const was = before.months.get(key) ?? { ...after, kommuner: [] };
    if (before.months.has(key)) lines.push(...monthChanges(key.split('/')[0] ?? '', was, after));
  }
  const unread = before.unread === 0 ? [] : [`${before.unread} stays were not there before, or may not be read by this caller`];
  return [`judged anew: ${lines.length}`, ...lines.map((line) => `  ${line}`), ...unread];
}

const serviceOf = ({ hemgangUrl, hemgangToken }: Address): Service =>
  serviceAt({ url: hemgangUrl, token: hemgangToken, patienceMs: PATIENCE_MS });

async function readStays(service: Service, ids: readonly string[]): Promise<Map<string, StayRead>> {
  const read = new Map<string, StayRead>();
  for (let at = 0; at < ids.length; at += SIDE_BY_SIDE) {
    const answers = await Promise.all(
      ids.slice(at, at + SIDE_BY_SIDE).map((id) => service.request('GET', `/v1/stays/${encodeURIComponent(id)}`)),
    );
    for (const { status, body } of answers) if (status === 200) read.set((body as StayRead).stayId, body as StayRead);
  }
  return read;
}

function monthsOf(stays: readonly StayRead[]): string[] {
  const discharged = stays.flatMap(({ region, episode }) => {
    const at = episode?.dischargedAt === undefined ? undefined : parseInstant(episode.dischargedAt);
    return at === undefined ? [] : [`${region}/${localDateOf(at).slice(0, 7)}`];
  });
  return [...new Set(discharged)];
}

async function readMonths(service: Service, keys: readonly string[]): Promise<Map<string, MonthRead>> {
  const read = new Map<string, MonthRead>();
  for (const key of keys) {
    const { status, body } = await service.request('GET', `/v1/billing/${key}`);
    if (status === 200) read.set(key, body as MonthRead);
  }
  return read;
}
