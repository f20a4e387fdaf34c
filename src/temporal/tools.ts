/** Where the Temporal CLI and the time-skipping test server are, as `scripts/setup.mjs` found them. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Tool = 'temporalCli' | 'testServer';

const TOOLS = {
  temporalCli: { variable: 'TEMPORAL_CLI_PATH', program: 'temporal' },
  testServer: { variable: 'TEMPORAL_TEST_SERVER_PATH', program: 'temporal-test-server' },
} as const satisfies Record<Tool, { variable: string; program: string }>;

/** Path of a tool, without looking further than what set-up left and the PATH; undefined when there is none. */
export function findTool(tool: Tool, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { variable, program } = TOOLS[tool];
  const onPath = (env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program));
  return [env[variable], foundBySetUp(tool), ...onPath].find((path) => path !== undefined && isProgram(path));
}

/** Path of the Temporal CLI; fetches it when this is a clone that was never set up. Throws in plain words when there is none. */
export function temporalCli(): string {
  const found = findTool('temporalCli');
  if (found !== undefined) return found;
  const setUp = join(root(), 'scripts', 'setup.mjs');
  if (existsSync(setUp)) spawnSync(process.execPath, [setUp], { stdio: ['ignore', 2, 2] });
  const fetched = findTool('temporalCli');
  if (fetched === undefined) {
    throw new Error(
      'TEMPORAL_CLI_PATH: no Temporal CLI was found; put temporal on the PATH, name it in TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a server',
    );
  }
  return fetched;
}

function foundBySetUp(tool: Tool): string | undefined {
  try {
    const tools = JSON.parse(readFileSync(join(root(), '.cache', 'tools.json'), 'utf8')) as Partial<Record<Tool, { path?: string }>>;
    return tools[tool]?.path;
  } catch {
    return undefined;
  }
}

/** The folder of package.json: above this file, in the sources as in what is built. */
function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
