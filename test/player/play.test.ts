import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, parseInstant, toIso } from '../../src/domain/calendar.js';
import { ADMISSION_EXAMPLE } from '../../src/doors/http/examples.js';
import { problemError } from '../../src/doors/http/problem-reply.js';
import { type Feed, readFeed } from '../../src/player/feed.js';
import { placeFile } from '../../src/player/place.js';
import { type PlayOptions, play } from '../../src/player/play.js';
import { ServiceUnreachable, serviceAt } from '../../src/player/service.js';
import { type MemoryService, memoryService } from '../doors/memory-service.js';

const START = parseInstant('2019-03-01T08:00:00Z') as number;
const SCALE = 20_000;
const nurse = { party: 'slutenvard', unit: ADMISSION_EXAMPLE.ward.hsaId, role: 'sjukskoterska' };

let service: MemoryService;
let app: FastifyInstance | undefined;
let port = 0;
let dataDir: string;
/** What the service was asked, in order: `S1:a1`, with domain time. */
let asked: { what: string; now: number; watermark: number | null | undefined }[];
/** How far each line has been answered. */
let onAction: (what: string) => Promise<void> | void;

beforeEach(() => {
  service = memoryService(START);
  dataDir = mkdtempSync(join(tmpdir(), 'player-'));
  asked = [];
  port = 0;
  onAction = () => undefined;
});
afterEach(() => app?.close());

/** A service whose clock runs, on the same port as before when it is started again. */
async function start(from = service.now): Promise<string> {
  const realStart = Date.now();
  Object.defineProperty(service, 'now', { configurable: true, get: () => from + (Date.now() - realStart) * SCALE });
  const deps = service.deps({ scale: SCALE });
  const { submit } = deps;
  const note = async (what: string) => {
    asked.push({ what, now: deps.clock.now(), watermark: [...service.feeds.values()][0] });
    await onAction(what);
  };
  deps.submit = {
    ...submit,
    admit: (stayId, body) => note(stayId).then(() => submit.admit(stayId, body)),
    act: (stayId, action, body) => note(`${stayId}:${(body as { id: string }).id}`).then(() => submit.act(stayId, action, body)),
  };
  const { buildApp } = await import('../../src/doors/http/app.js');
  app = await buildApp(deps);
  const url = await app.listen({ port, host: '127.0.0.1' });
  port = Number(new URL(url).port);
  return url;
}

/** Stays admitted at once, each with comments some hours apart. */
function feedOf(stays: number, comments: number, stepHours = 2): Feed {
  const lines: { at: number; json: object }[] = [];
  for (let s = 1; s <= stays; s++) {
    lines.push({ at: START, json: { stay: { stayId: `S${s}`, ...ADMISSION_EXAMPLE, admittedAt: toIso(START) } } });
    for (let c = 1; c <= comments; c++) {
      const at = START + c * stepHours * HOUR;
      lines.push({
        at,
        json: { action: { stayId: `S${s}`, action: 'kommentera', id: `a${c}`, at: toIso(at), by: nurse, data: { text: 'Hej' } } },
      });
    }
  }
  const text = lines
    .sort((a, b) => a.at - b.at)
    .map((line) => JSON.stringify(line.json))
    .join('\n');
  const read = readFeed(new TextEncoder().encode(text));
  if ('bad' in read) throw new Error(JSON.stringify(read.bad));
  return read.feed;
}

const playTo = (url: string, feed: Feed, options: Partial<PlayOptions> = {}, patienceMs = 20_000) =>
  play({ feed, service: serviceAt({ url, patienceMs, signal: options.signal }), placeFile: placeFile(dataDir, feed.id), ...options });

