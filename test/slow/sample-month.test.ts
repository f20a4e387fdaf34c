/** The sample month, played as a user plays it: by `npm start`, and with new keys and the whole service killed half-way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { register } from 'tsx/cjs/api';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient } from '../../src/temporal/client.js';
import { dataConverter } from '../../src/temporal/data-converter.js';
import { readKeysFile } from '../../src/temporal/keys.js';
import { freePorts } from '../support/free-port.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

// The SDK loads the converters with `require`, which knows TypeScript only when told so.
register();

const MARCH_8 = Date.parse('2019-03-08T00:00:00+01:00');
/**
 * Away from what the sample tells days late, on the 4th and the 16th: while a feed catches up, it may come before its deadline has been
 * judged, and then nothing was ever late.
 */
const MARCH_17 = Date.parse('2019-03-17T00:00:00+01:00');
const EXPECTED = JSON.parse(readFileSync(join(ROOT, 'test/golden/billing/kommun-abcd-2019-03.expected.json'), 'utf8'));
const DEVIATIONS = readFileSync(join(ROOT, 'test/golden/sample/deviations.csv'), 'utf8').trim().split('\n').slice(1).sort();
const PAYERS = ['0604', '0617', '0642', '0680'];

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Program {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** A folder and ports of its own; nothing of the caller's environment that would change what is played. */
async function place(): Promise<Record<string, string>> {
  const [http = 0, mllp = 0, codec = 0, temporal = 0, ui = 0] = await freePorts(5);
  return {
    DATA_DIR: join(tempFolder('sample-month'), 'data'),
    HTTP_PORT: String(http),
    MLLP_PORT: String(mllp),
    CODEC_PORT: String(codec),
    TEMPORAL_PORT: String(temporal),
    TEMPORAL_UI_PORT: String(ui),
  };
}

function hemgang(env: Record<string, string>, ...args: string[]): Program {
  const { PATH = '', HOME = '', TEMPORAL_CLI_PATH } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'bin/hemgang.js'), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, TZ: 'UTC', ...(TEMPORAL_CLI_PATH ? { TEMPORAL_CLI_PATH } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

async function until(url: string, holds: (body: unknown) => boolean): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    const body: unknown = await fetch(url).then(
      (response) => (response.ok ? response.json().catch(() => ({})) : undefined),
      () => undefined,
    );
    if (body !== undefined && holds(body)) return;
    await sleep(250);
  }
  throw new Error(`waited in vain for ${url}`);
}

