/** The compose file as data, filled in as a compose client fills it in, and the secrets that its site would have. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './sources.js';

export interface ComposeService {
  image: string;
  command?: string | string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  networks: string[];
  profiles?: string[];
  restart: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: string[] | Record<string, { condition: string }>;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  logging?: { options: Record<string, string> };
  mem_limit?: string;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
}

/** What an operator must say; everything else has a default. */
export const SAID = { SITE: 'hemgang.example', OIDC_ISSUER: 'https://idp.example', OAUTH2_PROXY_IMAGE: 'images.example/oauth2-proxy' };

export const composeText = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

/** `${NAME:-default}`, `${NAME:?why}`, and `$$` for a dollar. */
const filled = composeText
  .replace(/(?<!\$)\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const said = (SAID as Record<string, string>)[name];
    if (said === undefined && kind === '?') throw new Error(`docker-compose.yml asks for ${name}`);
    return said ?? rest;
  })
  .replaceAll('$$', '$');

export const compose = parse(filled, { merge: true }) as ComposeFile;
// A client fills in what YAML has read already: nothing stays an empty text.
for (const { environment = {} } of Object.values(compose.services))
  for (const [name, value] of Object.entries(environment) as [string, string | null][]) environment[name] = value ?? '';

/** The processes of this program. */
export const ours = Object.entries(compose.services).filter(([, { image }]) => image.startsWith('hemgang:'));

/** Those that run for years; the others do one thing and end. */
export const lasting = Object.entries(compose.services).filter(([, { restart }]) => restart === 'unless-stopped');

/** Runs the script that makes the secrets, in a folder of its own. */
export const makeSecrets = (folder: string, ...args: string[]): string =>
  execFileSync(join(ROOT, 'ops/make-secrets.sh'), args, {
    env: { ...process.env, HEMGANG_FOLDER: folder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Where on this machine a service finds what it sees at this path: secrets and the site's own below `folder`, the rest in the repository. */
export function onThisMachine(service: ComposeService, path: string, folder: string): string {
  const place = (given: string) => (/^\.\/(secrets|site|backups)\b/.test(given) ? join(folder, given) : join(ROOT, given));
  for (const name of service.secrets ?? [])
    if (path === `/run/secrets/${name}`) return place(compose.secrets[name]?.file ?? `undeclared-secret-${name}`);
  for (const volume of service.volumes ?? []) {
    const [from = '', to = ''] = volume.split(':');
    if (from.startsWith('./') && (path === to || path.startsWith(`${to}/`))) return join(place(from), path.slice(to.length));
  }
  return path;
}