describe('a feed that is played', () => {
  test("is sent when its time has come, in each stay's own order, and is imported", async () => {
    const feed = feedOf(5, 6);
    expect(await playTo(await start(), feed)).toMatchObject({ lines: 35, before: 0, accepted: 35, refused: [], failed: [] });
    for (const { what, now } of asked) {
      const due = what.includes(':') ? START + Number(what.split(':a')[1]) * 2 * HOUR : START;
      expect(now).toBeGreaterThanOrEqual(due - HOUR);
    }
    for (let s = 1; s <= 5; s++)
      expect(asked.filter(({ what }) => what.split(':')[0] === `S${s}`).map(({ what }) => what)).toEqual([
        `S${s}`,
        ...[1, 2, 3, 4, 5, 6].map((c) => `S${s}:a${c}`),
      ]);
    const entries = service.stays.get('S1')?.stay.log ?? [];
    expect(entries.every((entry) => entry.imported)).toBe(true);
  });

  test('holds the clock back at the earliest line that is not answered, and lets it go at the end', async () => {
    const feed = feedOf(3, 4);
    onAction = (what) => (what === 'S2:a2' ? new Promise((resolve) => setTimeout(resolve, 1_500)) : undefined);
    const told: (number | null)[] = [];
    const url = await start();
    const watching = setInterval(() => told.push(service.feeds.get(feed.id) ?? null), 20);
    await playTo(url, feed);
    clearInterval(watching);
    // While S2:a2 is not answered, nothing after it may be judged.
    expect(Math.max(...asked.map(({ watermark }) => watermark ?? 0))).toBeLessThanOrEqual(START + 4 * 2 * HOUR);
    const held = told.filter((watermark) => watermark === START + 2 * 2 * HOUR).length;
    expect(held).toBeGreaterThan(20);
    expect(service.feeds.get(feed.id)).toBe(null);
  });

  test('waits with a line that came late until what was due before it has been judged', async () => {
    const late = { action: { stayId: 'S1', action: 'kommentera', id: 'late', at: toIso(START + HOUR), by: nurse, data: { text: 'x' } } };
    const lines = [
      { stay: { stayId: 'S1', ...ADMISSION_EXAMPLE, admittedAt: toIso(START) } },
      { stay: { stayId: 'S2', ...ADMISSION_EXAMPLE, admittedAt: toIso(START + 10 * HOUR) } },
      late,
    ];
    const read = readFeed(new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')));
    await playTo(await start(), (read as { feed: Feed }).feed);
    expect(asked.map(({ what }) => what)).toEqual(['S1', 'S2', 'S1:late']);
    expect(asked[2]?.watermark).toBe(START + 10 * HOUR);
    expect((asked[2]?.now ?? 0) - (asked[1]?.now ?? 0)).toBeGreaterThan(1_500 * SCALE);
  });

  test('counts a refusal as an answer, with its reason', async () => {
    const lines = [
      { stay: { stayId: 'S1', ...ADMISSION_EXAMPLE, admittedAt: toIso(START) } },
      {
        action: {
          stayId: 'S1',
          action: 'meddela-utskrivningsklar',
          id: 'u1',
          at: toIso(START + HOUR),
          by: nurse,
          data: { bedomd: toIso(START + HOUR) },
        },
      },
      { stay: { stayId: 'S2', region: 'jonkoping', admittedAt: toIso(START + HOUR) } },
      { action: { stayId: 'S2', action: 'kommentera', id: 'k1', at: toIso(START + HOUR), by: nurse, data: { text: 'x' } } },
    ];
    const read = readFeed(new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')));
    const played = await playTo(await start(START + 30 * DAY), (read as { feed: Feed }).feed, { noWait: true });
    expect(played).toMatchObject({ accepted: 1, failed: [] });
    expect(played.refused.map(({ line, what, status, code }) => ({ line, what, status, code })).sort((a, b) => a.line - b.line)).toEqual([
      { line: 2, what: 'meddela-utskrivningsklar', status: 409, code: 'inskrivningsmeddelande-saknas' },
      { line: 3, what: 'stay', status: 422, code: 'ogiltig-data' },
      { line: 4, what: 'kommentera', status: 404, code: 'no-such-stay' },
    ]);
  });

  test('counts what the service breaks on as failed, after some tries, and goes on', async () => {
    const feed = feedOf(2, 2);
    onAction = (what) => {
      if (what === 'S1:a1') throw new Error('broken');
    };
    const played = await playTo(await start(START + 30 * DAY), feed, { noWait: true });
    expect(played).toMatchObject({ accepted: 5, refused: [] });
    expect(played.failed).toMatchObject([{ stayId: 'S1', what: 'kommentera', status: 500, code: 'internal' }]);
    expect(asked.filter(({ what }) => what === 'S1:a1')).toHaveLength(5);
  });

  test('loses no line when Temporal is away for a while, or the service is killed and started again', async () => {
    const feed = feedOf(6, 8);
    const url = await start();
    let closed: Promise<void> | undefined;
    onAction = (what) => {
      if (what === 'S3:a2') {
        service.away = true;
        setTimeout(() => (service.away = false), 300);
      }
      if (what === 'S2:a4') {
        onAction = () => undefined;
        closed = (async () => {
          await app?.close();
          await new Promise((resolve) => setTimeout(resolve, 400));
          await start();
        })();
      }
    };
    expect(await playTo(url, feed)).toMatchObject({ accepted: 54, refused: [], failed: [] });
    await closed;
    for (let s = 1; s <= 6; s++)
      expect(service.stays.get(`S${s}`)?.stay.log.map((entry) => entry.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((c) => `a${c}`));
  });

  test('goes on where a broken run was, and counts both', async () => {
    const feed = feedOf(4, 5, 8);
    const url = await start();
    const stop = new AbortController();
    onAction = (what) => {
      if (what === 'S4:a3') stop.abort(new Error('stopped'));
    };
    await expect(playTo(url, feed, { signal: stop.signal })).rejects.toThrow();
    const file = placeFile(dataDir, feed.id);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { accepted: number };
    expect(kept.accepted).toBeGreaterThan(10);
    const before = asked.length;
    const played = await playTo(url, feed);
    expect(played).toMatchObject({ before: kept.accepted, accepted: 24, refused: [], failed: [] });
    expect(asked.length - before).toBe(24 - kept.accepted);
    expect(existsSync(file)).toBe(false);
  });

  test('is broken off when its token has run out, and goes on with another one', async () => {
    const feed = feedOf(1, 4);
    const url = await start(START + 30 * DAY);
    onAction = (what) => {
      if (what === 'S1:a3') throw problemError('invalid-token');
    };
    await expect(playTo(url, feed, { noWait: true })).rejects.toThrow(/asks for a token: HEMGANG_TOKEN/);
    onAction = () => undefined;
    expect(await playTo(url, feed, { noWait: true })).toMatchObject({ before: 3, accepted: 5, refused: [], failed: [] });
  });

  test('is broken off when the service stays away, and keeps its place', async () => {
    const feed = feedOf(2, 3);
    const url = await start(START + 30 * DAY);
    onAction = (what) => {
      if (what === 'S1:a2') void app?.close();
    };
    await expect(playTo(url, feed, { noWait: true }, 500)).rejects.toThrow(ServiceUnreachable);
    expect(existsSync(placeFile(dataDir, feed.id))).toBe(true);
  });
});
