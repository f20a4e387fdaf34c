/** The embedded server lives and dies with its process, and keeps its state. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { startEmbeddedTemporal } from '../../src/temporal/embedded.js';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes.js';
import { findTool } from '../../src/temporal/tools.js';
import { configFrom } from '../support/config.js';
import { ROOT } from '../support/sources.js';
import { tempFolder } from '../support/temp-folder.js';

const dir = tempFolder('hemgang-embedded-');
const config = configFrom({ DATA_DIR: dir });
const options = { searchAttributes: SEARCH_ATTRIBUTES, uiCodecEndpoint: 'http://127.0.0.1:8081' };

describe.skipIf(!findTool('temporalCli'))('the embedded Temporal server (skipped where there is no Temporal CLI)', () => {
  test('knows its search attributes, shows its UI, and starts again on the same state', async () => {
    for (const _ of ['first', 'second']) {
      const server = await startEmbeddedTemporal(config, options);
      const connection = await Connection.connect({ address: server.address });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      await connection.close();
      expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(SEARCH_ATTRIBUTES.map(({ name }) => name)));
      const settings = (await (await fetch(`${server.uiUrl}/api/v1/settings`)).json()) as { Codec?: { Endpoint?: string } };
      expect(settings.Codec?.Endpoint).toBe(options.uiCodecEndpoint);
      await server.stop();
      await expect(fetch(server.uiUrl)).rejects.toThrow();
    }
  });

  test('is reported when it dies, and an orphan of an earlier run is ended before the next', async () => {
    const first = await startEmbeddedTemporal(config, options);
    // The next start finds the file in use by a server that is nobody's: here, the one that runs.
    const second = await startEmbeddedTemporal(config, options);
    expect(await first.died).toMatch(/ended/);
    await second.stop();
    expect(await Promise.race([second.died, sleep(200, 'silent')])).toBe('silent');
  });

  test('dies with its process, though that is killed', async () => {
    const script = `
      import { startEmbeddedTemporal } from './src/temporal/embedded.ts';
      import { configFrom } from './test/support/config.ts';
      const server = await startEmbeddedTemporal(configFrom({ DATA_DIR: ${JSON.stringify(dir)} }), { searchAttributes: [] });
      console.log(server.uiUrl);`;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const uiUrl = await new Promise<string>((resolve) => owner.stdout.once('data', (chunk) => resolve(String(chunk).trim())));
    expect((await fetch(uiUrl)).status).toBe(200);
    owner.kill('SIGKILL');
    await expect
      .poll(
        () =>
          fetch(uiUrl).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 15_000 },
      )
      .toBe('down');
  });
});
