/** `hemgang demo`: plays the sample month against a running service on a fast clock, and prints what came of it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.js';
import { toIso, toSwedish } from '../domain/calendar.js';
import type { Feed } from '../player/feed.js';
import { type Service, ServiceUnreachable, serviceAt } from '../player/service.js';
import { followClock } from '../player/service-clock.js';
import { type Month, resultText, type StayRow } from './demo-result.js';
import { reportErrors, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { FIRST_CONTACT_MS, feedOf, playTo } from './replay.js';

export const REGION = 'jonkoping';
export const MONTH = '2019-03';
const SAMPLE = '2019-03-jonkoping.jsonl';

/** A service that was there a moment ago is waited for this long. */
const PATIENCE_MS = 5 * 60_000;
/** From the feed's end: the month was frozen long before, and its documents take seconds. */
const INVOICED_WITHIN_MS = 3 * 60_000;
const SIDE_BY_SIDE = 8;

export async function run(_options: object, io: CommandIo): Promise<number> {
  return withConfig(io, async (config) => {
    const sample = sampleFeed();
    if ('errors' in sample) return reportErrors(io, sample.errors);
    return playSample(config, sample.feed, io);
  });
}

/** The sample month that comes with the program. */
export function sampleFeed(): { feed: Feed; file: string } | { errors: string[] } {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'samples', SAMPLE)) && dirname(folder) !== folder) folder = dirname(folder);
  const file = join(folder, 'samples', SAMPLE);
  const found = feedOf(file);
  return 'errors' in found ? found : { ...found, file };
}

export type DemoConfig = Pick<Config, 'dataDir' | 'hemgangUrl' | 'hemgangToken'>;

/** Answers 0 when every stay was admitted and no line failed, 1 otherwise. `extra`: lines of further addresses. */
export async function playSample(
  config: DemoConfig,
  feed: Feed,
  io: CommandIo,
  { extra = [], signal }: { extra?: string[]; signal?: AbortSignal } = {},
): Promise<number> {
  const service = serviceAt({ url: config.hemgangUrl, token: config.hemgangToken, patienceMs: PATIENCE_MS, signal });
  const first = serviceAt({ url: config.hemgangUrl, token: config.hemgangToken, patienceMs: FIRST_CONTACT_MS, signal });
  const objection = await objectionTo(first, feed).catch((error: unknown) => {
    if (error instanceof ServiceUnreachable) return `${error.message}: är tjänsten igång? Se HEMGANG_URL.`;
    throw error;
  });
  if (objection !== undefined) return reportErrors(io, [objection]);
  io.stderr.write(`Spelar upp mars 2019, Region Jönköpings län: ${feed.lines.length} händelser.\n`);
  const played = await playTo(config, feed, io, { label: 'Provmånaden', signal });
  if (played === undefined) return EXIT.failed;
  const month = await invoicedMonth(service);
  if (month === undefined)
    return reportErrors(io, [`Månaden ${MONTH} blev inte fakturerad i tid; se ${config.hemgangUrl}/v1/billing/${REGION}/${MONTH}`]);
  io.stdout.write(`${resultText({ month, stays: await readStays(service), played, config, extra })}\n`);
  const unadmitted = [...played.refused, ...played.failed].filter(({ what }) => what === 'stay');
  return reportErrors(
    io,
    [...played.failed, ...unadmitted].map(({ line, stayId, what, code, detail }) => `rad ${line}, ${stayId} ${what}: ${code} — ${detail}`),
    played.failed.length + unadmitted.length > 0 ? EXIT.failed : EXIT.done,
  );
}

/** Why the sample cannot be played there. */
async function objectionTo(service: Service, feed: Feed): Promise<string | undefined> {
  const [first] = feed.lines;
  const clock = await followClock(service);
  if (clock.scale === 1) {
    return `Tjänstens klocka går i verklig tid, och provmånaden skulle ta två månader. Kör npm start, eller starta tjänsten med CLOCK_SCALE=20000 CLOCK_START=${toIso(first?.dueAt ?? 0)}.`;
  }
  const { body } = await service.request('GET', `/v1/billing/${REGION}/${MONTH}`);
  const { state, kommuner } = (body ?? {}) as Partial<Month>;
  const isEmpty = !kommuner?.some((kommun) => kommun.stays > 0);
  return state !== 'lopande' && isEmpty
    ? `Tjänstens klocka är ${toSwedish(clock.now())}, och ${MONTH} är redan förbi utan provmånadens vårdtillfällen. Starta den med CLOCK_START=${toIso(first?.dueAt ?? 0)} och ett nytt DATA_DIR.`
    : undefined;
}

async function invoicedMonth(service: Service): Promise<Month | undefined> {
  const until = Date.now() + INVOICED_WITHIN_MS;
  while (Date.now() < until) {
    const { status, body } = await service.request('GET', `/v1/billing/${REGION}/${MONTH}`);
    if (status === 200 && (body as Month).state === 'fakturerad') return body as Month;
    await sleep(1_000);
  }
  return undefined;
}

/** Every stay of the service, whole. */
async function readStays(service: Service): Promise<StayRow[]> {
  const ids: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { body } = await service.request('GET', `/v1/stays?limit=1000${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    const page = body as { items: { stayId: string }[]; next: string | null };
    ids.push(...page.items.map((item) => item.stayId));
    after = page.next;
  }
  const stays: StayRow[] = [];
  const read = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const { status, body } = await service.request('GET', `/v1/stays/${encodeURIComponent(id)}`);
      if (status === 200) stays.push(body as StayRow);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, read));
  return stays;
}
