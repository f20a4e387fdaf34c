/** Reads the agreements and the price table from their files, or says everything that is wrong with them. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Agreement, ProcessRules, Vardpriser } from '../domain/agreement.js';
import { type Instant, localDateOf } from '../domain/calendar.js';
import { canonical } from '../domain/canonical.js';
import { inconsistenciesOf, validityOf } from './consistency.js';
import { NO_PARTIES, PARTIES_FILE, type Parties, readParties } from './parties.js';
import { type AgreementFile, agreementFileSchema, vardprisFileSchema } from './schema.js';
import { type FileProblem, readYaml } from './yaml-file.js';

export const VARDPRIS_FILE = 'vardpris.yaml';

export interface Agreements {
  /** In order of id. */
  agreements: Agreement[];
  vardpriser: Vardpriser;
  /** By year, where each price is from. */
  vardprisKallor?: Record<string, string>;
  /** Who invoices and is invoiced. */
  parties: Parties;
}
export type Loaded = ({ ok: true } & Agreements) | { ok: false; problems: FileProblem[] };

/** Reads every `.yaml` file of the folder; the price table is the one called `vardpris.yaml`, the parties are in `parter.yaml`. Refused as a whole when anything is wrong. */
export function loadAgreements(folder: string = shippedAgreementsDir()): Loaded {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    return { ok: false, problems: [{ file: folder, line: 1, field: '', reason: 'mappen med överenskommelser finns inte' }] };
  }
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name));
  if (!files.some((file) => basename(file) === VARDPRIS_FILE)) {
    return { ok: false, problems: [{ file: join(folder, VARDPRIS_FILE), line: 1, field: '', reason: 'filen med vårdpriser saknas' }] };
  }
  return loadAgreementFiles(files);
}

/** Reads these files, price table, parties or agreements, each by its name. */
export function loadAgreementFiles(files: string[]): Loaded {
  const problems: FileProblem[] = [];
  const agreements: { agreement: Agreement; problemAt: (path: string[], reason: string) => FileProblem }[] = [];
  let vardpriser: Vardpriser = {};
  let vardprisKallor: Record<string, string> = {};
  let parties = NO_PARTIES;
  for (const file of files) {
    const text = readText(file);
    if (typeof text !== 'string') problems.push(text);
    else if (basename(file) === VARDPRIS_FILE) {
      const prices = readVardpriser(file, text);
      if ('problems' in prices) problems.push(...prices.problems);
      else {
        vardpriser = { ...vardpriser, ...prices.vardpriser };
        vardprisKallor = { ...vardprisKallor, ...prices.kallor };
      }
    } else if (basename(file) === PARTIES_FILE) {
      const read = readParties(file, text);
      if ('problems' in read) problems.push(...read.problems);
      else parties = read.parties;
    } else {
      const read = readAgreement(file, text);
      if ('problems' in read) problems.push(...read.problems);
      else agreements.push(read);
    }
  }
  for (const [index, { agreement, problemAt }] of agreements.entries()) {
    const earlier = agreements.slice(0, index).map((other) => other.agreement);
    if (earlier.some((other) => other.id === agreement.id)) problems.push(problemAt(['id'], `${agreement.id} finns redan i en annan fil`));
    else if (
      agreement.region !== null &&
      earlier.some((other) => other.region === agreement.region && other.inForce.from === agreement.inForce.from)
    ) {
      problems.push(problemAt(['inForce', 'from'], 'en annan överenskommelse för regionen gäller från samma dag'));
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    agreements: agreements.map((read) => read.agreement).sort((a, b) => (a.id < b.id ? -1 : 1)),
    vardpriser,
    vardprisKallor,
    parties,
  };
}

/** One agreement from the text of its file. `file` is used in what is said about errors only. */
export function readAgreement(
  file: string,
  text: string,
): { agreement: Agreement; problemAt: (path: string[], reason: string) => FileProblem } | { problems: FileProblem[] } {
  const read = readYaml(file, text, agreementFileSchema);
  if ('problems' in read) return read;
  const problems = inconsistenciesOf(read.value).map(({ path, reason }) => read.problemAt(path, reason));
  if (problems.length > 0) return { problems };
  return { agreement: agreementOf(read.value), problemAt: read.problemAt };
}

/** Prices in öre by year, from the text of the price table. A year given twice is refused. */
export function readVardpriser(
  file: string,
  text: string,
): { vardpriser: Vardpriser; kallor: Record<string, string> } | { problems: FileProblem[] } {
  const read = readYaml(file, text, vardprisFileSchema);
  if ('problems' in read) return read;
  const problems: FileProblem[] = [];
  const vardpriser: Vardpriser = {};
  const kallor: Record<string, string> = {};
  read.value.vardpris.forEach(({ year, kr, source }, index) => {
    if (vardpriser[year] !== undefined) problems.push(read.problemAt(['vardpris', index, 'year'], `året ${year} finns redan`));
    vardpriser[year] = kr * 100;
    kallor[year] = source;
  });
  return problems.length > 0 ? { problems } : { vardpriser, kallor };
}

/** The part of the agreement that a stay admitted then is planned under: pinned in its input, with the kommuner of that day. */
export function processRulesOf(agreement: Agreement, admittedAt: Instant, region: string | null = agreement.region): ProcessRules {
  const date = localDateOf(admittedAt);
  return {
    agreementId: agreement.id,
    version: agreement.version,
    region: region ?? '',
    ...agreement.process,
    preconditions: agreement.preconditions,
    kommuner: agreement.kommuner
      .filter((kommun) => kommun.from <= date && (kommun.until === null || date < kommun.until))
      .map(({ code, name }) => ({ code, name })),
    payment: agreement.payment,
  };
}

/** The agreements that come with the program: the nearest folder `agreements` above this file that holds a price table. */
export function shippedAgreementsDir(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'agreements', VARDPRIS_FILE))) {
    const above = dirname(folder);
    if (above === folder) return 'agreements';
    folder = above;
  }
  return join(folder, 'agreements');
}

/** The file with its defaults filled in. The version is a hash of what it says, so that a comment changes nothing. */
function agreementOf(file: AgreementFile): Agreement {
  const content = {
    ...withoutUndefined(file),
    kommuner: file.kommuner.map((kommun) => ({ code: kommun.code, name: kommun.name, ...validityOf(kommun, file.inForce) })),
  };
  return { ...content, version: createHash('sha256').update(canonical(content)).digest('hex') };
}

const withoutUndefined = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function readText(file: string): string | FileProblem {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { file, line: 1, field: '', reason: isMissing ? 'filen finns inte' : 'filen kan inte läsas som UTF-8' };
  }
}
