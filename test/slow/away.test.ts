/** What a service says that starts while the servers it needs are away. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connectLazily } from '../../src/temporal/client.js';
import { freePort } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

const PROGRAM = fileURLToPath(new URL('../../bin/hemgang.js', import.meta.url));
const dir = tempFolder('hemgang-away-');

/** In a process of its own, since a process has Temporal's core but once. */
function serve(env: Record<string, string>): { code: number | null; out: string; err: string } {
  const own = { DATA_DIR: join(dir, 'data'), HTTP_PORT: '0', CODEC_PORT: '0', LOG_LEVEL: 'silent', ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'serve'], { env: { ...process.env, ...own }, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('a service that starts while something is away says what, by the name of its variable', () => {
  test('PostgreSQL', { timeout: 30_000 }, async () => {
    const [port, database] = [await freePort(), await freePort()];
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${port}`, DATABASE_URL: `postgres://u:hemligt@127.0.0.1:${database}/hemgang` };
    const { code, out, err } = serve(env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(lastLine(err)).toMatch(/^DATABASE_URL: 127\.0\.0\.1:\d+\/hemgang: .*ECONNREFUSED/);
    expect(err).not.toContain('hemligt');
  });

  test('Temporal', { timeout: 60_000 }, async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const { code, out, err } = serve({ TEMPORAL_ADDRESS: address });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(lastLine(err)).toBe(`TEMPORAL_ADDRESS: ${address} does not answer`);
  });
});

test('a Temporal that was away for long is asked again every other second, not every other minute', async () => {
  const connection = connectLazily({ address: '127.0.0.1:1' });
  expect(connection.options.channelArgs?.['grpc.max_reconnect_backoff_ms']).toBeLessThanOrEqual(2_000);
  await connection.close();
});

test('is closed while calls are being made again: each of them is answered, and none breaks the process', async () => {
  const connection = connectLazily({ address: `127.0.0.1:${await freePort()}` });
  const call = () => connection.withDeadline(Date.now() + 30_000, () => connection.workflowService.getSystemInfo({}));
  const calls = Array.from({ length: 5 }, () =>
    call().then(
      () => 'answered',
      () => 'refused',
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 700));
  await connection.close();
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 5 }, () => 'refused'));
});
