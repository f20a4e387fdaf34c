/** `npm start`: everything embedded in this one process, the sample month played from its beginning, then up until Ctrl-C. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ROLES, readConfig } from '../config.js';
import { dataDirOwner } from '../data-dir.js';
import { HOUR, toIso } from '../domain/calendar.js';
import { portErrors } from '../ports.js';
import { openLog } from '../telemetry/log.js';
import { playSample, sampleFeed } from './demo.js';
import { reportErrors, reportThrown } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { preflight } from './preflight.js';
import { addressLines } from './serve.js';
import { startService } from './service.js';
import { askedToStop } from './stop.js';

export interface StartOptions {
  /** Stop when the sample month is done and printed. */
  exit: boolean;
}

/** Sixty days in some four and a half minutes: two cores keep up with it, with room to spare. */
const SCALE = 20_000;
/** What the service needs, in domain time, between opening its clock and hearing the feed. */
const LEAD_MS = 6 * HOUR;

/** Answers 0 when it was stopped, or with `exit` when the month is done; 1 when a stay failed; 2 when the configuration is wrong. */
export async function run({ exit }: StartOptions, io: CommandIo): Promise<number> {
  const sample = sampleFeed();
  if ('errors' in sample) return reportErrors(io, sample.errors);
  const first = sample.feed.lines[0]?.dueAt ?? 0;
  const env = { CLOCK_SCALE: String(SCALE), CLOCK_START: toIso(first - LEAD_MS), ...withoutEmpty(process.env) };
  const read = readConfig(env);
  if (!read.ok) return reportErrors(io, read.errors, EXIT.wrongUse);
  const errors = await moveAside(read.config);
  if (errors.length > 0) return reportErrors(io, errors, EXIT.wrongUse);
  const ready = await preflight(read.config, ROLES);
  if ('errors' in ready) return reportErrors(io, ready.errors, EXIT.wrongUse);
  const { config } = ready;

  for (const notice of config.notices) io.stderr.write(`${notice}\n`);
  const logFile = join(config.dataDir, 'hemgang.log');
  io.stderr.write(`Startar Temporal, register, arbetare och API (logg: ${logFile}) …\n`);
  const stop = new AbortController();
  const asked = askedToStop().then(() => stop.abort(new Error('avbruten')));
  try {
    const service = await startService(ready, openLog(config, logFile));
    const { api = config.hemgangUrl, ...others } = service.addresses;
    const extra = addressLines(others);
    for (const line of addressLines(service.addresses)) io.stderr.write(`${line}\n`);
    const broken = service.broken.then((line) => {
      stop.abort(new Error(line));
      return line;
    });
    const code = await playSample({ ...config, hemgangUrl: api }, sample.feed, io, { extra, signal: stop.signal }).catch((error: unknown) =>
      reportThrown(io, error),
    );
    if (!exit && !stop.signal.aborted) io.stdout.write('\nTjänsten är igång. Avsluta med Ctrl-C.\n');
    const line = exit || stop.signal.aborted ? undefined : await Promise.race([broken, asked.then(() => undefined)]);
    await service.stop();
    return line === undefined ? code : reportErrors(io, [line]);
  } catch (error) {
    return reportThrown(io, error);
  }
}

/** What an earlier run left is kept once more, as `DATA_DIR.old`. Nothing is moved while something else is in the way. */
async function moveAside(config: Config): Promise<string[]> {
  const { dataDir } = config;
  const taken = await portErrors(config, ROLES);
  if (taken.length > 0 || !existsSync(dataDir)) return taken;
  const owner = dataDirOwner(dataDir);
  if (owner !== undefined) return [`DATA_DIR: ${dataDir} is in use by process ${owner}; stop it, or use another DATA_DIR`];
  try {
    rmSync(`${dataDir}.old`, { recursive: true, force: true });
    renameSync(dataDir, `${dataDir}.old`);
    return [];
  } catch (error) {
    return [`DATA_DIR: ${dataDir} cannot be moved to ${dataDir}.old (${(error as NodeJS.ErrnoException).code})`];
  }
}

/** An empty variable counts as unset. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}
