/** What may not go together in the environment, what production demands, and what a person is told at start. */
import type { Environment } from './config.js';

/** Whether a host name or address can be reached from this machine only. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

export function contradictions(env: Environment): string[] {
  const errors: string[] = [];
  if (!isLoopback(env.HTTP_HOST) && env.OIDC_ISSUER === undefined) {
    errors.push(
      env.AUTH === 'off'
        ? `AUTH: off is for loopback only, and HTTP_HOST is ${env.HTTP_HOST}`
        : `HTTP_HOST: ${env.HTTP_HOST} is not loopback; without OIDC_ISSUER nobody is asked who they are, so the API listens on 127.0.0.1, ::1 or localhost only`,
    );
  }
  errors.push(...codecErrors(env));
  errors.push(...mllpErrors(env));
  if (env.AUTH === 'off' && env.OIDC_ISSUER !== undefined)
    errors.push('AUTH: is off, and OIDC_ISSUER is set; only one of them can be meant');
  if (env.OIDC_ISSUER !== undefined && env.OIDC_AUDIENCE === undefined)
    errors.push('OIDC_AUDIENCE: is needed when OIDC_ISSUER is set; a token for somebody else must not open this door');
  if (env.SMTP_URL !== undefined && env.MAIL_FROM === undefined) errors.push('MAIL_FROM: is needed when SMTP_URL is set');
  if ((env.TEMPORAL_TLS_CLIENT_CERT_PATH === undefined) !== (env.TEMPORAL_TLS_CLIENT_KEY_PATH === undefined)) {
    errors.push('TEMPORAL_TLS_CLIENT_CERT_PATH: and TEMPORAL_TLS_CLIENT_KEY_PATH go together');
  }
  if (env.TEMPORAL_ADDRESS === undefined && (env.TEMPORAL_API_KEY !== undefined || hasTls(env))) {
    errors.push('TEMPORAL_ADDRESS: is unset, though TEMPORAL_API_KEY or TEMPORAL_TLS is set; the embedded server has neither');
  }
  return errors;
}

/** It decrypts: for whoever asks on this machine, and beyond it only for those who show a token. */
function codecErrors({ CODEC_HOST: host, CODEC_URL: address, OIDC_ISSUER: issuer }: Environment): string[] {
  if (issuer === undefined && !isLoopback(host))
    return [
      `CODEC_HOST: ${host} is not loopback; without OIDC_ISSUER the codec server decrypts for whoever asks, so it listens on 127.0.0.1, ::1 or localhost only`,
    ];
  if (issuer === undefined && address !== undefined && !isLoopback(new URL(address).hostname.replace(/^\[|\]$/g, '')))
    return [
      `CODEC_URL: ${address} is not on this machine; without OIDC_ISSUER the codec server decrypts for whoever asks, so it has no address elsewhere`,
    ];
  if (address === undefined && !isLoopback(host))
    return [
      'CODEC_URL: is needed when CODEC_HOST is not loopback; the codec server answers to the name that it is known by, and to no other',
    ];
  return [];
}

/** HL7 carries identity: beyond this machine it is encrypted, and both sides show who they are. */
function mllpErrors(env: Environment): string[] {
  const { MLLP_TLS_CERT_PATH: cert, MLLP_TLS_KEY_PATH: key, MLLP_TLS_CLIENT_CA_PATH: ca } = env;
  if ((env.HEMGANG_MLLP_CERT_PATH === undefined) !== (env.HEMGANG_MLLP_KEY_PATH === undefined))
    return ['HEMGANG_MLLP_CERT_PATH: and HEMGANG_MLLP_KEY_PATH go together'];
  if ((cert === undefined) !== (key === undefined)) return ['MLLP_TLS_CERT_PATH: and MLLP_TLS_KEY_PATH go together'];
  if (ca !== undefined && cert === undefined) return ['MLLP_TLS_CLIENT_CA_PATH: needs MLLP_TLS_CERT_PATH and MLLP_TLS_KEY_PATH'];
  if (isLoopback(env.MLLP_HOST) || ca !== undefined) return [];
  return [
    `MLLP_HOST: ${env.MLLP_HOST} is not loopback; beyond it MLLP_TLS_CERT_PATH, MLLP_TLS_KEY_PATH and MLLP_TLS_CLIENT_CA_PATH are needed`,
  ];
}

export function missingInProduction(env: Environment): string[] {
  if (env.NODE_ENV !== 'production') return [];
  const demanded = ['TEMPORAL_ADDRESS', 'DATABASE_URL', 'PAYLOAD_KEYS', 'OIDC_ISSUER'] as const;
  const errors = demanded.filter((name) => env[name] === undefined).map((name) => `${name}: is unset, and NODE_ENV=production demands it`);
  if ((env.CLOCK_SCALE ?? 1) !== 1) errors.push(`CLOCK_SCALE: is ${env.CLOCK_SCALE}; with NODE_ENV=production only 1 is allowed`);
  return errors;
}

/** What a person should be told at start. */
export function noticesOf(env: Environment): string[] {
  const notices = [];
  if (env.TEMPORAL_ADDRESS === undefined || env.DATABASE_URL === undefined) {
    notices.push('Embedded parts are for trying, training and small pilots; see TEMPORAL_ADDRESS and DATABASE_URL.');
  }
  notices.push(
    env.OIDC_ISSUER === undefined
      ? 'Authorisation is off: whoever reaches the API on this machine is believed, and the codec server decodes for them.'
      : `Callers show a token of ${env.OIDC_ISSUER}; who looks at which stays is logged.`,
  );
  if (env.OIDC_ISSUER !== undefined && env.TEMPORAL_ADDRESS === undefined)
    notices.push('The embedded Temporal UI logs nobody in: it shows no decoded payloads while OIDC_ISSUER is set.');
  return notices;
}

export function hasTls(env: Environment): boolean {
  return env.TEMPORAL_TLS === 'true' || tlsFiles(env).some((value) => value !== undefined);
}

export function tlsFiles(env: Environment): (string | undefined)[] {
  return [
    env.TEMPORAL_TLS_SERVER_NAME,
    env.TEMPORAL_TLS_SERVER_CA_CERT_PATH,
    env.TEMPORAL_TLS_CLIENT_CERT_PATH,
    env.TEMPORAL_TLS_CLIENT_KEY_PATH,
  ];
}