describe('the sample month', () => {
  it('npm start plays it, prints the month and stops when it is asked to', async () => {
    const env = await place();
    const { code, stdout, stderr } = await hemgang(env, 'start', '--exit').ended;
    expect(code, stderr.slice(-2_000)).toBe(0);
    expect(stdout).toContain('Att betala: 488 280 kr');
    expect(stdout).toMatch(/0 misslyckade/);
    const month = JSON.parse(readFileSync(join(String(env.DATA_DIR), 'billing/jonkoping/2019-03/underlag.json'), 'utf8'));
    expect(month.amountOre).toBe(EXPECTED.amountOre);
    rmSync(String(env.DATA_DIR), { recursive: true, force: true });
  });

  describe('when it gets a new key in the middle of it, is killed, gets another one and is started again', () => {
    let env: Record<string, string>;
    /** The ids of the keys that were made, oldest first. */
    const keyIds: string[] = [];
    const rotate = async () => {
      const { code, stdout, stderr } = await hemgang(env, 'keys', 'rotate').ended;
      expect(code, stderr).toBe(0);
      keyIds.push(stdout.trim());
    };
    const keys = () => readKeysFile(join(String(env.DATA_DIR), 'payload-keys')) ?? [];
    let service: Program;
    let demo: Ended;
    const url = () => `http://127.0.0.1:${env.HTTP_PORT}`;

    beforeAll(async () => {
      env = { ...(await place()), CLOCK_SCALE: '20000', CLOCK_START: '2019-02-14T12:00:00Z' };
      service = hemgang(env, 'serve');
      await until(`${url()}/readyz`, () => true);
      const playing = hemgang(env, 'demo');
      await until(`${url()}/v1/clock`, (body) => Date.parse((body as { now: string }).now) > MARCH_8);
      keyIds.push(keys()[0]?.id ?? '');
      await rotate();
      await until(`${url()}/v1/clock`, (body) => Date.parse((body as { now: string }).now) > MARCH_17);
      service.child.kill('SIGKILL');
      await service.ended;
      await rotate();
      await sleep(2_000);
      service = hemgang(env, 'serve');
      demo = await playing.ended;
    }, 900_000);

    afterAll(async () => {
      service.child.kill('SIGTERM');
      await service.ended;
    });

    it('the player goes on where it was, and loses no line', () => {
      expect(demo.code, demo.stderr.slice(-2_000)).toBe(0);
      expect(demo.stdout).toContain('Att betala: 488 280 kr');
      expect(demo.stdout).toMatch(/87, varav 87 avslutade/);
    });

    it('the month is the same to the öre', async () => {
      const month = (await (await fetch(`${url()}/v1/billing/jonkoping/2019-03`)).json()) as {
        amountOre: number;
        kommuner: { payer: string }[];
      };
      expect(month.amountOre).toBe(48_828_000);
      for (const payer of PAYERS) {
        const expected = EXPECTED.kommuner.find((k: { payer: string }) => k.payer === payer);
        expect(month.kommuner.find((k) => k.payer === payer)).toMatchObject(expected);
      }
    });

    it('the deviations are the same, none is due to the outage', async () => {
      const { items } = (await (await fetch(`${url()}/v1/stays?limit=1000`)).json()) as { items: { stayId: string }[] };
      const found: string[] = [];
      for (const { stayId } of items) {
        const stay = (await (await fetch(`${url()}/v1/stays/${stayId}`)).json()) as {
          deviations: { type: string; status: string; at: string; owner?: { party: string } }[];
        };
        for (const d of stay.deviations) found.push([stayId, d.type, d.status, d.at, d.owner?.party ?? ''].join(';'));
      }
      expect(found.sort()).toEqual(DEVIATIONS);
    });

    it('every history replays, and decodes with the keys that it was written with', async () => {
      const connection = await Connection.connect({ address: `127.0.0.1:${env.TEMPORAL_PORT}` });
      const client = createClient(connection, 'default', keys());
      const usedBy = new Map<string, Set<string>>();
      const stays = client.workflow.list({ query: 'WorkflowType = "stay"' }).intoHistories();
      const histories = async function* () {
        for await (const one of stays) {
          const text = JSON.stringify(one.history);
          // Bytes are written as base64; a payload's metadata holds the id and nothing else.
          usedBy.set(one.workflowId, new Set(keyIds.filter((id) => text.includes(Buffer.from(id).toString('base64')))));
          yield one;
        }
      };
      const replay = { workflowBundle: { codePath: inject('bundlePath') }, dataConverter: dataConverter(keys()) };
      let replayed = 0;
      for await (const { workflowId, error } of Worker.runReplayHistories(replay, histories())) {
        expect(error, workflowId).toBeUndefined();
        replayed += 1;
      }
      await connection.close();
      expect(replayed).toBeGreaterThanOrEqual(87);
      for (const id of keyIds) expect([...usedBy.values()].filter((used) => used.has(id)).length, id).toBeGreaterThan(0);
      expect([...usedBy.values()].filter((used) => used.size > 1).length).toBeGreaterThan(0);
    });

    it('rows of the ledger need the newest key only; which histories need the others is told', async () => {
      const status = async () => (await hemgang(env, 'keys', 'status').ended).stdout;
      let told = await status();
      for (let tries = 0; tries < 100 && !/^\S+ +read only since [^;]+; needed by \d+ histories of workflows$/m.test(told); tries++) {
        await sleep(500);
        told = await status();
      }
      const lines = told.trim().split('\n');
      expect(lines).toHaveLength(3);
      expect(lines[0]).toMatch(new RegExp(`^${keyIds[2]} +written with since .*; .*\\d+ of patients`));
      for (const [at, line] of lines.slice(1).entries())
        expect(line).toMatch(new RegExp(`^${keyIds[1 - at]} +read only since [^;]+; needed by \\d+ histories of workflows$`));
    });
  });
});
