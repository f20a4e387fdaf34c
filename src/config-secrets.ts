/** Secrets that stand in files, as Docker and systemd hand them over: `X_FILE` names the file that holds the value of `X`. */
import { readFileSync } from 'node:fs';

/** Shown to nobody. `DATABASE_URL` and `SMTP_URL` may hold a password. */
export const SECRETS = [
  'PAYLOAD_KEYS',
  'TEMPORAL_API_KEY',
  'HEMGANG_TOKEN',
  'DATABASE_URL',
  'SMTP_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;
export type Secret = (typeof SECRETS)[number];

export interface SecretError {
  /** The secret that has no value for it; it is not asked for a second time. */
  secret: Secret;
  /** One line that names the variable, never the value. */
  error: string;
}

/**
 * The values of the secrets whose files are named, without the white space around them. A secret that is given both
 * ways is refused, since nobody could tell which one is meant.
 * @source Docker Compose specification, secrets: mounted as files below /run/secrets
 */
export function readSecretFiles(env: Readonly<Record<string, string | undefined>>): {
  values: Partial<Record<Secret, string>>;
  errors: SecretError[];
} {
  const values: Partial<Record<Secret, string>> = {};
  const errors: SecretError[] = [];
  for (const secret of SECRETS) {
    const path = env[`${secret}_FILE`];
    if (path === undefined) continue;
    const wrong = (what: string) => errors.push({ secret, error: `${secret}_FILE: ${what}` });
    if (env[secret] !== undefined) {
      wrong(`is set, and ${secret} too; only one of them can be meant`);
      continue;
    }
    const value = contentsOf(path);
    if (value === undefined) wrong(`${JSON.stringify(path)} is not a file that can be read`);
    else if (value === '') wrong(`${JSON.stringify(path)} is empty`);
    else values[secret] = value;
  }
  return { values, errors };
}

function contentsOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
