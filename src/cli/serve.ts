/** `hemgang serve`: the service, in one process or one role per process, until it is asked to stop. */
import type { Config } from '../config.js';
import { openLog } from '../telemetry/log.js';
import { reportErrors, reportThrown, withConfig } from './errors.js';
import { type CommandIo, EXIT } from './io.js';
import { preflight } from './preflight.js';
import { type Addresses, startService } from './service.js';
import { askedToStop } from './stop.js';

export interface ServeOptions {
  roles: string[];
}

/** Answers 0 when it was stopped by SIGINT or SIGTERM, 1 when a part broke, 2 when the configuration is wrong. */
export async function run({ roles }: ServeOptions, io: CommandIo): Promise<number> {
  return withConfig(io, (config) => serve(config, roles, io));
}

async function serve(config: Config, roles: readonly string[], io: CommandIo): Promise<number> {
  const ready = await preflight(config, roles);
  if ('errors' in ready) return reportErrors(io, ready.errors, EXIT.wrongUse);
  const log = openLog(config);
  for (const notice of config.notices) io.stderr.write(`${notice}\n`);
  const asked = askedToStop();
  try {
    const service = await startService(ready, log);
    for (const line of addressLines(service.addresses)) io.stdout.write(`${line}\n`);
    const broken = await Promise.race([service.broken, asked.then(() => undefined)]);
    if (broken !== undefined) log.fatal(broken);
    else io.stderr.write('Stopping.\n');
    await service.stop();
    return broken === undefined ? EXIT.done : reportErrors(io, [broken]);
  } catch (error) {
    return reportThrown(io, error);
  }
}

/** Where everything is, one line each. */
export function addressLines({ api, mllp, codec, metrics, temporal, temporalUi }: Addresses): string[] {
  return [
    ...(api === undefined ? [] : [`API          ${api}`, `API docs     ${api}/docs`]),
    ...(mllp === undefined ? [] : [`HL7 (MLLP)   ${mllp}`]),
    ...(temporalUi === undefined ? [] : [`Temporal UI  ${temporalUi}`]),
    `Temporal     ${temporal}`,
    ...(codec === undefined ? [] : [`Codec server ${codec}`]),
    ...(metrics === undefined ? [] : [`Metrics      ${metrics}/metrics`]),
  ];
}
