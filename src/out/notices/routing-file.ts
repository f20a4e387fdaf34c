/** Reads the routing file and the secrets that it points at, or says everything that is wrong with them. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileProblem, readYaml } from '../../agreements/yaml-file.js';
import type { Agreement } from '../../domain/agreement.js';
import { INBOX } from '../../ledger/notify.js';
import { type Routing, routingOf } from './routing.js';
import { type RoutingFile, routingFileSchema } from './routing-schema.js';
import { routingWarnings } from './routing-warnings.js';

export interface RoutingContext {
  env: NodeJS.ProcessEnv;
  /** Whether SMTP_URL is set. */
  hasMail: boolean;
  /** Whether the secrets are read: whoever does not send needs none. */
  withSecrets: boolean;
  agreements: readonly Pick<Agreement, 'region' | 'kommuner'>[];
}

export interface LoadedRouting {
  routing: Routing;
  warnings: FileProblem[];
  /** The file and those of its secrets: a change in any of them is a change of the routing. */
  files: string[];
}

/** The keys of Standard Webhooks: 24–64 bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** @param file default: the shipped one */
export function loadRouting(file: string | undefined, context: RoutingContext): LoadedRouting | { problems: FileProblem[] } {
  const path = file ?? shippedRoutingFile();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { problems: [{ file: path, line: 1, field: '', reason: isMissing ? 'filen finns inte' : 'filen kan inte läsas som UTF-8' }] };
  }
  return readRouting(path, text, context);
}

/** The routing from the text of its file. `file` is where secrets' files are looked for, and what is said about errors. */
export function readRouting(file: string, text: string, context: RoutingContext): LoadedRouting | { problems: FileProblem[] } {
  const read = readYaml(file, text, routingFileSchema);
  if ('problems' in read) return read;
  const { value, problemAt } = read;
  const problems: FileProblem[] = [...unknownWays(value, problemAt)];
  const secrets = new Map<string, string[]>();
  const files = [file];
  for (const [id, { webhook, epost }] of Object.entries(value.endpoints ?? {})) {
    if (epost !== undefined && !context.hasMail)
      problems.push(problemAt(['endpoints', id, 'epost'], 'e-post kan inte sändas: SMTP_URL och MAIL_FROM är inte satta'));
    const found = (context.withSecrets ? (webhook?.secrets ?? []) : []).flatMap((where, index) => {
      const secret = 'env' in where ? context.env[where.env]?.trim() : fileText(secretPath(file, where.file));
      if ('file' in where) files.push(secretPath(file, where.file));
      const problem = problemOf(secret, where);
      if (problem !== undefined) problems.push(problemAt(['endpoints', id, 'webhook', 'secrets', index], problem));
      return secret === undefined ? [] : [secret];
    });
    secrets.set(id, found);
  }
  if (problems.length > 0) return { problems: problems.sort((a, b) => a.line - b.line) };
  return {
    routing: routingOf(value, (id) => secrets.get(id) ?? []),
    warnings: routingWarnings(value, context.agreements).map(({ path, reason }) => problemAt(path, reason)),
    files,
  };
}

/** What is wrong with a secret, without saying it. */
function problemOf(secret: string | undefined, where: { env: string } | { file: string }): string | undefined {
  if (secret === undefined || secret === '')
    return 'env' in where ? `miljövariabeln ${where.env} är inte satt` : `filen ${where.file} kan inte läsas, eller är tom`;
  const bytes = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64 ? undefined : 'hemligheten ska vara whsec_ och 24–64 byte i base64';
}

function unknownWays(file: RoutingFile, problemAt: (path: (string | number)[], reason: string) => FileProblem): FileProblem[] {
  const known = new Set([INBOX, ...Object.keys(file.endpoints ?? {})]);
  const check = (path: (string | number)[], to: readonly string[]): FileProblem[] =>
    to.flatMap((id, index) =>
      known.has(id) ? [] : [problemAt([...path, index], `${id} är varken inkorg eller någon av mottagarna i endpoints`)],
    );
  return [
    ...(file.routes ?? []).flatMap(({ to }, index) => check(['routes', index, 'to'], to)),
    ...Object.entries(file.defaults ?? {}).flatMap(([party, to]) => check(['defaults', party], to)),
  ];
}

const secretPath = (file: string, path: string): string => (isAbsolute(path) ? path : resolve(dirname(file), path));

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The routing that comes with the program: the nearest `routing/default.yaml` above this file. */
export function shippedRoutingFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'routing', 'default.yaml'))) {
    const above = dirname(folder);
    if (above === folder) return join('routing', 'default.yaml');
    folder = above;
  }
  return join(folder, 'routing', 'default.yaml');
}
