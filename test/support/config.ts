/** A configuration for tests: read as the program reads it, from these variables alone. */
import { type Config, readConfig } from '../../src/config.js';

/** The configuration that these variables give; throws when they are refused. Ports default to any free one. */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  const read = readConfig({ HTTP_PORT: '0', CODEC_PORT: '0', MLLP_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0', ...env });
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.config;
}
