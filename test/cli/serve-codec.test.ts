/** The codec server as a process of its own, with an issuer: it has the ledger for its log, and shows nothing without. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadCodec } from '../../src/temporal/codec.js';
import { bodyOf } from '../../src/temporal/codec-json.js';
import { payloadConverter } from '../../src/temporal/payload-converter.js';
import { AUDIENCE, startIssuer, type TestIssuer } from '../doors/issuer.js';
import { freePort } from '../support/free-port.js';
import { startPostgres } from '../support/postgres.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const KEY = { id: 'k1', key: Buffer.alloc(32, 5) };
const OWNER = { party: 'region', unit: 'jonkoping', roles: ['processledare'], sub: 'u-1', name: 'Kim Prov' };
const postgres = await startPostgres();
const reason = 'skipped' in postgres ? ` (skipped: ${postgres.skipped})` : '';

describe.skipIf(reason !== '')(`hemgang serve --roles codec${reason}`, () => {
  const dataDir = join(tempFolder('hemgang-codec-'), 'data');
  const databaseUrl = 'url' in postgres ? postgres.url : '';
  let issuer: TestIssuer;
  let child: ChildProcess;
  let url = '';
  let [out, err] = ['', ''];
  let isDown = false;
  beforeAll(async () => {
    issuer = await startIssuer();
    const { PATH = '', HOME = '' } = process.env;
    const env = {
      ...{ PATH, HOME, DATA_DIR: dataDir, CODEC_HOST: '0.0.0.0', CODEC_PORT: String(await freePort()), TEMPORAL_NAMESPACE: 'hemgang' },
      ...{ CODEC_URL: 'https://codec.region.example', TEMPORAL_UI_URL: 'https://temporal.region.example/' },
      ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: databaseUrl, PAYLOAD_KEYS: `k1:${KEY.key.toString('base64')}` },
      ...{ OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: AUDIENCE },
    };
    url = `http://127.0.0.1:${env.CODEC_PORT}`;
    child = spawn(process.execPath, [join(ROOT, 'bin/hemgang.js'), 'serve', '--roles', 'codec'], { env });
    child.stdout?.on('data', (text) => (out += String(text)));
    child.stderr?.on('data', (text) => (err += String(text)));
    for (let tries = 0; !out.includes('Codec server'); tries++) {
      if (child.exitCode !== null || tries > 200) throw new Error(`the program did not start: ${err.slice(-2_000)}`);
      await sleep(250);
    }
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await issuer?.stop();
    if ('stop' in postgres && !isDown) await postgres.stop();
  });

  const decode = async (headers: Record<string, string>) => {
    const [payload] = await payloadCodec([KEY]).encode([
      payloadConverter.toPayload({ stayId: 'S-1', patient: { name: 'Anna Ek' } }) as never,
    ]);
    const response = await fetch(`${url}/decode`, { method: 'POST', headers, body: JSON.stringify(bodyOf([payload as never])) });
    const { payloads = [], ...rest } = (await response.json()) as { payloads?: { data: string }[]; code?: string };
    return { status: response.status, ...rest, values: payloads.map(({ data }) => Buffer.from(data, 'base64').toString()) };
  };
  const bearer = async () => ({ authorization: `Bearer ${await issuer.token(OWNER)}`, origin: 'https://temporal.region.example' });

  it('says where it is, by the name that it is known by', () => {
    expect(out).toContain('Codec server https://codec.region.example\n');
    expect(err).toContain(`Callers show a token of ${issuer.issuer}`);
  });

  it('asks who it is', async () => {
    expect(await decode({})).toMatchObject({ status: 401, code: 'no-token', values: [] });
    expect(await decode({ ...(await bearer()), origin: 'http://127.0.0.1:8233' })).toMatchObject({ status: 403, code: 'unknown-origin' });
  });

  it('shows a processledare what it may see, and has it in the ledger', async () => {
    expect(await decode(await bearer())).toMatchObject({ status: 200, values: ['{"stayId":"S-1","patient":{}}'] });
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query('select subject, name, operation, outcome, region, stay_ids from accesses');
    await client.end();
    expect(rows).toEqual([
      { subject: 'u-1', name: 'Kim Prov', operation: 'codec.decode', outcome: 'seen', region: 'jonkoping', stay_ids: [] },
    ]);
    expect(err).toContain('"msg":"codec: answered"');
    expect(err).toContain('"msg":"codec: refused"');
    expect(err).not.toMatch(/Anna|Kim Prov/);
  });

  it('shows nothing while the ledger is away, and lives on', async () => {
    if ('stop' in postgres) await postgres.stop();
    isDown = true;
    expect(await decode(await bearer())).toMatchObject({ status: 503, values: [] });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('stops when it is asked to', async () => {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});
